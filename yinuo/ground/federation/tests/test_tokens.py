"""Nobody is believed by a token that is not signed by the issuer, for us, for this request, now."""

from __future__ import annotations

import base64
import hmac
import json
from datetime import UTC, datetime

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from yinuo.ground.federation.tokens import OLDEST, SKEW, TokenRefused, claims_of

NOW = datetime(2026, 9, 14, 9, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
OURS = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
CURVE = ECKey.generate_key("P-256", {"kid": "two", "use": "sig"})
STRANGER = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
KEYS = KeySet([OURS, CURVE])
TRUE = {
    "iss": "https://id.bank.example", "sub": "8f2c", "aud": "yinuo", "nonce": "n", "iat": AT, "exp": AT + 300,
}  # fmt: skip


def token(key=OURS, algorithm="RS256", header=None, **changed) -> str:
    claims = {name: said for name, said in (TRUE | changed).items() if said is not None}
    return jwt.encode({"alg": algorithm, "kid": "one", **(header or {})}, claims, key)


def read(text: str, keys=lambda anew: KEYS) -> dict:
    return claims_of(text, keys, issuer=TRUE["iss"], client="yinuo", nonce="n", now=NOW)


def code_of(text: str, keys=lambda anew: KEYS) -> str:
    with pytest.raises(TokenRefused) as refused:
        read(text, keys)
    return refused.value.code


def test_a_true_token_is_believed_whichever_of_the_keys_signed_it():
    assert read(token())["sub"] == "8f2c"
    assert read(token(CURVE, "ES256", {"kid": "two"}))["sub"] == "8f2c"
    assert read(token(aud=["yinuo"]))["sub"] == "8f2c"
    assert read(token(aud=["yinuo", "other"], azp="yinuo"))["sub"] == "8f2c"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"iss": "https://id.other.example"}, "issuer"),
        ({"iss": None}, "issuer"),
        ({"aud": "other"}, "audience"),
        ({"aud": None}, "audience"),
        ({"aud": {"yinuo": 1}}, "audience"),
        ({"aud": ["yinuo", "other"]}, "authorized_party"),
        ({"azp": "other"}, "authorized_party"),
        ({"nonce": "m"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"exp": AT - SKEW}, "expired"),
        ({"exp": None}, "expired"),
        ({"exp": "later"}, "expired"),
        ({"iat": AT + SKEW + 1}, "time"),
        ({"iat": AT - OLDEST - SKEW - 1}, "time"),
        ({"iat": None}, "time"),
        ({"sub": None}, "subject"),
        ({"sub": ""}, "subject"),
        ({"sub": "x" * 256}, "subject"),
        ({"sub": 7}, "subject"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(changed: dict, code: str):
    assert code_of(token(**changed)) == code


def test_clocks_may_differ_by_a_minute():
    read(token(exp=AT - SKEW + 1))
    read(token(iat=AT + SKEW))


def test_a_strangers_signature_is_refused_though_it_names_our_key():
    assert code_of(token(STRANGER)) == "signature"


def test_no_signature_at_all_is_refused():
    def part(value: dict) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    for algorithm in ("none", "None", "NONE"):
        assert code_of(f"{part({'alg': algorithm})}.{part(TRUE)}.") == "signature"


def test_our_public_key_taken_for_a_shared_secret_is_refused():
    def part(value: bytes) -> str:
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

    text = f"{part(json.dumps({'alg': 'HS256', 'kid': 'one'}).encode())}.{part(json.dumps(TRUE).encode())}"
    for secret in (OURS.as_pem(private=False), OURS.as_der(private=False)):
        assert code_of(f"{text}.{part(hmac.digest(secret, text.encode(), 'sha256'))}") == "signature"


def test_a_changed_claim_is_refused():
    head, claims, signature = token().split(".")
    said = json.loads(base64.urlsafe_b64decode(claims + "=="))
    changed = base64.urlsafe_b64encode(json.dumps(said | {"sub": "another"}).encode()).rstrip(b"=").decode()
    assert code_of(f"{head}.{changed}.{signature}") == "signature"


@pytest.mark.parametrize("text", ["", ".", "..", "a.b.c", "é", "x" * 10_000, "{}"])
def test_what_is_no_token_is_refused(text: str):
    assert code_of(text) == "signature"


def test_a_key_that_is_not_known_is_asked_for_once():
    asked = []

    def keys(anew: bool) -> KeySet:
        asked.append(anew)
        return KEYS if anew else KeySet([CURVE])

    assert read(token(), keys)["sub"] == "8f2c"
    assert asked == [False, True]
    asked.clear()
    assert code_of(token(STRANGER), keys) == "signature"
    assert asked == [False, True]
