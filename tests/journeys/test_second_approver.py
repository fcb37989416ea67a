"""Redress above the handler's limit: proposed by one, decided by another, told to the customer with the answer."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys import story
from tests.journeys.bank import OpenBank
from tests.journeys.eyes import clean, number_told
from tests.journeys.hands import Mouse
from tests.journeys.people import People, post

CENTRE = "0101"  # the complaint centre, whose handler and lead have accounts
EMAIL = "redressed@example.com"
WHY = "收费前没有告知标准，应当全额退还。"
AMOUNT = "2,000.00"
OTHERS = "由申请人和经办人以外的人审批"


def _proposes(handler: Mouse) -> None:
    """Above the limit: it waits, and there is nothing here that would decide it."""
    card = handler.page.locator("#redress")
    handler.press(card.locator("summary"))
    handler.tick(card.locator("[name=kind]").first)
    handler.write(card.locator("[name=amount]"), "2000")
    handler.write(card.locator("[name=reason]"), WHY)
    handler.press(card.locator("form button"))
    expect(card).to_contain_text(AMOUNT)
    expect(card).to_contain_text(OTHERS)
    expect(card.locator("form")).to_have_count(0)
    expect(handler.page.locator("#gates a[href='#redress']")).to_be_visible()


def _decides(lead: Mouse) -> None:
    """Reads what is asked and why, and grants it."""
    card = lead.page.locator("#redress")
    expect(card).to_contain_text(WHY)
    expect(card).to_contain_text(AMOUNT)
    clean(lead.page)
    decision = card.locator("form[action*='/decide-redress']")
    lead.tick(decision.locator("[name=granted]").first)
    lead.press(decision.locator("button"))
    expect(decision).to_have_count(0)


def test_a_second_person_decides_what_the_handler_may_not_grant_alone(people: People, bank: OpenBank) -> None:
    bank.script("tests.journeys.answered", CENTRE, EMAIL, "finish_investigation")
    number = number_told(bank, EMAIL)
    handler = Mouse(people.staff("handler", at="/"))
    story.go_to(handler, "/complaints")
    story.in_the_list(handler, "mine")
    story.open_row(handler, number)
    _proposes(handler)
    clean(handler.page)
    assert post(handler.page, f"/complaints/{number}/decide-redress", granted="yes") == 409

    lead = Mouse(people.staff("lead", at="/"))
    story.go_to(lead, "/complaints")
    story.in_the_list(lead, "decide")
    clean(lead.page)
    story.open_row(lead, number)
    _decides(lead)

    _sees_it_granted(handler.page, bank.account("lead")["name"])
    story.answer(handler, "经核查，收费前没有告知标准，现全额退还。")
    assert AMOUNT in bank.letterbox.wait(EMAIL, after=1)


def _sees_it_granted(page: Page, by: str) -> None:
    """The page hears of the decision; nobody reloads it."""
    expect(page.locator("#redress")).to_contain_text(by)
    expect(page.locator("#redress")).not_to_contain_text(OTHERS)
