"""Kinds and facts for the tests of this folder."""

from __future__ import annotations

import random
from datetime import UTC, datetime

from django.db import transaction

from yinuo.facts.gate import fact_row, record
from yinuo.facts.ids import new_id
from yinuo.facts.kinds import Code, FactKind, Integer, Optional_, declare
from yinuo.facts.models import Fact

HAPPENED = declare(FactKind("tests.happened", fields={"code": Code, "number": Optional_(Integer)})).name
MOVED = declare(FactKind("tests.moved")).name
OF_A_CASE = declare(FactKind("tests.of_a_case", case=True)).name
NOON = datetime(2026, 11, 20, 4, 0, 0, 123456, tzinfo=UTC)


def a_row(code: str = "a", **more) -> dict:
    return fact_row(HAPPENED, code=code, recorded_at=NOON, **more)


def some_facts(count: int, **more) -> list[Fact]:
    """Record facts, every one in a transaction of its own, with all columns filled."""
    made = []
    for number in range(count):
        with transaction.atomic():
            made.append(
                record(
                    HAPPENED,
                    **{"case": new_id(), "unit": new_id(), "by": new_id(), "at": NOON} | more,
                    objects=[("customer", new_id(), "complainant")],
                    code=random.choice("abc"),
                    number=number,
                )
            )
    return made
