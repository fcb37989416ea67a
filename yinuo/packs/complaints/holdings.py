"""What complaints hold on a person, told to them on request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yinuo.engines.cases.holdings import rows_of
from yinuo.engines.cases.models import Case
from yinuo.ground.customers.holdings import Holding, Row, declare_holding, declare_untold, table
from yinuo.ground.files.models import StoredFile
from yinuo.packs.complaints.ledger.outgoing import kept
from yinuo.packs.complaints.models import Complaint, LedgerRow, Matter, Party, Redress

COMPLAINT = {
    "number": _("Number"), "subject": _("Subject"), "words": _("Words"), "source": _("Came by"), "level": _("Level"),
    "requests": _("Requests"), "amount": _("Amount"), "currency": _("Currency"), "happened_on": _("Happened"),
    "business": _("Business"), "cause": _("Cause"), "answered_at": _("Answered"), "ending": _("Ended"),
}  # fmt: skip
MATTER = {
    "title": _("Matter"),
    "business": _("Business"),
    "cause": _("Cause"),
    "conclusion": _("Conclusion"),
    "finding": _("Finding"),
}
REDRESS = {
    "kind": _("Kind"),
    "amount": _("Amount"),
    "currency": _("Currency"),
    "reason": _("Why"),
    "granted": _("Granted"),
    "decided_at": _("Decided"),
}
PARTY = {
    "number": _("Number"),
    "role": _("Role"),
    "relation": _("Relation"),
    "authority": _("Authority"),
    "added_at": _("Since"),
    "removed_at": _("Until"),
}
ROW = {"number": _("Number"), "cells": _("Words")}
FILE = {
    "number": _("Number"),
    "name": _("Name"),
    "media_type": _("Kind"),
    "size": _("Size"),
    "uploaded_at": _("Uploaded"),
}


def _matters(customer_id: UUID) -> Iterator[Row]:
    found = Matter.objects.filter(complaint__case__customer_id=customer_id)
    yield from table(found.order_by("complaint_id", "position"), MATTER)


def _redress(customer_id: UUID) -> Iterator[Row]:
    yield from table(Redress.objects.filter(complaint__case__customer_id=customer_id).order_by("pk"), REDRESS)


def _beside(customer_id: UUID) -> Iterator[Row]:
    found = Party.objects.filter(customer_id=customer_id).select_related("complaint__case").order_by("pk")
    for each in found:
        own = {name: getattr(each, name) for name in PARTY if name != "number"}
        yield {"number": each.complaint.case.number, **own}


def _ledger(customer_id: UUID) -> Iterator[Row]:
    found = LedgerRow.objects.filter(case__customer_id=customer_id).select_related("case__customer__key")
    for each in found.order_by("pk"):
        yield {"number": each.case.number, "cells": kept(each, each.case)}


def files_of(customer_id: UUID) -> Iterable[StoredFile]:
    """What they handed in, and what shows that they may speak for somebody."""
    own = Case.objects.filter(customer_id=customer_id).values("pk")
    parties = Party.objects.filter(customer_id=customer_id).values("pk")
    theirs = Q(owner_kind="case", owner_id__in=own) | Q(owner_kind="authority", owner_id__in=parties)
    return StoredFile.objects.filter(theirs).order_by("uploaded_at", "pk")


def _files(customer_id: UUID) -> Iterator[Row]:
    """Under the number by which each lies beside the table."""
    for number, file in enumerate(files_of(customer_id), 1):
        yield {"number": f"{number:03}", **{name: getattr(file, name) for name in FILE if name != "number"}}


def declare_holdings() -> None:
    """Called once when Django starts."""
    declare_holding(
        Holding(
            "complaints", _("Your complaints"), ("complaints.Complaint",), COMPLAINT,
            lambda who: rows_of(Complaint, COMPLAINT, who),
        ),
        Holding("matters", _("What each was about, and what was found"), ("complaints.Matter",), MATTER, _matters),
        Holding("redress", _("Redress"), ("complaints.Redress",), REDRESS, _redress),
        Holding("beside", _("Complaints of others that name you"), ("complaints.Party",), PARTY, _beside),
        Holding("ledger", _("What came from a file"), ("complaints.LedgerRow",), ROW, _ledger),
        Holding("files", _("Files"), ("files.StoredFile",), FILE, _files, files_of),
    )  # fmt: skip
    declare_untold({"complaints.Draft": "what a colleague has typed and not sent; sent, it is told"})
