"""The head of a unit on the ladder: told by the background, says so by a key, and with words on the case's page."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.bank import PATIENCE, OpenBank
from tests.journeys.hands import Mouse
from tests.journeys.people import People

EAST_CITY = "1001"  # the branch whose head has an account


def _until_told(page: Page) -> None:
    """The background looks every two seconds."""
    for _ in range(PATIENCE):
        if page.locator("[data-row]").count() >= 3:  # by three promises: receipt, answer, the law
            return
        page.wait_for_timeout(1000)
        page.reload()
    raise AssertionError("nobody was told")


def test_the_head_of_a_unit_is_told_and_acknowledges(people: People, bank: OpenBank) -> None:
    bank.script("tests.journeys.late", EAST_CITY)
    page = people.staff("branch_head", at="/told")
    _until_told(page)
    waiting = page.locator("[data-row] form")
    before = waiting.count()
    page.wait_for_load_state()
    page.keyboard.press("q")  # no row is meant yet: nothing happens
    page.keyboard.press("j")
    expect(page.locator("[data-row].is-current")).to_have_count(1)
    number = page.locator("[data-row].is-current [data-cell=number] a").inner_text()
    page.keyboard.press("q")
    expect(waiting).to_have_count(before - 1)
    page.goto(f"{bank.url}/complaints/{number}")
    mouse, card = Mouse(page), page.locator("#rungs")
    forms = card.locator("form").count()
    mouse.write(card.locator("[name=said]").first, "今天由我亲自联系客户。")
    mouse.press(card.locator("form button").first)
    expect(page.locator("#timeline")).to_contain_text("今天由我亲自联系客户。")
    expect(page.locator("#rungs form")).to_have_count(forms - 1)
