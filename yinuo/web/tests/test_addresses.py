"""What no database stores, in addresses and in what is typed where somebody is not known yet."""

import html

import pytest
from django.test import Client, RequestFactory

from yinuo.ground.people.models import SignInFailure
from yinuo.ground.people.tests.bank import a_person
from yinuo.web.addresses import AddressMiddleware

LANGUAGES = ("zh-hans", "en", "zh-hant")


def seen(address):
    """What a page behind the middleware reads."""
    got = []
    AddressMiddleware(lambda request: got.append((request.path_info, request.GET.dict())))(
        RequestFactory().get(address)
    )
    return got[0]


def test_a_nul_is_read_as_what_cannot_be_read():
    assert seen("/complaints/TS%00?q=a%00b&%00=1") == ("/complaints/TS�", {"q": "a�b", "�": "1"})


def test_every_other_address_stays_as_it_is():
    assert seen("/complaints?q=%2500&x=%E8%B4%B9%20") == ("/complaints", {"q": "%00", "x": "费 "})


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["", "\0", "wang\0", "w" * 100_000, "ｗａｎｇ", "=cmd()", "' OR 1=1 --", "‮min"]
)
@pytest.mark.parametrize("password", ["", "\0", "p-" * 50_000])
def test_nothing_typed_at_the_sign_in_lets_in_or_breaks_it(settings, name, password):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    a_person("wang.min", "correct horse battery")
    said = set()
    for language in LANGUAGES:
        client = Client()
        client.cookies["yinuo_language"] = language
        answer = client.post("/sign-in", {"username": name, "password": password})
        page = html.unescape(answer.content.decode())
        assert answer.status_code < 500
        assert "_auth_user_id" not in client.session
        assert "p-p-" not in page  # no token of ours holds a dash
        said.add(page)
    assert len(said) == 3
    assert SignInFailure.objects.count() <= 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    "asked", ["\0", "TS-\0", "ＴＳ－２０２６", "%", "_", "x" * 100_000, "=1+1", "'", "‮", "💥" * 90]
)
def test_whatever_is_looked_up_in_the_palette_gets_an_answer(asked):
    client = Client()
    client.force_login(a_person("wang.min"))
    assert client.get("/palette", {"q": asked}).status_code == 200
