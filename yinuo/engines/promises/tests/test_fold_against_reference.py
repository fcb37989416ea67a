"""Any history, folded, stands as the stopwatch stands."""

from datetime import UTC, date, datetime, time

from hypothesis import given, settings
from hypothesis import strategies as st

from yinuo.engines.promises.fold import Moment, fold, fold_runs
from yinuo.engines.promises.limits import Given
from yinuo.engines.promises.promise import Promise
from yinuo.engines.promises.tests.reference import day_said, expected
from yinuo.ground.terms.words import Words
from yinuo.ground.worktime import Span, Until
from yinuo.ground.worktime.tests.reference import MINUTE, local_times, plans

LATER = datetime.combine(date(2026, 12, 12), time.min)
KINDS = [
    "received",
    "reopened",
    "answered",
    "asked",
    "told",
    "sent_up",
    "sent_down",
    "seen",
    "longer",
    "longest",
    "withdrawn",
    "merged",
    "separated",
    "moved",
]
MERGED = {"lapses": ("withdrawn", "merged"), "restores": {"separated": "merged"}}
SPANS = (
    "1 working day, 2 working days, 3 working days, 90 minutes, 24 hours, 1 working hour, 7 working minutes"
)
spans = st.sampled_from(f"{SPANS}, 8 working hours, 700 working minutes".split(", "))
# Minutes between one moment and the next: often none, often minutes, sometimes days.
gaps = st.just(0) | st.integers(1, 90) | st.integers(1, 4_000)


@st.composite
def promises(draw: st.DrawFn) -> Promise:
    resumes = draw(st.sampled_from([("told", "sent_down"), ("told", "told"), ("told",)]))
    stops = draw(st.sampled_from([("answered",), ("answered", "reopened")]))
    lapsing = draw(st.sampled_from(({}, {"lapses": ("withdrawn",)}, MERGED)))
    if draw(st.sampled_from((True, False, False))):
        return given_promise(draw(st.booleans()), stops, lapsing)
    within = Span.parse(draw(spans))
    more = draw(st.lists(st.integers(1, 4), max_size=2))
    longer = {
        kind: Span(within.number + n, within.unit)
        for kind, n in zip(("longer", "longest"), more, strict=False)
    }
    return Promise(
        "promise", Words("诺", "promise", "諾"), ("received", "reopened"), stops, within,
        ("asked", "sent_up"), resumes, pausable=draw(st.sampled_from([True, True, True, False])), extends=longer,
        **lapsing,
    )  # fmt: skip


def given_promise(rolls: bool, stops: tuple[str, ...], lapsing: dict) -> Promise:
    """Until the day that was said last."""
    starts = ("received", "reopened")
    return Promise(
        "promise", Words("诺", "promise", "諾"), starts, stops, Given(rolls), until=(*starts, "moved"), **lapsing
    )  # fmt: skip


def told(plan, kind: str, at: datetime) -> Moment:
    """Every moment says a day; only some are asked for it."""
    return Moment(kind, plan.aware(at).astimezone(UTC), day_said(at))


@st.composite
def histories(draw: st.DrawFn, kinds: list[str] = KINDS, least: int = 0) -> list:
    at, happened = draw(local_times), []
    for kind, gap in draw(st.lists(st.tuples(st.sampled_from(kinds), gaps), min_size=least, max_size=9)):
        at += MINUTE * gap
        happened.append((kind, at))
    return [("received", happened[0][1]), *happened] if happened and draw(st.booleans()) else happened


@settings(max_examples=250, deadline=None)
@given(plans(), promises(), histories(), gaps)
def test_a_fold_stands_as_the_stopwatch_stands(plan, promise, happened, gap):
    stands(plan, promise, happened, gap)


@settings(max_examples=250, deadline=None)
@given(plans(), st.booleans(), histories(["moved"] * 6 + ["answered", "reopened", "withdrawn"], 6), gaps)
def test_a_day_given_and_given_again_stands_as_the_stopwatch_stands(plan, rolls, happened, gap):
    stands(plan, given_promise(rolls, ("answered",), {"lapses": ("withdrawn",)}), happened, gap)


def stands(plan, promise, happened, gap):
    now = (happened[-1][1] if happened else LATER) + MINUTE * gap
    moments = [told(plan, kind, at) for kind, at in happened]
    state = fold(promise, moments, plan.calendar, plan.aware(now).astimezone(UTC))
    right = expected(plan, promise, happened, now)
    assert state.status == right.status
    if state.status == "waiting":
        return
    assert plan.local(state.started_at) == right.start
    assert plan.local(state.due_at) == right.due
    assert (state.stopped_at and plan.local(state.stopped_at)) == right.stop
    assert state.paused_minutes == right.paused
    assert state.judged_at == {"kept": state.stopped_at, "broken": state.due_at}.get(state.status)
    assert state.started_at <= state.warn_at <= state.due_at
    assert fold_runs(promise, moments, plan.calendar, plan.aware(now))[-1] == state


@settings(max_examples=100, deadline=None)
@given(plans(), promises(), histories(), gaps, st.integers(1, 5_000))
def test_once_broken_stays_broken_at_the_same_time(plan, promise, happened, gap, later):
    moments = [told(plan, kind, at) for kind, at in happened]
    now = plan.aware((happened[-1][1] if happened else LATER) + MINUTE * gap)
    run, again = (fold_runs(promise, moments, plan.calendar, t) for t in (now, now + MINUTE * later))
    for before, after in zip(run, again, strict=True):
        if before.status in ("kept", "broken", "lapsed"):
            assert (after.status, after.judged_at) == (before.status, before.judged_at)


@settings(max_examples=100, deadline=None)
@given(plans(), promises(), histories(), st.randoms(use_true_random=False))
def test_the_order_in_which_moments_are_told_is_of_no_account(plan, promise, happened, chance):
    apart = [(kind, at + MINUTE * place) for place, (kind, at) in enumerate(happened)]
    moments = [told(plan, kind, at) for kind, at in apart]
    now = plan.aware((apart[-1][1] if apart else LATER) + MINUTE)
    shuffled = chance.sample(moments, len(moments))
    assert fold(promise, shuffled, plan.calendar, now) == fold(promise, moments, plan.calendar, now)


@settings(max_examples=60, deadline=None)
@given(plans(), promises(), histories())
def test_the_days_of_a_clock_end_on_its_due_day(plan, promise, happened):
    moments = [told(plan, kind, at) for kind, at in happened]
    now = plan.aware((happened[-1][1] if happened else LATER) + MINUTE)
    state = fold(promise, moments, plan.calendar, now)
    if state.status != "waiting":
        assert state.days[0].day == plan.local(state.started_at).date()
        assert state.days[-1].day == (plan.local(state.due_at) - MINUTE).date()
        numbers = [note.number for note in state.days if note.number]
        if isinstance(state.within, Until):
            named = max(state.within.day, plan.local(state.within.said).date())
            assert numbers == list(range(1, (named - state.days[0].day).days + 1))
            assert plan.local(state.nominal_due_at) == plan.close_of(named)
            return
        counted = state.within.number if state.within.unit == "working days" else 0
        assert numbers == sorted(numbers)
        assert set(numbers) <= set(range(counted + 1))
        assert numbers[-1:] == ([counted] if counted else [])
