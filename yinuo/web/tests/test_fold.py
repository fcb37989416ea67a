"""A folded form is made when somebody opens it."""

import pytest
from django.template import engines
from django.test import RequestFactory

from yinuo.web.case_verbs import here

FORM = """{% call ui.fold("extend", "More time", "clock") %}<form>{{ costly }}</form>{% endcall %}"""


class Costly:
    made = False

    def __str__(self):
        self.made = True
        return "all colleagues"


def drawn(address, **said):
    costly = Costly()
    request = RequestFactory().get(address)
    return engines["pages"].from_string(FORM).render({"costly": costly} | said, request), costly.made


def test_a_closed_one_makes_nothing_of_its_form_and_knows_where_it_is():
    text, made = drawn("/complaints/TS-1?view=open&after=x")
    assert not made
    assert "<form" not in text
    assert "More time" in text
    assert 'hx-get="?view=open&amp;open=extend"' in text
    assert 'href="?view=open&amp;open=extend#fold-extend"' in text


@pytest.mark.parametrize(("address", "said"), [("/x?open=extend", {}), ("/x", {"tried": "extend"})])
def test_it_is_open_where_the_address_asks_and_where_the_verb_was_refused(address, said):
    text, made = drawn(address, **said)
    assert made
    assert "<form>all colleagues</form>" in text
    assert "data-unfold open" in text
    assert "hx-get" not in text


def test_another_one_stays_closed():
    assert not drawn("/x?open=withdraw", tried="redress")[1]


def test_once_it_is_posted_the_address_goes_on_without_it():
    assert here(RequestFactory().get("/x?view=open&open=extend")) == "?view=open"
    assert here(RequestFactory().get("/x?open=extend")) == ""
