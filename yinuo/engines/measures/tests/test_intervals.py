"""Intervals hold what they claim, against slow and obviously right references."""

from decimal import Decimal
from fractions import Fraction
from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinuo.engines.measures.intervals import Z95, count_interval, mean_interval, wilson

COUNTS = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(COUNTS)
def test_the_ends_of_a_wilson_interval_solve_its_equation(counts):
    hits, n = counts
    share = Fraction(hits, n)
    for end in wilson(hits, n):
        p = Fraction(end)
        distance = (share - p) ** 2
        allowed = Fraction(Z95) ** 2 * p * (1 - p) / n
        assert abs(distance - allowed) < Fraction(1, 10**9)


@given(COUNTS)
def test_a_share_lies_in_its_interval_within_zero_and_one(counts):
    hits, n = counts
    low, high = wilson(hits, n)
    assert 0 <= low <= Decimal(hits) / n + Decimal("1e-12")
    assert Decimal(hits) / n - Decimal("1e-12") <= high <= 1


@given(COUNTS)
def test_the_interval_of_the_opposite_is_the_mirror(counts):
    hits, n = counts
    low, high = wilson(hits, n)
    other_low, other_high = wilson(n - hits, n)
    assert abs(low - (1 - other_high)) < Decimal("1e-9")
    assert abs(high - (1 - other_low)) < Decimal("1e-9")


def test_nothing_observed_has_no_interval():
    assert wilson(0, 0) is None


@pytest.mark.parametrize(("hits", "n"), [(-1, 5), (6, 5)])
def test_more_hits_than_observations_are_refused(hits, n):
    with pytest.raises(ValueError, match="is not a share"):
        wilson(hits, n)


def test_published_values_of_the_wilson_interval():
    # Newcombe, Two-sided confidence intervals for the single proportion, Stat. Med. 17 (1998), table I, method 3.
    for hits, n, low, high in [
        (81, 263, "0.2553", "0.3662"),
        (15, 148, "0.0624", "0.1605"),
        (0, 20, "0", "0.1611"),
    ]:
        found = wilson(hits, n)
        assert [round(end, 4) for end in found] == [round(Decimal(low), 4), round(Decimal(high), 4)]


@given(st.lists(st.integers(0, 400), min_size=30, max_size=200))
def test_a_mean_interval_equals_the_one_from_all_values(values):
    from statistics import mean, stdev

    low, high = mean_interval(len(values), Decimal(sum(values)), Decimal(sum(v * v for v in values)))
    half = Z95 * stdev(values) / len(values) ** 0.5
    assert abs(float(low) - (mean(values) - half)) < 1e-6
    assert abs(float(high) - (mean(values) + half)) < 1e-6


def test_a_mean_of_few_values_has_no_interval():
    assert mean_interval(29, Decimal(29), Decimal(29)) is None


def poisson_tail(n, mean):
    """P(X >= n), added up term by term."""
    term, below = exp(-mean), 0.0
    for k in range(n):
        below += term
        term *= mean / (k + 1)
    return 1 - below


@pytest.mark.parametrize("n", [2, 5, 10, 40, 150])
def test_the_interval_of_a_count_leaves_out_a_fortieth_at_each_end(n):
    low, high = count_interval(n)
    assert poisson_tail(n, float(low)) == pytest.approx(0.025, abs=0.006)
    assert 1 - poisson_tail(n + 1, float(high)) == pytest.approx(0.025, abs=0.006)


def test_no_event_has_an_interval_from_nothing():
    low, high = count_interval(0)
    assert low == 0
    assert 3 < high < 4
    with pytest.raises(ValueError, match="not a count"):
        count_interval(-1)
