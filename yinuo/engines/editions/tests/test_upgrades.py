"""A newer version brings newer texts: proposed beside what the bank made of the older ones, never over it."""

import pytest
from django.utils import timezone

from yinuo.engines.editions import actions, load, shelf, upgrades
from yinuo.engines.editions.kinds import EditionRefused
from yinuo.engines.editions.models import Edition, Shipped
from yinuo.engines.editions.tests.test_editions import a_card, happened
from yinuo.ground.people.tests.bank import a_person

pytestmark = pytest.mark.django_db
NAME = 'name = { zh-hans = "%s", en = "Bank", zh-hant = "銀行" }\n'


def a_text(name="银行", hotline="95500", more=""):
    return f'hotline = "{hotline}"\n' + NAME % name + more


@pytest.fixture
def author():
    return a_person()


@pytest.fixture
def approver():
    return a_person()


@pytest.fixture
def file(tmp_path, monkeypatch):
    """A house whose only content is a bank card, loaded once."""
    file = tmp_path / "packs" / "thing" / "content" / "own.bank.toml"
    file.parent.mkdir(parents=True)
    file.write_text(a_text(), encoding="utf-8")
    monkeypatch.setattr(load, "ROOT", tmp_path)
    load.load_first_editions()
    return file


def upgraded(file, content):
    """The draft that a newer file proposes."""
    file.write_text(content, encoding="utf-8")
    assert load.load_first_editions() == (0, 1)
    return waiting()


def waiting():
    return Edition.objects.get(state="draft")


def ours(content, author, approver):
    """What the bank makes of the edition in force."""
    before = shelf.in_force("bank", "own", timezone.now())
    draft = actions.draft("bank", "own", content, by=author, shipped=before.shipped, follows=before)
    return actions.approve(draft, by=approver)


def in_force():
    return shelf.in_force("bank", "own", timezone.now()).content


def test_where_the_bank_changed_nothing_the_newer_text_is_proposed_as_it_is(file, approver):
    draft = upgraded(file, a_text(hotline="95511"))
    assert (draft.content, draft.conflicts) == (a_text(hotline="95511"), [])
    assert in_force() == a_text()
    actions.approve(draft, by=approver)
    assert in_force() == a_text(hotline="95511")


def test_what_the_bank_changed_stays_beside_what_is_newer(file, author, approver):
    ours(a_text(name="诺银行"), author, approver)
    draft = upgraded(file, a_text(hotline="95511"))
    assert (draft.content, draft.conflicts) == (a_text(name="诺银行", hotline="95511"), [])


def test_what_both_changed_waits_for_a_person_and_is_not_approved_before(file, author, approver):
    ours(a_text(hotline="95588"), author, approver)
    draft = upgraded(file, a_text(hotline="95511", more="demonstration = true\n"))
    assert draft.content == a_text(hotline="95588", more="demonstration = true\n")
    [conflict] = upgrades.conflicts_of(draft)
    assert conflict.path == ("hotline",)
    assert [text.strip() for text in (conflict.base, conflict.ours, conflict.theirs)] == [
        'hotline = "95500"',
        'hotline = "95588"',
        'hotline = "95511"',
    ]
    with pytest.raises(EditionRefused):
        actions.approve(draft, by=approver)
    draft.refresh_from_db()
    assert draft.state == "draft"
    assert in_force() == a_text(hotline="95588")


@pytest.mark.parametrize(("side", "hotline"), [("ours", "95588"), ("theirs", "95511")])
def test_deciding_makes_a_draft_that_somebody_else_approves(file, author, approver, side, hotline):
    ours(a_text(hotline="95588"), author, approver)
    draft = upgraded(file, a_text(hotline="95511", more="demonstration = true\n"))
    with pytest.raises(EditionRefused):
        upgrades.decide(draft, {}, by=author, note="")
    assert waiting() == draft
    decided = upgrades.decide(draft, {("hotline",): side}, by=author, note="why")
    assert decided.content == a_text(hotline=hotline, more="demonstration = true\n")
    assert waiting() == decided
    with pytest.raises(EditionRefused):
        actions.approve(decided, by=author)
    actions.approve(decided, by=approver)
    assert in_force() == decided.content
    assert happened()[-3:] == ["editions.drafted", "editions.retired", "editions.approved"]


def test_the_next_version_is_compared_with_the_last_one_taken_in(file, author, approver):
    ours(a_text(hotline="95588"), author, approver)
    draft = upgraded(file, a_text(hotline="95511"))
    actions.approve(upgrades.decide(draft, {("hotline",): "ours"}, by=author, note=""), by=approver)
    draft = upgraded(file, a_text(name="新名", hotline="95511"))
    assert (draft.content, draft.conflicts) == (a_text(name="新名", hotline="95588"), [])


def test_an_older_proposal_makes_room_for_a_newer_one(file, approver):
    older = upgraded(file, a_text(hotline="95511"))
    newer = upgraded(file, a_text(hotline="95522"))
    older.refresh_from_db()
    assert (older.state, newer.content) == ("retired", a_text(hotline="95522"))
    assert Shipped.objects.count() == 3


def test_a_proposal_never_undoes_what_the_bank_decided_meanwhile(file, author, approver):
    draft = upgraded(file, a_text(hotline="95511"))
    ours(a_text(name="诺银行"), author, approver)
    with pytest.raises(EditionRefused):
        actions.approve(draft, by=approver)
    assert in_force() == a_text(name="诺银行")
    again = upgrades.put_together_again(draft)
    assert again.content == a_text(name="诺银行", hotline="95511")
    actions.approve(again, by=approver)
    assert in_force() == again.content


def test_what_goes_together_by_key_and_makes_no_sense_is_one_conflict(file, author, approver, monkeypatch):
    def read_both(kind, content):
        if "诺银行" in content and "95511" in content:
            raise EditionRefused("these two do not go together")

    ours(a_text(name="诺银行"), author, approver)
    monkeypatch.setattr(upgrades, "read", read_both)
    draft = upgraded(file, a_text(hotline="95511"))
    assert (draft.content, draft.conflicts) == (a_text(name="诺银行"), [[]])
    assert upgrades.decide(draft, {(): "theirs"}, by=author, note="").content == a_text(hotline="95511")


def test_only_what_a_newer_version_proposes_is_put_together_again(file, author):
    draft = actions.draft("bank", "own", a_card(), by=author)
    with pytest.raises(EditionRefused):
        upgrades.put_together_again(draft)
    with pytest.raises(EditionRefused):
        upgrades.decide(draft, {}, by=author, note="")
