"""Which verbs of a complaint can be done to many at once. Each does what the verb does, asked of every one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from yinuo.engines.cases.bulk import BulkVerb, declare_bulk_verb
from yinuo.engines.cases.models import Case
from yinuo.ground.access.reach import Reach
from yinuo.ground.people.models import User
from yinuo.packs.complaints import actions, queries
from yinuo.packs.complaints.pack import KIND


def _write_note(case_id: UUID, *, text: str, by: User) -> Case:
    """What the reader has half written on the page of one of them stays there."""
    return actions.write_note(case_id, text=text, by=by, drafted=False)


def _reaches(grant: str) -> Callable[[Reach, Case], bool]:
    return lambda reach, case: reach.may(grant, case.handling_unit_id)


def _own_or_assigned(reach: Reach, case: Case) -> bool:
    return case.handler_id == reach.user.pk or reach.may("complaints.assign", case.handling_unit_id)


def _ended(case: Case) -> str:
    return "" if case.is_open else _("A closed complaint is not handed over.")


def _not_free(case: Case) -> str:
    free = case.is_open and case.handler_id is None
    return "" if free else _("Somebody is responsible for it already, or it is closed.")


def _to_whom(given: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"to": User.objects.get(pk=given["to"])}


def _verb(name: str, act: Callable[..., Any], may: Callable[[Reach, Case], bool], **more: Any) -> BulkVerb:
    return BulkVerb(KIND.key, name, act, queries.visible, may, **more)


HAND_OVER = _verb("hand-over", actions.hand_over, _own_or_assigned, unmet=_ended, read=_to_whom)
SHARE_OUT = _verb("share-out", actions.share_out, _reaches("complaints.assign"), unmet=_ended)
CLAIM = _verb("claim", actions.claim, _reaches("complaints.handle"), unmet=_not_free)
NOTE = _verb("note", _write_note, _reaches("complaints.note"))
FOLLOW = _verb("follow", actions.follow, lambda reach, case: True)  # whoever sees it may


def declare_bulk() -> None:
    """Make them known to whoever goes on with an act."""
    for verb in (HAND_OVER, SHARE_OUT, CLAIM, NOTE, FOLLOW):
        declare_bulk_verb(verb)
