"""Every history of clocks.toml stands as it says."""

import tomllib
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest

from yinuo.engines.promises.fold import Moment, fold, fold_runs
from yinuo.engines.promises.limits import Given
from yinuo.engines.promises.promise import Promise
from yinuo.ground.terms.words import Words
from yinuo.ground.worktime import Span, shipped_calendar
from yinuo.ground.worktime.reading import parse_calendar

HERE = Path(__file__).parent
SUITE = tomllib.loads((HERE / "clocks.toml").read_text(encoding="utf-8"))
HISTORIES = SUITE["histories"]


def a_calendar(name):
    return (
        shipped_calendar(name)
        if name == "china"
        else parse_calendar((HERE / f"{name}.calendar.toml").read_text(encoding="utf-8"))
    )


CALENDARS = {name: a_calendar(name) for name in {history["calendar"] for history in HISTORIES}}


def a_promise(key):
    table = dict(SUITE["promises"][key])
    longer = {kind: Span.parse(span) for kind, span in table.pop("extends", {}).items()}
    within = Given() if "until" in table else Span.parse(table.pop("within"))
    lists = {name: tuple(value) if isinstance(value, list) else value for name, value in table.items()}
    return Promise(key, Words(key, key, key), within=within, extends=longer, **lists)


def a_time(text, calendar):
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=calendar.zone)


def said(history):
    """What our fold says, in the words of the suite."""
    calendar, promise = CALENDARS[history["calendar"]], a_promise(history["promise"])
    if not promise.covers(history.get("case", {})):
        return {"status": "not made"}
    moments = []
    for text in history["moments"]:
        kind, when, *day = text.split()
        said = date.fromisoformat(day[0]) if day else None
        moments.append(Moment(kind, None if when == "?" else a_time(when, calendar), said))
    now = a_time(history["now"], calendar)
    state = fold(promise, moments, calendar, now)
    times = {
        "started": state.started_at, "due": state.due_at, "nominal": state.nominal_due_at,
        "judged": state.judged_at, "warn": state.warn_at,
    }  # fmt: skip
    return {
        "status": state.status,
        "paused": state.paused_minutes,
        "unconfirmed": state.unconfirmed,
        "runs": [run.status for run in fold_runs(promise, moments, calendar, now)],
        **times,
    }


@pytest.mark.parametrize("history", HISTORIES, ids=[history["title"] for history in HISTORIES])
def test_a_clock_stands_as_worked_out_by_hand(history):
    calendar, found = CALENDARS[history["calendar"]], said(history)
    for name, wanted in history["expect"].items():
        is_time = name in ("started", "due", "nominal", "judged", "warn")
        assert found[name] == (a_time(wanted, calendar) if is_time else wanted), name


def test_the_suite_is_as_large_as_it_claims():
    about = Counter(history["about"] for history in HISTORIES)
    assert about["defect"] >= 30
    assert about["calendar"] >= 30
    assert len({history["title"] for history in HISTORIES}) == len(HISTORIES)
    assert all(
        history["expect"].get("due") or history["expect"]["status"] in ("waiting", "not made")
        for history in HISTORIES
    )
