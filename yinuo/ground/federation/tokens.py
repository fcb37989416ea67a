"""What an ID token must be before anybody is believed to be whom it names (OpenID Connect Core 1.0, section 3.1.3.7)."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

SIGNED_BY = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "Ed25519",
    "EdDSA",
)
SKEW = 60  # seconds by which two clocks may differ
OLDEST = 600  # seconds since a token was made


class TokenRefused(Exception):
    """Nobody is believed by this token; `code` says why to the log."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def claims_of(
    token: str,
    keys: Callable[[bool], KeySet],
    *,
    issuer: str,
    client: str,
    nonce: str,
    now: datetime,
) -> dict[str, Any]:
    """Its claims, once it is shown to be signed by the issuer, for us, for this request, now.

    `keys(anew)` gives the issuer's keys; it is asked again once where none of them fits. Raises TokenRefused.
    """
    claims = _opened(token, keys(False))
    if claims is None:
        claims = _opened(token, keys(True))
    if claims is None:
        raise TokenRefused("signature")
    audience = claims.get("aud")
    audiences = [audience] if isinstance(audience, str) else audience
    if claims.get("iss") != issuer:
        raise TokenRefused("issuer")
    if not isinstance(audiences, list) or client not in audiences:
        raise TokenRefused("audience")
    if (len(audiences) > 1 or "azp" in claims) and claims.get("azp") != client:
        raise TokenRefused("authorized_party")
    if not hmac.compare_digest(str(claims.get("nonce", "")), nonce):
        raise TokenRefused("nonce")
    _timely(claims, int(now.timestamp()))
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise TokenRefused("subject")
    return claims


def _timely(claims: dict[str, Any], now: int) -> None:
    ends, made = claims.get("exp"), claims.get("iat")
    if not isinstance(ends, int | float) or now - SKEW >= ends:
        raise TokenRefused("expired")
    if not isinstance(made, int | float) or made - SKEW > now or now - made > OLDEST + SKEW:
        raise TokenRefused("time")


def _opened(token: str, keys: KeySet) -> dict[str, Any] | None:
    """The claims, if one of the keys signed them by an algorithm of two halves; never by a shared secret, never by none."""
    try:
        return dict(jwt.decode(token, keys, algorithms=SIGNED_BY).claims)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
