"""A changeover in the reader's words: which editions cases still stand on, the map and its proof, what it moves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yinuo.engines.cases.changeover_counts import count_of, is_stale, moving, run_of, standing
from yinuo.engines.cases.changeovers import PROCESS, Changeover, for_units, open_on, stands
from yinuo.engines.cases.kinds import case_kind
from yinuo.engines.cases.models import Case, Step
from yinuo.engines.editions import shelf
from yinuo.engines.editions.models import Edition
from yinuo.engines.processes.net import Drawing, Node
from yinuo.engines.processes.problems import Problem
from yinuo.engines.processes.proving import STAYS, Proof, Verdict, places, sort_of
from yinuo.engines.processes.publication import in_words
from yinuo.ground.access.reach import Reach
from yinuo.ground.jobs.models import Job, State
from yinuo.packs.editing.moving import visible
from yinuo.packs.editing.naming import language
from yinuo.web.formats import moment, number
from yinuo.web.parts import Pair
from yinuo.web.sheets import Cell, Table

LISTED = 20


@dataclass(frozen=True, slots=True)
class Behind:
    """Another edition on which open cases stand; `changeover` where one is waiting or has been decided.

    `scope` says for which unit it is, where that is not the one for which the other is in force.
    """

    edition: Edition
    scope: str
    cases: int
    changeover: Changeover | None


def left_behind(found: Edition) -> list[Behind]:
    """The other editions of a process in force on which open cases stand that it concerns; none of anything else."""
    if found.kind != PROCESS or found.state != Edition.State.APPROVED:
        return []
    if shelf.current(PROCESS, found.key, found.unit_id).pk != found.pk:
        return []
    others = Edition.objects.filter(kind=PROCESS, key=found.key).exclude(pk=found.pk)
    there = _standing_on(others, found)
    made = Changeover.objects.filter(new=found).order_by("proposed_at")
    last = {each.old_id: each for each in made if each.state in _LIVING}
    shown = others.filter(pk__in={*there, *last}).select_related("unit").defer("content").order_by("-number")
    return [Behind(each, _scope(each, found), there.get(each.pk, 0), last.get(each.pk)) for each in shown]


def _standing_on(others: QuerySet[Edition], found: Edition) -> Mapping[UUID, int]:
    """Open cases by edition, of the units for which the one in force is; one query."""
    by_unit = Case.objects.filter(is_open=True, process__in=others).order_by()
    rows = list(by_unit.values_list("process", "owning_unit").annotate(n=Count("pk")))
    units = for_units(found, {unit for _process, unit, _n in rows})
    there: Counter[UUID] = Counter()
    for process, unit, n in rows:
        there.update({process: n} if unit in units else {})
    return there


def _scope(edition: Edition, found: Edition) -> str:
    return "" if edition.unit_id == found.unit_id else scope_of(edition)


def scope_of(edition: Edition) -> str:
    """For which unit an edition is, in words."""
    return edition.unit.name if edition.unit else _("the whole bank")


_LIVING = (Changeover.State.PROPOSED, Changeover.State.APPROVED)


@dataclass(frozen=True, slots=True)
class Row:
    """One place of the old drawing: what it may become, how many stand there, what is proven of it."""

    name: str
    key: str
    sort: str
    field: str
    chosen: str
    choices: Sequence[tuple[str, str]]
    there: int | None
    verdict: Cell
    problems: Sequence[str]


def map_rows(old: Edition, new: Edition, proof: Proof) -> list[Row]:
    """The map as a table to be filled in, as it is chosen and proven now."""
    there = _there(old, new)
    return [
        _row(proof, node, f"place-{position}", there) for position, node in enumerate(places(proof.old), 1)
    ]


def chosen(old: Drawing, new: Drawing, said: Mapping[str, str]) -> dict[str, str]:
    """The map somebody filled in; what is no place of the same sort is none."""
    found = {}
    for position, node in enumerate(places(old), 1):
        wanted = said.get(f"place-{position}", STAYS)
        found[node.key] = wanted if wanted in {key for key, _name in choices(old, new, node)} else STAYS
    return found


def choices(old: Drawing, new: Drawing, node: Node) -> list[tuple[str, str]]:
    """What a place may become: the places of its sort."""
    sort = sort_of(old, node)
    return [(each.key, name_of(each)) for each in places(new) if sort_of(new, each) == sort]


def _row(proof: Proof, node: Node, field: str, there: Mapping[str, int]) -> Row:
    verdict, sort = proof.of_place(node.key), sort_of(proof.old, node)
    return Row(
        name_of(node),
        node.key,
        SORTS[sort]() if sort in SORTS else "",
        field,
        proof.steps.get(node.key, STAYS),
        choices(proof.old, proof.new, node),
        there.get(node.key, 0) if sort == "step" else None,
        _said(proof, node.key, verdict),
        [] if proof.steps.get(node.key, STAYS) == STAYS else in_order(verdict.problems),
    )


SORTS = {"sub": lambda: _("sub-process"), "join": lambda: _("waits for other branches")}


def in_order(problems: Sequence[Problem]) -> list[str]:
    """Problems in the reader's words."""
    return [in_words(each) for each in problems]


