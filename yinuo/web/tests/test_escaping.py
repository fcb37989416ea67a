"""What is printed is escaped as `escape` escapes it, and markup is left alone."""

import pytest
from django.utils.safestring import SafeString, mark_safe
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from yinuo.web.escaping import escaped
from yinuo.web.templating import PageEnvironment


@given(st.text() | st.text(alphabet="<>&'\"a "))
def test_words_are_escaped_as_escape_escapes_them(words):
    assert escaped(words) == escape(words)


@pytest.mark.parametrize("part", [Markup("<b>"), SafeString("<b>"), mark_safe("<i>"), 7, None, 1.5, ["<"]])
def test_markup_stays_and_anything_else_is_what_escape_gives(part):
    assert escaped(part) == escape(part)


class Shouting(str):
    """Words of a type of their own."""

    __slots__ = ()


def test_words_of_a_type_of_their_own_are_escaped_too():
    assert escaped(Shouting("<b>")) == "&lt;b&gt;"


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("{{ x }}|{{ x|safe }}", "&lt;&amp;|<&"),
        ("{% set y %}<p>{{ x }}</p>{% endset %}{{ y }}", "<p>&lt;&amp;</p>"),
        ("{{ '<i>' ~ x }}", "&lt;i&gt;&lt;&amp;"),
        ("{% macro m(a) %}<u>{{ a }}</u>{% endmacro %}{{ m(x) }}", "<u>&lt;&amp;</u>"),
        ("{% macro m() %}[{{ caller() }}]{% endmacro %}{% call m() %}{{ x }}{% endcall %}", "[&lt;&amp;]"),
        ("{{ nothing }}{{ nothing.at.all }}", ""),
        ("<a title='{{ x }}'>", "<a title='&lt;&amp;'>"),
    ],
)
def test_a_page_escapes_once_whatever_it_is_made_of(source, told):
    assert PageEnvironment(autoescape=True).from_string(source).render(x="<&") == told
