"""Telling programs, at least once and in order: a receiver that keeps the ids it has seen does nothing twice.

One message at a time for each webhook, at most a hundred facts. A message that was not taken is tried again: the same facts
under the same id, later and later, for three days; then the webhook is given up, an alarm says so, and somebody who lets
it go on loses nothing: it goes on where it stood.
"""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from yinuo.channels.api.auth import reach_of_token
from yinuo.channels.api.models import Webhook
from yinuo.channels.webhooks import signing
from yinuo.channels.webhooks.actions import secret_of
from yinuo.channels.webhooks.target import NotTaken, Target, TargetRefused
from yinuo.facts import follow
from yinuo.facts.gate import record
from yinuo.packs.audit.reading import facts_read

log = logging.getLogger(__name__)

AT_ONCE = 100  # facts in a message
AT_A_TIME = 5  # webhooks in a round: each may take ten seconds, and the background is to be heard of
LOOKED_AT = 500  # facts passed in one step where a program may read none of them
LEASE = timedelta(seconds=60)  # longer than a message can take
WAITS = tuple(timedelta(seconds=each) for each in (5, 30, 120, 600, 1800, 3600, 2 * 3600, 4 * 3600))
PATIENCE = timedelta(days=3)
MOST_WAIT = timedelta(hours=4)


def deliver(now: datetime) -> int:
    """Tell every webhook that is due one message; to how many something was told or passed over."""
    due = Webhook.objects.filter(_free(now), state=Webhook.State.ON, next_at__lte=now).order_by(
        "next_at", "id"
    )
    return sum(_deliver(each, now) for each in due[:AT_A_TIME] if _claim(each, now))


def _free(now: datetime) -> Q:
    return Q(leased_until=None) | Q(leased_until__lt=now)


def _claim(webhook: Webhook, now: datetime) -> bool:
    """Whoever sees two schedulers run: only one of them has it."""
    held = Webhook.objects.filter(_free(now), pk=webhook.pk, seq=webhook.seq, state=Webhook.State.ON)
    return bool(held.update(leased_until=now + LEASE))


def _deliver(webhook: Webhook, now: datetime) -> bool:
    token = webhook.token
    if token.revoked_at or token.expires_at <= now or not token.user.is_active:
        _failed(webhook, NotTaken("token", gone=True), now)
        return False
    upto = webhook.sending or min(follow.head(), webhook.seq + LOOKED_AT)
    if upto <= webhook.seq:
        _release(webhook, seq=webhook.seq)
        return False
    told = _told(webhook, upto)
    if not told["items"]:
        return _release(webhook, seq=told["next"], sending=None)
    Webhook.objects.filter(pk=webhook.pk).update(sending=told["next"])
    body = json.dumps(told, ensure_ascii=False, default=_plain).encode()
    message = f"{webhook.pk}-{webhook.seq + 1}-{told['next']}"
    try:
        target = Target.read(webhook.url, settings.WEBHOOK_HOSTS)
        target.post(body, signing.headers(secret_of(webhook), message, timezone.now(), body))
    except TargetRefused as refusal:
        _failed(webhook, NotTaken(str(refusal)), now)
        return False
    except NotTaken as problem:
        _failed(webhook, problem, now)
        return False
    return _release(
        webhook,
        seq=told["next"],
        sending=None,
        attempts=0,
        failing_since=None,
        problem="",
        taken_at=timezone.now(),
    )


def _told(webhook: Webhook, upto: int) -> dict[str, Any]:
    """The facts of the message, none behind `upto`; `next` is where the next one begins."""
    kinds = tuple(webhook.kinds.split())
    return facts_read(reach_of_token(webhook.token), webhook.seq, AT_ONCE, upto=upto, kinds=kinds)


def _release(webhook: Webhook, *, seq: int, **changes: Any) -> bool:
    """Unless it was set elsewhere meanwhile (played again, removed)."""
    kept = Webhook.objects.filter(pk=webhook.pk, seq=webhook.seq, leased_until__isnull=False)
    kept.update(seq=seq, leased_until=None, **changes)
    return seq > webhook.seq


def _failed(webhook: Webhook, problem: NotTaken, now: datetime) -> None:
    since = webhook.failing_since or now
    given_up = problem.gone or now - since >= PATIENCE
    wait = WAITS[min(webhook.attempts, len(WAITS) - 1)]
    wait = max(wait, min(timedelta(seconds=problem.wait), MOST_WAIT))
    log.warning("webhook %s was not taken: %s", webhook.pk, problem.code)
    changed = {
        "leased_until": None, "attempts": F("attempts") + 1, "failing_since": since, "next_at": now + wait,
        "problem": problem.code,
    }  # fmt: skip
    kept = Webhook.objects.filter(pk=webhook.pk, seq=webhook.seq, state=Webhook.State.ON)
    if not given_up:
        kept.update(**changed)
        return
    with transaction.atomic():
        if kept.update(**changed, state=Webhook.State.GIVEN_UP):
            unit, state = webhook.token.unit_id, Webhook.State.GIVEN_UP
            record("webhooks.changed", unit=unit, webhook=webhook.pk, state=state)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
