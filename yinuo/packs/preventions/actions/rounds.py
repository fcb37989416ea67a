"""A prevention opened, handed over, and led through its rounds: planned, carried out, measured again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yinuo.engines.cases import approvals, numbers
from yinuo.engines.cases.models import Case, Note, Reference
from yinuo.engines.cases.moves import (
    CaseRefused,
    Recused,
    assign,
    close,
    complete_step,
    happen,
    hold,
    leave,
    settle,
    traits_of,
)
from yinuo.engines.cases.opening import Rules, Subject, opening
from yinuo.engines.cases.recusal import aside
from yinuo.facts.rows import write_rows
from yinuo.ground.people.models import Posting, Unit, User
from yinuo.ground.terms.lists import codes
from yinuo.packs.preventions import figures, queries
from yinuo.packs.preventions.models import Better, Plan, Prevention, Span, Verdict
from yinuo.packs.preventions.pack import BECAUSE, KIND

FURTHEST = timedelta(days=3_660)  # more is a slip of the keyboard, not a day to be held to


@dataclass(frozen=True, slots=True)
class Aim:
    """What a prevention is against and what it is verified by: a cause, in a unit and all below it, by a measure."""

    business: str
    cause: str
    root: str
    unit: Unit
    measure: str
    better: str = Better.LOWER
    span: str = Span.MONTH


@transaction.atomic
def open_prevention(
    aim: Aim, *, owner: User, by: User, about: UUID | None = None, at: datetime | None = None
) -> Case:
    """Open one against a cause; the figure of the last whole period is written down as it stands now."""
    at = at or timezone.now()
    today = timezone.localdate(at)
    _check(aim)
    post = _post(owner, today)
    figure = figures.taken(aim.measure, figures.period_before(aim.span, today), aim.unit, aim.cause, today)
    subject = Subject(owning_unit=aim.unit.pk, handling_unit=post.unit_id, handler=owner.pk, origin="staff")
    opened = opening(
        KIND, Rules.today(KIND, unit=subject.owning_unit), subject,
        number=numbers.take(KIND.series, at), at=at, now=timezone.now(), by=by.pk, traits={"span": aim.span},
        fact={
            **figures.told(figure), "about": about, "owner": owner.pk, "business": aim.business,
            "cause": aim.cause, "measure": aim.measure, "slice": figures.slice_of(aim.cause),
            "better": aim.better, "span": aim.span,
        },
    )  # fmt: skip
    row = {
        **figure, "case_id": opened.id, "business": aim.business, "cause": aim.cause, "root": aim.root.strip(),
        "measure": aim.measure, "better": aim.better, "span": aim.span, "outcome": "", "ending": "",
    }  # fmt: skip
    write_rows([*opened.rows, (Prevention, [row])])
    if about is not None:
        Reference.objects.create(from_case_id=opened.id, to_case_id=about, why=BECAUSE)
    return Case.objects.get(pk=opened.id)


def _check(aim: Aim) -> None:
    if aim.business not in codes("complaint_business") or aim.cause not in codes("complaint_cause"):
        raise CaseRefused(_("Choose a business and a cause from the lists."))
    if not figures.is_measurable(aim.measure):
        raise CaseRefused(_("Choose a measure that is split by cause: it is measured again by that."))
    if aim.better not in Better.values or aim.span not in Span.values:
        raise CaseRefused(_("Choose which way is better, and the periods that are compared."))
    if not aim.root.strip():
        raise CaseRefused(_("Write down what goes wrong at its root."))


def _post(owner: User, on: date) -> Posting:
    """The post in which somebody owns a prevention."""
    post = queries.post_of(owner, on)
    if post is None:
        raise CaseRefused(
            _("%(name)s has no post in which preventions are carried out.") % {"name": owner.name}
        )
    return post


@transaction.atomic
def plan(
    case_id: UUID, *, change: str, due_on: date, by: User, version: int | None = None,
    at: datetime | None = None,
) -> Case:  # fmt: skip
    """Say what is changed, and by which day; a round begins."""
    at, change = at or timezone.now(), change.strip()
    case = held(case_id, version)
    if not change:
        raise CaseRefused(_("Write down what will be changed."))
    check_day(due_on, timezone.localdate(at))
    complete_step(case, "plan", {}, by=by, at=at)
    number = case.prevention.plans.count() + 1
    Plan.objects.create(
        prevention=case.prevention, number=number, change=change, first_due_on=due_on, due_on=due_on
    )
    happen(case, "preventions.planned", by=by, at=at, number=number, due=due_on)
    settle(case, traits_of(case), now=at)
    return case


def check_day(due_on: date, today: date) -> None:
    """CaseRefused for a day by which nothing can be done any more, or that nobody can mean."""
    if due_on < today:
        raise CaseRefused(_("The day by which it is done lies before today."))
    if due_on > today + FURTHEST:
        raise CaseRefused(_("The day by which it is done lies more than ten years ahead."))


@transaction.atomic
def hand_over(
    case_id: UUID, *, owner: User, words: str, by: User, version: int | None = None,
    at: datetime | None = None,
) -> Case:  # fmt: skip
    """Somebody else owns it from now on, and says why; it goes to their unit, its limits run on."""
    at, words = at or timezone.now(), words.strip()
    case = held(case_id, version)
    post = _post(owner, timezone.localdate(at))
    if owner.pk == case.handler_id:
        raise CaseRefused(_("%(name)s owns it already.") % {"name": owner.name})
    subject = queries.about(case)
    if subject is not None and owner.pk in aside(subject):
        raise Recused(
            _("%(name)s stands aside from the complaint it was opened from.") % {"name": owner.name}
        )
    if not words:
        raise CaseRefused(_("Write down why somebody else owns it from now on."))
    giving, case.handling_unit = case.handling_unit_id, post.unit
    assign(case, owner, by=by, at=at)
    note = Note.objects.create(case=case, author=by, subject="handed_over", text=words, written_at=at)
    leave(case, giving, "preventions.handed_over", by=by, at=at, to=owner.pk, note=note.pk)
    settle(case, traits_of(case), now=at)
    return case


@transaction.atomic
def carry_out(
    case_id: UUID, *, done_on: date, by: User, version: int | None = None, at: datetime | None = None
) -> Case:
    """Write down since when it is changed. That closes nothing: the measure has not been measured again."""
    at = at or timezone.now()
    case = held(case_id, version)
    complete_step(case, "carry_out", {}, by=by, at=at)
    if done_on > timezone.localdate(at):
        raise CaseRefused(_("What is carried out lies not in the future."))
    if done_on < timezone.localdate(case.opened_at):
        raise CaseRefused(_("It cannot have been carried out before the prevention was opened."))
    round_ = latest_round(case)
    round_.done_on, round_.done_by = done_on, by
    round_.save(update_fields=["done_on", "done_by"])
    approvals.lapse(case, by=by, at=at)  # a later day that was asked for is needed no more
    happen(case, "preventions.carried_out", by=by, at=at, number=round_.number, on=done_on)
    settle(case, traits_of(case), now=at)
    return case


@transaction.atomic
def verify(case_id: UUID, *, by: User, version: int | None = None, at: datetime | None = None) -> Case:
    """Measure again over the first whole period after it was carried out; the figures say the verdict, nobody else.

    Better closes it. Not better, and cannot tell, go on to whoever decides what follows.
    """
    at = at or timezone.now()
    case = held(case_id, version)
    _not_ones_own(case, by, at)
    if case.step != "verify":
        raise CaseRefused(_("This step is not open now."))
    round_, prevention, today = latest_round(case), case.prevention, timezone.localdate(at)
    period = figures.period_after(prevention.span, round_.done_on or today)
    if today <= period.last:
        raise CaseRefused(
            _("The period to be measured is over on %(last)s; measure again after that day.")
            % {"last": period.last.isoformat()}
        )
    figure = figures.taken(prevention.measure, period, case.owning_unit, prevention.cause, today)
    verdict = figures.verdict(prevention, figure, prevention.better)
    for name, value in {**figure, "verdict": verdict}.items():
        setattr(round_, name, value)
    round_.save()
    complete_step(case, "verify", {"better": verdict == Verdict.BETTER}, by=by, at=at)
    told = {**figures.told(figure), "number": round_.number, "verdict": str(verdict)}
    happen(case, "preventions.verified", by=by, at=at, **told)
    if verdict == Verdict.BETTER:
        _close(case, verdict, by, at)
    settle(case, traits_of(case), now=at)
    return case


@transaction.atomic
def send_back(case_id: UUID, *, by: User, version: int | None = None, at: datetime | None = None) -> Case:
    """It is planned once more: another change, measured again against the same baseline."""
    at = at or timezone.now()
    case = held(case_id, version)
    complete_step(case, "weigh", {"again": True}, by=by, at=at)
    happen(case, "preventions.sent_back", by=by, at=at, number=latest_round(case).number)
    settle(case, traits_of(case), now=at)
    return case


@transaction.atomic
def end(
    case_id: UUID, *, words: str, by: User, version: int | None = None, at: datetime | None = None
) -> Case:
    """Close it as it is, with words: not better, or nobody can tell. It does not count as closed by its measure."""
    at, words = at or timezone.now(), words.strip()
    case = held(case_id, version)
    _not_ones_own(case, by, at)
    if not words:
        raise CaseRefused(_("Write down why it ends although the figure is not better."))
    complete_step(case, "weigh", {"again": False}, by=by, at=at)
    round_ = latest_round(case)
    case.prevention.ending = words
    happen(case, "preventions.ended", by=by, at=at, number=round_.number)
    _close(case, Verdict(round_.verdict), by, at)
    settle(case, traits_of(case), now=at)
    return case


def _close(case: Case, verdict: Verdict, by: User, at: datetime) -> None:
    case.prevention.outcome = verdict
    case.prevention.save(update_fields=["outcome", "ending"])
    happen(case, KIND.closed, by=by, at=at, outcome=str(verdict))
    close(case, at=at)


def held(case_id: UUID, version: int | None) -> Case:
    """The open prevention, locked."""
    case = hold(case_id, version=version)
    if not case.is_open:
        raise CaseRefused(_("This prevention is closed."))
    return case


def _not_ones_own(case: Case, by: User, at: datetime) -> None:
    """Nobody says of their own work whether it helped, nor does whoever stands in for them."""
    if by.pk in its_own(case, timezone.localdate(at)):
        raise CaseRefused(
            _("Whoever owns the prevention or carried it out, or stands in for them, does not verify it.")
        )


def its_own(case: Case, on: date) -> frozenset[UUID]:
    """The owner and those before, whoever carried out a round, and their deputies of the day."""
    did = {*queries.owners_of(case), *(each.done_by_id for each in case.prevention.plans.all())}
    people = frozenset(person for person in did if person is not None)
    return people | queries.stand_ins(people, on)


def latest_round(case: Case) -> Plan:
    """The round that runs, or the last that did."""
    return queries.plans(case)[-1]
