"""Who complains together, and who speaks for the customer: the answer goes to nobody who may not read it."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from yinuo.engines.cases.models import Case
from yinuo.engines.cases.moves import CaseRefused, Recused
from yinuo.facts.models import Fact
from yinuo.ground.access.reach import reach_of
from yinuo.ground.customers.intake import Person
from yinuo.ground.customers.models import Customer
from yinuo.ground.files.models import StoredFile
from yinuo.ground.outbox.models import Letter
from yinuo.packs.complaints import actions, queries
from yinuo.packs.complaints.ledger.outgoing import ledger_in_force, lines
from yinuo.packs.complaints.models import Complaint, Party
from yinuo.packs.complaints.tests.bank import (
    MONDAY,
    a_complaint,
    accepted,
    an_arrival,
    data,
    established,
    kinds,
    read,
)

pytestmark = pytest.mark.django_db
SOON = MONDAY + timedelta(hours=2)
LATER = MONDAY + timedelta(days=2)
ANSWER = "我们已退还两百元，并向您道歉。"
SEEN = actions.Proof(shown_on=date(2026, 9, 14))


def a_neighbour(name="赵立春", number=1):
    return Person(name, f"1390000{number:04}", f"neighbour{number}@example.com")


def joined(bank, case, *, number=1, represents=True):
    neighbour = a_neighbour(number=number)
    actions.add_complainant(case.pk, person=neighbour, represents=represents, by=bank.handler, at=SOON)
    return case.complaint.parties.order_by("-id").first()


def represented(bank, case, *, proof=None, number=50):
    speaker = a_neighbour("周文", number)
    actions.add_representative(
        case.pk, person=speaker, relation="family", proof=proof or actions.Proof(), by=bank.handler, at=SOON
    )
    return case.complaint.parties.order_by("-id").first()


def told(template):
    """The addresses that a letter was written to, and what it says."""
    return {read(letter).to: read(letter).body for letter in Letter.objects.filter(template=template)}


def answer(bank, case, at=LATER):
    return actions.answer(case.pk, words=ANSWER, by=bank.handler, at=at)


def test_who_represents_the_others_is_told_at_once_and_gets_the_answer(bank):
    case = established(bank)
    joined(bank, case)
    assert case.number in told("joined")["neighbour1@example.com"]
    answer(bank, case)
    assert set(told("answer")) == {case.customer.email, "neighbour1@example.com"}
    assert ANSWER in told("answer")["neighbour1@example.com"]


def test_who_complains_too_and_represents_nobody_gets_no_letter(bank):
    case = established(bank)
    joined(bank, case, represents=False)
    answer(bank, case)
    assert told("joined") == {}
    assert set(told("answer")) == {case.customer.email}


def test_at_most_five_represent_all_the_customer_among_them(bank):
    case = accepted(bank)
    for number in range(1, 5):
        joined(bank, case, number=number)
    before = trace(case)
    with pytest.raises(CaseRefused):
        joined(bank, case, number=5)
    assert trace(case) == before
    joined(bank, case, number=5, represents=False)  # there may be any number of others
    assert case.complaint.parties.count() == 5


def trace(case):
    fresh = Case.objects.get(pk=case.pk)
    return (
        fresh.version,
        Fact.objects.count(),
        Party.objects.count(),
        Customer.objects.count(),
        Letter.objects.count(),
    )


def test_nobody_complains_twice_on_one_complaint(bank):
    case = accepted(bank)
    joined(bank, case)
    before = trace(case)
    with pytest.raises(CaseRefused):
        joined(bank, case)
    own = Person(case.customer.name, case.customer.phone, case.customer.email)
    with pytest.raises(CaseRefused):
        actions.add_complainant(case.pk, person=own, represents=False, by=bank.handler, at=SOON)
    assert trace(case) == before


def test_it_stays_one_complaint_of_its_customer(bank):
    case = accepted(bank)
    joined(bank, case)
    assert Case.objects.filter(kind="complaints").count() == Complaint.objects.count() == 1
    assert Case.objects.get(pk=case.pk).customer_id == case.customer_id


def test_without_proof_the_complaint_goes_on_and_the_answer_goes_to_the_customer_alone(bank):
    case = established(bank)
    represented(bank, case)
    assert "neighbour50@example.com" in told("representing")
    assert set(told("represented")) == {case.customer.email}
    answer(bank, case)
    assert set(told("answer")) == {case.customer.email}


def test_a_proof_that_nobody_has_checked_yet_sends_nothing(bank):
    case = established(bank)
    represented(bank, case, proof=SEEN)
    answer(bank, case)
    assert set(told("answer")) == {case.customer.email}


def test_once_the_authority_is_checked_the_answer_goes_to_both(bank):
    case = established(bank)
    speaker = represented(bank, case, proof=SEEN)
    actions.check_authority(case.pk, party=speaker.pk, by=bank.handler, at=SOON)
    assert "neighbour50@example.com" in told("authorised")
    answer(bank, case)
    assert set(told("answer")) == {case.customer.email, "neighbour50@example.com"}
    assert data(case, "complaints.authority_checked")[0]["authority"] == "shown"


def test_there_is_nothing_to_check_where_nothing_was_brought(bank):
    case = accepted(bank)
    speaker = represented(bank, case)
    before = trace(case)
    with pytest.raises(CaseRefused):
        actions.check_authority(case.pk, party=speaker.pk, by=bank.handler, at=SOON)
    assert trace(case) == before


def test_an_authority_that_has_run_out_is_not_checked_and_sends_nothing_any_more(bank):
    case = established(bank)
    until = actions.Proof(shown_on=date(2026, 9, 14), valid_until=date(2026, 9, 15))
    speaker = represented(bank, case, proof=until)
    actions.check_authority(case.pk, party=speaker.pk, by=bank.handler, at=MONDAY + timedelta(days=1))
    answer(bank, case, MONDAY + timedelta(days=2))
    assert set(told("answer")) == {case.customer.email}
    with pytest.raises(CaseRefused):
        actions.check_authority(case.pk, party=speaker.pk, by=bank.handler, at=MONDAY + timedelta(days=2))


def test_a_new_document_has_to_be_checked_anew(bank):
    case = accepted(bank)
    speaker = represented(bank, case, proof=SEEN)
    paper = SimpleUploadedFile("委托书.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n")
    actions.check_authority(
        case.pk, party=speaker.pk, proof=actions.Proof(file=paper), by=bank.handler, at=SOON
    )
    speaker.refresh_from_db()
    assert (speaker.authority, speaker.checked_by) == ("file", bank.handler)
    assert [file.name for file in actions.proofs_of([speaker])[speaker.pk]] == ["委托书.pdf"]


def test_a_file_that_is_none_leaves_no_trace(bank):
    case = accepted(bank)
    before = trace(case)
    empty = SimpleUploadedFile("委托书.pdf", b"")
    with pytest.raises(CaseRefused):
        represented(bank, case, proof=actions.Proof(file=empty))
    assert trace(case) == before
    assert StoredFile.objects.count() == 0


def test_who_was_written_down_wrongly_gets_nothing_from_then_on(bank):
    case = established(bank)
    wrong = joined(bank, case)
    actions.remove_party(case.pk, party=wrong.pk, by=bank.handler, at=SOON)
    answer(bank, case)
    assert set(told("answer")) == {case.customer.email}
    assert data(case, "complaints.party_removed") == [{"party": str(wrong.pk), "role": "joint"}]
    joined(bank, accepted(bank))  # and may be on another complaint, or on this one again


def test_after_the_end_nobody_is_added_or_taken_away(bank):
    case = established(bank)
    party = joined(bank, case)
    answer(bank, case)
    actions.finish(case.pk, by=bank.handler, at=LATER)
    before = trace(case)
    with pytest.raises(CaseRefused):
        joined(bank, case, number=2)
    with pytest.raises(CaseRefused):
        actions.remove_party(case.pk, party=party.pk, by=bank.handler, at=LATER)
    assert trace(case) == before


def test_whoever_stands_aside_writes_nobody_down(bank):
    case = a_complaint(bank)
    actions.name_complained_of(case.pk, people=[bank.handler], by=bank.person("quality_head"), at=SOON)
    before = trace(case)
    with pytest.raises(Recused):
        joined(bank, case)
    assert trace(case) == before


def test_no_fact_holds_a_name_or_a_number(bank):
    case = accepted(bank)
    joined(bank, case)
    represented(bank, case, proof=SEEN)
    assert {"complaints.joined", "complaints.represented"} <= set(kinds(case))
    bodies = "".join(Fact.objects.values_list("body", flat=True))
    assert "赵立春" not in bodies
    assert "13900000001" not in bodies
    assert "neighbour" not in bodies


@pytest.fixture
def desk(bank):
    client = Client()
    client.force_login(bank.handler)
    return client


def test_the_page_shows_them_masked_and_says_what_goes_to_whom(bank, desk):
    case = accepted(bank)
    joined(bank, case)
    represented(bank, case)
    url = f"/complaints/{case.number}?open=add-complainant"
    page = desk.get(url, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "赵*春" in page
    assert "139****0001" in page
    assert "赵立春" not in page
    assert "13900000001" not in page
    assert "/check-authority" in page
    assert 'name="represents"' in page


def test_the_page_says_that_the_rule_is_not_confirmed(bank, desk):
    bank.handler.language = "en"
    bank.handler.save()
    url = f"/complaints/{accepted(bank).number}?open=add-complainant"
    page = desk.get(url, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "银保监会令2020年第3号，第十二条" in page


def test_somebody_is_written_down_proved_and_taken_away_on_the_page(bank, desk):
    case = accepted(bank)
    place = f"/complaints/{case.number}"
    said = {"name": "周文", "phone": "13900000050", "relation": "lawyer"}
    assert desk.post(f"{place}/add-representative", said).status_code == 302
    party = case.complaint.parties.get()
    paper = SimpleUploadedFile("poa.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n")
    checked = desk.post(f"{place}/check-authority", {"party": party.pk, "evidence": paper})
    assert checked.status_code == 302
    party.refresh_from_db()
    assert party.checked_by == bank.handler
    file = actions.proofs_of([party])[party.pk][0]
    assert desk.get(file.url).status_code == 200
    stranger = Client()
    stranger.force_login(bank.person("officer", bank.south))
    assert stranger.get(file.url).status_code == 404
    assert desk.post(f"{place}/take-away", {"party": party.pk}).status_code == 302
    assert desk.post(f"{place}/take-away", {"party": party.pk}).status_code == 409


def test_a_complaint_is_found_by_whoever_joined_in_and_only_within_reach(bank):
    case = accepted(bank)
    party = joined(bank, case)
    joined(bank, other := accepted(bank), number=2)

    def found(person, text):
        request = RequestFactory().get("/")
        request.reach = reach_of(person)
        return [each.label for each in queries.by_phone(request, text)]

    assert found(bank.handler, "139 0000 0001") == [case.number]
    assert found(bank.handler, case.customer.phone) == [case.number]
    assert found(bank.handler, "1390000") == []
    assert found(bank.person("officer", bank.south), "13900000001") == []
    actions.remove_party(case.pk, party=party.pk, by=bank.handler, at=SOON)
    assert found(bank.handler, "13900000001") == []
    assert found(bank.handler, "13900000002") == [other.number]


def test_the_other_complaints_of_whoever_joined_in_stand_beside_it(bank, desk):
    case, neighbour = accepted(bank), a_neighbour()
    joined(bank, case)
    own = a_complaint(bank, name=neighbour.name, phone=neighbour.phone, email=neighbour.email)
    assert own.number in desk.get(f"/complaints/{case.number}").content.decode()
    assert case.number in desk.get(f"/complaints/{own.number}").content.decode()


def test_the_customer_sees_on_the_tracking_page_who_was_written_down(bank):
    arrival = an_arrival()
    received = actions.receive(arrival, handling_unit=bank.centre.pk, by=None, at=MONDAY, origin="portal")
    case = Case.objects.get(pk=received.case_id)
    represented(bank, case)
    page = Client().get(f"/s/track/{received.code}").content.decode()
    assert "周*" in page
    assert "周文" not in page


def test_the_ledger_counts_who_complains_together(bank):
    case = accepted(bank)
    joined(bank, case)
    represented(bank, case)
    [row] = lines(Case.objects.all(), ledger_in_force()[1])
    assert row["people"] == "2"
