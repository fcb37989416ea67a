"""People beside the customer in the demonstration bank: who complains too, who speaks for them, who is told of a note."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from random import Random
from uuid import UUID

from django.utils import timezone

from yinuo.engines.cases.marks import Follower
from yinuo.engines.cases.models import Case
from yinuo.ground.customers.intake import Person
from yinuo.ground.people.models import User
from yinuo.packs.complaints import actions

# Of a hundred open complaints so many have somebody beside the customer, or a note that names a colleague.
JOINT, SPOKEN_FOR, NOTED, FOLLOWED = 8, 20, 35, 50
RELATIONS = ("family", "spouse", "lawyer", "guardian", "employee")
NAMES = {
    "zh-hans": ("赵立春", "钱小芸", "孙国栋", "李秀兰", "周文"),
    "en": ("Alan Turner", "Grace Miller", "Henry Cole", "Mary Watts", "Peter Lowe"),
    "zh-hant": ("趙立春", "錢小芸", "孫國棟", "李秀蘭", "周文"),
}
NOTES = {
    "zh-hans": "@%s 网点已回电，流水对得上，请看一下退费金额是否合适。",
    "en": "@%s The branch called back and the entries agree; please see whether the refund is right.",
    "zh-hant": "@%s 分行已回電，交易紀錄相符，請看一下退費金額是否合適。",
}


def people_beside(cases: Sequence[Case], leads: Mapping[UUID, Sequence[User]]) -> None:
    """Write them down on open complaints that somebody handles; a complaint that has them already is left alone.

    `leads` of each unit today.
    """
    for case in cases:
        rng = Random(f"beside {case.number}")  # noqa: S311 # nosec B311 # a demonstration, not a secret
        chance, by = rng.randrange(100), case.handler
        if by is None or case.complaint.parties.exists() or Follower.objects.filter(case=case).exists():
            continue
        if chance < JOINT:
            for represents in (True, False):
                person = _person(rng, case.language)
                actions.add_complainant(case.pk, person=person, represents=represents, by=by, letters=False)
        elif chance < SPOKEN_FOR:
            _spoken_for(case, rng, by)
        elif chance < FOLLOWED and leads[case.handling_unit_id]:
            lead = rng.choice(leads[case.handling_unit_id])
            actions.follow(case.pk, by=lead)
            if chance < NOTED and lead != by:
                actions.write_note(case.pk, text=NOTES[case.language] % lead.staff_number, by=by)


def _spoken_for(case: Case, rng: Random, by: User) -> None:
    """With a paper that was shown, in two of three; checked in one of these two."""
    today = timezone.localdate()
    shown = actions.Proof(shown_on=today, valid_until=today + timedelta(days=365))
    proved = rng.randrange(3)
    actions.add_representative(
        case.pk, person=_person(rng, case.language), relation=rng.choice(RELATIONS),
        proof=shown if proved else actions.Proof(), by=by, letters=False,
    )  # fmt: skip
    if proved == 1:
        party = case.complaint.parties.get(removed_at=None)
        actions.check_authority(case.pk, party=party.pk, by=by, letters=False)


def _person(rng: Random, language: str) -> Person:
    return Person(rng.choice(NAMES[language]), f"139{rng.randrange(10**8):08}", "", language)
