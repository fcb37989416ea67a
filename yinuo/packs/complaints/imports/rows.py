"""From one row of a public file to the rows of a case: dates and clocks as of then, the unknown left unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Model

from yinuo.engines.cases.models import NEVER, Case, Clock, Lane, Step
from yinuo.engines.cases.opening import Rules
from yinuo.engines.processes.interpreter import start
from yinuo.engines.processes.marking import Marking
from yinuo.engines.promises.fold import ClockState, Moment, fold
from yinuo.facts.gate import fact_row
from yinuo.facts.ids import new_id
from yinuo.facts.models import Fact
from yinuo.ground.vault.keys import new_subject_key
from yinuo.ground.vault.models import SubjectKey
from yinuo.ground.vault.sealed import sealed_row
from yinuo.packs.complaints.imports.cfpb import PublicComplaint
from yinuo.packs.complaints.imports.mapping import Mapping
from yinuo.packs.complaints.imports.units import ROOT
from yinuo.packs.complaints.models import Complaint, Ending, Matter
from yinuo.packs.complaints.pack import KIND

IN_PROGRESS = "In progress"


@dataclass(frozen=True, slots=True)
class Here:
    """What all rows of a file share."""

    rules: Rules
    mapping_id: UUID
    mapping: Mapping
    file: str
    by: UUID | None
    now: datetime
    midnight: Callable[[date], datetime]
    due: dict[date, ClockState] = field(default_factory=dict)

    def clock(self, forwarded: date) -> ClockState:
        """The regulator's clock of everything forwarded on a day, reckoned once."""
        if forwarded not in self.due:
            promise, at = self.rules.list_promises()[0], self.midnight(forwarded)
            self.due[forwarded] = fold(
                promise, [Moment(promise.starts[0], at)], self.rules.read_calendar(), at
            )
        return self.due[forwarded]


