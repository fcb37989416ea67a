"""Who complains together with the customer, and who speaks for them: written down, proved, taken away again.

Nobody's name or number is in a fact. Letters with content go to who complains, and to who speaks for them once a
colleague has checked that they may (`actions/letters.py` asks `readers`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yinuo.engines.cases.models import Case
from yinuo.engines.cases.moves import CaseRefused, happen, hold, settle
from yinuo.engines.editions import shelf
from yinuo.facts.ids import new_id
from yinuo.facts.rows import write_rows
from yinuo.ground.customers.intake import Person, customer_rows, find_customer
from yinuo.ground.files.intake import FileRefused
from yinuo.ground.files.intake import accept as accept_file
from yinuo.ground.files.models import StoredFile
from yinuo.ground.people.models import User
from yinuo.ground.terms.lists import codes
from yinuo.packs.complaints.actions.letters import moment, send, send_to
from yinuo.packs.complaints.joint import Joint
from yinuo.packs.complaints.models import Party
from yinuo.packs.complaints.pack import KIND, traits

AUTHORITY = "authority"  # whose files prove that somebody may speak for the customer


@dataclass(frozen=True, slots=True)
class Proof:
    """That somebody may speak for the customer: a file, or a paper shown on a day; None of both proves nothing.

    `stored`: the file is here already and waits to be theirs.
    """

    file: File[Any] | None = None
    shown_on: date | None = None
    valid_until: date | None = None
    stored: UUID | None = None

    @property
    def brought(self) -> bool:
        """Whether there is anything that proves it."""
        return bool(self.file or self.stored or self.shown_on)


def joint_rule() -> Joint:
    """The rule in force for those who complain together."""
    found: Joint = shelf.in_use("joint", KIND.key)
    return found


@transaction.atomic
def add_complainant(
    case_id: UUID, *, person: Person, represents: bool, by: User, version: int | None = None,
    at: datetime | None = None, letters: bool = True,
) -> Case:  # fmt: skip
    """Somebody complains of the same, together with the customer. Whoever represents the others gets the letters.

    CaseRefused once as many represent the others as the rule allows, the customer counted; the complaint still is one.
    """
    at = at or timezone.now()
    case = _held(case_id, version)
    most = joint_rule().representatives
    if represents and _representing(case) >= most:
        raise CaseRefused(
            _("At most %(most)s of those who complain together represent the others.") % {"most": most}
        )
    party = written(case, person, at, role=Party.Role.JOINT, represents=represents)
    letter = None
    if letters and represents:
        limits = {clock.promise: clock.due_at for clock in case.clocks.all()}
        gaps = {"received": moment(case.opened_at), "answer_by": moment(limits.get("answer"))}
        letter = send_to(case, party.customer, "joined", gaps, at)
    happen(case, "complaints.joined", by=by, at=at, party=party.pk, represents=represents, letter=letter)
    settle(case, traits(case), now=at)
    return case


@transaction.atomic
def add_representative(
    case_id: UUID, *, person: Person, relation: str, proof: Proof = Proof(), by: User,
    version: int | None = None, at: datetime | None = None, letters: bool = True,
) -> Case:  # fmt: skip
    """Somebody speaks for the customer. The complaint is handled with proof or without; what is answered goes to
    them only once the proof is there and checked. Both are told so."""
    at = at or timezone.now()
    case = _held(case_id, version)
    if relation not in codes("complaint_relation"):
        raise CaseRefused(_("Choose a relation of the list."))
    party = written(case, person, at, role=Party.Role.AGENT, relation=relation)
    if proof.brought:
        _prove(party, proof, by, at)
    letter = None
    if letters:
        letter = send_to(case, party.customer, "representing", {"received": moment(case.opened_at)}, at)
        send(case, "represented", {"received": moment(case.opened_at)}, at, others=False)
    happen(
        case, "complaints.represented", by=by, at=at,
        party=party.pk, relation=relation, authority=party.authority or None, letter=letter,
    )  # fmt: skip
    settle(case, traits(case), now=at)
    return case


@transaction.atomic
def check_authority(
    case_id: UUID, *, party: UUID, proof: Proof = Proof(), by: User, version: int | None = None,
    at: datetime | None = None, letters: bool = True,
) -> Case:  # fmt: skip
    """Somebody of the bank has seen that they may speak for the customer; from now on letters go to them too.

    A proof that is brought now takes the place of an earlier one. CaseRefused without any, or where it has run out.
    """
    at = at or timezone.now()
    case = _held(case_id, version)
    found = _one(case, party)
    if found.role != Party.Role.AGENT:
        raise CaseRefused(_("Whoever complains too needs no authority."))
    if proof.brought:
        _prove(found, proof, by, at)
    if not found.authority:
        raise CaseRefused(_("There is nothing to check: no document is here, and none was shown."))
    if found.valid_until and found.valid_until < timezone.localdate(at):
        raise CaseRefused(_("The authority has run out."))
    found.checked_by, found.checked_at = by, at
    found.save()
    letter = None
    if letters:
        letter = send_to(case, found.customer, "authorised", {"received": moment(case.opened_at)}, at)
    happen(
        case, "complaints.authority_checked", by=by, at=at,
        party=found.pk, authority=found.authority, letter=letter,
    )  # fmt: skip
    settle(case, traits(case), now=at)
    return case


@transaction.atomic
def remove_party(
    case_id: UUID, *, party: UUID, by: User, version: int | None = None, at: datetime | None = None
) -> Case:
    """Take away somebody who was written down wrongly; from now on nothing goes to them."""
    at = at or timezone.now()
    case = _held(case_id, version)
    found = _one(case, party)
    found.removed_at = at
    found.save(update_fields=["removed_at"])
    happen(case, "complaints.party_removed", by=by, at=at, party=found.pk, role=found.role)
    settle(case, traits(case), now=at)
    return case


def _held(case_id: UUID, version: int | None) -> Case:
    case = hold(case_id, version=version)
    if not case.is_open:
        raise CaseRefused(_("It is closed: who complains and who speaks for them stays as it was."))
    return case


def _representing(case: Case) -> int:
    """How many represent all who complain together, the customer among them."""
    return 1 + case.complaint.parties.filter(removed_at=None, represents=True).count()


def _one(case: Case, party: UUID) -> Party:
    found = case.complaint.parties.filter(removed_at=None, pk=party).select_related("customer__key").first()
    if found is None:
        raise CaseRefused(_("This person is not on this complaint any more."))
    return found


def written(case: Case, person: Person, at: datetime, **told: Any) -> Party:
    """The person sealed under a key of their own (or the customer we know already), and their place here."""
    known = customer_rows(person, find_customer(phone=person.phone, email=person.email), at=at)
    write_rows(known.rows)
    here = {
        case.customer_id,
        *case.complaint.parties.filter(removed_at=None).values_list("customer_id", flat=True),
    }
    if known.id in here:
        raise CaseRefused(_("This person is on this complaint already."))
    made = Party(id=new_id(), complaint=case.complaint, customer_id=known.id, added_at=at, **told)
    made.save(force_insert=True)
    return made


def _prove(party: Party, proof: Proof, by: User, at: datetime) -> None:
    if proof.shown_on and proof.shown_on > timezone.localdate(at):
        raise CaseRefused(_("Nothing can have been shown on a day to come."))
    if proof.file:
        try:
            accept_file(proof.file, owner_kind=AUTHORITY, owner_id=party.pk, by=by.pk)
        except FileRefused as error:
            raise CaseRefused(str(error)) from error
    if proof.stored:
        StoredFile.objects.filter(pk=proof.stored).update(owner_kind=AUTHORITY, owner_id=party.pk)
    as_file = proof.file or proof.stored
    party.authority = Party.Authority.FILE if as_file else Party.Authority.SHOWN
    party.shown_on, party.valid_until = proof.shown_on, proof.valid_until
    party.checked_by = party.checked_at = None
    party.save()


def proofs_of(parties: Iterable[Party]) -> dict[UUID, list[StoredFile]]:
    """The documents that were brought, by person; one query."""
    found: dict[UUID, list[StoredFile]] = {party.pk: [] for party in parties}
    for file in StoredFile.objects.filter(owner_kind=AUTHORITY, owner_id__in=found).order_by("uploaded_at"):
        found[file.owner_id].append(file)
    return found
