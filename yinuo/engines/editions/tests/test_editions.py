"""What the bank decides is drafted by one person, approved by another, and never changed afterwards."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from yinuo.engines.editions import actions, kinds, load, shelf
from yinuo.engines.editions.kinds import EditionRefused
from yinuo.engines.editions.models import Edition
from yinuo.facts.models import Fact
from yinuo.facts.tests.meeting import meet
from yinuo.ground.people.tests.bank import a_person

pytestmark = pytest.mark.django_db


def a_card(name="诺银行", hotline="95500"):
    return f'hotline = "{hotline}"\n[name]\nzh-hans = "{name}"\nen = "Bank"\nzh-hant = "{name}"\n'


@pytest.fixture
def author():
    return a_person()


@pytest.fixture
def approver():
    return a_person()


def happened():
    return list(
        Fact.objects.filter(kind__startswith="editions.").order_by("id").values_list("kind", flat=True)
    )


def test_a_draft_comes_into_force_when_somebody_else_approves_it(author, approver):
    edition = actions.draft("bank", "own", a_card(), by=author, note="new hotline")
    with pytest.raises(EditionRefused):
        shelf.in_force("bank", "own", timezone.now())
    approved = actions.approve(edition, by=approver)
    assert (approved.state, approved.approved_by, approved.number) == ("approved", approver, 1)
    assert shelf.in_force("bank", "own", timezone.now()) == approved
    assert happened() == ["editions.drafted", "editions.approved"]


def test_whoever_drafted_it_cannot_approve_it(author):
    edition = actions.draft("bank", "own", a_card(), by=author)
    with pytest.raises(EditionRefused):
        actions.approve(edition, by=author)
    edition.refresh_from_db()
    assert (edition.state, edition.approved_by, edition.effective_from) == ("draft", None, None)
    assert happened() == ["editions.drafted"]


def test_a_shipped_edition_is_in_force_at_once_and_a_person_confirms_it_later(approver):
    edition = actions.ship("bank", "own", a_card(), origin="shipped@0.2")
    assert shelf.in_force("bank", "own", timezone.now()) == edition
    assert not edition.confirmed
    confirmed = actions.approve(edition, by=approver)
    assert confirmed.confirmed
    assert confirmed.effective_from == edition.effective_from
    with pytest.raises(EditionRefused):
        actions.approve(confirmed, by=approver)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_approve_at_the_same_moment_the_first_one_did(author, approver):
    edition = actions.draft("bank", "own", a_card(), by=author)
    other = a_person()
    refused = meet(
        lambda: actions.approve(edition, by=approver),
        lambda: actions.approve(edition, by=other),
    )
    assert isinstance(refused, EditionRefused)
    assert Edition.objects.get(pk=edition.pk).approved_by == approver
    assert happened() == ["editions.drafted", "editions.approved"]


def test_no_edition_becomes_effective_in_the_past(author, approver):
    edition = actions.draft("bank", "own", a_card(), by=author)
    with pytest.raises(EditionRefused):
        actions.approve(edition, by=approver, effective_from=timezone.now() - timedelta(minutes=1))
    edition.refresh_from_db()
    assert edition.state == "draft"


def test_an_edition_of_tomorrow_is_not_in_force_today(author, approver):
    first = actions.ship("bank", "own", a_card(), origin="shipped@0.2")
    tomorrow = timezone.now() + timedelta(days=1)
    second = actions.draft("bank", "own", a_card(hotline="95511"), by=author)
    actions.approve(second, by=approver, effective_from=tomorrow)
    assert shelf.in_force("bank", "own", timezone.now()) == first
    assert shelf.in_force("bank", "own", tomorrow) == second


@pytest.fixture
def two_in_force(author, approver):
    """An edition in force, and the one before it."""
    first = actions.ship("bank", "own", a_card(), origin="shipped@0.2")
    second = actions.draft("bank", "own", a_card(hotline="95511"), by=author)
    return first, actions.approve(second, by=approver)


def test_a_retired_edition_is_not_in_force_and_is_not_approved_again(two_in_force, author, approver):
    first, second = two_in_force
    actions.ask_to_retire(second, by=author)
    assert shelf.in_force("bank", "own", timezone.now()) == second  # asking changes nothing yet
    actions.retire(second, by=approver)
    assert shelf.in_force("bank", "own", timezone.now()) == first
    with pytest.raises(EditionRefused):
        actions.approve(second, by=approver)
    with pytest.raises(EditionRefused):
        actions.ask_to_retire(second, by=author)
    assert happened()[-2:] == ["editions.retirement_asked", "editions.retired"]


def test_one_person_alone_retires_nothing(two_in_force, author, approver):
    _first, second = two_in_force
    for by in (author, approver):
        with pytest.raises(EditionRefused):  # nobody proposed it
            actions.retire(second, by=by)
    actions.ask_to_retire(second, by=author)
    with pytest.raises(EditionRefused):
        actions.retire(second, by=author)
    assert shelf.in_force("bank", "own", timezone.now()) == second
    assert "editions.retired" not in happened()


def test_the_last_edition_in_force_is_not_retired(author):
    only = actions.ship("bank", "own", a_card(), origin="shipped@0.2")
    with pytest.raises(EditionRefused):
        actions.ask_to_retire(only, by=author)
    assert shelf.in_force("bank", "own", timezone.now()) == only


def test_a_draft_that_nobody_wants_is_put_away_and_an_approved_edition_is_not(two_in_force, author):
    draft = actions.draft("bank", "own", a_card(hotline="95522"), by=author)
    with pytest.raises(EditionRefused):
        actions.ask_to_retire(draft, by=author)
    actions.discard(draft, by=author)
    draft.refresh_from_db()
    assert (draft.state, draft.effective_from) == ("retired", None)
    with pytest.raises(EditionRefused):
        actions.discard(two_in_force[1], by=author)
    assert shelf.in_force("bank", "own", timezone.now()) == two_in_force[1]


def test_the_content_of_an_edition_never_changes(author, approver):
    edition = actions.approve(actions.draft("bank", "own", a_card(), by=author), by=approver)
    edition.content = a_card(hotline="10000")
    for how in ({}, {"update_fields": ["content"]}, {"update_fields": ["state", "number"]}):
        with pytest.raises(TypeError, match="never changes"):
            edition.save(**how)
    edition.refresh_from_db()
    assert edition.digest == actions.digest_of(edition.content) == actions.digest_of(a_card())


def test_content_that_its_kind_cannot_read_is_not_drafted(author):
    for broken in ("no toml at all", 'hotline = "1"\n[name]\nen = "Bank"\n'):
        with pytest.raises(EditionRefused):
            actions.draft("bank", "own", broken, by=author)
    assert not Edition.objects.exists()
    assert happened() == []


def test_an_approval_is_seen_at_once(author, approver, django_capture_on_commit_callbacks):
    actions.ship("bank", "own", a_card(), origin="shipped@0.2")
    assert shelf.in_use("bank", "own").hotline == "95500"
    second = actions.draft("bank", "own", a_card(hotline="95511"), by=author)
    with django_capture_on_commit_callbacks(execute=True):
        actions.approve(second, by=approver)
    assert shelf.in_use("bank", "own").hotline == "95511"


def test_first_editions_are_shipped_once():
    shipped, proposed = load.load_first_editions()
    assert shipped == Edition.objects.filter(state="approved").count() >= 8
    assert proposed == Edition.objects.filter(state="draft").count()
    assert load.load_first_editions() == (0, 0)


@pytest.fixture
def a_folder(tmp_path, monkeypatch):
    """A house whose only content is a bank card."""
    file = tmp_path / "packs" / "thing" / "content" / "own.bank.toml"
    file.parent.mkdir(parents=True)
    file.write_text(a_card(), encoding="utf-8")
    monkeypatch.setattr(load, "ROOT", tmp_path)
    return file


@pytest.fixture
def open_until_it_has_a_hotline(monkeypatch):
    """A bank card without a hotline is not filled in."""
    kind = replace(kinds.kind_named("bank"), unfilled=lambda card: () if card.hotline else ("hotline",))
    monkeypatch.setitem(kinds._kinds, "bank", kind)


@pytest.mark.usefixtures("open_until_it_has_a_hotline")
def test_what_leaves_something_open_is_a_draft_nobody_can_approve(a_folder, author, approver):
    a_folder.write_text(a_card(hotline=""), encoding="utf-8")
    assert load.load_first_editions() == (0, 1)
    assert load.load_first_editions() == (0, 0)
    shipped, before = Edition.objects.get(), len(happened())
    with pytest.raises(EditionRefused, match="hotline"):
        actions.approve(shipped, by=approver)
    shipped.refresh_from_db()
    assert (shipped.state, shipped.approved_by, len(happened())) == ("draft", None, before)
    filled = actions.draft("bank", "own", a_card(hotline="95500"), by=author)
    actions.approve(filled, by=approver)
    assert shelf.in_use("bank", "own").hotline == "95500"


def test_a_changed_file_proposes_one_draft_and_leaves_what_is_in_force(a_folder):
    assert load.load_first_editions() == (1, 0)
    a_folder.write_text(a_card(hotline="95511"), encoding="utf-8")
    assert load.load_first_editions() == (0, 1)
    assert load.load_first_editions() == (0, 0)
    assert list(Edition.objects.order_by("number").values_list("state", "number")) == [
        ("approved", 1),
        ("draft", 2),
    ]
    assert shelf.in_use("bank", "own").hotline == "95500"


def test_a_file_that_cannot_be_read_is_a_problem_naming_it(a_folder):
    assert load.problems() == []
    a_folder.write_text("[name]\nen = 'Bank'\n", encoding="utf-8")
    [problem] = load.problems()
    assert problem.startswith("thing/content/own.bank.toml: ")
    assert "zh-hans" in problem


def test_what_ships_can_be_read_before_there_is_a_database(django_db_blocker):
    with django_db_blocker.block():
        assert load.problems() == []
