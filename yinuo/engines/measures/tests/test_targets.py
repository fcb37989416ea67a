"""Targets are held against samples, and say so when they cannot tell."""

from decimal import Decimal

import pytest

from yinuo.engines.measures.measure import Sample
from yinuo.engines.measures.targets import parse_targets


def target(**limits):
    lines = "".join(f'{key} = "{value}"\n' for key, value in limits.items())
    return parse_targets(f'[one]\nmeasure = "x.y"\n{lines}')["x.y"]


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
        ("[a]\nmeasure='x'", "either at_least or at_most"),
        ("[a]\nmeasure='x'\nat_least='1'\nat_most='2'", "either at_least or at_most"),
        ("[a]\nmeasure='x'\nat_least='many'", r"\[a\].at_least: write a number as text"),
        ("[a]\nmeasure='x'\nat_least=0.95", "write a number as text"),
        ("[a]\nmeasure='x'\nat_least='NaN'", "is not a number to reach"),
        ("[a]\nmeasure='x'\nat_least='1'\ncolour='red'", "colour is not known here"),
    ],
)
def test_a_wrong_target_names_table_and_field(text, says):
    with pytest.raises(ValueError, match=says):
        parse_targets(text)
