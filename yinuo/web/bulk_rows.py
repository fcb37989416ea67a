"""The rows of a bulk act as its page and its file show them, and the box by which a row of a list is selected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from yinuo.engines.cases.bulk import BulkVerb, refusal
from yinuo.engines.cases.bulk_acts import BulkAct, BulkRow
from yinuo.engines.cases.kinds import case_kind
from yinuo.engines.cases.models import Case
from yinuo.ground.access.reach import Reach
from yinuo.ground.jobs.models import State
from yinuo.web import leaves
from yinuo.web.exports import Column
from yinuo.web.formats import MISSING

BOX = (
    '<td class="sq-c-select"><label class="sq-hit"><input type="checkbox" name="case" value="{}" form="bulk">'
    '<span class="sq-vh">{}</span></label></td>'
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row. A case the reader does not see any more has no number, nor anything else of its own."""

    case: Case | None
    number: str
    url: str
    title: str
    unit: str
    handler: str
    state: str
    label: str
    reason: str
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows stand how."""

    rows: int
    waiting: int
    done: int
    refused: int

    @property
    def ended(self) -> int:
        """Rows that nothing more happens to."""
        return self.done + self.refused


def read(
    row: BulkRow, case: Case | None, verb: BulkVerb, reach: Reach, title: Callable[[Case], str], *, begun: bool
) -> Row:  # fmt: skip
    """A row with its case as the reader sees it now; before the act has begun, what is known against it."""
    state, reason = row.state, row.reason
    if not begun and (foreseen := refusal(verb, case, reach)):
        state, reason = BulkRow.State.REFUSED, foreseen
    label = (
        BulkRow.State(state).label
        if begun or state == BulkRow.State.REFUSED
        else pgettext("bulk", "Will be done")
    )
    if case is None:
        gone = _("It is not there for you any more.")
        return Row(None, MISSING, "", "", "", "", state, str(label), gone, row.ended_at)
    return Row(
        case=case,
        number=case.number,
        url=case_kind(case.kind).url(case.number),
        title=title(case),
        unit=case.handling_unit.name,
        handler=case.handler.name if case.handler else "",
        state=state,
        label=str(label),
        reason=reason,
        ended_at=row.ended_at,
    )


def tally(rows: Sequence[Row]) -> Tally:
    """The counts at the top."""
    counts = Counter(row.state for row in rows)
    return Tally(len(rows), *(counts[state] for state in ("waiting", "done", "refused")))


def stage_of(act: BulkAct, rows: Sequence[Row], now: datetime) -> str:
    """chosen (nothing is done yet), held (it can be taken back whole), running, taken_back, stopped or ended."""
    if act.begun_at is None:
        return "chosen"
    counts = tally(rows)
    if not counts.waiting:
        return "ended"
    job = act.job
    if job is not None and not job.is_over:
        return "held" if not job.attempts and job.next_at > now else "running"
    return (
        "taken_back" if job is not None and job.state == State.CANCELLED and not counts.ended else "stopped"
    )


def box(case: UUID, words: str) -> SafeString:
    """The cell by which a row is selected; `words` say which it is."""
    return leaves.drawn(BOX, case, words)


COLUMNS = (
    Column(gettext_lazy("Number"), lambda row: row.number),
    Column(gettext_lazy("Matter"), lambda row: row.title),
    Column(gettext_lazy("Handling unit"), lambda row: row.unit),
    Column(gettext_lazy("Handler"), lambda row: row.handler),
    Column(gettext_lazy("Result"), lambda row: row.label),
    Column(gettext_lazy("Reason"), lambda row: row.reason or None),
    Column(gettext_lazy("When"), lambda row: row.ended_at),
)
