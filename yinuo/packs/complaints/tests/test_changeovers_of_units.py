"""A unit's own edition of the process comes or goes: that unit's open complaints may change over, nobody else's."""

from collections import Counter

import pytest
from django.test import Client
from django.utils import timezone

from yinuo.engines.cases import changeover_counts as counts
from yinuo.engines.cases import changing_over
from yinuo.engines.cases.models import Case
from yinuo.engines.cases.moves import CaseRefused
from yinuo.engines.cases.replay import rebuilt
from yinuo.engines.editions import actions as editions
from yinuo.engines.editions import shelf
from yinuo.engines.editions.kinds import EditionRefused
from yinuo.ground.jobs.run import run_one
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.tests.bank import MONDAY, a_complaint, a_stranger, data, graded
from yinuo.packs.complaints.tests.changing import (
    AFTER_ASKING,
    ASK_GONE,
    SECOND,
    approved,
    changed_over,
    first,
    newer,
    proposed,
    renamed,
)

pytestmark = pytest.mark.django_db


def retired(edition):
    """Two people have taken an edition out of force."""
    editions.ask_to_retire(edition, by=a_stranger("asks"))
    edition.refresh_from_db()
    editions.retire(edition, by=a_stranger("confirms"))
    edition.refresh_from_db()
    shelf.forget()
    return edition


def on(*cases):
    """By which edition they go."""
    by_id = Case.objects.in_bulk([case.pk for case in cases])
    return [by_id[case.pk].process for case in cases]


def looked_at(made):
    """What a count says: cases looked at, cases that move, cases of units with an edition of their own."""
    result = counts.count_of(made).result
    moving = sum(each.cases for each in counts.moving(made, counts.standing(result)))
    return result["cases"], moving, result["elsewhere"]


def browser(person):
    client = Client()
    client.force_login(person)
    return client


def test_once_a_unit_s_own_edition_is_retired_its_cases_change_over_to_that_of_the_bank(bank):
    others = [a_complaint(bank), graded(bank)]
    own = newer(ASK_GONE, unit=bank.north.pk)
    theirs = [a_complaint(bank, unit=bank.north), graded(bank, unit=bank.north)]
    assert on(*theirs) == [own, own]
    retired(own)
    made = proposed(own, first())
    assert looked_at(made) == (2, 2, 0)
    approved(made)
    assert run_one("w", timezone.now() + SECOND)
    assert counts.run_of(made).result == {"moved": 2, "stay": 0}
    assert set(on(*theirs, *others)) == {first()}
    for case in Case.objects.filter(pk__in=[case.pk for case in theirs]):
        [told] = data(case, "cases.changed_over")
        assert (told["was"], told["edition"]) == (str(own.pk), str(first().pk))
        assert rebuilt(case).to_json() == case.marking
    assert not any(data(case, "cases.changed_over") for case in others)


def test_what_is_not_proven_stays_on_the_retired_edition_of_the_unit(bank):
    own = newer(ASK_GONE, unit=bank.north.pk)
    stays, moves = graded(bank, unit=bank.north), a_complaint(bank, unit=bank.north)
    actions.finish_investigation(
        stays.pk, by=bank.person("lead"), question="哪一天？", at=MONDAY.replace(hour=15)
    )
    retired(own)
    assert changed_over(own, first()) == {"moved": 1, "stay": 1}
    assert on(stays, moves) == [own, first()]
    assert changed_over(own, first(), ask_twice="ask") == {"moved": 1, "stay": 0}


def test_while_a_unit_s_own_edition_is_in_force_none_of_its_cases_changes_over_to_another(bank):
    own = newer(ASK_GONE, unit=bank.north.pk)
    case = a_complaint(bank, unit=bank.north)
    with pytest.raises(EditionRefused):
        changing_over.propose(own, first(), {"register": "register"}, note="x", by=a_stranger())
    assert on(case) == [own]


