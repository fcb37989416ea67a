"""How somebody uses a page: with a mouse or a finger, or with the keyboard alone.

Both do the same things to the same elements, so a story is written once. Both wait until a page has loaded: what
is typed before its scripts are there is not yet known as words that must stay.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Protocol

from playwright.sync_api import Locator, Page, expect

MOST_TABS = 400


def meant(label: str) -> re.Pattern[str]:
    """The option of this text; beside a colleague's name stands what they have to do."""
    return re.compile(rf"^\s*{re.escape(label)}\s*( · .*)?$")


class Hands(Protocol):
    """What a story asks of whoever walks through it."""

    page: Page

    def press(self, target: Locator) -> None:
        """Follow a link or press a button."""

    def write(self, target: Locator, text: str) -> None:
        """Replace what a field holds."""

    def tick(self, target: Locator) -> None:
        """Choose a radio button or a box."""

    def choose(self, target: Locator, label: str) -> None:
        """Choose the option with this text from a list."""

    def hand_in(self, target: Locator, file: Path) -> None:
        """Choose a file."""


class Mouse:
    """Points and clicks; on a phone, taps."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        self.page.wait_for_load_state()
        target.click()

    def write(self, target: Locator, text: str) -> None:
        self.page.wait_for_load_state()
        target.fill(text)

    def tick(self, target: Locator) -> None:
        self.page.wait_for_load_state()
        target.locator("xpath=ancestor::label").click()  # the label is what people see and hit
        expect(target).to_be_checked()

    def choose(self, target: Locator, label: str) -> None:
        self.page.wait_for_load_state()
        option = target.locator("option").filter(has_text=meant(label))
        target.select_option(value=option.first.get_attribute("value"))

    def hand_in(self, target: Locator, file: Path) -> None:
        with self.page.expect_file_chooser() as chooser:
            target.locator("xpath=ancestor::label").click()
        chooser.value.set_files(file)


class Keyboard:
    """Only keys: Tab until the element has the focus, then what its role answers to.

    What is read from the page is what eyes would see: which element has the focus, and whether the wanted one
    comes before or after it. Nothing is focused or clicked by script, and no address is typed.
    """

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, target: Locator) -> None:
        """Tab, or Shift Tab where it lies behind, until `target` has the focus and can be seen."""
        self.page.wait_for_load_state()
        target.wait_for()
        backwards = _lies_behind(target)
        for _ in range(MOST_TABS):
            if _has_focus(target):
                expect(target).to_be_in_viewport()
                return
            self.page.keyboard.press("Shift+Tab" if backwards else "Tab")
        raise AssertionError(f"{MOST_TABS} tabs did not reach {target}")

    def press(self, target: Locator) -> None:
        self.reach(target)
        self.page.keyboard.press("Enter")

    def write(self, target: Locator, text: str) -> None:
        self.reach(target)
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.press("Delete")
        self.page.keyboard.type(text)

    def tick(self, target: Locator) -> None:
        """A group of radio buttons is one stop; arrows go through it."""
        if target.get_attribute("type") != "radio":
            self.reach(target)
            self.page.keyboard.press("Space")
        else:
            self._turn_to(target)
        expect(target).to_be_checked()

    def _turn_to(self, target: Locator) -> None:
        self.page.wait_for_load_state()
        name, backwards = target.get_attribute("name"), _lies_behind(target)
        for _ in range(MOST_TABS):
            if self.page.locator(f"[name={name}]:focus").count() and _same_form(target):
                break
            self.page.keyboard.press("Shift+Tab" if backwards else "Tab")
        self.page.keyboard.press("Space")
        for _ in range(20):
            if target.is_checked():
                return
            self.page.keyboard.press("ArrowDown")

    def choose(self, target: Locator, label: str) -> None:
        """A list takes the first option whose text begins with what is typed; arrows reach any."""
        self.reach(target)
        for _ in range(80):
            if meant(label).search(target.evaluate("one => one.selectedOptions[0].label")):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no option {label!r}")

    def hand_in(self, target: Locator, file: Path) -> None:
        with (
            self.page.expect_file_chooser() as chooser
        ):  # before walking there: the browser is told in its own time
            self.reach(target)
            self.page.keyboard.press("Enter")
        chooser.value.set_files(file)


def _has_focus(target: Locator) -> bool:
    return bool(target.evaluate("one => one === document.activeElement"))


def _same_form(target: Locator) -> bool:
    return bool(target.evaluate("one => one.form === document.activeElement.form"))


def _lies_behind(target: Locator) -> bool:
    look = "one => Boolean(document.activeElement.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_PRECEDING)"
    return bool(target.evaluate(look)) and not bool(
        target.evaluate(
            "one => one.contains(document.activeElement) || document.activeElement === document.body"
        )
    )
