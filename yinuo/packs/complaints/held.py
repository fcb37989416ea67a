"""Which verbs of a complaint are held for a moment before they happen: a letter leaves, or it ends. See decision 18."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from yinuo.engines.cases.intentions import Given, HeldVerb, KeepFile, declare_held_verb
from yinuo.engines.cases.models import Case
from yinuo.ground.access.reach import Reach
from yinuo.ground.customers.intake import Person
from yinuo.ground.people.models import User
from yinuo.packs.complaints import actions, queries, ties
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


def _other_kept(given: Given, keep_file: KeepFile) -> Given:
    return {**given, "other": str(given["other"])}


def _other_taken(kept: Given) -> Given:
    return {**kept, "other": UUID(kept["other"])}


def _leading(case: UUID, given: Given) -> Collection[UUID]:
    """The complaint into which it was merged, wherever it stands now."""
    found = ties.leading(Case.objects.select_related("complaint").get(pk=case))
    return () if found is None else (found.pk,)


def _beside_kept(given: Given, keep_file: KeepFile) -> Given:
    """Who stands beside the customer, and what proves that they may speak for them."""
    kept = dict(given)
    if "person" in kept:
        kept["person"] = asdict(kept["person"])
    if "party" in kept:
        kept["party"] = str(kept["party"])
    if "proof" in kept:
        kept["proof"] = _proof_kept(kept["proof"], keep_file)
    return kept


def _proof_kept(proof: actions.Proof, keep_file: KeepFile) -> Given:
    days = {"shown_on": proof.shown_on, "valid_until": proof.valid_until}
    said = {name: day.isoformat() if day else "" for name, day in days.items()}
    return {**said, "stored": keep_file(proof.file) if proof.file else ""}


def _beside_taken(kept: Given) -> Given:
    given = dict(kept)
    if "person" in given:
        given["person"] = Person(**given["person"])
    if "party" in given:
        given["party"] = UUID(given["party"])
    if "proof" in given:
        given["proof"] = _proof_taken(given["proof"])
    return given


def _proof_taken(kept: Given) -> actions.Proof:
    def day(name: str) -> date | None:
        return date.fromisoformat(kept[name]) if kept[name] else None

    stored = UUID(kept["stored"]) if kept["stored"] else None
    return actions.Proof(shown_on=day("shown_on"), valid_until=day("valid_until"), stored=stored)


MERGING = _verb(
    "merge", _("Merging"), actions.merge,
    keep=_other_kept, take=_other_taken, concerns=lambda case, given: (given["other"],),
)  # fmt: skip
SEPARATION = _verb("separate", _("Separating it again"), actions.separate, concerns=_leading)
SPLITTING = _verb("split", _("Splitting matters off"), actions.split)
COMPLAINANT = _verb(
    "add-complainant", _("Naming somebody who complains too"), actions.add_complainant,
    when=lambda given: bool(given["represents"]), keep=_beside_kept, take=_beside_taken,
)  # fmt: skip
REPRESENTATIVE = _verb(
    "add-representative", _("Naming somebody who speaks for the customer"), actions.add_representative,
    keep=_beside_kept, take=_beside_taken,
)  # fmt: skip
AUTHORITY = _verb(
    "check-authority", _("Confirming an authority"), actions.check_authority,
    keep=_beside_kept, take=_beside_taken,
)  # fmt: skip

HELD = (
    ANSWER, QUESTION, REFUSAL, WITHDRAWAL, EXTENSION, REOPENING, CLOSING,
    MERGING, SEPARATION, SPLITTING, COMPLAINANT, REPRESENTATIVE, AUTHORITY,
)  # fmt: skip


def declare_held() -> None:
    """Make them known to the pages and to the background duty."""
    for verb in HELD:
        declare_held_verb(verb)
