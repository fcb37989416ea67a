"""Ends that the drawing does not know, and going on after an end. Inside the transaction of a pack's verb.

The drawing is the happy work; whoever takes a case back, or opens it again, moves its tokens from outside.
Each leaves a fact, so that replaying the facts still gives the marking.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from yinuo.engines.cases import approvals
from yinuo.engines.cases.held import need_free
from yinuo.engines.cases.models import Case, Step
from yinuo.engines.cases.moves import CaseRefused, close, happen
from yinuo.engines.cases.replay import before_its_end
from yinuo.engines.editions import shelf
from yinuo.engines.processes.drawing import Drawing
from yinuo.engines.processes.interpreter import Marking, StepRefused, cancel_all, open_steps
from yinuo.engines.processes.interpreter import reopen as placed_again
from yinuo.engines.processes.publication import in_words
from yinuo.engines.processes.soundness import check_reopening
from yinuo.ground.people.models import User


def abandon(case: Case, *, by: User | None, at: datetime) -> None:
    """End a held case wherever it stands: open steps are cancelled, what waits for a decision lapses.

    CaseRefused for one that has ended already. The verb's own fact says why, and stops or lapses the clocks.
    """
    if not case.is_open:
        raise CaseRefused(_("It has ended already."))
    need_free(case, by)
    drawing: Drawing = shelf.parsed(shelf.by_id(case.process_id))
    moved = cancel_all(drawing, Marking.from_json(case.marking))
    case.steps.filter(done_at=None, cancelled=False).update(cancelled=True)
    approvals.lapse(case, by=by, at=at)
    happen(case, "cases.abandoned", by=by, at=at, steps=len(moved.cancelled))
    case.marking, case.step = moved.marking.to_json(), ""
    close(case, at=at)


def restore(case: Case, *, by: User | None, at: datetime) -> None:
    """Take back that a held case was abandoned: it goes on where it stood, the cancelled steps are the same steps again.

    Its own facts say where that was, so nothing of it had to be kept. What lapsed undecided has to be asked for anew.
    CaseRefused while it is open.
    """
    if case.is_open:
        raise CaseRefused(_("It has not ended."))
    drawing: Drawing = shelf.parsed(shelf.by_id(case.process_id))
    marking = before_its_end(case)
    serials = [step.serial for step in open_steps(drawing, marking)]
    case.steps.filter(serial__in=serials).update(cancelled=False)
    happen(case, "cases.restored", by=by, at=at, steps=len(serials))
    case.marking = marking.to_json()
    case.step = ",".join(case.steps.filter(done_at=None, cancelled=False).values_list("key", flat=True))
    case.is_open, case.closed_at = True, None


def reopen(case: Case, step: str, *, by: User | None, at: datetime) -> None:
    """Open a held case again at one step of its own drawing; steps done before stay done.

    CaseRefused while it is open, and where it could get stuck from there.
    """
    drawing: Drawing = shelf.parsed(shelf.by_id(case.process_id))
    try:
        moved = placed_again(drawing, Marking.from_json(case.marking), step)
    except StepRefused as error:
        raise CaseRefused(in_words(error.problem)) from error
    if problems := check_reopening(drawing, step):
        raise CaseRefused(in_words(problems[0]))
    (opened,) = moved.opened
    Step.objects.create(case=case, key=opened.key, serial=opened.serial, opened_at=at)
    happen(case, "cases.reopened", by=by, at=at, step=opened.key, serial=opened.serial)
    case.marking, case.step = moved.marking.to_json(), opened.key
    case.is_open, case.closed_at = True, None
