"""The demonstration bank, made by a script and brought in by the importers a bank would use."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

from django.utils import timezone

from yinuo.engines.cases.due import judge_due
from yinuo.engines.cases.ladder import climb_due
from yinuo.engines.cases.models import Case
from yinuo.engines.editions import shelf
from yinuo.engines.loops.follow import loops_once
from yinuo.facts.sequencer import sequence_once
from yinuo.ground.access.roles import ROLES
from yinuo.ground.exposures.importer import import_exposures
from yinuo.ground.people.importer import Imported, import_people, import_units
from yinuo.ground.people.models import Posting, User
from yinuo.ground.people.tree import tree
from yinuo.packs.callbacks import actions as calling
from yinuo.packs.complaints import actions as complaints
from yinuo.packs.complaints.imports.history import import_history
from yinuo.packs.reviews import actions as reviews
from yinuo.packs.reviews.queries import decision_of, reviews_of
from yinuo.packs.surveys import actions as surveys
from yinuo.site.accounts import Account, keep, kept, new_password
from yinuo.site.demo.beside import people_beside
from yinuo.site.demo.calling import Call, draw_calls
from yinuo.site.demo.csv_files import write_csvs
from yinuo.site.demo.exposures import write_exposures
from yinuo.site.demo.make_bank import make_bank
from yinuo.site.demo.passing import hand_on_some
from yinuo.site.demo.preventing import prevent
from yinuo.site.demo.rating import draw_rating
from yinuo.site.demo.reviewing import Drawn, draw_review
from yinuo.site.demo.twice import belong_together

# How the ledger's words for a door are called in our list.
SOURCES = {
    "regulator": "regulator",
    "central-bank": "pboc",
    "petition-office": "petition",
    "call-centre": "hotline",
    "card-centre": "card_centre",
    "on-site": "counter",
}
CHANNELS = {"web": "portal", "app": "portal", "wechat": "portal", "letter": "letter", "email": "letter"}


class DemonstrationFailed(Exception):
    """A row of the made bank was refused by an importer: a defect of ours."""


def load_demo(count: int = 280) -> str:
    """Make the bank as of today and bring it in; taken up again where it stopped. Returns the last line."""
    today = (timezone.localtime() - timedelta(hours=10)).date()  # the made bank stands at ten in the morning
    is_working = shelf.in_use("calendar", "china").is_working
    with tempfile.TemporaryDirectory() as folder:
        made = make_bank(today, complaints=count, is_working=is_working)
        write_csvs(made, folder)
        tables = {path.stem: _rows(path) for path in Path(folder).glob("*.csv")}
        _bring_in_people(tables)
        _bring_in_exposures(write_exposures(made.units, today, Path(folder) / "exposures.csv"))
    _give_accounts()
    ledger = [row | {"source": _source(row), "overdue_reason": _reason(row)} for row in tables["complaints"]]
    replayed = import_history(ledger, tables["matters"], tables["customers"])
    if replayed.refused:
        raise DemonstrationFailed(str(replayed.refused[:3]))
    _go_round()
    _review(is_working)
    _call_back(is_working)
    _rate()
    _beside()
    belong_together()
    hand_on_some()
    prevent()
    while judge_due(timezone.now(), 500) + climb_due(timezone.now(), 500):
        pass
    _go_round()
    return replayed.line()


def _go_round() -> None:
    """Facts in their order, and what the loops do because of them, until nothing moves."""
    while sequence_once() + loops_once():
        pass


def _review(is_working: Callable[[date], bool]) -> None:
    """A few customers do not agree with their answer; what was changed is answered once more. Again changes nothing."""
    reviewer = User.objects.filter(postings__role="reviewer").order_by("staff_number")[0]
    answered = Case.objects.filter(kind="complaints", origin="import", complaint__ending="handled")
    now, drawn = timezone.now(), {}
    for case in answered.exclude(customer=None).select_related("handler").order_by("number"):
        decision = decision_of(case)
        if decision is None or reviews_of(case):
            continue
        rng = Random(f"review {case.number}")  # noqa: S311 # nosec B311 # a demonstration, not a secret
        if found := draw_review(rng, timezone.localtime(decision.at), now, case.language, is_working):
            _reviewed(case, found, reviewer)
            drawn[case] = found
    _go_round()
    for case, found in drawn.items():
        if found.again_at and case.handler:
            by, at = case.handler, found.again_at
            complaints.finish_investigation(case.pk, by=by, at=at, letters=False)
            complaints.answer(case.pk, words=found.answer, by=by, at=at, letters=False)
            complaints.finish(case.pk, by=by, at=at)
    _go_round()


def _reviewed(case: Case, found: Drawn, by: User) -> None:
    review = reviews.ask(case.pk, words=found.words, by=None, at=found.asked_at, letters=False)
    if found.decided_at:
        reviews.decide(
            review.pk, outcome=found.outcome, reasons=found.reasons, by=by, at=found.decided_at, letters=False
        )


def _call_back(is_working: Callable[[date], bool]) -> None:
    """What the loops opened is called about, by two people who handle no complaints; again changes nothing."""
    agents = User.objects.filter(postings__role="callback_agent").order_by("staff_number").distinct()
    opened = Case.objects.filter(kind="callbacks", is_open=True, callback__tried=0).order_by(
        "opened_at", "number"
    )
    now, callers = timezone.now(), list(agents)
    for case in opened:
        rng = Random(case.number)  # noqa: S311 # nosec B311 # a demonstration, not a secret
        by = rng.choice(callers)
        closed_at = timezone.localtime(case.opened_at)
        for call in draw_calls(rng, closed_at, now, case.language, is_working):
            _called(case, call, by)


def _called(case: Case, call: Call, by: User) -> None:
    if call.failed:
        calling.try_once(case.pk, result=call.failed, by=by, at=call.at)
    elif call.outcome == "not_reached":
        calling.give_up(case.pk, by=by, at=call.at)
    else:
        calling.conclude(
            case.pk, outcome=call.outcome, words=call.words, timely=call.timely, by=by, at=call.at
        )


def _rate() -> None:
    """Whom the loop finds was asked too long ago, the bank asked then: without a letter now. Again changes nothing."""
    closed = Case.objects.filter(
        kind="complaints", is_open=False, invitations=None, origin="import", complaint__ending="handled"
    )
    now = timezone.now()
    for case in closed.select_related("customer__key").order_by("closed_at", "number"):
        asked = surveys.ask(case, at=case.closed_at, letters=False) if case.closed_at else None
        rng = Random(case.number)  # noqa: S311 # nosec B311 # a demonstration, not a secret
        rated = draw_rating(rng, asked.invitation.sent_at, now, case.language) if asked else None
        if asked and rated:
            surveys.answer(asked.token, rating=rated.rating, words=rated.words, at=rated.at)


def _beside() -> None:
    """Who complains too, who speaks for the customer, who follows and is told; again changes nothing."""
    cases = Case.objects.filter(kind="complaints", is_open=True).exclude(customer=None).order_by("number")
    today = timezone.localdate()
    held = Posting.objects.filter(Posting.on(today), role="lead", user__is_active=True).select_related("user")
    leads: dict[UUID, list[User]] = {}
    for unit in {case.handling_unit_id for case in cases}:
        above = held.filter(unit__in=(unit, *tree(today).ancestors(unit))).order_by("user__staff_number")
        leads[unit] = list(dict.fromkeys(posting.user for posting in above))
    people_beside(list(cases.select_related("handler", "complaint")), leads)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _source(row: dict[str, str]) -> str:
    return SOURCES.get(row["source"]) or CHANNELS.get(row["channel"], "hotline")


def _reason(row: dict[str, str]) -> str:
    """Why a complaint took longer than the first limit, where it did."""
    reasons = ("complex", "third-party", "customer", "redress", "workload")
    return Random(row["number"]).choice(reasons)  # noqa: S311 # nosec B311 # a demonstration, not a secret


def _bring_in_people(tables: dict[str, list[dict[str, str]]]) -> None:
    units = [
        row | {"parent_code": row["parent"], "layer": _layer(row["kind"]), "closed_on": ""}
        for row in tables["units"]
    ]
    _all_in(import_units(units))
    people = {row["staff_number"]: row for row in tables["people"]}
    rows = [
        people[posting["staff_number"]]
        | {"name": people[posting["staff_number"]]["name_zh_hans"], "unit_code": posting["unit"]}
        | {key: posting[key] for key in ("role", "valid_from", "valid_to", "deputy_for")}
        for posting in tables["postings"]
    ]
    _all_in(import_people(rows, known_roles=set(ROLES)))


def _bring_in_exposures(path: Path) -> None:
    if (outcome := import_exposures(path, by=None)).refused:
        raise DemonstrationFailed(f"exposures: {outcome.line()}")


def _layer(kind: str) -> str:
    return {"branch": "front", "head_office": "supervision"}.get(kind, "back")


def _all_in(imported: Imported) -> None:
    if imported.refused:
        raise DemonstrationFailed(str(imported.refused[:3]))


def _give_accounts() -> None:
    """One account per role gets a random password, kept in the home folder; the others cannot sign in."""
    if kept():
        return
    first: dict[str, Posting] = {}
    for posting in (
        Posting.objects.filter(deputy_for=None).select_related("user", "unit").order_by("user__staff_number")
    ):
        first.setdefault(posting.role, posting)
    accounts = []
    for role, posting in first.items():
        password = new_password()
        user: User = posting.user
        user.set_password(password)
        user.save(update_fields=["password"])
        accounts.append(Account(user.username, password, user.name, role, posting.unit.name))
    keep(accounts)
