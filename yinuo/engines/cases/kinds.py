"""What kinds of case there are: a pack declares its own, the engine opens and moves them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.functional import Promise as LazyText

from yinuo.facts.kinds import Code, Codes, FactKind, Flag, Id, Instant, Integer, Optional_, declare


@dataclass(frozen=True, slots=True)
class CaseKind:
    """One kind of run. `key` names its process, promises and letters; `series` begins its numbers.

    `view` is the verb one needs to see such a case at all; without it the case does not exist (404).
    `url` gives the page of one case from its number. `received` is the fact that opens it, `closed` the
    fact that ends it. `traits` says what promises may ask of a case in their `when` (level, channel).
    `traits_from` are the relations it reads, so that many cases are read at once.
    `heads` are the roles that head a unit, the lowest first: whom the ladders of its promises tell.
    `because` is why its cases refer to the case they are there for ("" where they stand by themselves): whoever stands
    aside from that one sees none of them.
    `keeps_out` says who may read a case of this kind and do nothing to it: whoever worked on what it examines.
    """

    key: str
    name: str | LazyText
    series: str
    view: str
    url: Callable[[str], str]
    received: str
    closed: str
    calendar: str = "china"
    traits: Callable[[Any], Mapping[str, str]] = lambda case: {}
    traits_from: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    because: str = ""
    keeps_out: Callable[[Any], frozenset[UUID]] = lambda case: frozenset()


_kinds: dict[str, CaseKind] = {}


def declare_case_kind(kind: CaseKind) -> None:
    """Make a kind known; the same kind may be declared again."""
    if _kinds.setdefault(kind.key, kind) is not kind and _kinds[kind.key].series != kind.series:
        raise ValueError(f"case kind {kind.key!r} is declared twice")


def case_kind(key: str) -> CaseKind:
    """The declared kind; KeyError names one that nobody declared."""
    return _kinds[key]


def is_case_kind(key: str) -> bool:
    """Whether a pack declares it; the cases of a pack that was taken away are still there."""
    return key in _kinds


def kept_out_by_kind(case: Any) -> frozenset[UUID]:
    """Whom the case's kind keeps out of it, without deputies; nobody where no pack declares the kind."""
    kind = _kinds.get(case.kind)
    return kind.keeps_out(case) if kind else frozenset()


def case_kinds() -> list[CaseKind]:
    """All declared kinds, by key."""
    return [kind for _key, kind in sorted(_kinds.items())]


def declare_facts() -> None:
    """The facts that every kind of case has."""
    declare(FactKind("cases.step_opened", case=True, fields={"step": Code, "serial": Integer}))
    decided = {"step": Code, "serial": Integer, "decided": Optional_(Codes)}
    declare(FactKind("cases.step_done", case=True, fields=decided))
    declare(FactKind("cases.assigned", case=True, fields={"to": Id}))
    declare(FactKind("cases.released", case=True, fields={"person": Id}))
    handed = {"giving": Id, "receiving": Id, "reason": Code, "note": Id, "told": Codes}
    declare(FactKind("cases.handed_on", case=True, fields=handed))
    declare(FactKind("cases.recused", case=True, fields={"recusal": Id, "person": Id, "ground": Code}))
    declare(FactKind("cases.noted", case=True, fields={"note": Id}))
    declare(FactKind("cases.bulk_begun", fields={"act": Id, "verb": Code, "cases": Integer}))
    declare(FactKind("cases.mentioned", case=True, fields={"note": Id, "person": Id}))
    declare(FactKind("cases.approval_asked", case=True, fields={"approval": Id, "what": Code}))
    decision = {"approval": Id, "what": Code, "granted": Flag}
    declare(FactKind("cases.approval_decided", case=True, fields=decision))
    declare(FactKind("cases.approval_lapsed", case=True, fields={"approval": Id, "what": Code}))
    declare(FactKind("cases.abandoned", case=True, fields={"steps": Integer}))
    declare(FactKind("cases.restored", case=True, fields={"steps": Integer}))
    declare(FactKind("cases.reopened", case=True, fields={"step": Code, "serial": Integer}))
    editions = {"changeover": Id, "was": Id, "edition": Id}
    declare(FactKind("cases.changeover_proposed", fields=editions))
    declare(FactKind("cases.changeover_decided", fields={**editions, "granted": Flag}))
    declare(FactKind("cases.changeover_withdrawn", fields=editions))
    places = {"places": Codes, "became": Codes}  # the first of the one became the first of the other
    numbers = {"was_number": Integer, "number": Integer}
    declare(FactKind("cases.changed_over", case=True, fields={**editions, **numbers, **places}))
    declare(FactKind("cases.paused", case=True, fields={"reason": Code}))
    declare(FactKind("cases.resumed", case=True, fields={}))
    declare(
        FactKind(
            "clock.judged",
            case=True,
            fields={"promise": Code, "edition": Id, "verdict": Code, "due": Optional_(Instant)},
        )
    )
    moved = {"promise": Code, "edition": Id, "calendar": Id, "was": Instant, "due": Instant}
    declare(FactKind("clock.moved", case=True, fields=moved))
    rung = {"promise": Code, "edition": Id, "rung": Integer}
    declare(FactKind("clock.climbed", case=True, fields={**rung, "tell": Code, "told": Optional_(Codes)}))
    declare(FactKind("clock.acknowledged", case=True, fields={**rung, "note": Optional_(Id)}))
