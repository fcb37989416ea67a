"""Identity and card numbers inside what people write: known by their check digits, and masked.

A number that only looks like one (an order, an account of another kind) stays as it is: whoever handles the complaint needs it.
"""

from __future__ import annotations

import re
import unicodedata

from yinuo.ground.customers.masks import mask_card, mask_id_number

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643, ISO 7064 MOD 11-2
_CHECKS = "10X98765432"
_NUMBER = re.compile(r"(?<![\dA-Za-z])\d(?:[ -]?\d){11,17}(?:[ -]?[\dXx])?(?![\dA-Za-z])")


def is_identity_number(text: str) -> bool:
    """Whether it is a resident identity number of 18 places: a day that could be one, and the right check digit."""
    plain = _compact(text)
    if not re.fullmatch(
        r"[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]", plain
    ):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(plain, _WEIGHTS, strict=False))
    return _CHECKS[total % 11] == plain[17]


def is_card_number(text: str) -> bool:
    """Whether it is a card's number: 13 to 19 digits, not all alike, with the check digit of ISO/IEC 7812 (Luhn)."""
    plain = _compact(text)
    if not re.fullmatch(r"\d{13,19}", plain) or len(set(plain)) == 1:
        return False
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(plain)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def mask_numbers(text: str) -> str:
    """The text with every identity number and card number in it masked as elsewhere: 110***********002X, **** 0128."""
    return _NUMBER.sub(_masked, _narrow(text))


def _masked(found: re.Match[str]) -> str:
    number = found[0]
    if is_identity_number(number):
        return mask_id_number(number)
    return mask_card(number) if is_card_number(number) else number


def _narrow(text: str) -> str:
    """Digits typed full width are digits; everything else stays as it was typed."""
    return "".join(
        unicodedata.normalize("NFKC", letter) if letter.isdecimal() or letter in "Ｘｘ" else letter
        for letter in text
    )


def _compact(text: str) -> str:
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper()
