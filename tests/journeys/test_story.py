"""One complaint, from the customer's first word to the figures, as five people live it in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys import story
from tests.journeys.bank import OpenBank
from tests.journeys.hands import Hands, Keyboard, Mouse
from tests.journeys.people import DESK, PHONE, People, overflow, post, stays
from tests.journeys.photo import take
from tests.journeys.story import Told

HANDLING, WITHIN_A_DAY = "complaints.handling_days", "complaints.within_24_hours"

WAYS = [
    pytest.param(Mouse, DESK, "zh-Hans", id="desk-zh"),
    pytest.param(Mouse, PHONE, "en", id="phone-en"),
    pytest.param(Mouse, PHONE, "zh-Hans", id="phone-zh"),
    pytest.param(Mouse, DESK, "en", id="desk-en"),
    pytest.param(Keyboard, DESK, "zh-Hans", id="keyboard"),
]


@pytest.mark.parametrize(("way", "size", "language"), WAYS)
def test_a_complaint_is_made_handled_and_counted(
    people: People, bank: OpenBank, tmp_path: Path, way: type[Hands], size: tuple[int, int], language: str
) -> None:
    screen = {"size": size, "language": language}
    told = Told(
        f"{tmp_path.name.strip('0')}@example.com".replace("_", "."),
        "自助取款机吞了我的卡，等了三小时没人来。",
    )
    customer = way(people.customer(**screen))
    handler = way(people.staff("handler", **screen, at="/complaints"))
    head = way(people.staff("quality_head", **screen, at="/measures"))
    before = {key: story.counted(head.page, key) for key in (HANDLING, WITHIN_A_DAY)}
    list_stayed = stays(handler.page)

    customer.page.goto(f"{bank.url}/s")
    story.complain(customer, bank, told, take(tmp_path / "card.png"))

    lead = way(people.staff("lead", **screen, at="/complaints"))
    story.in_the_list(lead, "unclaimed")
    story.open_row(lead, told.number)
    story.assign(lead, bank.account("handler")["name"])
    stayed = stays(lead.page)

    expect(handler.page.locator("[data-cell=number] a", has_text=told.number)).to_be_visible()
    assert list_stayed(), "the handler's list reloaded; it should have changed live"
    story.open_row(handler, told.number)
    story.accept(handler)
    story.grade(handler, ["取款机吞卡", "等候过久"])
    expect(lead.page.locator("[id^=matter-]")).to_have_count(2)
    assert stayed(), "the lead's page reloaded; it should have changed live"

    story.ask(handler, "卡号后四位是多少？")
    asked = stays(handler.page)
    assert "卡号后四位" in bank.letterbox.wait(told.email, 1)
    story.come_back(customer, told)
    story.add_words(customer, "后四位是 4471。")
    expect(handler.page.locator("#timeline")).to_contain_text("后四位是 4471。")
    assert asked(), "the handler's page reloaded; it should have changed live"

    story.conclude(handler, 1, 0, "机器卡钞，当日取出。")
    story.conclude(handler, 2, 1, "等候两小时四十分。")
    story.facts_are_established(handler)
    story.answer(handler, "您的卡已取出，请携带身份证件到城东支行领取，给您添麻烦了。")
    assert "您的卡已取出" in bank.letterbox.wait(told.email, 2)
    story.finish(handler)
    story.come_back(customer, told)
    expect(customer.page.locator("main")).to_contain_text("您的卡已取出")

    story.go_to(head, "/measures")
    after = {key: story.counted(head.page, key) for key in (HANDLING, WITHIN_A_DAY)}
    assert after == {key: n + 1 for key, n in before.items()}
    story.open_cases(head, HANDLING, told.number)
    story.go_to(head, "/measures")
    story.open_cases(head, WITHIN_A_DAY, told.number)

    auditor = way(people.staff("auditor", **screen, at="/complaints"))
    story.in_the_list(auditor, "closed")
    _sees_and_cannot_act(auditor, told)
    for person in (customer, handler, head, lead, auditor):
        assert overflow(person.page) == ""


def _sees_and_cannot_act(auditor: Hands, told: Told) -> None:
    page = auditor.page
    auditor.write(page.locator(".sq-search [name=q]"), told.number)
    page.keyboard.press("Enter")
    story.open_row(auditor, told.number)
    expect(page.locator("#timeline")).to_contain_text("4471")
    assert page.locator("#timeline li li").count() > 12
    acting = page.locator("main form:not([action*='/follow'])")  # whoever sees it may follow it
    expect(acting).to_have_count(0)
    for verb in (
        "accept",
        "grade",
        "matters/1",
        "investigated",
        "go-on",
        "answer",
        "finish",
        "hand-over",
        "note",
    ):
        assert post(page, f"/complaints/{told.number}/{verb}") == 403, verb
