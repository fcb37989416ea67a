"""Readings for a reader: of which period and units, against which target, split which way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext as _

from yinuo.engines.editions.models import Edition
from yinuo.engines.editions.shelf import parsed
from yinuo.engines.measures.measure import Measure, Sample, Window
from yinuo.engines.measures.targets import CANNOT_TELL, Target
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.people.tree import subtree
from yinuo.ground.terms.lists import labels
from yinuo.web.period_asked import Asked


@dataclass(frozen=True, slots=True)
class Line:
    """A reading as a line of the table."""

    measure: Measure
    sample: Sample
    before: Sample
    target: Target | None
    verdict: str
    cases_url: str
    page_url: str

    @property
    def word(self) -> str:
        """The verdict as the status component names it."""
        return "unknown" if self.verdict == CANNOT_TELL else self.verdict

    @property
    def most(self) -> Decimal:
        """The end of the bar: a whole for shares, else the larger of twice the target and the value."""
        if self.measure.unit == "share":
            return Decimal(1)
        level = self.target.level if self.target else Decimal(0)
        return max(2 * level, self.sample.value or Decimal(0), Decimal(1))

    @property
    def change(self) -> Decimal | None:
        """Value less the value of the period before, None where either is missing."""
        if self.sample.value is None or self.before.value is None:
            return None
        return self.sample.value - self.before.value

    @property
    def change_size(self) -> Decimal | None:
        """The change without its sign; the arrow beside it tells the direction."""
        return None if self.change is None else abs(self.change)


def window(request: StaffRequest, measure: Measure, wanted: Asked, *, before: bool = False) -> Window:
    """The reading's window: never wider than the reader's reach for the measure's own verb."""
    units = request.reach.units(measure.verb)
    if wanted.unit is not None:
        units &= subtree(wanted.unit.pk, timezone.localdate())
    return Window(wanted.period.previous() if before else wanted.period, units)


def targets() -> Mapping[str, Target]:
    """Every target in force, by measure."""
    held: dict[str, Target] = {}
    editions = Edition.objects.filter(
        kind="targets", state=Edition.State.APPROVED, effective_from__lte=timezone.now()
    ).order_by("key", "effective_from", "number")
    for edition in editions:
        held |= parsed(edition)
    return held


def line(request: StaffRequest, measure: Measure, wanted: Asked, held: Mapping[str, Target]) -> Line:
    """Read a measure now and in the period before."""
    sample = measure.sample(window(request, measure, wanted))
    before = measure.sample(window(request, measure, wanted, before=True))
    target = held.get(measure.key)
    verdict = target.verdict(sample) if target else CANNOT_TELL
    return Line(
        measure, sample, before, target, verdict, cases_url(measure, wanted), page_url(measure, wanted)
    )


def cases_url(measure: Measure, wanted: Asked, slice: str = "") -> str:
    """The list of exactly the cases counted."""
    query = {"measure": measure.key, "period": wanted.period.key}
    if wanted.unit is not None:
        query["unit"] = wanted.unit.code
    if slice:
        query["slice"] = slice
    return f"{measure.list_url}?{urlencode(query)}"


def page_url(measure: Measure, wanted: Asked) -> str:
    """The measure's own page for the same window."""
    query = {"period": wanted.period.key} | ({"unit": wanted.unit.code} if wanted.unit else {})
    return f"/measures/{measure.key}?{urlencode(query)}"


def slices(request: StaffRequest, measure: Measure, wanted: Asked) -> list[dict[str, Any]]:
    """Each way to split it, as a table with links to the cases."""
    tables = []
    titles = {"business": _("By business"), "product": _("By product, as a file states")}
    for name, split in measure.slices.items():
        names = labels(f"complaint_{name}")
        rows = [
            {
                "code": code,
                "name": names.get(code, code) or _("Not known"),
                "sample": sample,
                "url": cases_url(measure, wanted, f"{name}:{code}"),
            }
            for code, sample in _largest_first(split(window(request, measure, wanted)))
        ]
        if rows and not any(row["code"] for row in rows):
            continue  # nothing in this window says anything of it
        tables.append({"name": name, "title": titles.get(name, name), "rows": rows})
    return tables


def _largest_first(split: Mapping[str, Sample]) -> list[tuple[str, Sample]]:
    """What is not known stands last."""
    return sorted(split.items(), key=lambda item: (not item[0], -item[1].n))


def series(request: StaffRequest, measure: Measure, wanted: Asked, length: int = 8) -> list[dict[str, Any]]:
    """The last eight periods, oldest first."""
    periods = [wanted.period]
    while len(periods) < length:
        periods.insert(0, periods[0].previous())
    shown = []
    for period in periods:
        at = Asked(period, wanted.unit)
        shown.append(
            {
                "period": period.key,
                "sample": measure.sample(window(request, measure, at)),
                "url": cases_url(measure, at),
            }
        )
    return shown
