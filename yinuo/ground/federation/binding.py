"""From whom the provider vouches for to an account of ours: bound once, by a claim, and by the subject ever after."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from yinuo.facts.gate import record
from yinuo.ground.federation.kinds import BOUND, REFUSED, UNBOUND, VOUCHED
from yinuo.ground.federation.models import Binding
from yinuo.ground.people.models import User, username_form


class NobodyHere(Exception):
    """No account is opened by this; `code` says why to the log: `unknown`, `inactive`, `other_account`, `break_glass`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def person_of(claims: dict[str, Any]) -> User:
    """Whose account it is; the first time it is found by the claim that settings name, and bound. No account is made.

    Raises NobodyHere, with the refusal recorded.
    """
    try:
        with transaction.atomic():
            user = _bound(claims) or _bind(claims)
            _check(user)
            record(VOUCHED.name, by=user.pk)
            return user
    except NobodyHere as refusal:
        refused(refusal.code)
        raise


def refused(code: str) -> None:
    """Record that the provider's word opened nothing, and why."""
    with transaction.atomic():
        record(REFUSED.name, why=code)


@transaction.atomic
def unbind(binding: Binding, *, by: User) -> None:
    """The account is looked for by the claim again, next time."""
    binding.delete()
    record(UNBOUND.name, by=by.pk, user=binding.user_id)


def _bound(claims: dict[str, Any]) -> User | None:
    known = Binding.objects.filter(issuer=claims["iss"], subject=claims["sub"]).select_related("user").first()
    return known.user if known else None


def _bind(claims: dict[str, Any]) -> User:
    user = _named(claims)
    _check(user)
    try:
        with transaction.atomic():
            Binding.objects.create(
                user=user, issuer=claims["iss"], subject=claims["sub"], bound_at=timezone.now()
            )
    except (
        IntegrityError
    ):  # the account is bound: the name was given to somebody else at the provider, or at this moment
        raise NobodyHere("other_account") from None
    record(BOUND.name, by=user.pk, user=user.pk)
    return user


def _named(claims: dict[str, Any]) -> User:
    said = claims.get(settings.OIDC_CLAIM)
    if not isinstance(said, str) or not said.strip():
        raise NobodyHere("unknown")
    by = (
        {"username": username_form(said)}
        if settings.OIDC_NAMES == "username"
        else {"staff_number": said.strip()}
    )
    user = User.objects.filter(**by).first()
    if user is None:
        raise NobodyHere("unknown")
    return user


def _check(user: User) -> None:
    if not user.is_open:
        raise NobodyHere("inactive")
    if user.username in settings.BREAK_GLASS:
        raise NobodyHere("break_glass")  # kept for when the provider is away; its door is the password
