"""Moving a running case to another drawing, by example."""

from __future__ import annotations

from dataclasses import replace

import pytest

from yinuo.engines.processes.interpreter import (
    Marking,
    MigrationRefused,
    OpenStep,
    complete,
    message,
    migrate,
    open_steps,
    start,
)
from yinuo.engines.processes.soundness import check_migration, check_soundness
from yinuo.engines.processes.tests.acting import FULL, drawn, keys, steps, walked
from yinuo.engines.processes.tests.building import flows, node

SIDE_BY_SIDE = (node("parallelGateway", "f"), node("parallelGateway", "j"), flows("start f a j end", "f b j"))
OLD = drawn(steps("a", "b"), *SIDE_BY_SIDE)


def test_moving_to_a_new_drawing_keeps_open_steps_and_their_serials():
    moved = complete(OLD, start(OLD).marking, "a")
    new = drawn(steps("a", "b2", "more"), node("parallelGateway", "f"), node("parallelGateway", "j"),
                flows("start f a j more end", "f b2 j"))  # fmt: skip
    arrived = migrate(moved.marking, new, {"b": "b2", "a_j": "a_j", "f_b": "f_b2"})
    assert open_steps(new, arrived.marking) == (OpenStep("b2", open_steps(OLD, moved.marking)[0].serial),)
    assert arrived.opened == ()
    assert check_migration(moved.marking, new, {"b": "b2"}) == []
    assert keys(complete(new, arrived.marking, "b2").opened) == ["more"]


def test_what_has_no_place_in_the_new_drawing_is_listed_whole():
    marking = complete(OLD, start(OLD).marking, "a").marking
    new = drawn(steps("x"), flows("start x end"))
    with pytest.raises(MigrationRefused) as refused:
        migrate(marking, new)
    assert {(p.element_id, p.reason_code) for p in refused.value.problems} == {
        ("b", "place_gone"),
        ("j", "place_gone"),
    }
    with pytest.raises(MigrationRefused) as refused:
        migrate(marking, new, {"b": "x", "j": "x"})
    assert [p.reason_code for p in refused.value.problems] == ["place_taken"]
    with pytest.raises(MigrationRefused) as refused:
        migrate(start(OLD).marking, FULL, {"a": "s_cards", "b": "end"})
    assert {p.reason_code for p in refused.value.problems} == {"place_other_scope", "place_other_kind"}


def test_a_case_that_would_get_stuck_is_found_beforehand():
    marking = complete(OLD, start(OLD).marking, "a").marking
    third = drawn(steps("a", "b", "c"), *SIDE_BY_SIDE, flows("f c j"))
    assert check_soundness(third) == []
    problems = check_migration(marking, third)
    assert [(p.element_id, p.reason_code) for p in problems] == [("j", "deadlock")]
    assert "“c”" in problems[0].text


def test_a_join_that_lost_a_branch_passes_when_the_case_arrives():
    marking = complete(OLD, start(OLD).marking, "a").marking
    only_token = Marking(tuple(t for t in marking.tokens if t.node == "j"), marking.next_serial)
    new = drawn(
        steps("a", "z"),
        node("parallelGateway", "f"),
        node("parallelGateway", "j"),
        flows("start f a j z end"),
    )
    assert keys(migrate(only_token, new).opened) == ["z"]


def test_a_case_inside_a_sub_process_moves_with_it():
    moved = walked(("register", {}))
    assert migrate(moved.marking, FULL).marking == replace(moved.marking)
    assert check_migration(moved.marking, FULL) == []
    stopped = message(FULL, migrate(moved.marking, FULL).marking, "withdraw")
    assert keys(stopped.opened) == ["confirm"]
