"""What is held on a complaint, as its page shows it: how long still, whose it is, and what somebody was given back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from django import forms as django_forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from yinuo.engines.cases.held import Intention
from yinuo.engines.cases.intentions import Back, given_back, held_verb
from yinuo.engines.cases.models import Case
from yinuo.ground.people.models import User
from yinuo.packs.complaints import forms

# By verb: the form in which its words stand, as the page names it, and the draft that such words are kept in.
Form = Callable[..., django_forms.Form]
FORMS: Mapping[str, tuple[str, Form, str]] = {
    "answer": ("answer_form", forms.AnswerForm, "answer"),
    "investigated": ("investigation_form", forms.InvestigationForm, "investigate"),
    "refuse": ("refusal_form", forms.RefusalForm, ""),
    "withdraw": ("withdrawal_form", forms.WithdrawalForm, ""),
    "reopen": ("reopening_form", forms.ReopeningForm, ""),
    "decide-extension": ("decision_form", forms.DecisionForm, ""),
}


@dataclass(frozen=True, slots=True)
class Held:
    """What takes effect in a moment. `left` counts down where a script runs; `own`: the reader may take it back."""

    what: str
    who: str
    left: SafeString
    until: datetime
    own: bool


def held(case: Case, reader: User, now: datetime) -> Held | None:
    """What is on its way on a case in hand."""
    found = next((each for each in case.intentions.all() if each.state == Intention.State.HELD), None)
    if found is None:
        return None
    seconds = max(0, ceil((found.release_at - now).total_seconds()))
    left = format_html('<b class="sq-num" data-held-left>{}</b>', seconds)
    own = found.by_id == reader.pk
    return Held(_what(case, found.verb), found.by.name, left, found.release_at, own)


def shown(found: Held | None) -> dict[str, Any]:
    """What the page says of it. While something is on its way nothing else is decided or opened again."""
    return {"held": found, **({"decides": False, "reopens": False} if found else {})}


def back(case: Case, reader: User, now: datetime, drafts: Mapping[str, Any]) -> dict[str, Any]:
    """What the reader had begun and was not done: its words in its form again, unless a draft is newer, and why."""
    found = given_back(case, reader.pk, now)
    if found is None:
        return {}
    return {**_form(case, found, drafts), "not_done": _not_done(case, found)}


def _form(case: Case, found: Back, drafts: Mapping[str, Any]) -> dict[str, Any]:
    name, form, draft = FORMS.get(found.verb, ("", None, ""))
    if form is None or draft in drafts:
        return {}
    more = {"ending": case.complaint.ending} if found.verb == "reopen" else {}
    return {"tried": found.verb, name: form({**found.given, **_as_posted(found)}, **more)}


def _as_posted(found: Back) -> dict[str, Any]:
    """What a field says otherwise than its action takes it."""
    return {"granted": "yes" if found.given["granted"] else "no"} if "granted" in found.given else {}


def _not_done(case: Case, found: Back) -> str:
    if not found.reason:
        return ""
    told = _("Not done: %(what)s. %(reason)s") % {"what": _what(case, found.verb), "reason": found.reason}
    kept = _("What you typed is kept.") if found.given else ""
    return f"{told} {kept}".strip()


def _what(case: Case, verb: str) -> str:
    known = held_verb(case.kind, verb)
    return str(known.what) if known else verb
