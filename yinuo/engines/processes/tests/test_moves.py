"""Messages, sub-processes, the platform's own tasks, stored states, and moving to another drawing: by example."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from yinuo.engines.processes.drawing import parse_drawing
from yinuo.engines.processes.interpreter import (
    Marking,
    MigrationRefused,
    OpenStep,
    StepRefused,
    awaited_messages,
    cancel_all,
    complete,
    message,
    migrate,
    open_steps,
    start,
)
from yinuo.engines.processes.soundness import check_handlers, check_migration, check_names, check_soundness
from yinuo.engines.processes.tests.building import TERMINATE, boundary, document, flow, flows, node

FULL = parse_drawing((Path(__file__).parent / "fixtures" / "complaint_full.bpmn").read_bytes())
PLATFORM = {"classify": lambda data: {}, "send": lambda data: {"letter": "x"}}
START, END = node("startEvent", "start"), node("endEvent", "end")


def steps(*keys):
    return "".join(node("userTask", key) for key in keys)


def drawn(*parts, **more):
    return parse_drawing(document(START, END, *parts, **more))


def walked(*moves, drawing=FULL, handlers=PLATFORM):
    moved = start(drawing, handlers=handlers)
    for key, data in moves:
        moved = complete(drawing, moved.marking, key, data, handlers=handlers)
    return moved


def refusal(act, *arguments, **more):
    with pytest.raises(StepRefused) as refused:
        act(*arguments, **more)
    return refused.value.reason_code


def keys(opened):
    return [step.key for step in opened]


def test_the_whole_complaint_goes_its_way_with_loop_and_parallel_work():
    moved = walked(("register", {}))
    assert keys(moved.opened) == ["s_cards", "s_branch"]
    moved = walked(("register", {}), ("s_branch", {}), ("s_cards", {"need_more": True}))
    assert keys(moved.opened) == ["s_material"]
    moved = message(FULL, moved.marking, "material", handlers=PLATFORM)
    assert keys(moved.opened) == ["s_cards", "s_branch"]
    for key, data in (
        ("s_cards", {}),
        ("s_branch", {"need_more": False}),
        ("s_propose", {"redress_cents": 50_001}),
    ):
        moved = complete(FULL, moved.marking, key, data)
    assert keys(moved.opened) == ["s_second"]
    moved = complete(FULL, moved.marking, "s_second", {"approved": False})
    moved = complete(FULL, moved.marking, "s_propose", {"redress_cents": 100})
    assert keys(moved.opened) == ["answer"]
    moved = complete(FULL, moved.marking, "answer", handlers=PLATFORM)
    assert [(each.key, each.found) for each in moved.performed] == [("send", {"letter": "x"})]
    assert complete(FULL, moved.marking, "close").done


def test_a_withdrawal_interrupts_everything_inside_the_sub_process():
    moved = walked(("register", {}), ("s_branch", {}))
    assert awaited_messages(FULL, moved.marking) == {"withdraw"}
    moved = message(FULL, moved.marking, "withdraw")
    assert keys(moved.cancelled) == ["s_cards"]
    assert keys(moved.opened) == ["confirm"]
    assert len(moved.marking.tokens) == 1
    assert refusal(message, FULL, moved.marking, "withdraw") == "message_not_awaited"
    assert complete(FULL, moved.marking, "confirm").done


def test_a_receive_task_hears_its_message_or_is_finished_by_hand():
    marking = walked(("register", {}), ("s_branch", {}), ("s_cards", {"need_more": True})).marking
    assert awaited_messages(FULL, marking) == {"withdraw", "material"}
    assert keys(message(FULL, marking, "material").closed) == ["s_material"]
    assert keys(complete(FULL, marking, "s_material").closed) == ["s_material"]


def test_a_terminate_end_inside_a_sub_process_ends_only_it():
    inner = (
        node("startEvent", "s") + node("parallelGateway", "f") + steps("i", "j") + node("endEvent", "e", inside=TERMINATE)
        + flows("s f i e", "f j e")
    )  # fmt: skip
    drawing = drawn(node("subProcess", "sub", inside=inner), steps("after"), flows("start sub after end"))
    moved = complete(drawing, start(drawing).marking, "i")
    assert (keys(moved.cancelled), keys(moved.opened)) == (["j"], ["after"])


def test_steps_opened_and_cancelled_in_one_move_are_not_told():
    drawing = drawn(
        node("parallelGateway", "f"), steps("a"), node("endEvent", "stop", inside=TERMINATE),
        flows("start f a end", "f stop"),
    )  # fmt: skip
    assert start(drawing).opened == ()
    assert start(drawing).done


def test_work_of_the_platform_without_a_handler_is_refused_before_and_when_it_comes():
    assert [p.element_id for p in check_handlers(FULL, {"send"})] == ["classify"]
    assert check_handlers(FULL, PLATFORM) == []
    assert refusal(walked, ("register", {}), handlers={}) == "handler_missing"


def test_what_a_handler_finds_decides_what_comes_next_and_is_kept_for_conditions_only():
    drawing = drawn(
        node("businessRuleTask", "rule"), node("exclusiveGateway", "g", default="g_low"), steps("high", "low"),
        flows("start rule g", "high end", "low end"), flow("g_high", "g", "high", "level == 'A'"), flow("g_low", "g", "low"),
    )  # fmt: skip
    asked = []
    moved = start(
        drawing,
        {"words": "原文"},
        handlers={"rule": lambda data: asked.append(data) or {"level": "A", "x": 1}},
    )
    assert keys(moved.opened) == ["high"]
    assert asked == [{"words": "原文"}]
    assert dict(moved.marking.values) == {"level": "A"}


def test_a_circle_of_the_platform_s_own_work_is_stopped():
    drawing = drawn(
        node("serviceTask", "try"), node("exclusiveGateway", "m"), node("exclusiveGateway", "g", default="g_m"),
        flows("start m try g", "g m"), flow("g_end", "g", "end", "sent"),
    )  # fmt: skip
    assert {p.reason_code for p in check_soundness(drawing)} == {"circle_without_person"}
    assert refusal(start, drawing, handlers={"try": lambda data: {"sent": False}}) == "too_many_moves"
    assert start(drawing, handlers={"try": lambda data: {"sent": True}}).done


def test_a_step_twice_open_must_be_said_which_and_a_finished_one_is_not_open():
    drawing = drawn(
        node("parallelGateway", "f"), node("exclusiveGateway", "x"), steps("a"), node("exclusiveGateway", "y"),
        flow("f_x1", "f", "x"), flow("f_x2", "f", "x"), flows("start f", "x a y end"),
    )  # fmt: skip
    moved = start(drawing)
    first, second = moved.opened
    assert refusal(complete, drawing, moved.marking, "a") == "step_which"
    after = complete(drawing, moved.marking, "a", serial=second.serial)
    assert open_steps(drawing, after.marking) == (first,)
    assert refusal(complete, drawing, after.marking, "a", serial=second.serial) == "step_not_open"
    assert refusal(complete, drawing, after.marking, "nowhere") == "step_not_open"
    assert refusal(complete, drawing, after.marking, "x") == "step_not_open"
    assert {p.reason_code for p in check_soundness(drawing)} == {"open_twice"}


def test_a_message_awaited_in_two_places_is_found_before_and_refused_when_it_comes():
    waiting = "".join(node("receiveTask", key, messageRef="m_ring") for key in ("a", "b"))
    drawing = drawn(
        node("parallelGateway", "f"), waiting, node("parallelGateway", "j"), flows("start f a j end", "f b j"), messages=["ring"]
    )  # fmt: skip
    assert [p.reason_code for p in check_soundness(drawing)] == ["message_ambiguous"]
    assert refusal(message, drawing, start(drawing).marking, "ring") == "message_ambiguous"


def test_taking_everything_away_ends_the_case():
    marking = walked(("register", {})).marking
    moved = cancel_all(FULL, marking)
    assert moved.done
    assert keys(moved.cancelled) == ["s_cards", "s_branch"]


@pytest.mark.parametrize(
    "damage",
    [
        {"tokens": [["a", None, 1]]},
        {"tokens": [["a", None, 1, None]] * 2, "next": 9},
        {"tokens": [["a", None, 7, None]], "next": 3},
        {"tokens": [["a", None, 1, 5]], "next": 9},
        {"tokens": [[3, None, 1, None]], "next": 9},
        {"tokens": [["a", None, True, None]], "next": 9},
        {"format": 2},
        {"values": {"x": {"y": 1}}},
        {"values": None},
        {"next": "1"},
    ],
)
def test_a_damaged_state_is_refused(damage):
    good = {"format": 1, "tokens": [], "next": 1, "values": {}}
    assert Marking.from_json(good).done
    assert refusal(Marking.from_json, good | damage) == "marking_strange"


def test_a_state_of_another_drawing_is_refused():
    marking = walked(("register", {})).marking
    other = drawn(steps("a"), flows("start a end"))
    assert refusal(open_steps, other, marking) == "marking_strange"
    assert refusal(complete, other, marking, "a") == "marking_strange"


def test_soundness_of_the_full_complaint_and_the_names_its_conditions_need():
    assert check_soundness(FULL, {"need_more", "redress_cents", "approved"}) == []
    problems = check_soundness(FULL, {"need_more"})
    assert {(p.element_id, p.values["name"]) for p in problems} == {
        ("sf_big", "redress_cents"),
        ("sf_yes", "approved"),
    }
    assert check_names(FULL, {"need_more", "redress_cents", "approved"}) == []


def test_a_dead_end_says_from_where_nothing_can_come():
    drawing = drawn(
        node("exclusiveGateway", "x", default="x_a"), steps("a", "b"), node("parallelGateway", "j"),
        flow("x_a", "x", "a"), flow("x_b", "x", "b", "n > 1"), flows("start x", "a j end", "b j"),
    )  # fmt: skip
    problem = next(p for p in check_soundness(drawing) if p.reason_code == "deadlock")
    assert problem.element_id == "j"
    assert "“a”" in problem.text
    assert "“b”" in problem.text


def test_a_drawing_with_too_many_situations_is_not_called_sound():
    fork = node("parallelGateway", "f") + node("parallelGateway", "j")
    many = [f"s{place}" for place in range(16)]
    drawing = drawn(fork, steps(*many), flows("start f", "j end", *(f"f {key} j" for key in many)))
    assert {p.reason_code for p in check_soundness(drawing)} == {"too_many_markings"}


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


def test_a_dead_end_inside_a_sub_process_is_found_though_a_message_could_interrupt_it():
    inner = (
        node("startEvent", "s")
        + node("exclusiveGateway", "x", default="x_i")
        + steps("i", "k")
        + node("parallelGateway", "j")
        + node("endEvent", "e")
        + flows("s x", "i j e", "k j")
        + flow("x_i", "x", "i")
        + flow("x_k", "x", "k", "n > 1")
    )
    sub = node("subProcess", "sub", inside=inner)
    drawing = drawn(sub, boundary("b", "sub", "m_x"), flows("start sub end", "b end"), messages=["x"])
    problems = check_soundness(drawing)
    assert [p.element_id for p in problems if p.reason_code == "deadlock"] == ["j"]
    assert {p.reason_code for p in problems} == {"deadlock", "unreachable"}


def test_a_gateway_that_only_leads_to_itself_is_a_circle():
    drawing = drawn(
        node("exclusiveGateway", "g", default="g_g"), steps("a"), node("exclusiveGateway", "x", default="x_end"),
        flows("start a x end", "g g"), flow("x_g", "x", "g", "n > 1"),
    )  # fmt: skip
    found = {(p.element_id, p.reason_code) for p in check_soundness(drawing)}
    assert found == {("g", "circle_without_person"), ("g", "never_ends")}


def test_a_terminate_end_takes_away_what_is_inside_sub_processes_too():
    inner = node("startEvent", "s") + steps("i") + node("endEvent", "e") + flows("s i e")
    drawing = drawn(
        node("parallelGateway", "f"), node("subProcess", "sub", inside=inner), steps("a"),
        node("endEvent", "stop", inside=TERMINATE), flows("start f sub end", "f a stop"),
    )  # fmt: skip
    moved = complete(drawing, start(drawing).marking, "a")
    assert keys(moved.cancelled) == ["i"]
    assert moved.done
