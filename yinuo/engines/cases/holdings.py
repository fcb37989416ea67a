"""What cases hold on a person, told to them on request: the cases, what was said about them, and letters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from yinuo.engines.cases.models import Approval, Case, Clock, Note
from yinuo.ground.customers.holdings import Holding, Row, declare_holding, declare_untold, table
from yinuo.ground.outbox.models import Letter
from yinuo.ground.outbox.write import open_letter
from yinuo.ground.vault.hand import secret_of
from yinuo.ground.vault.keys import KeyDestroyed, KeyMissing

CASE = {
    "number": _("Number"), "kind": _("Kind"), "opened_at": _("Begun"), "closed_at": _("Ended"), "is_open": _("Open"),
    "step": _("Step"), "origin": _("Came by"), "language": _("Language"),
}  # fmt: skip
NOTE = {
    "number": _("Number"), "written_at": _("Written"), "by_customer": _("Written by you"),
    "for_customer": _("Written to you"), "text": _("Words"),
}  # fmt: skip
DECISION = {
    "number": _("Number"), "asked_at": _("Asked"), "reason": _("Why"), "granted": _("Granted"),
    "decided_at": _("Decided"), "said": _("Words"),
}  # fmt: skip
LIMIT = {
    "number": _("Number"), "promise": _("Promise"), "status": _("State"), "started_at": _("Begun"),
    "due_at": _("Due"), "stopped_at": _("Stopped"),
}  # fmt: skip
LETTER = {
    "created_at": _("Written"), "sent_at": _("Sent"), "to": _("To"), "subject": _("Subject"), "body": _("Words"),
}  # fmt: skip


def rows_of(model: type[Model], columns: Mapping[str, Any], customer_id: UUID) -> Iterator[Row]:
    """Rows that belong to the person's cases by a field `case`; `number` is the number of the case."""
    found = model._default_manager.filter(case__customer_id=customer_id).select_related("case").order_by("pk")
    own = [name for name in columns if name != "number"]
    for row in found:
        yield {"number": row.case.number, **{name: getattr(row, name) for name in own}}  # type: ignore[attr-defined]


def _cases(customer_id: UUID) -> Iterator[Row]:
    yield from table(Case.objects.filter(customer_id=customer_id).order_by("opened_at", "pk"), CASE)


def _letters(customer_id: UUID) -> Iterator[Row]:
    for letter in Letter.objects.filter(subject_key_id=customer_id).order_by("created_at", "pk"):
        try:
            said = open_letter(letter, secret_of(customer_id))
        except (KeyDestroyed, KeyMissing):
            return
        yield {
            "created_at": letter.created_at, "sent_at": letter.sent_at, "to": said.to, "subject": said.subject,
            "body": said.body,
        }  # fmt: skip


def declare_case_holdings() -> None:
    """Called once when Django starts."""
    declare_holding(
        Holding("cases", _("Your cases"), ("cases.Case",), CASE, _cases),
        Holding("notes", _("What was written"), ("cases.Note",), NOTE, lambda who: rows_of(Note, NOTE, who)),
        Holding(
            "decisions", _("What was decided"), ("cases.Approval",), DECISION,
            lambda who: rows_of(Approval, DECISION, who),
        ),
        Holding(
            "limits", _("What was promised, and whether it was kept"), ("cases.Clock",), LIMIT,
            lambda who: rows_of(Clock, LIMIT, who),
        ),
        Holding("letters", _("Letters to you"), ("outbox.Letter",), LETTER, _letters),
    )  # fmt: skip
    declare_untold(
        {
            "cases.Step": "the bank's own steps; what came of them is told",
            "cases.Receipt": "an answer already given to a program, kept for its repetition",
            "cases.Reference": "how cases point at each other; each is told by itself",
            "cases.Recusal": "of colleagues, not of the customer",
            "cases.Rung": "which colleagues were told of a limit",
            "cases.BulkAct": "what a colleague typed for many cases, kept until it is done",
            "cases.BulkRow": "how far an act on many cases has come",
            "cases.Intention": "what a colleague typed, kept for ten seconds; done, its words are told",
            "cases.Mention": "which colleagues were told of a note",
            "cases.Follower": "which colleagues follow a case",
        }
    )
