"""How a ladder is written down, and rungs whose times are worked by hand."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from yinuo.engines.promises.fold import Moment, fold
from yinuo.engines.promises.ladder import ToldRung, next_rung
from yinuo.engines.promises.promise import parse_promises
from yinuo.engines.promises.rungs import Rung
from yinuo.engines.promises.tests.test_promise import a_promise
from yinuo.ground.worktime import Span, shipped_calendar

LADDER = """[ { at = "80%", tell = "handler" }, { at = "100%", tell = "unit" },
  { after = "1 working day", tell = "higher" } ]"""
ACKNOWLEDGE = '"4 working hours"'
CHINA = ZoneInfo("Asia/Shanghai")


def on(day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A day of September 2026; the 14th is a Monday."""
    return datetime(2026, 9, day, hour, minute, tzinfo=CHINA)


def a_ladder(**more):
    (promise,) = parse_promises(
        a_promise(**({"within": '"10 working hours"', "ladder": LADDER, "acknowledge": ACKNOWLEDGE} | more))
    )
    return promise


def rung(promise, now, told=(), moments=()):
    happened = [Moment("complaints.received", on(14, 9)), *moments]
    calendar = shipped_calendar("china")
    return next_rung(promise, fold(promise, happened, calendar, now), calendar, told)


def test_a_ladder_is_read_as_it_stands():
    promise = a_ladder()
    assert promise.ladder == (
        Rung("handler", at=Decimal("0.8")),
        Rung("unit", at=Decimal(1)),
        Rung("higher", after=Span(1, "working days")),
    )
    assert promise.acknowledge == Span(4, "working hours")


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"ladder": '"80%"'}, "first_reply.ladder: not a list of rungs"),
        ({"ladder": '[{ tell = "unit" }]'}, "first_reply.ladder[1]: says not just one of at and after"),
        ({"ladder": '[{ at = "8%", after = "1 hour", tell = "unit" }]'}, "ladder[1]: says not just one"),
        ({"ladder": '[{ at = "80%", tell = "boss" }]'}, "ladder[1]: 'boss' is not one of handler, unit, higher"),
        ({"ladder": '[{ at = "180%", tell = "unit" }]'}, "ladder[1].at: '180%' is not a share"),
        ({"ladder": '[{ at = 0.8, tell = "unit" }]'}, "ladder[1].at: '0.8' is not a share"),
        ({"ladder": '[{ after = "soon", tell = "unit" }]'}, "ladder[1].after: 'soon' is not like"),
        (
            {"ladder": '[{ at = "80%", tell = "unit" }, { at = "80%", tell = "higher" }]'},
            "first_reply.ladder[2]: does not come later than the rung before it",
        ),
        (
            {"ladder": '[{ after = "2 hours", tell = "unit" }, { at = "80%", tell = "higher" }]'},
            "first_reply.ladder[2]: does not come later",
        ),
        ({"ladder": "", "acknowledge": '"1 hour"'}, "first_reply.acknowledge: there is no ladder"),
        ({"acknowledge": '"1 day"'}, "first_reply.acknowledge: natural days cannot be paused"),
        ({"explain": "15"}, "first_reply.explain: not the key of a list"),
    ],
)  # fmt: skip
def test_a_wrong_ladder_is_refused_by_the_name_of_its_rung(fields, told):
    with pytest.raises(ValueError) as refused:
        a_ladder(**fields)
    assert told in str(refused.value)


def test_rungs_come_by_working_time_when_each_is_acknowledged():
    promise, done = a_ladder(), ToldRung(on(14, 9), on(14, 9))
    assert rung(promise, on(14, 10)).at == on(14, 17)  # eight of ten working hours
    assert rung(promise, on(14, 10), [done]).at == on(15, 11)
    assert rung(promise, on(14, 10), [done, done]).at == on(16, 17)  # the end of the next working day
    assert rung(promise, on(14, 10), [done, done, done]) is None


def test_without_acknowledgement_the_next_rung_comes_at_once():
    promise = a_ladder(within='"40 working hours"')
    told = ToldRung(on(14, 16))
    assert rung(promise, on(14, 16), [told]).at == on(15, 12)  # four working hours later
    in_time = told._replace(acknowledged_at=on(15, 12))
    assert rung(promise, on(15, 12), [in_time]).at == on(18, 17)
    too_late = told._replace(acknowledged_at=on(15, 12, 1))
    assert rung(promise, on(15, 13), [too_late]).at == on(15, 12)


def test_a_paused_clock_climbs_no_rung_and_a_stopped_one_none_any_more():
    promise = a_ladder(pauses='"complaints.asked"', resumes='"complaints.told"', pausable="true")
    paused = [Moment("complaints.asked", on(14, 12))]
    assert rung(promise, on(14, 18), moments=paused) is None
    resumed = [*paused, Moment("complaints.told", on(15, 9))]
    assert rung(promise, on(15, 9), moments=resumed).at == on(15, 14)  # five hours held up
    assert rung(promise, on(15, 10), moments=[*resumed, Moment("complaints.replied", on(15, 10))]) is None


def test_the_rungs_of_a_day_given_follow_the_day():
    promise = a_ladder(within="", until='"complaints.received"')
    set_for_friday = [Moment("complaints.received", on(14, 9), date(2026, 9, 18))]
    moved = [*set_for_friday, Moment("complaints.received", on(15, 9), date(2026, 9, 22))]
    calendar = shipped_calendar("china")

    def times(moments):
        state = fold(promise, moments, calendar, on(15, 10))
        told = [ToldRung(on(14), on(14)), ToldRung(on(14), on(14))]
        return [next_rung(promise, state, calendar, told[:place]).at for place in range(3)]

    assert times(set_for_friday) == [on(18, 4, 48), on(18, 17), on(20, 17)]  # a Sunday that is worked
    assert times(moved) == [on(21, 9, 36), on(22, 17), on(23, 17)]
