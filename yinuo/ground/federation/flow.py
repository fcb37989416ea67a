"""There and back: a request that only this session can have made, and an answer that opens once.

Authorization code with PKCE (RFC 7636, S256), `state` and `nonce` of 256 random bits each, as RFC 9700 asks for.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping, MutableMapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.utils import timezone

from yinuo.ground.federation.provider import exchanged, keys, provider
from yinuo.ground.federation.tokens import TokenRefused, claims_of

ASKED = "_federation"  # in a session of nobody yet
LASTS = timedelta(minutes=10)


def begin(session: MutableMapping[str, Any], back: str, following: str) -> str:
    """Where the browser is sent. What it must come back with is kept in the session. Raises ProviderAway."""
    known = provider()
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    session[ASKED] = {
        "state": state, "nonce": nonce, "verifier": verifier, "next": following, "at": timezone.now().isoformat(),
    }  # fmt: skip
    challenge = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code", "client_id": settings.OIDC_CLIENT_ID, "redirect_uri": back,
        "scope": settings.OIDC_SCOPE, "state": state, "nonce": nonce,
        "code_challenge": challenge, "code_challenge_method": "S256",
    }  # fmt: skip
    mark = "&" if "?" in known.authorization else "?"
    return f"{known.authorization}{mark}{urlencode(asked)}"


def finish(
    session: MutableMapping[str, Any], came: Mapping[str, str], back: str
) -> tuple[dict[str, Any], str]:
    """Whom the provider vouches for (its claims), and where they wanted to go.

    The session's request is used up, whatever comes of it. Raises TokenRefused and ProviderAway.
    """
    asked = session.pop(ASKED, None)
    if asked is None or timezone.now() - datetime.fromisoformat(asked["at"]) > LASTS:
        raise TokenRefused("not_asked")
    if not hmac.compare_digest(came.get("state", "").encode(), asked["state"].encode()):
        raise TokenRefused("state")
    known = provider()
    if (known.names_itself or "iss" in came) and came.get("iss") != known.issuer:
        raise TokenRefused("mixed_up")
    if came.get("error") or not came.get("code"):
        raise TokenRefused("denied")
    token = exchanged(known, came["code"], asked["verifier"], back)
    claims = claims_of(
        token,
        lambda anew: keys(known, anew=anew),
        issuer=known.issuer,
        client=settings.OIDC_CLIENT_ID,
        nonce=asked["nonce"],
        now=timezone.now(),
    )
    return claims, asked["next"]
