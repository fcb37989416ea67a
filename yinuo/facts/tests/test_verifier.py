"""The verifier's own Ed25519 agrees with RFC 8032 and with `cryptography`, and the file needs nothing but Python 3.8."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from yinuo.facts import verifier

# RFC 8032, section 7.1: public key, message, signature.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("key", "message", "signature"), VECTORS)
def test_the_vectors_of_the_rfc_hold(key, message, signature):
    assert verifier.signed(bytes.fromhex(key), bytes.fromhex(message), bytes.fromhex(signature))
    assert not verifier.signed(bytes.fromhex(key), bytes.fromhex(message) + b"x", bytes.fromhex(signature))


@settings(deadline=None, max_examples=40)
@given(secret=st.binary(min_size=32, max_size=32), message=st.binary(max_size=200), data=st.data())
def test_it_agrees_with_a_second_implementation_on_what_holds_and_what_does_not(secret, message, data):
    key = Ed25519PrivateKey.from_private_bytes(secret)
    public, signature = key.public_key().public_bytes_raw(), bytearray(key.sign(message))
    assert verifier.signed(public, message, bytes(signature))
    signature[data.draw(st.integers(0, 63))] ^= 1 << data.draw(st.integers(0, 7))
    assert verifier.signed(public, message, bytes(signature)) is held(public, message, bytes(signature))


def held(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


@pytest.mark.parametrize("small", [b"\x01" + bytes(31), bytes(32), b"\xec" + b"\xff" * 30 + b"\x7f"])
def test_a_key_for_which_anything_can_be_signed_is_refused(small):
    assert not verifier.signed(small, b"anything", b"\x01" + bytes(63))


def test_a_second_writing_of_a_signature_is_refused():
    key, message, signature = (bytes.fromhex(each) for each in VECTORS[1])
    high = int.from_bytes(signature[32:], "little") + verifier.L
    assert not verifier.signed(key, message, signature[:32] + high.to_bytes(32, "little"))


def test_it_is_one_file_of_the_standard_library_in_the_grammar_of_3_8():
    tree = ast.parse(Path(verifier.__file__).read_text(encoding="utf-8"), feature_version=(3, 8))
    modules = {
        name.split(".")[0]
        for each in ast.walk(tree)
        for name in (
            [alias.name for alias in each.names]
            if isinstance(each, ast.Import)
            else [each.module or ""]
            if isinstance(each, ast.ImportFrom)
            else []
        )
    }
    assert modules <= sys.stdlib_module_names
