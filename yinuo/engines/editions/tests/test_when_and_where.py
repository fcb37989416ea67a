"""An edition comes into force on its day, and for the units it was written for."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from yinuo.engines.editions import actions, shelf
from yinuo.engines.editions.kinds import EditionKind, EditionRefused, declare_kind
from yinuo.engines.editions.models import Edition
from yinuo.engines.editions.tests.test_editions import a_card
from yinuo.ground.people.models import Unit
from yinuo.ground.people.places import place_unit
from yinuo.ground.people.tests.bank import a_person
from yinuo.ground.terms.lists import label
from yinuo.ground.terms.toml import read_toml

pytestmark = pytest.mark.django_db


def read_rule(text):
    return read_toml(text, "rule")


@pytest.fixture
def author():
    return a_person()


@pytest.fixture
def approver():
    return a_person()


@pytest.fixture
def units():
    """A head office, a branch of it, a counter of that, and another branch."""
    declare_kind(EditionKind("rule", read_rule, scoped=True))
    made = []
    for code, parent in (("HQ", None), ("A", 0), ("A1", 1), ("B", 0)):
        unit = Unit.objects.create(
            code=code, kind="branch", name_zh_hans=code, name_en=code, name_zh_hant=code,
            opened_on=date(2020, 1, 1),
        )  # fmt: skip
        place_unit(unit, made[parent] if parent is not None else None, date(2020, 1, 1))
        made.append(unit)
    return made


def decided(content, author, approver, **how):
    return actions.approve(actions.draft("rule", "own", content, by=author, **how), by=approver)


def test_a_draft_for_a_day_comes_into_force_as_that_day_begins(author, approver):
    first = actions.ship("bank", "own", a_card(), origin="shipped@0.2")
    day = timezone.localdate() + timedelta(days=3)
    second = actions.draft("bank", "own", a_card(hotline="95511"), by=author, starts_on=day)
    second = actions.approve(second, by=approver)
    begins = timezone.localtime(second.effective_from)
    assert (begins.date(), begins.hour, begins.minute) == (day, 0, 0)
    assert shelf.in_force("bank", "own", second.effective_from - timedelta(seconds=1)) == first
    assert shelf.in_force("bank", "own", second.effective_from) == second


def test_a_draft_for_today_comes_into_force_when_it_is_approved(author, approver):
    edition = actions.draft("bank", "own", a_card(), by=author, starts_on=timezone.localdate())
    assert actions.approve(edition, by=approver).effective_from <= timezone.now()


def test_nobody_drafts_for_a_day_that_has_passed(author):
    yesterday = timezone.localdate() - timedelta(days=1)
    with pytest.raises(EditionRefused):
        actions.draft("bank", "own", a_card(), by=author, starts_on=yesterday)
    assert not Edition.objects.exists()


def test_a_draft_whose_day_has_passed_is_not_approved(author, approver):
    edition = actions.draft("bank", "own", a_card(), by=author)
    Edition.objects.update(starts_on=timezone.localdate() - timedelta(days=1))
    with override("en"), pytest.raises(EditionRefused, match="draft it for another day"):
        actions.approve(edition, by=approver)
    edition.refresh_from_db()
    assert edition.state == "draft"


LISTED = """[colour]
name = { zh-hans = "颜色", en = "Colour", zh-hant = "顏色" }
terms = [
  { code = "R", zh-hans = "红", en = "RED", zh-hant = "紅" },
]
"""


def test_code_lists_come_into_force_on_no_later_day(author):
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(EditionRefused):
        actions.draft("terms", "own", LISTED, by=author, starts_on=tomorrow)
    assert not Edition.objects.exists()


def test_confirming_an_older_code_list_does_not_bring_its_words_back(author, approver):
    first = actions.ship("terms", "own", LISTED, origin="shipped@0.2")
    newer = actions.draft("terms", "own", LISTED.replace("红", "赤"), by=author)
    newer = actions.approve(newer, by=approver)
    actions.approve(first, by=approver)
    assert label("colour", "R") == "赤"
    actions.ask_to_retire(newer, by=author)
    actions.retire(newer, by=approver)
    assert label("colour", "R") == "红"


def test_the_nearest_unit_s_edition_holds_for_it_and_all_below_it(units, author, approver):
    head, branch, counter, other = units
    bank = decided("a = 1\n", author, approver)
    own = decided("a = 2\n", author, approver, unit=branch.pk)
    nearest = decided("a = 3\n", author, approver, unit=counter.pk)
    now = timezone.now()
    wanted = {None: bank, head.pk: bank, branch.pk: own, counter.pk: nearest, other.pk: bank}
    assert {unit: shelf.in_force("rule", "own", now, unit) for unit in wanted} == wanted
    shelf.forget()
    assert {unit: shelf.current("rule", "own", unit) for unit in wanted} == wanted


def test_a_unit_s_edition_can_be_retired_for_that_of_the_bank(units, author, approver):
    bank = decided("a = 1\n", author, approver)
    own = decided("a = 2\n", author, approver, unit=units[1].pk)
    actions.ask_to_retire(own, by=author)
    actions.retire(own, by=approver)
    assert shelf.in_force("rule", "own", timezone.now(), units[2].pk) == bank


def test_a_unit_s_edition_does_not_stand_in_for_the_bank_s(units, author, approver):
    bank = decided("a = 1\n", author, approver)
    decided("a = 2\n", author, approver, unit=units[1].pk)
    with pytest.raises(EditionRefused):
        actions.ask_to_retire(bank, by=author)


def test_what_is_one_for_the_whole_bank_is_drafted_for_no_unit(units, author):
    with pytest.raises(EditionRefused):
        actions.draft("bank", "own", a_card(), by=author, unit=units[1].pk)
    assert not Edition.objects.exists()
