"""Every way in which somebody with the database's keys may change what happened, each found."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, models, transaction

from yinuo.facts import canonical, guards, heads, seals
from yinuo.facts.ids import new_id
from yinuo.facts.models import Checkpoint, Fact, Pending, Position, Tile
from yinuo.facts.sequencer import checkpoint, checkpoint_signature, link, sequence_once
from yinuo.facts.tests.samples import a_row, some_facts
from yinuo.facts.verify import MAX_PROBLEMS, verify

pytestmark = pytest.mark.django_db(transaction=True)
KEPT = [Fact, Position, Checkpoint, Tile]
COLUMNS = [(model, field.attname) for model in KEPT for field in model._meta.concrete_fields]


@pytest.fixture(autouse=True)
def _a_chain(monkeypatch):
    """Nine facts: checkpoints after 3 and 6, a tail of three that only the last head outside knows."""
    monkeypatch.setattr("yinuo.facts.merkle.BITS", 1)  # tiles of two
    for _ in range(2):
        some_facts(3)
        sequence_once()
        checkpoint()
    some_facts(3)
    sequence_once()
    assert verify().problems == []


@contextmanager
def tampering():
    """Undone afterwards; inside, the triggers are gone, and they are back before anybody verifies."""
    with transaction.atomic():
        with guards.lifted(connection):
            yield
        verdict = verify()
        transaction.set_rollback(True)
    assert not verdict.ok, "nothing was found"


def another(value, field: models.Field):
    """A value near the one given."""
    if isinstance(field, models.UUIDField | models.OneToOneField):
        return new_id()
    if isinstance(value, datetime):
        return value + timedelta(microseconds=1)
    if isinstance(value, int):
        return value + 1_000
    return value[:-1] + ("0" if value[-1] != "0" else "1")


def test_an_untouched_chain_is_good():
    verdict = verify()
    assert (verdict.ok, verdict.facts, verdict.head_seq, verdict.checked) == (True, 9, 9, 9)
    assert verdict.notes == []


@pytest.mark.parametrize(("model", "column"), COLUMNS)
def test_a_change_of_any_column_of_any_row_is_found(model, column):
    field = next(f for f in model._meta.concrete_fields if f.attname == column)
    for key, value in model.objects.values_list("pk", column):
        with tampering():
            assert model.objects.filter(pk=key).update(**{column: another(value, field)}) == 1


@pytest.mark.parametrize("column", ["case_id", "unit_id", "by_id"])
def test_an_id_taken_away_is_found(column):
    for key in Fact.objects.values_list("pk", flat=True):
        with tampering():
            Fact.objects.filter(pk=key).update(**{column: None})


@pytest.mark.parametrize("model", KEPT)
def test_a_removed_row_is_found(model):
    for key in model.objects.values_list("pk", flat=True):
        with tampering():
            model.objects.filter(pk=key)._raw_delete(using="default")


def test_a_fact_removed_with_its_position_is_found():
    for seq, fact in Position.objects.values_list("seq", "fact_id"):
        with tampering():
            Position.objects.filter(seq=seq)._raw_delete(using="default")
            Fact.objects.filter(id=fact)._raw_delete(using="default")


def test_an_inserted_fact_without_a_place_is_found():
    with tampering():
        Fact.objects.create(**a_row())


@pytest.mark.parametrize("seq", [-5, 0, 10, 500])
def test_an_inserted_position_that_does_not_fit_is_found(seq):
    with tampering():
        fact = Fact.objects.create(**a_row())
        Position.objects.create(seq=seq, fact_id=fact.id, chain=fact.digest)


def test_a_fact_pushed_into_the_middle_is_found_even_when_the_chain_is_made_anew():
    with tampering():
        fact = Fact.objects.create(**a_row())
        order = list(Position.objects.order_by("seq").values_list("fact_id", flat=True))
        rechain([*order[:4], fact.id, *order[4:]])


def test_an_inserted_checkpoint_is_found():
    place = Position.objects.get(seq=8)
    with tampering():
        Checkpoint.objects.create(seq=8, chain=place.chain, count=8, at=datetime.now(UTC), signature="0" * 64)


def test_a_sealed_root_that_is_not_that_of_the_facts_is_found():
    """Whoever holds both keys seals and signs another root in the last checkpoint."""
    last = Checkpoint.objects.get(seq=6)
    last.root = "ab" * 32
    last.seal = seals.seal(seals.of(last))
    last.signature = checkpoint_signature(last, Checkpoint.objects.get(seq=3).signature)
    with transaction.atomic():
        with guards.lifted(connection):
            Checkpoint.objects.filter(seq=6).update(root=last.root, seal=last.seal, signature=last.signature)
        expected = ["checkpoint 6: the tree there has another root"]
        assert verify().problems == expected == verify(since_checkpoint=True).problems
        transaction.set_rollback(True)


def test_two_swapped_facts_are_found():
    order = list(Position.objects.order_by("seq").values_list("seq", "fact_id"))
    for (one, a), (two, b) in pairwise(order):
        with tampering():
            Position.objects.filter(seq=one).update(fact_id=new_id())
            Position.objects.filter(seq=two).update(fact_id=a)
            Position.objects.filter(seq=one).update(fact_id=b)


def test_two_swapped_facts_are_found_even_when_the_chain_is_made_anew():
    order = list(Position.objects.order_by("seq").values_list("fact_id", flat=True))
    for n in range(8):
        with tampering():
            rechain([*order[:n], order[n + 1], order[n], *order[n + 2 :]])


def test_a_fact_rewritten_with_its_digest_and_the_whole_chain_is_found():
    for fact in Fact.objects.all():
        body = canonical.dumps(json.loads(fact.body) | {"data": {"code": "forged"}})
        with tampering():
            Fact.objects.filter(id=fact.id).update(body=body, digest=canonical.digest(body))
            rechain(list(Position.objects.order_by("seq").values_list("fact_id", flat=True)))


@pytest.mark.parametrize("kept", range(9))
@pytest.mark.parametrize("facts_too", [True, False])
@pytest.mark.parametrize("checkpoints_too", [True, False])
def test_a_tail_cut_anywhere_is_found(kept, facts_too, checkpoints_too):
    cut = list(Position.objects.filter(seq__gt=kept).values_list("fact_id", flat=True))
    with tampering():
        Position.objects.filter(seq__gt=kept)._raw_delete(using="default")
        if facts_too:
            Fact.objects.filter(id__in=cut)._raw_delete(using="default")
        if checkpoints_too:
            Checkpoint.objects.filter(seq__gt=kept)._raw_delete(using="default")


def test_a_tail_cut_and_grown_again_is_found():
    cut = list(Position.objects.filter(seq__gt=7).values_list("fact_id", flat=True))
    with tampering():
        Position.objects.filter(seq__gt=7)._raw_delete(using="default")
        Fact.objects.filter(id__in=cut)._raw_delete(using="default")
        guards.place(connection)
        some_facts(5)
        assert sequence_once() == 5


def test_a_waiting_place_taken_away_or_added_is_found():
    (fact,) = some_facts(1)
    with tampering():
        Pending.objects.filter(fact_id=fact.id).delete()
    with tampering():
        Pending.objects.create(fact_id=new_id())
    with tampering():
        Pending.objects.create(fact_id=Position.objects.get(seq=1).fact_id)
    assert verify().ok
    assert verify().facts == 10


def test_a_missing_trigger_is_a_problem():
    with guards.lifted(connection):
        assert "facts_fact_waits" in " ".join(verify().problems)
    assert verify().ok


def test_heads_outside_tell_of_forgery_in_their_own_files():
    log = Path(settings.YINUO_HOME) / "heads.log"
    true = log.read_text()
    for forged in (true.replace('"seq":3', '"seq":2', 1), "nonsense\n" + true, true + '{"signature":1}\n'):
        log.write_text(forged)
        assert "heads.log line" in " ".join(verify().problems)
    log.write_text(true)
    assert verify().ok


def test_heads_of_another_database_in_the_same_folder_say_nothing_about_this_one(monkeypatch):
    with monkeypatch.context() as elsewhere:
        elsewhere.setitem(connection.settings_dict, "HOST", "elsewhere.example")
        heads.append(99, "f" * 64, datetime.now(UTC))
        heads.note(99, "f" * 64)
    assert len(list(Path(settings.YINUO_HOME).glob("head.*"))) == 2
    assert verify().problems == []


def test_without_heads_outside_the_verdict_says_what_it_could_not_see(settings, tmp_path):
    settings.YINUO_HOME = tmp_path / "elsewhere"
    verdict = verify()
    assert verdict.ok
    assert "cut tail" in verdict.notes[0]


def test_an_older_head_never_replaces_a_later_one():
    heads.note(2, "f" * 64)
    assert [head.seq for head in heads.read() if not head.checkpoint] == [9]


def test_another_key_makes_every_signature_worthless(settings):
    settings.FACT_KEY = "stolen and changed"
    problems = " ".join(verify().problems)
    assert "checkpoint 3: its signature" in problems
    assert "heads.log line 1" in problems


def test_from_the_last_good_checkpoint_only_what_follows_is_read():
    assert verify(since_checkpoint=True).checked == 3
    with transaction.atomic():
        with guards.lifted(connection):
            Fact.objects.filter(position__seq=2).update(kind="tests.other")
        assert verify(since_checkpoint=True).ok
        with guards.lifted(connection):
            Fact.objects.filter(position__seq=8).update(kind="tests.other")
        assert "position 8" in verify(since_checkpoint=True).problems[0]
        with guards.lifted(connection):
            Checkpoint.objects.filter(seq=6).update(count=7)
        assert verify(since_checkpoint=True).checked == 6
        transaction.set_rollback(True)


def test_a_value_of_a_wrong_type_is_damage_and_no_crash():
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps types")
    for model, column in COLUMNS:
        for nonsense in ("no such thing", 77, b"\x01"):
            with tampering(), connection.cursor() as cursor:
                table, key = model._meta.db_table, model._meta.pk.column
                where = f"WHERE {key} = (SELECT min({key}) FROM {table})"
                cursor.execute(f"UPDATE {table} SET {column} = %s {where}", [nonsense])


def test_so_much_damage_fills_the_list_and_no_more(monkeypatch):
    monkeypatch.setattr("yinuo.facts.verify.MAX_PROBLEMS", 5)
    with transaction.atomic():
        with guards.lifted(connection):
            Fact.objects.update(kind="tests.other")
        problems = verify().problems
        transaction.set_rollback(True)
    assert len(problems) == 5 < MAX_PROBLEMS
    assert "more problems" in problems[-1]


def rechain(order: list) -> None:
    """Give the facts these places, with a chain that follows."""
    Position.objects.all()._raw_delete(using="default")
    chain = "0" * 64
    digests = dict(Fact.objects.values_list("id", "digest"))
    for seq, fact in enumerate(order, 1):
        chain = link(chain, seq, digests[fact])
        Position.objects.create(seq=seq, fact_id=fact, chain=chain)
