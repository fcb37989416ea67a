from __future__ import annotations

import random
import threading
import time

import psycopg
import pytest
from django.db import connection, transaction

from yinuo.facts import sequencer
from yinuo.facts.follow import facts_after, head
from yinuo.facts.gate import record
from yinuo.facts.ids import new_id
from yinuo.facts.models import Checkpoint, Fact, Pending, Position
from yinuo.facts.sequencer import GENESIS, checkpoint, link, sequence_once, sequencer_loop
from yinuo.facts.tests.samples import HAPPENED, some_facts
from yinuo.facts.verify import verify

WRITERS = 32
PATIENCE = 60  # seconds after which a test gives up rather than hangs


def needs_postgres() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL does this")


@pytest.mark.django_db
def test_facts_get_places_without_a_gap_in_the_order_of_their_ids_and_the_chain_links_them():
    made = some_facts(3)
    assert sequence_once() == 3
    made += some_facts(2)
    assert sequence_once() == 2
    places = list(Position.objects.order_by("seq").select_related("fact"))
    assert [place.seq for place in places] == [1, 2, 3, 4, 5]
    assert [place.fact_id for place in places] == [fact.id for fact in made]
    chain = GENESIS
    for place in places:
        chain = link(chain, place.seq, place.fact.digest)
        assert place.chain == chain
    assert not Pending.objects.exists()
    assert sequence_once() == 0


@pytest.mark.django_db
def test_a_limit_leaves_the_rest_for_the_next_time():
    some_facts(5)
    assert [sequence_once(limit=2) for _ in range(4)] == [2, 2, 1, 0]
    assert head() == 5


@pytest.mark.django_db
def test_followers_read_what_was_recorded():
    (made,) = some_facts(1)
    sequence_once()
    (fact,) = facts_after(0, 10)
    assert (fact.seq, fact.id, fact.kind, fact.case_id) == (1, made.id, HAPPENED, made.case_id)
    assert (fact.unit_id, fact.by_id, fact.occurred_at) == (made.unit_id, made.by_id, made.occurred_at)
    assert fact.data == made.data
    assert fact.objects[0][0] == "customer"
    assert facts_after(1, 10) == []


@pytest.mark.django_db
def test_a_place_that_waits_for_nothing_or_twice_does_not_stop_the_others():
    (first,) = some_facts(1)
    sequence_once()
    Pending.objects.create(fact_id=first.id)
    Pending.objects.create(fact_id=new_id())
    some_facts(1)
    assert sequence_once() == 1
    assert head() == 2


@pytest.mark.django_db
def test_every_so_many_positions_are_signed(monkeypatch):
    monkeypatch.setattr(sequencer, "CHECKPOINT_EVERY", 3)
    some_facts(8)
    for _ in range(4):
        sequence_once(limit=2)
    assert list(Checkpoint.objects.values_list("seq", "count")) == [(4, 4), (6, 6)]
    assert checkpoint().seq == 8
    assert checkpoint().seq == 8
    assert Checkpoint.objects.count() == 3


@pytest.mark.django_db
def test_before_any_fact_there_is_nothing_to_sign():
    assert checkpoint() is None


@pytest.mark.django_db(transaction=True)
def test_while_one_sequencer_works_another_does_nothing():
    needs_postgres()
    some_facts(1)
    done = []
    with transaction.atomic():
        assert sequence_once() == 1
        other = threading.Thread(target=in_a_thread, args=[lambda: done.append(sequence_once())])
        other.start()
        other.join(PATIENCE)
    assert done == [0]
    assert head() == 1


@pytest.mark.django_db(transaction=True)
def test_listeners_hear_the_new_head_and_nobody_else_notifies():
    needs_postgres()
    address = {
        k: v for k, v in connection.get_connection_params().items() if k not in ("context", "cursor_factory")
    }
    with psycopg.connect(**address, autocommit=True) as listening:
        listening.execute("LISTEN facts")
        some_facts(2)
        assert list(listening.notifies(timeout=0.2)) == []
        sequence_once()
        assert [heard.payload for heard in listening.notifies(timeout=PATIENCE, stop_after=1)] == ["2"]


@pytest.mark.django_db(transaction=True)
def test_32_writers_who_dawdle_before_commit_lose_nothing_and_leave_no_gap():
    """Ids are given in one order, transactions finish in another: the case in which tailing by id loses facts."""
    rounds, pause = (6, 0.03) if connection.vendor == "postgresql" else (3, 0.004)
    stop, read, written = threading.Event(), [], {}
    tasks = [lambda n=n: written.update({n: write(rounds, pause)}) for n in range(WRITERS)]
    writers = [threading.Thread(target=in_a_thread, args=[task]) for task in tasks]
    sequencers = [threading.Thread(target=sequencer_loop, args=[stop]) for _ in range(2)]
    tailing = threading.Thread(target=in_a_thread, args=[lambda: tail(stop, read)])
    for thread in [*sequencers, tailing, *writers]:
        thread.start()
    for thread in writers:
        thread.join(PATIENCE)
    wait_until(lambda: len(read) >= sum(len(facts) for facts in written.values()))
    stop.set()
    for thread in [*sequencers, tailing]:
        thread.join(PATIENCE)

    everything = [fact for facts in written.values() for fact in facts]
    assert len(written) == WRITERS
    assert len(everything) >= WRITERS * rounds
    assert [fact.seq for fact in read] == list(range(1, len(everything) + 1))
    assert {fact.id for fact in read} == set(everything)
    place = {fact.id: fact.seq for fact in read}
    for facts in written.values():
        assert [place[fact] for fact in facts] == sorted(place[fact] for fact in facts)
    if connection.vendor == "postgresql":  # else the test has shown nothing
        ids = [fact.id for fact in read]
        assert ids != sorted(ids)
    assert verify().problems == []


def write(rounds: int, pause: float) -> list:
    """Transactions of one to three facts, each sleeping before it commits; the ids committed."""
    kept, random_ = [], random.Random()
    for _ in range(rounds):
        with transaction.atomic():
            made = [record(HAPPENED, code="a", number=n).id for n in range(random_.randint(1, 3))]
            time.sleep(random_.random() * pause)
        kept += made
    return kept


def tail(stop: threading.Event, read: list) -> None:
    while not stop.is_set():
        read += facts_after(read[-1].seq if read else 0, 50)
        time.sleep(0.002)


def in_a_thread(task) -> None:
    try:
        task()
    finally:
        connection.close()


def wait_until(condition) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until, "waited too long"
        time.sleep(0.02)


@pytest.mark.django_db(transaction=True)
def test_the_loop_outlives_the_loss_of_its_database():
    needs_postgres()
    stop = threading.Event()
    loop = threading.Thread(target=sequencer_loop, args=[stop])
    loop.start()
    for wanted in (1, 2, 3):
        some_facts(1)
        wait_until(lambda wanted=wanted: head() == wanted)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
    stop.set()
    loop.join(PATIENCE)
    assert not loop.is_alive()
    assert Checkpoint.objects.get().seq == 3
    assert Fact.objects.count() == 3
