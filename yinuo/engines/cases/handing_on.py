"""Handing a case over to another unit, inside the transaction of a pack's verb.

The case loses its handler and lies in the list of the receiving unit until somebody there claims it. Who answers for
it stays, and so do its editions and its clocks: nobody gains time by it. Sent back, it is handed over once more.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from yinuo.engines.cases.heads import there_to_handle
from yinuo.engines.cases.marks import Mention
from yinuo.engines.cases.models import Case, Note
from yinuo.engines.cases.moves import leave
from yinuo.engines.cases.refusals import CaseRefused
from yinuo.engines.cases.replay import HANDED_ON
from yinuo.ground.people.models import Unit, User


def hand_on(
    case: Case, to: Unit, *, roles: Sequence[str], reason: str, words: str, by: User, at: datetime
) -> None:
    """Give a held case to another unit and tell everybody there who can claim it: who holds one of the roles that day.

    CaseRefused where that unit has it already, and where nobody is there who may have it: who stands aside is not.
    """
    if to.pk == case.handling_unit_id:
        raise CaseRefused(_("This unit has it already."))
    giving = case.handling_unit_id
    case.handling_unit, case.handler = to, None
    today = timezone.localdate(at)
    people = dict.fromkeys(person for role in roles for person in there_to_handle(case, role, today))
    if not people:
        raise CaseRefused(
            _("Nobody in %(unit)s is there who could take it, or they all stand aside.") % {"unit": to.name}
        )
    note = Note.objects.create(case=case, author=by, subject="handed_on", text=words, written_at=at)
    leave(
        case, giving, HANDED_ON, by=by, at=at,
        giving=giving, receiving=to.pk, reason=reason, note=note.pk, told=sorted(map(str, people)),
    )  # fmt: skip
    Mention.objects.bulk_create(
        Mention(case=case, note=note, person_id=person, by=by, told_at=at) for person in people
    )
