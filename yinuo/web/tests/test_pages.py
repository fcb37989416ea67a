"""The furniture's own pages: nobody is sent elsewhere, nothing hidden shows, three languages."""

import re
from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.template import engines
from django.test import Client, RequestFactory, override_settings

from yinuo.web import navigation, palette
from yinuo.web.navigation import NavItem, declare_nav, place_groups
from yinuo.web.palette import Command, Finder, Found, declare_command, declare_finder, look_up

pytestmark = [pytest.mark.urls("yinuo.web.tests.urls"), pytest.mark.django_db]
GALLERY = ["/_furniture", "/_furniture/list", "/_furniture/case", "/_furniture/public", "/_furniture/portal"]


@pytest.fixture
def client():
    return Client(raise_request_exception=False)


@pytest.fixture
def _empty_registries(monkeypatch):
    monkeypatch.setattr(navigation, "_items", [])
    monkeypatch.setattr(palette, "_commands", {})
    monkeypatch.setattr(palette, "_finders", {})


def a_request(*verbs, path="/"):
    request = RequestFactory().get(path)
    request.reach = SimpleNamespace(holds=lambda verb: verb in verbs)
    return request


@pytest.mark.parametrize("url", [*GALLERY, "/sign-in", "/none", "/no"])
@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_every_page_is_drawn_in_every_language_without_inline_style_or_script(client, url, language):
    page = client.get(url, {"lang": language}).content.decode()
    assert f'lang="{ {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant", "en": "en"}[language] }"' in page
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\ssrc=)", page)


def test_the_gallery_is_closed_in_production(client):
    with override_settings(DEBUG=False, DEMONSTRATION=False):
        assert [client.get(url).status_code for url in GALLERY] == [404] * len(GALLERY)


def test_a_page_that_does_not_exist_has_the_same_body_whatever_was_asked(client):
    first, second = client.get("/complaints/TS-1"), client.get("/nothing?x=1")
    assert (first.status_code, first.content) == (404, second.content)


def test_a_refusal_names_the_grant(client):
    answer = client.get("/no")
    assert answer.status_code == 403
    assert "complaints.answer" in answer.content.decode()


def test_a_broken_page_shows_a_trace_number_and_nothing_of_the_trouble(client, caplog):
    answer = client.get("/break")
    page = answer.content.decode()
    trace = re.search(r"<code>([0-9a-f]{32})</code>", page)[1]
    assert answer.status_code == 500
    assert "secret words" not in page
    assert trace in caplog.text


@pytest.mark.parametrize(
    "wanted", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "/\\evil.example", ""]
)
def test_next_never_leaves_the_bank(client, wanted):
    answer = client.post("/language", {"language": "en", "next": wanted})
    assert answer["Location"] == "/"


def test_switching_the_language_keeps_page_and_filters(client):
    answer = client.post(
        "/language", {"language": "zh-Hant", "next": "/complaints?view=mine&lang=en&q=a%26b"}
    )
    assert answer["Location"] == "/complaints?view=mine&q=a%26b"
    assert client.get("/page").content == b"zh-hant"


def test_the_language_is_asked_of_the_address_the_cookie_and_on_public_pages_the_browser(client):
    assert client.get("/page", headers={"accept-language": "en"}).content == b"zh-hans"
    assert (
        client.get("/s/page", headers={"accept-language": "fr, zh-TW;q=0.9, en;q=0.8"}).content == b"zh-hant"
    )
    assert client.get("/api/page", headers={"accept-language": "en-GB"}).content == b"en"
    assert client.get("/page?lang=en").content == b"en"
    assert client.get("/page").content == b"en"
    assert client.get("/page?lang=klingon").content == b"en"


def test_large_text_moves_the_root_and_back(client):
    client.post("/large-text", {"text": "large", "next": "/_furniture/portal"})
    assert 'data-sq-text="large"' in client.get("/_furniture/portal").content.decode()
    client.post("/large-text", {"text": "normal", "next": "/_furniture/portal"})
    assert 'data-sq-text="large"' not in client.get("/_furniture/portal").content.decode()


