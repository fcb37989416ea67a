"""The story of one complaint, step by step, as five people live it.

Every step takes the hands of whoever does it, so that the same words serve mouse, finger and keyboard. Elements
are found by what they are (a field's name, a form's address), never by words: the story runs in every language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, expect

from tests.journeys.bank import OpenBank
from tests.journeys.hands import Hands

Look = Callable[[Page, str], None]


def nothing(page: Page, name: str) -> None:
    """Looks at a page and does nothing."""


@dataclass
class Told:
    """What the customer tells and is told."""

    email: str
    words: str
    number: str = ""
    code: str = ""


# ---- the customer ----


def complain(hands: Hands, bank: OpenBank, told: Told, photo: Path, look: Look = nothing) -> None:
    """Three steps: one wrong input in each of the first two, an autosave seen, a photo handed in."""
    page = hands.page
    look(page, "portal-entry")
    hands.press(page.locator("a.sq-tile[href='/s/complaint']"))
    _who(hands, told, look)
    _what(hands, told, photo, look)
    expect(page.locator("blockquote")).to_contain_text(told.words)
    expect(page.locator(".sq-file")).to_have_count(1)
    look(page, "portal-check")
    _sends(hands, bank, told, look)


def _sends(hands: Hands, bank: OpenBank, told: Told, look: Look = nothing) -> None:
    """The last step; number and code are on the page, the code in a letter too."""
    page = hands.page
    hands.press(page.locator("main form button[type=submit]"))
    _arrives(page, "/s/complaint/sent")
    told.code = page.locator("#code").inner_text().strip()
    told.number = _number(page.locator(".sq-received").inner_text())
    look(page, "portal-sent")
    assert told.code in bank.letterbox.wait(told.email)


def bring(hands: Hands, bank: OpenBank, told: Told, customer: tuple[str, str], paper: Path) -> None:
    """The same three steps by somebody who speaks for `customer`, a name and a number, and shows a paper."""
    page = hands.page
    hands.press(page.locator("a.sq-tile[href='/s/complaint']"))
    hands.write(page.locator("[name=name]"), "罗安")
    hands.write(page.locator("[name=email]"), told.email)
    hands.tick(page.locator("[name=another]"))
    for name, value in zip(("customer_name", "customer_phone"), customer, strict=True):
        hands.write(page.locator(f"[name={name}]"), value)
    hands.choose(page.locator("[name=relation]"), page.locator("[name=relation] option").nth(1).inner_text())
    hands.hand_in(page.locator("input[type=file]"), paper)
    expect(page.locator(".sq-file-gone[formaction]")).to_have_count(1)
    hands.press(_send(page))
    _arrives(page, "/s/complaint/what")
    hands.write(page.locator("[name=words]"), told.words)
    hands.press(_send(page))
    _arrives(page, "/s/complaint/check")
    _sends(hands, bank, told)


def _who(hands: Hands, told: Told, look: Look) -> None:
    page = hands.page
    hands.write(page.locator("[name=name]"), "罗安")
    hands.press(_send(page))
    _refused(hands, "phone")
    look(page, "portal-who-refused")
    hands.write(page.locator("[name=email]"), told.email)
    expect(page.locator("[data-draft-words]")).to_contain_text(re.compile(r"\d\d:\d\d"))
    hands.press(_send(page))
    _arrives(page, "/s/complaint/what")


def _what(hands: Hands, told: Told, photo: Path, look: Look) -> None:
    page = hands.page
    hands.write(page.locator("[name=words]"), told.words)
    hands.write(page.locator("[name=amount]"), "二百")
    hands.press(_send(page))
    _refused(hands, "amount")
    expect(page.locator("[name=words]")).to_have_value(told.words)
    hands.write(page.locator("[name=amount]"), "200.50")
    hands.tick(page.locator("[name=requests]").first)
    hands.hand_in(page.locator("input[type=file]"), photo)
    expect(page.locator(".sq-file-gone[formaction]")).to_have_count(1)
    look(page, "portal-what")
    hands.press(_send(page))
    _arrives(page, "/s/complaint/check")


def _arrives(page: Page, path: str) -> None:
    """At this path; query and fragment may be what they like."""
    page.wait_for_url(lambda url: urlsplit(url).path == path)


def _send(page: Page) -> Locator:
    return page.locator("main button.is-primary[type=submit]")


def _refused(hands: Hands, field: str) -> None:
    """The summary has the focus; its link leads to the field."""
    page = hands.page
    summary = page.locator("[data-errors]")
    expect(summary).to_be_focused()
    hands.press(summary.locator("a").first)
    expect(page.locator(f"[name={field}]")).to_be_focused()


def come_back(hands: Hands, told: Told) -> None:
    """The customer finds the complaint again with the code, written as people write it."""
    page = hands.page
    hands.press(page.locator("a.sq-mark"))
    hands.press(page.locator("a.sq-tile[href='/s/track']"))
    hands.write(page.locator("[name=code]"), told.code.lower())
    hands.press(_send(page))
    page.wait_for_url("**/s/track/*")
    expect(page.locator("main")).to_contain_text(told.number)


def add_words(hands: Hands, words: str, look: Look = nothing) -> None:
    """The customer answers what was asked."""
    page = hands.page
    expect(page.locator(".sq-notice.is-warn")).to_be_visible()
    look(page, "portal-track-asked")
    hands.write(page.locator("[name=words]"), words)
    hands.press(_send(page))
    expect(page.locator(".sq-talk .is-mine")).to_contain_text(words)
    expect(page.locator(".sq-notice.is-warn")).to_have_count(0)


# ---- the staff ----


def go_to(hands: Hands, address: str) -> None:
    """Along the navigation, which on a phone is at the bottom."""
    links = hands.page.locator(f".sq-side a[href='{address}'], .sq-tabbar > a[href='{address}']")
    hands.press(links.filter(visible=True).first)
    _arrives(hands.page, address)


def in_the_list(hands: Hands, view: str) -> None:
    """One of the list's views."""
    tab = hands.page.locator(f".sq-views a[href*='view={view}']")
    if tab.get_attribute("aria-current") is None:
        hands.press(tab)
        expect(hands.page.locator(f".sq-views a[href*='view={view}'][aria-current]")).to_have_count(1)


