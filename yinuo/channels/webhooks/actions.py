"""What is done to webhooks, each under its row's lock and with its fact."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from yinuo.channels.api.models import Token, Webhook
from yinuo.channels.webhooks import signing
from yinuo.channels.webhooks.target import Target
from yinuo.facts import follow
from yinuo.facts.gate import record
from yinuo.facts.ids import new_id
from yinuo.facts.kinds import Code, FactKind, Id, Integer, declare
from yinuo.ground.people.models import User
from yinuo.ground.vault import ciphertext, keys
from yinuo.ground.vault.models import SubjectKey

State = Webhook.State
declare(FactKind("webhooks.made", fields={"webhook": Id, "token": Id, "seq": Integer}))
declare(FactKind("webhooks.changed", fields={"webhook": Id, "state": Code}))
declare(FactKind("webhooks.replayed", fields={"webhook": Id, "seq": Integer}))


@transaction.atomic
def make(token: Token, url: str, *, kinds: str = "", by: User) -> tuple[Webhook, str]:
    """A webhook told of what happens from now on, and its secret, told once. TargetRefused for an address the bank does
    not send to."""
    Target.read(url, settings.WEBHOOK_HOSTS)
    chosen, now = new_id(), timezone.now()
    row, key = keys.new_subject_key(chosen, at=now)
    SubjectKey.objects.create(**row)
    secret = signing.new_secret()
    webhook = Webhook.objects.create(
        id=chosen, token=token, url=url, kinds=kinds, made_at=now, next_at=now, seq=follow.head(),
        secret=ciphertext.seal(key, secret, _place(chosen)),
    )  # fmt: skip
    record("webhooks.made", by=by.pk, unit=token.unit_id, webhook=chosen, token=token.pk, seq=webhook.seq)
    return webhook, signing.written(secret)


def secret_of(webhook: Webhook) -> bytes:
    """What signs its messages. Raises KeyDestroyed once it is removed."""
    return ciphertext.unseal(keys.open_key(webhook.pk), webhook.secret, _place(webhook.pk))


@transaction.atomic
def change(webhook: Webhook, state: str, *, by: User) -> bool:
    """Pause it, go on (at once, with patience anew), or remove it for good; False where that is nothing new."""
    held = Webhook.objects.select_for_update().get(pk=webhook.pk)
    if held.state in (state, State.REMOVED):
        return False
    held.state = state
    if state == State.ON:
        held.next_at, held.attempts, held.failing_since = timezone.now(), 0, None
    held.save(update_fields=["state", "next_at", "attempts", "failing_since"])
    if state == State.REMOVED:
        SubjectKey.objects.filter(pk=held.pk).update(wrapped=None, destroyed_at=timezone.now())
    record("webhooks.changed", by=by.pk, unit=held.token.unit_id, webhook=held.pk, state=state)
    return True


@transaction.atomic
def replay(webhook: Webhook, seq: int, *, by: User) -> None:
    """Tell everything after `seq` again; of a message under way nothing more is tried. ValueError for a place there is
    not yet."""
    if not 0 <= seq <= follow.head():
        raise ValueError(seq)
    held = Webhook.objects.select_for_update().get(pk=webhook.pk)
    held.seq, held.sending, held.leased_until, held.next_at = seq, None, None, timezone.now()
    held.save(update_fields=["seq", "sending", "leased_until", "next_at"])
    record("webhooks.replayed", by=by.pk, unit=held.token.unit_id, webhook=held.pk, seq=seq)


def _place(webhook_id: UUID) -> bytes:
    return b"api.Webhook.secret:" + webhook_id.bytes
