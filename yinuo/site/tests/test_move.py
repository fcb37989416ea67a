"""A bank moves from SQLite to PostgreSQL and back, and is the same at the end: the real programs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.postgres import Cluster
from yinuo.site.tests.banks import House, Land, told

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def ground(tmp_path_factory, postgres_cluster: Cluster) -> Iterator[Land]:
    return Land(tmp_path_factory.mktemp("land"), postgres_cluster)


def at(house: House, url: str) -> House:
    """The same machine with another database."""
    return House(house.home, url, house.more)


def test_a_bank_moves_to_postgresql_and_back_and_is_the_same(ground):
    first = ground.filled(sqlite=True)
    before, bodies = first.everything(), first.sql("SELECT body FROM facts_fact ORDER BY body")
    there = at(first, ground.empty().url)
    done = first.yinuo("move", "--to", there.url, "--quiet")
    assert done.returncode == 0, done.stderr
    assert told(done)["rows"] == told(done)["moved"]
    assert set(bodies) <= set(there.sql("SELECT body FROM facts_fact"))
    assert first.yinuo("verify").returncode == 0
    assert there.yinuo("verify").returncode == 0

    back = at(first, f"sqlite:///{first.home}/back.sqlite3")
    done = there.yinuo("move", "--to", back.url, "--quiet")
    assert done.returncode == 0, done.stderr
    after = back.everything()
    for table in ("facts_fact", "facts_pending"):  # the moves themselves are facts
        assert set(before.pop(table)) <= set(after.pop(table))
    assert after == before
    assert back.yinuo("verify").returncode == 0
    assert not list(first.home.glob("yinuo-move-*"))


def test_a_bank_does_not_move_into_a_database_with_tables(ground):
    first, second = ground.filled(sqlite=True), ground.filled()
    before = second.everything()
    done = first.yinuo("move", "--to", second.url, "--quiet")
    assert done.returncode == 1
    assert "not empty" in done.stderr
    assert second.everything() == before


def test_an_address_of_no_known_kind_is_refused(ground):
    done = ground.empty(sqlite=True).yinuo("move", "--to", "mysql://somewhere/bank")
    assert (done.returncode, "scheme 'mysql'" in done.stderr) == (1, True)
