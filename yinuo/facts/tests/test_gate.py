from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime

import pytest
from django.db import transaction

from yinuo.facts import canonical, gate
from yinuo.facts.gate import FactRefused, fact_row, record
from yinuo.facts.ids import new_id
from yinuo.facts.models import Fact, Pending
from yinuo.facts.tests.samples import HAPPENED, NOON, OF_A_CASE, some_facts


@pytest.mark.django_db(transaction=True)
def test_a_fact_outside_a_transaction_is_refused_and_leaves_no_trace():
    with pytest.raises(FactRefused, match="transaction"):
        record(HAPPENED, code="a")
    assert not Fact.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_fact_goes_with_the_transaction_that_fails():
    with transaction.atomic():
        record(HAPPENED, code="a")
        transaction.set_rollback(True)
    assert not Fact.objects.exists()
    assert not Pending.objects.exists()


@pytest.mark.django_db
def test_a_stored_fact_is_its_canonical_bytes_and_its_columns_follow_from_them():
    (made,) = some_facts(1)
    fact = Fact.objects.get(id=made.id)
    body = json.loads(fact.body)
    assert canonical.dumps(body) == fact.body
    assert canonical.digest(fact.body) == fact.digest
    assert [body[key] for key in ("id", "kind", "case", "unit", "by")] == [
        str(value) for value in (fact.id, fact.kind, fact.case_id, fact.unit_id, fact.by_id)
    ]
    assert body["occurred_at"] == canonical.instant(fact.occurred_at) == "2026-11-20T04:00:00.123456Z"
    assert body["recorded_at"] == canonical.instant(fact.recorded_at)
    assert fact.data == body["data"]
    assert body["objects"][0][::2] == ["customer", "complainant"]


@pytest.mark.django_db
def test_a_fact_without_a_time_of_its_own_happened_when_it_was_recorded():
    before = datetime.now(UTC)
    fact = record(HAPPENED, code="a")
    assert before <= fact.recorded_at == fact.occurred_at <= datetime.now(UTC)
    assert Pending.objects.filter(fact_id=fact.id).exists()


def test_the_bytes_of_a_fact_stay_as_they_were(monkeypatch):
    monkeypatch.setattr(gate, "new_id", lambda: uuid.UUID("01a1fffa-f83d-7714-b5f6-782bca31da91"))
    row = fact_row(
        HAPPENED,
        recorded_at=NOON,
        code="portal",
        number=3,
        by=uuid.UUID(int=7),
        objects=[("a", uuid.UUID(int=1), "")],
    )
    assert row["body"] == (
        '{"by":"00000000-0000-0000-0000-000000000007","case":null,"data":{"code":"portal","number":3},'
        '"id":"01a1fffa-f83d-7714-b5f6-782bca31da91","kind":"tests.happened",'
        '"objects":[["a","00000000-0000-0000-0000-000000000001",""]],'
        '"occurred_at":"2026-11-20T04:00:00.123456Z","recorded_at":"2026-11-20T04:00:00.123456Z","unit":null}'
    )


@pytest.mark.parametrize(
    ("field", "arguments"),
    [
        ("case", {"kind": OF_A_CASE}),
        ("case", {"case": "not an id"}),
        ("unit", {"unit": 7}),
        ("by", {"by": "somebody"}),
        ("at", {"at": datetime(2026, 1, 1)}),  # noqa: DTZ001
        ("objects", {"objects": [("customer", new_id())]}),
        ("objects", {"objects": [("a customer", new_id(), "")]}),
        ("objects", {"objects": [("customer", "x", "")]}),
        ("objects", {"objects": [("customer", new_id(), "of the first hour")]}),
        ("objects", {"objects": [("customer", new_id(), None)]}),
        ("colour", {"colour": "red"}),
        ("code", {"code": "free text"}),
    ],
)
def test_a_refusal_names_the_field(field, arguments):
    with pytest.raises(FactRefused) as refused:
        fact_row(**{"kind": HAPPENED, "code": "a", "recorded_at": NOON} | arguments)
    if arguments.get("kind") != OF_A_CASE:
        assert refused.value.kind == HAPPENED
    assert refused.value.field == field
