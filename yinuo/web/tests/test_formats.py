"""Numbers, dates, durations and badges in the bank's words."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from yinuo.web import formats
from yinuo.web.bullet import bullet_of
from yinuo.web.clockface import badge_state, clock_face

NOW = datetime(2026, 9, 28, 6, 31, tzinfo=UTC)  # 14:31 in Shanghai


@pytest.fixture(autouse=True)
def _chinese():
    with translation.override("zh-hans"):
        yield


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (1284, "1,284"),
        (Decimal("3.20"), "3.20"),
        (0, "0"),
        (None, "--"),
        ("", "--"),
        (float("nan"), "--"),
        ("x", "--"),
    ],
)
def test_numbers_are_grouped_and_missing_is_never_zero(value, told):
    assert formats.number(value) == told


def test_shares_points_money_and_counts():
    assert formats.share(0.913) == "91.3%"
    assert formats.share(Decimal("0.0005"), 1) == "0.1%"
    assert formats.points(-0.006) == "▼ 0.6 百分点"
    assert formats.money(235000) == "2,350.00"
    assert (formats.capped(1000), formats.capped(1001)) == ("1,000", "1,000+")
    assert formats.size(1887437) == "1.8 MB"


def test_dates_say_what_is_near_in_short():
    assert formats.moment(NOW) == "2026-09-28 14:31"
    assert formats.moment_short(NOW + timedelta(minutes=11), NOW) == "今天 14:42"
    assert formats.moment_short(NOW + timedelta(days=3), NOW) == "10-01 14:31"
    assert formats.day_range(date(2026, 7, 1), date(2026, 9, 30)) == "2026-07-01 ～ 2026-09-30"
    told = [formats.ago(NOW - timedelta(seconds=s), NOW) for s in (5, 180, 7200, 90000)]
    assert told == ["刚刚", "3 分钟前", "2 小时前", "09-27 13:31"]


def test_durations_change_their_unit_as_people_do():
    told = [formats.duration(timedelta(seconds=s)) for s in (42, 2520, 24480, 207360)]
    assert told == ["42 秒", "42 分钟", "6.8 小时", "2.4 日"]
    assert [formats.working(m) for m in (42, 408, 1152)] == ["42 分钟", "6.8 小时", "2.4 工作日"]


@pytest.mark.parametrize(
    ("state", "minutes", "more", "told"),
    [
        ("warn", 3.2, {}, "剩 03:12"),
        ("ok", 80, {}, "剩 1 小时 20 分"),
        ("ok", 60 * 24 * 10, {"left": 2 * 480 + 180, "unit": "working"}, "剩 2 工作日 3 小时"),
        ("ok", 60 * 24 * 10, {"left": 1589, "unit": "working", "short": True}, "剩 3.3 工作日"),
        ("ok", 60 * 24 * 8, {}, "剩 8 天"),
        ("bad", -3.3, {}, "超时 3 分"),
        ("bad", -60 * 90, {"left": -330, "unit": "working"}, "超时 5.5 小时"),
        ("ok", -1, {}, "超时 1 分"),
    ],
)
def test_a_running_badge_tells_the_time_left(state, minutes, more, told):
    face = clock_face(state, NOW + timedelta(minutes=minutes), now=NOW, **more)
    assert face.text == told
    assert (face.state == "bad") == (minutes < 0)


def test_the_other_badges_have_words_of_their_own():
    told = {state: clock_face(state, now=NOW).text for state in ("pause", "unknown", "kept", "waiting")}
    assert told == {"pause": "已暂停", "unknown": "无法判断", "kept": "按时完成", "waiting": "--"}
    assert clock_face("pause", now=NOW, note="待客户补充").text == "待客户补充 · 已暂停"


def test_a_badge_ticks_by_itself_only_while_working_and_natural_time_run_alike():
    due = NOW + timedelta(hours=2)
    assert clock_face("ok", due, now=NOW, left=120, unit="working").tick
    assert not clock_face("ok", due, now=NOW, left=60, unit="working").tick
    assert not clock_face("bad", NOW - timedelta(minutes=5), now=NOW, left=-5, unit="working").tick


def test_a_folded_clock_becomes_a_badge():
    soon = NOW + timedelta(minutes=4)
    later = NOW + timedelta(hours=3)
    told = [
        badge_state("running", due_at=later, warn_at=None, now=NOW),
        badge_state("running", due_at=later, warn_at=NOW, now=NOW),
        badge_state("running", due_at=soon, warn_at=None, now=NOW),
        badge_state("running", due_at=NOW, warn_at=None, now=NOW),
        badge_state("cannot_tell", due_at=None, warn_at=None, now=NOW),
    ]
    assert told == ["ok", "warn", "warn", "bad", "unknown"]


def test_a_bar_and_its_target_share_one_scale():
    assert bullet_of(50, 90, 100) == type(bullet_of(1))(50.0, 90.0)
    assert bullet_of(None, 90, 100).value is None
    assert bullet_of(500, 90, 100).value == 100.0
