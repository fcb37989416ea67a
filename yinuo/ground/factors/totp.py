"""Codes that change every thirty seconds: RFC 6238 over RFC 4226, by HMAC-SHA-1 as every app on a phone has it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from urllib.parse import quote, urlencode

SECONDS = 30
DIGITS = 6
DRIFT = 1  # so many steps a phone's clock may be off, either way
SECRET_BYTES = 20


def new_secret() -> bytes:
    """160 random bits, as RFC 4226 advises."""
    return secrets.token_bytes(SECRET_BYTES)


def step_at(seconds: float) -> int:
    """The step a moment lies in, in seconds since 1970."""
    return int(seconds // SECONDS)


def code_of(secret: bytes, step: int, digits: int = DIGITS) -> str:
    """The code of a step."""
    made = hmac.new(secret, step.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = made[-1] & 0x0F
    number = int.from_bytes(made[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def step_of(secret: bytes, code: str, seconds: float) -> int | None:
    """The step whose code this is, now or within the drift; None if it is none. Compares all, in the same time."""
    now, found = step_at(seconds), None
    for step in range(now - DRIFT, now + DRIFT + 1):
        if hmac.compare_digest(code_of(secret, step).encode(), code.encode()):
            found = step
    return found


def shown(secret: bytes) -> str:
    """The secret for typing it in, in groups of four."""
    text = base64.b32encode(secret).decode()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def address(secret: bytes, username: str, issuer: str) -> str:
    """What the app on the phone reads from the picture."""
    said = urlencode({"secret": base64.b32encode(secret).decode(), "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer)}:{quote(username)}?{said}"
