"""Named readings of complaints."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from yinuo.engines.cases.at_hand import at_hand
from yinuo.engines.cases.following import FOLLOWERS, UNREAD
from yinuo.engines.cases.intentions import INTENTIONS
from yinuo.engines.cases.models import Case, Clock
from yinuo.engines.cases.recusal import aside, open_to_people
from yinuo.engines.cases.sight import Ids, within
from yinuo.engines.cases.whole import CASE, Part, read_whole
from yinuo.facts.questions import Asked, Place, Question, together
from yinuo.ground.access.among import Among, ids
from yinuo.ground.access.reach import Reach
from yinuo.ground.access.verbs import verb_named
from yinuo.ground.customers.intake import find_customer
from yinuo.ground.files.models import StoredFile
from yinuo.ground.people.models import Posting, Unit, User
from yinuo.ground.vault.keys import code_index
from yinuo.ground.vault.sealed import Erased
from yinuo.packs.complaints.models import Complaint, Draft, Matter, Party, Redress
from yinuo.packs.complaints.overdue import overdue
from yinuo.packs.complaints.pack import KIND
from yinuo.web.palette import Found

MIN_NUMBER = 2  # characters before the palette asks the database
MOST_FOUND = 8
PHONE_NUMBER = re.compile(r"\+?[0-9][0-9 -]{6,18}[0-9]")  # a whole one: the index knows no parts
SIBLINGS = 5
UNITS = ids("units", as_rows=True)  # a case is looked for by its number, or by its customer


def visible(reach: Reach) -> QuerySet[Case]:
    """Complaints that the reader may see: owned, handled or complained of in a unit within reach.

    Whoever stands aside from one does not see it: it is about them, or they are not impartial.
    """
    return visible_to(**reader(reach))


def reader(reach: Reach) -> dict[str, frozenset[UUID]]:
    """All that decides which complaints somebody sees."""
    return {"units": reach.units("complaints.view"), "people": reach.stands_for()}


def visible_to(units: Ids, people: Ids) -> QuerySet[Case]:
    """Complaints with which one of the units has to do, and from which none of the people stands aside."""
    return open_to_people(within(Case.objects.filter(kind=KIND.key), units), people)


NAMES = ("name_zh_hans", "name_en", "name_zh_hant")
LINE = (
    "id", "number", "opened_at", "opened_precision", "closed_at", "is_open", "lane", "next_due", "step",
    "process_id", "promises_id", "calendar_id", "handler__name", "customer__name_ct", "customer__key__wrapped",
    *(f"complaint__{name}" for name in ("subject", "source", "level", "business", "cause", "redress", "identical_to_id")),
    "complaint__ending",
    *(f"{unit}__{name}" for unit in ("handling_unit", "complained_unit") for name in NAMES),
)  # fmt: skip


def for_list(cases: QuerySet[Case]) -> QuerySet[Case]:
    """With what one line of the list shows and nothing else, but for its clocks."""
    related = ("complaint", "customer__key", "handler", "handling_unit", "complained_unit")
    return cases.select_related(*related).only(*LINE)


class Shown(NamedTuple):
    """What a line of the list shows: a case, with its clocks in their order."""

    case: Case
    clocks: list[Clock]


def shown(cases: Sequence[UUID]) -> list[Shown]:
    """These cases for a list, in this order."""
    asked = shown_asked(cases)
    of_cases, of_clocks = (each.models(rows) for each, rows in zip(asked, together(*asked), strict=True))
    found = {case.pk: Shown(case, []) for case in of_cases}
    for clock in of_clocks:
        found[clock.case_id].clocks.append(clock)
    return [found[each] for each in cases if each in found]


def shown_asked(cases: Sequence[UUID]) -> list[Asked]:
    """The questions of that: the cases, and their clocks."""
    return [_LINES.of(cases=cases), _CLOCKS.of(cases=cases)]


_LINES = Question(lambda: for_list(Case.objects.filter(Among("pk", ids("cases")))), one_way=True)
_CLOCKS = Question(
    lambda: Clock.objects.filter(Among("case_id", ids("cases"))).order_by("case_id", "position")
)


def whole(reach: Reach, number: str) -> Case | None:
    """One complaint that the reader may see, with all that its page shows. Its editions are long and in memory
    already: no join."""
    found: list[Case] = _ONE.objects(number=number, **reader(reach))
    if not found:
        return None
    case = found[0]
    complaint = case.complaint
    own = (("matters", _MATTERS), ("redresses", _REDRESSES), ("parties", _PARTIES))
    marks = (("followers", FOLLOWERS), ("mentions", UNREAD), ("intentions", INTENTIONS))
    read_whole(case, *(Part(complaint, *each) for each in own), *(Part(case, *each) for each in marks))
    return case


_SHOWN = ("complaint", "customer__key", "handler", "handling_unit", "owning_unit", "complained_unit")
_ONE = Question(
    lambda: (
        visible_to(UNITS, ids("people"))
        .filter(number=Place("number", Case._meta.get_field("number")))
        .select_related(*_SHOWN)
    )
)
_MATTERS = Question(lambda: Matter.objects.filter(complaint_id=CASE).select_related("responsible_unit"))
_REDRESSES = Question(
    lambda: Redress.objects.filter(complaint_id=CASE).select_related("proposed_by", "approval__decided_by")
)

_PARTIES = Question(
    lambda: Party.objects.filter(complaint_id=CASE, removed_at=None).select_related(
        "customer__key", "checked_by"
    )
)


def siblings(case: Case, reach: Reach) -> list[Case]:
    """Other complaints of the same customer, or of who complains with them, that the reader may see, newest first,
    as many as a side card shows."""
    asked = siblings_asked(case, reach)
    found = {
        other.pk: other
        for each, rows in zip(asked, together(*asked), strict=True)
        for other in each.models(rows)
    }
    return sorted(found.values(), key=lambda other: other.opened_at, reverse=True)[:SIBLINGS]


def siblings_asked(case: Case, reach: Reach) -> list[Asked]:
    """The questions of that: one of each customer's own, and one of what they joined; none of nobody's."""
    if case.customer_id is None:
        return []
    joint = {party.customer_id for party in case.complaint.parties.all() if party.role == Party.Role.JOINT}
    customers = {case.customer_id, *joint}
    sees: dict[str, Any] = {"case": case.pk, **reader(reach)}
    own = [_OWN.of(customer=each, **sees) for each in sorted(customers)]
    return [*own, _JOINED.of(customers=customers, **sees)]


def _siblings(**wanted: Any) -> QuerySet[Case]:
    same = visible_to(UNITS, ids("people")).filter(**wanted).exclude(pk=CASE)
    codes = ("complaint__subject", "complaint__business", "complaint__cause")
    shown = same.select_related("complaint").only("number", "opened_at", "customer_id", *codes)
    return shown.order_by("-opened_at")[:SIBLINGS]


# One customer's own come in the order of an index; in one question with what they join in, all would be sorted.
_OWN = Question(
    lambda: _siblings(customer_id=Place("customer", Case._meta.get_field("customer"))), one_way=True
)
_JOINED = Question(lambda: _siblings(pk__in=joined_by(ids("customers"))), one_way=True)


def colleagues(case: Case) -> QuerySet[User]:
    """Who can be given the case: people with a handling post in its unit today who do not stand aside."""
    return handling({case.handling_unit_id}).exclude(pk__in=aside(case))


def handling(units: Collection[UUID]) -> QuerySet[User]:
    """People with a handling post in one of the units today."""
    return _posted(units, role__in=("handler", "lead"))


def other_units(case: Case) -> QuerySet[Unit]:
    """Units to which a case can be handed over: open ones in which somebody handles complaints today."""
    roles = verb_named("complaints.handle").roles
    posts = Posting.objects.filter(Posting.on(timezone.localdate()), role__in=roles, user__is_active=True)
    units = Unit.objects.filter(closed_on=None, pk__in=posts.values("unit_id"))
    return units.exclude(pk=case.handling_unit_id).order_by("code")


def concerned(case: Case) -> QuerySet[User]:
    """Staff of the units a complaint is about, answered for and handled by, to say who is complained of."""
    units = {case.complained_unit_id, case.owning_unit_id, case.handling_unit_id}
    units |= {matter.responsible_unit_id for matter in case.complaint.matters.all()}
    named = [recusal.person_id for recusal in case.recusals.all()]
    return _posted({unit for unit in units if unit}).exclude(pk__in=named)


def _posted(units: Collection[UUID], **held: Any) -> QuerySet[User]:
    posts = Posting.objects.filter(Posting.on(timezone.localdate()), unit_id__in=units, **held)
    return User.objects.filter(pk__in=posts.values("user_id"), is_active=True).order_by("name")


def by_tracking_code(code: str) -> Case | None:
    """The complaint a customer's code stands for; hyphens, spaces and letter case do not matter."""
    plain = "".join(code.upper().split()).replace("-", "")
    if len(plain) != 13:
        return None
    complaints = Complaint.objects.select_related(
        "case__customer__key", "case__handler", "case__handling_unit"
    )
    beside = Prefetch("parties", Party.objects.select_related("customer__key"))
    found = complaints.filter(tracking_index=code_index("tracking", plain)).prefetch_related(beside).first()
    if found is None:
        return None
    at_hand([found.case])
    return found.case


