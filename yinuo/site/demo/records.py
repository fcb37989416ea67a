"""What the demonstration bank consists of. Field names are the columns of its CSV files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit; `parent` is a code, "" at the top; `kind` is head_office, department, city or branch."""

    code: str
    parent: str
    kind: str
    name_zh_hans: str
    name_en: str
    name_zh_hant: str
    opened_on: date


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff, without a password: who gives accounts does so elsewhere."""

    staff_number: str
    username: str
    name_zh_hans: str
    name_en: str
    name_zh_hant: str
    language: str


@dataclass(frozen=True, slots=True)
class Posting:
    """Who holds which role in which unit from when; a deputy's posting ends and names whom it stands for."""

    staff_number: str
    role: str
    unit: str
    valid_from: date
    valid_to: date | None = None
    deputy_for: str = ""


@dataclass(frozen=True, slots=True)
class Customer:
    """An invented customer."""

    number: str
    name: str
    phone: str
    email: str
    language: str


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter of a complaint; the first alone counts in statutory statistics.

    `outcome` is "" until answered, then explained, other-redress or money-redress; `redress_fen` in fen.
    """

    complaint: str
    position: int
    business: str
    cause: str
    unit: str
    outcome: str
    responsible: bool | None
    redress_fen: int


@dataclass(frozen=True, slots=True)
class Complaint:
    """One complaint and how far it has come. Units by code, staff by number, customer by number.

    `channel`: web, app, phone, counter, wechat, letter, email, referral. `source`: regulator, central-bank,
    petition-office, call-centre, card-centre, on-site, other. `business_channel`: where the business was
    done (A-F-01 ...). `level`: ordinary, complex, major. `state`: new, graded, investigating, waiting,
    answered, closed. A time that has not come is None; `waiting_from` without `waiting_until` waits still.
    `complained_staff` is the colleague complained of, "" where the customer names none.
    `asked_fen` is redress proposed and not decided yet (0: none), `approver` who decided on what was granted.
    `refused_at`, `withdrawn_at` (by "customer" or "staff") and `reopened_at` tell of other ends, `again_at` of the
    second answer and closing; `end_words` is what was said then.
    `speaker` is a customer who brought it for this one ("" = they came themselves), `relation` how they stand to them;
    at `authority_checked_at` their paper was shown and seen to.
    `officer` took it in ("" = the customer did), `handler` is "" until it is graded.
    """

    number: str
    customer: str
    language: str
    channel: str
    source: str
    business_channel: str
    level: str
    request: str
    subject: str
    text: str
    owning_unit: str
    complained_unit: str
    complained_staff: str
    handling_unit: str
    officer: str
    handler: str
    state: str
    received_at: datetime
    graded_at: datetime | None
    first_reply_at: datetime | None
    investigating_at: datetime | None
    waiting_from: datetime | None
    waiting_until: datetime | None
    answered_at: datetime | None
    closed_at: datetime | None
    note: str
    answer: str
    asked_fen: int
    approver: str
    refused_at: datetime | None
    refusal: str
    withdrawn_at: datetime | None
    withdrawn_by: str
    reopened_at: datetime | None
    reopening: str
    again_at: datetime | None
    end_words: str
    speaker: str
    relation: str
    authority_checked_at: datetime | None
    matters: tuple[Matter, ...]


@dataclass(frozen=True, slots=True)
class Bank:
    """The whole demonstration bank as of `now`."""

    now: datetime
    units: tuple[Unit, ...]
    people: tuple[Person, ...]
    postings: tuple[Posting, ...]
    customers: tuple[Customer, ...]
    complaints: tuple[Complaint, ...]
