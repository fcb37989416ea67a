"""What of a customer has to be kept because of complaints in which they stand beside, and what goes when they are erased."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from yinuo.engines.cases.keeping import because_of
from yinuo.engines.cases.models import Case
from yinuo.ground.customers.erasure import Kept
from yinuo.ground.files.models import StoredFile
from yinuo.ground.files.removal import remove
from yinuo.packs.complaints.models import Complaint, Draft, Party


def must_keep(customer_id: UUID, at: datetime) -> Iterator[Kept]:
    """Whoever complains with somebody else, or speaks for them, is kept as long as that complaint."""
    beside = Party.objects.filter(customer_id=customer_id).values("complaint_id")
    return because_of(Case.objects.filter(pk__in=beside), at)


def remove_traces(customer_id: UUID) -> int:
    """What was typed and not sent, the code of their page, and what was handed in by them, for them or to show that
    they may speak."""
    own = Case.objects.filter(customer_id=customer_id).values("pk")
    Draft.objects.filter(case_id__in=own).delete()
    Complaint.objects.filter(case_id__in=own).update(tracking_index=None)
    parties = Party.objects.filter(Q(customer_id=customer_id) | Q(complaint_id__in=own)).values("pk")
    theirs = Q(owner_kind="case", owner_id__in=own) | Q(owner_kind="authority", owner_id__in=parties)
    return remove(StoredFile.objects.filter(theirs))
