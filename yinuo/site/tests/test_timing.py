"""How long an answer took inside is told to whoever measures, and to nobody else."""

import pytest
from django.test import RequestFactory

from yinuo.site import wsgi


def answered(served, path="/nothing-here"):
    told = []
    body = served(
        RequestFactory().get(path).environ, lambda status, headers, *more: told.append((status, headers))
    )
    b"".join(body)
    ((status, headers),) = told
    return status, dict(headers)


def test_an_answer_says_how_long_it_took_and_is_otherwise_the_same():
    def inner(environ, start_response):
        start_response("200 OK", [("X-Own", "1")])
        return [b"x"]

    status, headers = answered(wsgi.timed(inner))
    assert (status, headers["X-Own"]) == ("200 OK", "1")
    name, _, milliseconds = headers["Server-Timing"].partition(";dur=")
    assert name == "app"
    assert float(milliseconds) >= 0


@pytest.mark.django_db
def test_unless_it_is_asked_for_nobody_learns_how_long_an_answer_took():
    status, headers = answered(wsgi.application)
    assert status.startswith("404")
    assert "Server-Timing" not in headers
