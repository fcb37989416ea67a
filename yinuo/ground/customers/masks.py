"""What of a personal value is shown: enough to recognise it, too little to use it. Always on the server.

The defaults of the trade: 王*敏, 186****1402, m***@bank.example, 330***********203X, **** 1208.
"""

from __future__ import annotations

import re
import unicodedata

from yinuo.ground.vault.normal import normal_phone

STARS = "***"


def mask_name(name: str) -> str:
    """王小敏 → 王*敏, 李娜 → 李*, Anna Smith → A*** S***; one letter alone is hidden."""
    plain = " ".join(name.split())
    if not plain.isascii() and " " not in plain and not _is_latin(plain):
        return _mask_ideographs(plain)
    return " ".join(word[0] + STARS if len(word) > 1 else STARS for word in plain.split())


def mask_phone(phone: str) -> str:
    """Three digits, four stars, four digits; of a short number only the last two."""
    digits = normal_phone(phone).removeprefix("+")
    if not digits:
        return ""
    if len(digits) >= 11:
        return f"{digits[:3]}****{digits[-4:]}"
    return f"****{digits[-2:]}" if len(digits) >= 7 else "****"


def mask_email(email: str) -> str:
    """The first letter and the domain; what has no @ is hidden."""
    local, at, domain = email.strip().rpartition("@")
    if not email.strip():
        return ""
    return f"{local[0]}{STARS}@{domain}" if at and len(local) > 1 else f"{STARS}{at}{domain if at else ''}"


def mask_id_number(number: str) -> str:
    """Resident identity numbers keep 3 + 4, other documents their first and last character."""
    plain = _compact(number).upper()
    if re.fullmatch(r"\d{17}[\dX]|\d{15}", plain):
        return plain[:3] + "*" * (len(plain) - 7) + plain[-4:]
    if len(plain) < 3:
        return "*" * len(plain)
    return plain[0] + "*" * (len(plain) - 2) + plain[-1]


def mask_card(number: str) -> str:
    """The last four digits of a card of 13 to 19; anything else is hidden."""
    digits = _compact(number)
    if not digits:
        return ""
    return f"**** {digits[-4:]}" if re.fullmatch(r"\d{13,19}", digits) else "****"


def _mask_ideographs(name: str) -> str:
    if len(name) == 1:
        return "*"
    if len(name) == 2:
        return f"{name[0]}*"
    return f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"


def _is_latin(text: str) -> bool:
    return all("LATIN" in unicodedata.name(letter, "") for letter in text if letter.isalpha())


def _compact(value: str) -> str:
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", value))
