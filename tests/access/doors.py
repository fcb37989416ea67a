"""Every address of the house with real objects behind it, asked as everybody who could ask."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from tests.architecture.test_urls import addresses
from yinuo.channels.api.auth import make_token
from yinuo.channels.api.models import Token, Webhook
from yinuo.engines.cases import bulk
from yinuo.engines.cases.changeovers import Changeover
from yinuo.engines.cases.models import Case
from yinuo.engines.editions import actions as editions
from yinuo.engines.editions import shelf
from yinuo.engines.editions.models import Edition
from yinuo.engines.loops.models import Run
from yinuo.facts.ids import new_id
from yinuo.ground.access.roles import ROLES
from yinuo.ground.customers.models import PersonExport
from yinuo.ground.files.intake import accept
from yinuo.ground.jobs.models import Job
from yinuo.ground.jobs.run import enqueue
from yinuo.ground.outbox.models import Letter
from yinuo.ground.people.models import Posting, User
from yinuo.ground.vitals.models import Alarm
from yinuo.packs.callbacks.actions import open_call_back
from yinuo.packs.callbacks.models import Grade
from yinuo.packs.complaints.bulk import FOLLOW
from yinuo.packs.complaints.imports.jobs import LOOK
from yinuo.packs.complaints.tests.bank import Bank, a_complaint, a_stranger, closed
from yinuo.packs.preventions import actions as preventing
from yinuo.packs.reviews.actions import ask as ask_for_review

TABLE = Path(__file__).parent / "expectations.csv"
NOBODY, NO_POST = "nobody", "no_post"  # not signed in; signed in without a posting
WHO = (NOBODY, NO_POST, *ROLES)
METHODS = ("GET", "POST")
CODE = "AAAA-AAAA-AAAAA"  # a tracking code of no complaint
TEXT = b"what the customer handed in\n"


@dataclass
class Objects:
    """What stands behind the addresses."""

    case: Case
    file: str
    edition: str
    call_back: Case
    review: Case
    prevention: Case
    changeover: Changeover

    def address(self, pattern: str, person: User | None) -> str:
        """An address of the URLconf with these objects in its places."""
        places = {
            "number": {
                "callbacks": self.call_back,
                "reviews": self.review,
                "preventions": self.prevention,
            }.get(pattern.split("/")[0], self.case).number,
            "file_id": self.file,
            "rung_id": str(new_id()),  # of nobody: what told one is another test's
            "edition_id": str(self.changeover.new_id) if "change-over" in pattern else self.edition,
            "old_id": str(self.changeover.old_id),
            "changeover_id": str(self.changeover.pk),
            "job_id": str(_job(person).pk) if "job_id" in pattern else "",
            "act_id": str(_bulk_act(person, self.case)) if "act_id" in pattern else "",
            "alarm_id": str(_alarm().pk) if "alarm_id" in pattern else "",
            "letter_id": str(_letter(self.case).pk) if "letter_id" in pattern else "",
            "webhook_id": str(_webhook(self.case).pk) if "webhook_id" in pattern else "",
            "token_id": str(_token(self.case).pk) if "token_id" in pattern else "",
            "person_id": str(_somebody().pk) if "person_id" in pattern else "",
            "posting_id": str(Posting.objects.earliest("pk").pk) if "posting_id" in pattern else "",
            "proposal_id": str(new_id()),  # of nobody
            "unit_id": str(self.case.handling_unit_id),
            "export_id": str(_export(self.case).pk) if "export_id" in pattern else "",
            "hold_id": str(new_id()),  # of nobody, as the next
            "request_id": str(new_id()),
            "session": "0" * 40,  # of nobody
            "passkey_id": str(new_id()),  # of nobody
            "run_id": str(_run().pk) if "run_id" in pattern else "",
            "position": "1",
            "format": "csv",
            "key": "complaints.handling_days",
            "verb": "stop",
            "step": "who",
            "step_key": "answer",
            "code": CODE,
            "token": CODE,
            "page": "list",
            "anywhere": "v1/nowhere",
        }
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda place: places[place[1]], pattern)


def _job(person: User | None) -> Job:
    return enqueue(LOOK, by=person.pk if person else None, stored="x.csv", name="x.csv", language="en")


def _alarm() -> Alarm:
    found, _new = Alarm.objects.get_or_create(
        vital="jobs.oldest", cleared_at=None, defaults={"value": 1, "raised_at": timezone.now()}
    )
    return found


def _letter(case: Case) -> Letter:
    """One that waits for a decision."""
    letter = Letter.objects.filter(case_id=case.pk).earliest("id")
    Letter.objects.filter(pk=letter.pk).update(state="doubtful")
    return letter


def _token(case: Case) -> Token:
    """A program's."""
    user = User.objects.earliest("pk")
    make_token(user, case.handling_unit, name="x")
    return Token.objects.latest("pk")


