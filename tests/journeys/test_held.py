"""An answer is sent, taken back in time, mended and sent again: the letter says what was meant."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.bank import OpenBank, open_beside
from tests.journeys.eyes import clean, number_told
from tests.journeys.hands import Mouse
from tests.journeys.people import PHONE, People, hears

CENTRE, EMAIL = "0101", "held@example.com"
HASTY, MEANT = "我们没有多收您的手续费。", "我们多收了您两百元手续费，已经退还，并向您道歉。"


@pytest.fixture(scope="module")
def holding(bank: OpenBank) -> Iterator[OpenBank]:
    """The bank opened beside, where what cannot be undone is held, so long that no machine is too slow to take it back;
    elsewhere in the journeys it happens at once."""
    opened = open_beside(bank, YINUO_HOLD_SECONDS="600")
    yield opened
    opened.stop()


@pytest.fixture
def staff(browser: Browser, holding: OpenBank, sessions: Path) -> Iterator[People]:
    """Who walks there."""
    here = People(browser, holding, sessions)
    yield here
    here.leave()
    assert here.troubles.found == []


def test_an_answer_is_taken_back_mended_and_sent(staff: People, holding: OpenBank, tmp_path: Path) -> None:
    document = tmp_path / "authority.txt"
    document.write_text("本人授权周文代为办理。", encoding="utf-8")
    holding.script("tests.journeys.answered", CENTRE, EMAIL, "finish_investigation")
    place = f"/complaints/{number_told(holding, EMAIL)}"
    handler = Mouse(staff.staff("handler", at=place))
    page, held = handler.page, handler.page.locator("[data-held-until]")
    _a_speaker_is_taken_back(handler, document)
    handler.write(page.locator("#do-answer [name=words]"), HASTY)
    handler.press(page.locator("button.sq-go[form=do-answer]").filter(visible=True).first)
    expect(held).to_be_visible()
    clean(page)
    colleague = staff.staff("lead", at=place, size=PHONE)
    expect(colleague.locator("[data-held-until]")).to_be_visible()
    expect(colleague.locator("[data-held-until] button")).to_have_count(0)
    clean(colleague)
    handler.press(held.locator("button"))
    expect(held).to_have_count(0)
    expect(page.locator("#do-answer [name=words]")).to_have_value(HASTY)
    handler.write(page.locator("#do-answer [name=words]"), MEANT)
    handler.press(page.locator("button.sq-go[form=do-answer]").filter(visible=True).first)
    expect(held).to_be_visible()
    hears(page)
    holding.script("tests.journeys.elapsed")
    expect(page.locator("#do-finish")).to_have_count(1)  # the page renews itself once it was sent
    expect(held).to_have_count(0)
    told = holding.letterbox.wait(EMAIL, after=1)
    assert MEANT in told
    assert HASTY not in told


def _a_speaker_is_taken_back(handler: Mouse, document: Path) -> None:
    """Somebody who speaks for the customer is named with a document, taken back, and stands in the form again."""
    page, held = handler.page, handler.page.locator("[data-held-until]")
    fold = page.locator("#fold-add-representative")
    handler.press(fold.locator("summary"))
    handler.write(fold.locator("[name=name]"), "周文")
    handler.write(fold.locator("[name=phone]"), "13900009911")
    fold.locator("[name=relation]").select_option(value="family")
    fold.locator("[name=evidence]").set_input_files(document)
    handler.press(fold.locator("button[type=submit]"))
    expect(held).to_be_visible()
    expect(fold).to_have_count(0)
    clean(page)
    handler.press(held.locator("button"))
    expect(held).to_have_count(0)
    expect(fold.locator("[name=name]")).to_have_value("周文")
    expect(fold.locator("[name=relation]")).to_have_value("family")
    clean(page)
