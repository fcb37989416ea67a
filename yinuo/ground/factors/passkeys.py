"""Passkeys: a key pair whose private half never leaves a device that asks its owner for a finger, a face or a PIN.

What the standard (WebAuthn level 2) demands of a verifier comes from the library `webauthn`; ours is whose keys they
are, that a challenge belongs to one session and one purpose and opens once, and what a counter that goes back means.
Because the device has asked who holds it, one passkey is two factors.
"""

from __future__ import annotations

import json
from collections.abc import MutableMapping
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import webauthn
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from yinuo.facts.gate import record
from yinuo.ground.factors import kinds, second
from yinuo.ground.factors.models import Passkey
from yinuo.ground.people import whereabouts
from yinuo.ground.people.kinds import SIGNED_IN
from yinuo.ground.people.models import User

ISSUER = "Yinuo"
LASTS = timedelta(minutes=5)
MOST = 10  # of one person
LOCAL = "localhost"
ADD, ASK = "add", "ask"
KEPT = "_passkey"  # where the session keeps the challenge
Session = MutableMapping[str, Any]


def adding(user: User, session: Session) -> str:
    """What the browser needs to make a passkey, as JSON; devices that hold one of this person's already are left out."""
    options = webauthn.generate_registration_options(
        rp_id=relying_party(),
        rp_name=ISSUER,
        user_id=user.pk.bytes,
        user_name=user.username,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_descriptors(user),
    )
    _keep(session, ADD, options.challenge, user)
    return webauthn.options_to_json(options)


def add(user: User, answer: str, name: str, session: Session, *, cookie: str) -> list[str] | None:
    """Keep the passkey the browser made. The recovery codes where it is the first factor (none where it is not); None
    if it is not what was asked for. All sessions but the one of the cookie end."""
    challenge = _taken(session, ADD, user)
    if challenge is None:
        return None
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=relying_party(),
            expected_origin=origins(),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return None
    with transaction.atomic():
        held = User.objects.select_for_update().get(pk=user.pk)
        if Passkey.objects.filter(user=user).count() >= MOST:
            return None
        try:
            with transaction.atomic():
                Passkey.objects.create(
                    user=user,
                    credential=bytes_to_base64url(made.credential_id),
                    public_key=made.credential_public_key,
                    sign_count=made.sign_count,
                    name=name.strip()[:60],
                    created_at=timezone.now(),
                )
        except IntegrityError:
            return None
        record(kinds.ADDED.name, by=user.pk, factor=kinds.PASSKEY)
        whereabouts.end_sessions(user.pk, by=user.pk, why=whereabouts.FACTOR, but=cookie)
        second.settle(user)
        return [] if held.second_factor else second.new_codes(user)


def asking(session: Session, user: User | None = None) -> str:
    """What the browser needs to show a passkey, as JSON: any of this bank's, or one of whoever gave a password."""
    options = webauthn.generate_authentication_options(
        rp_id=relying_party(),
        allow_credentials=_descriptors(user) if user else None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    _keep(session, ASK, options.challenge, user)
    return webauthn.options_to_json(options)


def passes(answer: str, session: Session, user: User | None = None) -> User | None:
    """Whose passkey answered, which then is a sign-in with both factors; None for every other answer."""
    challenge = _taken(session, ASK, user)
    if challenge is None:
        return None
    found = _named(answer)
    if found is None or not found.user.is_open or (user is not None and user.pk != found.user_id):
        return None
    try:
        shown = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=relying_party(),
            expected_origin=origins(),
            credential_public_key=bytes(found.public_key),
            credential_current_sign_count=0,  # ours, below: an answer signed rightly that counts back is an alarm
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return None
    return _counted(found, shown.new_sign_count)


def of(user: UUID) -> list[Passkey]:
    """A person's passkeys, the oldest first."""
    return list(Passkey.objects.filter(user=user).order_by("created_at", "id"))


def remove(user: User, passkey: UUID, *, cookie: str) -> bool:
    """Take one of one's own away; all sessions but the cookie's end. False where there is no such."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        number, _each = Passkey.objects.filter(user=user, pk=passkey).delete()
        if not number:
            return False
        second.settle(user)
        record(kinds.REMOVED.name, by=user.pk, factor=kinds.PASSKEY)
        whereabouts.end_sessions(user.pk, by=user.pk, why=whereabouts.FACTOR, but=cookie)
    return True


def relying_party() -> str:
    """The host passkeys are bound to: that of the bank's public address. Browsers know none of a bare address: on this
    machine alone (a demonstration) that is `localhost`."""
    host = urlsplit(settings.PUBLIC_URL).hostname or ""
    return LOCAL if _is_loopback(host) else host


def origins() -> list[str]:
    """Pages that may use them: the public address and those the bank trusts with its forms, each by its exact name."""
    public = urlsplit(settings.PUBLIC_URL)
    trusted = [each for each in settings.CSRF_TRUSTED_ORIGINS if "*" not in each]
    if _is_loopback(public.hostname or ""):
        trusted.append(f"{public.scheme}://{LOCAL}:{public.port or 80}")
    return [f"{public.scheme}://{public.netloc}", *trusted]


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _counted(found: Passkey, count: int) -> User | None:
    forward = Q(sign_count__lt=count) if count else Q(sign_count=0)  # many devices never count
    with transaction.atomic():
        # One statement: of two who show the same answer at the same moment, one gets in.
        kept = Passkey.objects.filter(forward, pk=found.pk)
        if not kept.update(sign_count=count, last_used_at=timezone.now()):
            record(kinds.COUNTED_BACK.name, user=found.user_id, passkey=found.pk)
            return None
        record(SIGNED_IN.name, by=found.user_id)
    return found.user


def _named(answer: str) -> Passkey | None:
    """Which passkey an answer says it comes from; where it names its owner too, they are the same."""
    try:
        said = json.loads(answer)
        credential, owner = said["id"], said["response"].get("userHandle")
        handle = base64url_to_bytes(owner) if owner else None
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    if not isinstance(credential, str):
        return None
    found = Passkey.objects.select_related("user").filter(credential=credential).first()
    return None if found is None or handle not in (None, found.user_id.bytes) else found


def _descriptors(user: User) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(each.credential)) for each in of(user.pk)]


def _keep(session: Session, purpose: str, challenge: bytes, user: User | None) -> None:
    session[KEPT] = {
        "purpose": purpose,
        "challenge": bytes_to_base64url(challenge),
        "user": str(user.pk) if user else "",
        "at": timezone.now().isoformat(),
    }


def _taken(session: Session, purpose: str, user: User | None) -> bytes | None:
    """The session's challenge, out of it for good; None where none was given for this, or too long ago."""
    kept = session.pop(KEPT, None)
    if kept is None or (kept["purpose"], kept["user"]) != (purpose, str(user.pk) if user else ""):
        return None
    late = timezone.now() - datetime.fromisoformat(kept["at"]) > LASTS
    return None if late else base64url_to_bytes(kept["challenge"])
