"""A complaint that somebody brings for a customer, with a paper: whose letters are whose, before the check and after."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys import story
from tests.journeys.bank import OpenBank
from tests.journeys.eyes import clean
from tests.journeys.hands import Mouse
from tests.journeys.people import DESK, PHONE, People
from tests.journeys.photo import take
from tests.journeys.story import Told

CENTRE = "0101"
CUSTOMER, SPEAKER = "何芳", "罗安"  # as the bank knows the one, and as the other writes down
WAYS = [
    pytest.param(DESK, "13800006661", id="desk"),
    pytest.param(PHONE, "13800006662", id="phone"),
]


@pytest.mark.parametrize(("size", "number"), WAYS)
def test_what_somebody_brings_for_a_customer_is_answered_to_the_customer_until_their_paper_is_checked(
    people: People, bank: OpenBank, tmp_path: Path, size: tuple[int, int], number: str
) -> None:
    known, theirs = f"known{number}@example.com", f"speaks{number}@example.com"
    bank.script("tests.journeys.answered", CENTRE, known, "accept", number)
    before = bank.letterbox.count(known)
    told = Told(theirs, "母亲的卡被吞了，她腿脚不便，托我来问。")
    speaker = Mouse(people.customer(size=size))
    speaker.page.goto(f"{bank.url}/s")
    story.bring(speaker, bank, told, (CUSTOMER, number), take(tmp_path / "paper.png"))

    letter = bank.letterbox.wait(known, before)
    assert told.number in letter
    assert told.code not in letter
    story.come_back(speaker, told)
    expect(speaker.page.locator(".sq-notice").first).to_contain_text("尚未核对")
    clean(speaker.page)

    handler = Mouse(people.staff("handler", size=size, at=f"/complaints/{told.number}"))
    expect(handler.page.locator("#customer")).to_contain_text(CUSTOMER[0])
    beside = handler.page.locator("#people")
    expect(beside).to_contain_text(SPEAKER[0])
    expect(beside.locator(".sq-file")).to_have_count(1)
    clean(handler.page)
    handler.press(beside.locator("details > summary", has_text="核对").first)
    handler.press(beside.locator("form[action*='/check-authority'] button"))
    expect(beside.locator("form[action*='/check-authority']")).to_have_count(0)
    clean(handler.page)

    assert told.number in bank.letterbox.wait(theirs, 1)
    speaker.page.reload()
    expect(speaker.page.locator("main")).not_to_contain_text("尚未核对")