def _said(proof: Proof, key: str, verdict: Verdict) -> Cell:
    if proof.steps.get(key, STAYS) == STAYS:
        return Cell(_("stays"), tone="")
    if not verdict.refused:
        return Cell(_("proven"), tone="brand")
    if not verdict.proven:
        return Cell(pgettext("changeover", "refused"), tone="risk")
    said = {"n": number(verdict.proven), "all": number(verdict.proven + verdict.refused)}
    return Cell(_("proven in %(n)s of %(all)s situations") % said, tone="risk")


def _there(old: Edition, new: Edition) -> Mapping[str, int]:
    """Open cases that it concerns, by the step in which they stand."""
    steps = Step.objects.filter(case__in=open_on(old.pk, new), done_at=None, cancelled=False).order_by()
    rows = list(steps.values_list("key", "case__owning_unit").annotate(n=Count("pk")))
    units = for_units(new, {unit for _key, unit, _n in rows})
    there: Counter[str] = Counter()
    for key, unit, n in rows:
        there.update({key: n} if unit in units else {})
    return there


def name_of(node: Node) -> str:
    """A place in the reader's language."""
    return node.words.to(language()) if node.words else node.key


@dataclass(frozen=True, slots=True)
class Shown:
    """The page of a changeover. `count` and `run` are its jobs; figures only once it was counted."""

    count: Job | None
    run: Job | None
    counting: bool
    running: bool
    stale: bool
    stopped: bool
    overtaken: bool
    figures: list[Pair]
    outcome: list[Pair]
    table: Table
    staying: Table | None


def shown(found: Changeover, reach: Reach) -> Shown:
    """Everything its page says."""
    count, run = count_of(found), run_of(found)
    result = count.result if count is not None and count.state == State.DONE else None
    return Shown(
        count,
        run,
        counting=count is not None and not count.is_over,
        running=run is not None and not run.is_over,
        stale=count is not None and count.is_over and (result is None or is_stale(count, timezone.now())),
        stopped=run is not None and run.state in (State.CANCELLED, State.FAILED, State.DEAD),
        overtaken=run is not None and bool((run.result or {}).get("overtaken")),
        figures=_figures(found, result) if result else [],
        outcome=_outcome(run) if run is not None else [],
        table=_table(found, result),
        staying=_staying(found, result, reach) if result else None,
    )


def _figures(found: Changeover, result: Mapping[str, Any]) -> list[Pair]:
    moved = sum(each.cases for each in moving(found, standing(result)))
    pairs = [
        Pair(_("Open cases looked at"), number(result["cases"])),
        Pair(_("of them change over"), number(moved)),
        Pair(_("of them stay"), number(result["cases"] - moved)),
    ]
    if result["elsewhere"]:
        pairs.append(Pair(_("of these, of units with an edition of their own"), number(result["elsewhere"])))
    return [*pairs, Pair(_("Counted at"), moment(datetime.fromisoformat(result["at"])))]


