"""Rules act once for each fact, in order of need: through failures, kills, sleep, and one another."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from yinuo.engines.loops.follow import DEEPEST, MOST_ATTEMPTS, depth_of, loops_once
from yinuo.engines.loops.models import Follower, Run
from yinuo.engines.loops.rules import Loop, Rule, awake_rules, declare_loop
from yinuo.facts.follow import facts_after
from yinuo.facts.gate import record
from yinuo.facts.ids import new_id
from yinuo.facts.kinds import FactKind, FactRefused, Integer, declare
from yinuo.facts.models import Fact
from yinuo.facts.sequencer import sequence_once

PING, PONG = "tests.loop_ping", "tests.loop_pong"
for name in (PING, PONG):
    declare(FactKind(name, fields={"n": Integer}))

pytestmark = pytest.mark.django_db


def happen(kind, n=0):
    with transaction.atomic():
        record(kind, n=n)
    sequence_once()


def rules(**acts):
    """A rule per name, all listening to PING unless the name says PONG."""
    listed = [Rule(key, on=PONG if "pong" in key else PING, act=act) for key, act in acts.items()]
    return {rule.key: rule for rule in listed}


def states():
    return dict(Run.objects.values_list("rule", "state"))


def waits_no_longer():
    Run.objects.update(next_at=datetime.now(UTC) - timedelta(seconds=1))


def test_a_rule_acts_once_for_each_fact_however_often_one_looks():
    seen = []
    mine = rules(count=lambda fact: seen.append(fact.data["n"]))
    for n in (1, 2):
        happen(PING, n)
    happen(PONG, 3)
    for _ in range(3):
        loops_once(mine)
    assert seen == [1, 2]
    assert Follower.objects.get().seq == 3


def test_a_position_that_was_put_back_finds_its_work_done():
    seen = []
    mine = rules(count=lambda fact: seen.append(fact.data["n"]))
    happen(PING, 1)
    loops_once(mine)
    Follower.objects.update(seq=0)
    happen(PING, 2)
    loops_once(mine)
    assert seen == [1, 2]
    assert Follower.objects.get().seq == 2


def test_what_a_failing_rule_began_is_undone_and_tried_again():
    turns = []

    def fails_once(fact):
        turns.append(fact.seq)
        record(PONG, n=len(turns))
        if len(turns) == 1:
            raise RuntimeError("not now")

    mine = rules(flaky=fails_once)
    happen(PING)
    loops_once(mine)
    assert not Fact.objects.filter(kind=PONG).exists()
    run = Run.objects.get()
    assert (run.state, run.attempts, run.error) == ("waiting", 1, "RuntimeError")
    assert run.next_at > datetime.now(UTC)
    loops_once(mine)
    assert len(turns) == 1, "it waits before it is tried again"
    waits_no_longer()
    loops_once(mine)
    assert Fact.objects.filter(kind=PONG).count() == 1
    assert states() == {"flaky": "done"}


def test_one_failing_rule_holds_up_no_other():
    seen = []
    mine = rules(broken=lambda fact: 1 // 0, well=lambda fact: seen.append(fact.seq))
    happen(PING)
    happen(PING)
    loops_once(mine)
    assert len(seen) == 2


def test_what_never_succeeds_is_left_for_somebody_to_look_at():
    mine = rules(broken=lambda fact: 1 // 0)
    happen(PING)
    for _ in range(MOST_ATTEMPTS + 3):
        waits_no_longer()
        loops_once(mine)
    run = Run.objects.get()
    assert (run.state, run.attempts) == ("dead", MOST_ATTEMPTS)


def test_a_fact_names_the_run_that_made_it():
    mine = rules(answer=lambda fact: record(PONG, n=1))
    happen(PING)
    loops_once(mine)
    sequence_once()
    ping, pong = facts_after(0, 10)
    assert depth_of(ping) == 0
    assert pong.objects == (("loop_run", Run.objects.get().pk, "depth:1"),)
    with transaction.atomic():
        outside = record(PONG, n=2)
    assert "loop_run" not in outside.body


def test_loops_that_set_each_other_off_end():
    mine = rules(answer=lambda fact: record(PONG, n=1), pong_back=lambda fact: record(PING, n=1))
    happen(PING)
    for _ in range(10):
        loops_once(mine)
        sequence_once()
    assert Fact.objects.count() == 1 + DEEPEST
    assert sorted(Run.objects.values_list("depth", "state")) == [
        (1, "done"), (2, "done"), (3, "done"), (4, "too_deep"),
    ]  # fmt: skip


def test_a_loop_sleeps_while_an_app_it_needs_is_absent():
    before = awake_rules()
    asleep = Loop("tests_asleep", ("complaints", f"absent{new_id().hex}"), rules="there.is.no.such.module")
    declare_loop(asleep)
    assert not asleep.is_awake
    assert awake_rules() == before


def test_a_rule_that_listens_to_nothing_is_refused(monkeypatch):
    import yinuo.engines.loops.tests.test_loops as here

    monkeypatch.setattr(
        here, "RULES", (Rule("tests.deaf", on="tests.nobody_says_this", act=print),), raising=False
    )
    with pytest.raises(FactRefused, match="not declared"):
        declare_loop(Loop("tests_deaf", (), rules=here.__name__))


def test_a_run_of_a_rule_that_sleeps_now_waits_for_it():
    seen = []
    mine = rules(later=lambda fact: 1 // 0, other=lambda fact: None)
    happen(PING)
    loops_once(mine)
    waits_no_longer()
    loops_once({"other": mine["other"]})
    assert states()["later"] == "waiting"
    loops_once(rules(later=lambda fact: seen.append(1)))
    assert seen == [1]
