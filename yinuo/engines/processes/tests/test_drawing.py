from __future__ import annotations

from pathlib import Path

import pytest

from yinuo.engines.processes.drawing import DrawingRefused, Kind, parse_drawing
from yinuo.engines.processes.reasons import REASONS
from yinuo.engines.processes.tests.building import (
    HEAD,
    TERMINATE,
    boundary,
    document,
    flow,
    flows,
    node,
    simple,
)

FULL = (Path(__file__).parent / "fixtures" / "complaint_full.bpmn").read_bytes()
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


def test_a_full_drawing_is_read_with_its_lanes_notes_messages_and_scopes():
    drawing = parse_drawing(FULL)
    assert drawing.key == "complaint_full"
    assert [lane.words.zh_hans for lane in drawing.lanes] == ["网点", "消保部"]
    assert drawing.notes[0].about == ("handle",)
    assert drawing.node("withdrawn").message == "withdraw"
    assert drawing.node("s_material").message == "material"
    assert drawing.node("s_propose").scope == "handle"
    assert drawing.node("end_withdrawn").terminate
    assert drawing.start_of("handle").key == "s_start"
    assert drawing.condition_names == {"need_more", "redress_cents", "approved"}
    assert drawing.node("classify").kind is Kind.RULE
    assert drawing.paper is None


def test_names_come_in_three_languages_and_fall_back_to_the_drawing_s_own():
    words = (
        '<bpmn:extensionElements><yinuo:words en="Check" zh-hant="核實"/>'
        '<yinuo:step act="investigate" needs="complaints.handle"/></bpmn:extensionElements>'
    )
    step = node("userTask", "a", "核实", words)
    read = parse_drawing(document(START, step, END, flows("start a end"))).node("a")
    assert (read.words.zh_hans, read.words.en, read.words.zh_hant) == ("核实", "Check", "核實")
    assert (read.act, read.needs) == ("investigate", "complaints.handle")
    assert parse_drawing(simple()).node("a").words.en == "a"


def test_white_space_in_a_name_becomes_one_blank():
    step = node("userTask", "a", " two\n lines ")
    assert parse_drawing(document(START, step, END, flows("start a end"))).node("a").name == "two lines"


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY a%d "%s">' % (i, b"&a%d;" % (i - 1) * 10 if i else b"&a;" * 10) for i in range(12))
    + b']><x l="&a11;"/>'
)
OUTSIDE = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>'
UTF16 = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x><x/>'.encode("utf-16")


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        (b"", "file_not_xml"),
        (b"\x00\xff\xfe", "file_not_xml"),
        (b"PK\x03\x04 not xml", "file_not_xml"),
        (b"<a>", "file_not_xml"),
        (b'<?xml version="1.0" encoding="nowhere"?><a/>', "file_not_xml"),
        (simple().replace(b"<bpmn:userTask", b"&nbsp;<bpmn:userTask"), "file_not_xml"),
        (b"<html/>", "file_not_bpmn"),
        (BOMB, "file_doctype"),
        (OUTSIDE, "file_doctype"),
        (UTF16, "file_doctype"),
        (b"<a>" * 200 + b"</a>" * 200, "file_too_deep"),
        (b"<a>" * 500_000, "file_too_deep"),
        (b"<a>" + b"<b/>" * 20_000 + b"</a>", "file_too_many"),
        (b"<a>" + b" " * 2_000_001 + b"</a>", "file_too_large"),
        (f"{HEAD}</bpmn:definitions>".encode(), "process_count"),
        (document(beside='<bpmn:process id="q"/>'), "process_count"),
    ],
)
def test_a_file_that_is_not_a_drawing_is_refused_for_its_reason(xml, reason):
    assert only(xml).reason_code == reason


REFUSED_ELEMENTS = [
    "task", "sendTask", "scriptTask", "callActivity", "inclusiveGateway", "complexGateway", "eventBasedGateway",
    "intermediateCatchEvent", "intermediateThrowEvent", "transaction", "adHocSubProcess", "dataObject",
    "dataObjectReference", "dataStoreReference", "group", "subChoreography", "somethingNew",
]  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED_ELEMENTS)
def test_an_element_outside_the_list_is_refused_by_name_with_the_reason(kind):
    problem = only(simple(node(kind, "x", "某某")))
    assert (problem.element_id, problem.element_name) == ("x", "某某")
    assert problem.reason_code == "element_unsupported"
    assert kind in problem.text
    assert problem.values["why"]


@pytest.mark.parametrize(
    "inside",
    [
        "multiInstanceLoopCharacteristics", "standardLoopCharacteristics", "ioSpecification", "potentialOwner",
        "property", "dataInputAssociation", "script",
    ],
)  # fmt: skip
def test_what_hangs_on_a_step_is_refused_with_the_step_s_name(inside):
    step = node("userTask", "a", "核实", f'<bpmn:{inside} id="i"/>')
    problem = only(document(START, step, END, flows("start a end")))
    assert (problem.reason_code, problem.element_name) == ("element_unsupported", "核实")
    assert inside in problem.text


@pytest.mark.parametrize(
    "event", ["timer", "signal", "error", "escalation", "conditional", "link", "compensate", "cancel"]
)
def test_events_of_other_kinds_are_refused(event):
    inside = f"<bpmn:{event}EventDefinition/>"
    for kind, key in (("startEvent", "start"), ("endEvent", "end")):
        other = {"startEvent": END, "endEvent": START}[kind]
        problem = only(document(node(kind, key, inside=inside), other, A, flows("start a end")))
        assert f"{event}EventDefinition" in problem.text


@pytest.mark.parametrize(
    "attribute",
    [
        {"isForCompensation": "true"},
        {"startQuantity": "2"},
        {"completionQuantity": "3"},
        {"instantiate": "true"},
    ],
)
def test_attributes_that_change_what_a_step_does_are_refused(attribute):
    step = node("receiveTask", "a", **attribute)
    assert only(document(START, step, END, flows("start a end"))).reason_code == "attribute_unsupported"


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
