"""One line of the list as markup. Written here and not in the template, which draws up to a hundred of them:
a template decides anew at every cell what a line has decided once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from yinuo.web import leaves
from yinuo.web.bulk_rows import box

if TYPE_CHECKING:
    from yinuo.packs.complaints.views.rows import Cell, Line

MISSING = SafeString('<span class="sq-muted">--</span>')
ROW = """\
<tr data-row data-case="{case}">{box}<th scope="row" class="sq-c-id" data-cell="number">\
<a class="sq-num" href="{url}">{number}</a>\
<span class="sq-only-phone sq-soft" aria-hidden="true">{customer}</span>\
<span class="sq-sub sq-num">{received}</span></th>
<td class="sq-c-person" data-cell="customer">{customer}</td>
<td class="sq-c-main" data-cell="matter"><span class="sq-line"><span class="sq-one">{subject}</span>{duplicate}{news}\
</span><span class="sq-sub" title="{codes}">{codes}</span></td>
<td class="sq-c-channel sq-c-off" data-cell="channel">{source}</td>
<td class="sq-c-short" data-cell="level">{level}</td>
<td class="sq-c-unit" data-cell="unit"><span class="sq-one" title="{unit}">{unit}</span>\
<span class="sq-sub">{handler}</span></td>
{clocks}
<td class="sq-c-state" data-cell="step">{step}</td></tr>"""


def rows(lines: Iterable[Line]) -> SafeString:
    """The lines of a page, one after the other."""
    select = _("Select %(number)s")
    return leaves.joined("{}", ((row(line, select),) for line in lines))


def row(line: Line, select: str) -> SafeString:
    """The whole line; `select` are the words of its box."""
    return leaves.drawn(
        ROW,
        case=line.case.pk,
        box=box(line.case.pk, select % {"number": line.case.number}),
        url=line.url,
        number=line.case.number,
        customer=line.customer,
        received=line.received,
        subject=line.subject,
        duplicate=leaves.tag(_("possible duplicate"), "risk", "refresh") if line.duplicate else "",
        news=leaves.tag(_("news"), "risk", "bell") if line.news else "",
        codes=line.codes,
        source=line.source,
        level=leaves.level(line.level, line.grave) if line.level else MISSING,
        unit=line.unit,
        handler=line.handler,
        clocks=leaves.joined('<td data-cell="clock" class="{}"{}>{}{}</td>', map(_cell, line.clocks)),
        step=leaves.tag(line.step) if line.step else MISSING,
    )


def _cell(cell: Cell) -> tuple[str, str, SafeString, str]:
    """Class, the label a phone shows, the clock, its due time."""
    label = leaves.drawn(' data-label="{}"', cell.label) if cell.lead else ""
    due = leaves.drawn('<span class="sq-sub sq-num">{}</span>', cell.due) if cell.due else ""
    return "sq-c-clock is-near" if cell.lead else "sq-c-clock", label, _clock(cell), due


def _clock(cell: Cell) -> SafeString:
    if cell.face is None:
        return MISSING
    if not cell.quiet:
        return leaves.clock(cell.face, cell.near, cell.label)
    css = "sq-far sq-num is-kept" if cell.face.state == "kept" else "sq-far sq-num"
    return leaves.drawn('<span class="{}">{}</span>', css, cell.face.text)
