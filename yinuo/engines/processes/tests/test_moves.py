"""Messages, sub-processes, the platform's own tasks, stored states, and moving to another drawing: by example."""

from __future__ import annotations

import pytest

from yinuo.engines.processes.interpreter import (
    Marking,
    awaited_messages,
    cancel_all,
    complete,
    message,
    open_steps,
    reopen,
    start,
)
from yinuo.engines.processes.soundness import check_handlers, check_reopening, check_soundness
from yinuo.engines.processes.tests.acting import FULL, PLATFORM, drawn, keys, refusal, steps, walked
from yinuo.engines.processes.tests.building import TERMINATE, flow, flows, node


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


def test_a_terminate_end_takes_away_what_is_inside_sub_processes_too():
    inner = node("startEvent", "s") + steps("i") + node("endEvent", "e") + flows("s i e")
    drawing = drawn(
        node("parallelGateway", "f"), node("subProcess", "sub", inside=inner), steps("a"),
        node("endEvent", "stop", inside=TERMINATE), flows("start f sub end", "f a stop"),
    )  # fmt: skip
    moved = complete(drawing, start(drawing).marking, "a")
    assert keys(moved.cancelled) == ["i"]
    assert moved.done


def test_an_ended_case_goes_on_at_a_step_and_its_serials_go_on_counting():
    ended = walked(("register", {}), ("s_branch", {}), ("s_cards", {"need_more": False})).marking
    ended = cancel_all(FULL, ended).marking
    moved = reopen(FULL, ended, "answer")
    assert [(step.key, step.serial) for step in moved.opened] == [("answer", ended.next_serial)]
    assert moved.marking.values == ended.values
    moved = complete(FULL, moved.marking, "answer", handlers=PLATFORM)
    assert complete(FULL, moved.marking, "close").done


def test_a_case_goes_on_only_after_its_end_and_only_at_a_step_of_the_process_itself():
    marking = walked(("register", {})).marking
    assert refusal(reopen, FULL, marking, "answer") == "not_ended"
    ended = cancel_all(FULL, marking).marking
    for place in ("s_branch", "start", "nowhere"):
        assert refusal(reopen, FULL, ended, place) == "step_no_place"


def test_going_on_before_a_join_that_waits_for_another_would_get_stuck():
    drawing = drawn(
        node("parallelGateway", "fork"), node("parallelGateway", "join"), steps("left", "right", "after"),
        flows("start fork", "fork left", "fork right", "left join", "right join", "join after", "after end"),
    )  # fmt: skip
    assert [problem.reason_code for problem in check_reopening(drawing, "left")][:1] == ["deadlock"]
    assert check_reopening(drawing, "after") == []
