"""Accounts of a demonstration: random passwords, kept readable in YINUO_HOME so that a newcomer can sign in.

The file exists in a demonstration only; a bank's own people get their passwords from nobody's file.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from yinuo.site import home

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is mistaken for something else


class NotADemonstration(Exception):
    """Passwords are written down in a demonstration only."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who can sign in, as what, where; names in the bank's own language."""

    username: str
    password: str
    name: str
    role: str
    unit: str


def new_password() -> str:
    """Random, 79 bits, easy to type: four groups of four."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))


def path() -> Path:
    """Where the accounts are kept."""
    return home.folder() / "accounts.json"


def keep(accounts: list[Account]) -> Path:
    """Write the accounts, readable by the owner only; raises NotADemonstration outside one."""
    _only_in_a_demonstration()
    draft = path().with_name(f".accounts.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        json.dump([asdict(account) for account in accounts], out, ensure_ascii=False, indent=1)
    os.replace(draft, path())
    return path()


def kept() -> list[Account]:
    """The accounts in the order they were kept; none when there is no file. NotADemonstration outside one."""
    _only_in_a_demonstration()
    if not path().exists():
        return []
    return [Account(**row) for row in json.loads(path().read_text(encoding="utf-8"))]


def one_per_role(accounts: list[Account]) -> list[Account]:
    """The first account of each role."""
    first: dict[str, Account] = {}
    for account in accounts:
        first.setdefault(account.role, account)
    return list(first.values())


def table(accounts: list[Account]) -> str:
    """The accounts as aligned lines for a terminal; a Chinese character is two columns wide."""
    rows = [(a.role, a.username, a.password, a.name, a.unit) for a in accounts]
    widths = [max(_columns(row[i]) for row in rows) for i in range(5)] if rows else []
    lines = []
    for row in rows:
        cells = (cell + " " * (width - _columns(cell)) for cell, width in zip(row, widths, strict=True))
        lines.append("  " + "  ".join(cells).rstrip())
    return "\n".join(lines)


def _columns(text: str) -> int:
    from unicodedata import east_asian_width

    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _only_in_a_demonstration() -> None:
    from django.conf import settings

    if not settings.DEMONSTRATION:
        raise NotADemonstration("accounts with known passwords exist in a demonstration only")
