"""One role under attack: who asks, what was sent, and what was found."""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock, local
from typing import Any
from urllib.parse import urlencode

from tests.attack import judge
from tests.attack.browser import Answer, Browser
from tests.attack.doors import Door, doors, merged

WORD = "zq"  # how the words begin that attackers send
HANDS = 4  # requests under way at once
# What ends the attacker's own session or locks the account: tried last.
LAST = ("/sign-out", "/accounts/mine", "/sign-in", "/accounts/")


@dataclass(frozen=True)
class Finding:
    """What an attack showed, with what is needed to do it again."""

    role: str
    by: str
    request: str
    said: str

    def row(self) -> dict[str, str]:
        """For the result."""
        return {"role": self.role, "by": self.by, "request": self.request[:300], "said": self.said[:300]}


@dataclass
class Assault:
    """A role, its browser, its doors; findings come together here."""

    role: str
    browser: Browser
    sight: dict[str, Any]
    doors: list[Door] = field(default_factory=list)
    kinds: list[Door] = field(default_factory=list)  # each kind of address once, with all its names
    findings: dict[tuple[str, str, str], Finding] = field(default_factory=dict)
    sent: Counter[str] = field(default_factory=Counter)
    planned: Counter[str] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)
    _hands: local = field(default_factory=local)

    def begin(self) -> None:
        """Sign in and look at every address and at what the pages offer."""
        self.browser.sign_in()
        found = doors(self.browser, list(self.sight["addresses"].values()))
        self.kinds = sorted(merged(found), key=lambda door: (door.path.startswith(LAST), not door.opens))
        self.doors = sorted(found, key=lambda door: (door.path.startswith(LAST), not door.opens))

    def hand(self) -> Browser:
        """A browser for this thread, with the same cookies."""
        hand = getattr(self._hands, "browser", None)
        if hand is None:
            hand = Browser(
                self.browser.port, self.browser.account, self.browser.cookies, self.browser.visited
            )
            self._hands.browser = hand
        return hand

    def all_of(self, by: str, attempts: Iterable[Any], seconds: float) -> None:
        """Call every attempt, several at once, until the time is over."""
        listed = list(attempts)
        self.planned[by] += len(listed)
        until = time.monotonic() + seconds

        def one(attempt: Any) -> None:
            if time.monotonic() < until:
                attempt()
                with self._lock:
                    self.sent[by] += 1

        with ThreadPoolExecutor(HANDS) as pool:
            list(pool.map(one, listed))

    def knock(self, door: Door, pairs: list[tuple[str, str]], **headers: str) -> Answer:
        """Send a door its fields, as a browser with the right token would; sign in again when the session ended."""
        hand = self.hand()
        for _ in range(2):
            if door.method == "GET":
                answer = hand.get(f"{door.path}?{urlencode(pairs, errors='surrogatepass')}", **headers)
            else:
                answer = hand.post(door.path, pairs, **headers)
            led_away = answer.headers.get("Location", "").startswith("/sign-in")
            if not (led_away and self.browser.account) or self._is_in(hand):
                break
        return answer

    def _is_in(self, hand: Browser) -> bool:
        """False when the session had ended and was begun anew: what was asked is to be asked again."""
        with self._lock:
            if hand.is_signed_in():
                return True
            self.browser.sign_in()
            return False

    def tell(self, by: str, request: str, said: Iterable[str]) -> None:
        """Keep findings, each kind of one once a place."""
        for each in said:
            key = (by, request.partition("?")[0].partition(" <-")[0], each.partition(":")[0])
            with self._lock:
                self.findings.setdefault(key, Finding(self.role, by, request, each))

    def look(self, by: str, request: str, answer: Answer, word: str = "") -> None:
        """Judge an answer by what holds for all of them."""
        self.tell(by, request, judge.judged(answer, word))
        self.tell(by, request, judge.betrayed(answer, self.sight["foreign"]))


def a_word() -> str:
    """By which an answer is known; letters only, so that no rule about names stops it."""
    return WORD + "".join(secrets.choice("bcdfghjkmnprstvwx") for _ in range(8))
