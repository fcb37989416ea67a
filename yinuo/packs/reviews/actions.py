"""The verbs of a review. Each is one transaction: state, facts, clocks and letters together, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from yinuo.engines.cases import numbers
from yinuo.engines.cases.models import Case, Reference
from yinuo.engines.cases.moves import CaseRefused, assign, close, complete_step, happen, hold, settle
from yinuo.engines.cases.opening import Rules, Subject, opening
from yinuo.engines.editions import shelf
from yinuo.facts.ids import new_id
from yinuo.facts.rows import write_rows
from yinuo.ground.outbox.models import Letter
from yinuo.ground.outbox.write import letter_row
from yinuo.ground.people.models import User
from yinuo.ground.vault.keys import digest, open_key
from yinuo.ground.vault.sealed import key_for, sealed_row
from yinuo.packs.reviews.models import Outcome, Review
from yinuo.packs.reviews.pack import BECAUSE, KIND
from yinuo.packs.reviews.queries import Decision, about, decision_of, review_of, reviewing_unit

FACT = {Outcome.UPHELD: "reviews.upheld", Outcome.CHANGED: "reviews.changed"}
LETTER = {Outcome.UPHELD: "review_upheld", Outcome.CHANGED: "review_changed"}


@transaction.atomic
def ask(
    case_id: UUID, *, words: str, by: User | None, at: datetime | None = None, letters: bool = True
) -> Case:
    """Open the review of a case's decision, for the customer (`by` None) or as staff write it down for them.

    CaseRefused where there is no decision, where it was reviewed or is being, and once the time for it is over.
    """
    at, words = at or timezone.now(), words.strip()
    examined = hold(case_id)
    decision = decision_of(examined)
    refusal = why_not(decision, at)
    if decision is None or refusal:
        raise CaseRefused(refusal)
    if not words:
        raise CaseRefused(_("Write down what the customer does not agree with."))
    return _opened(examined, decision, words, by, at, letters)


def why_not(decision: Decision | None, at: datetime) -> str:
    """Why no review of it can be asked for at that time, and where else to turn; "" where one can."""
    if decision is None:
        return _("There is no answer to review: the complaint is still being handled, or ended without one.")
    review = review_of(decision)
    if review is not None and review.case.is_open:
        return _("A review of this answer is under way already.")
    if review is not None:
        return _(
            "This answer was reviewed already. Mediation, the hotline 12378, arbitration and court remain."
        )
    if at > decision.until:
        return _(
            "A review could be asked for until %(until)s. Mediation, the hotline 12378, arbitration and court remain."
        ) % {"until": moment(decision.until)}
    return ""


def _opened(
    examined: Case, decision: Decision, words: str, by: User | None, at: datetime, letters: bool
) -> Case:
    unit = reviewing_unit(examined, timezone.localdate(at))
    subject = Subject(
        owning_unit=examined.handling_unit_id,
        handling_unit=unit.pk,
        customer=examined.customer_id,
        complained_unit=examined.complained_unit_id,
        language=examined.language,
        origin="staff" if by else "portal",
    )
    sealed = digest(open_key(examined.customer_id), words) if examined.customer_id else None
    letter = new_id() if letters and examined.customer and examined.customer.email else None
    opened = opening(
        KIND, Rules.today(KIND, unit=subject.owning_unit), subject,
        number=numbers.take(KIND.series, at), at=at, now=timezone.now(),
        by=by.pk if by else None, traits={},
        fact={
            "about": examined.pk, "decision": decision.fact, "by_customer": by is None,
            "letter": letter, "words": sealed,
        },
    )  # fmt: skip
    row = {
        "case_id": opened.id, "decision": decision.fact, "decided_at": decision.at, "words": words,
        "by_customer": by is None, "outcome": "", "reasons": "",
    }  # fmt: skip
    reference = {"id": new_id(), "from_case_id": opened.id, "to_case_id": examined.pk, "why": BECAUSE}
    whose = examined.customer_id or opened.id
    write_rows(
        [*opened.rows, (Review, [sealed_row(Review, row, whose, key_for(whose))]), (Reference, [reference])]
    )
    case = Case.objects.get(pk=opened.id)
    if letter:
        with override(case.language):
            name = unit.name
        gaps = {"asked": moment(at), "unit": name, "decide_by": moment(opened.due["decide"])}
        _send(case, examined, "review_acknowledgement", gaps, at, letter)
    return case


@transaction.atomic
def take(case_id: UUID, *, by: User, version: int | None = None, at: datetime | None = None) -> Case:
    """Take it on, so that colleagues see who reviews it."""
    at = at or timezone.now()
    case = _held(case_id, version)
    if case.handler_id is not None:
        raise CaseRefused(_("Somebody reviews it already."))
    assign(case, by, by=by, at=at)
    settle(case, {}, now=at)
    return case


@transaction.atomic
def decide(
    case_id: UUID, *, outcome: str, reasons: str, by: User, version: int | None = None,
    at: datetime | None = None, letters: bool = True,
) -> Case:  # fmt: skip
    """Decide with reasons that the answer stands or that a new one is due; the customer is told both."""
    at, reasons = at or timezone.now(), reasons.strip()
    case = _held(case_id, version)
    if outcome not in FACT:
        raise CaseRefused(_("Choose how the review ends."))
    if not reasons:
        raise CaseRefused(_("Write down the reasons; the customer is told them."))
    if case.handler_id is None:
        assign(case, by, by=by, at=at)
    letter = _letter(case, Outcome(outcome), reasons, at) if letters else None
    complete_step(case, "decide", {}, by=by, at=at)
    sealed = digest(open_key(case.customer_id), reasons) if case.customer_id else None
    happen(case, FACT[Outcome(outcome)], by=by, at=at, letter=letter, words=sealed)
    case.review.outcome, case.review.reasons = outcome, reasons
    case.review.save(update_fields=["outcome", "reasons"])
    happen(case, KIND.closed, by=by, at=at, outcome=outcome)
    close(case, at=at)
    settle(case, {}, now=at)
    return case


def _held(case_id: UUID, version: int | None) -> Case:
    """The open review, locked. Who may do nothing to it, the engine's gate says."""
    case = hold(case_id, version=version)
    if not case.is_open:
        raise CaseRefused(_("This review is decided."))
    return case


def _letter(case: Case, outcome: Outcome, reasons: str, at: datetime) -> UUID | None:
    if case.customer is None or not case.customer.email:
        return None
    return _send(case, about(case), LETTER[outcome], {"reasons": reasons}, at, new_id())


def _send(
    case: Case, examined: Case, template: str, gaps: Mapping[str, str], at: datetime, letter: UUID
) -> UUID:
    """A letter to the customer, written down for the outbox."""
    customer: Any = case.customer  # the callers have looked
    filled = {
        "bank": shelf.in_use("bank", "own").name.to(case.language),
        "number": case.number,
        "complaint": examined.number,
        "address": f"{settings.PUBLIC_URL}/s/track",
    }
    subject, body = shelf.in_use("letters", KIND.key)[template].fill(case.language, {**filled, **gaps})
    row = letter_row(
        case_id=case.pk, template=template, to=customer.email, subject=subject, body=body, letter_id=letter,
        subject_id=customer.pk, key=open_key(customer.pk), language=case.language, now=at,
    )  # fmt: skip
    write_rows([(Letter, [row])])
    return letter


def moment(at: datetime | None) -> str:
    """A moment as letters write it, on the bank's clock; two hyphens where there is none."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else "--"
