"""A customer complains in three steps: kept while typing, sent once, followed by a code."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from yinuo.channels.portal import drafts
from yinuo.channels.portal.models import PortalDraft
from yinuo.channels.portal.tests.customer import (
    EMAIL,
    NAME,
    PHONE,
    WHAT,
    WHO,
    WORDS,
    a_file,
    sent,
    steps,
)
from yinuo.engines.cases.models import Case
from yinuo.facts.models import Fact
from yinuo.ground.customers.models import Customer
from yinuo.ground.files.models import StoredFile
from yinuo.ground.outbox.models import Letter
from yinuo.ground.vault.keys import code_index
from yinuo.packs.complaints import actions, queries
from yinuo.packs.complaints.tests.bank import MONDAY, an_arrival, closed, data, read


def test_three_steps_make_a_complaint_with_its_letter_and_code(browser, bank):
    steps(browser)
    check = browser.get("/s/complaint/check").content.decode()
    assert all(word in check for word in (NAME, PHONE, EMAIL, WORDS))
    assert browser.post("/s/complaint/check")["Location"] == "/s/complaint/sent"
    page = browser.get("/s/complaint/sent")
    case = Case.objects.get()
    assert case.number in page.content.decode()
    assert queries.by_tracking_code(page.context["code"]) == case
    assert (case.origin, case.complaint.source, case.handling_unit) == ("portal", "portal", bank.centre)
    assert (case.complaint.words, case.complaint.amount, case.complaint.requests) == (
        WORDS,
        20050,
        ["refund", "reply"],
    )
    assert (case.customer.name, case.customer.phone, case.customer.email) == (NAME, PHONE, EMAIL)
    letter = read(Letter.objects.get(case_id=case.pk))
    assert letter.to == EMAIL
    assert page.context["code"] in letter.body
    assert not PortalDraft.objects.exists()


def test_the_steps_cannot_be_skipped(browser):
    assert browser.get("/s/complaint/what")["Location"] == "/s/complaint"
    assert browser.post("/s/complaint/check")["Location"] == "/s/complaint"
    browser.post("/s/complaint", WHO)
    assert browser.post("/s/complaint/check")["Location"] == "/s/complaint/what"
    assert browser.get("/s/complaint/sent")["Location"] == "/s"
    assert not Case.objects.exists()


BAD_WHO = (
    {"name": ""},
    {"phone": "", "email": ""},
    {"phone": "call me"},
    {"email": "nobody"},
    {"name": "a\x00b"},
)
BAD_WHAT = (
    {"words": "短"},
    {"words": "长" * 2001},
    {"amount": "many"},
    {"amount": "-1"},
    {"requests": ["no-such-thing"]},
    {"happened_on": "2999-01-01"},
    {"unit": "not a unit"},
    {"words": "a nul \x00 in it, otherwise long enough"},
)


@pytest.mark.parametrize("wrong", BAD_WHO, ids=str)
def test_a_wrong_first_step_says_so_and_keeps_what_was_typed(browser, wrong):
    page = browser.post("/s/complaint", WHO | wrong)
    assert page.status_code == 422
    assert page.context["form"].errors
    kept = browser.get("/s/complaint")
    for field, value in (WHO | wrong).items():
        if value and "\x00" not in value:
            assert value in kept.content.decode(), field
    assert browser.get("/s/complaint/what")["Location"] == "/s/complaint"


@pytest.mark.parametrize("wrong", BAD_WHAT, ids=lambda wrong: str(wrong)[:40])
def test_a_wrong_second_step_says_so_and_keeps_what_was_typed(browser, wrong):
    browser.post("/s/complaint", WHO)
    page = browser.post("/s/complaint/what", WHAT | wrong)
    assert page.status_code == 422
    assert set(page.context["form"].errors) == set(wrong)
    assert browser.post("/s/complaint/check")["Location"] == "/s/complaint/what"
    assert not Case.objects.exists()


def test_what_is_typed_is_kept_and_opened_only_by_its_own_browser(browser):
    saved = browser.post("/s/complaint/draft/who", WHO)
    assert saved.json()["saved_at"]
    assert NAME in browser.get("/s/complaint").content.decode()
    assert NAME not in Client().get("/s/complaint").content.decode()
    assert browser.post("/s/complaint/draft/check", WHO).status_code == 404


def test_a_draft_with_a_changed_token_or_content_is_simply_empty(browser):
    steps(browser)
    row = PortalDraft.objects.get()
    row.sealed = bytes(row.sealed)[:-1] + b"x"
    row.save()
    assert browser.get("/s/complaint").status_code == 200
    assert NAME not in browser.get("/s/complaint").content.decode()
    browser.cookies[drafts.COOKIE] = "x" * 43
    assert browser.get("/s/complaint").status_code == 200


def test_old_drafts_are_deleted_with_their_files(browser):
    steps(browser)
    browser.post("/s/complaint/files", {"file": a_file()})
    later = timezone.now() + drafts.KEPT + timedelta(minutes=1)
    assert drafts.clean_up(timezone.now()) == 0
    assert drafts.clean_up(later) == 1
    assert not PortalDraft.objects.exists()
    assert not StoredFile.objects.exists()


def test_sent_twice_it_is_one_complaint(browser):
    steps(browser)
    second = Client()
    second.cookies[drafts.COOKIE] = browser.cookies[drafts.COOKIE].value
    assert browser.post("/s/complaint/check").status_code == 302
    assert second.post("/s/complaint/check").status_code == 302
    assert Case.objects.count() == 1
    assert Letter.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_sent_at_the_same_moment_from_two_windows_it_is_one_complaint(browser):
    steps(browser)
    token, start, answers = browser.cookies[drafts.COOKIE].value, threading.Barrier(3), []

    def send():
        window = Client(raise_request_exception=False)
        window.cookies[drafts.COOKIE] = token
        try:
            start.wait()
            answers.append(window.post("/s/complaint/check").status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _each in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [302] * 3
    assert Case.objects.count() == Letter.objects.count() == 1
    assert Fact.objects.filter(kind="complaints.received").count() == 1


# ---- files ------------------------------------------------------------------------------------------------


def test_files_go_with_the_complaint(browser):
    browser.post("/s/complaint", WHO)
    added = browser.post("/s/complaint/files", {"file": a_file()})
    assert added.status_code == 200
    assert "回单.txt" in added.content.decode()
    case, _code = sent(browser)
    [file] = StoredFile.objects.all()
    assert (file.owner_kind, file.owner_id) == ("case", case.pk)
    assert data(case, "complaints.received")[0]["files"] == 1


REFUSED = {
    "an empty file": a_file(content=b""),
    "a program": a_file("invoice.pdf", b"MZ\x90\x00\x03" + b"\x00" * 200),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_file_that_is_not_taken_is_refused_in_plain_words(browser, kind):
    answer = browser.post("/s/complaint/files", {"file": REFUSED[kind]})
    assert answer.status_code == 422
    assert answer["Content-Type"].startswith("text/plain")
    assert answer.content.decode().strip()
    assert not StoredFile.objects.exists()


def test_a_page_is_kept_as_plain_text_only(browser):
    browser.post(
        "/s/complaint/files", {"file": a_file("note.html", b"<!doctype html><script>alert(1)</script>")}
    )
    assert [file.media_type for file in StoredFile.objects.all()] == ["text/plain"]


def test_no_file_at_all_is_said(browser):
    assert browser.post("/s/complaint/files").status_code == 400


def test_the_tenth_file_is_one_too_many(browser):
    answers = [
        browser.post("/s/complaint/files", {"file": a_file(content=f"{n}\n".encode())}).status_code
        for n in range(10)
    ]
    assert answers == [200] * 9 + [422]


def test_a_file_is_taken_out_again_by_its_own_browser_only(browser):
    browser.post("/s/complaint/files", {"file": a_file()})
    file = StoredFile.objects.get()
    Client().post(f"/s/complaint/files/{file.pk}/drop")
    other = Client()
    other.post("/s/complaint/files", {"file": a_file("theirs.txt")})
    other.post(f"/s/complaint/files/{file.pk}/drop")
    assert StoredFile.objects.count() == 2
    browser.post(f"/s/complaint/files/{file.pk}/drop")
    assert StoredFile.objects.get().name == "theirs.txt"


def test_what_was_typed_last_is_kept_when_a_file_is_taken_out(browser):
    browser.post("/s/complaint", WHO)
    browser.post("/s/complaint/files", {"file": a_file()})
    browser.post("/s/complaint/draft/what", WHAT)
    file = StoredFile.objects.get()
    page = browser.post(
        f"/s/complaint/files/{file.pk}/drop", WHAT | {"words": WORDS + "还有一句"}, follow=True
    )
    assert not StoredFile.objects.exists()
    assert page.context["form"]["words"].value() == WORDS + "还有一句"


# ---- following a complaint ---------------------------------------------------------------------------------


def test_the_code_opens_the_page_however_it_is_typed(browser):
    case, code = sent(browser)
    for typed in (code, code.lower(), code.replace("-", ""), f"  {code.replace('-', ' ')} "):
        found = browser.post("/s/track", {"code": typed})
        page = Client().get(found["Location"])
        assert (page.status_code, page.context["case"]) == (200, case)
        assert "no-store" in page["Cache-Control"]


def test_a_wrong_code_finds_nothing_and_is_kept_to_be_mended(browser):
    _case, code = sent(browser)
    for wrong in (
        code[:-1],
        code[:-1] + ("A" if code[-1] != "A" else "B"),
        "",
        "x" * 500,
        "\x00",
        "' or 1=1",
    ):
        page = browser.post("/s/track", {"code": wrong})
        assert page.status_code == 404
        assert "Location" not in page
    assert browser.get("/s/track/AAAA-AAAA-AAAAA").status_code == 404


def test_the_page_shows_no_name_of_the_customer(browser):
    _case, code = sent(browser)
    page = browser.get(f"/s/track/{code}").content.decode()
    assert not [word for word in (NAME, PHONE, EMAIL) if word in page]


def test_a_supplement_reaches_the_case(browser):
    case, code = sent(browser)
    assert browser.post(f"/s/track/{code}", {"words": "补充：是三号柜台。"}).status_code == 302
    assert "补充：是三号柜台。" in browser.get(f"/s/track/{code}").content.decode()
    [fact] = data(case, "complaints.supplemented")
    assert len(fact["words"]) == 64
    assert browser.post(f"/s/track/{code}", {"words": ""}).status_code == 422


def test_a_closed_complaint_refuses_a_supplement_and_says_why(bank):
    case = closed(bank)
    code = actions.intake.tracking_code()
    case.complaint.tracking_index = code_index("tracking", code)
    case.complaint.save()
    page = Client().post(f"/s/track/{code}", {"words": "还有一句。"})
    assert page.status_code == 409
    assert page.context["refusal"] in page.content.decode()
    assert "还有一句。" in page.content.decode()


def test_the_customer_withdraws_it_on_the_tracking_page(browser):
    case, code = sent(browser)
    address = f"/s/track/{code}/withdraw"
    assert address in browser.get(f"/s/track/{code}").content.decode()
    assert browser.get(address)["Location"] == f"/s/track/{code}"
    assert browser.post(address, {"said": "已经解决了。"}).status_code == 422
    assert Case.objects.get(pk=case.pk).is_open
    assert browser.post(address, {"said": "已经解决了。", "sure": "on"})["Location"] == f"/s/track/{code}"
    case.refresh_from_db()
    assert (case.is_open, case.complaint.ending) == (False, "withdrawn")
    [fact] = data(case, "complaints.withdrawn")
    assert (fact["by_customer"], len(fact["words"])) == (True, 64)
    page = browser.get(f"/s/track/{code}", headers={"accept-language": "en"}).content.decode()
    assert "You withdrew your complaint." in page
    assert address not in page
    again = browser.post(address, {"sure": "on"})
    assert again.status_code == 409
    assert again.context["refusal"] in again.content.decode()
    assert browser.post("/s/track/AAAA-AAAA-AAAAA/withdraw", {"sure": "on"}).status_code == 404


def test_the_tracking_page_tells_every_state_between_receipt_and_a_second_closing(bank):
    case, client = closed(bank), Client(headers={"accept-language": "en"})
    code = actions.intake.tracking_code()
    case.complaint.tracking_index = code_index("tracking", code)
    case.complaint.save()

    def page():
        return client.get(f"/s/track/{code}").content.decode()

    head, week = bank.person("quality_head"), MONDAY + timedelta(days=7)
    actions.reopen(case.pk, reason="new-facts", said="客户带来了回单", by=head, at=week)
    assert "We are looking into your complaint again." in page()
    assert "Opened again" in page()
    assert "客户带来了回单" not in page()
    actions.finish_investigation(case.pk, by=bank.handler, at=week + timedelta(hours=1))
    actions.answer(case.pk, words="另退还五十元，向您道歉。", by=bank.handler, at=week + timedelta(hours=2))
    assert "We have answered you." in page()
    assert "另退还五十元" in page()
    actions.finish(case.pk, by=bank.handler, at=week + timedelta(hours=3))
    assert "Your complaint is closed." in page()


def test_the_tracking_page_says_why_a_complaint_was_not_taken_on(browser, bank):
    case, code = sent(browser)
    actions.refuse(case.pk, reason="not-ours", words="请向另一家银行提出。", by=bank.handler)
    page = browser.get(f"/s/track/{code}", headers={"accept-language": "en"}).content.decode()
    assert "We did not take on your complaint." in page
    assert "请向另一家银行提出。" in page
    assert "12378" in page


def test_a_draft_is_kept_over_days_but_not_for_ever(browser):
    steps(browser)
    PortalDraft.objects.update(saved_at=timezone.now() - drafts.KEPT - timedelta(seconds=1))
    assert NAME not in browser.get("/s/complaint").content.decode()


def test_a_known_customer_is_not_doubled(browser):
    sent(browser)
    actions.receive(
        an_arrival(name=NAME, phone=PHONE, email=EMAIL),
        handling_unit=Case.objects.get().handling_unit_id,
        by=None,
        at=MONDAY,
    )
    assert Customer.objects.count() == 1


@pytest.mark.parametrize("address", ["a@例子.中国", "a@[IPv6:2001:db8::zz]"])
def test_an_address_no_letter_can_leave_for_is_told_at_once(browser, address):
    told = set()
    for language in ("zh-hans", "en", "zh-hant"):
        page = browser.post(f"/s/complaint?lang={language}", {**WHO, "email": address})
        assert page.status_code == 422
        told |= set(page.context["form"].errors["email"])
    assert len(told) == 3
    assert not Case.objects.exists()
