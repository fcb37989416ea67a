"""The signed head leaves every hour; what has left finds what nobody inside can find any more."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from yinuo.facts import canonical, guards, heads, left
from yinuo.facts.models import Checkpoint, Fact, Position, Tile
from yinuo.facts.sequencer import checkpoint, link, sequence_once
from yinuo.facts.tests.samples import some_facts
from yinuo.facts.verify import verify
from yinuo.ground.outbox.tests.post import Postbox, a_server
from yinuo.ground.vitals.models import Alarm
from yinuo.ground.vitals.watch import watch
from yinuo.site import cli
from yinuo.site.leaving import leave

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def folder(settings, tmp_path) -> Path:
    """Where heads leave to, beside a home of its own."""
    settings.YINUO_HOME = tmp_path / "home"
    settings.HEADS_FOLDER = str(tmp_path / "heads")
    for each in (settings.YINUO_HOME, tmp_path / "heads"):
        each.mkdir()
    grow(5)
    return tmp_path / "heads"


def grow(count: int) -> None:
    """So many facts more, in their order."""
    some_facts(count)
    while sequence_once():
        pass


def verified(folder: Path, capsys) -> tuple[int, str]:
    status = cli.main(["verify", "--heads", str(folder)])
    return status, capsys.readouterr().out


def test_a_head_leaves_once_an_hour_as_a_new_file_each(folder, capsys):
    assert leave(NOW) == 1
    grow(1)
    assert leave(NOW + timedelta(minutes=59)) == 0
    assert leave(NOW + timedelta(minutes=60)) == 1
    there = sorted(folder.iterdir())
    assert [json.loads(path.read_bytes())["seq"] for path in there] == [5, 6]
    assert leave(NOW + timedelta(minutes=120)) == 1, "the same head again"
    assert sorted(folder.iterdir()) == there
    assert verified(folder, capsys)[0] == 0


def test_it_leaves_by_mail_too(folder, settings):
    settings.HEADS_TO = ["auditor@bank.example", "notary@law.example"]
    with a_server() as (post, address):
        settings.SMTP_URL = f"smtp://{address}"
        assert leave(NOW) == 2
    assert [each["To"] for each in post.arrived] == settings.HEADS_TO
    (attached,) = post.arrived[0].iter_attachments()
    assert attached.get_content() == next(folder.iterdir()).read_bytes()


def test_what_cannot_leave_is_tried_again_and_alarmed_once(folder, settings):
    missing, settings.HEADS_FOLDER = settings.HEADS_FOLDER, str(folder / "not mounted")
    settings.HEADS_TO = ["auditor@bank.example"]
    with a_server(Postbox()) as (post, address):
        settings.SMTP_URL, post.data = f"smtp://{address}", "451 later"
        assert leave(NOW) == 0
        watch(NOW)
        watch(NOW + timedelta(minutes=1))
        assert Alarm.objects.filter(vital="facts.head_left", cleared_at=None).count() == 1
        raised = Fact.objects.filter(kind="vitals.alarm_raised", body__contains="facts.head_left")
        assert raised.count() == 1
        post.data, settings.HEADS_FOLDER = "250 OK", missing
        assert leave(NOW + timedelta(minutes=1)) == 2
    watch(NOW + timedelta(minutes=2))
    assert not Alarm.objects.filter(vital="facts.head_left", cleared_at=None).exists()


def test_nothing_is_wrong_where_no_target_is_configured(settings):
    settings.HEADS_FOLDER, settings.HEADS_TO = "", []
    assert leave(NOW) == 0
    watch(NOW)
    assert not Alarm.objects.filter(vital="facts.head_left").exists()


def test_an_older_state_that_was_restored_is_found_by_what_has_left(folder, settings, tmp_path, capsys):
    checkpoint()
    older = tmp_path / "older home"
    older.mkdir()
    heads.append(5, Position.objects.get(seq=5).chain, NOW)
    grow(3)
    leave(NOW)
    with guards.lifted(connection):
        gone = list(Position.objects.filter(seq__gt=5).values_list("fact_id", flat=True))
        Position.objects.filter(seq__gt=5).delete()
        Checkpoint.objects.filter(seq__gt=5).delete()
        Fact.objects.filter(pk__in=gone).delete()
    settings.YINUO_HOME = older  # the folder of the keys and heads was restored with it
    assert verify().ok
    status, said = verified(folder, capsys)
    assert (status, "had reached 8 and now ends at 5" in said) == (1, True)


def test_a_chain_rewritten_and_signed_again_with_our_own_keys_is_found_by_what_has_left(
    folder, settings, tmp_path, capsys
):
    leave(NOW)
    older = tmp_path / "new home"
    older.mkdir()
    settings.YINUO_HOME = older
    victim = Position.objects.get(seq=2).fact
    with guards.lifted(connection):
        body = canonical.dumps(json.loads(victim.body) | {"data": {"code": "forged"}})
        Fact.objects.filter(pk=victim.pk).update(body=body, digest=canonical.digest(body))
        order = list(Position.objects.order_by("seq").values_list("fact_id", "fact__digest"))
        for model in (Position, Checkpoint, Tile):
            model.objects.all().delete()
        chain = "0" * 64
        for seq, (fact, digest) in enumerate(order, 1):
            chain = link(chain, seq, canonical.digest(body) if fact == victim.pk else digest)
            Position.objects.create(seq=seq, fact_id=fact, chain=chain)
    checkpoint()
    assert verify().problems == []
    status, said = verified(folder, capsys)
    assert (status, "the chain at 5 was another" in said) == (1, True)


def test_a_forged_head_and_an_empty_folder_are_problems(folder, capsys):
    assert "no head has left" in verified(folder, capsys)[1]
    leave(NOW)
    (path,) = folder.iterdir()
    true = path.read_bytes()
    for forged in (
        true.replace(b'"seq":5', b'"seq":4'),
        b"nonsense",
        true.replace(b'"root":"', b'"root":"0'),
    ):
        path.write_bytes(forged)
        assert verified(folder, capsys)[0] == 1
    path.write_bytes(true)
    assert verified(folder, capsys)[0] == 0


def test_a_head_that_our_key_did_not_seal_is_a_problem(folder, settings, capsys):
    leave(NOW)
    (path,) = folder.iterdir()
    said = json.loads(path.read_bytes())
    path.write_text(canonical.dumps(said | {"seal": "ab" * 64}))
    status, told = verified(folder, capsys)
    assert (status, "our key did not seal it" in told) == (1, True)


def test_a_file_that_stands_there_is_never_written_over(folder):
    head = checkpoint()
    (folder / left.name_of(head)).write_bytes(b"somebody else's")
    assert leave(NOW) == 0
    assert [path.read_bytes() for path in folder.iterdir()] == [b"somebody else's"]
