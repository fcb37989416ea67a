"""What somebody brings for somebody else on the portal: taken in at once, told to them only once they may read it.

Nobody has seen yet that they may speak for the customer, so nothing they say about the customer is written to. Beside
the name the customer keeps only what the bank had before: whoever is known under the number that was given, by the
same name. An address of the customer is not even asked for, and a number we did not know is not kept: else whoever
brings a complaint could have its answer sent to themselves, or make us call a stranger. The customer, where we knew
them, is told at the address we had. The tracking code goes to who brought it; what is answered it shows only once
their authority was checked (`kept_back`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yinuo.engines.cases.models import Case
from yinuo.engines.cases.moves import CaseRefused, happen, hold, settle
from yinuo.ground.customers.intake import Person, customer_rows, find_customer
from yinuo.ground.files.models import StoredFile
from yinuo.ground.terms.lists import codes
from yinuo.packs.complaints.actions.complainants import AUTHORITY, written
from yinuo.packs.complaints.actions.intake import Arrival, Received, receive, shown
from yinuo.packs.complaints.actions.letters import moment, send, send_to
from yinuo.packs.complaints.models import Party
from yinuo.packs.complaints.pack import traits


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who brings a complaint for the customer, how they stand to them, and the stored files that prove it."""

    person: Person
    relation: str
    files: Sequence[UUID] = ()


@transaction.atomic
def receive_for(
    arrival: Arrival,
    speaker: Speaker,
    *,
    handling_unit: UUID,
    at: datetime | None = None,
    origin: str = "portal",
    letters: bool = True,
) -> Received:
    """Take in what `speaker` brings for the customer that `arrival` names; the code is for the speaker.

    CaseRefused where the relation is none of the list, or both are one person.
    """
    at = at or timezone.now()
    if speaker.relation not in codes("complaint_relation"):
        raise CaseRefused(_("Choose a relation of the list."))
    kept = replace(arrival, email="", phone=arrival.phone if _known(arrival) else "")
    received = receive(kept, handling_unit=handling_unit, by=None, at=at, origin=origin, letters=False)
    case = hold(received.case_id)
    party = written(case, speaker.person, at, role=Party.Role.AGENT, relation=speaker.relation, brought=True)
    _hand_over(party, speaker.files)
    letter = _tell(case, party, received, at) if letters else None
    happen(
        case, "complaints.brought", by=None, at=at,
        party=party.pk, relation=party.relation, authority=party.authority or None, letter=letter,
    )  # fmt: skip
    settle(case, traits(case), now=at)
    return received


def _known(arrival: Arrival) -> bool:
    """Whether the bank knows somebody of this name under this number already."""
    known = find_customer(phone=arrival.phone)
    return bool(known) and not customer_rows(Person(arrival.name, arrival.phone), known).rows


def _hand_over(party: Party, files: Sequence[UUID]) -> None:
    """What was uploaded as proof belongs to the person now, and waits to be checked."""
    moved = StoredFile.objects.filter(pk__in=files).update(owner_kind=AUTHORITY, owner_id=party.pk)
    if moved:
        party.authority = Party.Authority.FILE
        party.save(update_fields=["authority"])


def _tell(case: Case, party: Party, received: Received, at: datetime) -> UUID | None:
    """The code and what holds until the authority is checked; and the customer, at the address we had."""
    due = received.due
    gaps = {"code": shown(received.code), "received": moment(at)}
    limits = {f"{promise}_by": moment(due.get(promise)) for promise in ("accept", "answer", "legal")}
    send(case, "brought_for", {"received": moment(at)}, at, others=False)
    return send_to(case, party.customer, "brought", gaps | limits, at)


def kept_back(parties: Iterable[Party], today: date) -> bool:
    """Whether the tracking code is in the hands of somebody who may not read what is answered, now.

    `parties` are all of a complaint, those taken away too: whoever is written down wrongly keeps the code.
    """
    brought = [party for party in parties if party.brought]
    return bool(brought) and not any(_may_read(party, today) for party in brought)


def _may_read(party: Party, today: date) -> bool:
    ran_out = party.valid_until is not None and party.valid_until < today
    return party.removed_at is None and party.checked_at is not None and not ran_out
