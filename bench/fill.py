"""`python -m bench.fill COUNT`: so many complaints of the past year by COPY, two of five still open.

Four hundred are opened by the functions every door uses and aged as the background ages them: what ran out is judged,
ladders are climbed. All others are copies of these with ids and facts of their own and up to an hour later, so that a
hundred thousand take a minute and nothing is left to be judged when pages are measured.
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

BATCH = 2_000
SAMPLE = 400
BUSINESS = ("B-01", "B-02", "B-03.1", "B-03.2", "B-13")
Tables = dict[str, list[dict[str, Any]]]  # rows by model, in the order foreign keys ask for


def fill(count: int) -> int:
    """Write them; how many there are now."""
    from django.utils import timezone

    from yinuo.engines.cases.models import Case

    have = Case.objects.count()
    rng, now = random.Random(count), timezone.now()
    samples = _aged([_open(rng, now) for _ in range(min(SAMPLE, count - have))], now)
    for begin in range(have + len(samples), count, BATCH):
        numbers = range(begin, min(begin + BATCH, count))
        copy([_again(rng, rng.choice(samples), number) for number in numbers])
    return Case.objects.count()


def opened(rng: random.Random, now: datetime, count: int, days: float) -> list[Any]:
    """So many complaints, two of five still open and none of these older than `days`, judged and climbed as the background
    does; the ids of their cases."""
    cases = [_open(rng, now, days) for _ in range(count)]
    _aged(cases, now)
    return cases


def _open(rng: random.Random, now: datetime, days: float = 12) -> Any:
    """One complaint as of then; its case's id."""
    from yinuo.engines.cases.models import NEVER, Case, Clock, Lane
    from yinuo.facts.rows import write_rows
    from yinuo.ground.people.models import Unit
    from yinuo.packs.complaints.actions import Arrival
    from yinuo.packs.complaints.actions.intake import prepare
    from yinuo.packs.complaints.models import Complaint

    is_open = rng.random() < 0.4
    at = now - timedelta(days=rng.uniform(0.1, days) if is_open else rng.uniform(12, 365))
    words, phone = f"第 {rng.random()} 位客户投诉年费。", f"139{rng.randrange(10**8):08}"
    unit = rng.choice(list(Unit.objects.values_list("pk", flat=True)))
    taken = prepare(
        Arrival(words=words, name="李明", phone=phone),
        handling_unit=unit, by=None, handler=None, at=at, now=now, origin="import", letters=False,
    )  # fmt: skip
    write_rows(taken.rows)
    case = taken.opening.id
    Complaint.objects.filter(pk=case).update(business=rng.choice(BUSINESS))
    if not is_open:
        end = at + timedelta(days=9)
        ended = {"is_open": False, "closed_at": end, "lane": Lane.CLOSED, "next_due": NEVER, "step": ""}
        Case.objects.filter(pk=case).update(**ended)
        stopped = {"stopped_at": end, "judged_at": end, "climb_at": None}
        Clock.objects.filter(case=case).update(status=Clock.Status.KEPT, **stopped)
    return case


def _aged(cases: list[Any], now: datetime) -> list[Tables]:
    """The rows of each, once what ran out is judged and told."""
    from yinuo.engines.cases.due import judge_due
    from yinuo.engines.cases.ladder import climb_due

    while judge_due(now) + climb_due(now):
        pass
    return [_rows_of(case) for case in cases]


def _rows_of(case: Any) -> Tables:
    from yinuo.engines.cases.models import Case, Clock, Rung, Step, ToldPerson
    from yinuo.facts.models import Fact
    from yinuo.packs.complaints.models import Complaint, Matter

    rows = {
        Case: Case.objects.filter(pk=case),
        Step: Step.objects.filter(case=case),
        Clock: Clock.objects.filter(case=case),
        Rung: Rung.objects.filter(case=case),
        ToldPerson: ToldPerson.objects.filter(rung__case=case),
        Complaint: Complaint.objects.filter(pk=case),
        Matter: Matter.objects.filter(complaint=case),
        Fact: Fact.objects.filter(case_id=case),
    }
    return {
        model._meta.label: [
            {field.attname: getattr(each, field.attname) for field in model._meta.concrete_fields}
            for each in found
        ]
        for model, found in rows.items()
    }


def _again(rng: random.Random, sample: Tables, number: int) -> Tables:
    """A copy with ids of its own; the customer stays, what happened moves on by some minutes."""
    from yinuo.engines.cases.models import NEVER
    from yinuo.facts.ids import new_id

    shift = timedelta(seconds=rng.randrange(3600))
    (case,) = sample["cases.Case"]
    ids = {row["id"]: new_id() for rows in sample.values() for row in rows if "id" in row}

    def anew(value: Any) -> Any:
        if isinstance(value, datetime) and value != NEVER:
            return value + shift
        return ids.get(value, value) if value.__hash__ else value

    tables = {
        label: [{name: anew(v) for name, v in row.items()} for row in rows] for label, rows in sample.items()
    }
    tables["cases.Case"][0]["number"] = f"TS-FILL-{number:08}"
    tables["complaints.Complaint"][0]["tracking_index"] = None
    tables["facts.Fact"] = [_said_again(row, ids[case["id"]]) for row in tables["facts.Fact"]]
    return {label: _sealed(label, rows, case["customer_id"]) for label, rows in tables.items()}


def _sealed(label: str, rows: list[dict[str, Any]], customer: Any) -> list[dict[str, Any]]:
    """Words were opened with their row and are bound to it: a copy's are sealed for the copy."""
    from django.apps import apps

    from yinuo.ground.vault.sealed import sealed_row

    return [sealed_row(apps.get_model(label), row, customer, _key(customer)) for row in rows]


@lru_cache(maxsize=SAMPLE)
def _key(customer: Any) -> bytes:
    from yinuo.ground.vault.sealed import key_for

    return key_for(customer)


def _said_again(row: dict[str, Any], case: Any) -> dict[str, Any]:
    """A fact about another case, as its body says it; its times stay."""
    from yinuo.facts import canonical

    body = json.loads(row["body"]) | {"id": str(row["id"]), "case": str(case)}
    text = canonical.dumps(body)
    times = {name: datetime.fromisoformat(body[name]) for name in ("occurred_at", "recorded_at")}
    return row | times | {"case_id": case, "body": text, "digest": canonical.digest(text)}


def copy(complaints: Iterable[Tables]) -> None:
    """One transaction for the batch."""
    from django.apps import apps
    from django.db import transaction

    from yinuo.facts.rows import copy_rows

    batch = list(complaints)
    with transaction.atomic():
        for label in dict.fromkeys(label for tables in batch for label in tables):
            copy_rows(apps.get_model(label), _rows(batch, label))


def _rows(batch: list[Tables], label: str) -> Iterator[dict[str, Any]]:
    return (row for tables in batch for row in tables.get(label, ()))


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinuo.site.settings")
    django.setup()
    print(f"cases={fill(int(sys.argv[1]))}")
