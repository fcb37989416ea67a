"""The editions of this pack laid out to be read: limits of redress, the ledger's columns, the mapping of a public file."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinuo.ground.access.roles import role_name
from yinuo.ground.terms.lists import label
from yinuo.packs.complaints.imports.mapping import AXES, Mapping, Rule
from yinuo.packs.complaints.joint import Joint
from yinuo.packs.complaints.ledger.layout import Ledger
from yinuo.packs.complaints.limits import Limit, Limits
from yinuo.web.edition_pages import EditionPage, Look, declare_edition_page
from yinuo.web.formats import money, number
from yinuo.web.sheets import Cell, Sheet, Table


def limit_sheets(limits: Limits, look: Look) -> Sequence[Sheet]:
    """Who agrees to how much."""
    columns = [_("Up to, %(currency)s") % {"currency": limits.currency}, _("Who agrees")]
    rows = [[Cell(money(limit.up_to)), Cell(_agrees(limit))] for limit in limits.limits]
    note = _(
        "All redress of one complaint counts together; above the highest limit none is granted on a complaint."
    )
    return [Table(_("Limits of redress"), columns, rows, note)]


def _agrees(limit: Limit) -> str:
    return _("whoever proposes it, alone") if limit.alone else _(" or ").join(map(role_name, limit.roles))


def joint_sheets(joint: Joint, look: Look) -> Sequence[Sheet]:
    """How many represent all, and where that is written."""
    columns = [_("Representatives at most"), _("Source")]
    confirmed = _("confirmed") if joint.confirmed else _("not confirmed yet by a compliance officer")
    rows = [[Cell(number(joint.representatives)), Cell(joint.source, confirmed)]]
    return [Table(_("Complaining together"), columns, rows)]


def ledger_sheets(ledger: Ledger, look: Look) -> Sequence[Sheet]:
    """Each column: how it is read and what fills it."""
    columns = [_("Column"), _("Heading"), _("Read as"), _("Filled from"), _("Also called")]
    rows = [
        [
            Cell(number(place), end=True),
            Cell(column.heading, column.note),
            Cell(column.kind),
            Cell(column.known),
            Cell(_(", ").join(column.also)),
        ]
        for place, column in enumerate(ledger.columns, 1)
    ]
    return [Table(_("Columns of the ledger"), columns, rows)]


def mapping_sheets(mapping: Mapping, look: Look) -> Sequence[Sheet]:
    """Which words of the file become which code."""
    names = {
        "business": _("Business"), "cause": _("Cause"), "channel": _("Channel"), "outcome": _("Outcome"),
    }  # fmt: skip
    columns = [_("Code"), _("Words of the file"), _("Narrowed by"), _("Remark")]
    return [
        Table(names[axis], columns, [_rule(rule) for rule in mapping.rules if rule.axis == axis])
        for axis in AXES
    ]


def _rule(rule: Rule) -> list[Cell]:
    return [
        Cell(label(AXES[rule.axis][0], rule.code), rule.code),
        Cell(" | ".join(rule.values)),
        Cell(" | ".join(rule.sub_values)),
        Cell(rule.note),
    ]


PAGES = (
    EditionPage(
        "redress",
        gettext_lazy("Limits of redress"),
        limit_sheets,
        {
            "limit": gettext_lazy("Limit"),
            "up_to": gettext_lazy("Up to, in minor units"),
            "roles": gettext_lazy("Who agrees"),
            "currency": gettext_lazy("Currency"),
        },
    ),
    EditionPage("joint", gettext_lazy("Complaining together"), joint_sheets),
    EditionPage("ledger", gettext_lazy("Complaint ledger"), ledger_sheets),
    EditionPage("mapping", gettext_lazy("Import mapping"), mapping_sheets),
)


def declare_pages() -> None:
    """Called once when Django starts."""
    for page in PAGES:
        declare_edition_page(page)
