"""How many complaints came in, and held against branches, customers and transactions; `rates.py` has the formulas."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from uuid import UUID

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yinuo.engines.measures.measure import NOT_KNOWN, Measure, Sample, Window, declare_measure
from yinuo.ground.exposures.models import Series
from yinuo.ground.exposures.readings import Exposed, Held, exposed
from yinuo.packs.complaints.measures import received_in, share_by
from yinuo.packs.complaints.statement import RESPONSIBLE

PER = {Series.BRANCHES: 100, Series.CUSTOMERS: 10_000, Series.TRANSACTIONS: 1_000_000}


def received(window: Window) -> Sample:
    """A plain number: what came in."""
    return Sample(sum(_counts(window).values()), exposure=Decimal(1))


def held_against(series: Series) -> Callable[[Window], Sample]:
    """What came in, against one series of exposures of the same units and period."""

    def sample(window: Window) -> Sample:
        counted = _counts(window)
        held = _exposed(window).of_all(window.units, [unit for unit in counted if unit is not None])
        return _rate(sum(counted.values()), held, series)

    return sample


def _counts(window: Window) -> dict[UUID | None, int]:
    """How many came in, by the unit responsible."""
    if "received" not in window.kept:
        rows = received_in(window).values(unit=RESPONSIBLE).annotate(n=Count("id")).order_by()
        window.kept["received"] = {row["unit"]: row["n"] for row in rows}
    counted: dict[UUID | None, int] = window.kept["received"]
    return counted


def by_unit(series: Series) -> Callable[[Window], Mapping[str, Sample]]:
    """The same of each unit that has none below it and whose exposure is known, with those nobody complained of."""

    def split(window: Window) -> Mapping[str, Sample]:
        known, counted = _exposed(window), _counts(window)
        samples = {
            unit: _rate(counted.get(unit, 0), known.of(unit), series) for unit in _leaves(window, known)
        }
        return {str(unit): sample for unit, sample in samples.items() if sample.value is not None}

    return split


def _leaves(window: Window, known: Exposed) -> list[UUID]:
    inside = [unit for unit in known.tree.units if window.units is None or unit in window.units]
    return [unit for unit in inside if known.is_leaf(unit)]


def _exposed(window: Window) -> Exposed:
    if "exposed" not in window.kept:
        window.kept["exposed"] = exposed(window.period.first, window.period.last, timezone.localdate())
    found: Exposed = window.kept["exposed"]
    return found


def _rate(n: int, held: Held, series: Series) -> Sample:
    exposure = getattr(held, series.value)
    return Sample(n, exposure=NOT_KNOWN if exposure is None else Decimal(exposure), per=PER[series])


RATES = (
    (
        "per_hundred_branches",
        Series.BRANCHES,
        _("Complaints per hundred branches"),
        _(
            "Complaints received in the period, times 100, over the branches at the end of the period's last month that "
            "is over, as the bank stated them. Not known while a branch has stated nothing."
        ),
        _("regulators' notices (Hunan 2021: the median of large banks was 45.49)"),
    ),
    (
        "per_10_000_customers",
        Series.CUSTOMERS,
        _("Complaints per 10,000 customers"),
        _(
            "Complaints received in the period, times 10,000, over the customers at the end of the period's last month "
            "that is over, as the bank stated them. Not known while a branch has stated nothing."
        ),
        _("plan 003 asks for a complaint rate; the unit of 10,000 is our proposal"),
    ),
    (
        "per_million_transactions",
        Series.TRANSACTIONS,
        _("Complaints per million transactions"),
        _(
            "Complaints received in the period, times a million, over the transactions of all months of the period, as "
            "the bank stated them. Not known while a month of a branch is missing."
        ),
        _("our proposal"),
    ),
)
MEASURES = (
    Measure(
        "complaints.received",
        _("Complaints received"),
        _("All complaints received in the period, by the day the bank received them; repeats are counted."),
        "count",
        "complaints.view",
        "complaints.received",
        received,
        received_in,
        "/complaints",
        {"cause": share_by("cause")},
        clock=_("the day of receipt in the bank's time"),
        source=_("annual disclosure of banks"),
    ),
    *(
        Measure(
            f"complaints.{key}",
            name,
            formula,
            "rate",
            "complaints.view",
            "complaints.received",
            held_against(series),
            received_in,
            "/complaints",
            {"unit": by_unit(series)},
            clock=_("the day of receipt in the bank's time"),
            source=source,
        )
        for key, series, name, formula, source in RATES
    ),
)


def declare_measures() -> None:
    """Make them known to the measures engine."""
    for measure in MEASURES:
        declare_measure(measure)
