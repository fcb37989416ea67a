"""Somebody complains for somebody else: taken in at once, read by them only once their authority was checked."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from yinuo.channels.portal import drafts
from yinuo.channels.portal.tests.customer import EMAIL, NAME, PHONE, WHAT, WHO, WORDS, a_file, steps
from yinuo.engines.cases.models import Case
from yinuo.facts.models import Fact
from yinuo.ground.customers.models import Customer
from yinuo.ground.files.models import StoredFile
from yinuo.ground.outbox.models import Letter
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.models import Party
from yinuo.packs.complaints.tests.bank import MONDAY, an_arrival, data, kinds, read

THEIRS, THEIR_PHONE, THEIR_EMAIL = "孙阿婆", "13700000001", "known@example.com"
ANOTHER = WHO | {
    "another": "on",
    "customer_name": THEIRS,
    "customer_phone": THEIR_PHONE,
    "relation": "family",
}
ANSWER = "我们已退还两百元，并向您道歉。"
QUESTION = "卡号后四位是多少？"
FINDING = "柜员多收了手续费。"


def brought(browser, **changes):
    """The whole way; the case and its code."""
    steps(browser, who=ANOTHER | changes)
    assert browser.post("/s/complaint/check")["Location"] == "/s/complaint/sent"
    code = browser.get("/s/complaint/sent").context["code"]
    return Case.objects.order_by("-pk").first(), code


def told(template):
    """The addresses that a letter was written to, and what it says."""
    return {read(letter).to: read(letter).body for letter in Letter.objects.filter(template=template)}


def answered(bank, case):
    """Asked, looked into and answered; the words of each stand nowhere else."""
    by = bank.handler
    actions.accept(case.pk, by=by)
    actions.grade(case.pk, level="ordinary", matters=[actions.Graded("手续费", "B-02", "C-09", None)], by=by)
    actions.finish_investigation(case.pk, question=QUESTION, by=by)
    actions.go_on(case.pk, by=by)
    actions.conclude(case.pk, position=1, conclusion="upheld", finding=FINDING, by=by)
    actions.finish_investigation(case.pk, by=by)
    actions.answer(case.pk, words=ANSWER, by=by)


def checked(bank, case):
    shown = actions.Proof(shown_on=timezone.localdate())
    party = case.complaint.parties.get().pk
    actions.check_authority(case.pk, party=party, proof=shown, by=bank.handler)


def page_of(code, language="en"):
    return Client(headers={"accept-language": language}).get(f"/s/track/{code}").content.decode()


def test_it_enters_as_the_customers_with_whoever_brought_it_beside_them(browser):
    case, _code = brought(browser)
    party = case.complaint.parties.get()
    assert (case.customer.name, party.customer.name) == (THEIRS, NAME)
    assert (party.role, party.relation, party.authority) == ("agent", "family", "")
    assert party.checked_at is None
    assert case.complaint.words == WORDS
    assert kinds(case)[-1] == "complaints.brought"
    assert data(case, "complaints.brought")[0]["relation"] == "family"
    bodies = "".join(Fact.objects.values_list("body", flat=True))
    assert not [word for word in (NAME, PHONE, EMAIL, THEIRS, THEIR_PHONE) if word in bodies]


def test_the_check_page_says_for_whom_and_how(browser):
    browser.post("/s/complaint/proof", {"file": a_file()})
    steps(browser, who=ANOTHER)
    page = browser.get("/s/complaint/check", headers={"accept-language": "en"}).content.decode()
    assert THEIRS in page
    assert "parent, child or another close relative" in page
    assert "回单.txt" in page
    assert "/drop" not in page  # read once more; taken out where it was handed in


def test_a_document_goes_to_whoever_brought_it_and_waits_to_be_checked(browser, bank):
    paper = SimpleUploadedFile("委托书.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n")
    assert browser.post("/s/complaint/proof", {"file": paper}).status_code == 200
    browser.post("/s/complaint/files", {"file": a_file()})
    case, _code = brought(browser)
    party = case.complaint.parties.get()
    assert (party.authority, party.checked_at) == ("file", None)
    assert [file.name for file in actions.proofs_of([party])[party.pk]] == ["委托书.pdf"]
    assert StoredFile.objects.get(owner_kind="case").name == "回单.txt"
    client = Client()
    client.force_login(bank.handler)
    assert (
        f'action="/complaints/{case.number}/check-authority'
        in client.get(f"/complaints/{case.number}").content.decode()
    )


def test_a_document_that_is_none_is_refused_in_plain_words_and_nothing_is_lost(browser):
    browser.post("/s/complaint/draft/who", ANOTHER)
    answer = browser.post(
        "/s/complaint/proof", {"file": a_file("委托书.pdf", b"MZ\x90\x00\x03" + b"\0" * 200)}
    )
    assert answer.status_code == 422
    assert answer["Content-Type"].startswith("text/plain")
    assert not StoredFile.objects.exists()
    assert THEIRS in browser.get("/s/complaint").content.decode()


def test_a_document_is_taken_out_again_and_what_was_typed_last_stays(browser):
    browser.post("/s/complaint/proof", {"file": a_file()})
    file = StoredFile.objects.get()
    Client().post(f"/s/complaint/files/{file.pk}/drop", ANOTHER)
    assert StoredFile.objects.exists()
    page = browser.post(f"/s/complaint/files/{file.pk}/drop", ANOTHER, follow=True)
    assert page.redirect_chain == [("/s/complaint", 302)]
    assert not StoredFile.objects.exists()
    assert page.context["form"]["customer_name"].value() == THEIRS


def test_a_document_of_a_draft_nobody_sends_is_deleted_with_it(browser):
    browser.post("/s/complaint/proof", {"file": a_file()})
    assert drafts.clean_up(timezone.now() + drafts.KEPT + timedelta(minutes=1)) == 1
    assert not StoredFile.objects.exists()


def test_whoever_changed_their_mind_complains_for_themselves(browser):
    steps(browser, who=ANOTHER)
    browser.post("/s/complaint/proof", {"file": a_file()})
    browser.post("/s/complaint", {key: value for key, value in ANOTHER.items() if key != "another"})
    assert browser.post("/s/complaint/check")["Location"] == "/s/complaint/sent"
    assert Case.objects.get().customer.name == NAME
    assert not Party.objects.exists()
    assert not StoredFile.objects.exists()


BAD = {
    "customer_name": ({"customer_name": " "},),
    "relation": ({"relation": ""}, {"relation": "no-such-thing"}),
    "customer_phone": ({"customer_phone": "call them"}, {"customer_phone": f"{PHONE[:3]} {PHONE[3:]}"}),
    "phone": ({"phone": "", "email": ""},),
}


@pytest.mark.parametrize(
    ("field", "wrong"), [(field, one) for field, ones in BAD.items() for one in ones], ids=str
)
def test_what_is_wrong_is_said_beside_its_field_in_three_languages(browser, field, wrong):
    said = set()
    for language in ("zh-hans", "en", "zh-hant"):
        page = browser.post(f"/s/complaint?lang={language}", ANOTHER | wrong)
        assert page.status_code == 422
        assert set(page.context["form"].errors) == {field}
        said |= set(page.context["form"].errors[field])
    assert len(said) == 3
    assert browser.get("/s/complaint/what")["Location"] == "/s/complaint"
    assert not Case.objects.exists()


def test_what_is_wrong_there_does_not_matter_to_whoever_complains_for_themselves(browser):
    own = WHO | {"customer_phone": "call them", "relation": "no-such-thing"}
    assert browser.post("/s/complaint", own)["Location"] == "/s/complaint/what"


def test_who_complains_for_themselves_under_another_name_for_it_is_told_so_and_loses_nothing(browser, bank):
    actions.receive(
        an_arrival(name=NAME, phone=THEIR_PHONE, email=EMAIL),
        handling_unit=bank.centre.pk,
        by=None,
        at=MONDAY,
    )
    steps(browser, who=ANOTHER | {"customer_name": NAME, "phone": ""})
    page = browser.post("/s/complaint/check")
    assert page.status_code == 409
    assert page.context["refusal"] in page.content.decode()
    assert Case.objects.count() == 1
    assert Party.objects.count() == 0
    assert THEIR_PHONE in browser.get("/s/complaint").content.decode()


# ---- what goes to whom ------------------------------------------------------------------------------------


def test_who_brought_it_gets_the_code_and_is_told_what_holds(browser):
    _case, code = brought(browser)
    assert set(told("brought")) == {EMAIL}
    assert code in told("brought")[EMAIL]
    assert Letter.objects.count() == 1
    assert (
        "checked yet" in browser.get("/s/complaint/sent", headers={"accept-language": "en"}).content.decode()
    )


def test_a_number_that_the_bank_does_not_know_is_kept_nowhere(browser, bank):
    case, _code = brought(browser)
    assert (case.customer.phone, case.customer.email) == ("", "")
    answered(bank, case)
    assert Letter.objects.exclude(template="brought").count() == 0


def test_a_known_customer_is_told_at_the_address_the_bank_had(browser, bank):
    known = an_arrival(name=THEIRS, phone=THEIR_PHONE, email=THEIR_EMAIL)
    first = actions.receive(known, handling_unit=bank.centre.pk, by=None, at=MONDAY)
    case, code = brought(browser)
    assert case.customer_id == first.customer
    assert set(told("brought_for")) == {THEIR_EMAIL}
    assert code not in told("brought_for")[THEIR_EMAIL]
    answered(bank, case)
    assert set(told("answer")) == {THEIR_EMAIL}


def test_a_known_number_under_another_name_is_not_taken_for_the_customer(browser, bank):
    known = an_arrival(name="钱小芸", phone=THEIR_PHONE, email=THEIR_EMAIL)
    actions.receive(known, handling_unit=bank.centre.pk, by=None, at=MONDAY)
    case, _code = brought(browser)
    assert (case.customer.name, case.customer.phone) == (THEIRS, "")
    assert not told("brought_for")
    assert Customer.objects.count() == 3


def test_the_tracking_page_shows_nothing_of_the_answer_until_the_authority_is_checked(browser, bank):
    case, code = brought(browser)
    answered(bank, case)
    actions.supplement(case.pk, words="补充：是三号柜台。")
    page = page_of(code)
    assert not [word for word in (ANSWER, QUESTION, FINDING, "Upheld") if word in page]
    assert "we have not checked yet" in page
    assert "We have answered the customer." in page
    assert "补充：是三号柜台。" in page
    checked(bank, case)
    page = page_of(code)
    assert ANSWER in page
    assert QUESTION in page
    assert "we have not checked yet" not in page


def test_once_checked_the_answer_goes_to_whoever_brought_it_too(browser, bank):
    case, _code = brought(browser)
    checked(bank, case)
    answered(bank, case)
    assert ANSWER in told("answer")[EMAIL]


def test_an_authority_that_ran_out_closes_the_page_again(browser, bank):
    case, code = brought(browser)
    checked(bank, case)
    answered(bank, case)
    assert ANSWER in page_of(code)
    Party.objects.update(valid_until=timezone.localdate() - timedelta(days=1))
    assert ANSWER not in page_of(code)


def test_the_code_of_who_was_written_down_wrongly_shows_no_answer(browser, bank):
    case, code = brought(browser)
    checked(bank, case)
    actions.remove_party(case.pk, party=case.complaint.parties.get().pk, by=bank.handler)
    answered(bank, case)
    assert ANSWER not in page_of(code)


def test_no_review_is_asked_for_by_somebody_who_may_not_read_the_answer(browser, bank):
    case, code = brought(browser)
    answered(bank, case)
    actions.finish(case.pk, by=bank.handler)
    assert "/review" not in page_of(code)
    refused = browser.post(f"/s/track/{code}/review", {"words": "收费标准里没有这一项，请再看一次。"})
    assert refused.status_code == 409
    assert refused.context["review_refusal"] in refused.content.decode()
    assert Case.objects.count() == 1


def test_sent_twice_it_is_one_complaint_of_one_customer(browser):
    steps(browser, who=ANOTHER)
    second = Client()
    second.cookies[drafts.COOKIE] = browser.cookies[drafts.COOKIE].value
    assert browser.post("/s/complaint/check").status_code == 302
    assert second.post("/s/complaint/check").status_code == 302
    assert Case.objects.count() == Party.objects.count() == 1


def test_the_back_button_keeps_all_that_was_typed(browser):
    browser.post("/s/complaint", ANOTHER)
    browser.post("/s/complaint/what", WHAT | {"back": "1"})
    form = browser.get("/s/complaint").context["form"]
    assert [form[name].value() for name in ("another", "customer_name", "customer_phone", "relation")] == [
        "on",
        THEIRS,
        THEIR_PHONE,
        "family",
    ]
