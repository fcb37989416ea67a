"""One spelling per value, so that a blind index finds what a person typed differently."""

from __future__ import annotations

import re
import unicodedata

_CHINESE_MOBILE = re.compile(r"1\d{10}")


def normal_form(kind: str, value: str) -> str:
    """The spelling under which a value is indexed; unknown kinds only lose width and outer spaces."""
    plain = unicodedata.normalize("NFKC", value).strip()
    if kind == "phone":
        return normal_phone(plain)
    if kind == "email":
        plain = plain.casefold()
    if kind in ("id_number", "card"):
        plain = re.sub(r"[\s-]", "", plain).upper()
    return unicodedata.normalize("NFKC", plain).strip()  # folding and cutting may have parted what composes


def normal_phone(value: str) -> str:
    """Digits without separators; +86, 0086 or 86 before a mainland mobile number is dropped; `00` is `+`."""
    plain = unicodedata.normalize("NFKC", value).strip()
    digits = re.sub(r"\D", "", plain)
    dialled = digits.startswith("00") and not plain.startswith("+")
    number = digits[2:] if dialled else digits
    local = number.removeprefix("86")
    if _CHINESE_MOBILE.fullmatch(local):
        return local
    return f"+{number}" if dialled or plain.startswith("+") else number
