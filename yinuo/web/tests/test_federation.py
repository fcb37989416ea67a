"""There and back, to a certified provider: signed in once, by the browser that asked, and by nobody else."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import pytest
from django.test import Client

from yinuo.facts.models import Fact
from yinuo.ground.federation import flow, provider
from yinuo.ground.federation.tests.a_provider import a_provider, answered
from yinuo.ground.people.models import StaffSession, User

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("provider")]
BACK = "http://testserver/sign-in/provider/back"


@pytest.fixture(scope="module")
def issuer():
    with a_provider(BACK) as address:
        yield address


@pytest.fixture(autouse=True)
def _set(issuer, settings):
    provider.forget()
    settings.PUBLIC_URL = "http://testserver"
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID = issuer, "yinuo"
    settings.OIDC_CLIENT_SECRET = "a secret of the tests: 0123456789"
    yield
    provider.forget()


@pytest.fixture
def person() -> User:
    return User.objects.create_user("li.na", None, name="李娜", staff_number="S-0042")


def asked(browser: Client, following="/") -> str:
    """Sent there; the address."""
    answer = browser.get(f"/sign-in/provider?{urlencode({'next': following})}")
    assert answer.status_code == 302
    return answer["Location"]


def came(browser: Client, name="li.na", **changed) -> object:
    """There, signed in there, and back, with something else in the answer if wanted."""
    return browser.get(came_with(answered(asked(browser), name, back=BACK), **changed))


def came_with(address: str, **changed) -> str:
    parts = urlsplit(address)
    said = {name: values[0] for name, values in parse_qs(parts.query).items()} | changed
    return urlunsplit(parts._replace(query=urlencode({name: each for name, each in said.items() if each})))


def signed_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


def why() -> str:
    return Fact.objects.filter(kind="federation.refused").latest("recorded_at").data["why"]


def test_whoever_the_provider_vouches_for_is_signed_in_where_they_wanted_to_go(person):
    browser = Client()
    there = asked(browser, "/complaints?view=mine")
    said = parse_qs(urlsplit(there).query)
    assert (said["response_type"], said["code_challenge_method"], said["redirect_uri"]) == (
        ["code"],
        ["S256"],
        [BACK],
    )
    before = browser.session.session_key
    answer = browser.get(answered(there, "li.na", back=BACK))
    assert (answer.status_code, answer["Location"]) == (302, "/complaints?view=mine")
    assert signed_in(browser)
    assert browser.session.session_key != before, "a session of its own"
    assert StaffSession.objects.filter(person=person).count() == 1


def test_a_second_factor_of_ours_is_asked_for_unless_the_bank_trusts_the_providers(person, settings):
    User.objects.update(second_factor=True)
    browser = Client()
    assert came(browser)["Location"] == "/sign-in/second"
    assert not signed_in(browser)
    settings.OIDC_BOTH_FACTORS = True
    browser = Client()
    assert came(browser)["Location"] == "/"
    assert signed_in(browser)


def test_somebody_without_an_account_is_told_so_and_none_is_made(person):
    browser = Client()
    answer = came(browser, "stranger")
    assert (answer.status_code, why(), User.objects.count()) == (403, "unknown", 1)
    assert "没有账户" in answer.content.decode()
    assert not signed_in(browser)


def test_an_answer_opens_once(person):
    browser = Client()
    address = answered(asked(browser), "li.na", back=BACK)
    assert browser.get(address).status_code == 302
    browser.post("/sign-out")
    again = Client()
    again.cookies = browser.cookies
    assert (again.get(address).status_code, why()) == (422, "not_asked")
    session = browser.session
    flow.begin(session, BACK, "/")
    state = session[flow.ASKED]["state"]
    with pytest.raises(flow.TokenRefused):
        flow.finish(session, {"state": "another"}, BACK)
    with pytest.raises(flow.TokenRefused, match="not_asked"):
        flow.finish(session, {"state": state, "code": "x"}, BACK)


def test_an_answer_to_another_browsers_question_is_refused(person):
    victim, thief = Client(), Client()
    stolen = answered(asked(thief), "li.na", back=BACK)
    asked(victim)
    assert (victim.get(stolen).status_code, why()) == (422, "state")
    assert not signed_in(victim)
    assert (Client().get(stolen).status_code, why()) == (422, "not_asked")


def test_an_answer_that_names_another_provider_is_refused(person):
    browser = Client()
    assert (came(browser, iss="http://127.0.0.1:9").status_code, why()) == (422, "mixed_up")
    assert (came(browser, iss="").status_code, why()) == (422, "mixed_up")


def test_a_question_is_over_after_ten_minutes(person, monkeypatch):
    browser = Client()
    address = answered(asked(browser), "li.na", back=BACK)
    monkeypatch.setattr(flow, "LASTS", timedelta(seconds=-1))
    assert (browser.get(address).status_code, why()) == (422, "not_asked")


def test_whoever_says_no_there_is_asked_again(person):
    browser = Client()
    state = parse_qs(urlsplit(asked(browser)).query)["state"][0]
    refused = f"/sign-in/provider/back?{urlencode({'state': state, 'error': 'access_denied', 'iss': provider.provider().issuer})}"
    assert (browser.get(refused).status_code, why()) == (422, "denied")


def test_a_code_that_the_provider_does_not_know_signs_nobody_in(person):
    browser = Client()
    assert came(browser, code="made-up").status_code == 503
    assert not signed_in(browser)


def test_a_provider_that_is_away_is_told_and_the_password_stays(person, settings):
    settings.OIDC_ISSUER = "http://127.0.0.1:9"
    answer = Client().get("/sign-in/provider")
    assert (answer.status_code, "没有应答" in answer.content.decode()) == (503, True)
    assert 'name="password"' in answer.content.decode()


def test_a_provider_that_calls_itself_otherwise_is_not_believed(settings):
    settings.OIDC_ISSUER = settings.OIDC_ISSUER.replace("127.0.0.1", "localhost")
    with pytest.raises(provider.ProviderAway, match="another_issuer"):
        provider.provider()


def test_nobody_is_led_elsewhere_after_signing_in(person):
    browser = Client()
    answer = browser.get(answered(asked(browser, "https://elsewhere.example/"), "li.na", back=BACK))
    assert answer["Location"] == "/"


def test_where_the_bank_has_no_provider_there_is_no_such_door(settings):
    settings.OIDC_ISSUER = ""
    assert Client().get("/sign-in/provider").status_code == 404
    assert Client().get("/sign-in/provider/back?state=x&code=y").status_code == 404
    assert "/sign-in/provider" not in Client().get("/sign-in").content.decode()


def test_its_keys_are_not_asked_for_oftener_than_every_ten_seconds(monkeypatch):
    known, read = provider.provider(), []
    true = provider._json
    monkeypatch.setattr(provider, "_json", lambda *given: read.append(given) or true(*given))
    for _ in range(5):
        provider.keys(known, anew=True)
    assert len(read) == 1
    monkeypatch.setattr(provider, "NOT_OFTENER", 0.0)
    provider.keys(known, anew=True)
    assert len(read) == 2


def test_nothing_secret_stands_in_the_log(person, caplog):
    browser = Client()
    address = answered(asked(browser), "li.na", back=BACK)
    browser.get(address)
    code = parse_qs(urlsplit(address).query)["code"][0]
    assert code not in caplog.text
    kept = str(dict(browser.session.items()))
    assert not [word for word in (code, "verifier", "token", "eyJ") if word in kept], "nor in the session"
