"""What was held is done once its time has come: as if begun then, sight and grant asked anew, in the transaction that
says so, so that it happens once, whoever is killed in between. What is refused then is kept for its author, with why.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from yinuo.engines.cases.held import Intention
from yinuo.engines.cases.intentions import Rehearsed, State, drop_files, end, held_verb, typed
from yinuo.engines.cases.models import Case
from yinuo.engines.cases.refusals import CaseRefused
from yinuo.ground.access.reach import reach_of
from yinuo.ground.vault.keys import KeyDestroyed

log = logging.getLogger(__name__)


def release_due(now: datetime, limit: int = 100) -> int:
    """Do up to `limit` of what is due; how many were looked at. Any number of workers may run it at once."""
    due = Intention.objects.filter(state=State.HELD, release_at__lte=now).order_by("release_at")
    return sum(_tried(*each, now) for each in list(due.values_list("pk", "case_id")[:limit]))


def _tried(intention: UUID, case: UUID, now: datetime) -> int:
    """A database that is away for a moment refuses nothing: it stays held and is tried again."""
    try:
        return release(intention, case, now)
    except OperationalError:
        log.exception("intention %s stays held", intention)
        return 0


@transaction.atomic
def release(intention_id: UUID, case_id: UUID, now: datetime) -> int:
    """Do it, or write down why it is refused now; 0 where another worker has one of its cases, or did it before."""
    intention = Intention.objects.select_related("by", "case").get(pk=intention_id)
    if not _alone({case_id, *_concerned(intention)}) or not end(intention, State.RELEASED, now):
        return 0
    row = Intention.objects.filter(pk=intention_id)
    refused = _refusal_of(intention, now)
    row.update(state=State.REFUSED, reasons=refused) if refused else row.update(sealed=None)
    drop_files(intention_id)
    return 1


def _concerned(intention: Intention) -> Collection[UUID]:
    """The other cases that it moves too."""
    verb = held_verb(intention.case.kind, intention.verb)
    if verb is None or intention.state != State.HELD:
        return ()
    try:
        return verb.concerns(intention.case_id, verb.take(typed(intention)))
    except KeyDestroyed:
        return ()


def _alone(wanted: Collection[UUID]) -> bool:
    """Lock them all without waiting for anybody; whether that was possible."""
    cases = Case.objects.filter(pk__in=wanted).order_by("pk")
    if connection.vendor == "postgresql":
        cases = cases.select_for_update(skip_locked=True, of=("self",))
    return len(cases.values_list("pk")) == len(wanted)


def _refusal_of(intention: Intention, now: datetime) -> Mapping[str, str]:
    """Do it; nothing where it was done, else why not, in every language, and as if nothing had been.

    What refuses a verb says so in the language of the moment, so it is asked once in each: nobody knows yet who reads it.
    """
    first = _tried_in(intention.language, intention, now)
    if not first:
        return {}
    others = [code for code, _name in settings.LANGUAGES if code != intention.language]
    return {
        intention.language: first,
        **{code: _tried_in(code, intention, now, stays=False) or first for code in others},
    }


def _tried_in(language: str, intention: Intention, now: datetime, *, stays: bool = True) -> str:
    """Why it is refused in a language; "" where it was done, or could be done and does not stay."""
    try:
        with override(language), transaction.atomic():
            _do(intention, now)
            if not stays:
                raise Rehearsed
    except (CaseRefused, Rehearsed) as error:
        return str(error)
    except OperationalError:
        raise
    except Exception:
        log.exception("intention %s, case %s", intention.pk, intention.case_id)
        with override(language):
            return _("Something went wrong that nobody foresaw; nothing was changed.")
    return ""


def _do(intention: Intention, now: datetime) -> None:
    by, verb = intention.by, held_verb(intention.case.kind, intention.verb)
    if verb is None:
        raise LookupError(intention.verb)
    reach, given = reach_of(by), verb.take(typed(intention))
    wanted = {intention.case_id, *verb.concerns(intention.case_id, given)}
    cases = list(verb.visible(reach).filter(pk__in=wanted))
    if len(cases) < len(wanted):
        raise CaseRefused(_("It is not there for you any more."))
    if not all(verb.may(reach, case) for case in cases):
        raise CaseRefused(_("You may not do this in the unit that handles it."))
    verb.act(intention.case_id, by=by, at=now, **given)
