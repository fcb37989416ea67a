"""What is looked at on a page wherever a journey stops: nothing serious for axe, nothing sticks out."""

from __future__ import annotations

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.journeys.bank import OpenBank
from tests.journeys.people import overflow, violations


def clean(page: Page) -> None:
    """The page as it stands."""
    page.wait_for_load_state()
    assert violations(Axe().run(page)) == []
    assert overflow(page) == ""


def number_told(bank: OpenBank, email: str) -> str:
    """The number of somebody's complaint; every letter names it."""
    found = re.search(r"TS-\d{8}-\d{4,}", bank.letterbox.wait(email))
    assert found is not None
    return found[0]
