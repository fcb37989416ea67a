"""`python -m bench.fill COUNT`: so many complaints of the past year by COPY, two of five still open.

Each is built by the same functions that open a complaint through a door; what differs is its time, unit and
codes. Thirty-two complaints are opened for each hour of the year's sample and copied with ids and facts of their
own, so that a hundred thousand take a minute and not ten.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

BATCH = 2_000
SAMPLE = 400


def fill(count: int) -> int:
    """Write them; how many there are now."""
    from django.utils import timezone

    from yinuo.engines.cases.models import Case

    have = Case.objects.count()
    rng, now = random.Random(count), timezone.now()
    samples = [_sample(rng, now) for _ in range(SAMPLE)]
    for begin in range(have, count, BATCH):
        _copy(
            [_again(rng, rng.choice(samples), number) for number in range(begin, min(begin + BATCH, count))]
        )
    return Case.objects.count()


def _sample(rng: random.Random, now: datetime) -> dict[str, list[dict[str, Any]]]:
    """The rows of one complaint as of then, by table."""
    from yinuo.engines.cases.models import NEVER, Lane
    from yinuo.ground.people.models import Unit
    from yinuo.packs.complaints.actions import Arrival
    from yinuo.packs.complaints.actions.intake import prepare

    units = list(Unit.objects.values_list("pk", flat=True))
    is_open = rng.random() < 0.4
    at = now - timedelta(days=rng.uniform(0, 12) if is_open else rng.uniform(12, 365))
    arrival = Arrival(
        words=f"第 {rng.random()} 位客户投诉年费。", name="李明", phone=f"139{rng.randrange(10**8):08}"
    )
    unit = rng.choice(units)
    taken = prepare(
        arrival, handling_unit=unit, by=None, handler=None, at=at, now=now, origin="import", letters=False
    )
    tables: dict[str, list[dict[str, Any]]] = {}
    for model, rows in taken.rows:
        tables.setdefault(model._meta.label, []).extend(dict(row) for row in rows)
    case = tables["cases.Case"][0]
    if not is_open:
        case |= {
            "is_open": False,
            "closed_at": at + timedelta(days=9),
            "lane": Lane.CLOSED,
            "next_due": NEVER,
            "step": "",
        }
    tables["complaints.Complaint"][0]["business"] = rng.choice(BUSINESS)
    return tables


BUSINESS = ("B-01", "B-02", "B-03.1", "B-03.2", "B-13")


def _again(
    rng: random.Random, sample: dict[str, list[dict[str, Any]]], number: int
) -> dict[str, list[dict[str, Any]]]:
    """A copy with ids of its own; the customer stays, moments move by some minutes."""
    from yinuo.facts.gate import fact_row
    from yinuo.facts.ids import new_id

    case_id, shift = new_id(), timedelta(seconds=rng.randrange(3600))
    case = sample["cases.Case"][0]
    moved = {"opened_at": case["opened_at"] - shift}
    if case["next_due"].year < 9999:
        moved["next_due"] = case["next_due"] - shift
    fact = sample["facts.Fact"][0]
    tables = {
        "cases.Case": [case | moved | {"id": case_id, "number": f"TS-FILL-{number:08}"}],
        "cases.Step": [row | {"id": new_id(), "case_id": case_id} for row in sample["cases.Step"]],
        "cases.Clock": [row | {"id": new_id(), "case_id": case_id} for row in sample["cases.Clock"]],
        "complaints.Complaint": [
            row | {"case_id": case_id, "tracking_index": None} for row in sample["complaints.Complaint"]
        ],
        "complaints.Matter": [
            row | {"id": new_id(), "complaint_id": case_id} for row in sample["complaints.Matter"]
        ],
        "facts.Fact": [
            fact_row(
                "complaints.received", case=case_id, unit=case["handling_unit_id"], at=moved["opened_at"],
                recorded_at=fact["recorded_at"], source="portal", words="0" * 64, requests=[], amount=None, files=0,
            )
        ],
    }  # fmt: skip
    for label in ("vault.SubjectKey", "customers.Customer", "customers.Identity"):
        tables[label] = sample.pop(label, [])  # once, with the first copy
    return tables


def _copy(complaints: list[dict[str, list[dict[str, Any]]]]) -> None:
    """One transaction for the batch, in the order foreign keys ask for."""
    from django.apps import apps
    from django.db import transaction

    from yinuo.facts.rows import copy_rows

    order = ("vault.SubjectKey", "customers.Customer", "customers.Identity", "cases.Case", "cases.Step")
    order += ("cases.Clock", "complaints.Complaint", "complaints.Matter", "facts.Fact")
    with transaction.atomic():
        for label in order:
            copy_rows(apps.get_model(label), _rows(complaints, label))


def _rows(complaints: list[dict[str, list[dict[str, Any]]]], label: str) -> Iterator[dict[str, Any]]:
    return (row for tables in complaints for row in tables[label])


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinuo.site.settings")
    django.setup()
    print(f"cases={fill(int(sys.argv[1]))}")
