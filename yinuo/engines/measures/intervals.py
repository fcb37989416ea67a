"""How sure a figure is. Pure arithmetic."""

from __future__ import annotations

from decimal import Decimal
from math import sqrt
from statistics import NormalDist

Z95 = NormalDist().inv_cdf(0.975)
ENOUGH_FOR_A_MEAN = 30  # below it the normal interval of a mean of skewed durations misleads


def wilson(hits: int, n: int, z: float = Z95) -> tuple[Decimal, Decimal] | None:
    """Score interval of a share, as fractions 0..1; None without observations.

    E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927).
    Raises ValueError unless 0 <= hits <= n.
    """
    if not 0 <= hits <= n:
        raise ValueError(f"{hits} of {n} is not a share")
    if n == 0:
        return None
    share = hits / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    low = 0.0 if hits == 0 else max(0.0, centre - half)
    high = 1.0 if hits == n else min(1.0, centre + half)
    return Decimal(str(low)), Decimal(str(high))


def mean_interval(n: int, total: Decimal, squares: Decimal, z: float = Z95) -> tuple[Decimal, Decimal] | None:
    """Normal interval of a mean from n, sum and sum of squares; None below 30 observations."""
    if n < ENOUGH_FOR_A_MEAN:
        return None
    mean = total / n
    variance = max(Decimal(0), (squares - n * mean * mean) / (n - 1))
    half = Decimal(str(z)) * (variance / n).sqrt()
    return mean - half, mean + half


def count_interval(n: int, z: float = Z95) -> tuple[Decimal, Decimal]:
    """Interval of a count of events that come one by one (Poisson), by Byar's approximation.

    N. E. Breslow and N. E. Day, Statistical methods in cancer research II (1987), p. 69. Raises ValueError below 0.
    """
    if n < 0:
        raise ValueError(f"{n} is not a count")
    above = n + 1
    low = n * (1 - 1 / (9 * n) - z / (3 * sqrt(n))) ** 3 if n else 0.0
    high = above * (1 - 1 / (9 * above) + z / (3 * sqrt(above))) ** 3
    return Decimal(str(max(0.0, low))), Decimal(str(high))
