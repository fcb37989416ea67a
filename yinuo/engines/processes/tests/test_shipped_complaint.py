"""The process the complaints pack ships; it stands here until the pack has tests of its own."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from yinuo.engines.processes.drawing import Kind, parse_drawing
from yinuo.engines.processes.interpreter import complete, start
from yinuo.engines.processes.soundness import check_handlers, check_reopening, check_soundness

FILE = Path(__file__).parents[3] / "packs" / "complaints" / "content" / "complaints.bpmn"
DRAWING = parse_drawing(FILE.read_bytes())


def test_it_is_sound_and_knows_only_two_values():
    assert DRAWING.key == "complaint"
    assert check_soundness(DRAWING, {"need_more", "refused"}) == []
    assert check_handlers(DRAWING, ()) == []


def test_a_complaint_goes_back_once_for_more_and_is_closed():
    way = ["register", "grade", "investigate", "ask", "investigate", "answer", "close"]
    moved, more = start(DRAWING), iter([True, False])
    for key in way:
        assert [step.key for step in moved.opened] == [key]
        decides = {"investigate": lambda: {"need_more": next(more)}, "register": lambda: {"refused": False}}
        moved = complete(DRAWING, moved.marking, key, decides.get(key, dict)())
    assert moved.done


def test_a_complaint_that_is_not_accepted_has_come_to_its_end():
    moved = complete(DRAWING, start(DRAWING).marking, "register", {"refused": True})
    assert (moved.done, moved.opened) == (True, ())


def test_from_every_step_an_ended_complaint_can_go_on_without_getting_stuck():
    for step in DRAWING.steps:
        assert check_reopening(DRAWING, step.key) == []


def test_every_step_names_its_act_its_verb_and_itself_in_three_languages():
    for step in DRAWING.steps:
        assert step.kind is Kind.USER
        assert step.act == step.key
        assert step.needs.startswith("complaints.")
    words = "{urn:yinuo:words}words"
    for element in etree.fromstring(FILE.read_bytes()).iter():
        if element.get("name"):
            given = element.find(f"*/{words}")
            assert given is not None, element.get("id")
            assert given.get("en"), element.get("id")
            assert given.get("zh-hant"), element.get("id")


def test_everything_has_its_place_and_no_two_steps_overlap():
    boxes = list(DRAWING.paper.boxes.values())
    for place, one in enumerate(boxes):
        for other in boxes[place + 1 :]:
            assert (
                one.right <= other.x or other.right <= one.x or one.bottom <= other.y or other.bottom <= one.y
            )
    assert max(box.right for box in boxes) <= 1200
    assert max(box.bottom for box in boxes) <= 300
