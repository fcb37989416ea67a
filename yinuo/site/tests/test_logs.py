"""A log names kinds, places and traces; never an address, a name, or what the database quotes."""

from __future__ import annotations

import io
import json
import logging

import pytest
from django.db import IntegrityError, connection, transaction

from yinuo.ground.vitals import trace
from yinuo.site.logs import Json, Plain, RoutesNotPaths, Traced

NAME = "王小敏"


def a_log(formatter) -> tuple[logging.Logger, io.StringIO]:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter)
    handler.addFilter(Traced())
    log = logging.Logger("yinuo.test")
    log.addHandler(handler)
    log.addFilter(RoutesNotPaths())
    return log, out


JSON = Json("%(asctime)s %(levelname)s %(name)s %(message)s %(trace)s")
BOTH = pytest.mark.parametrize("formatter", [JSON, Plain("%(levelname)s %(name)s %(message)s")])


@BOTH
@pytest.mark.django_db
def test_what_the_database_quotes_of_a_refused_row_is_not_written(formatter):
    log, out = a_log(formatter)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE person (name varchar(20) UNIQUE)")
            cursor.executemany("INSERT INTO person VALUES (%s)", [[NAME], [NAME]])
    except IntegrityError:
        log.exception("a row was refused")
    written = out.getvalue()
    assert NAME not in written
    assert NAME.encode("unicode_escape").decode() not in written
    assert "IntegrityError" in written
    assert "test_logs.py" in written


@BOTH
def test_errors_behind_an_error_are_named_without_their_words(formatter):
    log, out = a_log(formatter)
    try:
        try:
            raise KeyError(NAME)
        except KeyError as error:
            raise ValueError(f"of {NAME}") from error
    except ValueError:
        log.exception("twice")
    assert "builtins.ValueError" in out.getvalue()
    assert "builtins.KeyError" in out.getvalue()
    assert NAME not in out.getvalue()
    assert "\\u" not in out.getvalue()


def test_each_line_is_one_json_object_with_the_trace_of_what_was_done():
    log, out = a_log(JSON)
    number = trace.begin()
    log.warning("first\nline")
    log.warning("second", extra={"request": object(), "params": [NAME]})
    first, second = map(json.loads, out.getvalue().splitlines())
    assert (first["message"], first["trace"], first["levelname"]) == ("first\nline", number, "WARNING")
    assert set(second) == {"asctime", "levelname", "name", "message", "trace"}


@pytest.mark.django_db
def test_a_page_that_breaks_logs_its_trace_and_shows_the_same(client, monkeypatch, caplog):
    def broken(*args, **kwargs):
        raise RuntimeError(NAME)

    monkeypatch.setattr("yinuo.site.views.visible_items", broken)
    monkeypatch.setattr("yinuo.site.views.redirect", broken)
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == 500
    assert answer["X-Trace-Id"] in answer.content.decode()
    assert any(answer["X-Trace-Id"] in record.getMessage() for record in caplog.records)
    assert NAME not in answer.content.decode()
