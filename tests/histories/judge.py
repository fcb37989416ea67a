"""What must hold of every life, whatever happened in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from tests.histories.lives import ZONE, Life
from tests.histories.ruler import Ruler, Stands, Told, read_promises, stands
from yinuo.engines.cases.models import Case, Clock
from yinuo.engines.cases.moves import traits_of
from yinuo.engines.cases.replay import HANDED_ON, handled_in, rebuilt
from yinuo.engines.processes.interpreter import Marking
from yinuo.facts.models import Fact

ROOT = Path(__file__).resolve().parents[2] / "yinuo"
CALENDAR = ROOT / "ground" / "worktime" / "content" / "china.calendar.toml"
DAYS = ("due",)  # the data that hold a day which a promise runs towards


@cache
def promises(kind: str) -> list[Told]:
    """Of one kind of case, as the file of its pack tells them."""
    return read_promises(ROOT / "packs" / kind / "content" / "promises.toml")


@cache
def ruler() -> Ruler:
    """Drawn when first asked for: a second's work that only whoever judges lives needs."""
    return Ruler(CALENDAR, date(2023, 12, 1), date(2027, 12, 31))


def faults(life: Life) -> list[str]:
    """Everything that does not agree, in words, of it and of what has to do with it; none is right."""
    cases = life.cases
    return [fault for case in cases for fault in (*_process(case), *_held(case), *_clocks(case, life.at))]


def _process(case: Case) -> Iterator[str]:
    """Facts rebuild the marking, and the open steps are those of the marking."""
    stored = Marking.from_json(case.marking)
    if (again := rebuilt(case)) != stored:
        yield f"marking: stored {stored}, rebuilt {again}"
    rows = list(case.steps.order_by("serial").values_list("key", "serial", "done_at", "cancelled"))
    open_rows = sorted((key, serial) for key, serial, done, cancelled in rows if not done and not cancelled)
    tokens = sorted((token.node, token.serial) for token in stored.tokens)
    if open_rows != tokens:
        yield f"steps: open rows {open_rows}, tokens {tokens}"
    if case.is_open != bool(tokens):
        yield f"open: {case.is_open}, tokens {tokens}"
    if case.step != ",".join(key for key, _ in open_rows):
        yield f"step: {case.step!r}, open rows {open_rows}"


def _held(case: Case) -> Iterator[str]:
    """Facts say which unit handles it, and that nobody has it any more where it was handed over last."""
    owned = Fact.objects.filter(case_id=case.pk, kind="preventions.handed_over").order_by("id").last()
    unit = owned.unit_id if owned else handled_in(case)
    if unit != case.handling_unit_id:
        yield f"unit: stored {case.handling_unit_id}, by its facts {unit}"
    given = Fact.objects.filter(case_id=case.pk, kind__in=("cases.assigned", HANDED_ON)).order_by("id")
    if given.values_list("kind", flat=True).last() == HANDED_ON and case.handler_id is not None:
        yield f"handler: {case.handler_id} has what was handed over to another unit"


def _clocks(case: Case, now: datetime) -> Iterator[str]:
    """Every clock stands as plain counting says."""
    facts = Fact.objects.filter(case_id=case.pk).order_by("occurred_at", "id")
    told = facts.values_list("kind", "occurred_at", "body")
    happened = [(kind, _local(at), *_days(kind, body)) for kind, at, body in told]
    rows = {clock.promise: clock for clock in Clock.objects.filter(case_id=case.pk)}
    traits = traits_of(case)
    for promise in promises(case.kind):
        if not promise.holds(traits):
            continue
        right = stands(ruler(), promise, happened, _local(now))
        found = _stored(rows.pop(promise.key, None))
        if found != right:
            yield f"{promise.key}: stored {found}, counted {right}"
    if rows:
        yield f"clocks of no promise: {sorted(rows)}"


def _days(kind: str, body: str) -> list[date]:
    said = json.loads(body)["data"] if kind.startswith("preventions.") else {}
    return [date.fromisoformat(said[name]) for name in DAYS if name in said]


def _stored(clock: Clock | None) -> Stands:
    if clock is None or clock.status == "waiting":
        return Stands("waiting")
    times = [_local(at) if at else None for at in (clock.started_at, clock.due_at, clock.stopped_at)]
    return Stands(clock.status, *times, paused=clock.paused_minutes)


def _local(at: datetime) -> Any:
    return at.astimezone(ZONE).replace(tzinfo=None)
