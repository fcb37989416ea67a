"""Sub-processes, flows, choices, extensions and diagrams that do not fit, each refused for its reason."""

from __future__ import annotations

import pytest

from yinuo.engines.processes.drawing import DrawingRefused, parse_drawing
from yinuo.engines.processes.reasons import REASONS
from yinuo.engines.processes.tests.building import (
    TERMINATE,
    boundary,
    document,
    flow,
    flows,
    node,
)

START, A, END = node("startEvent", "start"), node("userTask", "a"), node("endEvent", "end")


def refused(xml):
    with pytest.raises(DrawingRefused) as refusal:
        parse_drawing(xml)
    return refusal.value.problems


def only(xml):
    problems = refused(xml)
    assert len(problems) == 1, problems
    return problems[0]


def codes(xml):
    return {problem.reason_code for problem in refused(xml)}


def with_sub(*extra, inner=None, messages=("stop",), **attributes):
    inside = inner or node("startEvent", "s") + node("userTask", "i") + node("endEvent", "e") + flows("s i e")
    sub = node("subProcess", "sub", inside=inside, **attributes)
    return document(START, sub, END, flows("start sub end"), *extra, messages=messages)


def test_sub_processes_are_checked_inside_and_at_their_border():
    out = boundary("b", "sub", "m_stop") + flows("b end")
    assert parse_drawing(with_sub(out)).boundaries("sub")[0].key == "b"
    assert codes(with_sub(triggeredByEvent="true")) == {"attribute_unsupported"}
    assert codes(with_sub(boundary("b", "sub", "m_stop", cancelActivity="false"), flows("b end"))) == {
        "attribute_unsupported"
    }
    assert codes(with_sub(boundary("b", "sub", "m_other"), flows("b end"))) == {"message_missing"}
    assert codes(with_sub(boundary("b", "sub", "m_stop"))) == {"nothing_follows"}
    assert codes(with_sub(boundary("b", "start", "m_stop"), flows("b end"))) == {"boundary_place"}
    assert codes(with_sub(node("boundaryEvent", "b", attachedToRef="sub"), flows("b end"))) == {
        "boundary_message"
    }
    assert codes(with_sub(inner=node("userTask", "i"))) >= {"start_count"}
    assert codes(with_sub(flow("x", "start", "i"))) >= {"flow_crosses"}


def test_sub_processes_may_not_be_nested_for_ever():
    inner = node("startEvent", "s0") + node("endEvent", "e0") + flows("s0 e0")
    for depth in range(1, 7):
        key = f"sub{depth}"
        inner = (
            node("startEvent", f"s{depth}")
            + node("endEvent", f"e{depth}")
            + node("subProcess", key, inside=inner)
        )
        inner += flows(f"s{depth} {key} e{depth}")
    assert "scope_too_deep" in codes(document(inner))


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((START, A, END, flows("start a end"), flow("x", "a", "nowhere")), {"flow_dangling", "many_outgoing"}),
        ((START, A, END, flows("start a end"), flow("x", "", "a")), {"flow_dangling"}),
        ((A, END, flows("a end")), {"start_count", "nothing_leads_here"}),
        ((START, node("startEvent", "s2"), A, END, flows("start a end", "s2 a")), {"start_count"}),
        ((START, A, END, flows("start a end"), flow("x", "end", "a")), {"flow_out_of_end"}),
        ((START, node("exclusiveGateway", "g", default="g_start"), END, flows("start g end"),
          flow("g_start", "g", "start")), {"flow_into_start", "condition_missing"}),
        ((START, A, flows("start a")), {"nothing_follows"}),
        ((START, A, node("userTask", "b"), END, flows("start a end", "b end")), {"nothing_leads_here"}),
        ((START, A, END, flows("start a end"), flow("x", "a", "end")), {"many_outgoing"}),
        ((START, A, END, flow("x", "start", "a", "n > 1"), flow("y", "a", "end")), {"condition_place"}),
        ((START, A, END, flows("start a end"), flow("start_a", "a", "a")), {"id_twice"}),
        ((START, A, A, END, flows("start a end")), {"id_twice"}),
        ((START, node("userTask", "", "无"), END, flows("start end")), {"id_missing"}),
        ((START, node("userTask", "1 a"), END, flows("start end")), {"id_invalid"}),
        ((START, node("userTask", "a", ""), END, flows("start a end")), {"step_unnamed"}),
        ((START, node("userTask", "a", "长" * 121), END, flows("start a end")), {"name_too_long"}),
        ((START, node("userTask", "a", "a\u202eb"), END, flows("start a end")), {"name_strange"}),
    ],
)  # fmt: skip
def test_flows_ids_and_names_that_do_not_fit_are_named(parts, expected):
    assert codes(document(*parts)) == expected


def choosing(*out, **gateway):
    gate = node("exclusiveGateway", "g", **gateway)
    return document(START, A, gate, END, flows("start g", "a end"), *out)