def test_a_unit_that_gets_its_own_edition_takes_its_open_cases_over_and_no_others(bank):
    theirs = [a_complaint(bank, unit=bank.north), graded(bank, unit=bank.north)]
    others = [a_complaint(bank), graded(bank), a_complaint(bank, unit=bank.south)]
    own = newer(AFTER_ASKING, unit=bank.north.pk)
    made = proposed(first(), own)
    assert looked_at(made) == (2, 2, 0)
    approved(made)
    for case in others:
        with pytest.raises(CaseRefused):
            changing_over.change_over(case.pk, made)
    assert run_one("w", timezone.now() + SECOND)
    assert counts.run_of(made).result == {"moved": 2, "stay": 0}
    assert on(*theirs) == [own, own]
    assert set(on(*others)) == {first()}


def test_below_a_unit_with_its_own_edition_another_unit_s_own_is_nearer(bank):
    own, lower = a_complaint(bank, unit=bank.centre), a_complaint(bank, unit=bank.north)
    newer(renamed("enough", "enough_now"), unit=bank.north.pk)
    whole = newer(AFTER_ASKING, unit=bank.head.pk)
    made = proposed(first(), whole)
    assert looked_at(made) == (2, 1, 1)
    approved(made)
    assert run_one("w", timezone.now() + SECOND)
    assert on(own, lower) == [whole, first()]


def test_an_edition_that_a_unit_gets_after_the_approval_keeps_its_cases(bank):
    theirs, other = a_complaint(bank, unit=bank.north), a_complaint(bank)
    old, new = first(), newer(AFTER_ASKING)
    made = proposed(old, new)
    approved(made)
    newer(renamed("enough", "enough_now"), unit=bank.north.pk)
    assert run_one("w", timezone.now() + SECOND)
    assert on(theirs, other) == [old, new]


def test_one_edition_s_cases_may_be_proposed_to_the_bank_s_and_to_a_unit_s_at_once(bank):
    theirs, other = a_complaint(bank, unit=bank.north), a_complaint(bank)
    old, own = first(), newer(AFTER_ASKING, unit=bank.north.pk)
    new = newer(renamed("enough", "enough_now"))
    for made in (proposed(old, own), proposed(old, new)):
        with pytest.raises(EditionRefused):
            changing_over.propose(old, made.new, made.places, note="x", by=a_stranger())
        approved(made)
        assert run_one("w", timezone.now() + SECOND)
    assert on(theirs, other) == [own, new]


def test_the_page_of_the_edition_in_force_tells_of_the_retired_one_of_a_unit_and_counts_only_its_own(bank):
    own = newer(ASK_GONE, unit=bank.north.pk)
    a_complaint(bank, unit=bank.north)
    graded(bank, unit=bank.north)
    author = browser(bank.person("quality_head"))
    assert author.get(f"/editions/{first().pk}").context["behind"] == []
    retired(own)
    page = author.get(f"/editions/{first().pk}")
    [behind] = page.context["behind"]
    assert (behind.edition, behind.cases, behind.scope) == (own, 2, bank.north.name)
    assert f"/editions/{first().pk}/change-over/{own.pk}" in page.content.decode()


def test_the_page_of_a_unit_s_edition_counts_that_unit_s_cases_and_shows_its_map(bank):
    for unit in (bank.north, bank.centre, bank.south):
        a_complaint(bank, unit=unit)
    own = newer(AFTER_ASKING, unit=bank.north.pk)
    author = browser(bank.person("quality_head"))
    [behind] = author.get(f"/editions/{own.pk}").context["behind"]
    assert (behind.edition, behind.cases, behind.scope) == (first(), 1, "全行")
    rows = author.get(f"/editions/{own.pk}/change-over/{first().pk}").context["rows"]
    assert Counter({row.key: row.there for row in rows if row.there}) == {"register": 1}


def test_the_page_of_a_changeover_says_for_whom_each_edition_is(bank):
    a_complaint(bank, unit=bank.north)
    made = proposed(first(), newer(AFTER_ASKING, unit=bank.north.pk))
    page = browser(bank.person("compliance")).get(f"/editions/changeovers/{made.pk}")
    told = [str(pair.value) for pair in page.context["about"]]
    assert any("全行" in each for each in told)
    assert any(bank.north.name in each for each in told)
