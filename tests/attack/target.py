"""What is attacked: the real program with the demonstration bank, on a PostgreSQL, folder and ports of its own.

Limits of how often are off (`YINUO_RATES=off`, a setting every bank has): an attacker with a thousand addresses is not
held up by them, and that they hold up one with a single address other tests show. Nothing else differs from a bank.
Planted, it is a test build: `tests.attack.planted.settings` adds three holes to the same program.
"""

from __future__ import annotations

import json
import os
from typing import Any

import psycopg

from bench.bank import HOST, Bank, Sink

NOBODY = "nobody"  # who has not signed in
TEMPLATE = "untouched"  # the database that every role begins with


class Target(Bank):
    """`with Target() as target:` then `open()`, `sights()`, and `renew()` before the next role."""

    def __init__(self, *, planted: bool = False) -> None:
        super().__init__(demonstration=True)
        self.planted = planted

    def _make(self) -> None:
        self.cluster.start()
        self.database = self.cluster.create("yinuo")
        self.sink = Sink(self.folder)
        environment = {key: value for key, value in os.environ.items() if not key.startswith("YINUO_")}
        settings = "tests.attack.planted.settings" if self.planted else "yinuo.site.settings"
        self.environment = environment | {
            "DJANGO_SETTINGS_MODULE": settings,
            "YINUO_HOME": str(self.folder / "home"),
            "DATABASE_URL": self.database,
            "YINUO_SMTP_URL": f"smtp://{HOST}:{self.sink.port}",
            "YINUO_DEMONSTRATION": "1",
            "YINUO_LOG": "WARNING",
            "YINUO_RATES": "off",
        }
        self.yinuo("migrate", "--quiet")
        self.yinuo("demo")
        self._sights = self.script("tests.attack.sights").splitlines()[-1]
        self.cluster.copy("yinuo", TEMPLATE)

    @property
    def address(self) -> str:
        """Where its pages are."""
        return f"http://{HOST}:{self.port}"

    def sights(self) -> dict[str, Any]:
        """By role: who signs in, the addresses with real objects, the objects that are not theirs."""
        found: dict[str, Any] = json.loads(self._sights)
        return found

    def renew(self) -> None:
        """Start again on the database as it was before anybody attacked."""
        self.shut()
        self.cluster.drop("yinuo")
        self.cluster.copy(TEMPLATE, "yinuo")
        self.open()

    def rights(self) -> tuple[int, ...]:
        """How many accounts and postings there are, and with how many rights: no role but one may change that."""
        with psycopg.connect(self.database) as connection:
            asked = "SELECT count(*), count(*) FILTER (WHERE is_active) FROM people_user"
            users = connection.execute(asked).fetchone() or ()
            postings = (
                connection.execute("SELECT count(*), count(DISTINCT role) FROM people_posting").fetchone()
                or ()
            )
        return (*users, *postings)

    def said(self) -> str:
        """What the program has logged since it was started."""
        return (self.folder / "run.log").read_text(errors="replace")
