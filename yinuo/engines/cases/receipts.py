"""Idempotency: a writing call sent twice does its work once and is answered the same."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any
from uuid import UUID

from yinuo.engines.cases.models import Receipt
from yinuo.facts.questions import Place, Question, one
from yinuo.ground.vault.ciphertext import decrypt, encrypt
from yinuo.ground.vault.keys import open_key


class OtherBody(Exception):
    """The idempotency key was used before with another body."""


def key_of(caller: str, idempotency_key: str) -> str:
    """The receipt's key: two callers (any text that tells them apart) may choose the same words."""
    return hashlib.sha256(f"{caller}\0{idempotency_key}".encode()).hexdigest()


def body_digest(body: bytes) -> str:
    """SHA-256 of the request's bytes, hex."""
    return hashlib.sha256(body).hexdigest()


def answered(key: str, digest: str) -> dict[str, Any] | None:
    """The answer given before, None if the key is new; OtherBody if the body was another."""
    receipt = one(_RECEIPT(key=key))
    if receipt is None:
        return None
    body, subject_id, sealed = receipt
    if body != digest:
        raise OtherBody
    answer: dict[str, Any] = json.loads(decrypt(open_key(subject_id), sealed, key.encode()))
    return answer


_RECEIPT = Question(
    lambda: Receipt.objects.filter(key=Place("key", Receipt._meta.get_field("key"))).values_list(
        "body_digest", "subject_id", "sealed"
    )
)


def receipt_row(
    key: str,
    digest: str,
    case_id: UUID,
    answer: dict[str, Any],
    *,
    subject_id: UUID,
    secret: bytes,
    now: datetime,
) -> dict[str, Any]:
    """The row that remembers an answer, written with the case itself."""
    sealed = encrypt(secret, json.dumps(answer), key.encode())
    return {
        "key": key,
        "body_digest": digest,
        "case_id": case_id,
        "subject_id": subject_id,
        "sealed": sealed,
        "at": now,
    }
