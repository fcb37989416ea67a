from __future__ import annotations

from pathlib import Path

import pytest

from yinuo.engines.processes.drawing import DrawingRefused, Kind, parse_drawing
from yinuo.engines.processes.tests.building import (
    HEAD,
    document,
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
