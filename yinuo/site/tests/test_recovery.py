"""A bank on PostgreSQL is recovered to a moment, and to the last, from a base backup and its log: the real programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from yinuo.site.tests.archives import Archived, archived_bank

pytestmark = pytest.mark.postgres
ERASED_LATER = "00000000-0000-7000-8000-000000000001"
ADDED_BY_FINISHING = ("facts_fact", "facts_pending", "people_staffsession", "outbox_letter")


SUBJECT = f"""
import django; django.setup()
from django.utils import timezone
from yinuo.ground.vault.models import SubjectKey
SubjectKey.objects.create(pk="{ERASED_LATER}", wrapped=b"a key", wrapped_by=1, created_at=timezone.now())
"""


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
    """Complaints come in before, while and after something else is done; how many."""
    running = bank.complaining(first, stop)
    assert running.stdout
    assert running.stdout.readline() == "1\n"
    during()
    assert running.stdout.readline() == "2\n"
    stop.touch()
    said, _ = running.communicate(timeout=120)
    assert running.returncode == 0
    return int(["2", *said.split()][-1])


@pytest.fixture(scope="module")
def story(tmp_path_factory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("story")
    with archived_bank() as bank:
        assert complain(bank, 1, folder / "first", during=bank.base) >= 2
        bank.house.python(SUBJECT)
        ((moment,),) = bank.house.sql("SELECT clock_timestamp()")
        then, files_then = bank.house.everything(), bank.house.files()
        assert complain(bank, 5_000, folder / "second") >= 2
        bank.house.sql(
            f"UPDATE vault_subjectkey SET wrapped = NULL, destroyed_at = now() WHERE subject_id = '{ERASED_LATER}'"
        )
        done = bank.house.yinuo("backup", bank.place, "--follow")
        assert done.returncode == 0, done.stderr
        bank.archive_everything()
        last, files_last = bank.house.everything(), bank.house.files()
        bank.cluster.stop()
        yield Story(bank, moment, then, files_then, last, files_last)


def same(after: dict[str, list[str]], before: dict[str, list[str]]) -> None:
    """In every row of every table, but for what finishing adds."""
    for table, rows in before.items():
        if table not in ADDED_BY_FINISHING:
            assert without_erased(after[table]) == without_erased(rows), table
    assert set(before["facts_fact"]) <= set(after["facts_fact"])
    added = set(after["facts_fact"]) - set(before["facts_fact"])
    assert all("backups.recovered" in row or "outbox.doubtful" in row for row in added)
    assert len(after["outbox_letter"]) == len(before["outbox_letter"])


def without_erased(rows: list[str]) -> list[str]:
    return [each for each in rows if ERASED_LATER not in each]


def test_a_bank_is_recovered_to_a_moment_and_nothing_after_it_is_there(story):
    recovered = story.bank.recover("--to", story.moment.isoformat())
    with recovered.cluster:
        line = recovered.finish(story.bank.place)
        same(recovered.house.everything(), story.then)
        erased = f"SELECT wrapped FROM vault_subjectkey WHERE subject_id = '{ERASED_LATER}'"
        assert any(ERASED_LATER in row and "a key" in row for row in story.then["vault_subjectkey"])
        assert (line["erased"], recovered.house.sql(erased)) == ("1", [(None,)])
        assert recovered.house.files() == story.files_then
        assert (line["files"], line["missing"]) == (str(len(story.files_then)), "0")
        assert len(story.then["cases_case"]) < len(story.last["cases_case"])
        assert recovered.house.yinuo("verify").returncode == 0


def test_a_bank_is_recovered_to_the_last_that_was_archived(story):
    recovered = story.bank.recover()
    with recovered.cluster:
        without = recovered.house.yinuo(
            "recover", story.bank.place, "--finish", YINUO_SECRET_VAULT="another " * 6
        )
        assert (without.returncode, "not those of the bank" in without.stderr) == (1, True)
        recovered.finish(story.bank.place)
        same(recovered.house.everything(), story.last)
        assert recovered.house.files() == story.files_last
        assert recovered.house.yinuo("verify").returncode == 0


def segments(place: Path) -> list[Path]:
    return sorted(each for each in (place / "wal").iterdir() if len(each.name) == 24)


def into(story: Story, place: Path, *more: str) -> str:
    """Why `recover --into` was refused; the folder must not have been filled."""
    data = story.bank.folder / "never"
    done = story.bank.house.yinuo("recover", place, "--into", data, "--key", story.bank.key, *more)
    assert done.returncode == 1, done.stdout
    assert not data.exists() or not any(data.iterdir())
    return done.stderr


def test_a_damaged_segment_stops_the_server_and_is_named(story):
    place = story.bank.copied("damaged")
    spoilt = segments(place)[-2]
    content = bytearray(spoilt.read_bytes())
    content[len(content) // 2] ^= 1
    spoilt.write_bytes(content)
    said = story.bank.refused(place)
    assert f"{spoilt.name} in the archive was changed or cut" in said
    assert "exit code 254" in said


def test_a_missing_segment_is_named_before_anything_is_written(story):
    place = story.bank.copied("gap")
    gone = segments(place)[-2]
    gone.unlink()
    assert f"{gone.name} is missing" in into(story, place)
    found = story.bank.house.yinuo("wal", "verify", "--archive", place)
    assert (found.returncode, f"missing: {gone.name}" in found.stdout) == (1, True)


def test_a_gap_before_the_moment_stops_the_server_instead_of_opening_it_early(story):
    place = story.bank.copied("early")
    gone = segments(place)[-2]
    gone.unlink()
    said = story.bank.refused(place, "--to", "2999-01-01T00:00:00+00:00")
    assert f"{gone.name} is missing in the archive" in said


def test_a_moment_the_log_does_not_reach_is_no_moment_one_is_recovered_to(story):
    said = story.bank.refused(story.bank.copied("later"), "--to", "2999-01-01T00:00:00+00:00")
    assert "recovery ended before configured recovery target was reached" in said


def test_a_moment_before_the_first_base_backup_is_refused(story):
    assert "no base backup was finished by then" in into(
        story, story.bank.place, "--to", "2001-01-01T00:00:00+00:00"
    )


def test_a_moment_without_its_zone_is_refused(story):
    assert "an instant with its zone" in into(story, story.bank.place, "--to", "2026-04-12T08:30:00")


def test_a_damaged_base_backup_leaves_the_folder_empty(story):
    place = story.bank.copied("cut")
    (tar,) = (place / "base").glob("*/tables/base.tar")
    content = bytearray(tar.read_bytes())
    content[-100] ^= 1
    tar.write_bytes(content)
    assert "changed, cut" in into(story, place)


def test_a_data_folder_that_is_not_empty_is_left_as_it_is(story, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "PG_VERSION").write_text("15")
    done = story.bank.house.yinuo(
        "recover", story.bank.place, "--into", tmp_path / "data", "--key", story.bank.key
    )
    assert (done.returncode, "not empty" in done.stderr) == (1, True)
    assert [each.name for each in (tmp_path / "data").iterdir()] == ["PG_VERSION"]


def test_without_the_list_of_who_was_erased_nobody_works_with_an_older_moment(story):
    place = story.bank.copied("forgotten")
    (place / "base" / "erasures").unlink()
    recovered = story.bank.recover("--to", story.moment.isoformat())
    with recovered.cluster:
        done = recovered.house.yinuo("recover", place, "--finish")
        assert (done.returncode, "say with --erasures" in done.stderr) == (1, True)
        assert not any("backups.recovered" in row for row in recovered.house.everything()["facts_fact"])
        listed = story.bank.folder / "listed"
        listed.write_text(f'{{"customer": "{ERASED_LATER}", "at": "2026-05-04T08:00:00+00:00"}}\n')
        for content in (place / "base" / "contents").glob("??/*"):
            content.unlink()
        done = recovered.house.yinuo("recover", place, "--finish", "--erasures", listed)
        assert "erased=1" in done.stdout
        assert (done.returncode, done.stdout.count("missing: file")) == (1, len(story.files_then))
