"""Which complaints belong together: merged, split off, linked, told apart. Each tie is one Reference of the engine.

Whoever may not see the other complaint does not learn that there is a tie.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from yinuo.engines.cases.at_hand import at_hand
from yinuo.engines.cases.models import Case, Reference
from yinuo.engines.cases.whole import CASE
from yinuo.facts.questions import Asked, Place, Question, together
from yinuo.ground.access.among import Among, ids
from yinuo.ground.access.reach import Reach
from yinuo.ground.terms.lists import label
from yinuo.packs.complaints.likeness import likeness, pairs
from yinuo.packs.complaints.models import Ending
from yinuo.packs.complaints.queries import UNITS, reader, visible, visible_to

MERGED, SPLIT, APART = "merged", "split", "apart"  # from the later one to the earlier one
LINK = "link:"  # and a code of complaint_link; from whichever page it was made on
# What may be the same is our own proposal: no rule says.
WITHIN, ALIKE, MOST = timedelta(days=90), Fraction(3, 10), 3
LOOKED_AT = 20  # complaints, the latest first
OURS = Q(why__in=(MERGED, SPLIT, APART)) | Q(why__startswith=LINK)


@dataclass(frozen=True, slots=True)
class Tie:
    """How a complaint belongs to another one, as its page tells it; `forward` where the tie leads from it."""

    other: Case
    why: str
    forward: bool

    @property
    def linked(self) -> bool:
        """A plain link, which either handler takes back."""
        return self.why.startswith(LINK)

    @property
    def reason(self) -> str:
        """Why they were linked, in the reader's language."""
        return label("complaint_link", self.why.removeprefix(LINK)) if self.linked else ""


def ties_of(case: Case) -> list[tuple[UUID, str, bool]]:
    """The other complaint, why, and whether the tie leads from this one; whoever reads it."""
    return [
        (to if start == case.pk else start, why, start == case.pk) for start, to, why in _TIES(case=case.pk)
    ]


def ties_asked(case: Case) -> Asked:
    """The question of that, to be asked ahead."""
    return _TIES.of(case=case.pk)


_TIES = Question(
    lambda: (
        Reference.objects.filter(Q(from_case=CASE) | Q(to_case=CASE))
        .filter(OURS)
        .order_by("pk")
        .values_list("from_case_id", "to_case_id", "why")
    )
)


def seen(ties: Iterable[tuple[UUID, str, bool]], reach: Reach) -> list[Tie]:
    """Those whose other complaint the reader may see, in order."""
    wanted = {other for other, _why, _forward in ties}
    others = _by_id(visible(reach), wanted) if wanted else {}
    return [Tie(others[other], why, forward) for other, why, forward in ties if other in others]


FIELDS = (
    "number", "is_open", "opened_at", "handling_unit_id", "complaint__subject", "complaint__ending",
    "complaint__answered_at",
)  # fmt: skip


def _by_id(cases: QuerySet[Case], wanted: Iterable[UUID]) -> Mapping[UUID, Case]:
    chosen = (
        cases.filter(pk__in=wanted)
        .select_related("complaint", "customer__key")
        .only(*FIELDS, "customer__key__wrapped")
    )
    found = {case.pk: case for case in chosen}
    at_hand(found.values())
    return found


def numbers_seen(reach: Reach, wanted: Iterable[UUID]) -> dict[UUID, str]:
    """The numbers of those complaints that the reader may see."""
    return dict(visible(reach).filter(pk__in=list(wanted)).values_list("pk", "number"))


def leading(case: Case) -> Case | None:
    """The complaint into which this one was merged; None where it was not."""
    if case.complaint.ending != Ending.MERGED:
        return None
    found = Reference.objects.select_related("to_case__complaint").filter(from_case=case, why=MERGED)
    return next((reference.to_case for reference in found), None)


def split_off(case: Case) -> list[Case]:
    """What was split off a complaint, in order."""
    return list(Case.objects.filter(references__to_case=case, references__why=SPLIT).order_by("number"))


def between(case: Case, other: Case) -> QuerySet[Reference]:
    """Every tie between two complaints, whichever way it leads."""
    return Reference.objects.filter(
        Q(from_case=case, to_case=other) | Q(from_case=other, to_case=case)
    ).filter(OURS)


def likely(case: Case, reach: Reach, tied: Collection[UUID]) -> list[tuple[Case, Fraction]]:
    """Which complaints it may be the same as, the most alike first, and how alike: the same customer's within 90 days
    about the same business or in similar words, and the row of a file it repeats word for word.

    Nothing whose ties are known already (`tied`), and nothing that the reader may not see. One query, and one for such a
    row: each alone is planned once, both in one would be planned anew every time.
    """
    asked = likely_asked(case, reach, tied)
    near = [other for each, rows in zip(asked, together(*asked), strict=True) for other in each.models(rows)]
    own = pairs(case.complaint.words)
    found = [
        (other, likeness(own, pairs(other.complaint.words)))
        for other in {other.pk: other for other in near}.values()
        if other.complaint.ending != Ending.MERGED
    ]
    alike = [each for each in found if each[1] >= ALIKE or _same_business(case, each[0])]
    return sorted(alike, key=lambda each: each[1], reverse=True)[:MOST]


def likely_asked(case: Case, reach: Reach, tied: Collection[UUID] = ()) -> list[Asked]:
    """The questions of that, to be asked ahead; most complaints have no ties."""
    known: dict[str, Any] = {"known": [case.pk, *tied], **reader(reach)}
    asked = []
    if case.customer_id is not None:
        days = {"since": case.opened_at - WITHIN, "until": case.opened_at + WITHIN}
        asked.append(_OF_CUSTOMER.of(customer=case.customer_id, **days, **known))
    if case.complaint.identical_to_id is not None:
        asked.append(_REPEATED.of(repeated=case.complaint.identical_to_id, **known))
    return asked


def _near(**wanted: Any) -> QuerySet[Case]:
    near = visible_to(UNITS, ids("people")).filter(~Q(Among("pk", ids("known"))), **wanted)
    shown = near.select_related("complaint").only(*FIELDS, "complaint__words", "complaint__business")
    return shown.order_by("-opened_at")[:LOOKED_AT]


_OPENED = Case._meta.get_field("opened_at")
_OF_CUSTOMER = Question(
    lambda: _near(
        customer_id=Place("customer", Case._meta.get_field("customer")),
        opened_at__range=(Place("since", _OPENED), Place("until", _OPENED)),
    ),
    one_way=True,
)
_REPEATED = Question(lambda: _near(pk=Place("repeated", Case._meta.pk)), one_way=True)


def _same_business(case: Case, other: Case) -> bool:
    return case.complaint.business != "" and case.complaint.business == other.complaint.business