def files_of(case: Case) -> list[StoredFile]:
    """What the customer handed in."""
    return _FILES.objects(case=case.pk)


def files_asked(case: Case) -> Asked:
    """The question of that, to be asked ahead."""
    return _FILES.of(case=case.pk)


_FILES = Question(lambda: StoredFile.objects.filter(owner_kind="case", owner_id=CASE).order_by("uploaded_at"))


def drafts_of(case: Case, author: User) -> dict[str, Any]:
    """What the author has typed about the case and not sent, by form."""
    asked = drafts_asked(case, author)
    drafts: list[Draft] = asked.models(together(asked)[0])
    return {each.form: json.loads(each.values) for each in drafts if not isinstance(each.values, Erased)}


def drafts_asked(case: Case, author: User) -> Asked:
    """The question of that, to be asked ahead."""
    return _DRAFTS.of(case=case.pk, author=author.pk)


_DRAFTS = Question(
    lambda: Draft.objects.filter(case_id=CASE, author_id=Place("author", User._meta.get_field("id")))
)


@dataclass(frozen=True, slots=True)
class Gate:
    """Something that must be true before a step, and where to cure it."""

    name: str | LazyText
    met: bool
    anchor: str


def gates_before_answer(complaint: Complaint, at: datetime) -> list[Gate]:
    """What must be done before the customer can be told at that time."""
    gates = [
        Gate(
            _("Matter %(position)s has a conclusion") % {"position": matter.position},
            bool(matter.conclusion),
            f"#matter-{matter.position}",
        )
        for matter in complaint.matters.all()
    ]
    graded = Gate(
        _("Level, business and cause are coded"), bool(complaint.level and complaint.business), "#matters"
    )
    redresses = complaint.redresses.all()
    if redresses:
        decided = all(redress.decided_at is not None for redress in redresses)
        gates.append(Gate(_("Redress is decided"), decided, "#redress"))
    if overdue(complaint.case, at):
        gates.append(
            Gate(_("The reason for taking so long is given"), bool(complaint.overdue_reason), "#overdue")
        )
    return [graded, *gates]


