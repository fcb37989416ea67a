"""A device with passkeys, in software: makes key pairs and signs as WebAuthn says, and can be told to lie."""

from __future__ import annotations

import hashlib
import json
import secrets
import struct
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
HOST, ORIGIN = "bank.example", "https://bank.example"


class Device:
    """One key pair; `count` is what it says next time."""

    def __init__(self, count: int = 1) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(16)
        self.count, self.owner = count, b""

    def make(self, options: str, **lies: Any) -> str:
        """The answer to being asked for a new passkey."""
        asked = json.loads(options)
        self.owner = base64url_to_bytes(asked["user"]["id"])
        point = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        held = bytes(16) + struct.pack(">H", len(self.id)) + self.id + cbor2.dumps(public)
        data = self._data(ATTESTED, 0, **lies) + held
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        said = self._client("webauthn.create", asked["challenge"], **lies)
        return self._answer(
            {"attestationObject": bytes_to_base64url(attestation), "clientDataJSON": bytes_to_base64url(said)}
        )

    def show(self, options: str, *, owner: bytes | None = None, **lies: Any) -> str:
        """The answer to being asked for a passkey."""
        said = self._client("webauthn.get", json.loads(options)["challenge"], **lies)
        data = self._data(0, self.count, **lies)
        self.count += 1 if self.count else 0
        signed = self.key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "authenticatorData": bytes_to_base64url(data),
                "clientDataJSON": bytes_to_base64url(said),
                "signature": bytes_to_base64url(signed),
                "userHandle": bytes_to_base64url(self.owner if owner is None else owner),
            }
        )

    def _answer(self, response: dict[str, str]) -> str:
        name = bytes_to_base64url(self.id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})

    def _client(self, kind: str, challenge: str, origin: str = ORIGIN, **_lies: Any) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": origin}).encode()

    def _data(self, flags: int, count: int, host: str = HOST, verified: bool = True, **_lies: Any) -> bytes:
        flags |= PRESENT | (VERIFIED if verified else 0)
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + struct.pack(">I", count)
