from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yinuo.facts.models import Fact
from yinuo.facts.tests.meeting import meet
from yinuo.ground.people.models import Unit, UnitPlace
from yinuo.ground.people.places import TreeRefused, close_unit, merge_unit, place_unit
from yinuo.ground.people.tests.bank import DAY, a_bank, a_unit
from yinuo.ground.people.tree import ancestors, subtree, tree

pytestmark = pytest.mark.django_db
LATER = date(2026, 7, 1)


def test_a_unit_sees_itself_and_all_below():
    head, city, one, two = a_bank()
    assert subtree(head.pk, DAY) == {head.pk, city.pk, one.pk, two.pk}
    assert subtree(one.pk, DAY) == {one.pk}
    assert ancestors(one.pk, DAY) == [city.pk, head.pk]
    assert [(depth, unit.code) for depth, unit in tree(DAY).walk()] == [
        (0, "head"),
        (1, "city"),
        (2, "one"),
        (2, "two"),
    ]


def test_before_its_first_day_a_unit_stands_nowhere():
    head, *_ = a_bank()
    assert subtree(head.pk, DAY - timedelta(days=1)) == frozenset()


def test_a_move_changes_the_tree_from_its_day_on_and_not_before():
    head, city, one, two = a_bank()
    place_unit(two, one, valid_from=LATER)
    assert subtree(one.pk, LATER) == {one.pk, two.pk}
    assert subtree(one.pk, LATER - timedelta(days=1)) == {one.pk}
    assert ancestors(two.pk, LATER) == [one.pk, city.pk, head.pk]


def test_a_merged_unit_keeps_its_records_under_its_successor():
    _head, _city, one, two = a_bank()
    merge_unit(two, one, LATER)
    assert Unit.objects.get(pk=two.pk).closed_on == LATER
    assert two.pk in subtree(one.pk, LATER)


def test_a_closed_unit_stays_visible_to_the_unit_above():
    _head, city, one, _two = a_bank()
    close_unit(one, LATER)
    assert one.pk in subtree(city.pk, LATER)
    with pytest.raises(TreeRefused):
        close_unit(one, DAY - timedelta(days=1))


def test_a_cycle_is_refused_and_leaves_everything_as_it_was():
    head, city, one, _two = a_bank()
    before = list(UnitPlace.objects.order_by("pk").values())
    for parent in (one, city):
        with pytest.raises(TreeRefused) as refused:
            place_unit(head if parent is one else city, parent, valid_from=LATER)
        assert refused.value.code in ("cycle", "no_parent")
    assert list(UnitPlace.objects.order_by("pk").values()) == before


def test_a_cycle_that_would_begin_only_later_is_refused():
    root = a_unit("root")
    a, b = a_unit("a", root), a_unit("b", root)
    place_unit(b, a, valid_from=date(2027, 1, 1))
    with pytest.raises(TreeRefused) as refused:
        place_unit(a, b, valid_from=LATER)
    assert refused.value.code == "cycle"


@pytest.mark.django_db(transaction=True)
def test_two_moves_at_the_same_moment_make_no_cycle():
    root = a_unit("root")
    a, b = a_unit("a", root), a_unit("b", root)
    refused = meet(
        lambda: place_unit(a, b, valid_from=LATER),
        lambda: place_unit(b, a, valid_from=LATER),
    )
    assert isinstance(refused, TreeRefused)
    assert refused.code == "cycle"
    assert ancestors(a.pk, LATER) == [b.pk, root.pk]


def test_overlapping_places_are_refused():
    _head, city, one, two = a_bank()
    with pytest.raises(TreeRefused) as refused:
        place_unit(one, two, valid_from=DAY)
    assert refused.value.code == "overlap"
    with pytest.raises(TreeRefused):
        place_unit(one, city, valid_from=date(2025, 1, 1))
    place_unit(one, None, valid_from=date(2025, 1, 1), valid_to=DAY)
    with pytest.raises(TreeRefused) as refused:
        place_unit(one, None, valid_from=date(2026, 1, 2), valid_to=DAY)
    assert refused.value.code == "dates"


def test_a_parent_must_stand_all_the_time():
    short = a_unit("short", until=LATER)
    child = Unit.objects.create(code="child", kind="outlet", name_zh_hans="子", opened_on=DAY)
    for begin in (DAY, LATER):
        with pytest.raises(TreeRefused) as refused:
            place_unit(child, short, valid_from=begin)
        assert refused.value.code == "no_parent"
    place_unit(child, short, valid_from=DAY, valid_to=LATER)


def test_the_tree_is_read_once_and_then_costs_one_query(django_assert_num_queries):
    head, *_ = a_bank()
    tree(DAY)
    with django_assert_num_queries(1):
        assert len(subtree(head.pk, DAY)) == 4
    a_unit("three", head)
    assert len(subtree(head.pk, DAY)) == 5


def test_a_change_rolled_back_is_forgotten():
    head, *_ = a_bank()
    with transaction.atomic():
        a_unit("never", head)
        assert len(subtree(head.pk, DAY)) == 5
        transaction.set_rollback(True)
    assert len(subtree(head.pk, DAY)) == 4


def test_the_database_itself_refuses_a_unit_below_itself():
    head, *_ = a_bank()
    with pytest.raises(IntegrityError), transaction.atomic():
        UnitPlace.objects.filter(unit=head).update(parent=head)


def _slow_ancestors(unit, day):
    found = []
    while True:
        places = [p for p in UnitPlace.objects.filter(unit_id=unit) if p.valid_from <= day]
        places = [p for p in places if p.valid_to is None or day < p.valid_to]
        if not places or places[0].parent_id is None:
            return found
        unit = places[0].parent_id
        assert unit not in found
        found.append(unit)


moves = st.lists(st.tuples(st.integers(0, 5), st.integers(-1, 5), st.integers(1, 6)), max_size=14)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves)
def test_whatever_is_accepted_remains_a_tree_on_every_day(wanted):
    with transaction.atomic():
        units = [a_unit(f"u{n}") for n in range(6)]
        for child, parent, month in wanted:
            try:
                place_unit(
                    units[child], units[parent] if parent >= 0 else None, valid_from=date(2026, 1 + month, 1)
                )
            except TreeRefused:
                continue
        for month in range(1, 9):
            day = date(2026, month, 15)
            above = {u.pk: _slow_ancestors(u.pk, day) for u in units}
            assert {u.pk: ancestors(u.pk, day) for u in units} == above
            for unit in units:
                assert subtree(unit.pk, day) == {
                    u for u, chain in above.items() if u == unit.pk or unit.pk in chain
                }
        transaction.set_rollback(True)


def test_every_change_of_the_tree_is_a_fact():
    _head, _city, one, two = a_bank()
    merge_unit(two, one, LATER)
    told = Fact.objects.filter(unit_id=two.pk).order_by("recorded_at").values_list("kind", flat=True)
    assert list(told) == ["people.unit_placed", "people.unit_placed", "people.unit_closed"]
