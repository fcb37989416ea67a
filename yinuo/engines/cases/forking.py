"""One case becomes two: what is split off has the same past, and with it the same place and the same clocks.

Steps, clocks, and the facts that moved them are written down for the new case as they happened, by whom and when: no
limit begins anew, nothing is judged again, and replaying the facts of either gives its own marking.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils import timezone

from yinuo.engines.cases.models import Case, Clock, Recusal, Step
from yinuo.engines.cases.opening import units_besides
from yinuo.facts.gate import fact_row, record_all
from yinuo.facts.ids import new_id
from yinuo.facts.kinds import kind_named
from yinuo.facts.models import Fact

MOVING = (
    "cases.step_opened", "cases.step_done", "cases.changed_over", "cases.recused", "clock.judged", "clock.moved",
)  # fmt: skip
_READ: Mapping[str, Callable[[str], Any]] = {
    "id": UUID,
    "instant": datetime.fromisoformat,
    "day": date.fromisoformat,
    "decimal": Decimal,
}


def fork(
    case: Case,
    *,
    number: str,
    complained_unit: UUID | None,
    past: Collection[str],
    differing: Mapping[str, Mapping[str, Any]],
) -> Case:
    """A second case with the past of a held one; `past` are the kinds of the pack's facts that are its past too,
    `differing` what is otherwise in some of them. The caller adds what its pack knows, and settles both.
    """
    new = Case.objects.get(pk=case.pk)
    new.pk, new.number, new.complained_unit_id, new.version = new_id(), number, complained_unit, 1
    new.marking, new.step, new.handler_id = case.marking, case.step, case.handler_id
    new._state.adding = True
    new.save(force_insert=True)
    renamed: dict[str, UUID] = {}
    for model in (Step, Clock, Recusal):
        renamed |= _copied(model, model._default_manager.filter(case_id=case.pk), new)
    facts = Fact.objects.filter(case_id=case.pk, kind__in=(*MOVING, *past)).order_by("occurred_at", "id")
    now = timezone.now()
    record_all([_same(fact, new, renamed, differing.get(fact.kind, {}), now) for fact in facts])
    return new


def _copied(model: type[Model], rows: Iterable[Any], new: Case) -> dict[str, UUID]:
    """The same rows for the new case; the id of each by the one it had."""
    renamed: dict[str, UUID] = {}
    copies = []
    for row in rows:
        renamed[str(row.pk)] = new_id()
        row.pk, row.case_id = renamed[str(row.pk)], new.pk
        copies.append(row)
    model._default_manager.bulk_create(copies)
    return renamed


def _same(
    fact: Fact, new: Case, renamed: Mapping[str, UUID], differing: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """The fact once more, of the new case, when it happened."""
    fields = kind_named(fact.kind).fields
    told = {name: renamed.get(str(value), value) for name, value in json.loads(fact.body)["data"].items()}
    data = {
        name: _READ[fields[name].name](value)
        if fields[name].name in _READ and not isinstance(value, UUID)
        else value
        for name, value in told.items()
    }
    besides = units_besides(new.handling_unit_id, new.owning_unit_id, new.complained_unit_id)
    return fact_row(
        fact.kind, by=fact.by_id, case=new.pk, unit=new.handling_unit_id, at=fact.occurred_at,
        recorded_at=now, objects=besides, **(data | dict(differing)),
    )  # fmt: skip
