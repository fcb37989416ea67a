"""An authority outside stamps the hour of a head: a real one, and every way in which it is none."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder, decode_timestamp_response

from yinuo.facts import guards
from yinuo.facts.models import Stamp
from yinuo.facts.sequencer import checkpoint, sequence_once
from yinuo.facts.tests.authority import Authority, an_authority
from yinuo.facts.tests.samples import some_facts
from yinuo.facts.verify import verify
from yinuo.ground.vitals.models import Alarm
from yinuo.ground.vitals.watch import watch
from yinuo.site import cli
from yinuo.site.examination import examine
from yinuo.site.leaving import leave
from yinuo.site.timestamping import NotStamped, stamp

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def authority(settings, tmp_path):
    """A real authority that is set and believed, and a chain of five facts."""
    settings.YINUO_HOME = tmp_path / "home"
    settings.YINUO_HOME.mkdir()
    settings.HEADS_FOLDER, settings.HEADS_TO = "", []
    grow(5)
    with an_authority(tmp_path / "authority") as there:
        settings.TIMESTAMP_URL, settings.TIMESTAMP_ROOTS = there.url, str(there.roots)
        yield there


def grow(count: int) -> None:
    """So many facts more, in their order."""
    some_facts(count)
    while sequence_once():
        pass


def problems() -> list[str]:
    return [problem for problem in verify().problems if "time stamp" in problem]


def test_a_head_is_stamped_once_and_openssl_says_the_same_of_the_stamp(authority: Authority, tmp_path: Path):
    assert leave(NOW) == 1
    (stamp,) = Stamp.objects.all()
    assert (stamp.seq, len(authority.asked), problems()) == (5, 1, [])
    assert abs(stamp.at - timezone.now()) < timedelta(minutes=1)
    (tmp_path / "head").write_text(stamp.stated)
    (tmp_path / "stamp").write_bytes(stamp.token)
    told = subprocess.run(
        ["openssl", "ts", "-verify", "-data", "head", "-in", "stamp", "-CAfile", authority.roots],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.returncode, "Verification: OK" in told.stdout) == (0, True)


def test_the_same_head_is_not_stamped_again_and_a_later_one_is(authority: Authority):
    leave(NOW)
    assert leave(NOW + timedelta(hours=1)) == 1
    assert len(authority.asked) == 1
    grow(2)
    leave(NOW + timedelta(hours=2))
    assert list(Stamp.objects.values_list("seq", flat=True)) == [5, 7]


def test_the_authority_learns_a_hash_and_nothing_else(authority: Authority):
    leave(NOW)
    assert len(authority.asked[0]) < 100
    assert Stamp.objects.get().stated.encode()[:20] not in authority.asked[0]


def test_an_answer_from_before_is_refused(authority: Authority):
    leave(NOW)
    authority.spoil = bytes(Stamp.objects.get().token)
    grow(1)
    assert leave(NOW + timedelta(hours=1)) == 0
    assert Stamp.objects.count() == 1


def test_an_older_answer_about_the_same_head_is_refused(authority: Authority):
    leave(NOW)
    authority.spoil = bytes(Stamp.objects.get().token)
    with guards.lifted(connection):
        Stamp.objects.all().delete()
    assert leave(NOW + timedelta(hours=1)) == 0, "its number is that of another question"


def test_an_authority_that_nobody_believes_stamps_nothing(authority: Authority, settings, tmp_path):
    with an_authority(tmp_path / "stranger") as stranger:
        settings.TIMESTAMP_URL = stranger.url
        assert leave(NOW) == 0
    settings.TIMESTAMP_URL, settings.TIMESTAMP_ROOTS = authority.url, ""
    assert leave(NOW) == 0
    assert not Stamp.objects.exists()


@pytest.mark.parametrize("spoilt", [b"", b"nonsense", b"0" * 70_000], ids=["nothing", "nonsense", "too much"])
def test_what_is_no_stamp_is_refused_and_tried_again(authority: Authority, spoilt: bytes):
    authority.spoil = spoilt
    assert leave(NOW) == 0
    authority.spoil, authority.status = None, 503
    assert leave(NOW) == 0
    authority.status = 200
    assert leave(NOW) == 1


def test_an_authority_that_is_away_raises_the_alarm_of_heads_that_do_not_leave(authority, settings):
    settings.TIMESTAMP_URL = "http://127.0.0.1:9/"
    assert leave(NOW) == 0
    watch(NOW)
    watch(NOW + timedelta(minutes=1))
    assert Alarm.objects.filter(vital="facts.head_left", cleared_at=None).exists()


@pytest.mark.parametrize("column", ["seq", "at", "stated", "token"])
def test_every_column_of_a_stamp_that_was_changed_is_found(authority: Authority, column: str):
    leave(NOW)
    stamp = Stamp.objects.get()
    token = bytes(stamp.token)
    changed = {
        "seq": 4,
        "at": stamp.at - timedelta(seconds=1),
        "stated": stamp.stated.replace('"seq":5', '"seq":4'),
        "token": token[:-9] + bytes([token[-9] ^ 1]) + token[-8:],
    }
    with guards.lifted(connection):
        Stamp.objects.filter(pk=stamp.pk).update(**{column: changed[column]})
    assert problems()


def test_a_chain_rewritten_with_our_own_keys_is_found_by_its_stamp(authority: Authority):
    from yinuo.facts.models import Position

    leave(NOW)
    with guards.lifted(connection):
        Position.objects.filter(seq=5).update(chain="ab" * 32)
    assert problems() == ["time stamp of 5: the chain at 5 was another: rewritten since"]


def test_a_stamp_of_something_else_is_found_without_roots_too(authority: Authority, settings):
    leave(NOW)
    settings.TIMESTAMP_ROOTS = ""
    query = TimestampRequestBuilder().hash_algorithm(HashAlgorithm.SHA256).data(b"something else").build()
    with guards.lifted(connection):
        token = authority.answer(query.as_bytes())
        Stamp.objects.update(token=token, at=decode_timestamp_response(token).tst_info.gen_time)
    assert problems() == ["time stamp of 5: is none, or of something else"]


def test_an_answer_without_an_end_is_not_read_to_it(authority: Authority):
    authority.spoil = b"0" * 70_000
    with pytest.raises(NotStamped, match="too_much"):
        stamp(checkpoint())


def test_stamps_are_read_without_roots_too_and_it_is_said_what_was_not_checked(
    authority: Authority, settings, capsys
):
    leave(NOW)
    settings.TIMESTAMP_ROOTS = ""
    assert problems() == []
    cli.main(["verify"])
    assert "who signed the time stamps was not checked" in capsys.readouterr().out
    with guards.lifted(connection):
        Stamp.objects.update(token=authority.answer(authority.asked[0])[:-40])
    assert problems()


def test_doctor_says_whether_anybody_is_believed(authority: Authority, settings):
    def found() -> bool | None:
        return next(each.right for each in examine() if each.what in ("time stamps", "stamps"))

    assert found() is True
    settings.TIMESTAMP_ROOTS = ""
    assert found() is False
    settings.TIMESTAMP_ROOTS = str(authority.folder / "not there")
    assert found() is False
