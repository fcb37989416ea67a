"""What moves two complaints, and what brings a document, is held as everything else that a customer hears of."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from yinuo.engines.cases.held import Intention
from yinuo.engines.cases.intentions import take_back
from yinuo.engines.cases.models import Case
from yinuo.engines.cases.moves import CaseRefused, hold
from yinuo.engines.cases.releasing import release, release_due
from yinuo.facts.tests.meeting import meet
from yinuo.ground.files.models import StoredFile
from yinuo.ground.people.postings import appoint
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.models import Party
from yinuo.packs.complaints.tests.bank import MONDAY, SINCE, graded, kinds
from yinuo.packs.complaints.tests.holding import DUE, PRESSED, begun, stand_aside, state, trace
from yinuo.packs.complaints.tests.pairs import merged, twice
from yinuo.packs.complaints.tests.test_held import NEIGHBOUR

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ten_seconds")]
DAY = timedelta(days=1)


def merging(bank, **said):
    """The merging of a later complaint into an earlier one is held."""
    first, later = twice(bank, after=DAY, **said)
    return first, later, begun(bank, later, verb="merge", other=first.pk)


def spoken_for(bank, case, document=b"%PDF-1.7 authority"):
    """That somebody speaks for the customer is held, with what proves it."""
    proof = actions.Proof(file=SimpleUploadedFile("授权书.pdf", document))
    given = {"person": NEIGHBOUR, "relation": "family", "proof": proof}
    return begun(bank, case, verb="add-representative", **given)


def test_while_a_merging_is_held_neither_of_the_two_has_changed(bank):
    first, later = twice(bank, after=DAY)
    before = trace(first), trace(later)
    begun(bank, later, verb="merge", other=first.pk)
    assert (trace(first), trace(later)) == before
    release_due(DUE)
    assert kinds(first).count("complaints.merged_in") == kinds(later).count("complaints.merged") == 1


def test_an_answer_to_the_earlier_one_meanwhile_refuses_the_merging_and_changes_nothing(bank):
    first, later, _held = merging(bank)
    actions.withdraw(first.pk, by=None, at=PRESSED)
    before = trace(first), trace(later)
    release_due(DUE)
    assert (trace(first), trace(later), state(later)) == (*before, "refused")


def test_merging_and_separating_ask_sight_of_the_other_one_anew(bank):
    first, later, _held = merging(bank)
    stand_aside(bank, first)
    before = trace(later)
    release_due(DUE)
    assert (trace(later), state(later)) == (before, "refused")
    assert Intention.objects.get().reason == "您已无法查看这一件。"


def test_merging_asks_the_grant_for_the_other_one_anew(bank):
    first, later, _held = merging(bank)
    appoint(bank.handler, "officer", bank.head, valid_from=SINCE)  # sees everything still
    bank.person("handler", bank.north)
    actions.hand_to_unit(
        first.pk, unit=bank.north, reason="competence", words="业务归该机构", by=bank.person("lead"), at=PRESSED
    )  # fmt: skip
    before = trace(later)
    release_due(DUE)
    assert (trace(later), state(later)) == (before, "refused")


def test_separating_asks_the_grant_for_the_other_one_anew(bank):
    first, later = merged(bank, at=MONDAY + DAY, after=timedelta(hours=5))
    begun(bank, later, verb="separate")
    appoint(bank.handler, "officer", bank.head, valid_from=SINCE)
    bank.person("handler", bank.north)
    actions.hand_to_unit(
        first.pk, unit=bank.north, reason="competence", words="业务归该机构", by=bank.person("lead"), at=PRESSED
    )  # fmt: skip
    release_due(DUE)
    assert state(later) == "refused"
    assert "complaints.separated" not in kinds(later)


@pytest.mark.django_db(transaction=True)
def test_a_release_waits_for_nobody_who_has_the_other_one(bank):
    first, later, held = merging(bank)
    refused = meet(
        lambda: hold(first.pk),
        lambda: release(held.pk, later.pk, DUE),
        lambda: hold(later.pk),
    )
    assert refused is None
    release_due(DUE)
    assert state(later) == "released"
    assert kinds(later).count("complaints.merged") == 1


@pytest.mark.django_db(transaction=True)
def test_whoever_presses_waits_for_the_other_one_before_they_have_their_own(bank):
    first, later = twice(bank, after=DAY)
    refused = meet(
        lambda: hold(first.pk),
        lambda: begun(bank, later, verb="merge", other=first.pk),
        lambda: hold(later.pk),
    )
    assert refused is None
    assert state(later) == "held"


def test_a_document_waits_where_nobody_reads_it_and_is_theirs_at_the_release(bank):
    case = graded(bank)
    held = spoken_for(bank, case)
    waiting = StoredFile.objects.get()
    assert (waiting.owner_kind, waiting.owner_id) == ("intention", held.pk)
    assert not Party.objects.exists()
    release_due(DUE)
    party = Party.objects.get()
    waiting.refresh_from_db()
    assert (waiting.owner_kind, waiting.owner_id) == ("authority", party.pk)
    assert (party.authority, state(case)) == ("file", "released")


def test_a_document_of_what_was_taken_back_or_refused_goes(bank):
    case = graded(bank)
    spoken_for(bank, case)
    take_back(case.pk, by=bank.handler, at=PRESSED)
    assert not StoredFile.objects.exists()
    spoken_for(bank, case)
    actions.withdraw(case.pk, by=None, at=PRESSED)
    release_due(DUE)
    assert state(case) == "refused"
    assert not StoredFile.objects.exists()


def test_a_document_that_is_none_is_refused_when_it_is_pressed_and_nothing_is_kept(bank):
    case = graded(bank)
    before = trace(case)
    with pytest.raises(CaseRefused):
        spoken_for(bank, case, document=b"\x00\x01\x02\x03")
    assert trace(case) == before
    assert not Intention.objects.exists()


def test_whoever_is_named_lies_sealed(bank):
    case = graded(bank)
    spoken_for(bank, case)
    stored = bytes(Intention.objects.get().sealed)
    assert NEIGHBOUR.name.encode() not in stored
    assert NEIGHBOUR.phone.encode() not in stored


def test_whoever_speaks_for_the_customer_hears_of_it_only_at_the_release_and_once(bank):
    case = graded(bank)
    held = spoken_for(bank, case)
    for _turn in range(2):
        release(held.pk, case.pk, DUE)
    assert kinds(case).count("complaints.represented") == 1
    assert Party.objects.count() == 1
    assert Case.objects.get(pk=case.pk).is_open
