"""Whether programs that want to be told are."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from yinuo.channels.api.models import Webhook
from yinuo.ground.vitals.registry import COUNT, SECONDS, Vital, age, declare_vital


def _failing(now: datetime) -> float:
    """Seconds since the webhook that has failed longest took something."""
    since = Webhook.objects.filter(state=Webhook.State.ON, failing_since__isnull=False)
    oldest = since.order_by("failing_since").values_list("failing_since", flat=True).first()
    return age(now, oldest) if oldest else 0.0


def _given_up(now: datetime) -> float:
    del now
    return Webhook.objects.filter(state=Webhook.State.GIVEN_UP).count()


def declare_all() -> None:
    """Called once when Django starts."""
    declare_vital(
        Vital(
            "webhooks.failing", _("A program is not told"), SECONDS, 3600, _failing,
            _("Its receiver takes nothing. It is tried again for three days; see Webhooks for the reason."),
        )
    )  # fmt: skip
    declare_vital(
        Vital(
            "webhooks.given_up", _("Webhooks given up"), COUNT, 0, _given_up,
            _("Mend the receiver, then let it go on: it goes on where it stood. Or remove the webhook."),
        )
    )  # fmt: skip
