"""A note on several complaints at once: chosen with keys at a desk and by tapping on a phone, a result for each."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.journeys.hands import Mouse
from tests.journeys.people import PHONE, People, overflow

LIST = "/complaints?view=open"
WORDS = "本周例会上逐件过一遍。"


def _chosen(page: Page) -> set[str]:
    rows = page.locator("tr[data-row]:has(.sq-c-select input:checked) [data-cell=number] a")
    return set(rows.all_inner_texts())


def test_a_note_is_written_on_what_keys_and_a_range_selected(people: People) -> None:
    page = people.staff("lead", at=LIST)
    mouse, boxes = Mouse(page), page.locator("tbody .sq-c-select input")
    expect(page.locator("#bulk")).to_be_hidden()
    page.wait_for_load_state()
    for key in "jjx":
        page.keyboard.press(key)
    expect(page.locator("[data-bulk-count]")).to_have_text("已选 1 件")
    boxes.nth(3).click(modifiers=["Shift"])
    expect(page.locator("[data-bulk-count]")).to_have_text("已选 3 件")
    numbers = _chosen(page)
    mouse.press(page.locator("#bulk button[value=note]"))
    page.wait_for_url(re.compile("/complaints/bulk/"))
    mouse.write(page.locator("[name=text]"), WORDS)
    mouse.press(page.locator("#bulk-act button[type=submit]"))
    expect(page.locator("#bulk-act .sq-notice")).to_be_visible()
    expect(page.locator(".sq-bulk-rows .is-brand")).to_have_count(3)
    assert set(page.locator(".sq-bulk-rows th a").all_inner_texts()) == numbers
    mouse.press(page.locator(".sq-bulk-rows th a").first)
    expect(page.locator("main")).to_contain_text(WORDS)


def test_on_a_phone_a_card_is_a_link_until_one_selects(people: People) -> None:
    page = people.staff("lead", size=PHONE, at=LIST)
    mouse, cards = Mouse(page), page.locator("tr[data-row]")
    expect(page.locator("tbody .sq-c-select").first).to_be_hidden()
    mouse.press(page.locator(".sq-selecting"))
    cards.nth(0).tap()
    cards.nth(1).tap()
    expect(page.locator("[data-bulk-count]")).to_have_text("已选 2 件")
    assert overflow(page) == ""
    mouse.press(page.locator("#bulk [data-bulk-clear]"))
    expect(page.locator("#bulk")).to_be_hidden()
    cards.nth(0).tap()
    page.wait_for_url(re.compile(r"/complaints/TS-"))
