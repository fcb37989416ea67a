"""A bank on PostgreSQL is recovered to a moment, and to the last, from a base backup and its log: the real programs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from yinuo.site.tests.archives import Archived, archived_bank

pytestmark = pytest.mark.postgres
ADDED_BY_FINISHING = ("facts_fact", "facts_pending", "people_staffsession", "outbox_letter")


@dataclass
class Story:
    """A bank whose server was destroyed; what it was at a moment, and at its end."""

    bank: Archived
    moment: datetime
    then: dict[str, list[str]]
    files_then: dict[str, bytes]
    last: dict[str, list[str]]
    files_last: dict[str, bytes]


def complain(bank: Archived, first: int, stop: Path, *, during=lambda: None) -> int:
    """Complaints come in while something else is done; how many."""
    running = bank.complaining(first, stop)
    time.sleep(4)
    during()
    stop.touch()
    said, _ = running.communicate(timeout=120)
    assert running.returncode == 0
    return int(said)


@pytest.fixture(scope="module")
def story(tmp_path_factory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("story")
    with archived_bank() as bank:
        assert complain(bank, 1, folder / "first", during=bank.base) > 1
        ((moment,),) = bank.house.sql("SELECT clock_timestamp()")
        then, files_then = bank.house.everything(), bank.house.files()
        assert complain(bank, 5_000, folder / "second") > 1
        bank.archive_everything()
        done = bank.house.yinuo("backup", bank.place, "--follow")
        assert done.returncode == 0, done.stderr
        last, files_last = bank.house.everything(), bank.house.files()
        bank.cluster.stop()
        yield Story(bank, moment, then, files_then, last, files_last)


def same(after: dict[str, list[str]], before: dict[str, list[str]]) -> None:
    """In every row of every table, but for what finishing adds."""
    for table, rows in before.items():
        if table not in ADDED_BY_FINISHING:
            assert after[table] == rows, table
    assert set(before["facts_fact"]) <= set(after["facts_fact"])
    added = set(after["facts_fact"]) - set(before["facts_fact"])
    assert all("backups.recovered" in row or "outbox.doubtful" in row for row in added)
    assert len(after["outbox_letter"]) == len(before["outbox_letter"])


def test_a_bank_is_recovered_to_a_moment_and_nothing_after_it_is_there(story):
    recovered = story.bank.recover("--to", story.moment.isoformat())
    with recovered.cluster:
        line = recovered.finish(story.bank.place)
        same(recovered.house.everything(), story.then)
        assert recovered.house.files() == story.files_then
        assert (line["files"], line["missing"]) == (str(len(story.files_then)), "0")
        assert len(story.then["cases_case"]) < len(story.last["cases_case"])
        assert recovered.house.yinuo("verify").returncode == 0


def test_a_bank_is_recovered_to_the_last_that_was_archived(story):
    recovered = story.bank.recover()
    with recovered.cluster:
        recovered.finish(story.bank.place)
        same(recovered.house.everything(), story.last)
        assert recovered.house.files() == story.files_last
        assert recovered.house.yinuo("verify").returncode == 0