@dataclass(slots=True)
class Batch:
    """Rows of many cases, table by table, in the order they are written."""

    here: Here
    keys: list[dict[str, Any]] = field(
        default_factory=list
    )  # nobody is named: every case has a key of its own
    cases: list[dict[str, Any]] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)
    clocks: list[dict[str, Any]] = field(default_factory=list)
    complaints: list[dict[str, Any]] = field(default_factory=list)
    matters: list[dict[str, Any]] = field(default_factory=list)
    facts: list[dict[str, Any]] = field(default_factory=list)
    by_row: dict[int, UUID] = field(default_factory=dict)

    def unmapped(self, said: PublicComplaint) -> list[str]:
        """Words of the row that no rule of the mapping knows."""
        mapping = self.here.mapping
        looked = {
            f"product: {said.product}": mapping.business(said.product, said.sub_product),
            f"issue: {said.issue}": mapping.cause(said.issue),
            f"via: {said.submitted_via}": mapping.channel(said.submitted_via),
            f"response: {said.response}": mapping.outcome(said.response),
        }
        return [words for words, mapped in looked.items() if mapped.stated and not mapped.known]

    def add(
        self, said: PublicComplaint, units: Dictionary[str, UUID], originals: Dictionary[int, UUID]
    ) -> None:
        """Write one complaint down."""
        case_id, root = new_id(), units[""]
        self.by_row[said.row_number] = case_id
        is_open = said.response == IN_PROGRESS
        self.cases.append(self._case(said, case_id, root, units[said.company], is_open))
        self._clock(said, case_id)
        identical = said.identical_to and (
            self.by_row.get(said.identical_to) or originals.get(said.identical_to)
        )
        row, secret = new_subject_key(case_id, at=self.here.now)
        self.keys.append(row)
        self._complaint(said, case_id, secret, units[said.company], identical or None)
        self._facts(said, case_id, root)

    def tables(self) -> Iterator[tuple[type[Model], list[dict[str, Any]]]]:
        """What to write, parents first."""
        yield SubjectKey, self.keys
        yield Case, self.cases
        yield Step, self.steps
        yield Clock, self.clocks
        yield Complaint, self.complaints
        yield Matter, self.matters
        yield Fact, self.facts

    def _case(
        self, said: PublicComplaint, case_id: UUID, root: UUID, company: UUID, is_open: bool
    ) -> dict[str, Any]:
        received = self.here.midnight(said.received)
        marking, step = Marking(), ""
        if is_open:
            moved = start(self.here.rules.drawing(), {})
            marking, step = moved.marking, ",".join(opened.key for opened in moved.opened)
            self.steps += [
                {"id": new_id(), "case_id": case_id, "key": opened.key, "serial": opened.serial,
                 "opened_at": received, "done_at": None, "done_by_id": None, "cancelled": False}
                for opened in moved.opened
            ]  # fmt: skip
        return {
            "id": case_id,
            "kind": KIND.key,
            "number": self._number(said),
            "customer_id": None,
            "owning_unit_id": root,
            "handling_unit_id": root,
            "complained_unit_id": company,
            "handler_id": None,
            "process_id": self.here.rules.process.pk,
            "promises_id": self.here.rules.promises.pk,
            "calendar_id": self.here.rules.calendar.pk,
            "marking": marking.to_json(),
            "step": step,
            "lane": Lane.QUIET if is_open else Lane.CLOSED,
            "next_due": NEVER,
            "opened_at": received,
            "opened_precision": "day",
            "closed_at": None,
            "is_open": is_open,
            "origin": "import",
            "language": "en",
            "version": 1,
        }

    def _number(self, said: PublicComplaint) -> str:
        if said.key.startswith("cfpb:"):
            return f"{ROOT}-{said.key.removeprefix('cfpb:')}"
        return f"{ROOT}-{self.here.file[:8].upper()}-{said.row_number:05d}"

    def _clock(self, said: PublicComplaint, case_id: UUID) -> None:
        """The regulator's clock on the company: due as of then, verdict as the file states it."""
        promise = self.here.rules.list_promises()[0]
        forwarded, state = self.here.midnight(said.forwarded), self.here.clock(said.forwarded)
        verdict = {True: "kept", False: "broken", None: "cannot_tell"}[said.timely]
        self.clocks.append(
            {
                "id": new_id(),
                "case_id": case_id,
                "promise": promise.key,
                "position": 0,
                "status": verdict,
                "started_at": forwarded,
                "due_at": state.due_at,
                "nominal_due_at": state.nominal_due_at,
                "warn_at": state.warn_at,
                "stopped_at": None,
                "judged_at": state.due_at if said.timely is False else None,
                "paused_minutes": 0,
                "stated": True,
            }
        )

    def _complaint(
        self, said: PublicComplaint, case_id: UUID, secret: bytes, company: UUID, identical: UUID | None
    ) -> None:
        mapping = self.here.mapping
        business = mapping.business(said.product, said.sub_product)
        cause = mapping.cause(said.issue)
        title = (said.issue or said.product)[:120]
        codes = {
            "business": business.code if business.known else "",
            "cause": cause.code if cause.known else "",
        }
        complaint: dict[str, Any] = codes | {
            "case_id": case_id,
            "subject": title,
            "words": said.narrative or "",
            "source": mapping.complaint_source,
            "level": "",
            "requests": [],
            "amount": None,
            "currency": "USD",
            "happened_on": None,
            "tracking_index": None,
            **dict.fromkeys(("answered_at", "handling_days", "handling_minutes")),
            "source_key": said.key,
            "source_row": said.row_number,
            "source_codes": _as_said(said),
            "identical_to_id": identical,
            "forwarded_on": said.forwarded,
            "forwarding_days": (said.forwarded - said.received).days,
            "outcome": _known(mapping.outcome(said.response)),
            "stated_timely": said.timely,
            "disputed": said.disputed,
            "ending": "" if said.response == IN_PROGRESS else str(Ending.HANDLED),
        }
        matter = codes | {
            "id": new_id(),
            "complaint_id": case_id,
            "position": 1,
            "title": title,
            "responsible_unit_id": company,
            "conclusion": "",
            "finding": "",
            "concluded_by_id": None,
            "concluded_at": None,
        }
        self.complaints.append(sealed_row(Complaint, complaint, case_id, secret))
        self.matters.append(sealed_row(Matter, matter, case_id, secret))

    def _facts(self, said: PublicComplaint, case_id: UUID, root: UUID) -> None:
        here = self.here
        shared: dict[str, Any] = {"by": here.by, "case": case_id, "unit": root, "recorded_at": here.now}
        source = here.mapping.complaint_source
        received, forwarded = here.midnight(said.received), here.midnight(said.forwarded)
        self.facts += [
            fact_row(KIND.received, at=received, source=source, requests=[], files=0, **shared),
            fact_row("complaints.forwarded", at=forwarded, source=source, **shared),
            fact_row(
                "complaints.imported", at=here.now, file=here.file, row=said.row_number, mapping=here.mapping_id,
                outcome=_known(here.mapping.outcome(said.response)) or None, timely=said.timely,
                received=said.received, **shared,
            ),
        ]  # fmt: skip


def _known(mapped: Any) -> str:
    return mapped.code if mapped.known else ""


def _as_said(said: PublicComplaint) -> dict[str, str]:
    """The file's own words, kept beside our codes."""
    names = (
        "product",
        "sub_product",
        "issue",
        "sub_issue",
        "submitted_via",
        "response",
        "state",
        "zip",
        "tags",
    )
    return {name: value for name in names if (value := getattr(said, name))}