def open_row(hands: Hands, number: str) -> None:
    """From the list to the case."""
    hands.press(hands.page.locator("[data-cell=number] a", has_text=number))
    _arrives(hands.page, f"/complaints/{number}")


def assign(hands: Hands, name: str) -> None:
    """Give the case to a colleague."""
    page = hands.page
    hands.press(page.locator("#fold-hand-over > summary"))
    hands.choose(page.locator("[name=to]"), name)
    hands.press(page.locator("form[action*='/hand-over'] button"))
    expect(page.locator(".sq-meta").first).to_contain_text(name)


def accept(hands: Hands) -> None:
    """Confirm receipt."""
    _next(hands, "do-accept")
    expect(hands.page.locator("#do-grade")).to_be_attached()


def grade(hands: Hands, titles: Sequence[str], look: Look = nothing) -> None:
    """A level, and as many matters as titles, each with its codes."""
    page = hands.page
    hands.tick(page.locator("[name=level]").nth(1))
    for index, title in enumerate(titles):
        hands.write(page.locator(f"[name=m{index}-title]"), title)
        for name in ("business", "cause"):
            place = page.locator(f"[name=m{index}-{name}]")
            hands.choose(place, place.locator("option").nth(2 + index).inner_text())
    look(page, "case-grading")
    _next(hands, "do-grade")
    expect(page.locator("[id^=matter-]")).to_have_count(len(titles))


def ask(hands: Hands, question: str) -> None:
    """Ask the customer; the internal clock pauses."""
    page = hands.page
    hands.write(page.locator("[name=question]"), question)
    hands.press(page.locator("#do-investigate button[name=ask], button[form=do-investigate][name=ask]"))
    expect(page.locator(".sq-clockbar .is-pause")).to_have_count(1)


def conclude(hands: Hands, position: int, choice: int, finding: str) -> None:
    """What was found about one matter."""
    form = hands.page.locator(f"form[action*='/matters/{position}']")
    hands.tick(form.locator("[name=conclusion]").nth(choice))
    hands.write(form.locator("[name=finding]"), finding)
    hands.press(form.locator("button[type=submit]"))
    expect(hands.page.locator(f"#matter-{position}")).to_contain_text(finding)


def facts_are_established(hands: Hands) -> None:
    """The investigation ends."""
    _next(hands, "do-investigate")
    expect(hands.page.locator("#do-answer")).to_be_attached()


def answer(hands: Hands, words: str, look: Look = nothing) -> None:
    """Write to the customer."""
    hands.write(hands.page.locator("#do-answer [name=words]"), words)
    look(hands.page, "case-answering")
    _next(hands, "do-answer")
    expect(hands.page.locator("#do-finish")).to_be_attached()


def finish(hands: Hands) -> None:
    """Close and file it."""
    _next(hands, "do-finish")
    expect(hands.page.locator("button.sq-go")).to_have_count(0)


def _next(hands: Hands, form: str) -> None:
    """The one button of the next step."""
    hands.press(hands.page.locator(f"button.sq-go[form={form}]").filter(visible=True).first)


# ---- the figures ----


def counted(page: Page, measure: str) -> int:
    """The n of a measure's reading."""
    cases = page.locator(f"a[href*='measure={measure}&']").first
    return int(re.sub(r"\D", "", cases.inner_text()))


def open_cases(hands: Hands, measure: str, number: str) -> None:
    """From a figure to its cases, the complaint among them."""
    page = hands.page
    hands.press(page.locator(f"a[href*='measure={measure}&']").first)
    hands.write(page.locator(".sq-search [name=q]"), number)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**q={number}*")
    assert f"measure={measure}" in page.url
    expect(page.locator("[data-cell=number] a")).to_have_text(number)


def _number(text: str) -> str:
    found = re.search(r"TS-\d{8}-\d{4,}", text)
    assert found, text
    return found[0]
