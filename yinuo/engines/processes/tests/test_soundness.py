"""What the soundness check says, by example."""

from __future__ import annotations

from yinuo.engines.processes.soundness import check_names, check_soundness
from yinuo.engines.processes.tests.acting import FULL, drawn, steps
from yinuo.engines.processes.tests.building import boundary, flow, flows, node


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
