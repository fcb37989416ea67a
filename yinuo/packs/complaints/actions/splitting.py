"""Several matters in one complaint that need ways of their own: some are split off into a complaint with the same past."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yinuo.engines.cases import numbers
from yinuo.engines.cases.forking import fork
from yinuo.engines.cases.models import Case, Reference
from yinuo.engines.cases.moves import CaseRefused, happen, hold, settle
from yinuo.ground.people.models import User
from yinuo.ground.vault.keys import code_index
from yinuo.packs.complaints.actions.intake import shown, tracking_code
from yinuo.packs.complaints.actions.letters import moment, send
from yinuo.packs.complaints.models import Complaint, Matter
from yinuo.packs.complaints.pack import KIND, traits
from yinuo.packs.complaints.ties import SPLIT

# What is the past of either: receipt, grading, pauses and extensions. What the customer wrote stays where it was said.
PAST = (
    KIND.received, "complaints.accepted", "complaints.graded", "complaints.asked",
    "complaints.supplemented", "complaints.withheld", "complaints.extended",
    "complaints.extended_again", "complaints.overdue_explained",
)  # fmt: skip


@transaction.atomic
def split(
    case_id: UUID, *, positions: Collection[int], by: User, version: int | None = None,
    at: datetime | None = None, letters: bool = True,
) -> Case:  # fmt: skip
    """Split matters off into a complaint of their own, received when this one was; returns the new one.

    It stands where this one stands, its clocks with it: no limit begins anew. The customer gets its number and code.
    """
    at = at or timezone.now()
    case = hold(case_id, version=version)
    matters = list(case.complaint.matters.all())
    chosen = [matter for matter in matters if matter.position in set(positions)]
    _refuse_unless_divisible(case, matters, chosen)
    new, code = _second(case, chosen, at)
    Reference.objects.create(from_case=new, to_case=case, why=SPLIT)
    legal = next((clock.due_at for clock in new.clocks.all() if clock.promise == "legal"), None)
    gaps = {
        "first": case.number, "received": moment(case.opened_at), "code": shown(code),
        "matters": "\n".join(matter.title for matter in chosen), "legal_by": moment(legal),
    }  # fmt: skip
    letter = send(new, "splitting", gaps, at) if letters else None
    happen(case, "complaints.split", by=by, at=at, other=new.pk, matters=len(chosen))
    happen(new, "complaints.split_off", by=by, at=at, other=case.pk, letter=letter)
    for each in (case, new):
        settle(each, traits(each), now=at)
    return new


def _refuse_unless_divisible(case: Case, matters: Sequence[Matter], chosen: Sequence[Matter]) -> None:
    if not case.is_open or case.complaint.answered_at is not None:
        raise CaseRefused(_("It is answered or has ended: nothing is split off any more."))
    if case.complaint.reopened_at is not None:
        raise CaseRefused(_("It was ended once: what is new about it is a complaint of its own."))
    if "ask" in case.step.split(","):
        raise CaseRefused(_("The customer is being asked: split it once the reply is here."))
    if not chosen:
        raise CaseRefused(_("Choose at least one matter."))
    if matters[0] in chosen:
        raise CaseRefused(_("The first matter stays: it is the one that counts here."))
    if any(matter.conclusion for matter in chosen):
        raise CaseRefused(_("A matter that has its conclusion stays."))


def _second(case: Case, chosen: Sequence[Matter], at: datetime) -> tuple[Case, str]:
    """The new complaint with its matters, and its tracking code. The amount and the files stay with the first."""
    old, first = case.complaint, chosen[0]
    coded = {"business": first.business, "cause": first.cause}
    differing: dict[str, dict[str, Any]] = {
        KIND.received: {"amount": None, "files": 0},
        "complaints.graded": {**coded, "matters": len(chosen)},
    }
    about = first.responsible_unit_id or case.complained_unit_id
    number = numbers.take(KIND.series, at)
    new = fork(case, number=number, complained_unit=about, past=PAST, differing=differing)
    code = tracking_code()
    new.complaint = Complaint.objects.create(
        case=new, subject=first.title, words=old.words, source=old.source, level=old.level, requests=old.requests,
        currency=old.currency, happened_on=old.happened_on, overdue_reason=old.overdue_reason,
        tracking_index=code_index("tracking", code), **coded,
    )  # fmt: skip
    for position, matter in enumerate(chosen, 1):
        matter.complaint, matter.position = new.complaint, position
        matter.save(update_fields=["complaint", "position"])
    return new, code
