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
from yinuo.engines.cases.intentions import Back, Given, given_back, held_verb
from yinuo.engines.cases.models import Case
from yinuo.ground.access.reach import Reach
from yinuo.ground.people.models import User
from yinuo.packs.complaints import forms, queries
from yinuo.packs.complaints.views.together import finder

Fill = Callable[[Case, Reach, Given], django_forms.Form]


@dataclass(frozen=True, slots=True)
class Words:
    """Where the words of a verb stand: the form as the page names it, how what was kept fills it, and the draft that
    such words are kept in."""

    name: str
    fill: Fill
    draft: str = ""


def _as_it_is(form: Callable[..., django_forms.Form]) -> Fill:
    return lambda case, reach, given: form(given)


def _reopening(case: Case, reach: Reach, given: Given) -> django_forms.Form:
    return forms.ReopeningForm(given, ending=case.complaint.ending)


def _decision(case: Case, reach: Reach, given: Given) -> django_forms.Form:
    return forms.DecisionForm({**given, "granted": "yes" if given["granted"] else "no"})


def _merging(case: Case, reach: Reach, given: Given) -> django_forms.Form:
    """By its number, as far as the reader still sees it."""
    number = queries.visible(reach).filter(pk=given["other"]).values_list("number", flat=True).first()
    return forms.OtherForm({"number": number} if number else None, find=finder(reach), name="merge")


def _splitting(case: Case, reach: Reach, given: Given) -> django_forms.Form:
    return forms.SplitForm(given, matters=case.complaint.matters.all())


def _complainant(case: Case, reach: Reach, given: Given) -> django_forms.Form:
    return forms.ComplainantForm({**given["person"], "represents": given["represents"]})


def _representative(case: Case, reach: Reach, given: Given) -> django_forms.Form:
    return forms.RepresentativeForm({**given["person"], **given["proof"], "relation": given["relation"]})


def _authority(case: Case, reach: Reach, given: Given) -> django_forms.Form:
    return forms.AuthorityForm(
        {**given["proof"], "party": given["party"]}, auto_id=f"authority_{given['party']}_%s"
    )


WORDS: Mapping[str, Words] = {
    "answer": Words("answer_form", _as_it_is(forms.AnswerForm), "answer"),
    "investigated": Words("investigation_form", _as_it_is(forms.InvestigationForm), "investigate"),
    "refuse": Words("refusal_form", _as_it_is(forms.RefusalForm)),
    "withdraw": Words("withdrawal_form", _as_it_is(forms.WithdrawalForm)),
    "reopen": Words("reopening_form", _reopening),
    "decide-extension": Words("decision_form", _decision),
    "merge": Words("merge_form", _merging),
    "split": Words("split_form", _splitting),
    "add-complainant": Words("complainant_form", _complainant),
    "add-representative": Words("representative_form", _representative),
    "check-authority": Words("authority_form", _authority),
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
    """What the page says of it. While something is on its way nothing else is decided, opened again or separated."""
    closed = {"decides": False, "reopens": False, "separates": False} if found else {}
    return {"held": found, **closed}


def back(case: Case, reach: Reach, now: datetime, drafts: Mapping[str, Any]) -> dict[str, Any]:
    """What the reader had begun and was not done: its words in its form again, unless a draft is newer, and why."""
    found = given_back(case, reach.user.pk, now)
    if found is None:
        return {}
    said = {"not_done": _not_done(case, found), "file_gone": _file_gone(found)}
    return {**_form(case, reach, found, drafts), **said}


def _form(case: Case, reach: Reach, found: Back, drafts: Mapping[str, Any]) -> dict[str, Any]:
    words = WORDS.get(found.verb)
    if words is None or words.draft in drafts:
        return {}
    return {"tried": found.verb, words.name: words.fill(case, reach, found.given)}


def _not_done(case: Case, found: Back) -> str:
    if not found.reason:
        return ""
    told = _("Not done: %(what)s. %(reason)s") % {"what": _what(case, found.verb), "reason": found.reason}
    kept = _("What you typed is kept.") if found.given else ""
    return f"{told} {kept}".strip()


def _file_gone(found: Back) -> str:
    """No browser fills in a file again."""
    gave_one = found.given.get("proof", {}).get("stored")
    return _("The document that you had chosen was not kept: choose it again.") if gave_one else ""


def _what(case: Case, verb: str) -> str:
    known = held_verb(case.kind, verb)
    return str(known.what) if known else verb
