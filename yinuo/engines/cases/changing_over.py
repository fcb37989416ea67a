"""The verbs of a changeover: proposed by one, approved by another; and the one move it makes of a case.

What a case stands in is proven again under its lock: between the proposal and its turn it may have gone on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yinuo.engines.cases import changeover_counts
from yinuo.engines.cases.changeovers import PROCESS, Changeover, for_units, open_on, proof_of, stands
from yinuo.engines.cases.models import Case
from yinuo.engines.cases.moves import CaseRefused, happen, hold
from yinuo.engines.editions import shelf
from yinuo.engines.editions.kinds import EditionRefused
from yinuo.engines.editions.models import Edition
from yinuo.engines.processes.interpreter import Marking, migrate
from yinuo.engines.processes.publication import in_words
from yinuo.facts.gate import record
from yinuo.ground.jobs.models import Job
from yinuo.ground.jobs.run import enqueue
from yinuo.ground.people.models import User


@transaction.atomic
def propose(
    old: Edition, new: Edition, places: Mapping[str, str], *, note: str, by: User, now: datetime | None = None
) -> Changeover:
    """Propose that open cases of one edition go on under another, by this map, and have counted what it moves.

    EditionRefused where the other is not in force in its place, where no case stands there for which it is, where the map
    proves nothing.
    """
    now = now or timezone.now()
    need_in_force(old, new, now)
    units = open_on(old.pk, new).order_by().values_list("owning_unit", flat=True).distinct()
    if not for_units(new, units):
        raise EditionRefused(_("On that edition stands no open case for whose unit the other is in force."))
    if Changeover.objects.filter(old=old, new=new, state=Changeover.State.PROPOSED).exists():
        raise EditionRefused(_("Somebody has proposed that already; it waits for approval."))
    if not proof_of(old.pk, new.pk, places).moves_any:
        raise EditionRefused(_("Nothing is proven of this map: it would move no case."))
    made = Changeover.objects.create(
        old=old, new=new, places=dict(places), note=note, proposed_by=by, proposed_at=now
    )
    _record("cases.changeover_proposed", made, by)
    changeover_counts.ask(made, by=by.pk)
    return made


def need_in_force(old: Edition, new: Edition, now: datetime) -> None:
    """EditionRefused unless `new` is in force, for the bank or for its unit, and `old` an edition of the same process.

    Which cases that concerns is asked of each: a unit's own edition may have come or gone, above it or below.
    """
    alike = (old.kind, old.key) == (new.kind, new.key)
    if not alike or old.pk == new.pk or new.kind != PROCESS:
        raise EditionRefused(_("These are not two editions of one process."))
    if shelf.in_force(new.kind, new.key, now, new.unit_id).pk != new.pk:
        raise EditionRefused(_("That edition is not in force; cases change over to the one that is."))


@transaction.atomic
def approve(changeover: Changeover, *, by: User, now: datetime | None = None) -> Job:
    """Approve what somebody else proposed; the job that takes the cases over."""
    now = now or timezone.now()
    found = _held(changeover)
    if found.proposed_by_id == by.pk:
        raise EditionRefused(_("Whoever proposed a changeover cannot approve it; somebody else does."))
    need_in_force(found.old, found.new, now)
    changeover_counts.need_counted(found, now)
    _decided(found, Changeover.State.APPROVED, by, now)
    _record("cases.changeover_decided", found, by, granted=True)
    return enqueue(changeover_counts.RUN, by.pk, changeover=str(found.pk))


@transaction.atomic
def refuse(changeover: Changeover, *, by: User, now: datetime | None = None) -> None:
    """Decide that the cases stay where they are; whoever proposed it withdraws it instead."""
    found = _held(changeover)
    if found.proposed_by_id == by.pk:
        raise EditionRefused(_("Whoever proposed a changeover withdraws it; somebody else decides."))
    _decided(found, Changeover.State.REFUSED, by, now or timezone.now())
    _record("cases.changeover_decided", found, by, granted=False)


@transaction.atomic
def withdraw(changeover: Changeover, *, by: User, now: datetime | None = None) -> None:
    """Take back what one proposed oneself."""
    found = _held(changeover)
    if found.proposed_by_id != by.pk:
        raise EditionRefused(_("Only whoever proposed it withdraws it."))
    _decided(found, Changeover.State.WITHDRAWN, by, now or timezone.now())
    _record("cases.changeover_withdrawn", found, by)


def _held(changeover: Changeover) -> Changeover:
    """As it stands now, until this transaction ends; EditionRefused for one that is decided."""
    found = Changeover.objects.select_for_update().get(pk=changeover.pk)
    if found.state != Changeover.State.PROPOSED:
        state = found.get_state_display()
        raise EditionRefused(_("Nothing is left to decide here: %(state)s.") % {"state": state})
    return found


def _decided(found: Changeover, state: Changeover.State, by: User, now: datetime) -> None:
    found.state, found.decided_by, found.decided_at = state, by, now
    found.save(update_fields=["state", "decided_by", "decided_at"])


def _record(happening: str, changeover: Changeover, by: User, **more: Any) -> None:
    unit = changeover.new.unit_id or changeover.old.unit_id
    record(
        happening, by=by.pk, unit=unit, objects=[("edition", changeover.new_id, "subject")],
        changeover=changeover.pk, was=changeover.old_id, edition=changeover.new_id, **more,
    )  # fmt: skip


@transaction.atomic
def change_over(case_id: UUID, changeover: Changeover, *, at: datetime | None = None) -> Case:
    """Have one case go on under the other edition: its tokens, its open steps, its fact; no clock is touched.

    Nobody's act on the case, so nobody who stands aside stops it. CaseRefused where nothing was approved, for a case that
    has ended or stands elsewhere by now or whose unit goes by another edition, and, by the name of the step, where it is
    not proven that it comes to its end.
    """
    at = at or timezone.now()
    case = hold(case_id)
    if changeover.state != Changeover.State.APPROVED:
        raise CaseRefused(_("Nobody has approved this changeover."))
    if not case.is_open:
        raise CaseRefused(_("It has ended already."))
    if case.process_id != changeover.old_id:
        raise CaseRefused(_("This case does not go by that edition any more."))
    if not for_units(changeover.new, [case.owning_unit_id]):
        raise CaseRefused(_("For the unit of this case another edition is in force."))
    if problems := changeover.proof.problems(stands(case, changeover)):
        raise CaseRefused(" ".join(map(in_words, problems)))
    _place(case, changeover, at)
    return case


def _place(case: Case, changeover: Changeover, at: datetime) -> None:
    """Put the tokens of a held case on the other drawing, and say so."""
    proof = changeover.proof
    marking = Marking.from_json(case.marking)
    moved = migrate(marking, proof.new, proof.mapping).marking
    for token, was in zip(moved.tokens, marking.tokens, strict=True):
        if token.node != was.node:
            case.steps.filter(serial=token.serial).update(key=token.node)
    stood = {name for token in marking.tokens for name in (token.node, token.flow) if name in proof.mapping}
    places = sorted(name for name in stood if name is not None)
    happen(
        case, "cases.changed_over", by=None, at=at,
        changeover=changeover.pk, was=changeover.old_id, edition=changeover.new_id,
        was_number=changeover.old.number, number=changeover.new.number,
        places=places, became=[proof.mapping[name] for name in places],
    )  # fmt: skip
    case.process, case.marking = changeover.new, moved.to_json()
    case.step = ",".join(case.steps.filter(done_at=None, cancelled=False).values_list("key", flat=True))
    case.version += 1
    case.save(update_fields=["process", "marking", "step", "version"])
