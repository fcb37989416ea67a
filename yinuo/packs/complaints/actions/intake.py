"""Taking in a complaint: from what a customer brought to the rows of everything that begins with it.

The hot door. One read for who the customer is, one write for all rows; see `engines/cases/opening.py`.
"""

from __future__ import annotations

import base64
import re
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from yinuo.engines.cases import numbers
from yinuo.engines.cases.opening import Opening, Rows, Rules, Subject, opening
from yinuo.facts.ids import new_id
from yinuo.facts.rows import write_rows
from yinuo.ground.customers.intake import CustomerRows, Person, customer_rows, find_customer
from yinuo.ground.customers.numbers import mask_numbers
from yinuo.ground.outbox.models import Letter
from yinuo.ground.people.models import User
from yinuo.ground.vault.keys import code_index, digest
from yinuo.ground.vault.sealed import sealed_row
from yinuo.packs.complaints.actions.letters import Reader, moment, row
from yinuo.packs.complaints.models import Complaint, Matter
from yinuo.packs.complaints.pack import KIND

SUBJECT_WIDTH = 80  # in columns: a Chinese character takes two, a Latin letter one
SENTENCE_END = re.compile(r"[。！？；]|[.!?;](?=\s|$)")


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a customer brought, checked already: words, who, how to reach them, what they want.

    `amount` is in minor units. `complained_unit` is None where the customer does not say; `complained_people`
    are colleagues complained of by name.
    """

    words: str
    name: str
    phone: str = ""
    email: str = ""
    language: str = "zh-hans"
    source: str = "portal"
    subject: str = ""
    requests: tuple[str, ...] = ()
    amount: int | None = None
    currency: str = "CNY"
    happened_on: date | None = None
    complained_unit: UUID | None = None
    complained_people: tuple[UUID, ...] = ()
    files: int = 0


@dataclass(frozen=True, slots=True)
class Taken:
    """A complaint ready to be written, and what the customer is told of it."""

    opening: Opening
    code: str
    customer: UUID
    key: bytes
    rows: Rows = field(default_factory=list)


def tracking_code() -> str:
    """Thirteen base32 characters, 65 random bits."""
    return base64.b32encode(secrets.token_bytes(9)).decode()[:13]


def shown(code: str) -> str:
    """A code in groups, as letters and pages print it: 7K4M-Q2XD-9HTWP."""
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


def prepare(
    arrival: Arrival,
    *,
    handling_unit: UUID,
    by: UUID | None,
    handler: UUID | None,
    at: datetime,
    now: datetime,
    origin: str,
    letters: bool = True,
) -> Taken:
    """Build every row of a new complaint; reads only who the customer is, writes nothing."""
    rules = Rules.today(KIND, unit=handling_unit)
    known = find_customer(phone=arrival.phone, email=arrival.email)
    person = customer_rows(Person(arrival.name, arrival.phone, arrival.email, arrival.language), known)
    fact = {
        "source": arrival.source,
        "words": digest(person.key, arrival.words),
        "requests": list(arrival.requests),
        "amount": arrival.amount,
        "files": arrival.files,
    }
    subject = Subject(
        owning_unit=handling_unit,
        handling_unit=handling_unit,
        customer=person.id,
        complained_unit=arrival.complained_unit,
        complained_people=arrival.complained_people,
        handler=handler,
        language=arrival.language,
        origin=origin,
    )
    opened = opening(
        KIND, rules, subject,
        number=numbers.take(KIND.series, at), at=at, now=now, by=by, fact=fact,
        traits={"level": "", "source": arrival.source, "origin": origin},
    )  # fmt: skip
    code = tracking_code()
    rows = [*person.rows, *opened.rows, *_complaint_rows(arrival, opened.id, code, person)]
    if letters and arrival.email:
        reader = Reader(arrival.email, arrival.language, person.id, person.key)
        rows.append((Letter, [acknowledgement(opened, code, reader, now)]))
    return Taken(opened, code, person.id, person.key, rows)


def _complaint_rows(arrival: Arrival, case_id: UUID, code: str, person: CustomerRows) -> Rows:
    title = mask_numbers(arrival.subject or _first_sentence(arrival.words))  # lists and exports show it
    complaint = {
        "case_id": case_id,
        "subject": title,
        "words": arrival.words,
        "source": arrival.source,
        "level": "",
        "requests": list(arrival.requests),
        "amount": arrival.amount,
        "currency": arrival.currency,
        "happened_on": arrival.happened_on,
        "business": "",
        "cause": "",
        "tracking_index": code_index("tracking", code),
        "source_codes": {},
        "outcome": "",
        "ending": "",
    }
    matter = {
        "id": new_id(),
        "complaint_id": case_id,
        "position": 1,
        "title": title,
        "business": "",
        "cause": "",
        "responsible_unit_id": arrival.complained_unit,
        "conclusion": "",
        "finding": "",
    }
    return [
        (Complaint, [sealed_row(Complaint, complaint, person.id, person.key)]),
        (Matter, [sealed_row(Matter, matter, person.id, person.key)]),
    ]


def _first_sentence(words: str) -> str:
    """The subject of a complaint: its first sentence, cut between words where it is too long for a line."""
    flat = " ".join(words.split())
    first = next((part for part in SENTENCE_END.split(flat) if part.strip()), flat).strip()
    if sum(map(_columns, first)) <= SUBJECT_WIDTH:
        return first
    kept, width = "", 1
    for character in first:
        width += _columns(character)
        if width > SUBJECT_WIDTH:
            break
        kept += character
    whole_words = kept.rpartition(" ")[0] if first[len(kept)].isascii() else kept
    return (whole_words or kept).rstrip(" ,，、") + "…"


def _columns(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def acknowledgement(opened: Opening, code: str, reader: Reader, now: datetime) -> Mapping[str, Any]:
    """The row of the letter that says: we have it, this is your code, these are our promises."""
    gaps = {
        "code": shown(code),
        "received": moment(now),
        "accept_by": moment(opened.due.get("accept")),
        "answer_by": moment(opened.due.get("answer")),
        "legal_by": moment(opened.due.get("legal")),
    }
    return row("acknowledgement", opened.id, opened.number, reader, gaps, now)


@dataclass(frozen=True, slots=True)
class Received:
    """What whoever brought a complaint is told: its number, the code to follow it, and until when."""

    case_id: UUID
    number: str
    code: str
    customer: UUID
    due: dict[str, datetime | None]


def receive(
    arrival: Arrival,
    *,
    handling_unit: UUID,
    by: User | None,
    at: datetime | None = None,
    origin: str = "page",
    handler: User | None = None,
    letters: bool = True,
) -> Received:
    """Take in a complaint and write down the acknowledgement; the clocks start at `at`.

    `letters` is False for history: what was sent then is not sent again.
    """
    now = timezone.now()
    taken = prepare(
        arrival, handling_unit=handling_unit, by=by.pk if by else None, handler=handler.pk if handler else None,
        at=at or now, now=now, origin=origin, letters=letters,
    )  # fmt: skip
    with transaction.atomic():
        write_rows(taken.rows)
    opened = taken.opening
    return Received(opened.id, opened.number, taken.code, taken.customer, opened.due)
