"""What pages are drawn with: words in the reader's language, gaps, addresses, and nothing that becomes markup."""

import pytest
from django.template import TemplateDoesNotExist, engines
from django.test import RequestFactory
from django.utils import translation

EVIL = "<script>alert(1)</script>"


def drawn(text, code="en", request=None, **values):
    with translation.override(code):
        return engines["pages"].from_string(text).render(values, request)


def test_one_template_speaks_the_language_of_each_reader():
    word = engines["pages"].from_string('{{ _("Cancel") }}')
    said = []
    for code in ("zh-hans", "en", "zh-hans"):
        with translation.override(code):
            said.append(word.render())
    assert said == ["取消", "Cancel", "取消"]


def test_what_fills_a_gap_stays_text():
    assert (
        drawn('{{ gettext("Matter %(n)s", n=x) }}', x=EVIL) == "Matter &lt;script&gt;alert(1)&lt;/script&gt;"
    )
    assert drawn('{{ ngettext("%(x)s day", "%(x)s days", 2, x=x) }}', x="<") == "&lt; days"
    assert drawn('{{ ngettext("%(n)s day", "%(n)s days", 1, n=1) }}') == "1 day"


def test_words_with_a_percent_sign_are_said_as_they_stand():
    assert drawn('{{ _("Not yet known <b>100%</b> to anybody") }}') == "Not yet known <b>100%</b> to anybody"


def test_what_a_page_does_not_say_is_empty_and_false_as_deep_as_it_is_asked():
    assert drawn("[{{ case.handler.name }}]{% if case.handler.name %}x{% endif %}") == "[]"


def test_what_a_view_gives_goes_before_what_every_page_knows():
    request = RequestFactory().get("/")
    assert drawn("{{ time_zone }}", request=request) == "Asia/Shanghai"
    assert drawn("{{ time_zone }}", request=request, time_zone="here") == "here"


def test_an_address_is_that_of_the_page_and_of_the_object_asked_for():
    assert drawn('{{ ui.url("web:sign_in") }}') == "/sign-in"
    assert [drawn('{{ ui.url("complaints:page", n) }}', n=n) for n in ("A-1", "A-2", "A-1")] == [
        "/complaints/A-1", "/complaints/A-2", "/complaints/A-1",
    ]  # fmt: skip


def test_a_page_that_is_missing_says_so():
    with pytest.raises(TemplateDoesNotExist, match="no-such-page"):
        engines["pages"].get_template("no-such-page.html")


def test_a_page_that_names_a_method_without_calling_it_fails_in_tests():
    with pytest.raises(TypeError, match="instead of calling it"):
        drawn("{{ word.upper }}", word="x")
    assert drawn("{{ word.upper() }}", word="x") == "X"
