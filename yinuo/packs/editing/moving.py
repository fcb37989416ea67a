"""What a drafted calendar would move, as its page says it: how far the count is, its figures, some of the cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from yinuo.engines.cases import calendars, previews
from yinuo.engines.cases.kinds import case_kind
from yinuo.engines.cases.models import Case
from yinuo.engines.cases.sight import in_sight
from yinuo.engines.editions import shelf
from yinuo.engines.editions.models import Edition
from yinuo.ground.access.reach import Reach
from yinuo.ground.jobs.models import Job, State
from yinuo.web.formats import moment, number
from yinuo.web.parts import Pair


@dataclass(frozen=True, slots=True)
class MovedLine:
    """One clock that would move, of a case the reader may see."""

    number: str
    url: str
    promise: str
    was: str
    due: str
    tone: str
    how: str


@dataclass(frozen=True, slots=True)
class Moving:
    """The card. `job` is None where nobody has asked yet; figures only once it is done."""

    job: Job | None
    running: bool
    failed: bool
    stale: bool
    figures: list[Pair]
    lines: list[MovedLine]
    more: str


def moving(edition: Edition, reach: Reach) -> Moving | None:
    """None for what moves no due date by coming into force: anything but a drafted calendar."""
    if edition.kind != calendars.CALENDAR or edition.state != Edition.State.DRAFT:
        return None
    job = previews.preview_of(edition)
    if job is None or job.state != State.DONE or job.result is None:
        running = job is not None and not job.is_over
        return Moving(job, running, job is not None and not running, False, [], [], "")
    lines = _lines(job.result, reach)
    rest = job.result["moved"] - len(lines)
    more = _("and %(n)s more") % {"n": number(rest)} if rest and lines else ""
    return Moving(
        job, False, False, previews.is_stale(job, edition, timezone.now()), _figures(job.result), lines, more
    )


def _figures(result: Mapping[str, Any]) -> list[Pair]:
    names = {
        "cases": _("Open cases looked at"),
        "moved": _("Due dates that move"),
        "later": _("of them to a later time"),
        "earlier": _("of them to an earlier time"),
        "overdue": _("Overdue at once"),
    }
    figures = [Pair(name, number(result[key])) for key, name in names.items()]
    return [*figures, Pair(_("Counted at"), moment(datetime.fromisoformat(result["at"])))]


def _lines(result: Mapping[str, Any], reach: Reach) -> list[MovedLine]:
    """What the count listed, without the cases that the reader may not see."""
    listed = result["listed"]
    cases = {str(case.pk): case for case in visible(_of(listed), reach)}
    return [_line(cases[row[4]], row) for row in listed if row[4] in cases]


def _of(listed: Iterable[Sequence[object]]) -> QuerySet[Case]:
    return Case.objects.filter(pk__in={UUID(str(row[4])) for row in listed})


def visible(cases: QuerySet[Case], reach: Reach) -> QuerySet[Case]:
    """Those of the cases that the reader may see."""
    return cases.filter(in_sight(reach.stands_for(), lambda kind: reach.units(kind.view)))


def _line(case: Case, row: tuple[int, str, str, str, str]) -> MovedLine:
    rank, due, was, key, _case = row
    named = {promise.key: str(promise.name) for promise in shelf.parsed(shelf.by_id(case.promises_id))}
    how = (_("overdue at once"), _("earlier"), _("later"))[rank]
    tone = ("bad", "risk", "")[rank]
    url = case_kind(case.kind).url(case.number)
    return MovedLine(case.number, url, named.get(key, key), _when(was), _when(due), tone, how)


def _when(text: str) -> str:
    return moment(datetime.fromisoformat(text))
