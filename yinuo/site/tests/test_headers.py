"""What every answer tells the browser to forbid, and what the browser must show to be believed."""

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
