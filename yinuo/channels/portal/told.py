"""What a customer is told, in words a customer uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from yinuo.engines.cases.models import Case, Clock
from yinuo.engines.editions import shelf
from yinuo.ground.terms.lists import label
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.forms import money_to_minor
from yinuo.packs.complaints.models import Ending, Party
from yinuo.packs.complaints.pack import KIND
from yinuo.packs.complaints.ties import leading, split_off
from yinuo.web.case_clocks import span_words
from yinuo.web.formats import day, listed, moment, money, weekday
from yinuo.web.parts import Pair, StepMark

NOT_ANSWERED = (Ending.WITHDRAWN, Ending.REFUSED)


def check_facts(contact: dict[str, Any], said: dict[str, Any]) -> dict[str, list[Pair]]:
    """What was typed, to be read once more before it is sent."""
    amount = money_to_minor(said.get("amount"))
    return {
        "contact_facts": [
            Pair(_("Name"), contact["name"]),
            Pair(_("Mobile phone"), contact.get("phone") or None),
            Pair(_("E-mail"), contact.get("email") or None),
            *(_for_whom(contact) if contact["another"] else []),
        ],
        "said_facts": [
            Pair(_("When"), day(said["happened_on"]) if said.get("happened_on") else None),
            Pair(_("Which branch"), said["unit"].name if said.get("unit") else None),
            Pair(_("Amount concerned"), money(amount) if amount else None),
            Pair(
                _("What you would like us to do"),
                listed(label("complaint_request", code) for code in said.get("requests", [])) or None,
            ),
        ],
    }


def _for_whom(contact: dict[str, Any]) -> list[Pair]:
    return [
        Pair(_("You complain for"), contact["customer_name"]),
        Pair(_("Their mobile phone"), contact["customer_phone"] or None),
        Pair(_("How you stand to them"), label("complaint_relation", contact["relation"])),
    ]


def promise_facts() -> list[Pair]:
    """What happens after sending and by when, in a customer's words."""
    names = {"accept": _("We confirm it"), "answer": _("We answer you"), "legal": _("Legal limit")}
    return [
        Pair(names.get(promise.key, str(promise.name)), span_words(promise.within))
        for promise in shelf.in_use("promises", KIND.key)
        if KIND.received in promise.starts
    ]


def next_steps(case: Case) -> list[StepMark]:
    """What will happen, with the dates of this very case."""
    clocks = clocks_of(case)
    return [
        StepMark(_("We confirm it and tell you who is responsible"), "now", _before(clocks.get("accept"))),
        StepMark(
            _("We give the customer an answer") if is_kept_back(case) else _("We give you an answer"),
            "todo",
            _before(clocks.get("answer")),
        ),
        StepMark(
            _("Legal limit"),
            "todo",
            _before(clocks.get("legal")),
            note=_("A complex complaint may take longer; we would tell you the reason and the new date."),
        ),
    ]


def _before(clock: Clock | None) -> str:
    if clock is None or clock.due_at is None:
        return ""
    return _("by %(at)s (%(weekday)s)") % {"at": moment(clock.due_at), "weekday": weekday(clock.due_at)}


def clocks_of(case: Case) -> dict[str, Clock]:
    """The case's clocks by promise."""
    return {clock.promise: clock for clock in case.clocks.all()}


def is_kept_back(case: Case) -> bool:
    """Whether whoever holds the tracking code complained for somebody else and may not read what is answered."""
    return actions.kept_back(case.complaint.parties.all(), timezone.localdate())


def progress(case: Case) -> dict[str, Any]:
    """Everything the tracking page says about the case; of one that was merged, how far the other one is.

    Whoever complained for somebody else, and may not read it yet, sees how far it is and their own words alone.
    """
    kept_back, first = is_kept_back(case), leading(case)
    shown = _merged(case, first) if first and not kept_back else _own(case)
    shown |= {"kept_back": kept_back, "may_withdraw": case.is_open and not shown["told"]}
    if not kept_back:
        return shown
    own_words = [note for note in shown["talk"] if note.by_customer]
    return shown | {"headline": _headline_outside(case), "told": False, "answer": None, "talk": own_words}


def _headline_outside(case: Case) -> str:
    """Where it stands, to somebody who may not read what was answered."""
    if case.complaint.ending == Ending.MERGED:
        return _("It is handled together with another complaint.")
    if not case.is_open:
        return _("The complaint is closed.")
    return _("We have answered the customer.") if case.complaint.answered_at else _("We are looking into it.")


def _own(case: Case) -> dict[str, Any]:
    clocks = clocks_of(case)
    notes = list(case.notes.filter(for_customer=True).order_by("written_at"))
    answers = [note for note in notes if note.subject == "answer"]
    return {
        "headline": headline(case),
        "state_facts": [
            Pair(_("Who is dealing with it"), _handler(case)),
            Pair(_("Number"), case.number),
            *_people(case),
            *([] if case.complaint.ending in NOT_ANSWERED else _limits(clocks)),
            *(Pair(_("Split off as a complaint of its own"), part.number) for part in split_off(case)),
        ],
        "steps": steps(case),
        "matters": list(case.complaint.matters.all()),
        "told": case.complaint.answered_at is not None,
        "answer": answers[-1] if answers else None,
        "talk": [note for note in notes if note.subject != "answer"],
    }


