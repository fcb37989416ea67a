"""The people around a complaint, as its page shows them, and the forms by which they are written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinuo.engines.cases.following import follower_of
from yinuo.engines.cases.models import Case
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.reach import Reach
from yinuo.ground.files.models import StoredFile
from yinuo.ground.people.models import User
from yinuo.ground.terms.lists import label
from yinuo.packs.complaints import actions, forms
from yinuo.packs.complaints.models import Party
from yinuo.web.case_verbs import CaseVerb, Typed, one
from yinuo.web.formats import day, listed
from yinuo.web.parts import FileMark


@dataclass(frozen=True, slots=True)
class PartyLine:
    """Somebody beside the customer, masked; `state` says what goes to them, `tone` whether that is to be mended."""

    party: Party
    role: str
    name: str
    reached: str
    state: str
    tone: str
    files: Sequence[FileMark]
    form: forms.AuthorityForm | None


def around(case: Case, reach: Reach, handles: bool, said: Mapping[str, Any]) -> dict[str, Any]:
    """Who is beside the customer, and whether this reader writes them down; what was just refused keeps its words.

    One query where anybody speaks for the customer.
    """
    parties: list[Party] = list(case.complaint.parties.all())
    files = actions.proofs_of(found) if (found := [p for p in parties if p.role == Party.Role.AGENT]) else {}
    return {
        "parties": [_line(party, files.get(party.pk, ()), said) for party in parties],
        "joint_rule": actions.joint_rule() if handles else None,
        "adds_people": handles,
        "follows": follower_of(case, reach.user.pk) is not None,
        **_turn(case, reach),
    }


def _turn(case: Case, reach: Reach) -> dict[str, Any]:
    """Whose turn it is, for whoever gives complaints to colleagues; looked for where the fold with it is open."""
    if not case.is_open or not reach.may("complaints.assign", case.handling_unit_id):
        return {}

    def found() -> User | None:
        who = actions.next_hand(case, timezone.now())
        return User.objects.filter(pk=who).first() if who else None

    return {"shares_out": True, "next_hand": SimpleLazyObject(found)}


def _line(party: Party, files: Sequence[StoredFile], said: Mapping[str, Any]) -> PartyLine:
    customer, (state, tone, checks) = party.customer, _state(party)
    refused: forms.AuthorityForm | None = said.get("authority_form")
    own = refused if refused and refused.data.get("party") == str(party.pk) else None
    role = party.get_role_display()
    return PartyLine(
        party=party,
        role=f"{role} · {label('complaint_relation', party.relation)}" if party.relation else role,
        name=customer.masked_name,
        reached=listed(filter(None, (customer.masked_phone, customer.masked_email))),
        state=state,
        tone=tone,
        files=[FileMark.of(file, downloads=True) for file in files],
        form=(own or forms.AuthorityForm(auto_id=f"authority_{party.pk}_%s")) if checks else None,
    )


def _state(party: Party) -> tuple[str, str, bool]:
    """What goes to somebody and why, how grave that is, whether their authority waits to be checked."""
    if party.role == Party.Role.JOINT:
        return (
            (_("Represents the others; gets the letters") if party.represents else _("Gets no letters")),
            "",
            False,
        )
    until = party.valid_until
    if until and until < timezone.localdate():
        return _("The authority ran out on %(day)s: nothing goes to them") % {"day": day(until)}, "risk", True
    if party.checked_at and party.checked_by:
        said = _("Authority checked by %(name)s; gets the letters") % {"name": party.checked_by.name}
        return (_("%(said)s until %(day)s") % {"said": said, "day": day(until)} if until else said), "", False
    if party.authority:
        return _("The authority waits to be checked: no answer goes to them yet"), "risk", True
    return _("No authority was shown: no answer goes to them"), "risk", True


def made_forms() -> dict[str, Callable[[], Any]]:
    """The forms of this card, each made when it is shown."""
    return {
        "complainant_form": forms.ComplainantForm,
        "representative_form": forms.RepresentativeForm,
    }


def _complainant(request: StaffRequest, case: Case, **place: Any) -> Typed:
    """Who complains too."""
    form = forms.ComplainantForm(request.POST)
    if not form.is_valid():
        return Typed({"complainant_form": form}, None)
    given = {"person": form.person(case.language), "represents": form.cleaned_data["represents"]}
    return Typed({"complainant_form": form}, given)


def _representative(request: StaffRequest, case: Case, **place: Any) -> Typed:
    """Who speaks for the customer, with what proves it."""
    form = forms.RepresentativeForm(request.POST, request.FILES)
    return Typed({"representative_form": form}, spoken_for(form, case.language) if form.is_valid() else None)


def spoken_for(form: forms.RepresentativeForm, language: str) -> Mapping[str, Any]:
    """What the action takes of a checked form."""
    return {
        "person": form.person(language),
        "relation": form.cleaned_data["relation"],
        "proof": form.proof(),
    }


def _authority(request: StaffRequest, case: Case, **place: Any) -> Typed:
    """Whose authority, and the proof where it is brought only now."""
    form = forms.AuthorityForm(request.POST, request.FILES)
    if not form.is_valid():
        return Typed({"authority_form": form}, None)
    return Typed({"authority_form": form}, {"party": form.cleaned_data["party"], "proof": form.proof()})


def _who_sees_it(verb: CaseVerb, request: StaffRequest, case: Case) -> None:
    """Whoever sees it may follow it: `visible_case` has asked already."""


HANDLE, VIEW = "complaints.handle", "complaints.view"
VERBS = (
    CaseVerb(
        "add-complainant", HANDLE, actions.add_complainant, gettext_lazy("Written down who complains too"),
        _complainant,
    ),
    CaseVerb(
        "add-representative", HANDLE, actions.add_representative,
        gettext_lazy("Written down who speaks for the customer; both are told"), _representative,
    ),
    CaseVerb(
        "check-authority", HANDLE, actions.check_authority,
        gettext_lazy("Authority checked; letters go to them too"), _authority,
    ),
    CaseVerb(
        "take-away", HANDLE, actions.remove_party, gettext_lazy("Taken away again; nothing goes to them any more"),
        one("party_form", forms.PartyForm),
    ),
    CaseVerb("follow", VIEW, actions.follow, gettext_lazy("You follow it now"), allow=_who_sees_it),
    CaseVerb("unfollow", VIEW, actions.unfollow, gettext_lazy("You follow it no more"), allow=_who_sees_it),
    CaseVerb(
        "share-out", "complaints.assign", actions.share_out,
        gettext_lazy("Given to whoever has the least to do"),
    ),
)  # fmt: skip
