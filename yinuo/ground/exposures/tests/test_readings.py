"""What a unit is exposed to, against an obviously right reading of the same figures; unknown is never 0."""

from datetime import date
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinuo.ground.exposures.models import Series
from yinuo.ground.exposures.readings import Exposed, Held, exposed, months_of
from yinuo.ground.exposures.stating import Said, state
from yinuo.ground.exposures.tests.bank import AUGUST, JULY, LATER, QUARTER, SEPTEMBER, a_tree, a_unit
from yinuo.ground.people.models import Unit
from yinuo.ground.people.tree import Tree

MONTHS = (JULY, AUGUST, SEPTEMBER)


@pytest.fixture
def units():
    return a_tree()


def say(unit, series, month, amount):
    state([Said(unit.pk, series, month, amount)], by=None)


@pytest.mark.django_db
def test_customers_are_those_at_the_end_and_transactions_those_of_all_months(units):
    for month, amount in zip(MONTHS, (10, 20, 40), strict=True):
        say(units["N"], "customers", month, amount)
        say(units["N"], "transactions", month, amount)
    assert exposed(*QUARTER, LATER).of(units["N"].pk) == Held(None, 40, 70)


@pytest.mark.django_db
def test_a_missing_month_or_a_missing_branch_makes_the_sum_unknown(units):
    say(units["N"], "customers", SEPTEMBER, 10)
    say(units["N"], "transactions", JULY, 10)
    seen = exposed(*QUARTER, LATER)
    assert seen.of(units["N"].pk) == Held(None, 10, None)
    assert seen.of(units["CITY"].pk) == Held()
    say(units["S"], "customers", SEPTEMBER, 5)
    seen = exposed(*QUARTER, LATER)
    assert seen.of(units["CITY"].pk).customers == 15
    assert seen.of(units["HQ"].pk).customers == 15
    assert seen.of_all(None).customers == 15
    assert seen.of_all({units["N"].pk, units["CITY"].pk}).customers == 15


@pytest.mark.django_db
def test_what_is_stated_for_a_unit_holds_with_everything_below_it(units):
    say(units["HQ"], "customers", SEPTEMBER, 1000)
    say(units["N"], "customers", SEPTEMBER, 10)
    seen = exposed(*QUARTER, LATER)
    assert seen.of_all(None).customers == 1000
    assert seen.of(units["CITY"].pk).customers is None


@pytest.mark.django_db
def test_a_tree_of_its_own_without_exposures_matters_as_soon_as_something_concerns_it(units):
    company = a_unit("CO", "public", a_unit("FILE", "public"))
    for name in ("N", "S"):
        say(units[name], "customers", SEPTEMBER, 10)
    seen = exposed(*QUARTER, LATER)
    assert seen.of_all(None, [units["N"].pk, units["CC"].pk]).customers == 20
    assert seen.of_all(None, [units["N"].pk, company.pk]).customers is None
    assert seen.of_all({units["CC"].pk}, [units["CC"].pk]).customers is None


@pytest.mark.django_db
def test_a_period_that_is_not_over_is_read_at_its_last_month_that_is(units):
    say(units["N"], "customers", JULY, 10)
    say(units["N"], "transactions", JULY, 10)
    assert exposed(*QUARTER, date(2026, 8, 20)).of(units["N"].pk) == Held(None, 10, None)
    assert exposed(*QUARTER, date(2026, 7, 20)).of(units["N"].pk) == Held()


@pytest.mark.django_db
def test_none_at_all_is_said_and_is_not_unknown(units):
    say(units["N"], "branches", SEPTEMBER, 0)
    assert exposed(*QUARTER, LATER).of(units["N"].pk).branches == 0


def test_months_run_over_the_end_of_a_year():
    assert months_of(date(2025, 12, 1), date(2026, 2, 28)) == [
        date(2025, 12, 1),
        date(2026, 1, 1),
        date(2026, 2, 1),
    ]


def slowly(unit, children, branches, stated, ever):
    """As the words say it: what is stated; else, where everybody below is known, their sum."""
    if unit in stated:
        return stated[unit]
    asked = [child for child in children.get(unit, ()) if not nothing(child, children, branches, ever)]
    if not asked:
        return None
    total = 0
    for child in asked:
        figure = slowly(child, children, branches, stated, ever)
        if figure is None:
            return None
        total += figure
    return total


def nothing(unit, children, branches, ever):
    below = [unit]
    for each in below:
        below.extend(children.get(each, ()))
    return not any(each in branches or each in ever for each in below)


@given(st.data())
def test_any_tree_reads_as_the_slow_way_says(data):
    size = data.draw(st.integers(1, 9))
    ids = [uuid4() for _ in range(size)]
    parents = {ids[0]: None} | {ids[n]: ids[data.draw(st.integers(0, n - 1))] for n in range(1, size)}
    children = {unit: tuple(each for each in ids if parents[each] == unit) for unit in ids}
    branches = data.draw(st.sets(st.sampled_from(ids)))
    stated = data.draw(st.dictionaries(st.sampled_from(ids), st.integers(0, 9)))
    ever = data.draw(st.sets(st.sampled_from(ids))) | stated.keys()
    units = {each: Unit(pk=each, kind="branch" if each in branches else "department") for each in ids}
    tree = Tree(units, parents, {parent: below for parent, below in children.items() if below})
    said = {(unit, "customers"): {SEPTEMBER: amount} for unit, amount in stated.items()}
    seen = Exposed(tree, said, (SEPTEMBER,), SEPTEMBER, frozenset((unit, "customers") for unit in ever))
    for unit in ids:
        assert seen.of(unit).customers == slowly(unit, children, branches, stated, ever)
    assert seen.of_all(ids, ids).customers == slowly(ids[0], children, branches, stated, ever)


def test_every_series_has_a_reading():
    assert set(Held.__slots__) == {series.value for series in Series}
