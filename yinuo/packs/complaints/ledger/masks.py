"""Masks of the ledger: as everywhere, but never twice, so that a masked ledger goes in and out unchanged."""

from __future__ import annotations

import re

from yinuo.ground.customers.masks import mask_card, mask_email, mask_id_number, mask_name, mask_phone
from yinuo.packs.complaints.ledger.cells import NOTHING

# What the masks themselves write. Anything else with a star in it is masked like any other text: a star put before
# a phone number must not bring it out.
_NAME = re.compile(r"\*+|[^*\s]\*+[^*\s]?|[^*\s]?\*{3,}( [^*\s]?\*{3,})*")
_IDENTITY = re.compile(r"\d{3}\*{8,11}\d{3}[\dX]|[^*]\*+[^*]|\*{1,2}")
_PHONE = re.compile(r"\d{3}\*{4}\d{4}|\*{4}(\d{2})?")
_EMAIL = re.compile(r"[^*@]?\*{3}@[^@]*")
_BETWEEN = re.compile(r"([\s、,，;；/|]+)")
_IN_WORDS = re.compile(
    r"(?<!\d)(?:\d{17}[\dXx]|\d{13,19}|\d{4}(?:[ -]\d{4}){2,3}(?:[ -]\d{1,7})?"
    r"|(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2})(?![\dXx])"
)


def masked(kind: str, cell: str) -> str:
    """A canonical cell as it leaves the house; the same for what is masked already."""
    while (less := _mask(kind, cell)) != cell:  # odd text may need more than one look
        cell = less
    return cell


def _mask(kind: str, cell: str) -> str:
    if not cell or cell in NOTHING:
        return cell
    if kind == "name":
        return cell if _NAME.fullmatch(cell) else mask_name(cell)
    if kind == "identity":
        return cell if _IDENTITY.fullmatch(cell) else mask_id_number(cell)
    if kind == "contact":
        parts = _BETWEEN.split(cell)
        return "".join(part if place % 2 else _contact(part) for place, part in enumerate(parts))
    return _IN_WORDS.sub(_number, cell) if kind == "text" else cell


def _contact(part: str) -> str:
    if not part or _PHONE.fullmatch(part) or _EMAIL.fullmatch(part):
        return part
    return mask_email(part) if "@" in part else mask_phone(part) or "****"


def _number(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found[0])
    if len(found[0]) == 18 and len(digits) >= 17 and found[0][:17].isdecimal():
        return mask_id_number(found[0])
    return mask_card(digits) if len(digits) > 13 or not _mobile(digits) else mask_phone(digits)


def _mobile(digits: str) -> bool:
    return len(digits.removeprefix("86")) == 11


def is_masked(kind: str, cell: str) -> bool:
    """Whether the cell says too little to recognise somebody by: it came masked."""
    return bool(cell) and "*" in cell and masked(kind, cell) == cell
