"""Intentions: verbs that nothing takes back once done are held for a moment, in which whoever began them can.

A pack declares which of its verbs. Whoever begins one is told at once what refuses it: the verb is rehearsed, done with
all its guards and rolled back. What is good is kept, sealed, and nothing else has happened. At its release the verb is
done as if begun then, sight and grant asked anew; in the transaction that says so, so that it happens once, whoever is
killed in between. What is refused then, or was taken back, gives its author back what they had typed.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise as LazyText
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from yinuo.engines.cases.following import need_sight
from yinuo.engines.cases.held import Intention, held_of, need_free
from yinuo.engines.cases.models import Case, Clock
from yinuo.engines.cases.moves import hold
from yinuo.engines.cases.refusals import CaseRefused
from yinuo.engines.cases.whole import CASE
from yinuo.facts.ids import new_id
from yinuo.facts.questions import Question
from yinuo.ground.access.reach import Reach, reach_of
from yinuo.ground.people.models import User
from yinuo.ground.vault.ciphertext import decrypt, encrypt
from yinuo.ground.vault.keys import KeyDestroyed, new_subject_key, open_key
from yinuo.ground.vault.models import SubjectKey

NEAR = timedelta(minutes=1)  # so long before a limit nothing is held any more

Given = Mapping[str, Any]
State = Intention.State
# For so long what was not done is given back: one knows what one took back, and learns of a refusal when one comes again.
GIVEN_BACK = {State.TAKEN_BACK: timedelta(days=1), State.REFUSED: timedelta(days=14)}
log = logging.getLogger(__name__)

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

    `act(case id, by=, version=, at=, **given)` raises CaseRefused when it cannot be; `given` is what JSON can keep.
    `visible` are the cases somebody may see, `may` whether they may do it to one. `when` says of what was given whether
    it is held. `begun` is told that the author has sent what they had typed.
    """

    kind: str
    name: str
    what: str | LazyText
    act: Callable[..., Any]
    visible: Callable[[Reach], QuerySet[Case]]
    may: Callable[[Reach, Case], bool]
    when: Callable[[Given], bool] = lambda given: True
    begun: Callable[[Case, User], None] = lambda case, by: None


class _Rehearsed(Exception):
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
    case = hold(case_id, version=version)
    running = held_of(case)
    if running is not None and (running.verb, running.by_id) == (verb.name, by.pk):
        return running
    need_free(case, by)
    _forget(case, by, now)
    span = timedelta(seconds=settings.HOLD_SECONDS)
    if not span or not verb.when(given) or _limit_is_near(case, now, span):
        verb.act(case_id, by=by, version=version, at=now, **given)
        return None
    _rehearse(verb, case_id, by, version, now, given)
    verb.begun(case, by)
    return _kept(verb, case, given, by, now, now + span)


def _limit_is_near(case: Case, now: datetime, span: timedelta) -> bool:
    running = Clock.objects.filter(case=case, status=Clock.Status.RUNNING, stated=False)
    return running.filter(due_at__gte=now, due_at__lte=now + span + NEAR).exists()


def _rehearse(
    verb: HeldVerb, case_id: UUID, by: User, version: int | None, now: datetime, given: Given
) -> None:
    """Whatever would refuse it refuses it now; nothing of it stays."""
    try:
        with transaction.atomic():
            verb.act(case_id, by=by, version=version, at=now, **given)
            raise _Rehearsed
    except _Rehearsed:
        return


def _kept(
    verb: HeldVerb, case: Case, given: Given, by: User, now: datetime, release_at: datetime
) -> Intention:
    subject, key = _key_for(case)
    own = new_id()
    sealed = encrypt(key, json.dumps(dict(given), ensure_ascii=False), _place(own))
    return Intention.objects.create(
        id=own, case=case, verb=verb.name, subject_id=subject, sealed=sealed, by=by,
        language=get_language() or settings.LANGUAGE_CODE, at=now, release_at=release_at,
    )  # fmt: skip


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
    _end(found, State.TAKEN_BACK, at or timezone.now())
    return found


def _end(intention: Intention, state: State, now: datetime, reason: str = "") -> bool:
    """Whether it was held until now."""
    held = Intention.objects.filter(pk=intention.pk, state=State.HELD)
    return bool(held.update(state=state, ended_at=now, reason=reason))


def release_due(now: datetime, limit: int = 100) -> int:
    """Do up to `limit` of what is due; how many were looked at. Any number of workers may run it at once."""
    due = Intention.objects.filter(state=State.HELD, release_at__lte=now).order_by("release_at")
    return sum(_tried(*each, now) for each in list(due.values_list("pk", "case_id")[:limit]))


def _tried(intention: UUID, case: UUID, now: datetime) -> int:
    """A database that is away for a moment refuses nothing: it stays held and is tried again."""
    try:
        return release(intention, case, now)
    except OperationalError:
        log.exception("intention %s stays held", intention)
        return 0


@transaction.atomic
def release(intention_id: UUID, case_id: UUID, now: datetime) -> int:
    """Do it, or write down why it is refused now; 0 where another worker has the case, or did it before."""
    cases = Case.objects.filter(pk=case_id)
    if connection.vendor == "postgresql":
        cases = cases.select_for_update(skip_locked=True, of=("self",))
    case, intention = cases.first(), Intention.objects.select_related("by").get(pk=intention_id)
    if case is None or not _end(intention, State.RELEASED, now):
        return 0
    row = Intention.objects.filter(pk=intention_id)
    with override(intention.language):
        refused = _refusal_of(intention, case, now)
    row.update(state=State.REFUSED, reason=refused) if refused else row.update(sealed=None)
    return 1


def _refusal_of(intention: Intention, case: Case, now: datetime) -> str:
    """Do it; "" where it was done, else why not, and as if nothing had been."""
    try:
        with transaction.atomic():
            _do(_verbs[case.kind, intention.verb], intention, now)
    except CaseRefused as error:
        return str(error)
    except OperationalError:
        raise
    except Exception:
        log.exception("intention %s, case %s", intention.pk, case.pk)
        return _("Something went wrong that nobody foresaw; nothing was changed.")
    return ""


def _do(verb: HeldVerb, intention: Intention, now: datetime) -> None:
    by = intention.by
    reach = reach_of(by)
    case = verb.visible(reach).filter(pk=intention.case_id).first()
    if case is None:
        raise CaseRefused(_("It is not there for you any more."))
    if not verb.may(reach, case):
        raise CaseRefused(_("You may not do this in the unit that handles it."))
    verb.act(case.pk, by=by, at=now, **typed(intention))


@dataclass(frozen=True, slots=True)
class Back:
    """What somebody gets back: the verb, what they had typed, and why it was refused ("": they took it back)."""

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