def test_a_wrong_password_is_told_and_the_name_kept(client):
    page = client.post("/sign-in", {"username": "linyue", "password": "x"}).content.decode()
    assert 'role="alert"' in page
    assert 'value="linyue"' in page


@pytest.mark.parametrize(
    ("language", "said", "label"),
    [
        ("zh-hans", "用户名或密码不对", "用户名"),
        ("en", "The user name or the password is wrong", "User name"),
        ("zh-hant", "使用者名稱或密碼不正確", "使用者名稱"),
    ],
)
def test_a_refused_sign_in_is_told_in_words_of_ours(client, language, said, label):
    answer = client.post(f"/sign-in?lang={language}", {"username": "linyue", "password": "x"})
    [told] = answer.context["form"].non_field_errors()
    assert said in told
    assert "username" not in told
    assert answer.context["form"]["username"].label == label


@pytest.mark.parametrize(
    ("language", "said"),
    [("zh-hans", "没有任何改动"), ("en", "Nothing was changed"), ("zh-hant", "沒有任何變更")],
)
def test_an_old_form_and_an_unreadable_request_are_told_in_the_reader_s_language(language, said):
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    old, unreadable = strict.post(f"/sign-in?lang={language}", {}), strict.get(f"/unreadable?lang={language}")
    assert (old.status_code, unreadable.status_code) == (403, 400)
    assert said in old.content.decode()
    assert said in unreadable.content.decode()
    assert "CSRF" not in old.content.decode()


def test_the_palette_is_shut_to_strangers(client):
    assert client.get("/palette?q=a").status_code == 403


@pytest.mark.usefixtures("_empty_registries")
def test_navigation_shows_only_what_the_viewer_holds_and_marks_where_one_is():
    declare_nav(NavItem("voice", "Complaints", "/complaints", "file-alert", "complaints.see", lambda r: 65))
    declare_nav(NavItem("output", "Secrets", "/secrets", "lock", "secrets.see"))
    groups = place_groups(a_request("complaints.see", path="/complaints/TS-1"))
    assert [(p.url, p.count, p.current) for g in groups for p in g.places] == [("/complaints", 65, True)]
    assert place_groups(RequestFactory().get("/")) == ()
    with pytest.raises(ValueError, match="nowhere"):
        declare_nav(NavItem("nowhere", "X", "/x", "x"))


@pytest.mark.usefixtures("_empty_registries")
def test_the_palette_finds_only_what_the_viewer_may_see():
    declare_command(
        Command("new", "New complaint", "/complaints/new", verb="complaints.open", words="register")
    )
    declare_finder(
        Finder("all", "Cases", lambda request, text: [Found(f"{text}-{n}", "/x") for n in range(50)])
    )
    found = {g.label: len(g.found) for g in look_up(a_request("complaints.open"), "REGISTER")}
    assert sorted(found.values()) == [1, 8]
    assert [g.label for g in look_up(a_request(), "register")] == ["Cases"]
    assert look_up(a_request(), "") == []


def test_what_people_wrote_never_becomes_markup():
    page = engines["pages"].from_string(
        "{% call ui.card(title, hint=title) %}{{ title }}{% endcall %}{{ ui.tag(title) }}{{ ui.notice(title) }}"
        "{{ ui.facts(pairs) }}{{ ui.masked(title) }}"
    )
    evil = "<script>alert(1)</script>"
    assert "<script" not in page.render({"title": evil, "pairs": [(evil, evil)]})


def test_a_response_of_a_view_keeps_its_own_content_language():
    from yinuo.web.language import LanguageMiddleware

    answer = LanguageMiddleware(lambda request: HttpResponse(headers={"Content-Language": "fr"}))(a_request())
    assert answer["Content-Language"] == "fr"
