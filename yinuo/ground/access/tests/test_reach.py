from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from yinuo.ground.access import verbs
from yinuo.ground.access.among import Everywhere
from yinuo.ground.access.reach import VerbMissing, reach_of
from yinuo.ground.access.verbs import Verb, declare_verb
from yinuo.ground.people.places import merge_unit
from yinuo.ground.people.postings import appoint, end_posting
from yinuo.ground.people.tests.bank import DAY, a_bank, a_person, a_unit

pytestmark = pytest.mark.django_db
LATER, LAST = date(2026, 7, 1), date(2026, 8, 1)
ANSWER, WATCH = "tests.answer", "tests.watch"


@pytest.fixture(autouse=True)
def _two_verbs(monkeypatch):
    monkeypatch.setattr(verbs, "_declared", {})
    declare_verb(Verb(ANSWER, "answer", ("handler", "lead")))
    declare_verb(Verb(WATCH, "watch", ("auditor",)))


def posted(role, unit, **more):
    person = a_person()
    appoint(person, role, unit, valid_from=DAY, **more)
    return person


def test_a_role_reaches_its_unit_and_all_below_and_nothing_beside():
    head, city, one, two = a_bank()
    reach = reach_of(posted("handler", city), DAY)
    assert reach.units(ANSWER) == {city.pk, one.pk, two.pk}
    assert reach.may(ANSWER, one.pk)
    assert not reach.may(ANSWER, head.pk)
    assert not reach.may(ANSWER, None)


def test_a_verb_is_held_only_through_its_roles():
    head, *_ = a_bank()
    reach = reach_of(posted("handler", head), DAY)
    assert reach.holds(ANSWER)
    assert not reach.holds(WATCH)
    assert reach.units(WATCH) == frozenset()
    reach.need(ANSWER, head.pk)
    with pytest.raises(VerbMissing) as missing:
        reach.need(WATCH, head.pk)
    assert missing.value.verb.name == "watch"


def test_reach_is_that_of_the_day():
    _head, _city, one, _two = a_bank()
    person = posted("handler", one, valid_to=LATER)
    assert reach_of(person, LATER - timedelta(days=1)).holds(ANSWER)
    assert not reach_of(person, LATER).holds(ANSWER)
    assert not reach_of(person, DAY - timedelta(days=1)).holds(ANSWER)


def test_a_deputy_reaches_what_the_other_reaches_for_a_while():
    _head, city, one, two = a_bank()
    lead, deputy = posted("lead", city), posted("handler", one)
    appoint(deputy, "lead", city, valid_from=LATER, valid_to=LAST, deputy_for=lead)
    assert reach_of(deputy, DAY).units(ANSWER) == {one.pk}
    assert reach_of(deputy, LATER).units(ANSWER) == {city.pk, one.pk, two.pk}
    assert reach_of(deputy, LATER).home() == one.pk
    assert reach_of(deputy, LAST).units(ANSWER) == {one.pk}


def test_a_merged_unit_comes_within_reach_of_its_successor():
    _head, _city, one, two = a_bank()
    person = posted("handler", one)
    merge_unit(two, one, LATER)
    assert reach_of(person, DAY).units(ANSWER) == {one.pk}
    assert reach_of(person, LATER).units(ANSWER) == {one.pk, two.pk}


def test_an_ended_posting_ends_reach_at_once():
    head, *_ = a_bank()
    person = a_person()
    posting = appoint(person, "handler", head, valid_from=DAY)
    end_posting(posting, LATER)
    assert not reach_of(person, LATER).roles()


def test_nobody_and_the_inactive_reach_nothing():
    head, *_ = a_bank()
    person = posted("handler", head)
    person.is_active = False
    for user in (AnonymousUser(), person):
        reach = reach_of(user, DAY)
        assert not reach.holds(ANSWER)
        assert reach.units(ANSWER) == frozenset()
        assert reach.home() is None


def test_reach_costs_one_query_once_the_tree_is_kept(django_assert_num_queries):
    head, *_ = a_bank()
    person = posted("handler", head)
    reach_of(person, DAY).units(ANSWER)
    with django_assert_num_queries(1):
        assert len(reach_of(person, DAY).units(ANSWER)) == 4


def test_an_undeclared_verb_is_a_mistake_and_never_a_grant():
    head, *_ = a_bank()
    with pytest.raises(LookupError, match=r"tests\.anwser"):
        reach_of(posted("handler", head), DAY).may("tests.anwser", head.pk)


def test_whoever_reaches_every_unit_there_is_reaches_everywhere_and_nobody_else_does():
    head, _city, one, _two = a_bank()
    whole, part = posted("handler", head), posted("handler", one)
    assert isinstance(reach_of(whole, DAY).units(ANSWER), Everywhere)
    assert not isinstance(reach_of(part, DAY).units(ANSWER), Everywhere)
    a_unit("beside", since=LATER)  # another house, known before it opens
    for day in (DAY, LATER):
        assert not isinstance(reach_of(whole, day).units(ANSWER), Everywhere)
