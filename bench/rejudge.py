"""`python -m bench.rejudge CLOCKS`: how fast open clocks are folded anew after a calendar changed, on a durable PostgreSQL.

Complaints of the last hours, three clocks each, copied in; then the next working day is announced to be a day off, which
moves one or two clocks of three, as the time of day has it. The preview counts them, the job moves them; the last line is
machine-readable. `processor`: seconds of this process, which tell more than the others where others use the machine. A
million clocks, with a kill in between, are `make proof-rejudge`.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from datetime import date, timedelta
from typing import Any

from tests.postgres import Cluster

PER_CASE = 3
SAMPLES = 200
BATCH = 2_000


def measure(clocks: int) -> dict[str, float]:
    """Clocks a second of the preview and of the job; Django is set up on an empty database."""
    from django.core.management import call_command
    from django.utils import timezone

    from yinuo.engines.cases import calendars, previews
    from yinuo.engines.editions import actions
    from yinuo.engines.editions.load import load_first_editions
    from yinuo.ground.jobs.models import Job

    call_command("migrate", verbosity=0)
    load_first_editions()
    _fill(clocks // PER_CASE)
    draft = actions.draft("calendar", "china", with_a_day_off(), by=person("author"))
    previews.ask(draft, by=None)
    counting = _run_job()
    said = Job.objects.get(kind=previews.PREVIEW).result
    actions.approve(draft, by=person("approver"))
    calendars.follow_calendars(timezone.now())
    moving = _run_job()
    done = Job.objects.get(kind=calendars.FOLLOW).result
    if said is None or done is None or said["moved"] != done["moved"] or not done["moved"]:
        raise RuntimeError(f"preview and job do not agree: {said} {done}")
    return {
        "clocks": done["clocks"],
        "moved": done["moved"],
        "preview_seconds": round(counting[0], 2),
        "preview_per_second": round(done["clocks"] / counting[0]),
        "preview_processor": round(counting[1], 2),
        "seconds": round(moving[0], 2),
        "per_second": round(done["clocks"] / moving[0]),
        "processor": round(moving[1], 2),
    }


def person(name: str) -> Any:
    """Somebody of that name, who may draft or approve here."""
    from yinuo.ground.people.models import User

    return User.objects.create_user(name, None, name=name, staff_number=name)


def _run_job() -> tuple[float, float]:
    """Seconds by the clock, and of the processor."""
    from yinuo.ground.jobs.run import run_one

    begun, used = time.perf_counter(), time.process_time()
    if not run_one("bench"):
        raise RuntimeError("no job was due")
    return time.perf_counter() - begun, time.process_time() - used


def day_off() -> date:
    """The next working day by the calendar in force."""
    from django.utils import timezone

    from yinuo.engines.editions import shelf

    found: date = shelf.parsed(shelf.current("calendar", "china")).add_working_days(timezone.localdate(), 1)
    return found


def with_a_day_off() -> str:
    """The calendar in force, but that nobody works then."""
    from yinuo.engines.editions import shelf

    edition, day = shelf.current("calendar", "china"), day_off()
    return f'{edition.content}\n[[holidays]]\nname = "new_year"\nfirst = {day}\n'


def head_office() -> Any:
    """The one unit of this bank."""
    from yinuo.ground.people.models import Unit

    named = {"kind": "head_office", "name_zh_hans": "总行", "opened_on": date(2026, 1, 1)}
    return Unit.objects.get_or_create(code="HQ", defaults=named)[0]


def _fill(cases: int) -> None:
    from bench.fill import copy

    rng = random.Random(cases)
    samples = [_sample(rng) for _ in range(min(SAMPLES, cases))]
    for begin in range(0, cases, BATCH):
        numbers = range(begin, min(begin + BATCH, cases))
        copy([_again(rng.choice(samples), number) for number in numbers])


def _sample(rng: random.Random) -> dict[str, list[dict[str, Any]]]:
    from django.utils import timezone

    from yinuo.packs.complaints.actions import Arrival
    from yinuo.packs.complaints.actions.intake import prepare

    now = timezone.now()
    unit = head_office()
    arrival = Arrival(words="年费。", name="李明", phone=f"139{rng.randrange(10**8):08}")
    at = now - timedelta(minutes=rng.uniform(0, 100))
    taken = prepare(
        arrival, handling_unit=unit.pk, by=None, handler=None, at=at, now=now, origin="import", letters=False
    )
    tables: dict[str, list[dict[str, Any]]] = {}
    for model, rows in taken.rows:
        tables.setdefault(model._meta.label, []).extend(dict(row) for row in rows)
    return tables


def _again(sample: dict[str, list[dict[str, Any]]], number: int) -> dict[str, list[dict[str, Any]]]:
    """A copy with ids of its own; customer and moments are the same."""
    from yinuo.facts.gate import fact_row
    from yinuo.facts.ids import new_id

    case, case_id = sample["cases.Case"][0], new_id()
    fact = {"case": case_id, "unit": case["handling_unit_id"], "at": case["opened_at"]}
    words = {"source": "portal", "words": "0" * 64, "requests": [], "amount": None, "files": 0}
    of_case = {"id": None, "case_id": case_id}
    tables = {label: [dict(row) for row in sample[label]] for label in ("cases.Step", "cases.Clock")}
    for row in (*tables["cases.Step"], *tables["cases.Clock"]):
        row |= of_case | {"id": new_id()}
    people = ("vault.SubjectKey", "customers.Customer", "customers.Identity")
    once = {label: sample.pop(label, []) for label in people}  # with the first copy
    return (
        once
        | tables
        | {
            "cases.Case": [case | {"id": case_id, "number": f"TS-BENCH-{number:08}"}],
            "complaints.Complaint": [
                row | {"case_id": case_id, "tracking_index": None} for row in sample["complaints.Complaint"]
            ],
            "complaints.Matter": [
                row | {"id": new_id(), "complaint_id": case_id} for row in sample["complaints.Matter"]
            ],
            "facts.Fact": [fact_row("complaints.received", recorded_at=case["opened_at"], **fact, **words)],
        }
    )


def main() -> None:
    """Measure so many clocks and print one line."""
    with tempfile.TemporaryDirectory() as home, Cluster(durable=True) as cluster:
        os.environ |= {"YINUO_HOME": home, "DATABASE_URL": cluster.create("bench")}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinuo.site.settings")
        import django

        django.setup()
        print(" ".join(f"{name}={value}" for name, value in measure(int(sys.argv[1])).items()))


if __name__ == "__main__":
    main()
