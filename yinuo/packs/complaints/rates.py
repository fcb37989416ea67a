"""Complaints held against what the bank is exposed to.

Complaints received in the period, as they stand in the statement (before merging), times the unit and divided by the
exposure of the period (`ground/exposures/readings.py` says which month counts and when nobody knows):

- per hundred branches (件/百营业网点): received x 100 / branches at the end of the last month. Regulators publish it
  (notice of the Hunan regulator for 2021: the median of large banks was 45.49).
- per 10,000 customers: received x 10,000 / customers at the end of the last month; per 10 million (件/千万个人客户) for
  banks of that size. From memory of published notices, not confirmed; the unit of 10,000 is a proposal of ours.
- per million transactions: received x 1,000,000 / transactions of all months of the period; a proposal of ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from yinuo.ground.exposures.readings import Held

LARGE = 10_000_000  # customers from which the figure per ten million says something


@dataclass(frozen=True, slots=True)
class Rates:
    """Each is None where the exposure is not known, or there is none of it."""

    received: int
    held: Held

    @property
    def per_hundred_branches(self) -> Decimal | None:
        """Complaints per 100 branches."""
        return self._per(100, self.held.branches)

    @property
    def per_10_000_customers(self) -> Decimal | None:
        """Complaints per 10,000 customers."""
        return self._per(10_000, self.held.customers)

    @property
    def per_10_million_customers(self) -> Decimal | None:
        """Complaints per 10 million customers; None for a smaller bank."""
        return self._per(LARGE, self.held.customers) if (self.held.customers or 0) >= LARGE else None

    @property
    def per_million_transactions(self) -> Decimal | None:
        """Complaints per million transactions."""
        return self._per(1_000_000, self.held.transactions)

    def _per(self, scale: int, exposure: int | None) -> Decimal | None:
        return Decimal(self.received * scale) / exposure if exposure else None
