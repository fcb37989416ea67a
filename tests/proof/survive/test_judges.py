"""Each judge of a story is shown the faults it claims to see: each planted alone, in what a bank in peace has left."""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import psycopg
import pytest

from bench.bank import Bank
from tests.postgres import Cluster
from tests.proof.faults import UNGUARDED, again
from tests.proof.survive import clock, schedulers
from tests.proof.survive.disk import kept
from tests.proof.survive.letters import undecided, unmarked
from tests.proof.survive.story import customers_at, more, one, until

# ---- letters ------------------------------------------------------------------------------------------------------

WRITTEN = [("<a@bank.example>", "sent"), ("<b@bank.example>", "doubtful"), ("<c@bank.example>", "doubtful")]
CAME = {"<a@bank.example>": 1, "<b@bank.example>": 1}


def seen(found: dict[str, int]) -> set[str]:
    """What a judge says must not be, and is."""
    return {name for name, count in found.items() if count}


def test_a_doubt_that_is_written_down_is_no_fault_until_a_person_should_have_decided():
    assert seen(unmarked(WRITTEN, CAME)) == set()
    assert seen(undecided(WRITTEN, CAME)) == {"letters still in doubt", "letters that never came"}
    decided = [(message, "sent") for message, _state in WRITTEN]
    assert seen(undecided(decided, CAME | {"<c@bank.example>": 1})) == set()


@pytest.mark.parametrize(
    ("written", "came", "fault"),
    [
        ([*WRITTEN, ("<d@bank.example>", "sent")], CAME, "letters marked sent that never came"),
        ([*WRITTEN, ("<d@bank.example>", "written")], CAME, "letters neither sent nor in doubt"),
        ([*WRITTEN, ("<d@bank.example>", "failed")], CAME, "letters neither sent nor in doubt"),
        (WRITTEN, CAME | {"<a@bank.example>": 2}, "letters that came twice"),
        (WRITTEN, CAME | {"<x@bank.example>": 1}, "letters nobody wrote"),
    ],
)
def test_a_lost_or_doubled_letter_is_seen(written, came, fault):
    assert seen(unmarked(written, came)) == {fault}


# ---- files --------------------------------------------------------------------------------------------------------


def test_half_a_file_is_seen_whatever_it_is_called(tmp_path):
    whole = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    (tmp_path / whole).write_bytes(b"hello")
    assert kept(tmp_path) == {whole}
    (tmp_path / ".42.draft").write_bytes(b"hel")
    assert kept(tmp_path) == {whole, ".42.draft"}
    (tmp_path / ".42.draft").unlink()


# ---- clocks, jobs, rules: in a real bank's database ---------------------------------------------------------------

_numbers = itertools.count(1)
postgres = pytest.mark.skipif(
    os.environ.get("YINUO_TEST_DB", "sqlite") == "sqlite", reason="the proof is made for PostgreSQL"
)


@dataclass(frozen=True)
class Left:
    """What two schedulers would leave to judge."""

    database: str
    arrived: tuple[str, ...]
    asked: tuple[Any, ...]

    def speaks_of(self) -> set[str]:
        """What the judges say must not be, and is."""
        jobs = schedulers.judged(self.database, self.arrived, self.asked, 1)
        return seen(jobs | clock.judged(self.database))


@pytest.fixture(scope="module")
def peace() -> Iterator[tuple[Cluster, Left]]:
    """A bank that took in a few complaints, some withdrawn, did a few jobs and was shut in peace."""
    before = signal.getsignal(signal.SIGTERM)
    with Bank() as bank:
        bank.open()
        with customers_at(bank, 2) as customers:
            more(customers, 6)
        asked = schedulers.work(bank, 3)
        until(lambda: one(bank, schedulers.AT_REST) == 0, "nothing is left to do")
        bank.shut()
        assert bank.sink is not None
        arrived = tuple(message for message, _number in bank.sink.letters())
        yield bank.cluster, Left(bank.database, arrived, tuple(asked))
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def left(peace: tuple[Cluster, Left]) -> Iterator[Left]:
    """The same with a copy of the database of one's own."""
    cluster, whole = peace
    name = f"planted_{next(_numbers)}"
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE yinuo")
    yield replace(whole, database=cluster.url(name))
    cluster.drop(name)


