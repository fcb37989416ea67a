"""Passwords as they are typed in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from yinuo.ground.people.models import User
from yinuo.web.plain_form import PlainForm


def secret(label: Any, *, kind: str, help_text: Any = "") -> forms.CharField:
    """A password's field; nothing is cut off it, and a password manager knows which one is meant."""
    widget = forms.PasswordInput(attrs={"autocomplete": kind})
    return forms.CharField(label=label, strip=False, widget=widget, help_text=help_text, max_length=1000)


class ConfirmForm(PlainForm):
    """The present password, counted as a guess like at sign-in."""

    password = secret(_("Present password"), kind="current-password")

    def __init__(self, *args: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._request, self._user = request, user

    def clean_password(self) -> str:
        """Right, or the same words for wrong and locked."""
        given: str = self.cleaned_data["password"]
        found = authenticate(self._request, username=self._user.username, password=given, confirming=True)
        if found is None or found.pk != self._user.pk:
            raise forms.ValidationError(
                _("The password is wrong. After five failures it is refused for fifteen minutes.")
            )
        return given


class PasswordForm(ConfirmForm):
    """The present password, and another one twice."""

    new = secret(
        _("New password"),
        kind="new-password",
        help_text=_("A few words that do not belong together are long and easy to remember."),
    )
    again = secret(_("New password again"), kind="new-password")

    def clean_new(self) -> str:
        """By the rules of the house, each broken one named."""
        validate_password(self.cleaned_data["new"], self._user)
        return str(self.cleaned_data["new"])

    def clean(self) -> dict[str, Any]:
        """Both times the same."""
        said = super().clean() or {}
        if "new" in said and "again" in said and said["new"] != said["again"]:
            self.add_error("again", _("The two new passwords differ."))
        return said


class CodeForm(PlainForm):
    """What the app shows."""

    code = forms.CharField(
        label=_("Code that the app shows"),
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class PasskeyForm(PlainForm):
    """What one calls the device, and what it answered."""

    name = forms.CharField(
        label=_("Name of the device"), help_text=_("So that you know which one to take away."), max_length=60
    )
    answer = forms.CharField(max_length=20_000, widget=forms.HiddenInput)
