"""How a receiver knows that a message is ours and new: the scheme of Standard Webhooks 1.0 (symmetric, v1)."""

from __future__ import annotations

import base64
import hmac
import secrets
from datetime import datetime

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret() -> bytes:
    """256 random bits."""
    return secrets.token_bytes(SECRET_BYTES)


def written(secret: bytes) -> str:
    """The secret as receivers keep it."""
    return PREFIX + base64.b64encode(secret).decode()


def headers(secret: bytes, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers of a message. The time is part of what is signed: an old message cannot be played again."""
    seconds = str(int(at.timestamp()))
    signed = f"{message_id}.{seconds}.".encode() + body
    signature = base64.b64encode(hmac.digest(secret, signed, "sha256")).decode()
    return {"webhook-id": message_id, "webhook-timestamp": seconds, "webhook-signature": f"v1,{signature}"}
