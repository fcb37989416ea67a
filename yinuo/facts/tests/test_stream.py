"""The stream in one process, where its clients can be slow, its viewers lose their rights and its batches be exact."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager, suppress

import pytest
from django.db import connection, transaction

from yinuo.facts import stream, tail
from yinuo.facts.audience import EVERYTHING, Audience, Listener
from yinuo.facts.follow import SeqFact
from yinuo.facts.gate import record
from yinuo.facts.ids import new_id
from yinuo.facts.sequencer import sequence_once
from yinuo.facts.stream import LiveApp
from yinuo.facts.tests.samples import HAPPENED, MOVED, NOON, some_facts

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 20  # seconds


class APerson:
    """Sees everything until told otherwise."""

    def __init__(self, unit=None) -> None:
        self.topics = frozenset({unit or EVERYTHING})
        self.blind = self.signed_out = False
        self.will = {}
        self.refreshed = 0

    def sees(self, fact) -> bool:
        return not self.blind and fact.kind != MOVED

    async def refresh(self) -> bool:
        self.refreshed += 1
        self.__dict__.update(self.will)
        return not self.signed_out


class Client:
    """An ASGI client that reads what is sent, or does not."""

    def __init__(self, app: LiveApp, **headers: str) -> None:
        self.sent: list[dict] = []
        self.reads = asyncio.Event()
        self.reads.set()
        self._left = asyncio.Event()
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/live",
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
        }
        self.request = asyncio.create_task(app(scope, self._receive, self._send))

    async def _receive(self) -> dict:
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict) -> None:
        self.sent.append(message)
        await self.reads.wait()

    @property
    def text(self) -> str:
        return b"".join(message.get("body", b"") for message in self.sent).decode()

    def events(self, name: str) -> int:
        return self.text.count(f"event: {name}\n")

    async def leave(self) -> None:
        self._left.set()
        await self.end()

    async def end(self) -> None:
        await asyncio.wait_for(self.request, PATIENCE)


async def until(condition) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "waited too long"
        await asyncio.sleep(0.01)


async def happened(count: int = 1, **more) -> None:
    """Facts, in one batch of the order."""

    def write() -> None:
        try:
            some_facts(count, **more)
            sequence_once()
        finally:
            connection.close()

    await asyncio.to_thread(write)


@asynccontextmanager
async def a_stream(person: APerson | None = None, *, begin: bool = True, **options):
    async def authenticate(scope):
        return person

    app = LiveApp(authenticate, **options)
    startup, messages = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}], []
    shut = asyncio.Event()

    async def receive():
        if len(startup) == 1:
            await shut.wait()
        return startup.pop(0)

    async def send(message):
        messages.append(message["type"])

    living = asyncio.create_task(app({"type": "lifespan"}, receive, send))
    client = Client(app)
    try:
        if begin:
            await until(lambda: client.events("ready"))
        yield app, client
    finally:
        shut.set()
        await living
        with suppress(asyncio.CancelledError):
            await client.end()
        assert messages == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def run(story) -> None:
    asyncio.run(story())


def test_rights_are_read_again_before_anything_that_waits_is_judged():
    """The fact that moves the person and the fact they may no longer see come in one batch."""

    async def story():
        person = APerson()
        async with a_stream(person, refresh_on=[MOVED]) as (_, client):
            await happened()
            await until(lambda: client.events("fact") == 1)
            person.will = {"blind": True}
            await asyncio.to_thread(move, "secret")
            await until(lambda: person.refreshed == 1)
            person.will = {"blind": False}
            await asyncio.to_thread(move)
            await until(lambda: person.refreshed == 2)
            await happened()
            await until(lambda: client.events("fact") == 2)
            assert "id: 4\nevent" not in client.text

    run(story)


def move(*also: str) -> None:
    """A fact that changes rights and, in the same batch, facts with these codes after it."""
    with transaction.atomic():
        record(MOVED)
        for code in also:
            record(HAPPENED, code=code)
    sequence_once()
    connection.close()


def test_other_topics_after_a_refresh_reset_the_page_and_are_heard_from_then_on():
    async def story():
        unit = new_id()
        person = APerson(new_id())
        async with a_stream(person, refresh_on=[MOVED]) as (_, client):
            await happened(unit=unit)
            person.will = {"topics": frozenset({unit})}
            await asyncio.to_thread(move)
            await until(lambda: client.events("reset") == 1)
            await happened(unit=unit)
            await until(lambda: client.events("fact") == 1)
            assert "id: 2\nevent: reset" in client.text
            assert "id: 3\nevent: fact" in client.text

    run(story)


def test_rights_that_change_while_a_stream_is_being_opened_are_read_again():
    async def story():
        person = APerson()

        async def slow_to_know(scope):
            await asyncio.to_thread(move)
            return person

        async with a_stream(None, begin=False, refresh_on=[MOVED]) as (app, stranger):
            await stranger.end()
            app._authenticate = slow_to_know
            client = Client(app)
            await until(lambda: person.refreshed == 1)
            await client.leave()

    run(story)


@pytest.mark.parametrize("options", [{"refresh": 0.05}, {"refresh_on": [MOVED]}])
def test_who_is_no_longer_signed_in_hears_no_more(options):
    async def story():
        person = APerson()
        async with a_stream(person, **options) as (app, client):
            person.will = {"signed_out": True}
            await asyncio.to_thread(move)
            await client.end()
            assert client.sent[-1] == {"type": "http.response.body", "body": b"", "more_body": False}
            assert not app._audience.listeners

    run(story)


def test_a_client_that_reads_too_slowly_is_told_to_start_afresh_and_let_go():
    async def story():
        async with a_stream(APerson(), room=10) as (app, client):
            client.reads.clear()
            await happened(5)
            await until(lambda: client.events("fact") == 5)
            await happened(11)
            await until(lambda: next(iter(app._audience.listeners)).lost)
            client.reads.set()
            await client.end()
            assert client.text.endswith('id: 16\nevent: reset\ndata: {"seq":16}\n\n')
            assert not app._audience.listeners

    run(story)


def test_a_client_that_never_reads_is_let_go():
    async def story():
        async with a_stream(APerson(), patience=0.2) as (app, client):
            client.reads.clear()
            await happened()
            await client.end()
            assert not app._audience.listeners

    run(story)


def test_a_client_that_leaves_is_forgotten():
    async def story():
        async with a_stream(APerson()) as (app, client):
            assert len(app._audience.listeners) == 1
            await client.leave()
            assert not app._audience.listeners
            assert not app._audience._by_topic

    run(story)


def test_a_broken_judgement_ends_the_stream_and_shows_nothing(caplog):
    async def story():
        person = APerson()
        person.sees = lambda fact: 1 / 0
        async with a_stream(person) as (_, client):
            await happened()
            await client.end()
            assert client.events("fact") == 0
            assert "A stream broke" in caplog.text

    run(story)


def test_a_house_that_cannot_serve_now_lets_the_browser_come_back():
    async def story():
        async with a_stream(APerson(), limit=1) as (app, _):
            one_too_many = Client(app)
            await one_too_many.end()

            async def broken(scope):
                raise RuntimeError("no database")

            app._authenticate = broken
            unknown = Client(app)
            await unknown.end()
            for client in (one_too_many, unknown):
                assert client.sent[0]["status"] == 200
                assert client.text == "retry: 3000\n\n"

    run(story)


def test_who_was_away_for_longer_than_is_remembered_starts_afresh(monkeypatch):
    monkeypatch.setattr(tail, "KEPT", 5)

    async def story():
        await happened(3)
        async with a_stream(APerson()) as (app, _):
            await happened(4)
            for last, first in (
                ("1", "event: reset"),
                ("2", "id: 3\nevent: fact"),
                ("9" * 5_000, "event: reset"),
            ):
                client = Client(app, last_event_id=last)
                await until(lambda client=client, first=first: first in client.text)
                await client.leave()
                assert client.events("fact") == (5 if last == "2" else 0)

    run(story)


def test_at_the_end_of_the_process_every_stream_ends():
    async def story():
        async with a_stream(APerson()) as (_, client):
            pass
        assert client.sent[-1]["more_body"] is False

    run(story)


def test_a_second_kind_of_connection_is_declined():
    async def story():
        sent = []

        async def send(message):
            sent.append(message)

        await LiveApp(lambda scope: None)({"type": "websocket"}, None, send)
        assert sent == [{"type": "websocket.close", "code": 1000}]

    run(story)


def test_topics_are_a_filter_and_lead_only_to_those_who_asked():
    audience, unit = Audience(), new_id()
    one, all_ = Listener(APerson(unit), 10), Listener(APerson(), 10)
    audience.join(one)
    audience.join(all_)
    facts = [a_fact(seq, unit if seq == 2 else new_id()) for seq in (1, 2)]
    audience.deliver(facts)
    assert [fact.seq for fact in one.take()] == [2]
    assert [fact.seq for fact in all_.take()] == [1, 2]


def a_fact(seq: int, unit):
    return SeqFact(seq, new_id(), HAPPENED, None, unit, None, NOON, {}, NOON, ())


def test_the_stream_names_what_the_web_floor_needs():
    assert {"LiveApp", "Viewer", "EVERYTHING", "topics_of"} == set(stream.__all__)
