"""Which verbs of a complaint are held for a moment before they happen: a letter leaves, or it ends. See decision 18."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from yinuo.engines.cases.intentions import HeldVerb, declare_held_verb
from yinuo.engines.cases.models import Case
from yinuo.ground.access.reach import Reach
from yinuo.ground.people.models import User
from yinuo.packs.complaints import actions, queries
from yinuo.packs.complaints.models import Draft
from yinuo.packs.complaints.pack import KIND


def _reaches(grant: str) -> Callable[[Reach, Case], bool]:
    return lambda reach, case: reach.may(grant, case.handling_unit_id)


def _forget_draft(form: str) -> Callable[[Case, User], None]:
    """What was sent is no draft any more; a draft that is there later is newer than what was sent."""

    def forget(case: Case, by: User) -> None:
        Draft.objects.filter(case=case, author=by, form=form).delete()

    return forget


def _verb(
    name: str, what: LazyText, act: Callable[..., Any], grant: str = "complaints.handle", **more: Any
) -> HeldVerb:
    return HeldVerb(KIND.key, name, what, act, queries.visible, _reaches(grant), **more)


ANSWER = _verb("answer", _("Answer to the customer"), actions.answer, begun=_forget_draft("answer"))


QUESTION = _verb(
    "investigated", _("Asking the customer"), actions.finish_investigation,
    when=lambda given: bool(given["question"]), begun=_forget_draft("investigate"),
)  # fmt: skip
REFUSAL = _verb("refuse", _("Refusal of acceptance"), actions.refuse)
WITHDRAWAL = _verb("withdraw", _("Withdrawal of the complaint"), actions.withdraw)
EXTENSION = _verb(
    "decide-extension", _("Extension of the legal limit"), actions.decide_extension, "complaints.extend",
    when=lambda given: bool(given["granted"]),
)  # fmt: skip
REOPENING = _verb("reopen", _("Opening it again"), actions.reopen, "complaints.reopen")
CLOSING = _verb("finish", _("Closing"), actions.finish)


def declare_held() -> None:
    """Make them known to the pages and to the background duty."""
    for verb in (ANSWER, QUESTION, REFUSAL, WITHDRAWAL, EXTENSION, REOPENING, CLOSING):
        declare_held_verb(verb)