def _outcome(run: Job) -> list[Pair]:
    done = run.result if run.state == State.DONE and run.result else run.checkpoint
    pairs = [
        Pair(_("Changed over"), number(done.get("moved", 0))),
        Pair(_("Stayed"), number(done.get("stay", 0))),
    ]
    return [*pairs, Pair(_("Finished at"), moment(run.finished_at))] if run.finished_at else pairs


def _table(found: Changeover, result: Mapping[str, Any] | None) -> Table:
    """Each place: what it becomes, how many stand there before and after, and what is proven."""
    proof = found.proof
    before, after = _by_place(found, result) if result else ({}, {})
    columns = [_("Step"), _("becomes"), _("Cases before"), _("Cases after"), _("Proof"), _("Why not")]
    rows = [
        [
            Cell(name_of(node), node.key),
            _become(proof, node),
            Cell(number(before.get(node.key, 0)) if result else "", end=True),
            Cell(number(after.get(node.key, 0)) if result else "", end=True),
            _said(proof, node.key, verdict),
            Cell(" ".join(in_order(verdict.problems)) if verdict.refused else ""),
        ]
        for node in places(proof.old)
        for verdict in [proof.of_place(node.key)]
    ]
    note = _(
        "Before and after: cases on the earlier edition that stand in this step, counted before anything moves."
    )
    return Table(_("The map"), columns, rows, note)


def _become(proof: Proof, node: Node) -> Cell:
    key = proof.steps.get(node.key, STAYS)
    return Cell(name_of(proof.new.node(key)), key) if key else Cell(_("nothing: cases stay"))


def _by_place(found: Changeover, result: Mapping[str, Any]) -> tuple[Mapping[str, int], Mapping[str, int]]:
    there = standing(result)
    gone = {each.situation for each in moving(found, there)}
    before: dict[str, int] = {}
    after: dict[str, int] = {}
    for each in there:
        for key in {node for node, _flow in each.situation}:
            before[key] = before.get(key, 0) + each.cases
            after[key] = after.get(key, 0) + (0 if each.situation in gone else each.cases)
    return before, after


def _staying(found: Changeover, result: Mapping[str, Any], reach: Reach) -> Table | None:
    """The cases that stay and why, without those that the reader may not see."""
    cases = visible(Case.objects.filter(pk__in=[UUID(each) for each in result["staying"]]), reach)
    rows = [
        [Cell(case.number, url=case_kind(case.kind).url(case.number)), Cell(" ".join(_why(found, case)))]
        for case in cases.filter(process=found.old_id, is_open=True).order_by("next_due", "pk")[:LISTED]
    ]
    note = _("Only cases that you may see, %(n)s at most.") % {"n": number(LISTED)}
    return Table(_("Cases that stay"), [_("Case"), _("Why")], rows, note) if rows else None


def _why(found: Changeover, case: Case) -> Iterator[str]:
    if not for_units(found.new, [case.owning_unit_id]):
        yield _("For the unit of this case another edition is in force.")
    yield from in_order(found.proof.problems(stands(case, found)))


def facts_of(found: Changeover) -> list[Pair]:
    """Who proposed and decided it, and from which edition to which."""
    pairs = [
        Pair(_("State"), found.get_state_display()),
        Pair(_("From edition"), _edition(found.old), url=reverse("editing:edition", args=[found.old_id])),
        Pair(_("To edition"), _edition(found.new), url=reverse("editing:edition", args=[found.new_id])),
        Pair(_("Proposed by"), found.proposed_by.name),
        Pair(_("Proposed at"), moment(found.proposed_at)),
        Pair(_("Why"), found.note),
    ]
    if found.decided_by and found.decided_at:
        pairs.append(Pair(pgettext("changeover", "Decided by"), found.decided_by.name))
        pairs.append(Pair(_("Decided at"), moment(found.decided_at)))
    return pairs


def _edition(edition: Edition) -> str:
    return _("edition %(number)s, for %(scope)s") % {"number": edition.number, "scope": scope_of(edition)}
