"""What is said when the database is away or a disk is full; every error here is a real one."""

import sqlite3

import psycopg
import pytest
from django.db import DatabaseError, OperationalError, connection
from django.test import Client

from yinuo.web.outage import RETRY_AFTER, outage

pytestmark = pytest.mark.urls("yinuo.web.tests.urls")


@pytest.fixture
def client():
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(("address", "status"), [("/away", 503), ("/full", 507), ("/break", 500)])
def test_a_page_that_cannot_be_made_for_now_says_so_and_when_to_come_again(client, address, status):
    answer = client.get(address)
    assert answer.status_code == status
    assert answer.headers.get("Retry-After") == (str(RETRY_AFTER) if status != 500 else None)
    assert ("稍后" in answer.content.decode()) == (status != 500)


def test_a_sqlite_file_without_room_is_a_full_disk(tmp_path):
    file = sqlite3.connect(tmp_path / "small")
    file.execute("PRAGMA max_page_count = 2")
    file.execute("CREATE TABLE t (x)")
    with pytest.raises(sqlite3.OperationalError) as full:
        file.execute("INSERT INTO t VALUES (zeroblob(100000))")
    assert outage(_as_django(full.value)) == 507


def test_a_mistake_of_ours_is_no_outage(db):
    with pytest.raises(DatabaseError) as mistake, connection.cursor() as cursor:
        cursor.execute("SELECT nothing_of_the_kind")
    assert outage(mistake.value) is None


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="a session of PostgreSQL")
def test_a_session_ended_by_the_server_is_an_outage(db):
    with pytest.raises(OperationalError) as ended, connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    connection.close()
    assert outage(ended.value) == 503


@pytest.mark.parametrize(
    ("state", "status"), [("53100", 507), ("53300", 503), ("57P03", 503), ("40P01", None)]
)
def test_states_of_postgresql(state, status):
    assert outage(_as_django(psycopg.errors.lookup(state)("said by the server"))) == status


def _as_django(cause):
    """As Django hands on what a driver raised."""
    error = OperationalError(*cause.args)
    error.__cause__ = cause
    return error
