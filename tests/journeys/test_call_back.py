"""A customer is called back: tried on two days, reached on the second, and never called by who handled the complaint."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.journeys import story
from tests.journeys.bank import OpenBank
from tests.journeys.eyes import clean, number_told
from tests.journeys.hands import Mouse
from tests.journeys.people import People, post

CENTRE, CALLS = "0101", "0104"  # where it was handled, and where customers are called
EMAIL = "called@example.com"
SAID = "说清楚了，钱也退了，就是等得久。"


def _row(agent: Mouse, complaint: str) -> Locator:
    return agent.page.locator("[data-row]", has_text=complaint).locator("[data-cell=number] a")


def _tries_once_more(agent: Mouse) -> None:
    """The second attempt, a day after the first; a third of the same day cannot be written down."""
    card = agent.page.locator("#attempt")
    agent.tick(card.locator("[name=result][value=busy]"))
    agent.press(card.locator("form button").first)
    expect(agent.page.locator("#timeline")).to_contain_text("第 2 次")
    expect(agent.page.locator("#attempt form")).to_have_count(0)
    clean(agent.page)


def _reaches(agent: Mouse) -> None:
    """The customer's number is shown to whoever calls; what they say ends the call-back."""
    page = agent.page
    agent.press(page.locator("form[action*='/contact'] button"))
    expect(page.locator(".sq-contact")).to_contain_text("13800003333")
    agent.tick(page.locator("[name=outcome][value=satisfied]"))
    agent.tick(page.locator("[name=timely][value=no]"))
    agent.write(page.locator("#do-conclude [name=words]"), SAID)
    agent.press(page.locator("button.sq-go[form=do-conclude]").filter(visible=True).first)
    expect(page.locator("#said")).to_contain_text(SAID)
    expect(page.locator("#do-conclude")).to_have_count(0)
    clean(page)


def test_an_agent_tries_on_two_days_and_reaches_whom_the_handler_may_not_call(
    people: People, bank: OpenBank
) -> None:
    bank.script("tests.journeys.answered", CENTRE, EMAIL)
    complaint = number_told(bank, EMAIL)
    bank.script("tests.journeys.tried", complaint, bank.account("callback_agent")["username"])
    agent = Mouse(people.staff("callback_agent", at="/"))
    story.go_to(agent, "/callbacks")
    story.in_the_list(agent, "tried")
    clean(agent.page)
    number = _row(agent, complaint).inner_text()
    agent.press(_row(agent, complaint))
    _tries_once_more(agent)

    bank.script("tests.journeys.appoint", bank.account("handler")["username"], "callback_agent", CALLS)
    handler = Mouse(people.staff("handler", at="/"))
    story.go_to(handler, "/callbacks")
    story.in_the_list(handler, "tried")
    handler.press(_row(handler, complaint))
    expect(handler.page.locator("main")).to_contain_text("须由同事回访")
    expect(handler.page.locator("#do-conclude, form[action*='/contact']")).to_have_count(0)
    assert post(handler.page, f"/callbacks/{number}/conclude", outcome="satisfied") == 409

    _reaches(agent)
