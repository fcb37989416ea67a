"""The identity provider as it describes itself (OpenID Connect Discovery 1.0), its keys, and its answer to a code."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from yinuo.ground.calls.outgoing import Address, AddressRefused, CallFailed, call

MOST_READ = 256 * 1024
LASTS = 3600.0  # seconds for which its description is believed
NOT_OFTENER = 10.0  # seconds between two readings of its keys, however many tokens name an unknown one


class ProviderAway(Exception):
    """The provider cannot be reached, or what it answered is none; the message is a code for the log."""


@dataclass(frozen=True, slots=True)
class Provider:
    """Its addresses. `basic`: it takes our secret in a header (RFC 6749, section 2.3.1), else in the form."""

    issuer: str
    authorization: str
    token: str
    jwks: str
    basic: bool
    names_itself: bool  # says in its answer who it is (RFC 9207)


_lock = threading.Lock()
_known: dict[str, tuple[float, Provider]] = {}
_keys: dict[str, tuple[float, KeySet]] = {}


def is_configured() -> bool:
    """Whether the bank has one."""
    return bool(settings.OIDC_ISSUER and settings.OIDC_CLIENT_ID)


def provider() -> Provider:
    """What it says of itself, read once an hour. ProviderAway where it cannot be asked, or is another than was set."""
    issuer = settings.OIDC_ISSUER
    with _lock:
        known = _known.get(issuer)
        if known is None or time.monotonic() - known[0] > LASTS:
            known = _known[issuer] = time.monotonic(), _described(issuer)
        return known[1]


def keys(of: Provider, *, anew: bool = False) -> KeySet:
    """The keys it signs with; read `anew` when a token names one that is not there, but not oftener than every ten seconds."""
    with _lock:
        known = _keys.get(of.jwks)
        now = time.monotonic()
        if known is None or now - known[0] > LASTS or (anew and now - known[0] > NOT_OFTENER):
            try:
                found = KeySet.import_key_set(_json(of.jwks))  # type: ignore[arg-type]
            except (JoseError, ValueError, TypeError, KeyError):
                raise ProviderAway("keys") from None
            known = _keys[of.jwks] = now, found
        return known[1]


def exchanged(of: Provider, code: str, verifier: str, back: str) -> str:
    """The ID token for a code (RFC 6749, section 4.1.3, with PKCE). ProviderAway where there is none."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    if of.basic:
        pair = f"{quote(settings.OIDC_CLIENT_ID, safe='')}:{quote(settings.OIDC_CLIENT_SECRET, safe='')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    else:
        form |= {"client_id": settings.OIDC_CLIENT_ID, "client_secret": settings.OIDC_CLIENT_SECRET}
    token = _json(of.token, urlencode(form).encode(), headers).get("id_token")
    if not isinstance(token, str):
        raise ProviderAway("no_token")
    return token


def forget() -> None:
    """Ask it anew; for tests, which begin with another one each time."""
    with _lock:
        _known.clear()
        _keys.clear()


def _described(issuer: str) -> Provider:
    said = _json(issuer.rstrip("/") + "/.well-known/openid-configuration")
    if said.get("issuer") != issuer:
        raise ProviderAway("another_issuer")
    try:
        methods = said.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        found = Provider(
            issuer=issuer,
            authorization=str(said["authorization_endpoint"]),
            token=str(said["token_endpoint"]),
            jwks=str(said["jwks_uri"]),
            basic="client_secret_basic" in methods,
            names_itself=said.get("authorization_response_iss_parameter_supported") is True,
        )
        for address in (found.authorization, found.token, found.jwks):
            Address.read(address)
    except (KeyError, TypeError, AddressRefused):
        raise ProviderAway("description") from None
    return found


def _json(url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    try:
        answer = call(Address.read(url), body, headers, most=MOST_READ)
    except (AddressRefused, CallFailed) as problem:
        raise ProviderAway(str(problem)) from None
    if answer.status != 200:
        raise ProviderAway(f"http_{answer.status}")
    try:
        said = json.loads(answer.body)
    except ValueError:
        raise ProviderAway("no_json") from None
    if not isinstance(said, dict):
        raise ProviderAway("no_json")
    return said
