"""Every verb of a complaint as somebody in a random life would try it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from yinuo.engines.cases import approvals, ladder
from yinuo.engines.cases.changing_over import change_over
from yinuo.engines.cases.models import Case
from yinuo.engines.cases.recusal import aside
from yinuo.packs.complaints import actions

if TYPE_CHECKING:
    from tests.histories.lives import Life


class NotNow(Exception):
    """Nobody would try: there is nothing to do it to, or the dice fell otherwise."""


def _accept(life: Life) -> Case:
    return actions.accept(life.case.pk, by=life.worker, at=life.at)


def _refuse(life: Life) -> Case:
    return actions.refuse(
        life.case.pk, reason="not-ours", words="请向该行提出。", by=life.somebody, at=life.at, letters=False
    )


def sometimes(verb: Callable[[Life], Case], share: float) -> Callable[[Life], Case]:
    def perhaps(life: Life) -> Case:
        if life.chance.random() > share:
            raise NotNow
        return verb(life)

    return perhaps


def _grade(life: Life) -> Case:
    codes = [
        actions.Graded(f"事项{place}", "B-03.1", "C-09", life.people.branch.pk)
        for place in range(1, life.chance.randint(1, 2) + 1)
    ]
    level = life.chance.choice(("ordinary", "complex", "major"))
    return actions.grade(life.case.pk, level=level, matters=codes, by=life.worker, at=life.at)


def _conclude(life: Life) -> Case:
    matter = life.case.complaint.matters.filter(conclusion="").order_by("position").first()
    if matter is None:
        raise NotNow
    return actions.conclude(
        life.case.pk,
        position=matter.position,
        conclusion="upheld",
        finding="属实。",
        by=life.worker,
        at=life.at,
    )


def _establish(life: Life) -> Case:
    return actions.finish_investigation(life.case.pk, by=life.worker, at=life.at)


def _ask(life: Life) -> Case:
    return actions.finish_investigation(
        life.case.pk, question="请补充回单。", by=life.somebody, at=life.at, letters=False
    )


def _supplement(life: Life) -> Case:
    return actions.supplement(life.case.pk, words="补充回单。", at=life.at)


def _withhold(life: Life) -> Case:
    return actions.go_on(life.case.pk, by=life.worker, at=life.at)


def _answer(life: Life) -> Case:
    return actions.answer(life.case.pk, words="已退还并致歉。", by=life.worker, at=life.at, letters=False)


def _explain_overdue(life: Life) -> Case:
    return actions.explain_overdue(life.case.pk, reason="complex", by=life.worker, at=life.at)


def acknowledge(life: Life) -> Case:
    """The latest rung, mostly by somebody who was told, else by anybody."""
    rung = life.case.rungs.order_by("told_at", "place").last()
    if rung is None:
        raise NotNow
    told = [each.person for each in rung.people.select_related("person")]
    by = told[0] if told and life.chance.random() < 0.7 else life.somebody
    ladder.acknowledge(rung.pk, by=by, said="已知悉", at=life.at)
    return life.case


def _finish(life: Life) -> Case:
    return actions.finish(life.case.pk, by=life.worker, at=life.at)


def _claim(life: Life) -> Case:
    return actions.claim(life.case.pk, by=life.somebody, at=life.at)


def _hand_over(life: Life) -> Case:
    return actions.hand_over(life.case.pk, to=life.somebody, by=life.somebody, at=life.at)


def _hand_to_unit(life: Life) -> Case:
    """To any of the units: also to the one that has it, and to one in which nobody works."""
    unit = life.chance.choice(life.people.units)
    return actions.hand_to_unit(
        life.case.pk, unit=unit, reason="competence", words="业务归该机构。", by=life.somebody, at=life.at
    )


def _note(life: Life) -> Case:
    return actions.write_note(life.case.pk, text="已致电客户。", by=life.somebody, at=life.at)


def _ask_extension(life: Life) -> Case:
    return actions.ask_extension(life.case.pk, reason="需调取外部凭证", by=life.worker, at=life.at)


def _decide_extension(life: Life) -> Case:
    """By whoever may, mostly; granted, mostly."""
    need_waiting(life, actions.WHAT)
    granted, by = life.chance.random() < 0.8, life.free if life.chance.random() < 0.8 else life.somebody
    return actions.decide_extension(life.case.pk, granted=granted, by=by, at=life.at, letters=False)


def _propose_redress(life: Life) -> Case:
    amount = life.chance.choice((0, 10_000, 30_000, 600_000, 20_000_000))
    return actions.propose_redress(
        life.case.pk, kind="refund", amount=amount, reason="多收", by=life.somebody, at=life.at
    )


def _decide_redress(life: Life) -> Case:
    """Granted where the dice say so and the limit names a role of the first who is free; else refused."""
    need_waiting(life, actions.REDRESS)
    granted = life.chance.random() < 0.5
    return actions.decide_redress(life.case.pk, granted=granted, by=life.free, at=life.at)


def need_waiting(life: Life, what: str) -> None:
    """Nearly nobody decides where nothing waits."""
    if approvals.waiting(life.case, what) is None and life.chance.random() < 0.9:
        raise NotNow


def _withdraw(life: Life) -> Case:
    by = life.somebody if life.chance.random() < 0.5 else None
    return actions.withdraw(life.case.pk, said="客户来电撤诉。", by=by, at=life.at, letters=False)


def _reopen(life: Life) -> Case:
    reason = life.chance.choice(("new-facts", "wrong-answer", "taken-back", "wrongly-refused"))
    return actions.reopen(
        life.case.pk, reason=reason, said="客户带来回单。", by=life.somebody, at=life.at, letters=False
    )


def _stand_aside(life: Life) -> Case:
    """Not all of them: somebody must be left to work on it and somebody to decide."""
    if len(aside(life.case)) > 1:
        raise NotNow
    ground = life.chance.choice(("relative", "interest", "complained_of"))
    return actions.declare_conflict(life.case.pk, ground=ground, said="亲属", by=life.somebody, at=life.at)


def _merge(life: Life) -> Case:
    if life.earlier is None:
        raise NotNow
    return actions.merge(life.case.pk, other=life.earlier.pk, by=life.somebody, at=life.at, letters=False)


def _separate(life: Life) -> Case:
    if life.case.complaint.ending != "merged" and life.chance.random() < 0.9:
        raise NotNow
    return actions.separate(life.case.pk, by=life.somebody, at=life.at, letters=False)


def _split(life: Life) -> Case:
    """Any matter but the first; sometimes that too."""
    places = list(life.case.complaint.matters.values_list("position", flat=True))
    if len(places) < 2 and life.chance.random() < 0.8:
        raise NotNow
    chosen = [places[-1]]
    new = actions.split(life.case.pk, positions=chosen, by=life.somebody, at=life.at, letters=False)
    life.parts.append(new)
    return life.case


def _change_over(life: Life) -> Case:
    """On to the other edition of its process, or back."""
    return change_over(life.case.pk, life.people.changeovers[life.case.process_id], at=life.at)


VERBS: dict[str, Callable[[Life], Case]] = {
    "accept": _accept,
    "refuse": _refuse,
    "refuse?": sometimes(_refuse, 0.15),
    "grade": _grade,
    "conclude": _conclude,
    "establish": _establish,
    "ask": _ask,
    "ask?": sometimes(_ask, 0.25),
    "supplement": _supplement,
    "supplement?": sometimes(_supplement, 0.6),
    "go on": _withhold,
    "answer": _answer,
    "explain overdue": _explain_overdue,
    "acknowledge": acknowledge,
    "acknowledge?": sometimes(acknowledge, 0.3),
    "finish": _finish,
    "claim": _claim,
    "hand over": _hand_over,
    "hand to unit": _hand_to_unit,
    "hand to unit?": sometimes(_hand_to_unit, 0.15),
    "note": _note,
    "ask extension": _ask_extension,
    "extend?": sometimes(_ask_extension, 0.25),
    "decide extension": _decide_extension,
    "propose redress": _propose_redress,
    "make good?": sometimes(_propose_redress, 0.2),
    "decide redress": _decide_redress,
    "withdraw": sometimes(_withdraw, 0.6),
    "reopen": _reopen,
    "stand aside": _stand_aside,
    "merge": _merge,
    "merge?": sometimes(_merge, 0.3),
    "separate": _separate,
    "separate?": sometimes(_separate, 0.7),
    "split": _split,
    "split?": sometimes(_split, 0.2),
    "change over": _change_over,
    "change over?": sometimes(_change_over, 0.15),
}


# The same verb under a name of its own, where the dice are asked first.
ALIASES = {
    "refuse?": "refuse",
    "ask?": "ask",
    "supplement?": "supplement",
    "extend?": "ask extension",
    "make good?": "propose redress",
    "acknowledge?": "acknowledge",
    "hand to unit?": "hand to unit",
    "merge?": "merge",
    "separate?": "separate",
    "split?": "split",
    "change over?": "change over",
}
