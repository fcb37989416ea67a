"""The suite finds what was planted in a test build, and knows a hole from what only looks like one."""

import http.client

import pytest

from tests.attack import judge, suite
from tests.attack.browser import Answer
from tests.attack.payloads import COMPUTED
from tests.attack.target import Target


def answer(body="", status=200, **headers):
    said = http.client.HTTPMessage()
    said["Content-Type"] = "text/html; charset=utf-8"
    for name, value in headers.items():
        said[name.replace("_", "-")] = value
    return Answer(status, said, body.encode(), 0.1)


@pytest.mark.parametrize(
    "shown",
    [
        answer(status=500),
        answer('syntax error at or near "x"'),
        answer("<p><zqwordx onfocus=alert(1)></p>"),
        answer(f"<p>zqword{COMPUTED}</p>"),
        answer(X_Attacked="zqword"),
        answer("root:x:0:0:root:/root:/bin/bash"),
        answer(Location="//attacker.example/x", status=302),
        answer(Location="/\\attacker.example/x", status=302),
        answer("Traceback (most recent call last)"),
    ],
    ids=range(9),
)
def test_what_went_through_is_a_finding(shown):
    assert list(judge.judged(shown, "zqword"))


@pytest.mark.parametrize(
    "shown",
    [
        answer("<p>&lt;zqwordx onfocus=alert(1)&gt;</p>"),
        answer("zqword{{7919*7927}}"),
        answer(status=404),
        answer(Location="/sign-in?next=//attacker.example", status=302),
        answer("psycopg 3.3, a driver"),
    ],
    ids=range(5),
)
def test_what_was_refused_or_escaped_is_none(shown):
    assert not list(judge.judged(shown, "zqword"))


def test_a_page_without_its_headers_is_a_finding():
    assert len(list(judge.promised(answer()))) == 5
    lax = answer(Content_Security_Policy="default-src 'self'; script-src 'unsafe-inline'")
    assert any("allows too much" in each for each in judge.promised(lax))


@pytest.mark.postgres
def test_our_own_attackers_find_the_three_holes_of_a_test_build():
    with Target(planted=True) as target:
        found = dict(suite.attack(target, ["officer"], ["conduct", "parameters"], 10))
    assert len(found["officer"]["visited"]) > 100
    holes = suite.holes_found(found["officer"]["findings"])
    assert len(holes) == 3
    assert all(holes.values()), holes
