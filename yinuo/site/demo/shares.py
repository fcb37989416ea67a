"""How many complaints of which business and cause: as one large bank published for 2025.

The notice gives the two distributions apart; their joint one is fitted to both over the pairs for which
somebody wrote a complaint (iterative proportional fitting).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import floor

Pair = tuple[str, str]

# Per cent, BOC 2025, after merging repeated complaints.
BUSINESS = {
    "B-01": 1.3, "B-02": 14.3, "B-03.1": 33.6, "B-03.2": 29.1, "B-04": 5.3, "B-05": 2.8, "B-06": 0.4,
    "B-07": 0.02, "B-08": 0.6, "B-09": 0.04, "B-10": 1.3, "B-11": 1.1, "B-12": 0.8, "B-13": 3.1, "B-99": 6.1,
}  # fmt: skip
# The same notice; the causes it does not name share what it leaves open.
CAUSE = {
    "C-01": 4.0, "C-02": 5.6, "C-03": 73.4, "C-04": 1.1, "C-05": 2.2, "C-06": 0.1, "C-07": 0.1, "C-08": 0.1,
    "C-09": 8.6, "C-10": 1.2, "C-11": 0.2, "C-12": 3.3, "C-99": 0.1,
}  # fmt: skip
ROUNDS = 200


def joint_shares(pairs: Collection[Pair]) -> dict[Pair, float]:
    """A share for each pair, in per cent; the sums are as near to both distributions as pairs allow."""
    shares = {pair: BUSINESS[pair[0]] * CAUSE[pair[1]] for pair in pairs}
    for _ in range(ROUNDS):
        shares = _scaled(_scaled(shares, 1, CAUSE), 0, BUSINESS)
    return shares


def _scaled(shares: Mapping[Pair, float], axis: int, wanted: Mapping[str, float]) -> dict[Pair, float]:
    sums = dict.fromkeys(wanted, 0.0)
    for pair, share in shares.items():
        sums[pair[axis]] += share
    return {pair: share * wanted[pair[axis]] / sums[pair[axis]] for pair, share in shares.items()}


def apportion(total: int, shares: Mapping[Pair, float]) -> dict[Pair, int]:
    """Whole numbers that add up to `total`, by largest remainder; pairs without any are left out."""
    whole = sum(shares.values())
    exact = {pair: total * share / whole for pair, share in shares.items()}
    counts = {pair: floor(value) for pair, value in exact.items()}
    by_remainder = sorted(exact, key=lambda pair: (counts[pair] - exact[pair], pair))
    for pair in by_remainder[: total - sum(counts.values())]:
        counts[pair] += 1
    return {pair: count for pair, count in counts.items() if count}
