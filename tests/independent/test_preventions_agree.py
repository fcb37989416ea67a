"""The figures of preventions agree with facts read by plain SQL, held against days counted on the calendar's own file."""

import json
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from tests.histories.ruler import Limit, Ruler, Told, stands
from yinuo.engines.cases.due import judge_due
from yinuo.engines.measures.measure import Window, measure_named
from yinuo.engines.measures.periods import Period
from yinuo.packs.preventions import actions
from yinuo.packs.preventions.tests.bank import CHANGE, DAY, DUE, MONDAY, number, opened, planned, verified
from yinuo.packs.preventions.tests.conftest import _own_home, bank, readings

__all__ = ["_own_home", "bank", "readings"]

pytestmark = pytest.mark.django_db
CHINA = ZoneInfo("Asia/Shanghai")
CALENDAR = Path(__file__).parents[2] / "yinuo/ground/worktime/content/china.calendar.toml"
NOW = datetime(2026, 8, 24, 12, 0, tzinfo=CHINA)
SQL = """
SELECT c.number, f.kind, f.occurred_at, f.body FROM facts_fact f JOIN cases_case c ON c.id = f.case_id
 WHERE c.kind = 'preventions' ORDER BY c.number, f.occurred_at, f.id
"""
# As the pack's promises.toml says, written down once more by hand.
SPANS = {
    "plan": (("opened", "sent_back"), "planned", "10 working days"),
    "carry_out": (("planned",), "carried_out", "30 working days"),
    "verify": (("carried_out",), "verified", "90 days"),
}


@pytest.fixture
def lives(bank, readings):
    """Better; on its day; late for it; over it and open; a day still to come; never planned; planned once more in
    time; opened in another month; put off by two people and kept; brought forward and broken."""
    readings["2026-05"], readings["2026-07"] = number(80), number(20)
    verified(bank)
    readings["2026-07"] = number(79)
    on_its_day, late = planned(bank), planned(bank, due_on=date(2026, 6, 27))  # a Saturday
    carry_out(bank, on_its_day, datetime(2026, 6, 30, 17, 0, tzinfo=CHINA))
    carry_out(bank, late, datetime(2026, 6, 29, 17, 1, tzinfo=CHINA))
    planned(bank)
    planned(bank, due_on=date(2026, 9, 25), at=MONDAY + 11 * DAY)
    opened(bank)
    again = verified(bank)
    actions.send_back(again.pk, by=bank.judge, at=NOW - 14 * DAY)
    actions.plan(again.pk, change=CHANGE, due_on=date(2026, 8, 22), by=bank.owner, at=NOW - 10 * DAY)
    opened(bank, at=MONDAY - 31 * DAY)
    put_off, forward = planned(bank), planned(bank)
    actions.ask_day(put_off.pk, due_on=DUE + 14 * DAY, words="上线推迟", by=bank.owner, at=MONDAY + 9 * DAY)
    actions.decide_day(put_off.pk, granted=True, by=bank.lead, at=MONDAY + 10 * DAY)
    carry_out(bank, put_off, datetime(2026, 7, 10, 9, 0, tzinfo=CHINA))
    actions.ask_day(forward.pk, due_on=DUE - 10 * DAY, words="提前上线", by=bank.owner, at=MONDAY + 9 * DAY)
    carry_out(bank, forward, datetime(2026, 6, 29, 9, 0, tzinfo=CHINA))
    judge_due(NOW)


def carry_out(bank, case, at):
    actions.carry_out(case.pk, done_on=DUE - 2 * DAY, by=bank.owner, at=at)


def local(at):
    at = at if at.tzinfo else at.replace(tzinfo=ZoneInfo("UTC"))
    return at.astimezone(CHINA).replace(tzinfo=None)


def told():
    """Of each prevention opened in June: what happened, when, and what was said."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(SQL)
        for case, kind, at, body in cursor.fetchall():
            at = datetime.fromisoformat(at) if isinstance(at, str) else at
            short = kind.removeprefix("preventions.")
            found.setdefault(case, []).append((short, local(at), json.loads(body)["data"]))
    return [life for life in found.values() if life[0][1].month == 6]


def own_day(ruler, life, now):
    """Of the last day set: whether it was kept, and whether it is overdue; None where none was set."""
    plans = [(at, data["due"]) for kind, at, data in life if kind == "planned"]
    if not plans:
        return None
    set_at, day = plans[-1]
    end = ruler.closing(date.fromisoformat(day))
    for kind, at, data in life:
        if kind == "day_given" and set_at < at <= end:
            end = ruler.closing(date.fromisoformat(data["due"]))
    done = [at for kind, at, _data in life if kind == "carried_out" and at > set_at]
    return bool(done) and done[0] <= end, not done and now > end, bool(done)


def overdue(ruler, life, now):
    """Whether any of its limits has passed with nobody having done what was due."""
    happened = [(kind, at) for kind, at, _data in life]
    for key, (starts, stop, within) in SPANS.items():
        nothing, limit = frozenset(), Limit.read(within)
        promise = Told(key, frozenset(starts), frozenset({stop}), nothing, nothing, nothing, {}, {}, limit)
        found = stands(ruler, promise, happened, now)
        if found.status == "broken" and found.stop is None:
            return True
    set_day = own_day(ruler, life, now)
    return bool(set_day and set_day[1])


def test_the_figures_agree_with_the_facts(lives):
    ruler, now = Ruler(CALENDAR, date(2026, 5, 1), date(2026, 12, 31)), local(NOW)
    counted, window = told(), Window(Period.read("2026-06"))
    set_days = [found for found in (own_day(ruler, life, now) for life in counted) if found]
    kept = sum(each[0] for each in set_days)
    judged = sum(each[1] or each[2] for each in set_days)
    sample = measure_named("preventions.own_day_share").sample(window)
    assert (sample.hits, sample.n, sample.unknown) == (kept, judged, len(set_days) - judged)
    outcomes = [data["outcome"] for life in counted for kind, _at, data in life if kind == "closed"]
    late = [life for life in counted if overdue(ruler, life, now) and life[-1][0] != "closed"]
    better, over = outcomes.count("better"), len(outcomes) + len(late)
    sample = measure_named("preventions.closed_share").sample(window)
    assert (sample.hits, sample.n, sample.unknown) == (better, over, len(counted) - over)
    assert 0 < kept < judged < len(set_days)  # the fixture has every sort
    assert late
