"""The judge of the kill proof is shown every fault it claims to see, each planted alone in a real bank's database.

A small proof without kills comes first: `yinuo run`, customers at its API, letters at a mail server. The judge must
find nothing in what it leaves; each fault is then planted in a copy of that database, or in what customers were
told, or in what arrived.
"""

from __future__ import annotations

import itertools
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import psycopg
import pytest

from bench.bank import Bank
from tests.postgres import Cluster
from tests.proof.customers import Acknowledged, Customers
from tests.proof.faults import DATABASE, UNGUARDED
from tests.proof.judge import judge
from tests.proof.kill import settle

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.xdist_group("proof"),
    pytest.mark.skipif(
        os.environ.get("YINUO_TEST_DB", "sqlite") == "sqlite", reason="the proof is made for PostgreSQL"
    ),
]
ENOUGH = 8  # complaints: each fault is planted in one of them
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Left:
    """What a proof leaves to judge."""

    database: str
    acknowledged: tuple[Acknowledged, ...]
    arrived: tuple[tuple[str, str], ...]
    master: bytes

    def speaks_of(self) -> set[str]:
        """What the judge says must not be, and is."""
        return {
            name
            for name, count in judge(self.database, self.acknowledged, self.arrived, self.master).items()
            if count
        }


@pytest.fixture(scope="module")
def proof() -> Iterator[tuple[Cluster, Left]]:
    """A bank that took in a few complaints and was shut in peace."""
    before = signal.getsignal(signal.SIGTERM)
    with Bank() as bank:
        bank.open()
        customers = Customers(bank.port, bank.staff()["token"], 2)
        customers.start()
        try:
            until = time.monotonic() + 120
            while len(customers.acknowledged) < ENOUGH and time.monotonic() < until:
                time.sleep(0.01)
        finally:
            customers.finish()
        settle(bank)
        bank.shut()
        assert bank.sink is not None
        arrived = tuple(bank.sink.letters())
        yield bank.cluster, Left(bank.database, tuple(customers.acknowledged), arrived, bank.master)
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def left(proof: tuple[Cluster, Left]) -> Iterator[Left]:
    """The same with a copy of the database of one's own."""
    cluster, whole = proof
    name = f"copy_{next(_numbers)}"
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE yinuo")
    yield replace(whole, database=cluster.url(name))
    cluster.drop(name)


def test_of_what_a_proof_in_peace_leaves_the_judge_says_nothing(proof):
    _cluster, whole = proof
    assert len(whole.acknowledged) >= ENOUGH
    assert whole.speaks_of() == set()


# ---- faults in the database -------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", DATABASE)
def test_a_fault_in_the_database_is_seen(left, fault):
    statement, expected = DATABASE[fault]
    with psycopg.connect(left.database) as connection:
        connection.execute(UNGUARDED)
        connection.execute(statement)
    assert left.speaks_of() == expected


# ---- faults in what customers were told and in what arrived ------------------------------------------------------

Told = Callable[[Left], Left]


def told_of_nothing(left: Left) -> Left:
    stranger = Acknowledged("proof-key-999999", "words", "TS-20260101-9999", 1)
    return replace(left, acknowledged=(*left.acknowledged, stranger))


def told_nobody(left: Left) -> Left:
    return replace(left, acknowledged=left.acknowledged[1:])


def told_another_number(left: Left) -> Left:
    first, *others = left.acknowledged
    return replace(left, acknowledged=(replace(first, number="TS-20260101-9999"), *others))


def told_two_the_same(left: Left) -> Left:
    first, second, *others = left.acknowledged
    return replace(left, acknowledged=(first, replace(second, number=first.number), *others))


def kept_other_words(left: Left) -> Left:
    first, *others = left.acknowledged
    return replace(left, acknowledged=(replace(first, words="something else"), *others))


def letter_missing(left: Left) -> Left:
    return replace(left, arrived=left.arrived[1:])


def letter_twice(left: Left) -> Left:
    return replace(left, arrived=(*left.arrived, left.arrived[0]))


def letter_of_nobody(left: Left) -> Left:
    number = left.arrived[0][1]
    return replace(left, arrived=(*left.arrived, ("<nobody@bank.example>", number)))


def letter_of_another(left: Left) -> Left:
    (first, _number), *others = left.arrived
    return replace(left, arrived=((first, others[0][1]), *others))


OUTSIDE: dict[Told, set[str]] = {
    told_of_nothing: {"acknowledged complaints missing", "cases more than acknowledged"},
    told_nobody: {"complaints nobody was told of", "cases more than acknowledged"},
    told_another_number: {"acknowledged with another number or other words"},
    told_two_the_same: {
        "acknowledged with another number or other words",
        "numbers told to two customers",
    },
    kept_other_words: {"acknowledged with another number or other words"},
    letter_missing: {"letters that never arrived"},
    letter_twice: {"letters that arrived twice"},
    letter_of_nobody: {"letters nobody wrote", "letters naming another complaint"},
    letter_of_another: {"letters naming another complaint"},
}


@pytest.mark.parametrize("fault", OUTSIDE, ids=lambda each: each.__name__)
def test_a_fault_in_what_was_told_or_arrived_is_seen(proof, fault):
    _cluster, whole = proof
    assert fault(whole).speaks_of() == OUTSIDE[fault]


def test_everything_the_judge_looks_for_was_planted(proof):
    _cluster, whole = proof
    planted = set[str]().union(*OUTSIDE.values(), *(seen for _sql, seen in DATABASE.values()))
    assert planted == set(judge(whole.database, whole.acknowledged, whole.arrived, whole.master))
