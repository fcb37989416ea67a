"""The smallest parts are markup, and what people wrote in them stays text."""

from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from django.template import engines
from django.utils.html import format_html
from django.utils.safestring import SafeString

from yinuo import web
from yinuo.web import leaves
from yinuo.web.clockface import ClockFace
from yinuo.web.filters import Option

EVIL = "\"><script>alert('1')</script>&"
DUE = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("part", [EVIL, SafeString("<b>&amp;</b>"), 7, None])
def test_drawn_says_what_format_html_says(part):
    form = "<p {0} {0}>{one}</p>"
    assert unescape(leaves.drawn(form, part, one=part)) == unescape(format_html(form, part, one=part))
    twice = leaves.joined("<i>{}</i>", [(part,), (part,)])
    assert unescape(twice) == unescape(format_html("<i>{0}</i><i>{0}</i>", part))


def test_drawn_leaves_no_character_that_could_end_a_text_or_an_attribute():
    assert leaves.drawn("{}", EVIL) == "&#34;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;"
    assert leaves.drawn("{}", SafeString("<b>")) == "<b>"


@pytest.mark.parametrize(
    "markup",
    [
        leaves.tag(EVIL, "risk", "refresh", EVIL),
        leaves.level(EVIL, strong=True, title=EVIL),
        leaves.clock(ClockFace("bad", EVIL, DUE, DUE, EVIL, tick=True), what=EVIL),
        leaves.clock(ClockFace("waiting", EVIL)),
        leaves.options([Option(EVIL, EVIL, current=True), Option(EVIL, EVIL, current=False)]),
        leaves.icon("check", "m", EVIL),
    ],
)
def test_no_part_lets_markup_through(markup):
    assert "<script" not in markup
    assert "alert(&#39;1&#39;)" in markup


def test_a_running_clock_tells_the_browser_what_keeps_it_true():
    face = ClockFace("ok", "3 h left", DUE, DUE, "working", tick=True)
    assert leaves.clock(face, near=True, what="Answer") == (
        '<span class="sq-clock is-ok is-near" data-due="2026-11-22T09:30:00+00:00"'
        ' data-warn="2026-11-22T09:30:00+00:00" data-unit="working" data-running data-tick data-what="Answer">'
        f"{leaves.icon('circle-check')}<span>3 h left</span></span>"
    )
    still = leaves.clock(ClockFace("bad", "2 h overdue", DUE))
    assert "data-due" in still
    assert "data-running" not in still


def test_the_tags_of_templates_draw_the_same_parts():
    page = engines["pages"].from_string(
        '{{ ui.tag(words, "risk") }}{{ ui.level(words, true) }}{{ ui.icon("check") }}'
    )
    drawn = page.render({"words": EVIL})
    assert drawn == leaves.tag(EVIL, "risk") + leaves.level(EVIL, strong=True) + leaves.icon("check")


@pytest.mark.parametrize("tone", ["ok", "bad", "risk", "brand"])
def test_each_tone_of_a_tag_has_its_colours(tone):
    styles = (Path(web.__file__).parent / "static" / "web" / "components.css").read_text(encoding="utf-8")
    assert f".sq-tag.is-{tone} {{ background: var(--sq-" in styles
