"""What happened to a case, as its clocks hear it: kinds and times of its facts, and the days that some of them say."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from yinuo.engines.cases.models import Case
from yinuo.engines.promises.fold import Moment
from yinuo.engines.promises.promise import Promise
from yinuo.facts.kinds import declared
from yinuo.facts.models import Fact
from yinuo.facts.questions import Asked, Place, Question, together


def moments_of(case: Case, promises: Sequence[Promise]) -> list[Moment]:
    """The facts of a case that any of the promises listens to, in the order they happened."""
    heard = {kind for p in promises for kind in (*p.kinds, *p.pauses, *p.resumes)}
    (found,) = together(moments_asked(case, promises))
    if not (saying := _saying(promises)):
        return [Moment(kind, at) for kind, at in found if kind in heard]
    return [
        Moment(kind, at, day_said(kind, body) if kind in saying else None)
        for kind, at, body in found
        if kind in heard
    ]


def moments_asked(case: Case, promises: Iterable[Promise]) -> Asked:
    """The question of that."""
    return (_SAID if _saying(promises) else _HAPPENED).of(case=case.pk)


def moments_of_each(cases: Collection[UUID], promises: Iterable[Promise]) -> Mapping[UUID, list[Moment]]:
    """The same of many cases in one question, or two where any of the promises waits for a day."""
    promises = list(promises)
    heard = {kind for promise in promises for kind in promise.kinds}
    facts = Fact.objects.filter(case_id__in=cases, kind__in=heard).order_by("case_id", "occurred_at", "id")
    days = _days(cases, _saying(promises))
    found: dict[UUID, list[Moment]] = defaultdict(list)
    for pk, case, kind, at in facts.values_list("id", "case_id", "kind", "occurred_at"):
        if case is not None:
            found[case].append(Moment(kind, at, days.get(pk)))
    return found


def opening_moment(kind: str, at: datetime, data: Mapping[str, Any]) -> Moment:
    """The one moment of a case that is being opened, from what its fact will say."""
    return Moment(kind, at, day_given(kind, data))


def _saying(promises: Iterable[Promise]) -> frozenset[str]:
    """The kinds of facts whose day some promise waits for."""
    return frozenset(kind for promise in promises for kind in promise.until)


def _days(cases: Collection[UUID], kinds: frozenset[str]) -> dict[UUID, date | None]:
    if not kinds:
        return {}
    said = Fact.objects.filter(case_id__in=cases, kind__in=kinds).values_list("id", "kind", "body")
    return {pk: day_said(kind, body) for pk, kind, body in said}


def day_said(kind: str, body: str) -> date | None:
    """The day that a fact of this kind says; None where it says none, or several."""
    said = day_given(kind, json.loads(body)["data"])
    return date.fromisoformat(said) if said else None


def day_given(kind: str, data: Mapping[str, Any]) -> Any:
    """The same in the data of a fact, as it stands there."""
    name = declared()[kind].day_field if kind in declared() else None
    return data.get(name) if name else None


def _ask(*columns: str) -> Question:
    return Question(
        lambda: (
            Fact.objects.filter(case_id=Place("case", Fact._meta.get_field("case_id")))
            .order_by("occurred_at", "id")
            .values_list(*columns)
        )
    )


_HAPPENED = _ask("kind", "occurred_at")
_SAID = _ask("kind", "occurred_at", "body")
