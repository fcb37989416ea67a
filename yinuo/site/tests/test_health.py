"""What load balancers and monitors are told, and that nobody else is."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from yinuo.ground.outbox.models import Letter
from yinuo.ground.vitals.models import Alarm
from yinuo.ground.vitals.names import BACKGROUND, LIVE
from yinuo.ground.vitals.pulse import beat
from yinuo.site import health, home

pytestmark = pytest.mark.django_db


@pytest.fixture
def monitor():
    return Client(HTTP_AUTHORIZATION=f"Bearer {home.secret('metrics')}")


def all_run():
    beat([f"{BACKGROUND}letters", LIVE], timezone.now())


def test_a_process_that_answers_is_alive_and_asks_the_database_nothing(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"alive": True})


def test_ready_is_who_reaches_the_database_and_finds_its_tables(client):
    assert client.get("/readyz").json() == {"ready": True}


def test_a_missing_table_is_named_and_nothing_else(client, monkeypatch):
    monkeypatch.setattr(health, "_migrated", set())
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'vitals'")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "missing": ["tables"]})


def test_a_silent_background_does_not_make_pages_unready(client, monitor):
    assert client.get("/readyz").status_code == 200
    answer = monitor.get("/vitals")
    assert answer.status_code == 503
    silent = {each["key"] for each in answer.json()["vitals"] if each["problem"] == "silent"}
    assert silent == {"process.background", "process.live"}


def test_vital_signs_are_well_where_everything_runs(monitor):
    all_run()
    answer = monitor.get("/vitals")
    assert answer.status_code == 200, answer.json()
    assert answer.json()["well"] is True


@pytest.mark.parametrize("address", ["/vitals", "/metrics"])
@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", "Basic x", "Bearer \u00e9"])
def test_nobody_without_the_monitors_token_is_told_how_we_fare(address, given):
    answer = Client().get(address, HTTP_AUTHORIZATION=given)
    assert answer.status_code == 401
    assert answer.content == b""


def test_metrics_are_read_by_a_parser_of_prometheus_and_hold_routes_never_addresses(monitor):
    monitor.get("/s/track/AAAA-BBBB-CCCCC")
    text = monitor.get("/metrics").content.decode()
    families = {each.name: each for each in text_string_to_metric_families(text)}
    assert {
        "yinuo_vital",
        "yinuo_vital_well",
        "yinuo_facts_head",
        "yinuo_http_request_seconds",
    } <= families.keys()
    routes = {sample.labels["route"] for sample in families["yinuo_http_request_seconds"].samples}
    assert "s/track/<str:code>" in routes
    assert "AAAA" not in text


def test_requests_carry_the_callers_trace_or_one_of_their_own(client):
    given = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    assert client.get("/healthz", HTTP_TRACEPARENT=given)["X-Trace-Id"] == "4bf92f3577b34da6a3ce929d0e0e4736"
    own = {client.get("/healthz", HTTP_TRACEPARENT=wrong)["X-Trace-Id"] for wrong in ("", "x", given.upper())}
    assert len(own) == 3
    assert all(len(each) == 32 for each in own)


def test_nothing_of_this_is_written_by_asking(monitor):
    all_run()
    monitor.get("/vitals")
    monitor.get("/metrics")
    assert not Alarm.objects.exists()
    assert not Letter.objects.exists()
