"""Following the facts: what matches a rule is written down with the position, then done, each in one transaction.

Killed anywhere, nothing is lost and nothing is done twice: the position moves together with the runs it leaves
behind, and a run is marked done together with what it did. A run that fails waits its turn; the others go on.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from yinuo.engines.loops.models import Follower, Run
from yinuo.engines.loops.rules import Rule, awake_rules
from yinuo.facts.follow import SeqFact, fact_at, facts_of, head
from yinuo.facts.gate import CAUSE, because

AT_ONCE = 5_000  # positions looked through in one step
RUNS_AT_ONCE = 100
DEEPEST = 3  # loops that one fact may set off one behind the other
MOST_ATTEMPTS = 12
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=2), timedelta(hours=1)  # between two attempts

log = logging.getLogger(__name__)


def loops_once(rules: Mapping[str, Rule] | None = None) -> int:
    """Look at new facts, then do what waits; how much was looked at and done."""
    rules = awake_rules() if rules is None else rules
    return (_take(rules) + _act(rules, timezone.now())) if rules else 0


def _take(rules: Mapping[str, Rule]) -> int:
    """Write down which rules the next facts set off, and move the position, together."""
    known, last = Follower.objects.filter(pk="loops").values_list("seq", flat=True).first() or 0, head()
    if known >= last:  # a look costs writers nothing, a transaction would
        return 0
    Follower.objects.get_or_create(pk="loops")
    with transaction.atomic():
        follower = Follower.objects.select_for_update().get(pk="loops")
        upto = min(last, follower.seq + AT_ONCE)
        found = facts_of({rule.on for rule in rules.values()}, follower.seq, upto)
        runs = [_run(fact, rule) for fact in found for rule in rules.values() if rule.on == fact.kind]
        Run.objects.bulk_create(runs, ignore_conflicts=True)  # a position put back finds its work done
        looked, follower.seq = max(0, upto - follower.seq), max(upto, follower.seq)
        follower.save(update_fields=["seq"])
    return looked


def _run(fact: SeqFact, rule: Rule) -> Run:
    depth = depth_of(fact) + 1
    state = Run.State.WAITING if depth <= DEEPEST else Run.State.TOO_DEEP
    if state == Run.State.TOO_DEEP:
        log.error("%s at seq %d: %d loops one behind the other, not done", rule.key, fact.seq, depth)
    return Run(seq=fact.seq, rule=rule.key, depth=depth, state=state, next_at=timezone.now())


def depth_of(fact: SeqFact) -> int:
    """How many loops stand behind a fact; 0 when a person or a clock made it."""
    depths = [how.partition(":")[2] for what, _run_id, how in fact.objects if what == CAUSE]
    return max(map(int, depths), default=0)


def _act(rules: Mapping[str, Rule], now: datetime) -> int:
    waiting = Run.objects.filter(state=Run.State.WAITING, next_at__lte=now, rule__in=list(rules))
    done = 0
    for run_id, rule in list(waiting.order_by("next_at", "seq").values_list("pk", "rule")[:RUNS_AT_ONCE]):
        done += _do(run_id, rules[rule])
    return done


def _do(run_id: UUID, rule: Rule) -> int:
    try:
        with transaction.atomic():
            waiting = Run.objects.filter(pk=run_id, state=Run.State.WAITING)
            run = waiting.select_for_update(skip_locked=True).first()
            if run is None:  # another process has it
                return 0
            with because(run.pk, run.depth):
                rule.act(fact_at(run.seq))
            run.state, run.done_at, run.error = Run.State.DONE, timezone.now(), ""
            run.save(update_fields=["state", "done_at", "error"])
    except Exception as error:
        log.exception("%s: a run failed and is tried again", rule.key)
        _again(run_id, type(error).__name__)
    return 1


@transaction.atomic
def _again(run_id: UUID, error: str) -> None:
    """Later and later; after the last attempt it is left for somebody to look at."""
    run = Run.objects.select_for_update().get(pk=run_id)
    run.attempts += 1
    run.state = Run.State.DEAD if run.attempts >= MOST_ATTEMPTS else Run.State.WAITING
    run.next_at = timezone.now() + min(LONGEST_WAIT, FIRST_WAIT * 2**run.attempts)
    run.error = error[:80]
    run.save(update_fields=["attempts", "state", "next_at", "error"])


def retry(run: Run) -> bool:
    """Let a run that was given up be tried again, by whoever holds its row; False where it was not."""
    if run.state != Run.State.DEAD:
        return False
    run.state, run.attempts, run.next_at = Run.State.WAITING, 0, timezone.now()
    run.save(update_fields=["state", "attempts", "next_at"])
    return True
