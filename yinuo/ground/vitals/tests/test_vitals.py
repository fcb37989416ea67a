"""Vital signs are read one by one; an alarm is raised once, and over when the sign is well again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from yinuo.facts.ids import new_id
from yinuo.facts.models import Fact
from yinuo.ground.vitals.models import Alarm, Pulse
from yinuo.ground.vitals.pulse import beat, silence
from yinuo.ground.vitals.registry import COUNT, VITALS, Reading, Silent, Vital, declare_vital, readings
from yinuo.ground.vitals.watch import acknowledge, watch

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)


def a_vital(read, most=10.0, key="test.sign"):
    return Vital(key, "A sign", COUNT, most, read, "Look.")


def a_reading(value, key="facts.seal_lag", problem=""):
    return Reading(VITALS[key], value, problem)


def facts() -> list[str]:
    kinds = Fact.objects.filter(kind__startswith="vitals.").order_by("recorded_at", "id")
    return list(kinds.values_list("kind", flat=True))


def test_every_sign_of_the_house_can_be_read_on_an_empty_bank():
    found = {each.vital.key: each for each in readings(NOW)}
    assert {
        "facts.seal_lag",
        "letters.oldest",
        "jobs.given_up",
        "clocks.oldest",
        "loops.behind",
    } <= found.keys()
    unread = {key: each.problem for key, each in found.items() if each.value is None}
    assert set(unread) == {"process.background", "process.live"}, unread
    assert set(unread.values()) == {"silent"}


def test_reading_all_signs_costs_few_queries_and_none_counts_a_whole_table():
    with CaptureQueriesContext(
        connection,
    ) as asked:
        readings(NOW)
    assert len(asked) <= 2 * len(VITALS)


@pytest.mark.parametrize("error", [DatabaseError("secret"), ZeroDivisionError(), LookupError()])
def test_a_sign_that_cannot_be_read_is_not_well_and_hides_no_other(monkeypatch, error, caplog):
    def broken(now):
        raise error

    monkeypatch.setattr(
        "yinuo.ground.vitals.registry.VITALS",
        {"a.broken": a_vital(broken), "b.sound": a_vital(lambda now: 3)},
    )
    first, second = readings(NOW)
    assert (first.value, first.problem, first.is_well) == (None, type(error).__name__, False)
    assert (second.value, second.is_well) == (3.0, True)


@pytest.mark.parametrize(("value", "well"), [(0, True), (10, True), (10.1, False), (float("nan"), False)])
def test_a_sign_is_well_up_to_its_limit(monkeypatch, value, well):
    monkeypatch.setattr("yinuo.ground.vitals.registry.VITALS", {"a.sign": a_vital(lambda now: value)})
    assert readings(NOW)[0].is_well is well


def test_another_sign_under_a_known_key_and_an_odd_key_are_refused():
    with pytest.raises(ValueError, match="already"):
        declare_vital(a_vital(lambda now: 0, key="facts.seal_lag"))
    with pytest.raises(ValueError, match="small letters"):
        declare_vital(a_vital(lambda now: 0, key="Facts"))


def test_an_alarm_is_raised_once_however_often_one_looks_and_over_when_the_sign_is_well():
    assert [alarm.vital for alarm in watch(NOW, [a_reading(61)]).raised] == ["facts.seal_lag"]
    assert watch(NOW + timedelta(minutes=1), [a_reading(121)]) == ([], [])
    cleared = watch(NOW + timedelta(minutes=2), [a_reading(0)]).cleared
    assert [alarm.cleared_at for alarm in cleared] == [NOW + timedelta(minutes=2)]
    assert watch(NOW + timedelta(minutes=3), [a_reading(0)]) == ([], [])
    assert [
        alarm.vital for alarm in watch(NOW + timedelta(minutes=4), [a_reading(None, problem="silent")]).raised
    ]
    assert facts() == ["vitals.alarm_raised", "vitals.alarm_cleared", "vitals.alarm_raised"]


def test_looking_at_one_sign_leaves_the_alarms_of_others_standing():
    watch(NOW, [a_reading(61), a_reading(1, "letters.doubtful")])
    watch(NOW, [a_reading(0)])
    assert list(Alarm.objects.filter(cleared_at=None).values_list("vital", flat=True)) == ["letters.doubtful"]


def test_an_alarm_of_a_sign_nobody_declares_any_more_is_over():
    Alarm.objects.create(vital="gone.sign", value=1, raised_at=NOW)
    assert [alarm.vital for alarm in watch(NOW, []).cleared] == ["gone.sign"]


def test_acknowledging_names_who_and_again_changes_nothing():
    (alarm,) = watch(NOW, [a_reading(61)]).raised
    somebody, another = new_id(), new_id()
    acknowledge(alarm.pk, by=somebody)
    acknowledge(alarm.pk, by=another)
    alarm.refresh_from_db()
    assert alarm.acknowledged_by == somebody
    assert facts().count("vitals.alarm_acknowledged") == 1


def test_silence_is_told_by_the_one_that_was_silent_longest():
    with pytest.raises(Silent):
        silence("background.", NOW)
    beat(["background.letters", "background.jobs", "live"], NOW - timedelta(seconds=20))
    beat(["background.letters", "live"], NOW)
    assert silence("background.", NOW) == 20.0
    assert Pulse.objects.count() == 3
    assert silence("background.", NOW - timedelta(hours=1)) == 0.0  # a clock that was set back
