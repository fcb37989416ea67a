"""More time by law: asked for with a reason, granted by somebody else while the limit still runs, told to the customer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yinuo.engines.cases import approvals
from yinuo.engines.cases.models import Case
from yinuo.engines.cases.moves import CaseRefused, folded, happen, hold, note, settle
from yinuo.engines.editions import shelf
from yinuo.engines.promises.fold import ClockState
from yinuo.engines.promises.promise import Promise
from yinuo.ground.people.models import User
from yinuo.ground.worktime import Calendar, Span
from yinuo.packs.complaints.actions.letters import moment, send
from yinuo.packs.complaints.pack import traits

WHAT = "extension"


@dataclass(frozen=True, slots=True)
class Extension:
    """The next longer limit a running promise may be given: by which fact, how long from the start, until when."""

    promise: Promise
    kind: str
    within: Span
    due_at: datetime
    until: datetime


def next_extension(case: Case, states: Mapping[str, ClockState]) -> Extension | None:
    """What may be asked for as the clocks stand; None where nothing extends, or the limit has passed, or is the longest."""
    promises: list[Promise] = shelf.parsed(shelf.by_id(case.promises_id))
    calendar: Calendar = shelf.parsed(shelf.by_id(case.calendar_id))
    for promise in promises:
        state = states.get(promise.key)
        if not promise.extends or state is None or state.status not in ("running", "paused"):
            continue
        if state.started_at is None or state.due_at is None or not isinstance(state.within, Span):
            continue
        longer = [
            (span.number, kind) for kind, span in promise.extends.items() if span.number > state.within.number
        ]
        if longer:
            kind = min(longer)[1]
            until = calendar.due(state.started_at, promise.extends[kind]).at
            return Extension(promise, kind, promise.extends[kind], state.due_at, until)
    return None


@transaction.atomic
def ask_extension(
    case_id: UUID, *, reason: str, by: User, version: int | None = None, at: datetime | None = None
) -> Case:
    """Ask for the next longer limit; refused once the present one has passed. The customer will read the reason."""
    at = at or timezone.now()
    case = hold(case_id, version=version)
    found = next_extension(case, folded(case, traits(case), at))
    if found is None:
        raise CaseRefused(
            _("The limit cannot be extended: it has passed, or the longest one was given already.")
        )
    approvals.ask(
        case, WHAT, reason=reason, by=by, at=at, asked={"promise": found.promise.key, "kind": found.kind}
    )
    settle(case, traits(case), now=at)
    return case


@transaction.atomic
def decide_extension(
    case_id: UUID, *, granted: bool, said: str = "", by: User, version: int | None = None,
    at: datetime | None = None, letters: bool = True,
) -> Case:  # fmt: skip
    """Grant the longer limit, or refuse it. Granting after the limit has passed is refused: it would extend nothing."""
    at = at or timezone.now()
    case = hold(case_id, version=version)
    found = next_extension(case, folded(case, traits(case), at))
    approval = approvals.decide(case, WHAT, granted=granted, by=by, at=at, said=said)
    if granted:
        if found is None or found.kind != approval.asked["kind"]:
            raise CaseRefused(_("The limit has passed meanwhile: an extension can only be refused now."))
        gaps = {"reason": approval.reason, "until": moment(found.until), "received": moment(case.opened_at)}
        letter = send(case, "extension", gaps, at) if letters else None
        note(case, approval.reason, by=by, at=at, told=True, subject="extension")
        happen(case, found.kind, by=by, at=at, approval=approval.pk, until=found.until, letter=letter)
    settle(case, traits(case), now=at)
    return case
