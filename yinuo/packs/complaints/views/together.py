"""What a complaint has to do with others: the card that shows it, and the reading of its verbs' forms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from yinuo.engines.cases.models import Case
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.reach import Reach
from yinuo.packs.complaints import forms, queries, ties
from yinuo.packs.complaints.models import Complaint, Matter
from yinuo.web.case_verbs import CaseVerb, Typed
from yinuo.web.formats import share

HANDLE = "complaints.handle"


@dataclass(frozen=True, slots=True)
class TieLine:
    """Another complaint on the card; `unlinks` where this reader may take the link back."""

    number: str
    subject: str
    how: str
    unlinks: bool


@dataclass(frozen=True, slots=True)
class LikelyLine:
    """A complaint that may be the same; `merges` where this one could go into it."""

    number: str
    subject: str
    alike: str
    merges: bool


def together(case: Case, reach: Reach, handles: bool) -> dict[str, Any]:
    """The card: its ties, what it may be the same as, and what this reader can do about it.

    Two queries for whoever handles it, one for others; one more where it has ties.
    """
    complaint: Complaint = case.complaint
    raw = ties.ties_of(case)
    shown = [tie for tie in ties.seen(raw, reach) if tie.why != ties.APART]
    open_to_it = handles and complaint.answered_at is None
    links = reach.may(HANDLE, case.handling_unit_id)
    merged_into = next((tie for tie in shown if tie.why == ties.MERGED and tie.forward), None)
    return {
        "tie_lines": [TieLine(tie.other.number, tie.other.complaint.subject, _how(tie), links and tie.linked) for tie in shown],
        "likely": _likely(case, reach, [other for other, _why, _forward in raw]) if open_to_it else [],
        "merges": open_to_it and case.customer_id is not None,
        "links": links,
        "splits": open_to_it and _divisible(case, complaint),
        "separates": links and merged_into is not None and _still_open(merged_into.other),
    }  # fmt: skip


def _how(tie: ties.Tie) -> str:
    """How the other one belongs to this one, in a word or two."""
    if tie.linked:
        return tie.reason
    told = {
        (ties.MERGED, True): _("goes on there"),
        (ties.MERGED, False): _("merged into this one"),
        (ties.SPLIT, True): _("split off from there"),
        (ties.SPLIT, False): _("split off from this one"),
    }
    return told[tie.why, tie.forward]


def _still_open(case: Case) -> bool:
    return case.is_open and case.complaint.answered_at is None


def _likely(case: Case, reach: Reach, tied: Sequence[UUID]) -> list[LikelyLine]:
    return [
        LikelyLine(
            other.number,
            other.complaint.subject,
            share(float(alike)),
            _still_open(other) and (other.opened_at, other.number) < (case.opened_at, case.number),
        )
        for other, alike in ties.likely(case, reach, tied)
    ]


def _divisible(case: Case, complaint: Complaint) -> bool:
    """Whether there is more than the first matter, and the customer is not being asked."""
    free = [matter for matter in _matters(complaint)[1:] if not matter.conclusion]
    return bool(free) and complaint.reopened_at is None and "ask" not in case.step.split(",")


def _matters(complaint: Complaint) -> list[Matter]:
    return list(complaint.matters.all())


def unfilled(case: Case, reach: Reach) -> dict[str, Any]:
    """The forms of the card, made where they are shown."""
    made: dict[str, Callable[[], Any]] = {
        "merge_form": lambda: forms.OtherForm(find=finder(reach), name="merge"),
        "link_form": lambda: forms.LinkForm(find=finder(reach)),
        "split_form": lambda: forms.SplitForm(matters=_matters(case.complaint)),
    }
    return {name: SimpleLazyObject(make) for name, make in made.items()}


def finder(reach: Reach) -> Callable[[str], Case | None]:
    """A complaint by its number, among those that the reader may see."""
    return lambda number: queries.visible(reach).filter(number=number).first()


def read_merge(request: StaffRequest, case: Case, **place: Any) -> Typed:
    """The complaint that this one goes into; whoever merges must handle both."""
    form = forms.OtherForm(request.POST, find=finder(request.reach), name="merge")
    if form.is_valid():
        request.reach.need(HANDLE, form.cleaned_data["number"].handling_unit_id)
    return _typed("merge_form", form)


def read_other(request: StaffRequest, case: Case, **place: Any) -> Typed:
    """A complaint that the page itself named."""
    form = forms.OtherForm(request.POST, find=finder(request.reach), name="merge")
    return replace(_typed("merge_form", form), beside="merge")


def read_link(request: StaffRequest, case: Case, **place: Any) -> Typed:
    """Which complaint, and why."""
    return _typed("link_form", forms.LinkForm(request.POST, find=finder(request.reach)))


def read_split(request: StaffRequest, case: Case, **place: Any) -> Typed:
    """Which matters."""
    form = forms.SplitForm(request.POST, matters=_matters(case.complaint))
    return Typed({"split_form": form}, form.cleaned_data if form.is_valid() else None)


def _typed(name: str, form: Any) -> Typed:
    if not form.is_valid():
        return Typed({name: form}, None)
    said = dict(form.cleaned_data)
    return Typed({name: form}, {"other": said.pop("number").pk, **said})


def within_both(verb: CaseVerb, request: StaffRequest, case: Case) -> None:
    """The grant must reach the unit of either: of this one, and of the one it was merged into."""
    request.reach.need(verb.grant, case.handling_unit_id)
    first = ties.leading(case)
    if first is not None:
        request.reach.need(verb.grant, first.handling_unit_id)
