"""Invented customers: some come once, some several times."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from yinuo.site.demo import content
from yinuo.site.demo.records import Customer

AGAIN = 0.16


class Customers:
    """Hands out a customer for each complaint; about one in six has complained before."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._names = content.bank()["names"]
        self._phones = rng.sample(range(10_000), 10_000)
        self.all: list[Customer] = []

    def one(self, language: str) -> Customer:
        """A customer who writes in this language."""
        known = [customer for customer in self.all if customer.language == language]
        if known and self._rng.random() < AGAIN:
            return self._rng.choice(known)
        return self.another(language)

    def another(self, language: str) -> Customer:
        """A customer who has not come before."""
        number = len(self.all) + 1
        customer = Customer(
            number=f"K{number:05}",
            name=self._name(language),
            phone=f"1380000{self._phones.pop():04}",
            email=f"customer{number:05}@example.com",
            language=language,
        )
        self.all.append(customer)
        return customer

    def _name(self, language: str) -> str:
        if language != "zh-hans":
            names: Sequence[str] = self._names["english" if language == "en" else "traditional"]
            return self._rng.choice(names)
        surnames: str = self._names["surnames"]
        # Frequent surnames stand first: a square draws them more often.
        surname = surnames[int(len(surnames) * self._rng.random() ** 2)]
        return surname + str(self._rng.choice(self._names["given"]))
