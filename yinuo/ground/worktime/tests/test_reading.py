"""What a calendar file may not say, and what nobody may ask of a calendar."""

from datetime import UTC, date, datetime, timedelta

import pytest

from yinuo.ground.worktime import Span, parse_calendar, shipped_calendar

NAME = '{ zh-hans = "日历", en = "calendar", zh-hant = "日曆" }'
CHINA = shipped_calendar()


def a_calendar(**fields: str) -> str:
    parts = {
        "zone": '"Asia/Shanghai"',
        "confirmed": "[2026]",
        "name": NAME,
        "names": f"{{ off = {NAME} }}",
        "hours": '{ mon = ["09:00-12:00", "13:00-17:00"], working_weekend = ["10:00-14:00"] }',
        "holidays": '[{ name = "off", first = 2026-10-05, last = 2026-10-07, working = [2026-10-10] }]',
    } | fields
    return "\n".join(f"{key} = {value}" for key, value in parts.items() if value)


def test_a_good_calendar_is_read():
    calendar = parse_calendar(a_calendar())
    assert calendar.windows_of(date(2026, 10, 12)) == ((540, 720), (780, 1020))
    assert calendar.windows_of(date(2026, 10, 5)) == ()
    assert calendar.windows_of(date(2026, 10, 10)) == ((600, 840),)
    assert calendar.name.en == "calendar"


def test_windows_are_sorted_and_joined_where_they_touch():
    calendar = parse_calendar(a_calendar(hours='{ fri = ["12:00-24:00", "08:00-12:00"] }', holidays=""))
    assert calendar.windows_of(date(2026, 10, 9)) == ((480, 1440),)
    assert calendar.close_of(date(2026, 10, 9)) == datetime(2026, 10, 10, tzinfo=calendar.zone)


def test_midnight_at_the_end_of_the_year_belongs_to_the_old_year():
    calendar = parse_calendar(a_calendar(hours='{ thu = ["12:00-24:00"] }', holidays=""))
    due = calendar.due(datetime(2026, 12, 30, 12, tzinfo=calendar.zone), Span.parse("1 working day"))
    assert (due.at, due.unconfirmed) == (datetime(2027, 1, 1, tzinfo=calendar.zone), False)
    assert [note.kind for note in due.days] == ["day0", "counted"]


def test_every_year_may_be_confirmed():
    always = parse_calendar(a_calendar(confirmed='"all"'))
    assert not always.due(datetime(2031, 1, 1, tzinfo=UTC), Span.parse("3 working days")).unconfirmed


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("zone", '"Asia/Atlantis"', "zone: 'Asia/Atlantis' is not a time zone"),
        ("zone", '"../../etc/passwd"', "zone: "),
        ("zone", "", "zone: "),
        ("confirmed", '"2026"', "confirmed: "),
        ("confirmed", "[true]", "confirmed: "),
        ("confirmed", "[20266]", "confirmed: "),
        ("confirmed", "[2025]", r"holidays\[0\].first: 2026-10-05 lies in 2026, which is not confirmed"),
        ("name", '{ zh-hans = "日历", en = "calendar" }', "name: no text in zh-hant"),
        ("name", '"calendar"', "name: missing, or not a table"),
        ("names", "{ off = 3 }", "names: "),
        ("names", '{ off = { en = "off" } }', "names.off: no text in zh-hans, zh-hant"),
        ("hours", "", "hours: missing"),
        ("hours", "{ mon = [] }", "hours: no day of the week"),
        ("hours", '{ monday = ["09:00-17:00"] }', "hours: unknown field 'monday'"),
        ("hours", '{ mon = "09:00-17:00" }', "hours.mon: not a list"),
        ("hours", '{ mon = ["9-17"] }', r"hours.mon\[0\]: '9-17' is not like"),
        ("hours", "{ mon = [9] }", r"hours.mon\[0\]: '9' is not like"),
        ("hours", '{ mon = ["09:00-12:00", "17:00-13:00"] }', r"hours.mon\[1\]: .* ends before it starts"),
        ("hours", '{ mon = ["09:00-09:00"] }', r"hours.mon\[0\]: .* ends before it starts"),
        ("hours", '{ mon = ["09:00-24:01"] }', r"hours.mon\[0\]: .* ends after 24:00"),
        ("hours", '{ mon = ["09:00-12:00", "11:59-17:00"] }', "hours.mon: windows overlap at 11:59"),
        ("hours", '{ mon = ["09:00-17:00"] }', "hours.working_weekend: missing"),
        ("holidays", '"none"', "holidays: not a list of tables"),
        ("holidays", "[3]", "holidays: not a list of tables"),
        ("holidays", "[{ name = 'x', first = 2026-10-05 }]", r"holidays\[0\].name: 'x' is not under names"),
        ("holidays", "[{ name = 'off' }]", r"holidays\[0\].first: 'None' is not a date"),
        ("holidays", "[{ name = 'off', first = '2026-10-05' }]", r"holidays\[0\].first: "),
        ("holidays", "[{ name = 'off', first = 2026-10-05T00:00:00 }]", r"holidays\[0\].first: "),
        ("holidays", "[{ name = 'off', first = 0026-10-05 }]", r"holidays\[0\].first: "),
        (
            "holidays",
            "[{ name = 'off', first = 2026-10-05, last = 2026-10-04 }]",
            r"holidays\[0\].last: .*before",
        ),
        (
            "holidays",
            "[{ name = 'off', first = 2026-01-05, last = 2026-10-04 }]",
            r"holidays\[0\].last: longer",
        ),
        (
            "holidays",
            "[{ name = 'off', first = 2026-10-05, days = 3 }]",
            r"holidays\[0\]: unknown field 'days'",
        ),
        (
            "holidays",
            "[{ name = 'off', first = 2026-10-05, working = 3 }]",
            r"holidays\[0\].working: not a list",
        ),
        (
            "holidays",
            "[{ name = 'off', first = 2026-10-10, working = [2026-10-10] }]",
            r"holidays\[0\].working: 2026-10-10 is both a day off and worked",
        ),
        (
            "holidays",
            "[{ name = 'off', first = 2026-10-05 }, { name = 'off', first = 2026-10-05 }]",
            r"holidays\[1\].first: 2026-10-05 is listed twice",
        ),
        (
            "holidays",
            "[{ name = 'off', first = 2026-10-05, working = [2026-10-12] }]",
            "holidays.working: 2026-10-12 is worked anyway, by its weekday",
        ),
        ("hollidays", "[]", "calendar: unknown field 'hollidays'"),
    ],
)
def test_a_wrong_calendar_is_refused_by_the_name_of_its_field(field, value, message):
    with pytest.raises(ValueError, match=rf"^{message}"):
        parse_calendar(a_calendar(**{field: value}))


