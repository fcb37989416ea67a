"""Intentions: verbs that nothing takes back once done are held for a moment, in which whoever began them can.

A pack declares which of its verbs. Whoever begins one is told at once what refuses it: the verb is rehearsed, done with
all its guards and rolled back. What is good is kept, sealed, and nothing else has happened. `releasing` does it once its
time has come. What is refused then, or was taken back, gives its author back what they had typed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise as LazyText
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yinuo.engines.cases.following import need_sight
from yinuo.engines.cases.held import Intention, held_of, need_free
from yinuo.engines.cases.models import Case, Clock
from yinuo.engines.cases.moves import hold
from yinuo.engines.cases.refusals import CaseRefused
from yinuo.engines.cases.whole import CASE
from yinuo.facts.ids import new_id
from yinuo.facts.questions import Question
from yinuo.ground.access.reach import Reach
from yinuo.ground.files.intake import FileRefused, accept
from yinuo.ground.files.models import StoredFile
from yinuo.ground.people.models import User
from yinuo.ground.vault.ciphertext import decrypt, encrypt
from yinuo.ground.vault.keys import KeyDestroyed, new_subject_key, open_key
from yinuo.ground.vault.models import SubjectKey

NEAR = timedelta(minutes=1)  # so long before a limit nothing is held any more

FILES = "intention"  # whose files are read by nobody

Given = Mapping[str, Any]
KeepFile = Callable[["File[Any]"], str]
State = Intention.State
# For so long what was not done is given back: one knows what one took back, and learns of a refusal when one comes again.
GIVEN_BACK = {State.TAKEN_BACK: timedelta(days=1), State.REFUSED: timedelta(days=14)}

# What the page of a case reads, asked together with everything else about it.
INTENTIONS = Question(
    lambda: (
        Intention.objects.filter(case_id=CASE)
        .exclude(state=State.RELEASED)
        .select_related("by")
        .order_by("at")
    )
)


@dataclass(frozen=True, slots=True)
class HeldVerb:
    """A verb of a kind of case that is held. `what` names it to readers.

    `act(case id, by=, version=, at=, **given)` raises CaseRefused when it cannot be. `keep` says what was given as JSON
    keeps it, a file by the word that it is given for it, and `take` what the act takes of that again. `visible` are the
    cases somebody may see, `may` whether they may do it to one; both are asked of the case and of what it `concerns`
    besides. `when` says of what was given whether it is held. `begun` is told that the author has sent what they had typed.
    """

    kind: str
    name: str
    what: str | LazyText
    act: Callable[..., Any]
    visible: Callable[[Reach], QuerySet[Case]]
    may: Callable[[Reach, Case], bool]
    when: Callable[[Given], bool] = lambda given: True
    keep: Callable[[Given, KeepFile], Given] = lambda given, keep_file: given
    take: Callable[[Given], Given] = lambda kept: kept
    concerns: Callable[[UUID, Given], Collection[UUID]] = lambda case, given: ()
    begun: Callable[[Case, User], None] = lambda case, by: None


class Rehearsed(Exception):
    """It could be done, and was rolled back."""


_verbs: dict[tuple[str, str], HeldVerb] = {}


def declare_held_verb(verb: HeldVerb) -> None:
    """Make a verb known: to the pages that begin it, and to the background duty that releases it."""
    _verbs[verb.kind, verb.name] = verb


def held_verb(kind: str, name: str) -> HeldVerb | None:
    """The verb of that name, where it is one that is held."""
    return _verbs.get((kind, name))


@transaction.atomic
def intend(
    verb: HeldVerb, case_id: UUID, given: Given, *, by: User, version: int | None = None, now: datetime | None = None
) -> Intention | None:  # fmt: skip
    """Hold a verb that could be done now; CaseRefused else. None where it is not held, but done: no time is set for
    holding, or a limit is so near that holding might miss it. Begun once more by the same person it is the same one.
    """
    now = now or timezone.now()
    case = _hold_all(verb, case_id, version, given)
    running = held_of(case)
    if running is not None and (running.verb, running.by_id) == (verb.name, by.pk):
        return running
    need_free(case, by)
    _forget(case, by, now)
    span = timedelta(seconds=settings.HOLD_SECONDS)
    if not span or not verb.when(given) or _limit_is_near(case, now, span):
        verb.act(case_id, by=by, version=version, at=now, **given)
        return None
    own = new_id()
    kept = verb.keep(given, lambda file: _kept_file(file, own, by))
    _rehearse(verb, case_id, by, version, now, kept)
    verb.begun(case, by)
    return _kept(verb, case, own, kept, by, now, now + span)


def _hold_all(verb: HeldVerb, case_id: UUID, version: int | None, given: Given) -> Case:
    """The case, locked with whatever else the verb moves, in one order: no two verbs wait for each other for ever."""
    every = sorted({case_id, *verb.concerns(case_id, given)})
    return {pk: hold(pk, version=version if pk == case_id else None) for pk in every}[case_id]


def _limit_is_near(case: Case, now: datetime, span: timedelta) -> bool:
    running = Clock.objects.filter(case=case, status=Clock.Status.RUNNING, stated=False)
    return running.filter(due_at__gte=now, due_at__lte=now + span + NEAR).exists()


def _rehearse(
    verb: HeldVerb, case_id: UUID, by: User, version: int | None, now: datetime, kept: Given
) -> None:
    """Whatever would refuse it refuses it now; nothing of it stays."""
    try:
        with transaction.atomic():
            verb.act(case_id, by=by, version=version, at=now, **verb.take(kept))
            raise Rehearsed
    except Rehearsed:
        return


def _kept(
    verb: HeldVerb, case: Case, own: UUID, kept: Given, by: User, now: datetime, release_at: datetime
) -> Intention:
    subject, key = _key_for(case)
    sealed = encrypt(key, json.dumps(dict(kept), ensure_ascii=False), _place(own))
    return Intention.objects.create(
        id=own, case=case, verb=verb.name, subject_id=subject, sealed=sealed, by=by,
        language=get_language() or settings.LANGUAGE_CODE, at=now, release_at=release_at,
    )  # fmt: skip


def _kept_file(file: File[Any], intention: UUID, by: User) -> str:
    """The word for an upload that waits with an intention."""
    try:
        return str(accept(file, owner_kind=FILES, owner_id=intention, by=by.pk).pk)
    except FileRefused as error:
        raise CaseRefused(str(error)) from error


def drop_files(*intentions: UUID) -> None:
    """Whatever still waits with them is not needed any more."""
    StoredFile.objects.filter(owner_kind=FILES, owner_id__in=intentions).delete()


def _key_for(case: Case) -> tuple[UUID, bytes]:
    """The customer's key; a case that a file brought without customer gets one of its own."""
    if case.customer_id is not None:
        return case.customer_id, open_key(case.customer_id)
    if not SubjectKey.objects.filter(pk=case.pk).exists():
        SubjectKey.objects.create(**new_subject_key(case.pk)[0])
    return case.pk, open_key(case.pk)


