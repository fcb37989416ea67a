"""People at a browser: each has a context of their own, and whatever goes wrong on their pages is noticed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect

from tests.journeys.bank import PATIENCE, OpenBank

DESK = (1440, 900)
PHONE = (390, 844)
LANGUAGES = ("zh-Hans", "en", "zh-Hant")
LOCALES = {"zh-Hans": "zh-CN", "en": "en-GB", "zh-Hant": "zh-TW"}


@dataclass
class Troubles:
    """What no page of ours may do: errors in the console, refusals by the content policy, requests to strangers."""

    bank: OpenBank
    found: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)

    def watch(self, page: Page) -> None:
        """From now on."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.found.append(f"{page.url}: {error}"))
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        refused = any(f"status of {status}" in message.text for status in self.expected | {409, 422})
        if not refused:  # a refused form is answered 409 or 422, and the browser writes that down
            self.found.append(f"{message.location.get('url')}: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.bank.url, self.bank.live, "data:", "blob:")):
            self.found.append(f"a request left the bank: {request.url}")


class People:
    """Opens browsers for customers and staff; whoever signed in once need not do so again."""

    def __init__(self, browser: Browser, bank: OpenBank, folder: Path) -> None:
        self.browser, self.bank, self.folder = browser, bank, folder
        self.troubles = Troubles(bank)
        self._contexts: list[BrowserContext] = []

    def customer(self, *, size: tuple[int, int] = DESK, language: str = "zh-Hans") -> Page:
        """Somebody whose browser asks for this language; nobody signs in."""
        return self._page(size, language, None)

    def staff(
        self, role: str, *, size: tuple[int, int] = DESK, language: str = "zh-Hans", at: str = ""
    ) -> Page:
        """A signed-in member of staff at the address `at`."""
        state = self.folder / f"{role}.json"
        if not state.exists():
            self._sign_in(role, state)
        page = self._page(size, language, state)
        page.context.add_cookies(
            [{"name": "yinuo_language", "value": language.lower(), "url": self.bank.url}]
        )
        if at:
            page.goto(self.bank.url + at)
        return page

    def _sign_in(self, role: str, state: Path) -> None:
        account = self.bank.account(role)
        page = self._page(DESK, "zh-Hans", None)
        page.goto(f"{self.bank.url}/sign-in")
        page.fill("[name=username]", account["username"])
        page.fill("[name=password]", account["password"])
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "/sign-in" not in url)
        page.context.storage_state(path=state)
        page.context.close()

    def _page(self, size: tuple[int, int], language: str, state: Path | None) -> Page:
        phone = size == PHONE
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale=LOCALES[language],
            timezone_id="Asia/Shanghai",
            storage_state=state,
            has_touch=phone,
            is_mobile=phone,
        )
        context.set_default_timeout(1000 * PATIENCE)
        self._contexts.append(context)
        page = context.new_page()
        page.on(
            "filechooser", lambda _chooser: None
        )  # caught from now on, not only from when one is expected
        self.troubles.watch(page)
        return page

    def keep_last_looks(self, folder: Path, name: str) -> None:
        """A picture of every open page."""
        folder.mkdir(parents=True, exist_ok=True)
        for number, context in enumerate(self._contexts):
            for page in context.pages:
                page.screenshot(path=folder / f"{name}-{number}.png")

    def leave(self) -> None:
        """Everybody goes home."""
        for context in self._contexts:
            context.close()
        self._contexts.clear()


def hears(page: Page) -> None:
    """The page listens to what happens: from now on it must change by itself."""
    expect(page.locator("html")).to_have_attribute("data-live", "open")


def stays(page: Page) -> Callable[[], bool]:
    """Puts a mark on the listening page as it is; the answer later says whether it is still the same document."""
    hears(page)
    page.evaluate("window.mark = 'here'")
    return lambda: bool(page.evaluate("window.mark === 'here'"))


def post(page: Page, path: str, **fields: str) -> Any:
    """What a person who knows the address could send without a button: the answer's status."""
    token = next(c["value"] for c in page.context.cookies() if c["name"] == "csrftoken")
    origin = page.url.split("/", 3)
    headers = {"X-CSRFToken": token, "Referer": page.url}
    answer = page.context.request.post("/".join(origin[:3]) + path, form=fields, headers=headers)
    return answer.status


def overflow(page: Page) -> str:
    """What sticks out to the right of the window, "" when the page does not scroll sideways."""
    return str(
        page.evaluate(
            """() => {
        const root = document.documentElement;
        if (root.scrollWidth <= root.clientWidth) return "";
        const wide = [...document.querySelectorAll("body *")].filter(one => {
            const box = one.getBoundingClientRect();
            return box.width && box.right > root.clientWidth + 1;
        });
        return `${root.scrollWidth} > ${root.clientWidth}: ` + wide.slice(0, 5).map(one => one.outerHTML.slice(0, 120)).join(" | ");
    }"""
        )
    )


def violations(answer: Any) -> list[str]:
    """What axe finds serious or critical, with the first element of each."""
    found = json.loads(json.dumps(answer.response))["violations"]
    return [
        f"{one['id']} ({one['impact']}): {one['nodes'][0]['html'][:200]} {one['nodes'][0]['failureSummary'][:300]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
