"""How the bank calls itself before customers, as an edition."""

from __future__ import annotations

from dataclasses import dataclass

from yinuo.ground.terms.toml import read_toml
from yinuo.ground.terms.words import Words


@dataclass(frozen=True, slots=True)
class BankCard:
    """Name and hotline; `demonstration` puts a notice on public pages."""

    name: Words
    hotline: str
    demonstration: bool


def parse_bank(text: str) -> BankCard:
    """From TOML; ValueError names what is missing."""
    table = read_toml(text, "bank")
    return BankCard(
        Words.read(table.get("name", {}), "[name]"),
        str(table.get("hotline", "")),
        bool(table.get("demonstration")),
    )