def test_a_choice_needs_conditions_and_a_default():
    good, rest = flow("x", "g", "a", "n > 1"), flow("y", "g", "end")
    assert parse_drawing(choosing(good, rest, default="y"))
    assert codes(choosing(good, rest)) == {"default_missing", "condition_missing"}
    assert codes(choosing(good, rest, default="zz")) >= {"default_unknown"}
    assert codes(choosing(flow("x", "g", "a"), rest, default="y")) == {"condition_missing"}
    assert codes(choosing(good, flow("y", "g", "end", "n > 2"), default="y")) == {"default_condition"}
    assert codes(choosing(good, flow("y", "g", "end", "n.x"), default="x")) == {"condition_attribute"}


def test_a_condition_in_another_language_or_with_markup_is_not_guessed_at():
    other = flow("x", "g", "a", "n > 1").replace(
        "<bpmn:conditionExpression", '<bpmn:conditionExpression language="feel"'
    )
    assert codes(choosing(other, flow("y", "g", "end"), default="y")) == {"condition_language"}
    split = flow("x", "g", "a", "n > 1").replace("n &gt; 1", "n &gt; <!-- 1000 + --> 1")
    drawing = parse_drawing(choosing(split, flow("y", "g", "end"), default="y"))
    assert "1000" not in drawing.flows["x"].condition.text


def test_extensions_of_ours_are_checked_and_those_of_others_left_alone():
    def extended(inside, kind="userTask"):
        step = node(kind, "a", inside=f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>")
        return document(START, step, END, flows("start a end"))

    assert parse_drawing(extended('<x:y xmlns:x="urn:x" run="rm"/>'))
    assert codes(extended('<yinuo:stop act="x"/>')) == {"extension_unknown"}
    assert codes(extended('<yinuo:step act="x" need="y"/>')) == {"extension_unknown"}
    assert codes(extended('<yinuo:step act="os.system()"/>')) == {"step_extension_invalid"}
    assert codes(extended('<yinuo:step act="x"/>', "serviceTask")) == {"extension_unknown"}


def test_thousands_of_steps_are_too_many_to_check():
    keys = [f"n{place}" for place in range(300)]
    steps = "".join(node("userTask", key) for key in keys)
    assert codes(document(START, steps, END, flows(f"start {' '.join(keys)} end"))) == {"too_many_steps"}


def test_only_one_party_is_drawn():
    def drawn(inside):
        beside = f'<bpmn:collaboration id="c">{inside}</bpmn:collaboration>'
        return document(START, A, END, flows("start a end"), beside=beside)

    own = '<bpmn:participant id="pool" name="本行" processRef="p"/>'
    assert parse_drawing(drawn(own)).pool[1].zh_hans == "本行"
    assert codes(drawn(own + '<bpmn:participant id="other" name="客户"/>')) == {"element_unsupported"}
    assert codes(drawn(own + '<bpmn:messageFlow id="mf"/>')) == {"element_unsupported"}


def diagram(bounds='x="1" y="1" width="9" height="9"'):
    shapes = "".join(
        f'<d:BPMNShape xmlns:d="http://www.omg.org/spec/BPMN/20100524/DI" bpmnElement="{key}">'
        f'<c:Bounds xmlns:c="http://www.omg.org/spec/DD/20100524/DC" {bounds}/></d:BPMNShape>'
        for key in ("start", "a", "end")
    )
    points = '<w:waypoint xmlns:w="http://www.omg.org/spec/DD/20100524/DI" x="1" y="1"/>' * 2
    edges = "".join(
        f'<d:BPMNEdge xmlns:d="http://www.omg.org/spec/BPMN/20100524/DI" bpmnElement="{key}">{points}</d:BPMNEdge>'
        for key in ("start_a", "a_end")
    )
    plane = (
        f'<d:BPMNDiagram xmlns:d="http://www.omg.org/spec/BPMN/20100524/DI">{shapes}{edges}</d:BPMNDiagram>'
    )
    return document(START, A, END, flows("start a end"), beside=plane)


def test_where_things_stand_is_read_whole_or_not_at_all():
    assert parse_drawing(diagram()).paper.boxes["a"].width == 9
    assert parse_drawing(diagram().replace(b'bpmnElement="a_end"', b'bpmnElement="a_edn"')).paper is None


@pytest.mark.parametrize("number", ["nan", "inf", "-1", "1e9", "", "9px", "１２３４５６７"])
def test_numbers_that_are_none_are_refused_in_a_diagram(number):
    assert codes(diagram(f'x="1" y="1" width="{number}" height="9"')) == {"number_invalid"}


def test_a_terminate_end_is_told_from_a_plain_one():
    end = node("endEvent", "end", inside=TERMINATE)
    assert parse_drawing(document(START, A, end, flows("start a end"))).node("end").terminate


def test_every_reason_can_be_said():
    for code, sentence in REASONS.items():
        assert sentence.endswith((".", "}")), code
        assert code == code.lower()
