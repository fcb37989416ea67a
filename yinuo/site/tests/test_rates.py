"""Who comes too often is told when to come again, on pages and by the API; the limits are on unless a bank says not."""

import os
import subprocess
import sys

import pytest
from django.test import RequestFactory

from yinuo.channels.api.auth import make_token
from yinuo.engines.editions.tests.first import first_editions
from yinuo.ground.access.rates import Counters, TooMany, caller_of, counters
from yinuo.ground.people.tests.bank import a_person, a_unit
from yinuo.site.rates import USUAL, rates_from


@pytest.fixture(autouse=True)
def _anew():
    counters.forget()
    yield
    counters.forget()


@pytest.fixture
def pages(db):
    first_editions()


def test_so_many_within_so_many_seconds_and_then_again(settings):
    settings.RATES = {"x": (2, 60.0)}
    now = [1000.0]
    counting = Counters(lambda: now[0])
    counting.take("x", "one")
    now[0] += 20
    counting.take("x", "one")
    counting.take("x", "other")
    counting.take("y", "one")
    with pytest.raises(TooMany) as refused:
        counting.take("x", "one")
    assert refused.value.wait == 40
    now[0] += 40
    counting.take("x", "one")


def test_limits_are_on_where_nobody_says_otherwise():
    read = "from yinuo.site import settings; print(settings.RATES == settings.rates_from('') != {})"
    environment = {name: value for name, value in os.environ.items() if name != "YINUO_RATES"}
    said = subprocess.run([sys.executable, "-c", read], env=environment, capture_output=True, text=True)
    assert said.stdout == "True\n", said.stderr
    assert rates_from("") == USUAL


def test_a_bank_sets_its_own_limits_and_a_slip_is_told():
    assert rates_from("off") == {}
    assert rates_from("api.token=5/10") == {**USUAL, "api.token": (5, 10.0)}
    for wrong in ("api.tokens=5/10", "api.token=5", "api.token=a/b"):
        with pytest.raises(ValueError, match="YINUO_RATES"):
            rates_from(wrong)


@pytest.mark.parametrize(
    ("address", "caller"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::"),
        ("", ""),
        ("::1", ""),
        ("127.0.0.1", ""),
    ],
)
def test_whoever_has_one_address_of_a_net_has_all_of_it(address, caller):
    assert caller_of(RequestFactory().get("/", REMOTE_ADDR=address)) == caller


@pytest.mark.usefixtures("pages")
@pytest.mark.parametrize(
    ("limit", "address", "form"),
    [
        ("sign_in.address", "/sign-in", {"username": "a", "password": "b"}),
        ("sign_in.name", "/sign-in", {"username": "a", "password": "b"}),
        ("sign_in.address", "/sign-in/second", {"code": "1"}),
        ("portal.send", "/s/complaint/check", {}),
        ("portal.track", "/s/track", {"code": "AAAA-AAAA-AAAAA"}),
    ],
)
def test_a_door_answers_429_and_says_when_to_come_again(client, settings, limit, address, form):
    settings.RATES = {limit: (1, 100.0)}
    client.cookies["yinuo_language"] = "en"
    assert client.post(address, form, REMOTE_ADDR="10.0.0.1").status_code != 429
    answer = client.post(address, form, REMOTE_ADDR="10.0.0.1")
    assert answer.status_code == 429
    assert 98 <= int(answer["Retry-After"]) <= 100
    assert "try again in 2 minutes" in answer.content.decode()


@pytest.mark.usefixtures("pages")
def test_guesses_at_codes_in_addresses_count_too(client, settings):
    settings.RATES = {"portal.track": (3, 100.0)}
    seen = [
        client.get(f"/s/track/AAAA-AAAA-AAAA{last}", REMOTE_ADDR="10.0.0.1").status_code for last in "ABCD"
    ]
    assert seen == [404, 404, 404, 429]


@pytest.mark.usefixtures("pages")
def test_guesses_at_one_name_from_many_addresses_count_together(client, settings):
    settings.RATES = {"sign_in.name": (2, 100.0)}
    form = {"username": "Li.Wei", "password": "x"}
    seen = [client.post("/sign-in", form, REMOTE_ADDR=f"10.0.0.{last}").status_code for last in range(3)]
    assert seen == [200, 200, 429]


@pytest.mark.usefixtures("pages")
def test_behind_a_proxy_nobody_declared_customers_share_no_limit(client, settings):
    settings.RATES = {"portal.track": (1, 100.0)}
    seen = [client.get(f"/s/track/AAAA-AAAA-AAAA{last}").status_code for last in "ABC"]
    assert seen == [404, 404, 404]


@pytest.mark.parametrize(
    ("proxies", "address"), [("", "127.0.0.1"), ("127.0.0.1", "192.0.2.7"), ("10.0.0.0/8", "127.0.0.1")]
)
def test_only_a_declared_proxy_says_whom_it_asks_for(proxies, address):
    ask = """
from django.conf import settings
from django.test import RequestFactory
import yinuo.site.wsgi as site
from django.core.handlers.wsgi import WSGIHandler
seen = []
WSGIHandler.get_response = lambda self, request: seen.append(request.META["REMOTE_ADDR"]) or __import__("django.http").http.HttpResponse()
site.application(RequestFactory(headers={"x-forwarded-for": "198.51.100.1, 192.0.2.7"}).get("/").environ, lambda *a, **k: None)
print(*seen)
"""
    environment = {**os.environ, "YINUO_PROXIES": proxies}
    said = subprocess.run([sys.executable, "-c", ask], env=environment, capture_output=True, text=True)
    assert said.stdout.strip() == address, said.stderr


@pytest.mark.django_db
def test_a_program_that_calls_too_often_gets_problem_details(client, settings):
    settings.RATES = {"api.token": (1, 100.0)}
    one, other = (make_token(a_person(), a_unit(f"u{n}"), name="x") for n in range(2))
    ask = lambda token: client.get("/api/v1/nowhere-such", headers={"authorization": f"Bearer {token}"})  # noqa: E731
    call = lambda token: client.get("/api/v1/complaints", headers={"authorization": f"Bearer {token}"})  # noqa: E731
    assert ask(one).status_code == 404
    assert call(one).status_code != 429
    answer = call(one)
    assert answer.status_code == 429
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "too_often"
    assert int(answer["Retry-After"]) == answer.json()["wait"]
    assert call(other).status_code != 429
