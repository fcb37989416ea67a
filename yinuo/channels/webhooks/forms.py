"""What whoever makes a webhook, or lets it be played again, fills in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yinuo.channels.api.models import Token
from yinuo.channels.webhooks.target import Target, TargetRefused
from yinuo.facts import follow
from yinuo.facts.kinds import declared
from yinuo.packs.audit.pack import VIEW as READS_FACTS
from yinuo.web.plain_form import PlainForm

REFUSALS = {
    "unreadable": _("This is not an address like https://host/path."),
    "host_not_named": _(
        "The bank does not send to this host: the operator names hosts in YINUO_WEBHOOK_HOSTS."
    ),
    "not_secure": _("Only https, except to this machine itself."),
}


class WebhookForm(PlainForm):
    """Which program, where to, and about what."""

    token = forms.ModelChoiceField(
        label=_("Program"),
        help_text=_(
            "It is told what its token may read, as long as the token is in force. Only tokens for facts stand here."
        ),
        queryset=Token.objects.none(),
        empty_label=_("Please choose"),
    )
    url = forms.CharField(label=_("Address of its receiver"), max_length=400)
    kinds = forms.CharField(
        label=_("Kinds of fact"),
        help_text=_(
            "With a space between; one that ends with a point stands for all that begin so. Empty: all."
        ),
        max_length=400,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_force = Token.objects.filter(revoked_at=None, expires_at__gt=timezone.now())
        able = [token.pk for token in in_force if READS_FACTS in token.scopes.split()]
        field: Any = self.fields["token"]
        field.queryset = Token.objects.filter(pk__in=able).order_by("name", "pk")

    def clean_url(self) -> str:
        """An address that the bank sends to."""
        url = str(self.cleaned_data["url"]).strip()
        try:
            Target.read(url, settings.WEBHOOK_HOSTS)
        except TargetRefused as refusal:
            raise forms.ValidationError(REFUSALS[str(refusal)]) from None
        return url

    def clean_kinds(self) -> str:
        """Kinds there are, once each."""
        asked = list(dict.fromkeys(self.cleaned_data["kinds"].split()))
        known = declared()
        for each in asked:
            if not any(kind == each or (each.endswith(".") and kind.startswith(each)) for kind in known):
                raise forms.ValidationError(
                    _("There is no kind of fact “%(kind)s”."), params={"kind": each[:60]}
                )
        return " ".join(asked)


class ReplayForm(PlainForm):
    """From which place in the order of facts on."""

    seq = forms.IntegerField(
        label=_("Tell again everything after fact number"),
        help_text=_("0 from the beginning. The receiver knows what it has seen by its id."),
        min_value=0,
    )

    def clean_seq(self) -> int:
        """A place there is."""
        seq = int(self.cleaned_data["seq"])
        if seq > follow.head():
            raise forms.ValidationError(_("There is no such fact yet."))
        return seq
