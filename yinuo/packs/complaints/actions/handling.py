"""The verbs of a complaint. Each is one transaction: state, facts, clocks and letters together, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yinuo.engines.cases.following import tell
from yinuo.engines.cases.models import Case
from yinuo.engines.cases.moves import (
    CaseRefused,
    assign,
    close,
    complete_step,
    happen,
    hold,
    note,
    settle,
)
from yinuo.engines.editions import shelf
from yinuo.ground.people.models import User
from yinuo.ground.vault.keys import digest, open_key
from yinuo.packs.complaints.actions.following import mentioned
from yinuo.packs.complaints.actions.letters import moment, send
from yinuo.packs.complaints.actions.redress import redress_in_words
from yinuo.packs.complaints.models import Complaint, Draft, Ending, Matter
from yinuo.packs.complaints.pack import KIND, traits
from yinuo.packs.complaints.queries import gates_before_answer, handling


@transaction.atomic
def accept(case_id: UUID, *, by: User, version: int | None = None, at: datetime | None = None) -> Case:
    """Confirm that the bank has it and who is responsible: the person who accepts it, unless assigned already."""
    at = at or timezone.now()
    case = hold(case_id, version=version)
    complete_step(case, "register", {"refused": False}, by=by, at=at)
    if case.handler_id is None:
        assign(case, by, by=by, at=at)
    happen(case, "complaints.accepted", by=by, at=at, handler=case.handler_id)
    settle(case, traits(case), now=at)
    return case


@dataclass(frozen=True, slots=True)
class Graded:
    """Codes of one matter."""

    title: str
    business: str
    cause: str
    responsible_unit: UUID | None


@transaction.atomic
def grade(
    case_id: UUID,
    *,
    level: str,
    matters: Sequence[Graded],
    by: User,
    version: int | None = None,
    at: datetime | None = None,
) -> Case:
    """Say how grave it is and what it is about, matter by matter; the first counts in statistics."""
    at = at or timezone.now()
    case = hold(case_id, version=version)
    if not matters:
        raise CaseRefused(_("A complaint has at least one matter."))
    complete_step(case, "grade", {}, by=by, at=at)
    complaint = case.complaint
    complaint.level, complaint.business, complaint.cause = level, matters[0].business, matters[0].cause
    complaint.save(update_fields=["level", "business", "cause"])
    _write_matters(complaint, matters)
    happen(
        case, "complaints.graded", by=by, at=at,
        level=level, business=matters[0].business, cause=matters[0].cause, matters=len(matters),
    )  # fmt: skip
    _forget_draft(case, by, "grade")
    settle(case, traits(case), now=at)
    return case


def _write_matters(complaint: Complaint, matters: Sequence[Graded]) -> None:
    complaint.matters.all().delete()
    Matter.objects.bulk_create(
        Matter(
            complaint=complaint, position=position, title=matter.title, business=matter.business,
            cause=matter.cause, responsible_unit_id=matter.responsible_unit,
        )
        for position, matter in enumerate(matters, 1)
    )  # fmt: skip


@transaction.atomic
def conclude(
    case_id: UUID, *, position: int, conclusion: str, finding: str, by: User, version: int | None = None,
    at: datetime | None = None,
) -> Case:  # fmt: skip
    """Write down what was found about one matter, while the complaint is being investigated or answered."""
    at = at or timezone.now()
    case = hold(case_id, version=version)
    if not {"investigate", "answer"} & set(case.step.split(",")):
        raise CaseRefused(_("A matter is concluded while the complaint is investigated or answered."))
    matter = Matter.objects.get(complaint_id=case.pk, position=position)
    matter.conclusion, matter.finding = conclusion, finding
    matter.concluded_by, matter.concluded_at = by, at
    matter.save()
    happen(case, "complaints.concluded", by=by, at=at, matter=position, conclusion=conclusion)
    settle(case, traits(case), now=at)
    return case


@transaction.atomic
def finish_investigation(
    case_id: UUID, *, by: User, question: str = "", version: int | None = None, at: datetime | None = None,
    letters: bool = True,
) -> Case:  # fmt: skip
    """The facts are established; or, with a question, the customer is asked and the internal clock pauses."""
    at = at or timezone.now()
    case = hold(case_id, version=version)
    complete_step(case, "investigate", {"need_more": bool(question)}, by=by, at=at)
    if question:
        letter = send(case, "question", {"question": question}, at) if letters else None
        note(case, question, by=by, at=at, told=True, subject="question")
        happen(case, "complaints.asked", by=by, at=at, letter=letter)
    _forget_draft(case, by, "investigate")
    settle(case, traits(case), now=at)
    return case


@transaction.atomic
def supplement(case_id: UUID, *, words: str, files: int = 0, at: datetime | None = None) -> Case:
    """The customer adds something; if we had asked, the work goes on and the paused clock runs again."""
    at = at or timezone.now()
    case = hold(case_id)
    if not case.is_open:
        raise CaseRefused(_("This complaint is closed. To go on, please complain again and name its number."))
    note(case, words, by=None, at=at, told=True)
    happen(case, "complaints.supplemented", by=None, at=at, words=sealed(case, words), files=files)
    if "ask" in case.step.split(","):
        complete_step(case, "ask", {}, by=None, at=at)
    settle(case, traits(case), now=at)
    return case


@transaction.atomic
def go_on(case_id: UUID, *, by: User, version: int | None = None, at: datetime | None = None) -> Case:
    """Stop waiting for a customer who does not reply; the paused clock runs again."""
    at = at or timezone.now()
    case = hold(case_id, version=version)
    complete_step(case, "ask", {}, by=by, at=at)
    happen(case, "complaints.withheld", by=by, at=at)
    settle(case, traits(case), now=at)
    return case


@transaction.atomic
def answer(
    case_id: UUID, *, words: str, by: User, version: int | None = None, at: datetime | None = None,
    letters: bool = True,
) -> Case:  # fmt: skip
    """Tell the complainant what was decided and granted; refused while a matter or a redress is undecided."""
    at = at or timezone.now()
    case = hold(case_id, version=version)
    unmet = [gate.name for gate in gates_before_answer(case.complaint, at) if not gate.met]
    if unmet:
        raise CaseRefused(_("Not yet: %(gates)s") % {"gates": "; ".join(map(str, unmet))})
    complete_step(case, "answer", {}, by=by, at=at)
    words = "\n\n".join(filter(None, [words, redress_in_words(case.complaint, case.language)]))
    gaps = {"answer": words, "received": moment(case.opened_at)}
    letter = send(case, "answer", gaps, at) if letters else None
    note(case, words, by=by, at=at, told=True, subject="answer")
    happen(case, "complaints.answered", by=by, at=at, letter=letter, words=sealed(case, words))
    case.complaint.answered_at = at
    case.complaint.save(update_fields=["answered_at"])
    _forget_draft(case, by, "answer")
    settle(case, traits(case), now=at)
    return case


@transaction.atomic
def finish(case_id: UUID, *, by: User, version: int | None = None, at: datetime | None = None) -> Case:
    """Close and file it: how long it took is written down, from receipt to now with nothing subtracted."""
    at = at or timezone.now()
    case = hold(case_id, version=version)
    complete_step(case, "close", {}, by=by, at=at)
    calendar = shelf.parsed(shelf.by_id(case.calendar_id))
    days = calendar.working_days(timezone.localdate(case.opened_at), timezone.localdate(at))
    minutes = int((at - case.opened_at).total_seconds() // 60)
    case.complaint.handling_days, case.complaint.handling_minutes = days, minutes
    case.complaint.ending = Ending.HANDLED
    case.complaint.save(update_fields=["handling_days", "handling_minutes", "ending"])
    happen(case, KIND.closed, by=by, at=at, days=days, minutes=minutes)
    close(case, at=at)
    settle(case, traits(case), now=at)
    return case


@transaction.atomic
def claim(case_id: UUID, *, by: User, version: int | None = None, at: datetime | None = None) -> Case:
    """Take on what nobody has: just received, or taken from whoever may not hold it."""
    at = at or timezone.now()
    case = hold(case_id, version=version)
    if not case.is_open or case.handler_id is not None:
        raise CaseRefused(_("Somebody is responsible for it already, or it is closed."))
    assign(case, by, by=by, at=at)
    settle(case, traits(case), now=at)
    return case


@transaction.atomic
def hand_over(
    case_id: UUID, *, to: User, by: User, version: int | None = None, at: datetime | None = None
) -> Case:
    """Give it to a colleague who handles complaints of the unit that has it."""
    at = at or timezone.now()
    case = hold(case_id, version=version)
    if not case.is_open:
        raise CaseRefused(_("A closed complaint is not handed over."))
    if not handling({case.handling_unit_id}).filter(pk=to.pk).exists():
        said = {"name": to.name, "unit": case.handling_unit.name}
        raise CaseRefused(_("%(name)s does not handle complaints of %(unit)s.") % said)
    assign(case, to, by=by, at=at)
    settle(case, traits(case), now=at)
    return case


@transaction.atomic
def write_note(
    case_id: UUID, *, text: str, by: User, version: int | None = None, at: datetime | None = None,
    drafted: bool = True,
) -> Case:  # fmt: skip
    """A note for colleagues; the customer never sees it. Whoever it names with an @ is told of it.

    `drafted`: it was typed on the complaint's own page, where its draft is over with it.
    """
    at = at or timezone.now()
    people, case = mentioned(text, by), hold(case_id, version=version)
    tell(case, note(case, text, by=by, at=at), people, by=by, at=at)
    if drafted:
        _forget_draft(case, by, "note")
    settle(case, traits(case), now=at)
    return case


def sealed(case: Case, words: str) -> str | None:
    """What a fact holds of somebody's words; nothing where no customer's key could seal it."""
    return digest(open_key(case.customer_id), words) if case.customer_id else None


def _forget_draft(case: Case, by: User, form: str) -> None:
    Draft.objects.filter(case=case, author=by, form=form).delete()