def _people(case: Case) -> list[Pair]:
    """Who complains too and who speaks for the customer, as masked as for staff: a wrong one is noticed here."""
    parties, names = list(case.complaint.parties.all()), dict[str, list[str]]()
    if case.customer and any(party.brought for party in parties):
        return [Pair(_("You complain for"), case.customer.masked_name)]
    for party in parties:
        if party.removed_at is None:
            names.setdefault(party.role, []).append(party.customer.masked_name)
    told = ((Party.Role.JOINT, _("Complains with you")), (Party.Role.AGENT, _("Speaks for you")))
    return [Pair(name, listed(names[role])) for role, name in told if role in names]


def _merged(case: Case, first: Case) -> dict[str, Any]:
    """Where the complaint stands into which this one was merged, and not a word of it: its own code shows those."""
    notes = case.notes.filter(for_customer=True).exclude(subject="answer").order_by("written_at")
    return {
        "headline": _("We handle it together with your complaint %(number)s.") % {"number": first.number},
        "state_facts": [
            Pair(_("How far it is"), headline(first)),
            Pair(_("Who is dealing with it"), _handler(first)),
            Pair(_("Number"), case.number),
            *([] if first.complaint.ending in NOT_ANSWERED else _limits(clocks_of(first))),
        ],
        "steps": steps(first),
        "matters": list(case.complaint.matters.all()),
        "told": first.complaint.answered_at is not None,
        "answer": None,
        "talk": list(notes),
    }


def _limits(clocks: dict[str, Clock]) -> list[Pair]:
    """Until when we answer: once more, where the complaint was opened again; then the law's limit is judged."""
    if again := clocks.get("reanswer"):
        return [Pair(_("Answer by"), _due(again))]
    return [
        Pair(_("Answer by"), _due(clocks.get("answer"))),
        Pair(_("Legal limit"), _due(clocks.get("legal"))),
    ]


def _handler(case: Case) -> str:
    return case.handler.name + _(", ") + case.handling_unit.name if case.handler else case.handling_unit.name


def _due(clock: Clock | None) -> str | None:
    return moment(clock.due_at) if clock and clock.due_at else None


def headline(case: Case) -> str:
    """One sentence: where it stands."""
    open_steps = set(case.step.split(","))
    if not case.is_open:
        ended = {
            Ending.WITHDRAWN: _("You withdrew your complaint."),
            Ending.REFUSED: _("We did not take on your complaint."),
        }
        return ended.get(Ending(case.complaint.ending or "handled"), _("Your complaint is closed."))
    if case.complaint.answered_at:
        return _("We have answered you.")
    if "ask" in open_steps:
        return _("We need something more from you.")
    if "register" in open_steps:
        return _("We received your complaint and will confirm it soon.")
    if case.complaint.reopened_at:
        return _("We are looking into your complaint again.")
    return _("We are looking into your complaint.")


def steps(case: Case) -> list[StepMark]:
    """Five plain steps a customer understands; one more where it was opened again, fewer where it ended otherwise."""
    again = case.complaint.reopened_at
    done = {
        step.key: step.done_at
        for step in sorted(case.steps.all(), key=lambda step: step.serial)
        if step.done_at and (again is None or step.done_at >= again or step.key == "register")
    }
    if case.complaint.ending in NOT_ANSWERED:
        return _ended_otherwise(case, done)
    opened_again: list[tuple[str, datetime | None]] = [(_("Opened again"), again)] if again else []
    confirmed = (_("Confirmed, somebody is responsible"), done.get("register"))
    reached: list[tuple[str, datetime | None]] = [
        (_("We received your complaint"), case.opened_at),
        *([confirmed] if confirmed[1] or not again else []),
        *opened_again,
        (
            _("Looked into"),
            done.get("investigate") if case.complaint.answered_at or "answer" in case.step else None,
        ),
        (_("Answer to the customer") if is_kept_back(case) else _("Answer to you"), done.get("answer")),
        (_("Closed"), case.closed_at),
    ]
    return _marked(reached)


def _ended_otherwise(case: Case, done: Mapping[str, datetime]) -> list[StepMark]:
    """Received, perhaps confirmed, and the end."""
    withdrawn = case.complaint.ending == Ending.WITHDRAWN
    confirmed = done.get("register") if withdrawn else None
    return _marked(
        [
            (_("We received your complaint"), case.opened_at),
            *([(_("Confirmed, somebody is responsible"), confirmed)] if confirmed else []),
            (_("Withdrawn") if withdrawn else _("Not taken on"), case.closed_at),
        ]
    )


def _marked(reached: Sequence[tuple[str, datetime | None]]) -> list[StepMark]:
    current = next((index for index, (_name, at) in enumerate(reached) if at is None), len(reached))
    return [
        StepMark(
            name,
            "done" if index < current else "now" if index == current else "todo",
            moment(at) if at else "",
        )
        for index, (name, at) in enumerate(reached)
    ]
