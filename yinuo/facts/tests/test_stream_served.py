"""The stream as a browser meets it: a granian process, HTTP, facts committed by somebody else."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from django.db import connection

from yinuo.facts.ids import new_id
from yinuo.facts.sequencer import sequence_once
from yinuo.facts.tests.samples import HAPPENED, some_facts

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 60  # seconds after which a test gives up rather than hangs
ROOT = Path(__file__).parents[3]


def database_url() -> str:
    place = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{place['NAME']}"
    options = "&".join(
        f"{name}={quote(str(value), safe='')}" for name, value in (place["OPTIONS"] or {}).items()
    )
    who = quote(place["USER"] or "", safe="") + (
        f":{quote(place['PASSWORD'], safe='')}" if place["PASSWORD"] else ""
    )
    host = quote(place["HOST"], safe="") if not place["HOST"].startswith("/") else ""
    options += f"&host={quote(place['HOST'], safe='')}" if place["HOST"].startswith("/") else ""
    port = f":{place['PORT']}" if place["PORT"] else ""
    return f"postgresql://{who}@{host}{port}/{place['NAME']}?{options}"


@pytest.fixture
def live(tmp_path):
    """The address of a running stream; its process ends well, and within PATIENCE, while streams are open."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "YINUO_HOME": str(tmp_path),
    }
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "asgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    with (tmp_path / "live.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--no-ws", "yinuo.facts.tests.live_demo:application"],
            env=environment,
            cwd=ROOT,
            stdout=log,
            stderr=log,
        )
        try:
            wait_for_port(port, process)
            yield f"http://127.0.0.1:{port}/live", process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)


def wait_for_port(port: int, process: subprocess.Popen) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    pytest.fail("the stream did not start")


class Events:
    """Reads events of one stream in the order they come."""

    def __init__(self, url: str, viewer: str = "everything", **headers: str) -> None:
        self._client = httpx.Client(timeout=PATIENCE)
        self._stream = self._client.stream("GET", url, headers={"x-viewer": viewer} | headers)

    def __enter__(self) -> Events:
        self.response = self._stream.__enter__()
        self._lines = self.response.iter_lines()
        return self

    def __exit__(self, *error) -> None:
        self._stream.__exit__(*error)
        self._client.close()

    def next(self, *, skip_quiet: bool = True) -> dict:
        event: dict = {}
        for line in self._lines:
            if line:
                name, _, value = line.partition(":")
                event[name] = value.strip()
            elif event and ("event" in event or not skip_quiet):
                return event
            else:
                event = {}
        return {"event": "end"}


def fact_events(events: Events, count: int) -> list[dict]:
    found = []
    while len(found) < count:
        event = events.next()
        assert event["event"] == "fact", event
        found.append(event)
    return found


def test_a_committed_fact_reaches_those_who_may_see_it_and_nobody_else(live):
    url, _ = live
    mine, other = new_id(), new_id()
    some_facts(1)
    sequence_once()
    with Events(url) as everybody, Events(url, str(mine)) as one_unit:
        assert everybody.response.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert everybody.next() == one_unit.next() == {"id": "1", "event": "ready", "data": '{"seq":1}'}
        (a,) = some_facts(1, unit=other)
        (b,) = some_facts(1, unit=mine)
        sequence_once()
        first, second = fact_events(everybody, 2)
        assert (first["id"], second["id"]) == ("2", "3")
        assert json.loads(first["data"]) == {
            "seq": 2,
            "kind": HAPPENED,
            "case": str(a.case_id),
            "unit": str(other),
        }
        (only,) = fact_events(one_unit, 1)
        assert json.loads(only["data"]) == {
            "seq": 3,
            "kind": HAPPENED,
            "case": str(b.case_id),
            "unit": str(mine),
        }


def test_who_comes_back_gets_what_was_missed_and_who_was_away_too_long_is_told(live):
    url, _ = live
    some_facts(3)
    sequence_once()
    with Events(url) as events:
        assert events.next()["id"] == "3"
    some_facts(4)
    sequence_once()
    with Events(url, **{"last-event-id": "3"}) as events:
        assert events.next()["id"] == "3"
        assert [event["id"] for event in fact_events(events, 4)] == ["4", "5", "6", "7"]
    some_facts(1)
    for last in ("999", "nonsense", "-1"):
        with Events(url, **{"last-event-id": last}) as events:
            assert events.next()["event"] == "ready"
            assert events.next() == {"id": "7", "event": "reset", "data": '{"seq":7}'}


def test_a_quiet_stream_says_that_it_lives_and_moves_the_place_on(live):
    url, _ = live
    with Events(url, str(new_id())) as events:
        assert events.next()["id"] == "0"
        some_facts(2)
        sequence_once()
        while (event := events.next(skip_quiet=False))["id"] != "2":
            assert set(event) == {"", "id"}
        assert event == {"": "still here", "id": "2"}


def test_strangers_are_turned_away(live):
    url, _ = live
    for headers, status in (
        ({}, 401),
        ({"origin": "https://bank.example"}, 401),
        ({"x-viewer": "everything", "origin": "https://evil.example"}, 403),
        ({"x-viewer": "everything", "origin": "null"}, 403),
    ):
        answer = httpx.get(url, headers=headers)
        assert answer.status_code == status
        assert ("access-control-allow-origin" in answer.headers) == (status == 401 and "origin" in headers)


def test_only_the_pages_origin_may_read_with_cookies(live):
    url, _ = live
    own = url.removesuffix("/live")
    for origin in ("https://bank.example", own):
        with Events(url, origin=origin) as events:
            assert events.response.headers["access-control-allow-origin"] == origin
            assert events.response.headers["access-control-allow-credentials"] == "true"
            assert events.response.headers["vary"] == "Origin"
    asked = httpx.options(url, headers={"origin": "https://bank.example"})
    assert (asked.status_code, asked.headers["access-control-allow-headers"]) == (204, "last-event-id")


def test_other_paths_and_methods_are_refused(live):
    url, _ = live
    assert httpx.get(url + "/more").status_code == 404
    assert httpx.post(url, headers={"x-viewer": "everything"}).status_code == 405


def test_the_process_ends_while_streams_are_open(live):
    url, process = live
    with Events(url) as events:
        assert events.next()["event"] == "ready"
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0


def test_facts_of_many_writers_arrive_once_and_in_order(live):
    url, _ = live
    with Events(url) as events:
        assert events.next()["id"] == "0"
        writers = [threading.Thread(target=write_and_close) for _ in range(8)]
        for writer in writers:
            writer.start()
        while any(writer.is_alive() for writer in writers):
            sequence_once()
            time.sleep(0.01)
        sequence_once()
        assert [int(event["id"]) for event in fact_events(events, 80)] == list(range(1, 81))


def write_and_close() -> None:
    try:
        some_facts(10)
    finally:
        connection.close()


def test_the_stream_outlives_the_loss_of_its_database(live):
    if connection.vendor != "postgresql":
        pytest.skip("a file is not lost")
    url, _ = live
    with Events(url) as events:
        assert events.next()["event"] == "ready"
        for seq in (1, 2):
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            some_facts(1)
            sequence_once()
            assert fact_events(events, 1)[0]["id"] == str(seq)
