"""What every answer tells the browser to forbid, and what the browser must show to be believed."""

import os
import subprocess
import sys

import pytest
from django.test import Client

from yinuo.ground.people.tests.bank import a_person

pytestmark = pytest.mark.django_db
PAGES = ("/s", "/s/complaint", "/sign-in", "/complaints", "/no-such-page")
PASSWORD = "correct horse battery"


@pytest.fixture
def browser():
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


def policy(answer):
    said = answer.headers.get("Content-Security-Policy", "")
    return {words.split()[0]: words.split()[1:] for words in said.split(";") if words.strip()}


@pytest.mark.parametrize("page", PAGES)
def test_every_page_forbids_foreign_and_inline_code(browser, page):
    said = policy(browser.get(page))
    assert said.get("default-src") == ["'self'"]
    assert said["object-src"] == said["base-uri"] == said["frame-ancestors"] == ["'none'"]
    assert said["form-action"] == ["'self'"]
    for kind in (
        "script-src",
        "script-src-elem",
        "script-src-attr",
        "style-src",
        "style-src-elem",
        "style-src-attr",
    ):
        assert set(said.get(kind, [])) <= {"'self'"}, kind
    assert not {"*", "http:", "https:"} & {source for sources in said.values() for source in sources}


@pytest.mark.parametrize("page", PAGES)
def test_no_page_stands_in_somebody_elses_frame(browser, page):
    assert browser.get(page).headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("page", PAGES)
def test_no_browser_guesses_what_a_page_is_or_tells_others_where_it_was(browser, page):
    headers = browser.get(page).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("page", ["/s/complaint", "/sign-in", "/language", "/complaints/new"])
def test_a_form_from_elsewhere_is_refused(browser, page):
    assert browser.post(page, {"name": "罗安", "language": "en"}).status_code == 403


def test_the_cookie_of_a_session_is_out_of_reach_of_scripts_and_strangers(browser):
    person = a_person("wang.min", PASSWORD)
    browser.get("/sign-in")
    token = browser.cookies["csrftoken"].value
    form = {"username": person.username, "password": PASSWORD, "csrfmiddlewaretoken": token}
    assert browser.post("/sign-in", form).status_code == 302
    cookie = browser.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


@pytest.mark.parametrize("elsewhere", ["//evil.example/", "https://evil.example/", "/\\evil.example"])
def test_signing_in_never_leads_out_of_the_bank(browser, elsewhere):
    person = a_person("wang.min", PASSWORD)
    browser.get("/sign-in")
    form = {
        "username": person.username,
        "password": PASSWORD,
        "next": elsewhere,
        "csrfmiddlewaretoken": browser.cookies["csrftoken"].value,
    }
    assert browser.post("/sign-in", form)["Location"] == "/"


@pytest.mark.parametrize("page", [*PAGES, "/api/v1/complaints", "/healthz"])
def test_no_answer_is_kept_by_a_browser_and_every_one_says_what_it_is(browser, page):
    for answer in (browser.get(page), browser.post(page)):
        assert "no-store" in answer.headers["Cache-Control"]
        kind = answer.headers["Content-Type"]
        assert kind.startswith(("application/json", "application/problem+json")) or kind.endswith(
            "charset=utf-8"
        )


@pytest.mark.parametrize("page", PAGES)
def test_nobody_gets_their_own_request_back(browser, page):
    assert browser.trace(page).status_code in (404, 405)


@pytest.mark.parametrize(
    "path", ["/.git/config", "/static/", "/static/../settings.py", "/static/.git/config", "/files/"]
)
def test_nothing_is_served_but_what_has_a_name(browser, path):
    assert browser.get(path).status_code == 404


def test_over_tls_cookies_belong_to_this_very_host(tmp_path):
    asked = "import django; from django.conf import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME)"
    own = {"YINUO_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "yinuo.site.settings", "YINUO_HTTPS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", asked], env=os.environ | own, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["__Host-session", "__Host-csrf"]


def test_signing_out_lets_the_browser_forget_its_pages():
    somebody = Client()
    somebody.force_login(a_person("wang.min", PASSWORD))
    answer = somebody.post("/sign-out")
    assert answer.status_code == 302
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert somebody.get("/complaints").status_code == 302
