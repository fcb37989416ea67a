"""Every page of the story, in three languages: nothing serious for axe, nothing sticks out, nothing in the console."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys import story
from tests.journeys.bank import OpenBank
from tests.journeys.hands import Mouse
from tests.journeys.people import DESK, LANGUAGES, PHONE, People, overflow, violations
from tests.journeys.photo import take
from tests.journeys.story import Told

HALF = (DESK[0] // 2, DESK[1] // 2)  # what a desk's window holds at 200 %
STAFF_PAGES = (
    "/complaints?view=open",
    "/complaints?view=closed",
    "/complaints?q=nothing-like-it",
    "/complaints/new",
    "/complaints/import",
    "/complaints/bulk",
    "/callbacks?view=all",
    "/reviews?view=all",
    "/reviews/new",
    "/preventions?view=all",
    "/preventions/new",
    "/surveys",
    "/measures",
    "/measures/complaints.handling_days",
    "/measures/complaints.timely_share",
    "/editions",
)


def _judge(page: Page, name: str) -> list[str]:
    """What is wrong with the page as it stands, at a desk, on a phone and at 200 %."""
    found = [f"{name}: {one}" for one in violations(Axe().run(page))]
    for width, height in (PHONE, HALF):
        page.set_viewport_size({"width": width, "height": height})
        if wide := overflow(page):
            found.append(f"{name} at {width}: {wide}")
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_customers_see_is_open_to_everybody(
    people: People, bank: OpenBank, tmp_path: Path, language: str
) -> None:
    page = people.customer(language=language)
    page.goto(f"{bank.url}/s")
    expect(page.locator("html")).to_have_attribute("lang", language)
    found: list[str] = []
    told = Told(f"{tmp_path.name.replace('_', '.')}@example.com", "网银转账扣了两次钱，客服说要等十天。")
    story.complain(
        Mouse(page), bank, told, take(tmp_path / "a.png"), lambda at, name: found.extend(_judge(at, name))
    )
    story.come_back(Mouse(page), told)
    found += _judge(page, "portal-track")
    page.goto(f"{bank.url}/s/track")
    found += _judge(page, "portal-find")
    page.goto(f"{bank.url}/sign-in")
    found += _judge(page, "sign-in")
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_staff_see_is_open_to_everybody(people: People, bank: OpenBank, language: str) -> None:
    page = people.staff("lead", language=language, at="/complaints?view=open")
    expect(page.locator("html")).to_have_attribute("lang", language)
    found: list[str] = []
    for address in (*STAFF_PAGES, *_cases(page), *_because_of_complaints(page, bank), *_editions(page, bank)):
        page.goto(bank.url + address)
        found += _judge(page, address)
    assert found == []


def _cases(page: Page) -> Iterator[str]:
    """One case of each step that the list shows, and a closed one."""
    rows = page.locator("tr[data-row]")
    steps: dict[str, str] = {}
    for row in rows.all():
        address = row.locator("[data-cell=number] a").get_attribute("href") or ""
        steps.setdefault(row.locator("[data-cell=step]").inner_text(), address)
    assert len(steps) > 1
    yield from steps.values()


def _because_of_complaints(page: Page, bank: OpenBank) -> Iterator[str]:
    """A call-back, a review and a prevention, open and finished ones."""
    for kind, view in product(("callbacks", "reviews", "preventions"), ("open", "done")):
        page.goto(f"{bank.url}/{kind}?view={view}")
        link = page.locator("[data-cell=number] a").first
        if link.count():
            yield link.get_attribute("href") or ""


def _editions(page: Page, bank: OpenBank) -> Iterator[str]:
    """The process drawing's edition and another."""
    page.goto(f"{bank.url}/editions")
    for link in page.locator("main tbody th a").all()[:3]:
        yield link.get_attribute("href") or ""


def test_pages_that_are_not_there_or_not_for_the_reader_are_open_to_everybody(
    people: People, bank: OpenBank
) -> None:
    people.troubles.expected |= {403, 404}
    page = people.staff("auditor")
    found: list[str] = []
    for address, status in (("/complaints/TS-19990101-0001", 404), ("/complaints/import", 403)):
        answer = page.goto(bank.url + address)
        assert answer is not None
        assert answer.status == status
        found += _judge(page, address)
    assert found == []
