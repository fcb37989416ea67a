"""What is proven of a map between two drawings, by example."""

from __future__ import annotations

import pytest

from yinuo.engines.processes.interpreter import complete, migrate, start
from yinuo.engines.processes.proving import STAYS, proposal, prove, situation_of
from yinuo.engines.processes.tests.acting import FULL, PLATFORM, drawn, keys, steps
from yinuo.engines.processes.tests.building import flow, flows, node

BRANCHES = (node("parallelGateway", "f"), node("parallelGateway", "j"))
ROW = drawn(steps("a", "b"), flows("start a b end"))
SIDE_BY_SIDE = drawn(steps("a", "b"), *BRANCHES, flows("start f a j end", "f b j"))


def at(*nodes):
    return frozenset((each, "") for each in nodes)


def codes(proof, situation):
    return [problem.reason_code for problem in proof.problems(situation)]


def test_every_situation_of_a_drawing_is_proven_for_itself():
    proof = prove(FULL, FULL, proposal(FULL, FULL))
    assert len(proof.situations) > 5
    assert not [each for each in proof.situations if proof.problems(each)]


def test_a_renamed_step_is_chosen_by_hand():
    new = drawn(steps("a", "b2"), flows("start a b2 end"))
    begun = proposal(ROW, new)
    assert begun == {"a": "a", "b": STAYS}
    proof = prove(ROW, new, begun)
    assert codes(proof, at("b")) == ["place_stays"]
    assert not proof.problems(at("a"))
    assert not prove(ROW, new, {"a": "a", "b": "b2"}).problems(at("b"))


def test_what_cannot_stand_alone_in_the_new_drawing_is_refused_by_name():
    """The case would wait for ever at the join, for a step that nobody opened."""
    proof = prove(ROW, SIDE_BY_SIDE, {"a": "a", "b": "b"})
    [problem] = proof.problems(at("a"))
    assert (problem.reason_code, problem.element_id) == ("deadlock", "j")
    assert "“b”" in problem.text
    assert not proof.moves_any


def test_two_branches_become_no_row():
    proof = prove(SIDE_BY_SIDE, ROW, {"a": "a", "b": "b"})
    assert codes(proof, at("a", "b")) == ["open_twice"]
    only_b = next(each for each in proof.situations if {node for node, _ in each} == {"b", "j"})
    assert codes(proof, only_b) == ["place_stays"]


def test_one_of_two_branches_done_changes_over_with_its_join():
    new = drawn(steps("x", "b", "z"), node("parallelGateway", "g"), node("parallelGateway", "h"),
                flows("start g x h z end", "g b h"))  # fmt: skip
    proof = prove(SIDE_BY_SIDE, new, {"a": "x", "b": "b", "j": "h"})
    moved = complete(SIDE_BY_SIDE, start(SIDE_BY_SIDE).marking, "a").marking
    assert not proof.problems(situation_of(SIDE_BY_SIDE, moved))
    arrived = migrate(moved, new, proof.mapping)
    assert (arrived.opened, arrived.cancelled) == ((), ())
    assert keys(complete(new, arrived.marking, "b").opened) == ["z"]


def test_nothing_may_happen_by_itself_on_arrival():
    """A join that has lost a branch would pass at once: an end nobody decided."""
    new = drawn(steps("a", "b"), *BRANCHES, flows("start f a j end", "f b end"))
    lonely = frozenset({("j", "a_j")})
    proof = prove(SIDE_BY_SIDE, new, {"a": "a", "b": "b", "j": "j"})
    assert proof.problems(lonely)


def test_a_case_inside_a_sub_process_stays_inside():
    moved = start(FULL, handlers=PLATFORM)
    moved = complete(FULL, moved.marking, "register", handlers=PLATFORM)
    here = situation_of(FULL, moved.marking)
    inside = {node for node, _ in here if FULL.node(node).scope}
    assert inside
    outside = next(each.key for each in FULL.steps if each.scope is None)
    wrong = proposal(FULL, FULL) | dict.fromkeys(inside, outside)
    assert "place_other_scope" in codes(prove(FULL, FULL, wrong), here)


def test_a_value_that_only_the_new_drawing_asks_for_refuses_whoever_would_be_asked():
    choice = node("exclusiveGateway", "x", "要不要复核", default="x_end")
    new = drawn(
        steps("a", "b", "c"), choice, flows("start a x end", "b c end2"), node("endEvent", "end2"),
        flow("x_b", "x", "b", "twice == true"),
    )  # fmt: skip
    old = drawn(steps("a", "c"), flows("start a c end"))
    proof = prove(old, new, {"a": "a", "c": "c"})
    [problem] = proof.problems(at("a"))
    assert (problem.reason_code, problem.element_id) == ("value_never_given", "x")
    assert "要不要复核" in problem.text
    assert "twice" in problem.text
    assert not proof.problems(at("c"))


@pytest.mark.parametrize(
    ("chosen", "proven", "refused"),
    [({"a": "a", "b": "b"}, 2, 0), ({"a": "a", "b": STAYS}, 1, 1), ({"b": "b"}, 0, 2)],
)
def test_a_place_says_in_how_many_situations_it_is_proven(chosen, proven, refused):
    """Both branches open; and this one alone, the other having come to the join."""
    verdict = prove(SIDE_BY_SIDE, SIDE_BY_SIDE, chosen | {"j": "j"}).of_place("a")
    assert (verdict.proven, verdict.refused) == (proven, refused)
    assert bool(verdict.problems) == bool(refused)


def test_a_case_that_stands_nowhere_is_refused():
    assert codes(prove(ROW, ROW, proposal(ROW, ROW)), frozenset()) == ["place_none"]
