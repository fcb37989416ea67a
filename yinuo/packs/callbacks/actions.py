"""The verbs of a call-back. Each is one transaction: state, facts and clocks together, or nothing."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yinuo.engines.cases import numbers
from yinuo.engines.cases.models import Case, Reference
from yinuo.engines.cases.moves import CaseRefused, assign, close, complete_step, happen, hold, settle
from yinuo.engines.cases.opening import Rules, Subject, opening
from yinuo.facts.ids import new_id
from yinuo.facts.rows import write_rows
from yinuo.ground.people.models import User
from yinuo.ground.vault.keys import KeyDestroyed, digest, open_key
from yinuo.ground.vault.sealed import key_for, sealed_row
from yinuo.packs.callbacks.models import REACHED, Attempt, CallBack, Grade, Outcome
from yinuo.packs.callbacks.pack import BECAUSE, KIND, traits
from yinuo.packs.callbacks.queries import calling_unit, is_third_party, may_not_call

DAYS_TRIED = 3  # attempts on different days before "not reached"


@transaction.atomic
def open_call_back(closed: Case, *, title: str, grade: Grade, at: datetime) -> Case:
    """Open the call-back of a closed case; its clock starts `at` the moment that one was closed."""
    now = timezone.now()
    subject = Subject(
        owning_unit=closed.handling_unit_id,
        handling_unit=calling_unit(closed, now).pk,
        customer=closed.customer_id,
        complained_unit=closed.complained_unit_id,
        language=closed.language,
        origin="loop",
    )
    opened = opening(
        KIND, Rules.today(KIND, unit=subject.owning_unit), subject,
        number=numbers.take(KIND.series, at), at=at, now=now, by=None,
        fact={"about": closed.pk, "grade": str(grade)}, traits={"grade": str(grade)},
    )  # fmt: skip
    row = {
        "case_id": opened.id,
        "title": title[:120],
        "grade": str(grade),
        "outcome": "",
        "words": "",
        "tried": 0,
    }
    reference = {"id": new_id(), "from_case_id": opened.id, "to_case_id": closed.pk, "why": BECAUSE}
    whose = closed.customer_id or opened.id
    write_rows(
        [
            *opened.rows,
            (CallBack, [sealed_row(CallBack, row, whose, key_for(whose))]),
            (Reference, [reference]),
        ]
    )
    return Case.objects.get(pk=opened.id)


def _held(case_id: UUID, by: User, at: datetime, version: int | None) -> Case:
    """The open call-back, locked; CaseRefused for whoever handled what it is about, and for their deputies."""
    case = hold(case_id, version=version)
    if may_not_call(case, by, timezone.localdate(at)):
        raise CaseRefused(
            _("Whoever handled the complaint, or stands in for them, does not call back about it.")
        )
    if not case.is_open:
        raise CaseRefused(_("This call-back is finished."))
    if case.handler_id is None:
        assign(case, by, by=by, at=at)
    return case


@transaction.atomic
def show_contact(case_id: UUID, *, by: User, at: datetime | None = None) -> tuple[str, str]:
    """Phone and e-mail address of the customer, for the person who calls; that they were looked up is a fact."""
    at = at or timezone.now()
    case = _held(case_id, by, at, None)
    happen(case, "callbacks.contact_shown", by=by, at=at)
    case.save(update_fields=["handler"])
    try:
        return (case.customer.phone, case.customer.email) if case.customer else ("", "")
    except KeyDestroyed:
        raise CaseRefused(_("The customer was erased: there is nobody to call.")) from None


@transaction.atomic
def try_once(
    case_id: UUID, *, result: str, by: User, version: int | None = None, at: datetime | None = None
) -> Case:
    """Write down an attempt that did not reach the customer; a day has one that counts."""
    at = at or timezone.now()
    case = _held(case_id, by, at, version)
    day, tried = timezone.localdate(at), case.callback
    if tried.attempts.filter(day=day).exists():
        raise CaseRefused(_("An attempt of this day is written down already; the next one counts tomorrow."))
    Attempt.objects.create(call_back=tried, day=day, at=at, by=by, result=result)
    tried.tried += 1
    tried.save(update_fields=["tried"])
    happen(case, "callbacks.attempted", by=by, at=at, number=tried.tried, day=day, result=result)
    settle(case, traits(case), now=at)
    return case


@transaction.atomic
def conclude(
    case_id: UUID, *, outcome: str, words: str = "", timely: bool | None = None, by: User,
    version: int | None = None, at: datetime | None = None,
) -> Case:  # fmt: skip
    """Write down what the customer said, or that they did not want to be asked; the call-back ends."""
    at, words = at or timezone.now(), words.strip()
    if outcome not in (*REACHED, Outcome.REFUSED):
        raise CaseRefused(_("Choose what the customer said."))
    if outcome in (Outcome.NOT_SATISFIED, Outcome.OTHER) and not words:
        raise CaseRefused(_("Write down what the customer said."))
    case = _held(case_id, by, at, version)
    call = case.callback
    call.outcome, call.words, call.timely = outcome, words, timely
    sealed = digest(open_key(case.customer_id), words) if words and case.customer_id else None
    if outcome == Outcome.REFUSED:
        happen(case, "callbacks.refused", by=by, at=at, words=sealed)
    else:
        call.third_party = is_third_party(case, by, timezone.localdate(at))
        told = {"timely": timely, "words": sealed, "third_party": call.third_party}
        happen(case, "callbacks.reached", by=by, at=at, outcome=outcome, **told)
    return _end(case, by, at)


@transaction.atomic
def give_up(case_id: UUID, *, by: User, version: int | None = None, at: datetime | None = None) -> Case:
    """Record that the customer was not reached; refused before attempts on three different days."""
    at = at or timezone.now()
    case = _held(case_id, by, at, version)
    tried = case.callback.attempts.count()
    if tried < DAYS_TRIED:
        raise CaseRefused(
            _("Not reached is recorded after attempts on %(days)s different days; there are %(tried)s.")
            % {"days": DAYS_TRIED, "tried": tried}
        )
    case.callback.outcome = Outcome.NOT_REACHED
    happen(case, "callbacks.not_reached", by=by, at=at, attempts=tried)
    return _end(case, by, at)


def _end(case: Case, by: User, at: datetime) -> Case:
    """Save what was found out, finish the one step, close."""
    case.callback.save()
    complete_step(case, "call", {}, by=by, at=at)
    happen(case, KIND.closed, by=by, at=at, outcome=str(case.callback.outcome))
    close(case, at=at)
    settle(case, traits(case), now=at)
    return case
