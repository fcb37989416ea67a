"""Given to whoever has the least to do: a handler of the unit who is there, by a sum that everybody can do."""

from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from yinuo.engines.cases.marks import LastGiven
from yinuo.engines.cases.models import NEVER, Case, Lane
from yinuo.engines.cases.moves import CaseRefused
from yinuo.ground.people.postings import appoint
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.actions.sharing_out import Work, least, load, work_of
from yinuo.packs.complaints.tests.bank import CHINA, MONDAY, a_complaint, a_stranger, kinds

NOW = datetime(2026, 9, 16, 11, 0, tzinfo=CHINA)
SINCE, UNTIL = date(2026, 1, 1), date(2036, 1, 1)
PEOPLE = [f"{number:032x}" for number in range(4)]
HOURS = st.integers(-200, 300)
CASES = st.lists(st.tuples(st.sampled_from(list(Lane)), HOURS), max_size=12)


def plainly(lane, hours):
    """The formula as the page says it."""
    if lane == Lane.OVERDUE:
        return 4
    if lane != Lane.RUNNING:
        return 1
    return 3 if hours <= 24 else 2 if hours <= 72 else 1


@given(CASES)
def test_a_load_is_the_sum_that_the_page_states(cases):
    told = [(lane, NOW + timedelta(hours=hours)) for lane, hours in cases]
    assert load(told, NOW) == sum(plainly(lane, hours) for lane, hours in cases)


@given(
    st.dictionaries(st.sampled_from(PEOPLE), st.integers(0, 3), min_size=1),
    st.dictionaries(st.sampled_from(PEOPLE), st.integers(0, 3)),
)
def test_the_least_has_nobody_below_and_of_equals_nobody_waited_longer(loads, days):
    given_at = {who: MONDAY + timedelta(days=day) for who, day in days.items()}
    chosen = least({who: Work(1, load) for who, load in loads.items()}, given_at)
    for who in loads:
        assert loads[chosen] <= loads[who]
        if loads[who] == loads[chosen]:
            assert chosen not in given_at or (who in given_at and given_at[chosen] <= given_at[who])


def test_nobody_is_chosen_among_nobody():
    assert least({}, {}) is None


@pytest.fixture
def centre(bank):
    """Three handlers of the complaint centre and its lead."""
    people = [a_stranger() for _ in range(3)]
    for person in people:
        appoint(person, "handler", bank.centre, valid_from=SINCE)
    bank.people["lead", "CC"] = lead = a_stranger()
    appoint(lead, "lead", bank.centre, valid_from=SINCE)
    return people


def busy(bank, person, *dues):
    """Open cases of a person: each due in so many hours from NOW, None for nothing running."""
    for hours in dues:
        case = a_complaint(bank)
        lane = Lane.QUIET if hours is None else Lane.OVERDUE if hours < 0 else Lane.RUNNING
        due = NEVER if hours is None else NOW + timedelta(hours=hours)
        Case.objects.filter(pk=case.pk).update(handler=person, lane=lane, next_due=due)


def share(bank, case, at=NOW):
    actions.share_out(case.pk, by=bank.people["lead", "CC"], at=at)
    return Case.objects.get(pk=case.pk).handler


def test_the_database_adds_up_what_the_formula_says(bank, centre):
    first, second, third = centre
    busy(bank, first, -1, 24, 72, 73)
    busy(bank, second, None, 25)
    assert work_of([each.pk for each in centre], NOW) == {
        first.pk: Work(4, 4 + 3 + 2 + 1), second.pk: Work(2, 1 + 2), third.pk: Work(),
    }  # fmt: skip


def test_it_goes_to_whoever_has_the_least_and_time_left_weighs_more_than_number(bank, centre):
    first, second, third = centre
    busy(bank, first, -1)  # 4
    busy(bank, second, 200, 200, 200)  # 3
    busy(bank, third, 20, 200)  # 4
    case = a_complaint(bank)
    assert share(bank, case) == second
    assert kinds(case).count("cases.assigned") == 1


def test_of_equals_it_goes_to_whoever_was_given_one_longest_ago(bank, centre):
    given_order = [share(bank, a_complaint(bank), NOW + timedelta(minutes=n)) for n in range(3)]
    assert set(given_order) == set(centre)
    for person, minutes in zip(centre, (30, 10, 20), strict=True):
        LastGiven.objects.filter(person=person).update(at=NOW + timedelta(minutes=minutes))
    assert share(bank, a_complaint(bank), NOW + timedelta(hours=1)) == centre[1]


def test_whoever_has_it_already_is_not_given_it_again(bank, centre):
    case = a_complaint(bank)
    before = share(bank, case)
    for other in centre:
        if other != before:
            busy(bank, other, 20, 20)  # whoever has it has the least to do, and still it goes on
    assert share(bank, case) != before


def test_whoever_stands_aside_is_not_given_it(bank, centre):
    first, second, third = centre
    busy(bank, second, 20)
    busy(bank, third, 20, 20)
    case = a_complaint(bank)
    actions.name_complained_of(case.pk, people=[first], by=bank.person("quality_head"), at=MONDAY)
    assert share(bank, case) == second


def test_whoever_is_away_is_not_given_it_but_whoever_stands_in_is(bank, centre):
    first, second, third = centre
    deputy = a_stranger()
    appoint(deputy, "handler", bank.centre, valid_from=SINCE, valid_to=UNTIL, deputy_for=first)
    busy(bank, second, 20)
    busy(bank, third, 20)
    assert share(bank, a_complaint(bank)) == deputy


def test_where_nobody_else_is_there_nothing_happens(bank):
    case = a_complaint(bank)
    bank.person("lead", bank.centre)
    before = kinds(case)
    with pytest.raises(CaseRefused):
        share(bank, case)
    assert kinds(case) == before


def test_only_who_gives_complaints_out_may(bank, centre):
    case = a_complaint(bank)
    client = Client()
    client.force_login(centre[0])
    assert client.post(f"/complaints/{case.number}/share-out").status_code == 403
    assert Case.objects.get(pk=case.pk).handler is None
    assert "/share-out" not in client.get(f"/complaints/{case.number}?open=hand-over").content.decode()


def test_the_page_shows_what_everybody_has_to_do_and_whose_turn_it_is(bank, centre):
    first, second, third = centre
    case = a_complaint(bank)
    busy(bank, first, -1)
    busy(bank, second, -1, -1)
    client = Client()
    client.force_login(bank.people["lead", "CC"])
    page = client.get(f"/complaints/{case.number}?open=hand-over").content.decode()
    for person, told in ((first, "1 件，负荷 4"), (second, "2 件，负荷 8"), (third, "0 件，负荷 0")):
        assert f"{person.name} · 在办 {told}" in page
    assert f"目前负荷最小的是{third.name}" in page
    assert client.post(f"/complaints/{case.number}/share-out", {"version": case.version}).status_code == 302
    assert Case.objects.get(pk=case.pk).handler == third
    assert timezone.now() >= LastGiven.objects.get(person=third).at
