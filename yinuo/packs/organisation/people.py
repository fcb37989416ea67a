"""Which people somebody sees, how a list of them narrows, and what one of them holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from yinuo.ground.access.among import Among
from yinuo.ground.access.reach import Reach
from yinuo.ground.access.roles import role_name
from yinuo.ground.people.models import Posting, User
from yinuo.packs.organisation.pack import MANAGE, VIEW
from yinuo.web.formats import day as in_figures


def people_seen(reach: Reach) -> QuerySet[User]:
    """Whoever holds, held or will hold a posting within reach; and who has none at all, to whom one can be given."""
    own = Posting.objects.filter(user=OuterRef("pk"))
    within = own.filter(Among("unit_id", reach.units(VIEW)))
    return User.objects.filter(Exists(within) | ~Exists(own))


def keeps(reach: Reach, person: User) -> bool:
    """Whether all that the person holds or held lies where one keeps the organisation: nobody else closes their account."""
    return reach.holds(MANAGE) and reach.units(MANAGE).issuperset(
        person.postings.values_list("unit_id", flat=True).distinct()
    )


def holding(on: date, **what: object) -> Q:
    """Whoever holds such a posting on the day."""
    return Q(Exists(Posting.objects.filter(Posting.on(on), user=OuterRef("pk"), **what)))


def with_today(people: QuerySet[User], reach: Reach) -> QuerySet[User]:
    """With what each holds today within reach, for lists and files."""
    held = Posting.objects.filter(Posting.on(timezone.localdate())).filter(
        Among("unit_id", reach.units(VIEW))
    )
    held = held.select_related("unit").order_by("deputy_for_id", "role", "unit__code")
    return people.prefetch_related(Prefetch("postings", held, to_attr="today"))


def held_today(person: User) -> list[Posting]:
    """What `with_today` read."""
    found: list[Posting] = person.today  # type: ignore[attr-defined]
    return found


def postings_in_words(postings: Iterable[Posting]) -> str:
    """The postings in one line: role and unit, deputies marked."""
    return "; ".join(_in_words(each) for each in postings)


def account_state(person: User) -> tuple[str, str]:
    """The account in words, and the tone of its tag."""
    if not person.is_active:
        return gettext("out of use"), ""
    if not person.has_usable_password():
        return gettext("no password yet"), ""
    if person.must_change_password:
        return gettext("initial password"), "warn"
    return gettext("account in use"), "ok"


@dataclass(frozen=True, slots=True)
class PostingLine:
    """One posting as a row; `stage`: past | present | coming."""

    posting: Posting
    role: str
    since: str
    until: str
    stage: str
    state: str
    tone: str


def posting_line(posting: Posting, on: date) -> PostingLine:
    """A posting as it stands to a day."""
    until = in_figures(posting.valid_to) if posting.valid_to else gettext("without end")
    if posting.valid_from > on:
        stage = ("coming", gettext("coming"), "brand")
    elif posting.valid_to is not None and posting.valid_to <= on:
        stage = ("past", gettext("past"), "")
    else:
        stage = ("present", gettext("present"), "ok")
    return PostingLine(posting, role_name(posting.role), in_figures(posting.valid_from), until, *stage)


def _in_words(posting: Posting) -> str:
    words = {"role": role_name(posting.role), "unit": posting.unit.name}
    return (gettext("%(role)s, %(unit)s (deputy)") if posting.deputy_for_id else "%(role)s, %(unit)s") % words