CLOSED = "(SELECT min(id::text)::uuid FROM cases_case WHERE kind = 'complaints' AND NOT is_open)"
NEW = "gen_random_uuid()"
ONE_JOB = "(SELECT min(id::text)::uuid FROM jobs_job WHERE kind = 'portal.clean_up')"
ONE_LETTER = f"(SELECT id FROM outbox_letter WHERE case_id = {CLOSED} AND template = 'acknowledgement')"
LAST = "(SELECT fact_id FROM facts_position ORDER BY seq DESC LIMIT 1)"
FAULTS = {
    f"UPDATE jobs_job SET state = 'dead' WHERE id = {ONE_JOB}": {"jobs not done"},
    f"UPDATE jobs_job SET attempts = 2 WHERE id = {ONE_JOB}": {"jobs run more than once"},
    again("jobs_job", "t.kind = 'files.sweep'", id=NEW): {"periodic jobs asked for twice"},
    "UPDATE loops_run SET state = 'dead' WHERE seq = (SELECT min(seq) FROM loops_run) AND rule = 'rating.ask'": {"rules not done"},
    again("loops_run", "t.seq = (SELECT min(seq) FROM loops_run) AND t.rule = 'rating.ask'", id=NEW): {"rules done twice for a fact", "closed complaints without two rules"},
    "DELETE FROM loops_run WHERE seq = (SELECT min(seq) FROM loops_run) AND rule = 'rating.ask'": {"closed complaints without two rules"},
    f"DELETE FROM surveys_invitation WHERE about_id = {CLOSED}": {"closed complaints without exactly one question for a rating"},
    f"DELETE FROM cases_reference WHERE to_case_id = {CLOSED}": {"closed complaints without exactly one call-back"},
    f"UPDATE outbox_letter SET state = 'written' WHERE id = {ONE_LETTER}": {"letters not sent"},
    again("outbox_letter", f"t.id = {ONE_LETTER}", id=NEW): {"letters written twice"},
    f"DELETE FROM facts_position WHERE fact_id = {LAST}": {"facts without a place in the order"},
    f"UPDATE facts_position SET seq = seq + 1 WHERE fact_id = {LAST}": {"gaps in the order"},
    f"UPDATE facts_fact SET recorded_at = recorded_at - interval '1 hour' WHERE id = {LAST}": {"facts recorded long before the one before them"},
    f"UPDATE facts_fact SET recorded_at = recorded_at + interval '1 hour' WHERE id = {LAST}": {"facts from the future"},
    f"UPDATE cases_clock SET status = 'broken' WHERE id = (SELECT min(id::text)::uuid FROM cases_clock WHERE case_id = {CLOSED})": {"clocks judged though nobody was late"},
    f"UPDATE cases_clock SET started_at = started_at - interval '1 hour' WHERE id = (SELECT min(id::text)::uuid FROM cases_clock WHERE case_id = {CLOSED} AND started_at IS NOT NULL)": {"clocks that began before their complaint"},
}  # fmt: skip


@postgres
@pytest.mark.postgres
@pytest.mark.xdist_group("proof")
class TestInADatabase:
    """One bank for all of them."""

    def test_of_what_peace_leaves_the_judges_say_nothing(self, peace):
        assert peace[1].speaks_of() == set()

    @pytest.mark.parametrize("fault", FAULTS)
    def test_a_fault_in_the_database_is_seen(self, left, fault):
        with psycopg.connect(left.database) as connection:
            connection.execute(UNGUARDED)
            connection.execute(fault)
        assert left.speaks_of() == FAULTS[fault]

    def test_a_letter_that_is_missing_or_came_twice_is_seen(self, peace):
        _cluster, whole = peace
        first, *others = whole.arrived
        assert replace(whole, arrived=tuple(others)).speaks_of() == {"letters that never arrived"}
        assert replace(whole, arrived=(first, first, *others)).speaks_of() == {"letters that arrived twice"}

    def test_everything_the_judges_look_for_was_planted(self, peace):
        _cluster, whole = peace
        judged = schedulers.judged(whole.database, whole.arrived, whole.asked, 1) | clock.judged(
            whole.database
        )
        planted = set[str]().union(*FAULTS.values())
        assert planted | {"letters that never arrived", "letters that arrived twice"} == set(judged)
