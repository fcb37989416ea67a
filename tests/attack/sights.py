"""`python -m tests.attack.sights`, inside the bank that will be attacked: what there is to attack, as JSON.

Complaints with words that nobody could guess are laid in every unit, and one about each person who will sign in: where
that person must not read them, those words in any answer are a finding.
"""

from __future__ import annotations

import json
import secrets
from functools import cache
from typing import Any

from tests.attack.target import NOBODY


def sights() -> dict[str, Any]:
    """By role: the account, every address with real objects in it, and what is not for that role."""
    from tests.access.doors import a_changeover
    from yinuo.ground.access.reach import reach_of
    from yinuo.ground.access.roles import ROLES
    from yinuo.ground.people.models import Posting, User
    from yinuo.packs.complaints import queries
    from yinuo.site.accounts import kept

    accounts = {account.username: account for account in kept()}
    chosen: dict[str, User] = {}
    for role in ROLES:
        holders = User.objects.filter(postings__role=role, username__in=accounts).order_by("staff_number")
        chosen[role] = holders.exclude(pk__in=[each.pk for each in chosen.values()])[:1].get()
    laid, moving = _lay(chosen), a_changeover()
    found: dict[str, Any] = {NOBODY: {"account": None, **_of(None, laid[0][0], moving), **_not_theirs(laid)}}
    for role, person in chosen.items():
        seen = set(queries.visible(reach_of(person)).values_list("pk", flat=True))
        foreign = [(case, word) for case, word in laid if case.pk not in seen]
        own = [case for case, _ in laid if case.pk in seen]
        account = accounts[person.username]
        also = Posting.objects.filter(user=person).values_list("role", flat=True)
        found[role] = {
            "account": {"username": account.username, "password": account.password},
            "also": sorted(set(also) - {role}),
            **_of(person, own[0] if own else laid[0][0], moving),
            **_not_theirs(foreign),
        }
    return found


def _lay(people: dict[str, Any]) -> list[tuple[Any, str]]:
    """One complaint in every unit and one about each person, each with words of its own."""
    from yinuo.engines.cases.models import Case
    from yinuo.ground.people.models import Unit
    from yinuo.packs.complaints import actions
    from yinuo.packs.complaints.tests.bank import an_arrival

    centre, laid = Unit.objects.get(code="0101"), []
    about = [(unit, ()) for unit in Unit.objects.order_by("code")]
    about += [(centre, (person.pk,)) for person in people.values()]
    for unit, complained_of in about:
        word = f"暗记{secrets.token_hex(6)}"
        arrival = an_arrival(words=f"{word}：柜台多收了手续费。", complained_people=complained_of)
        received = actions.receive(arrival, handling_unit=unit.pk, by=None, origin="portal")
        laid.append((Case.objects.get(pk=received.case_id), word))
    return laid


def _of(person: Any, case: Any, moving: Any) -> dict[str, Any]:
    """Every address of the program, on a complaint of theirs where there is one."""
    from tests.access.doors import Objects, patterns
    from yinuo.engines.cases.models import Case
    from yinuo.engines.editions.models import Edition

    def first(kind: str) -> Any:
        return Case.objects.filter(kind=kind, is_open=True).order_by("number")[0]

    edition = Edition.objects.filter(kind="process", key="complaints").order_by("pk")[0]
    others = (first("callbacks"), first("reviews"), first("preventions"))
    known = Objects(case, _file(case), str(edition.pk), *others, moving)
    return {"addresses": {pattern: known.address(pattern, person) for pattern in patterns()}}


def _not_theirs(laid: list[tuple[Any, str]]) -> dict[str, Any]:
    """Numbers with their words, and files, that an answer to this role must never hold."""
    return {
        "foreign": {case.number: word for case, word in laid},
        "foreign_files": [_file(case) for case, _ in laid[:2]],
    }


@cache
def _file(case: Any) -> str:
    from django.core.files.base import ContentFile

    from yinuo.ground.files.intake import accept

    stored = accept(
        ContentFile(b"handed in by a customer\n", name="note.txt"), owner_kind="case", owner_id=case.pk
    )
    return str(stored.pk)


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(sights(), ensure_ascii=False))