def _place(intention: UUID) -> bytes:
    return b"cases.Intention.sealed:" + intention.bytes


def typed(intention: Intention) -> Given:
    """What was typed. Raises KeyDestroyed once whoever it is about was erased."""
    if intention.sealed is None:
        return {}
    key = open_key(intention.subject_id)
    given: Given = json.loads(decrypt(key, intention.sealed, _place(intention.pk)))
    return given


def _forget(case: Case, by: User, now: datetime) -> None:
    """What somebody had been given back of this case they have sent again; what is old nobody is given back."""
    own = Intention.objects.filter(by=by).exclude(state=State.HELD)
    own.filter(case=case).delete()
    own.filter(ended_at__lt=now - max(GIVEN_BACK.values())).delete()


@transaction.atomic
def take_back(
    case_id: UUID, *, by: User, version: int | None = None, at: datetime | None = None
) -> Intention:
    """Take back what one has begun oneself and what has not happened yet; else CaseRefused."""
    case = hold(case_id)
    need_sight(case, by)
    found = held_of(case)
    if found is None:
        raise CaseRefused(_("There is nothing to take back any more: it has taken effect."))
    if found.by_id != by.pk:
        raise CaseRefused(_("Only %(name)s can take it back.") % {"name": found.by.name})
    end(found, State.TAKEN_BACK, at or timezone.now())
    drop_files(found.pk)
    return found


def end(intention: Intention, state: State, now: datetime) -> bool:
    """Whether it was held until now."""
    held = Intention.objects.filter(pk=intention.pk, state=State.HELD)
    return bool(held.update(state=state, ended_at=now))


@dataclass(frozen=True, slots=True)
class Back:
    """What somebody gets back: the verb, what they had typed as it was kept, and why it was refused ("": they took it
    back)."""

    verb: str
    given: Given
    reason: str


def looked(case: Case, person: User, now: datetime) -> None:
    """Whoever opens the page of a case in hand has seen what was refused; writes only where something was."""
    unseen = [
        each.pk
        for each in case.intentions.all()
        if each.by_id == person.pk and each.state == State.REFUSED and each.seen_at is None
    ]
    if unseen:
        Intention.objects.filter(pk__in=unseen).update(seen_at=now)


def given_back(case: Case, person: UUID | None, now: datetime) -> Back | None:
    """The latest that somebody began on a case in hand, where it was not done and is not long ago."""
    own = [each for each in case.intentions.all() if each.by_id == person]
    last = max(own, key=lambda each: each.at, default=None)
    kept = GIVEN_BACK.get(State(last.state)) if last else None
    if last is None or kept is None or last.ended_at is None or last.ended_at < now - kept:
        return None
    try:
        return Back(last.verb, typed(last), last.reason)
    except KeyDestroyed:
        return None