@pytest.mark.parametrize("text", ["[", "a = 1\na = 2", "\x00", "x = " + "[" * 100_000, "= 3"])
def test_unreadable_toml_is_refused(text):
    with pytest.raises(ValueError, match=r"^calendar: not readable as TOML"):
        parse_calendar(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "3",
        "days",
        "0 days",
        "-1 days",
        "1.5 days",
        "3 weeks",
        "three days",
        "٣ days",
        "99999 days",
        "2601 working days",
        "9" * 30 + " hours",
        "3 days 2 hours",
        "3 idle days",
        "1e9 minutes",
    ],
)
def test_a_wrong_span_is_refused(text):
    with pytest.raises(ValueError, match=r"^within: "):
        Span.parse(text, where="within")


@pytest.mark.parametrize(
    ("number", "unit"), [(0, "days"), (-3, "hours"), (True, "days"), (1.5, "days"), (1, "weeks")]
)
def test_a_wrong_span_cannot_be_made(number, unit):
    with pytest.raises(ValueError, match=r"^span: "):
        Span(number, unit)


@pytest.mark.parametrize(
    "text", ["1 working hour", "2 working hours", "3 working days", "15 days", "24 hours", "30 minutes"]
)
def test_a_span_reads_back_as_it_is_written(text):
    assert str(Span.parse(text)) == text
    assert Span.parse(f"  {text} ") == Span.parse(text)


def test_a_working_day_has_no_length_of_its_own():
    with pytest.raises(ValueError, match="as long as its calendar says"):
        _ = Span.parse("1 working day").length


def test_what_makes_no_sense_is_refused_by_name():
    noon = datetime(2026, 9, 28, 12, tzinfo=UTC)
    with pytest.raises(ValueError, match=r"^start: .* has no time zone"):
        CHINA.due(noon.replace(tzinfo=None), Span.parse("3 days"))
    with pytest.raises(ValueError, match=r"^start: the year 9999"):
        CHINA.due(datetime(9999, 12, 31, 23, tzinfo=UTC), Span.parse("24 hours"))
    with pytest.raises(ValueError, match=r"^b: .* is before a"):
        CHINA.working_minutes(noon, noon - timedelta(minutes=1))
    with pytest.raises(ValueError, match=r"^b: .* has no time zone"):
        CHINA.working_minutes(noon, noon.replace(tzinfo=None))
    with pytest.raises(ValueError, match=r"^b: .* is before a"):
        CHINA.working_days(date(2026, 9, 28), date(2026, 9, 27))
    with pytest.raises(ValueError, match=r"^number: -1 is negative"):
        CHINA.add_working_days(date(2026, 9, 28), -1)
    with pytest.raises(ValueError, match=r"^year: 2201"):
        CHINA.add_working_days(date(2199, 12, 31), 2600)
    with pytest.raises(ValueError, match=r"^pauses: "):
        CHINA.due(noon, Span.parse("15 days"), [(noon, noon + timedelta(days=1))])


def test_a_calendar_cannot_be_changed():
    with pytest.raises(AttributeError):
        CHINA.source = ""
    with pytest.raises(TypeError):
        CHINA.holidays[date(2026, 9, 28)] = CHINA.name