def handling_unit() -> Unit:
    """Where new complaints go: the bank's complaint centre, else the head of the unit tree."""
    units = Unit.objects.filter(closed_on=None)
    return (
        units.filter(kind="complaint_centre").order_by("code").first()
        or units.order_by("opened_on", "code")[0]
    )


def may_read_file(request: HttpRequest, file: StoredFile) -> bool:
    """Whether the reader may see the complaint a file belongs to."""
    reach: Reach = request.reach  # type: ignore[attr-defined]
    return reach.holds(KIND.view) and visible(reach).filter(pk=file.owner_id).exists()


def may_read_authority(request: HttpRequest, file: StoredFile) -> bool:
    """Whether the reader may see the complaint on which somebody speaks for the customer."""
    reach: Reach = request.reach  # type: ignore[attr-defined]
    named = Party.objects.filter(pk=file.owner_id).values("complaint_id")
    return reach.holds(KIND.view) and visible(reach).filter(pk__in=named).exists()


def complained_by(people: Ids) -> Q:
    """Complaints of these customers: their own, and those in which they complain together with somebody."""
    own = Case.objects.filter(Among("customer_id", people)).order_by()
    return Q(pk__in=own.values("pk").union(joined_by(people)))


def joined_by(people: Ids) -> QuerySet[Party, Any]:
    """Complaints that these customers joined."""
    joint = Party.objects.filter(Among("customer_id", people), role=Party.Role.JOINT, removed_at=None)
    return joint.order_by().values("complaint_id")


def by_phone(request: HttpRequest, text: str) -> Iterator[Found]:
    """What the palette finds by a whole phone number: complaints of whoever has it, also where they only join in."""
    wanted = text.strip()
    if not PHONE_NUMBER.fullmatch(wanted):
        return
    people = [customer.pk for customer in find_customer(phone=wanted)]
    if people:
        reach: Reach = request.reach  # type: ignore[attr-defined]
        yield from _found(visible(reach).filter(complained_by(people)).order_by("-opened_at", "-id"))


def by_number(request: HttpRequest, text: str) -> Iterator[Found]:
    """What the palette finds: complaints whose number begins so, newest first; only what the reader may see."""
    reach: Reach = request.reach  # type: ignore[attr-defined]
    wanted = "".join(text.split()).upper()
    if len(wanted) < MIN_NUMBER:
        return
    yield from _found(visible(reach).filter(number__startswith=wanted).order_by("-number"))


def _found(cases: QuerySet[Case]) -> Iterator[Found]:
    found = list(cases.select_related("complaint", "customer__key")[:MOST_FOUND])
    at_hand(found)
    for case in found:
        who = case.customer.masked_name if case.customer else ""
        yield Found(
            case.number, KIND.url(case.number), f"{who} {case.complaint.subject}".strip(), "file-alert"
        )
