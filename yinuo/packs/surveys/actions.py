"""Asking for a rating and taking it. Each is one transaction: rows, facts and the letter together, or nothing."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yinuo.engines.cases.models import Case
from yinuo.engines.cases.moves import happen
from yinuo.engines.editions import shelf
from yinuo.facts.rows import write_rows
from yinuo.ground.customers.consents import SATISFACTION, allows
from yinuo.ground.outbox.models import Letter
from yinuo.ground.outbox.write import letter_row
from yinuo.ground.vault.keys import code_index, digest, open_key
from yinuo.packs.surveys.models import Invitation, Opinion

LASTS = timedelta(days=14)


class RatingRefused(Exception):
    """A link that does not work any more; the text, in the reader's language, says why."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An invitation and the token of its link, which nobody keeps."""

    invitation: Invitation
    token: str


@transaction.atomic
def ask(about: Case, *, at: datetime | None = None, letters: bool = True) -> Asked | None:
    """Ask the customer of a case for a rating by letter; None where there is no address to write to, or they do not want it."""
    at, customer = at or timezone.now(), about.customer
    if customer is None or not customer.masked_email or not allows(customer.pk, SATISFACTION):
        return None
    token = secrets.token_urlsafe(16)
    invitation = Invitation.objects.create(
        about=about, customer=customer, token_index=_index(token), sent_at=at, expires_at=at + LASTS
    )
    letter = _letter(about, token, invitation, at) if letters else None
    _happened("surveys.asked", invitation, at, letter=letter)
    return Asked(invitation, token)


@transaction.atomic
def answer(token: str, *, rating: int, words: str = "", at: datetime | None = None) -> Invitation:
    """Take the rating; RatingRefused when the link was used before or has expired. LookupError for no such link."""
    at, words = at or timezone.now(), words.strip()
    invitation = Invitation.objects.select_for_update(of=("self",)).filter(token_index=_index(token)).first()
    if invitation is None:
        raise LookupError("no such link")
    if refusal := refusal_of(invitation, at):
        raise RatingRefused(refusal)
    invitation.answered_at, invitation.rating = at, rating
    invitation.save(update_fields=["answered_at", "rating"])
    if words:
        Opinion.objects.create(invitation=invitation, text=words)
    sealed = digest(open_key(invitation.customer_id), words) if words else None
    _happened("surveys.answered", invitation, at, rating=rating, words=sealed)
    if invitation.is_low:
        _happened("surveys.alerted", invitation, at, rating=rating)
    return invitation


def by_token(token: str) -> Invitation | None:
    """The invitation a link stands for."""
    return Invitation.objects.select_related("about").filter(token_index=_index(token)).first()


def refusal_of(invitation: Invitation, at: datetime) -> str:
    """Why its link does not work at a moment; "" when it does."""
    if invitation.answered_at is not None:
        return _("This link was used already; a rating is given once.")
    if at >= invitation.expires_at:
        return _("This link has expired.")
    return ""


def _index(token: str) -> bytes:
    return code_index("survey", token)


def _happened(kind: str, invitation: Invitation, at: datetime, **data: Any) -> None:
    happen(invitation.about, kind, by=None, at=at, invitation=invitation.pk, **data)


def _letter(about: Case, token: str, invitation: Invitation, at: datetime) -> UUID:
    """The letter with the link, written down for the outbox."""
    customer, language = invitation.customer, about.language
    gaps = {
        "bank": shelf.in_use("bank", "own").name.to(language),
        "number": about.number,
        "address": f"{settings.PUBLIC_URL}/s/survey/{token}",
        "until": f"{timezone.localtime(invitation.expires_at):%Y-%m-%d %H:%M}",
    }
    subject, body = shelf.in_use("letters", "surveys")["invitation"].fill(language, gaps)
    row = letter_row(
        case_id=about.pk, template="invitation", to=customer.email, subject=subject, body=body,
        subject_id=customer.pk, key=open_key(customer.pk), language=language, now=at,
    )  # fmt: skip
    write_rows([(Letter, [row])])
    letter_id: UUID = row["id"]
    return letter_id
