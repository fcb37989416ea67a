from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from yinuo.engines.processes.drawing import Kind, parse_drawing
from yinuo.engines.processes.layout import lay_out
from yinuo.engines.processes.lettering import width_of, wrap
from yinuo.engines.processes.svg import draw
from yinuo.engines.processes.tests import nets
from yinuo.engines.processes.tests.building import document, flows, node

ROOT = Path(__file__).parents[3]
SHIPPED = parse_drawing((ROOT / "packs/complaints/content/complaints.bpmn").read_bytes())
FULL = parse_drawing((Path(__file__).parent / "fixtures" / "complaint_full.bpmn").read_bytes())
SVG = "{http://www.w3.org/2000/svg}"


def tree(svg):
    return etree.fromstring(svg.encode())


def step(svg, key):
    return next(each for each in tree(svg).iter(f"{SVG}g") if each.get("data-step") == key)


def test_current_and_finished_steps_are_marked_by_class_shape_and_word():
    svg = draw(SHIPPED, current={"grade"}, done={"start", "register"})
    now, done, other = (step(svg, key) for key in ("grade", "register", "close"))
    assert now.get("class") == "bp-node bp-step is-now"
    assert now.get("aria-current") == "step"
    assert now.findtext(f"{SVG}title") == "分级定责 · 当前环节"
    assert done.get("class") == "bp-node bp-step is-done"
    assert any(each.get("class") == "bp-tick" for each in done)
    assert other.get("class") == "bp-node bp-step"


@pytest.mark.parametrize(
    ("language", "title"), [("zh-hans", "投诉处理"), ("en", "Complaint"), ("zh-hant", "客訴處理")]
)
def test_it_is_an_image_with_a_name_in_the_reader_s_language(language, title):
    root = tree(draw(SHIPPED, language=language))
    assert (root.get("role"), root.get("aria-label"), root.findtext(f"{SVG}title")) == ("img", title, title)


def test_a_step_with_a_link_can_be_reached_by_keyboard():
    root = tree(draw(SHIPPED, current={"grade"}, links={"grade": "/complaints/1#grade"}))
    link = next(root.iter(f"{SVG}a"))
    assert (link.get("href"), link.get("aria-label")) == ("/complaints/1#grade", "分级定责 · 当前环节")
    assert link.get("aria-current") == "step"
    assert root.get("role") == "group", "what is inside an image is not read out"


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "https://elsewhere.example", "//elsewhere.example", "/\\x"]
)
def test_a_link_leads_nowhere_but_to_this_site(address):
    with pytest.raises(ValueError, match="this site"):
        draw(SHIPPED, links={"grade": address})


def test_dwell_stands_under_its_step():
    assert "2.4 天" in "".join(step(draw(SHIPPED, dwell={"grade": "2.4 天"}), "grade").itertext())


def test_a_malicious_name_is_only_text():
    name = '"><script>alert(1)</script><g onload=x style=y>'
    xml = document(
        node("startEvent", "start"),
        node("userTask", "a", name),
        node("endEvent", "end"),
        flows("start a end"),
    )
    svg = draw(parse_drawing(xml), dwell={"a": "<b>"}, links={"a": '/"><script>'})
    elements = {etree.QName(each).localname for each in tree(svg).iter()}
    assert elements <= {"svg", "title", "g", "a", "path", "rect", "circle", "text"}
    assert "<script" not in svg
    assert step(svg, "a").findtext(f"{SVG}title") == name


@pytest.mark.parametrize("drawing", [SHIPPED, FULL, replace(SHIPPED, paper=None)])
def test_nothing_in_it_needs_a_relaxed_content_policy(drawing):
    svg = draw(drawing, current={"grade", "s_cards"}, done={"register"})
    for element in tree(svg).iter():
        assert not {key for key in element.attrib if key == "style" or key.startswith("on") or key == "id"}
    assert not re.search(r"url\(|<script|<style|<image|<use|[\U0001F000-\U0001FAFF]", svg)


def test_lanes_notes_and_messages_are_drawn():
    svg = draw(FULL, language="en")
    text = "".join(tree(svg).itertext())
    assert "网点" in text, "a lane without a translation is called as in the drawing"
    assert "限额以内" in text
    assert step(svg, "withdrawn") is not None
    assert 'class="bp-tie"' in svg


def boxes_of(drawing, paper, *kinds):
    return {key: paper.boxes[key] for key, each in drawing.nodes.items() if each.kind in kinds}


def overlap(one, other):
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom


SOLID = (
    Kind.USER,
    Kind.MANUAL,
    Kind.RECEIVE,
    Kind.SERVICE,
    Kind.RULE,
    Kind.EXCLUSIVE,
    Kind.PARALLEL,
    Kind.START,
    Kind.END,
)


@given(nets.sound_nets())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_computed_layout_covers_no_step_and_ends_every_line_at_its_target(net):
    drawing = parse_drawing(net.xml())
    paper = lay_out(drawing)
    solid = boxes_of(drawing, paper, *SOLID)
    assert not [(a, b) for a in solid for b in solid if a < b and overlap(solid[a], solid[b])]
    for key, inner in drawing.nodes.items():
        if inner.scope:
            holder, box = paper.boxes[inner.scope], paper.boxes[key]
            assert holder.x <= box.x
            assert box.right <= holder.right
            assert holder.y <= box.y
    for key, flow in drawing.flows.items():
        (x, y), target = paper.lines[key][-1], paper.boxes[flow.target]
        assert target.x - 1 <= x <= target.right + 1
        assert target.y - 1 <= y <= target.bottom + 1
    tree(draw(drawing))


@given(nets.sound_nets(subs=False))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_line_of_a_computed_layout_runs_through_a_step(net):
    drawing = parse_drawing(net.xml())
    paper = lay_out(drawing)
    for key, flow in drawing.flows.items():
        line = paper.lines[key]
        for other, box in paper.boxes.items():
            if other in (flow.source, flow.target):
                continue
            for (x0, y0), (x1, y1) in pairwise(line):
                misses = (
                    max(x0, x1) <= box.x
                    or min(x0, x1) >= box.right
                    or max(y0, y1) <= box.y
                    or min(y0, y1) >= box.bottom
                )
                assert misses, f"{key} runs through {other}"


def test_text_is_wrapped_by_width_and_cut_with_an_ellipsis():
    assert wrap("请客户补充材料", 60, 3) == ["请客户补", "充材料"]
    assert wrap("Ask the customer", 70, 3) == ["Ask the", "customer"]
    assert wrap("调查核实，答复", 52, 3) == ["调查核实，", "答复"], "a comma does not begin a line"
    assert wrap("一二三四五六七八九十", 52, 2) == ["一二三四", "五六七…"]
    assert wrap("", 52, 2) == []
    for line in wrap("Donaudampfschifffahrtsgesellschaft", 60, 9):
        assert width_of(line) <= 60
