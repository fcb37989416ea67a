"""Complaints out of a ledger: open ones to be worked on here like any other, closed ones as they ended elsewhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils import timezone

from yinuo.engines.cases import numbers
from yinuo.engines.cases.clocks import clock_row
from yinuo.engines.cases.models import NEVER, Case, Clock, Lane
from yinuo.engines.cases.opening import Rows
from yinuo.engines.processes.marking import Marking
from yinuo.engines.promises.fold import Moment, fold
from yinuo.facts.canonical import MAX_INTEGER
from yinuo.facts.gate import fact_row
from yinuo.facts.ids import new_id
from yinuo.facts.models import Fact
from yinuo.facts.rows import write_rows
from yinuo.ground.customers.intake import CustomerRows, Person, customer_rows, find_customer
from yinuo.ground.customers.numbers import mask_numbers
from yinuo.ground.tables import column_key
from yinuo.ground.vault.ciphertext import encrypt
from yinuo.ground.vault.keys import new_subject_key
from yinuo.ground.vault.models import SubjectKey
from yinuo.ground.vault.sealed import sealed_row
from yinuo.packs.complaints.actions.intake import Arrival, prepare
from yinuo.packs.complaints.ledger.bank import Bank
from yinuo.packs.complaints.ledger.cells import day_in, number_in
from yinuo.packs.complaints.ledger.layout import Ledger
from yinuo.packs.complaints.ledger.masks import is_masked
from yinuo.packs.complaints.ledger.outgoing import place
from yinuo.packs.complaints.ledger.reading import LedgerComplaint
from yinuo.packs.complaints.models import Complaint, LedgerRow, Matter
from yinuo.packs.complaints.pack import KIND

ORIGIN = "import"
SUBJECT = 120
UNKNOWN = "unknown"  # what a fact says of a source that no word of ours stands for
BESIDES = "+"  # before the heading of a column that is none of the ledger's


def take(said: LedgerComplaint, bank: Bank) -> None:
    """Write one complaint down with everything that begins with it; inside a transaction."""
    rows = _open(said, bank) if bank.is_open(said) else _Closed(said, bank).rows()
    write_rows(rows)


def _open(said: LedgerComplaint, bank: Bank) -> Rows:
    """A complaint that is still open is opened here as of then: its clocks run from the day it was received."""
    at, person = bank.midnight(said.received), _person(said)
    unit = bank.unit(said, "handling_unit") or bank.centre
    arrival = Arrival(
        words=said.cells.get("words", ""),
        subject=_subject(said),
        name=person.name,
        phone=person.phone,
        email=person.email,
        source=bank.source(said) or UNKNOWN,
        requests=_requests(said, bank),
        amount=_amount(said),
        complained_unit=bank.unit(said, "complained_unit"),
    )
    taken = prepare(
        arrival,
        handling_unit=unit,
        by=bank.by,
        handler=None,
        at=at,
        now=bank.now,
        origin=ORIGIN,
        letters=False,
    )
    case_id = taken.opening.id
    here: Rows = [(model, [_from_file(model, row, said, bank) for row in rows]) for model, rows in taken.rows]
    return [
        *here,
        (LedgerRow, [_kept(said, bank.ledger, case_id, taken.customer, taken.key)]),
        (Fact, [_imported(said, bank, case_id, unit)]),
    ]


def _from_file(
    model: type[Model], row: Mapping[str, Any], said: LedgerComplaint, bank: Bank
) -> Mapping[str, Any]:
    if model is Case:
        return {**row, "opened_precision": "day"}
    if model is Complaint:
        return {**row, "source": bank.source(said), "source_key": said.key, "source_row": said.row.number}
    return row


class _Closed:
    """A complaint that ended elsewhere: what the ledger says of it, nothing made up about who did what when."""

    def __init__(self, said: LedgerComplaint, bank: Bank) -> None:
        self.said, self.bank, self.id = said, bank, new_id()
        self.received = bank.midnight(said.received)
        self.handling = bank.unit(said, "handling_unit") or bank.centre
        self.customer: CustomerRows | None = None
        person = _person(said)
        if _personal(said, bank.ledger):
            self.customer = customer_rows(person, find_customer(phone=person.phone, email=person.email))

    def rows(self) -> Rows:
        """Everything to write, parents first."""
        if self.customer:
            whose, secret, first = self.customer.id, self.customer.key, self.customer.rows
        else:
            key_row, secret = new_subject_key(self.id)
            whose, first = self.id, [(SubjectKey, [key_row])]
        return [
            *first,
            (Case, [self._case()]),
            (Clock, self._clocks()),
            (Complaint, [sealed_row(Complaint, self._complaint(), whose, secret)]),
            (Matter, [sealed_row(Matter, self._matter(), whose, secret)]),
            (LedgerRow, [_kept(self.said, self.bank.ledger, self.id, whose, secret)]),
            (Fact, self._facts()),
        ]

    def _case(self) -> dict[str, Any]:
        bank, said, rules = self.bank, self.said, self.bank.rules
        return {
            "id": self.id,
            "kind": KIND.key,
            "number": numbers.take(KIND.series, self.received),
            "customer_id": self.customer.id if self.customer else None,
            "owning_unit_id": bank.unit(said, "branch_code", "branch_name") or self.handling,
            "handling_unit_id": self.handling,
            "complained_unit_id": bank.unit(said, "complained_unit"),
            "handler_id": None,
            "process_id": rules.process.pk,
            "promises_id": rules.promises.pk,
            "calendar_id": rules.calendar.pk,
            "marking": Marking().to_json(),
            "step": "",
            "lane": Lane.CLOSED,
            "next_due": NEVER,
            "opened_at": self.received,
            "opened_precision": "day",
            "closed_at": bank.midnight(said.closed) if said.closed else None,
            "is_open": False,
            "origin": ORIGIN,
            "language": "zh-hans",
            "version": 1,
        }

    def _clocks(self) -> list[dict[str, Any]]:
        """The clocks that days can judge: counted in days, paused by nothing, stopped by the answer."""
        told = [
            promise
            for promise in self.bank.rules.list_promises()
            if KIND.received in promise.starts
            and "complaints.answered" in promise.stops
            and promise.within.unit == "days"
            and not (promise.pauses or promise.when)
        ]
        moments = [Moment(KIND.received, self.received), Moment("complaints.answered", self._decided())]
        calendar = self.bank.rules.read_calendar()
        return [
            clock_row(self.id, promise.key, place, fold(promise, moments, calendar, self.bank.now), None)
            for place, promise in enumerate(told)
        ]

    def _decided(self) -> datetime | None:
        """When the customer was answered; None where the ledger does not say, or names a day that cannot be."""
        day = day_in(self.said.cells.get("decided", ""))
        possible = day is not None and self.said.received <= day <= timezone.localtime(self.bank.now).date()
        return self.bank.midnight(day) if day and possible else None

    def _complaint(self) -> dict[str, Any]:
        said, bank = self.said, self.bank
        calendar = bank.rules.read_calendar()
        return {
            "case_id": self.id,
            "subject": _subject(said),
            "words": said.cells.get("words", ""),
            "source": bank.source(said),
            "level": bank.code(said, "level"),
            "requests": list(_requests(said, bank)),
            "amount": _amount(said),
            "currency": "CNY",
            "business": bank.code(said, "business"),
            "cause": bank.code(said, "cause"),
            "answered_at": self._decided(),
            "handling_days": calendar.working_days(said.received, said.closed) if said.closed else None,
            "source_key": said.key,
            "source_row": said.row.number,
            "outcome": "",
            "ending": "handled",
        }

    def _matter(self) -> dict[str, Any]:
        return {
            "id": new_id(),
            "complaint_id": self.id,
            "position": 1,
            "title": _subject(self.said),
            "business": self.bank.code(self.said, "business"),
            "cause": self.bank.code(self.said, "cause"),
            "responsible_unit_id": self.bank.unit(self.said, "complained_unit"),
            "conclusion": "",
            "finding": "",
        }

    def _facts(self) -> list[dict[str, Any]]:
        bank, said = self.bank, self.said
        shared = _shared(bank, self.id, self.handling)
        received = fact_row(
            KIND.received, at=self.received, source=bank.source(said) or UNKNOWN,
            requests=list(_requests(said, bank)), amount=_amount(said), files=0, **shared,
        )  # fmt: skip
        return [received, _imported(said, bank, self.id, self.handling)]


def _shared(bank: Bank, case_id: UUID, unit: UUID) -> dict[str, Any]:
    return {"by": bank.by, "case": case_id, "unit": unit, "recorded_at": bank.now}


def _imported(said: LedgerComplaint, bank: Bank, case_id: UUID, unit: UUID) -> dict[str, Any]:
    return fact_row(
        "complaints.imported", at=bank.now, file=bank.file, row=said.row.number, mapping=bank.edition,
        received=said.received, ended=said.closed, **_shared(bank, case_id, unit),
    )  # fmt: skip


def _kept(said: LedgerComplaint, ledger: Ledger, case_id: UUID, whose: UUID, secret: bytes) -> dict[str, Any]:
    """The row's cells; who somebody is, and what the ledger has no column for, apart from the others."""
    personal = _personal(said, ledger)
    sealed = encrypt(secret, json.dumps(personal, ensure_ascii=False), place(case_id)) if personal else None
    cells = {key: cell for key, cell in said.cells.items() if key not in personal}
    row = {
        "case_id": case_id,
        "cells": json.dumps(cells, ensure_ascii=False),
        "personal": sealed,
        "version": 1,
    }
    return sealed_row(LedgerRow, row, whose, secret)


