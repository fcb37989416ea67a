"""A customer asks for a review on the tracking page; a reviewer of the higher unit changes the answer, and the
complaint is open again."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.journeys.bank import PATIENCE, OpenBank
from tests.journeys.hands import Mouse
from tests.journeys.people import People

CENTRE = "0101"  # the complaint centre; above it stands the head office
EMAIL = "reviewed@example.com"
WORDS = "收费标准里没有这一项，请再看一次。"
REASONS = "收费标准自九月起已取消该项手续费，应当退还。"


def _code(bank: OpenBank) -> str:
    """The tracking code; of the two letters, receipt and answer, either may arrive first."""
    texts = bank.letterbox.wait(EMAIL) + bank.letterbox.wait(EMAIL, after=1)
    found = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{5}", texts)
    assert found is not None, texts
    return found[0]


def _asks(page: Page, address: str) -> None:
    """The customer, with the code of the first letter."""
    page.goto(address)
    fold = page.locator("details", has=page.locator("form[action$='/review']"))
    mouse = Mouse(page)
    mouse.press(fold.locator("summary"))
    mouse.write(fold.locator("[name=words]"), WORDS)
    mouse.press(fold.locator("button[type=submit]"))
    expect(page.locator("#review-1-h")).to_be_visible()
    expect(page.get_by_text(WORDS)).to_be_visible()


def _decides(page: Page) -> str:
    """The reviewer; the address of the complaint under review."""
    row, mouse = page.locator("[data-row]", has_text=WORDS), Mouse(page)
    mouse.press(row.locator("[data-cell=number] a"))
    expect(page.locator("#words")).to_contain_text(WORDS)
    expect(page.locator("#told")).to_contain_text("我们按收费标准收取手续费。")
    mouse.tick(page.locator("[name=outcome][value=changed]"))
    mouse.write(page.locator("[name=reasons]"), REASONS)
    mouse.press(page.locator("[form=do-decide]:visible").first)
    expect(page.locator("#decided")).to_contain_text(REASONS)
    return str(page.locator("#about a").first.get_attribute("href"))


def test_a_reviewer_changes_an_answer_and_the_complaint_is_open_again(people: People, bank: OpenBank) -> None:
    bank.script("tests.journeys.answered", CENTRE, EMAIL)
    customer = people.customer()
    address = f"{bank.url}/s/track/{_code(bank)}"
    _asks(customer, address)
    reviewer = people.staff("reviewer", at="/reviews")
    complaint = _decides(reviewer)
    lead = people.staff("lead", at=complaint)
    expect(lead.locator("#because a").first).to_have_attribute("href", re.compile(r"^/reviews/HC-"))
    for _ in range(PATIENCE):  # the loops look every few seconds
        if lead.locator("#investigate").count():
            break
        lead.wait_for_timeout(1000)
        lead.reload()
    expect(lead.locator("#investigate")).to_be_visible()
    expect(lead.locator("#timeline")).to_contain_text("经上级机构核查")
    customer.goto(address)
    expect(customer.get_by_text(REASONS)).to_be_visible()
