"""Readings for a reader: of which period and units, against which target, split which way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext as _

from yinuo.engines.editions.models import Edition
from yinuo.engines.editions.shelf import parsed
from yinuo.engines.measures.measure import Measure, Sample, Window
from yinuo.engines.measures.periods import Period
from yinuo.engines.measures.targets import CANNOT_TELL, WITHIN, Target, of_measure
from yinuo.ground.access.reach import Reach
from yinuo.ground.people.models import Unit
from yinuo.ground.people.tree import subtree
from yinuo.ground.terms.lists import labels
from yinuo.web.period_asked import Asked
from yinuo.web.target_words import target_words


@dataclass(frozen=True, slots=True)
class Line:
    """A reading as a line of the table, held against one target, or none."""

    measure: Measure
    sample: Sample
    before: Sample
    target: Target | None
    compared: Sample
    goal: Decimal | None
    verdict: str
    cases_url: str
    page_url: str

    @property
    def word(self) -> str:
        """The verdict as the status component names it."""
        return "unknown" if self.verdict == CANNOT_TELL else self.verdict

    @property
    def unit(self) -> str:
        """The unit of what is compared: of a share within a limit a share, whatever the measure is in."""
        return "share" if self.target and self.target.kind == WITHIN else self.measure.unit

    @property
    def target_words(self) -> str:
        """The target in one line; "" without one."""
        return target_words(self.target, self.goal, self.measure.unit) if self.target else ""

    @property
    def most(self) -> Decimal:
        """The end of the bar: a whole for shares, else the larger of twice the goal and the value."""
        if self.unit == "share":
            return Decimal(1)
        nothing = Decimal(0)
        widest = max(2 * (self.goal or nothing), self.compared.value or nothing)
        return widest or Decimal(1) if self.unit == "rate" else max(widest, Decimal(1))

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


def window(reach: Reach, measure: Measure, wanted: Asked, period: Period | None = None) -> Window:
    """The reading's window: never wider than the reader's reach for the measure's own verb."""
    units = reach.units(measure.verb)
    if wanted.unit is not None:
        units &= subtree(wanted.unit.pk, timezone.localdate())
    return Window(period or wanted.period, units)


def targets() -> list[Target]:
    """Every target in force, each shelf's by its latest edition."""
    held: dict[str, tuple[Target, ...]] = {}
    editions = Edition.objects.filter(
        kind="targets", state=Edition.State.APPROVED, effective_from__lte=timezone.now()
    ).order_by("key", "effective_from", "number")
    for edition in editions:
        held[edition.key] = parsed(edition)
    return [target for key in sorted(held) for target in held[key]]


class Windows:
    """The windows of one page, one for each verb and period: what measures keep in one is read once."""

    def __init__(self, reach: Reach, wanted: Asked) -> None:
        self.reach, self.wanted = reach, wanted
        self._made: dict[tuple[str, str], Window] = {}

    def of(self, measure: Measure, period: Period | None = None) -> Window:
        """The window of a measure, now or in another period."""
        key = measure.verb, (period or self.wanted.period).key
        if key not in self._made:
            self._made[key] = window(self.reach, measure, self.wanted, period)
        return self._made[key]


def lines(windows: Windows, measure: Measure, held: Sequence[Target]) -> list[Line]:
    """Read a measure now and in the period before: a line for each of its targets, or one without."""
    here, wanted = windows.of(measure), windows.wanted
    samples = measure.sample(here), measure.sample(windows.of(measure, wanted.period.previous()))
    own: list[Target | None] = [*of_measure(held, measure.key)]
    return [_line(measure, here, samples, target, wanted) for target in own or [None]]


def _line(
    measure: Measure, here: Window, samples: tuple[Sample, Sample], target: Target | None, wanted: Asked
) -> Line:
    sample, before = samples
    compared = target.sample(measure, here) if target and target.kind == WITHIN else sample
    goal = target.goal(here.period.key) if target else None
    verdict = target.verdict(compared, here.period.key) if target else CANNOT_TELL
    urls = cases_url(measure, wanted), page_url(measure, wanted)
    return Line(measure, sample, before, target, compared, goal, verdict, *urls)


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


def slices(reach: Reach, measure: Measure, wanted: Asked) -> list[dict[str, Any]]:
    """Each way to split it, as a table with links to the cases."""
    tables = []
    titles = {
        "business": _("By business"),
        "cause": _("By cause"),
        "product": _("By product, as a file states"),
        "unit": _("By unit"),
    }
    for name, split in measure.slices.items():
        found = split(window(reach, measure, wanted))
        names = _unit_names(found) if name == "unit" else labels(f"complaint_{name}")
        rows = [
            {
                "code": code,
                "name": names.get(code, code) or _("Not known"),
                "sample": sample,
                "unit": measure.unit
                if sample.exposure is not None
                else _SPLIT.get(measure.unit, measure.unit),
                "url": cases_url(measure, wanted, f"{name}:{code}"),
            }
            for code, sample in _largest_first(found)
        ]
        if rows and not any(row["code"] for row in rows):
            continue  # nothing in this window says anything of it
        middle = median(values) if (values := _values(found)) and name == "unit" else None
        tables.append({"name": name, "title": titles.get(name, name), "rows": rows, "median": middle})
    return tables


_SPLIT = {"count": "share"}  # what a number is split into are shares of it


def _values(found: Mapping[str, Sample]) -> list[Decimal]:
    return [sample.value for sample in found.values() if sample.value is not None]


def _unit_names(found: Mapping[str, Sample]) -> Mapping[str, str]:
    return {str(unit.pk): unit.name for unit in Unit.objects.filter(pk__in=list(found))}


def _largest_first(split: Mapping[str, Sample]) -> list[tuple[str, Sample]]:
    """What is not known stands last."""
    return sorted(split.items(), key=lambda item: (not item[0], -item[1].n))


def series(reach: Reach, measure: Measure, wanted: Asked, length: int = 8) -> list[dict[str, Any]]:
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
                "sample": measure.sample(window(reach, measure, at)),
                "url": cases_url(measure, at),
            }
        )
    return shown
