"""The organisation at a browser: somebody new, a posting, an office that takes two, an account closed; every page looked at."""

from __future__ import annotations

import os
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.bank import OpenBank
from tests.journeys.people import DESK, PHONE, People, overflow, violations


def _judged(page: Page, name: str) -> None:
    """Nothing serious for axe, nothing sticks out at a desk and on a phone; a picture where YINUO_LOOK names a folder."""
    found = violations(Axe().run(page))
    for width, height in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": height})
        found += [f"{width}: {wide}" for wide in [overflow(page)] if wide]
        if folder := os.environ.get("YINUO_LOOK"):
            page.screenshot(path=Path(folder) / f"organisation-{name}-{width}.png")
    assert not found, f"{name}: {found}"


def _asked_for(page: Page, role: str) -> None:
    """A posting to the first unit, as far as what follows from it."""
    page.select_option("[name=role]", role)
    page.select_option("[name=unit]", index=1)
    page.get_by_role("button", name="Show what follows").click()


def test_somebody_comes_is_posted_and_leaves(people: People, bank: OpenBank) -> None:
    page = people.staff("sysadmin", language="en")
    page.goto(f"{bank.url}/organisation")
    _judged(page, "units")
    page.locator("tbody th a").first.click()
    _judged(page, "unit")

    page.goto(f"{bank.url}/organisation/people")
    _judged(page, "people")
    page.get_by_role("link", name="Somebody new").click()
    for name, value in (("name", "Sun Li"), ("staff_number", "S90001"), ("username", "sun.li")):
        page.fill(f"[name={name}]", value)
    _judged(page, "new")
    page.get_by_role("button", name="Make the account").click()
    expect(page.locator(".sq-organisation-initial code")).to_be_visible()

    page.get_by_role("link", name="Give a posting").click()
    _judged(page, "appoint")
    _asked_for(page, "handler")
    _judged(page, "appoint-look")
    page.get_by_role("button", name="Give the posting").click()
    expect(page.get_by_role("region", name="Postings").locator("tbody tr")).to_have_count(1)
    mine = page.url

    page.get_by_role("link", name="Give a posting").click()
    _asked_for(page, "auditor")
    page.get_by_role("button", name="Propose it").click()
    expect(page.get_by_text("Somebody else decides.").first).to_be_visible()
    expect(page.get_by_role("region", name="Postings").locator("tbody tr")).to_have_count(1)
    _judged(page, "person")
    page.goto(f"{bank.url}/organisation/proposals")
    _judged(page, "proposals")
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("Nothing waits for a second person.")).to_be_visible()

    page.goto(mine)
    page.get_by_role("link", name="Close the account").click()
    page.get_by_role("button", name="Show what follows").click()
    _judged(page, "close-look")
    page.get_by_role("button", name="Close the account").click()
    expect(page.get_by_role("link", name="Give a posting")).to_have_count(0)
    _judged(page, "closed")
