"""One wrong input after another on the customer's page: said in their language, nothing written, no word lost."""

import html

import pytest
from django.test import Client
from django.utils import timezone

from yinuo.packs.surveys import actions
from yinuo.packs.surveys.models import Invitation, Opinion
from yinuo.packs.surveys.tests.bank import a_case
from yinuo.packs.surveys.tests.test_surveys import facts

pytestmark = pytest.mark.django_db
LANGUAGES = ("zh-hans", "en", "zh-hant")
WORDS = "柜台等了四十分钟 =HYPERLINK(1) <b>请改进</b>"


@pytest.fixture
def token(bank):
    return actions.ask(a_case(bank), at=timezone.now()).token


def everything():
    return facts(), list(Invitation.objects.values()), list(Opinion.objects.values())


def posted(token, typed):
    """The answer in each language."""
    pages = []
    for language in LANGUAGES:
        client = Client()
        client.cookies["yinuo_language"] = language
        answer = client.post(f"/s/survey/{token}", typed)
        pages.append((answer.status_code, html.unescape(answer.content.decode())))
    return pages


@pytest.mark.parametrize(
    "typed",
    [
        *(
            {"rating": rating}
            for rating in ("", "0", "6", "-1", "５", "4.0", "9" * 400, "=1+1", "很好", "3\0")
        ),
        {},
        {"rating": "3", "words": WORDS + "很" * 1_000},
        {"rating": "3", "words": WORDS + "\0"},
    ],
    ids=range(13),
)
def test_what_is_no_rating_is_said_and_the_words_stay(token, typed):
    before, said = everything(), []
    for status, page in posted(token, {"words": WORDS} | typed):
        assert status == 422
        assert WORDS in page
        said.append(page.split('class="sq-errors"', 1)[1].split("</div>", 1)[0])
    assert len(set(said)) == 3
    assert everything() == before


@pytest.mark.parametrize("spoil", [str.lower, str.upper, lambda token: token[:-1], lambda token: f"{token}x",
                                   lambda token: f"{token}%00", lambda token: "%EF%BC%91" * 40, lambda token: "x" * 5_000])  # fmt: skip
def test_a_mistyped_link_is_no_link_and_the_right_one_still_works(token, spoil):
    wrong, before = spoil(token), everything()
    if wrong != token:
        assert {status for status, _page in posted(wrong, {"rating": "5"})} == {404}
        assert everything() == before
    assert Client().post(f"/s/survey/{token}", {"rating": "5", "words": WORDS}).status_code == 302
    assert Invitation.objects.get().rating == 5


def test_a_link_used_twice_says_so_and_keeps_the_first(token):
    Client().post(f"/s/survey/{token}", {"rating": "5"})
    before, pages = everything(), posted(token, {"rating": "1", "words": WORDS})
    assert {status for status, _page in pages} == {409}
    assert len({page for _status, page in pages}) == 3
    assert everything() == before


def test_the_longest_words_are_taken_whole(token):
    words = "很" * 1_000
    assert Client().post(f"/s/survey/{token}", {"rating": "5", "words": words}).status_code == 302
    assert Opinion.objects.get().text == words
