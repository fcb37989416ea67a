"""Constant words and icons are looked up once a language and say what Django's own tag says."""

import pytest
from django.template import Context, Template
from django.utils import translation

from yinuo.web.leaves import icon
from yinuo.web.tags.words import Fixed, Said


def in_language(code, text, **values):
    with translation.override(code):
        return Template(text).render(Context(values))


@pytest.mark.parametrize("code", ["zh-hans", "zh-hant", "en"])
@pytest.mark.parametrize("message", ["Cancel", "Not yet known <b>100%</b> to anybody"])
def test_a_constant_says_what_a_variable_says(code, message):
    assert in_language(code, f'{{% translate "{message}" %}}') == in_language(
        code, "{% autoescape off %}{% translate message %}{% endautoescape %}", message=message
    )


def test_one_template_speaks_the_language_of_each_reader():
    word = Template('{% translate "Cancel" %}')
    said = []
    for code in ("zh-hans", "en", "zh-hans"):
        with translation.override(code):
            said.append(word.render(Context()))
    assert said == ["取消", "Cancel", "取消"]


def test_what_is_not_a_constant_goes_the_long_way():
    assert isinstance(Template('{% translate "Cancel" %}').nodelist[0], Said)
    assert isinstance(Template('{% icon "check" %}').nodelist[0], Fixed)
    assert in_language("en", '{% translate "Cancel" as it %}[{{ it }}]') == "[Cancel]"
    assert in_language("en", "{% translate word|upper %}", word="<a>") == "&lt;A&gt;"
    assert in_language("en", "{% icon shape %}{% icon 'check' label='Done' %}", shape="note") == icon(
        "note"
    ) + icon("check", label="Done")
