"""What waits for a second person: taken back by who proposed, decided by somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from yinuo.ground.access import accounts, appointments
from yinuo.ground.access.among import Among
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.reach import Reach, VerbMissing
from yinuo.ground.access.roles import role_name
from yinuo.ground.access.verbs import verb_named
from yinuo.ground.access.views_guard import confirmed, needs
from yinuo.ground.people.models import StaffProposal
from yinuo.ground.people.offices import PostingRefused
from yinuo.packs.organisation import consequences
from yinuo.packs.organisation.forms import RefusalForm
from yinuo.packs.organisation.pack import MANAGE, VIEW
from yinuo.packs.organisation.people import keeps, people_seen
from yinuo.web.formats import day as in_figures

MOST_DECIDED = 25


@dataclass(frozen=True, slots=True)
class Line:
    """One proposal: what it asks for, what follows, and what the reader may do about it."""

    proposal: StaffProposal
    role: str
    since: str
    until: str
    verbs: str
    decides: bool
    own: bool


@require_safe
@needs(VIEW)
def listing(request: StaffRequest) -> HttpResponse:
    """What waits, the oldest first; below it what was decided last."""
    found = _seen(request.reach, VIEW).select_related("user", "unit", "by", "decided_by", "deputy_for")
    open_ones = found.filter(outcome=StaffProposal.Outcome.WAITING).order_by("at")
    decided = found.exclude(outcome=StaffProposal.Outcome.WAITING).order_by("-decided_at")[:MOST_DECIDED]
    shown = {
        "waiting": [_line(request, each) for each in open_ones],
        "decided": [_line(request, each) for each in decided],
        "form": RefusalForm(),
    }
    return render(request, "organisation/proposals.html", shown)


@require_POST
@never_cache
@needs(MANAGE)
@confirmed
def decide(request: StaffRequest, proposal_id: UUID, verb: str) -> HttpResponse:
    """Accept, refuse for a reason, or take back."""
    proposal = get_object_or_404(_seen(request.reach, MANAGE), pk=proposal_id)
    if proposal.unit_id is None and not keeps(request.reach, proposal.user):
        raise VerbMissing(verb_named(MANAGE))
    form = RefusalForm(request.POST)
    try:
        if verb == "accept":
            if proposal.what == StaffProposal.What.REOPEN:
                accounts.accept_reopening(proposal.pk, by=request.user)
                messages.success(request, gettext("Accepted: the account can be used again."))
            else:
                appointments.accept(proposal.pk, by=request.user)
                messages.success(request, gettext("Accepted: the posting is given."))
        elif verb == "withdraw":
            appointments.withdraw(proposal.pk, by=request.user)
            messages.success(request, gettext("Taken back."))
        elif form.is_valid():
            appointments.refuse(proposal.pk, form.cleaned_data["reason"], by=request.user)
            messages.success(request, gettext("Refused."))
        else:
            messages.error(request, gettext("Choose why it is refused: nothing was decided."))
    except PostingRefused as refused:
        messages.error(request, refused.messages[0])
    return redirect("organisation:proposals")


def _seen(reach: Reach, verb: str) -> QuerySet[StaffProposal]:
    """Proposals about units within reach, and about accounts of people who are seen."""
    within = Among("unit_id", reach.units(verb))
    return StaffProposal.objects.filter(Q(within) | Q(unit=None, user__in=people_seen(reach)))


def _line(request: StaffRequest, proposal: StaffProposal) -> Line:
    own = proposal.by_id == request.user.pk
    about = proposal.user_id == request.user.pk
    may = request.reach.may(MANAGE, proposal.unit_id) if proposal.unit_id else request.reach.holds(MANAGE)
    return Line(
        proposal,
        role_name(proposal.role) if proposal.role else "",
        in_figures(proposal.valid_from) if proposal.valid_from else "–",
        in_figures(proposal.valid_to) if proposal.valid_to else gettext("without end"),
        "; ".join(consequences.verb_names(proposal.role)),
        may and not own and not about,
        own and may,
    )
