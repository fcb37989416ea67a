"""Four eyes: what one person asks for about a case, another decides. Inside the transaction of a pack's verb."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _

from yinuo.engines.cases.models import Approval, Case
from yinuo.engines.cases.moves import CaseRefused, happen
from yinuo.ground.people.models import User

_names: dict[str, str | LazyText] = {}


def declare_approval(what: str, name: str | LazyText) -> None:
    """Say how a timeline calls what takes two people; a pack does so for each of its own."""
    _names[what] = name


def approval_name(what: str) -> str:
    """How it is called; one that no pack declares any more shows as it is."""
    return str(_names.get(what, what))


def ask(
    case: Case, what: str, *, reason: str, by: User, at: datetime, asked: Mapping[str, Any] | None = None
) -> Approval:
    """Ask for something about a held case; CaseRefused while the same is waiting already."""
    if waiting(case, what) is not None:
        raise CaseRefused(_("This has been asked for already and waits for a decision."))
    made = Approval.objects.create(
        case=case, what=what, asked=dict(asked or {}), reason=reason, asked_by=by, asked_at=at
    )
    happen(case, "cases.approval_asked", by=by, at=at, approval=made.pk, what=what)
    return made


def decide(case: Case, what: str, *, granted: bool, by: User, at: datetime, said: str = "") -> Approval:
    """Grant or refuse what waits on a held case.

    CaseRefused where nothing waits, and for whoever asked or handles the case: a second pair of eyes decides.
    """
    found = waiting(case, what)
    if found is None:
        raise CaseRefused(_("Nothing waits for a decision here any more."))
    if by.pk in (found.asked_by_id, case.handler_id):
        raise CaseRefused(
            _("Whoever asked for it or handles the case cannot decide it: somebody else has to.")
        )
    found.granted, found.said, found.decided_by, found.decided_at = granted, said, by, at
    found.save(update_fields=["granted", "said", "decided_by", "decided_at"])
    happen(case, "cases.approval_decided", by=by, at=at, approval=found.pk, what=what, granted=granted)
    return found


def lapse(case: Case, *, by: User | None, at: datetime) -> None:
    """Whatever still waits on a held case ends undecided, because the case does."""
    for found in case.approvals.filter(decided_at=None):
        found.decided_at = at
        found.save(update_fields=["decided_at"])
        happen(case, "cases.approval_lapsed", by=by, at=at, approval=found.pk, what=found.what)


def waiting(case: Case, what: str) -> Approval | None:
    """What was asked for and is not decided yet."""
    return next(
        (each for each in case.approvals.all() if each.what == what and each.decided_at is None), None
    )