def _personal(said: LedgerComplaint, ledger: Ledger) -> dict[str, str]:
    own = {key: cell for key, cell in said.cells.items() if ledger.by_key[key].personal}
    return own | {BESIDES + heading: cell for heading, cell in said.besides.items()}


def _person(said: LedgerComplaint) -> Person:
    """Who complained, so that they are known again; what came masked recognises nobody."""
    name, contact = said.cells.get("name", ""), said.cells.get("contact", "")
    if is_masked("contact", contact):
        return Person(name)
    parts = contact.replace("/", " ").replace("、", " ").replace("；", " ").replace(";", " ").split()
    email = next((part for part in parts if "@" in part), "")
    phone = next((part for part in parts if "@" not in part and sum(map(str.isdigit, part)) >= 7), "")
    return Person(name, phone[:40], email[:120])


def _subject(said: LedgerComplaint) -> str:
    """What it is called in a list: the beginning of its words, else its cause or business."""
    cells = said.cells
    words = cells.get("words") or cells.get("cause") or cells.get("business") or cells["number"]
    line = mask_numbers(" ".join(words.split()))
    return line if len(line) <= SUBJECT else line[: SUBJECT - 1] + "…"


def _requests(said: LedgerComplaint, bank: Bank) -> tuple[str, ...]:
    words = (
        said.cells.get("request", "").replace("，", "、").replace(",", "、").replace("；", "、").split("、")
    )
    known = bank.codes["complaint_request"]
    return tuple(dict.fromkeys(code for word in words if (code := known.get(column_key(word)))))


def _amount(said: LedgerComplaint) -> int | None:
    """Minor units; the ledger counts in ten thousands of yuan. None where it is no amount of whole fen, or
    more than a fact can say."""
    ten_thousands = number_in(said.cells.get("amount", ""))
    if ten_thousands is None:
        return None
    fen = ten_thousands * Decimal(1_000_000)
    return int(fen) if 0 <= fen <= MAX_INTEGER and fen == int(fen) else None
