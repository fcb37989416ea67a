"""A ledger of complaints with the times of their steps, replayed through the verbs as of then.

Clocks, verdicts and facts come out as if the people had worked here; letters do not: they were sent by
whatever system kept the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from yinuo.engines.cases.models import Case
from yinuo.engines.cases.moves import CaseRefused
from yinuo.ground.customers.intake import Person
from yinuo.ground.people.models import Unit, User
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.models import Complaint, Party
from yinuo.packs.complaints.overdue import overdue

BATCH = 25
Row = Mapping[str, str]
REDRESS_KINDS = {"refund": "refund", "compensation": "compensation"}  # what was asked for -> what was given
CONCLUSIONS = {"1": "upheld", "0": "not_upheld", "": "partly"}


@dataclass(slots=True)
class Replayed:
    """How many rows became complaints, were here already, or were refused with the reason."""

    new: int = 0
    known: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)

    def line(self) -> str:
        """The machine-readable last line."""
        return f"new {self.new}, refused {len(self.refused)}, known {self.known}"


def import_history(rows: Iterable[Row], matters: Iterable[Row], customers: Iterable[Row]) -> Replayed:
    """Replay complaints.csv with matters.csv and customers.csv; again brings in nothing twice.

    Each row is whole or not at all; twenty-five share a transaction's commit.
    """
    ledger = _Ledger(matters, customers)
    done = Replayed()
    pending = iter(rows)
    with override(settings.LANGUAGE_CODE):  # what is written on the way stands in the bank's own language
        while chunk := list(islice(pending, BATCH)):
            with transaction.atomic():
                for row in chunk:
                    _one(ledger, row, done)
    return done


def _one(ledger: _Ledger, row: Row, done: Replayed) -> None:
    if Complaint.objects.filter(source_key=ledger.key(row)).exists():
        done.known += 1
        return
    try:
        with transaction.atomic():
            ledger.replay(row)
        done.new += 1
    except (CaseRefused, KeyError, ValueError) as error:
        done.refused.append((row.get("number", "?"), str(error)))


class _Ledger:
    """The other tables, by what the complaints name them with."""

    def __init__(self, matters: Iterable[Row], customers: Iterable[Row]) -> None:
        self.units = {unit.code: unit.pk for unit in Unit.objects.all()}
        self.staff = {user.staff_number: user for user in User.objects.all()}
        self.customers = {row["number"]: row for row in customers}
        self.matters: dict[str, list[Row]] = {}
        for row in matters:
            self.matters.setdefault(row["complaint"], []).append(row)

    @staticmethod
    def key(row: Row) -> str:
        """What names a row for ever."""
        return f"ledger:{row['number']}"

    def replay(self, row: Row) -> None:
        """Everything that happened to one complaint, in order."""
        case_id = self._receive(row)
        handler = self.staff.get(row["handler"])
        if handler is None:
            return
        if (refused := _at(row, "refused_at")) is not None:
            actions.refuse(
                case_id, reason=row["refusal"], words=row["end_words"], by=handler, at=refused, letters=False
            )
            return
        self._handle(row, case_id, handler)
        self._end_otherwise(row, case_id, handler)

    def _handle(self, row: Row, case_id: UUID, handler: User) -> None:
        """From acceptance as far as it came."""
        accepted = _earliest(row, "first_reply_at", "graded_at")
        if accepted is None:
            return
        actions.accept(case_id, by=handler, at=accepted)
        graded = _at(row, "graded_at")
        if graded is None:
            return
        graded = max(graded, accepted + timedelta(minutes=1))
        actions.grade(case_id, level=row["level"], matters=self._graded(row), by=handler, at=graded)
        if row["note"]:
            actions.write_note(case_id, text=row["note"], by=handler, at=graded + timedelta(minutes=5))
        self._see_authority(row, case_id, handler)
        self._investigate(row, case_id, handler)

    def _receive(self, row: Row) -> UUID:
        customer = self.customers[row["customer"]]
        arrival = actions.Arrival(
            words=row["text"],
            subject=row["subject"],
            name=customer["name"],
            phone=customer["phone"],
            email=customer["email"],
            language=row["language"],
            source=row["source"],
            requests=(row["request"],) if row["request"] else (),
            complained_unit=self.units.get(row["complained_unit"]),
            complained_people=tuple(
                self.staff[number].pk for number in row.get("complained_staff", "").split()
            ),
        )
        unit, at = self.units[row["handling_unit"]], _at(row, "received_at")
        if row.get("speaker"):
            received = actions.receive_for(
                arrival, self._speaker(row), handling_unit=unit, at=at, origin="import", letters=False
            )
        else:
            officer = self.staff.get(row["officer"])
            received = actions.receive(
                arrival, handling_unit=unit, by=officer, at=at, origin="import", letters=False
            )
        Complaint.objects.filter(pk=received.case_id).update(source_key=self.key(row))
        return received.case_id

    def _speaker(self, row: Row) -> actions.Speaker:
        """Who brought it for the customer."""
        speaks = self.customers[row["speaker"]]
        person = Person(speaks["name"], speaks["phone"], speaks["email"], row["language"])
        return actions.Speaker(person, row["relation"])

    def _see_authority(self, row: Row, case_id: UUID, handler: User) -> None:
        """The paper of whoever brought it was shown that day, and seen to."""
        if (at := _at(row, "authority_checked_at")) is not None:
            party = Party.objects.get(complaint_id=case_id, brought=True)
            proof = actions.Proof(shown_on=timezone.localdate(at))
            actions.check_authority(case_id, party=party.pk, proof=proof, by=handler, at=at, letters=False)

    def _graded(self, row: Row) -> Sequence[actions.Graded]:
        return [
            actions.Graded(
                row["subject"] if matter["position"] == "1" else _("Also complained of"),
                matter["business"],
                matter["cause"],
                self.units.get(matter["unit"]),
            )
            for matter in self.matters[row["number"]]
        ]

    def _investigate(self, row: Row, case_id: UUID, handler: User) -> None:
        asked, replied = _at(row, "waiting_from"), _at(row, "waiting_until")
        if asked is not None:
            question = _("Please send us what shows it, for example a screenshot.")
            actions.finish_investigation(case_id, by=handler, question=question, at=asked, letters=False)
            if replied is None:
                return
            actions.supplement(case_id, words=_("Here is what you asked for."), at=replied)
        answered = _at(row, "answered_at")
        if answered is None:
            self._ask_redress(row, case_id, handler)
            return
        for matter in self.matters[row["number"]]:
            actions.conclude(
                case_id,
                position=int(matter["position"]),
                conclusion=CONCLUSIONS[matter["responsible"]],
                finding=row["note"] or row["subject"],
                by=handler,
                at=answered - timedelta(minutes=9),
            )
        self._redress(row, case_id, handler, answered)
        if overdue(Case.objects.get(pk=case_id), answered):
            reason = row.get("overdue_reason") or "not-stated"
            actions.explain_overdue(case_id, reason=reason, by=handler, at=answered)
        actions.finish_investigation(case_id, by=handler, at=answered - timedelta(minutes=5))
        actions.answer(case_id, words=row["answer"], by=handler, at=answered, letters=False)
        closed = _at(row, "closed_at")
        if closed is not None:
            actions.finish(case_id, by=handler, at=closed)

    def _end_otherwise(self, row: Row, case_id: UUID, handler: User) -> None:
        """Withdrawn, or opened again and, if so, answered and filed once more."""
        withdrawn, reopened, again = (_at(row, name) for name in ("withdrawn_at", "reopened_at", "again_at"))
        if withdrawn is not None:
            by = None if row["withdrawn_by"] == "customer" else handler
            said = row["end_words"] if by else ""
            actions.withdraw(case_id, said=said, by=by, at=withdrawn, letters=False)
        if reopened is None:
            return
        actions.reopen(
            case_id, reason=row["reopening"], said=row["end_words"], by=self.staff[row["approver"]], at=reopened,
            letters=False,
        )  # fmt: skip
        if again is not None:
            actions.finish_investigation(case_id, by=handler, at=again - timedelta(minutes=9))
            actions.answer(
                case_id, words=row["answer"], by=handler, at=again - timedelta(minutes=5), letters=False
            )
            actions.finish(case_id, by=handler, at=again)

    def _ask_redress(self, row: Row, case_id: UUID, handler: User) -> None:
        """What was proposed and still waits for a second person."""
        at = _at(row, "waiting_until") or _at(row, "investigating_at")
        if at is not None and (amount := int(row.get("asked_fen") or 0)):
            actions.propose_redress(
                case_id, kind=_redress_kind(row), amount=amount, reason=row["subject"], by=handler, at=at
            )

    def _redress(self, row: Row, case_id: UUID, handler: User, answered: datetime) -> None:
        """What the ledger says was granted, by the approver it names where the limit wants one."""
        amount = sum(int(matter.get("redress_fen") or 0) for matter in self.matters[row["number"]])
        if not amount:
            return
        case = actions.propose_redress(
            case_id, kind=_redress_kind(row), amount=amount, reason=row["note"] or row["subject"],
            by=handler, at=answered - timedelta(minutes=8),
        )  # fmt: skip
        if case.complaint.redress is None:
            approver = self.staff[row["approver"]]
            actions.decide_redress(case_id, granted=True, by=approver, at=answered - timedelta(minutes=6))


def _redress_kind(row: Row) -> str:
    return REDRESS_KINDS.get(row["request"], "goodwill")


def _at(row: Row, column: str) -> datetime | None:
    return datetime.fromisoformat(row[column]) if row.get(column) else None


def _earliest(row: Row, *columns: str) -> datetime | None:
    return min((at for column in columns if (at := _at(row, column))), default=None)
