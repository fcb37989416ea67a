"""What a person decides about a letter that is perhaps sent, or was not deliverable."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from yinuo.facts.gate import record
from yinuo.ground.outbox import kinds
from yinuo.ground.outbox.models import Letter, State


class DecisionRefused(ValueError):
    """Only a doubtful or failed letter waits for a decision."""


@transaction.atomic
def send_again(letter_id: UUID, *, by: UUID, now: datetime | None = None) -> None:
    """Put a doubtful or failed letter back into the queue, with the same Message-ID."""
    _decide(
        letter_id, kinds.RESENT.name, by, state=State.WRITTEN, next_at=now or timezone.now(), data_at=None
    )


@transaction.atomic
def count_as_sent(letter_id: UUID, *, by: UUID, now: datetime | None = None) -> None:
    """Somebody found out that a doubtful letter did arrive."""
    _decide(letter_id, kinds.SENT.name, by, state=State.SENT, sent_at=now or timezone.now())


def _decide(letter_id: UUID, kind: str, by: UUID, **changes: object) -> None:
    letter = Letter.objects.select_for_update().get(pk=letter_id)
    if letter.state not in (State.DOUBTFUL, State.FAILED):
        raise DecisionRefused(letter.state)
    if letter.state == State.FAILED and changes["state"] == State.SENT:
        raise DecisionRefused(letter.state)
    Letter.objects.filter(pk=letter.pk).update(problem="", **changes)
    record(
        kind, by=by, case=letter.case_id, letter=letter.pk, template=letter.template, channel=letter.channel
    )
