from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from yinuo.facts import guards
from yinuo.facts.models import Checkpoint, Fact, Pending, Position, Stamp, Tile
from yinuo.facts.rows import copy_rows, write_rows
from yinuo.facts.sequencer import checkpoint, sequence_once
from yinuo.facts.tests.samples import a_row, some_facts

pytestmark = pytest.mark.django_db
KEPT = [Fact, Position, Checkpoint, Tile, Stamp]


@pytest.fixture
def _a_chain(monkeypatch):
    monkeypatch.setattr("yinuo.facts.merkle.BITS", 1)  # tiles of two
    some_facts(2)
    sequence_once()
    head = checkpoint()
    Stamp.objects.create(seq=head.seq, at=head.at, stated="{}", token=b"{}")


@pytest.mark.usefixtures("_a_chain")
@pytest.mark.parametrize("model", KEPT)
def test_every_column_refuses_change(model):
    for field in model._meta.concrete_fields:
        with pytest.raises(IntegrityError, match="only added to"), transaction.atomic():
            model.objects.update(**{field.attname: model.objects.values_list(field.attname, flat=True)[0]})


@pytest.mark.usefixtures("_a_chain")
@pytest.mark.parametrize("model", KEPT)
def test_rows_refuse_to_go(model):
    before = model.objects.count()
    with pytest.raises(IntegrityError, match="only added to"), transaction.atomic():
        model.objects.all()._raw_delete(using="default")
    assert model.objects.count() == before > 0


@pytest.mark.usefixtures("_a_chain")
@pytest.mark.parametrize("model", KEPT)
def test_a_whole_table_refuses_to_be_emptied_or_replaced(model):
    table, before = model._meta.db_table, list(model.objects.values_list())
    trick = (
        f"TRUNCATE {table} CASCADE"
        if connection.vendor == "postgresql"
        else f"REPLACE INTO {table} SELECT * FROM {table}"
    )
    with (
        pytest.raises(DatabaseError, match="only added to"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(trick)
    assert list(model.objects.values_list()) == before


@pytest.mark.usefixtures("_a_chain")
def test_a_position_cannot_be_replaced_through_its_fact():
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite has INSERT OR REPLACE")
    with (
        pytest.raises(IntegrityError, match="only added to"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "REPLACE INTO facts_position (seq, fact_id, chain) SELECT 99, fact_id, chain FROM facts_position WHERE seq = 1"
        )


def test_a_new_fact_waits_for_its_place_however_it_was_written():
    rows = [a_row() for _ in range(8)]
    Fact(**rows[0]).save(force_insert=True)
    Fact.objects.bulk_create([Fact(**rows[1])])
    write_rows([(Fact, rows[2:4])])
    write_rows([(Fact, rows[4:5]), (Fact, rows[5:6])])
    copy_rows(Fact, rows[6:])
    assert set(Pending.objects.values_list("fact_id", flat=True)) == {row["id"] for row in rows}


def test_guards_are_all_there_and_the_missing_are_named():
    assert guards.missing(connection) == []
    with guards.lifted(connection):
        assert len(guards.missing(connection)) == (6 if connection.vendor == "postgresql" else 16)
    assert guards.missing(connection) == []


def test_a_trigger_that_is_switched_off_counts_as_missing():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite cannot switch a trigger off")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE facts_position DISABLE TRIGGER facts_position_fixed")
    assert guards.missing(connection) == ["facts_position_fixed"]
