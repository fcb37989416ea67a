"""Any history, climbed as a worker climbs it, reaches the rungs a watchman with a stopwatch calls out."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from yinuo.engines.promises.fold import Moment, fold
from yinuo.engines.promises.ladder import ToldRung, next_rung
from yinuo.engines.promises.promise import Promise
from yinuo.engines.promises.rungs import Rung
from yinuo.engines.promises.tests.reference import Stopwatch, _allowed, _counts
from yinuo.ground.terms.words import Words
from yinuo.ground.worktime import Span
from yinuo.ground.worktime.tests.reference import MINUTE, Plan, local_times, plans

KINDS = ["received", "answered", "asked", "told", "longer", "seen", "seen", "nothing"]
WITHIN = ["100 minutes", "24 hours", "1 working hour", "8 working hours", "1 working day", "2 working days"]
SOON = ["30 minutes", "90 working minutes", "1 working hour", "1 working day"]
gaps = st.just(0) | st.integers(1, 90) | st.integers(1, 2_000)


@st.composite
def ladders(draw: st.DrawFn) -> Promise:
    """Up to three rungs on the way to the due time, up to two after it."""
    shares = sorted(draw(st.sets(st.sampled_from(["0.2", "0.5", "0.8", "1"]), max_size=3)))
    afters = sorted(draw(st.sets(st.integers(1, 300), max_size=2)))
    unit = draw(st.sampled_from(["minutes", "working minutes"]))
    rungs = [Rung("unit", at=Decimal(share)) for share in shares]
    rungs += [Rung("higher", after=Span(number, unit)) for number in afters]
    within = Span.parse(draw(st.sampled_from(WITHIN)))
    return Promise(
        "promise", Words("诺", "promise", "諾"), ("received",), ("answered",), within, ("asked",), ("told",),
        pausable=draw(st.booleans()), extends={"longer": Span(within.number * 2, within.unit)},
        ladder=tuple(rungs), acknowledge=draw(st.none() | st.sampled_from(SOON).map(Span.parse)),
    )  # fmt: skip


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[str, datetime]]:
    at = draw(local_times)
    happened = [("received", at)]
    for kind, gap in draw(st.lists(st.tuples(st.sampled_from(KINDS), gaps), max_size=8)):
        at += MINUTE * gap
        happened.append((kind, at))
    return happened


@dataclass
class Count:
    """Counts minutes up to a number of them."""

    watch: Stopwatch
    used: int = 0

    def is_full(self) -> bool:
        return self.used >= self.watch.allowed


@dataclass
class Watchman:
    """Looks at everything every minute and calls out a rung when its time has come."""

    plan: Plan
    promise: Promise
    watch: Stopwatch | None = None
    overdue: dict[int, int] = field(default_factory=dict)  # by place: minutes counted since the due time
    called: list[datetime] = field(default_factory=list)
    waits: Stopwatch | None = None  # for an acknowledgement of the last rung
    waited: int = 0
    calls: list[tuple[datetime, int, datetime]] = field(default_factory=list)  # run, place, when

    def hear(self, kind: str, at: datetime) -> None:
        watch = self.watch
        if kind == "seen" and self.waits and self.waited <= self.waits.allowed:
            self.waits = None
        if watch and not watch.stop:
            watch.see(self.promise, kind, at)
            if kind in self.promise.extends and not watch.stop:
                watch.extend(self.plan, self.promise, kind, at)
        if kind in self.promise.starts and (watch is None or watch.stop):
            self.watch = self.stopwatch(self.promise.within, at)
            self.called, self.waits, self.overdue = [], None, {}

    def stopwatch(self, span: Span, at: datetime) -> Stopwatch:
        promise = Promise("x", self.promise.name, ("a",), ("b",), span)
        return Stopwatch(at, _counts(self.plan, promise, at), span, _allowed(self.plan, span, at))

    def call(self, at: datetime) -> None:
        while self.watch and not self.watch.stop and self.has_come():
            place = len(self.called)
            self.called.append(at)
            self.calls.append((self.watch.start, place, at))
            self.waits = self.stopwatch(self.promise.acknowledge, at) if self.promise.acknowledge else None
            self.waited = 0

    def has_come(self) -> bool:
        place = len(self.called)
        if place >= len(self.promise.ladder):
            return False
        if self.waits and self.waited >= self.waits.allowed:
            return True
        rung, watch = self.promise.ladder[place], self.watch
        if rung.after is not None:
            return watch.due is not None and self.overdue.get(place, 0) >= rung.after.number
        if rung.at == 1:
            return watch.due is not None
        needed = watch.allowed * rung.at
        assume(needed == int(needed) and watch.allowed > 5)
        return watch.used >= min(int(needed), watch.allowed - 5)

    def pass_a_minute(self, at: datetime) -> None:
        watch = self.watch
        if not watch or watch.stop:
            return
        held_up = watch.due is None and bool(watch.standing)
        if self.waits and not held_up and self.waits.counts(at):
            self.waited += 1
        for place, rung in enumerate(self.promise.ladder):
            if watch.due is not None and rung.after is not None:
                self.overdue[place] = self.overdue.get(place, 0) + (
                    not rung.after.working or self.plan.is_open(at)
                )
        watch.pass_a_minute(at)


def called_out(plan, promise, happened, now):
    """What the watchman calls, strictly before `now`."""
    man, at = Watchman(plan, promise), happened[0][1]
    while at < now:
        due = man.watch.due if man.watch else None
        for kind in [kind for kind, when in happened if when == at]:
            man.hear(kind, at)
        if man.watch and man.watch.due != due:  # extended: what was counted after the due time was never late
            man.overdue = {}
        man.call(at)
        man.pass_a_minute(at)
        at += MINUTE
    return man.calls


def climbed(plan, promise, happened, now):
    """What a worker that never sleeps writes down: at every moment it climbs to there, then the moment happens."""
    run, told, calls = None, [], []
    for until in sorted({when for _, when in happened} | {now}):
        at = plan.aware(until).astimezone(UTC)
        moments = [Moment(kind, plan.aware(when).astimezone(UTC)) for kind, when in happened if when < until]
        state = fold(promise, moments, plan.calendar, at)
        if state.started_at != run:
            run, told = state.started_at, []
        while (rung := next_rung(promise, state, plan.calendar, told)) and rung.at < at:
            told.append(ToldRung(rung.at))
            calls.append((plan.local(run), rung.place, plan.local(rung.at)))
        if ("seen", until) in happened and told:
            told[-1] = told[-1]._replace(acknowledged_at=told[-1].acknowledged_at or at)
    return calls


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(plans(), ladders(), histories(), gaps)
def test_the_rungs_are_those_a_watchman_calls_out(plan, promise, happened, gap):
    now = happened[-1][1] + MINUTE * gap
    assert climbed(plan, promise, happened, now) == called_out(plan, promise, happened, now)