def _webhook(case: Case) -> Webhook:
    """A program's that is told nothing."""
    token, now = _token(case), timezone.now()
    state = Webhook.State.PAUSED
    return Webhook.objects.create(
        token=token, url="x", secret=b"", state=state, made_at=now, next_at=now, seq=0
    )


def _somebody() -> User:
    """The owner of an account."""
    return User.objects.earliest("pk")


def _export(case: Case) -> PersonExport:
    """Of everything held on the customer, asked for and not yet made."""
    shown = {"case": case.pk, "asked_by": new_id(), "asked_at": timezone.now()}
    return PersonExport.objects.create(customer_id=case.customer_id, **shown)


def _run() -> Run:
    """A consequence that was given up."""
    found, _new = Run.objects.get_or_create(
        seq=1, rule="a.rule", defaults={"state": Run.State.DEAD, "next_at": timezone.now()}
    )
    return found


def _bulk_act(person: User | None, case: Case) -> UUID:
    """Of whoever asks; of nobody where they may not see the case."""
    act = bulk.choose(FOLLOW, [case.pk], by=person, language="en") if person else None
    return act.pk if act else new_id()


def objects(bank: Bank, **said) -> Objects:
    """A complaint handled in the complaint centre, with a file and a call-back; the edition of its process."""
    case = a_complaint(bank, **said)
    upload = ContentFile(TEXT, name="note.txt")
    stored = accept(upload, owner_kind="case", owner_id=case.pk)
    edition = Edition.objects.get(kind="process", key="complaints")
    call_back = open_call_back(case, title="A call-back", grade=Grade.ORDINARY, at=case.opened_at)
    others = (call_back, a_review(bank), a_prevention(bank), a_changeover())
    return Objects(case, str(stored.pk), str(edition.pk), *others)


def a_changeover() -> Changeover:
    """Of call-backs, proposed by somebody else."""
    old = Edition.objects.filter(kind="process", key="callbacks").earliest("pk")
    content = old.content.replace("<bpmn:definitions", "<!-- second --><bpmn:definitions", 1)
    new = editions.approve(editions.draft("process", old.key, content, by=a_stranger()), by=a_stranger())
    shelf.forget()
    places = {node.key: node.key for node in shelf.parsed(new).steps}
    return Changeover.objects.create(
        old=old, new=new, places=places, note="x", proposed_by=a_stranger(), proposed_at=timezone.now()
    )


def a_prevention(bank: Bank) -> Case:
    """Against the cause that a handler of the complaint centre owns, measured over the whole bank."""
    aim = preventing.Aim(
        business="B-03.1", cause="C-09", root="What goes wrong", unit=bank.head, measure="complaints.received"
    )
    return preventing.open_prevention(aim, owner=bank.handler, by=bank.person("lead"))


def a_review(bank: Bank) -> Case:
    """The review of a complaint answered this week."""
    answered = closed(bank, at=timezone.now() - timedelta(days=4))
    return ask_for_review(answered.pk, words="What the customer does not agree with", by=None)


def patterns() -> list[str]:
    """Every address of the house as its URLconf writes it."""
    return [pattern for pattern, _view in addresses(get_resolver().url_patterns)]


def people(bank: Bank) -> dict[str, User | None]:
    """Everybody who could ask: each role held in the head office, so that reach is never the reason."""
    held = {role: bank.person(role) for role in ROLES}
    return {NOBODY: None, NO_POST: a_stranger(), **held}


def client_of(person: User | None) -> Client:
    """A browser in which the person has signed in."""
    client = Client(raise_request_exception=False)
    if person is not None:
        client.force_login(person)
    return client


def ask(person: User | None, method: str, address: str):
    """What the person is answered; what it wrote is taken back."""
    with transaction.atomic():
        client = client_of(person)
        answer = client.generic(method, address, headers={"accept-language": "en"})
        list(getattr(answer, "streaming_content", ()))
        transaction.set_rollback(True)
    return answer


def word(answer) -> str:
    """What an answer says about access."""
    if answer.status_code == 302 and answer["Location"].startswith("/sign-in"):
        return "sign-in"
    refusals = {401: "token", 403: "refused", 404: "hidden", 405: "no-method"}
    if answer.status_code >= 500:
        return f"broken {answer.status_code}"
    return refusals.get(answer.status_code, "ok")


def expected() -> dict[tuple[str, str], dict[str, str]]:
    """The table: (address, method) -> who -> word."""
    with TABLE.open(encoding="utf-8", newline="") as stream:
        return {(row["address"], row["method"]): _spread(row) for row in csv.DictReader(stream)}


def _spread(row: dict[str, str]) -> dict[str, str]:
    said = dict.fromkeys(WHO, row["others"])
    said |= {NOBODY: row["nobody"]} | dict.fromkeys(row["let_in"].split(), "ok")
    return said | dict.fromkeys(row["hidden_from"].split(), "hidden")
