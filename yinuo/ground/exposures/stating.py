"""Stating exposures: what is new goes in, what differs replaces what was said before, and every change is a fact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from yinuo.facts.gate import fact_row, record_all
from yinuo.facts.kinds import Code, Day, Digest, FactKind, Integer, Optional_, declare
from yinuo.facts.rows import write_rows
from yinuo.ground.exposures.models import Exposure

STATED = "exposures.stated"
Key = tuple[UUID, str, date]


@dataclass(frozen=True, slots=True)
class Said:
    """One figure somebody states; `month` is its first day."""

    unit: UUID
    series: str
    month: date
    amount: int

    @property
    def key(self) -> Key:
        """What it is a figure of."""
        return self.unit, self.series, self.month


@dataclass(frozen=True, slots=True)
class Judged:
    """What stating them would do: (figure, what held before; None where nothing did), and how many say nothing new."""

    changes: Sequence[tuple[Said, Exposure | None]]
    known: int

    @property
    def new(self) -> int:
        """Figures where there was none."""
        return sum(before is None for _said, before in self.changes)

    @property
    def corrected(self) -> int:
        """Figures that replace another."""
        return len(self.changes) - self.new


def declare_facts() -> None:
    """What is recorded of exposures. `before` is the figure that held until then."""
    fields = {
        "series": Code,
        "month": Day,
        "amount": Integer,
        "before": Optional_(Integer),
        "file": Optional_(Digest),
    }
    declare(FactKind(STATED, unit=True, fields=fields))


def judge(said: Iterable[Said]) -> Judged:
    """Compare with what holds; nothing is written. Inside a transaction the rows compared are held."""
    figures = list(said)
    held = _held(figures)
    changes = [(each, held.get(each.key)) for each in figures]
    fresh = [(each, before) for each, before in changes if before is None or before.amount != each.amount]
    return Judged(fresh, len(figures) - len(fresh))


@transaction.atomic
def state(said: Iterable[Said], *, by: UUID | None, file: str | None = None) -> Judged:
    """Write down what is new or corrected; `file` is the SHA-256 of the file that says so."""
    judged, now = judge(said), timezone.now()
    replaced = [before.pk for _said, before in judged.changes if before is not None]
    Exposure.objects.filter(pk__in=replaced).update(replaced_at=now)
    write_rows([(Exposure, [_row(each, by, now) for each, _before in judged.changes])])
    record_all([_fact(each, before, by, file, now) for each, before in judged.changes])
    return judged


def _held(said: Sequence[Said]) -> Mapping[Key, Exposure]:
    holding = Exposure.objects.filter(
        replaced_at=None, unit__in={each.unit for each in said}, month__in={each.month for each in said}
    )
    if transaction.get_connection().in_atomic_block:
        holding = holding.select_for_update()
    return {(each.unit_id, each.series, each.month): each for each in holding}


def _row(said: Said, by: UUID | None, now: datetime) -> dict[str, object]:
    return {
        "unit_id": said.unit,
        "series": said.series,
        "month": said.month,
        "amount": said.amount,
        "stated_at": now,
        "stated_by_id": by,
        "replaced_at": None,
    }


def _fact(
    said: Said, before: Exposure | None, by: UUID | None, file: str | None, now: datetime
) -> dict[str, object]:
    return fact_row(
        STATED,
        by=by,
        unit=said.unit,
        recorded_at=now,
        series=said.series,
        month=said.month,
        amount=said.amount,
        before=before.amount if before else None,
        file=file,
    )
