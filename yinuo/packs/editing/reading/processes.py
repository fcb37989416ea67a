"""A process as a drawing: what was proven of it, how many cases stand where, and how long they stayed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from statistics import median

from django.db.models import Count
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yinuo.engines.cases.models import Case, Step
from yinuo.engines.editions.models import Edition
from yinuo.engines.processes.drawing import Drawing
from yinuo.engines.processes.svg import draw
from yinuo.ground.access.reach import Reach
from yinuo.packs.editing.moving import visible
from yinuo.web.edition_pages import Look
from yinuo.web.formats import duration, number
from yinuo.web.sheets import Cell, Drawn, Sheet, Table

LATEST = 1000  # cases whose steps make the figures


def process_sheets(drawing: Drawing, look: Look) -> Sequence[Sheet]:
    """The drawing with its figures, and the same figures as a table."""
    language = get_language() or "zh-hans"
    there, stays = standing(look.edition, look.reach), dwells(look.edition, look.reach)
    address = {step.key: reverse("editing:step", args=[look.edition.pk, step.key]) for step in drawing.steps}
    links = {key: url for key, url in address.items() if there.get(key)}
    dwell = {key: duration(middle) for key, (middle, _n) in stays.items()}
    svg = mark_safe(draw(drawing, language=language, dwell=dwell, links=links))  # noqa: S308 # nosec B308 B703 # it escapes all
    verdict = _("Every situation that can be reached was explored: none is a dead end, no step opens twice.")
    rows = [
        [
            Cell(step.words.to(language) if step.words else step.key, step.key),
            Cell(number(there.get(step.key, 0)), url=links.get(step.key, ""), end=True),
            Cell(duration(stays[step.key][0]) if step.key in stays else "", end=True),
            Cell(number(stays[step.key][1]) if step.key in stays else "0", end=True),
        ]
        for step in drawing.steps
    ]
    columns = [_("Step"), _("Cases there now"), _("Time in it, median"), _("n")]
    note = _(
        "Of the last %(n)s cases opened on this edition that you may see; time by the clock, nights too."
    )
    return [
        Drawn(_("Drawing"), svg, verdict),
        Table(_("Where cases stand"), columns, rows, note % {"n": number(LATEST)}),
    ]


def standing(edition: Edition, reach: Reach) -> Mapping[str, int]:
    """Open cases on an edition by the step they stand in."""
    found = Step.objects.filter(
        case__in=visible(Case.objects.filter(process=edition, is_open=True), reach),
        done_at=None,
        cancelled=False,
    )
    return dict(found.values_list("key").annotate(n=Count("pk")))


def dwells(edition: Edition, reach: Reach) -> Mapping[str, tuple[timedelta, int]]:
    """How long a step stayed open, as a median, and of how many."""
    latest = visible(Case.objects.filter(process=edition), reach).order_by("-opened_at")[:LATEST]
    done = Step.objects.filter(
        case__in=list(latest.values_list("pk", flat=True)), done_at__isnull=False, cancelled=False
    )
    stays: dict[str, list[float]] = {}
    for key, opened, closed in done.values_list("key", "opened_at", "done_at"):
        if closed is not None:
            stays.setdefault(key, []).append((closed - opened).total_seconds())
    return {key: (timedelta(seconds=median(each)), len(each)) for key, each in stays.items()}
