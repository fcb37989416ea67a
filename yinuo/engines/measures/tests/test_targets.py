"""Targets are held against samples, and say so when they cannot tell."""

from decimal import Decimal

import pytest

from yinuo.engines.measures.measure import Measure, Sample
from yinuo.engines.measures.target_files import parse_targets
from yinuo.engines.measures.targets import unfilled


def target(**limits):
    lines = "".join(f"{key} = {_toml(value)}\n" for key, value in limits.items())
    (found,) = parse_targets(f'[one]\nmeasure = "x.y"\n{lines}')
    return found


def _toml(value):
    if isinstance(value, dict):
        return "{ " + ", ".join(f'"{key}" = "{text}"' for key, text in value.items()) + " }"
    return f'"{value}"'


@pytest.mark.parametrize(
    ("hits", "verdict"),
    [(95, "met"), (100, "met"), (94, "near"), (91, "near"), (90, "missed"), (0, "missed")],
)
def test_a_share_is_met_near_or_missed(hits, verdict):
    assert target(at_least="0.95").verdict(Sample(100, hits=hits)) == verdict


@pytest.mark.parametrize(("total", "verdict"), [(30, "met"), (31, "near"), (32, "missed")])
def test_a_mean_is_held_against_a_ceiling(total, verdict):
    assert target(at_most="3").verdict(Sample(10, total=Decimal(total))) == verdict


def test_four_observations_cannot_tell():
    assert target(at_least="0.5").verdict(Sample(4, hits=4)) == "cannot_tell"
    assert target(at_least="0.5").verdict(Sample(0, hits=0)) == "cannot_tell"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[a]\nat_least='1'", r"\[a\]: says no measure"),
        ("[a]\nmeasure='x'", "give exactly one of at_least, at_most"),
        ("[a]\nmeasure='x'\nat_least='1'\nat_most='2'", "give exactly one of at_least, at_most"),
        ("[a]\nmeasure='x'\nat_least='many'", r"\[a\].at_least: write a number as text"),
        ("[a]\nmeasure='x'\nat_least=0.95", "write a number as text"),
        ("[a]\nmeasure='x'\nat_least='NaN'", "is not a number to reach"),
        ("[a]\nmeasure='x'\nat_least='1e999999999'", "1e999999999 is not a number to reach"),
        ("[a]\nmeasure='x'\nat_least='1e-999999999'", "1e-999999999 is not a number to reach"),
        (f"[a]\nmeasure='x'\nat_least={'1' * 5000}", "a number in it is too long"),
        ("[a]\nmeasure='x'\nat_least='1'\ncolour='red'", "colour is not known here"),
        ("[a]\nmeasure='x'\nat_least='1'\nwithin='3'", "within is not known here"),
        ("[a]\nmeasure='x'\nshare_at_least='0.9'", "within is missing"),
        ("[a]\nmeasure='x'\nchange_at_most='-0.1'", "baseline is missing"),
        ("[a]\nmeasure='x'\nchange_at_most='-0.1'\nbaseline={period='2025'}", "period, value is missing"),
        ("[a]\nmeasure='x'\nchange_at_most='-0.1'\nbaseline={period='soon',value='1'}", "write a period"),
        ("[a]\nmeasure='x'\nchange_at_most='-0.1'\nbaseline='2025'", "not a table"),
        ("[a]\nmeasure='x'\npeers_at_most={'2026Q7'='1'}", "write a period"),
        ("[a]\nmeasure='x'\npeers_at_most='1'", "not a table"),
    ],
)
def test_a_wrong_target_names_table_and_field(text, says):
    with pytest.raises(ValueError, match=says):
        parse_targets(text)


def rate(n, exposure):
    return Sample(n, exposure=Decimal(exposure), per=100)


FROZEN = {"period": "2025", "value": "50", "low": "40", "high": "60"}


@pytest.mark.parametrize(
    ("n", "verdict"), [(90, "met"), (80, "met"), (94, "near"), (95, "missed"), (0, "met")]
)
def test_a_change_is_held_against_a_frozen_baseline(n, verdict):
    """A tenth less than 50 is 45 on 200 exposed."""
    assert target(change_at_most="-0.10", baseline=FROZEN).verdict(rate(n, 200)) == verdict


def test_a_change_is_told_with_the_interval_both_periods_allow():
    sample = rate(80, 200)
    change, (low, high) = target(change_at_most="-0.10", baseline=FROZEN).change(sample)
    assert change == Decimal("-0.2")
    assert low == sample.interval[0] / 60 - 1
    assert high == sample.interval[1] / 40 - 1
    assert low < change < high
    bare = target(change_at_most="-0.10", baseline={"period": "2025", "value": "50"})
    assert bare.change(sample) == (change, None)
    assert bare.change(rate(80, 0)) == (None, None)


def test_a_rate_whose_exposure_is_not_known_can_tell_nothing():
    assert target(at_most="50").verdict(rate(7, 0)) == "cannot_tell"
    assert target(at_most="50").verdict(rate(0, 200)) == "met"


def test_a_share_within_a_limit_asks_the_measure_how_many_stay_within_it():
    asked = []

    def within(window, limit):
        asked.append(limit)
        return Sample(20, hits=19)

    measure = Measure(
        "x.y", "", "", "days", "", "", lambda window: Sample(20, total=Decimal(80)), None, "", within=within
    )
    held = target(within="3", share_at_least="0.95")
    assert held.verdict(held.sample(measure, None)) == "met"
    assert asked == [Decimal(3)]
    without = Measure("x.z", "", "", "days", "", "", lambda window: Sample(20, total=Decimal(80)), None, "")
    assert held.verdict(held.sample(without, None)) == "cannot_tell"


def test_peers_have_a_goal_for_each_period_they_publish():
    held = target(peers_at_most={"2026Q2": "45.49"})
    assert held.verdict(rate(90, 200), "2026Q2") == "met"
    assert held.verdict(rate(92, 200), "2026Q2") == "near"
    assert held.verdict(rate(120, 200), "2026Q2") == "missed"
    assert held.verdict(rate(90, 200), "2026Q3") == "cannot_tell"


def test_what_is_left_open_is_named_and_tells_nothing():
    held = target(change_at_most="[X]", baseline={"period": "[X]", "value": "[X]"})
    assert unfilled([held]) == ["[one].change_at_most", "[one].baseline.period", "[one].baseline.value"]
    assert held.verdict(rate(90, 200)) == "cannot_tell"
    half = target(change_at_most="-0.10", baseline={"period": "[X]", "value": "0.80"})
    assert unfilled([half]) == ["[one].baseline.period"]
    assert half.goal() is None  # a number stands there; of which period, nobody knows
    assert unfilled([target(at_most="3")]) == []
