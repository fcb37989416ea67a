"""Fields, errors and calendars as they are drawn."""

from datetime import date, datetime

import pytest
from django import forms
from django.template import engines
from django.utils import timezone, translation

from yinuo.web.calendar_grid import grid_of
from yinuo.web.parts import DayMark, Entry, Why
from yinuo.web.timeline import by_day


class Complaint(forms.Form):
    what = forms.CharField(widget=forms.Textarea, label="What")
    amount = forms.DecimalField(required=False, label="Amount")
    where = forms.ChoiceField(widget=forms.RadioSelect, choices=[("a", "A"), ("b", "B")], label="Where")

    def clean(self):
        raise forms.ValidationError("Both are odd")


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def drawn(text, **context):
    return engines["pages"].from_string(text).render(context)


def test_every_error_is_a_link_to_its_field_and_the_forms_own_comes_first():
    page = drawn("{{ ui.error_summary(form, 'the rest is kept') }}", form=Complaint({"amount": "two"}))
    assert "4 things need correcting" in page
    assert page.index("Both are odd") < page.index('href="#id_what"') < page.index('href="#id_where_0"')
    assert (
        drawn("{{ ui.error_summary(form) }}", form=Complaint()) == "\n"
        or not drawn("{{ ui.error_summary(form) }}", form=Complaint()).strip()
    )


def test_a_bad_number_stays_as_it_was_typed():
    page = drawn("{{ ui.field(form.amount, affix='元') }}", form=Complaint({"amount": "about two"}))
    assert 'type="text"' in page
    assert 'value="about two"' in page
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_amount-error id_amount-affix"' in page


def test_a_group_of_choices_is_a_fieldset_with_its_legend():
    page = drawn("{{ ui.field(form.where) }}", form=Complaint())
    assert "<fieldset" in page
    assert "<legend>Where" in page
    assert page.count("sq-pick") == 3


def test_characters_are_counted_and_optional_fields_say_so():
    assert "4 / 2,000 characters" in drawn(
        "{{ ui.field(form.what, count=2000) }}", form=Complaint({"what": "four"})
    )
    assert "optional" in drawn("{{ ui.field(form.amount) }}", form=Complaint())


def test_the_calendar_tells_every_day_and_marks_the_due_one():
    due = datetime(2026, 10, 8, 17, tzinfo=timezone.get_default_timezone())
    days = [
        DayMark(date(2026, 9, 28), "day0"),
        DayMark(date(2026, 9, 29), "counted", 1),
        DayMark(date(2026, 10, 1), "holiday", None, "National Day"),
        DayMark(date(2026, 10, 8), "counted", 2),
    ]
    grid = grid_of(Why(due, days), date(2026, 9, 29))
    cells = {cell.day: cell for week in grid.weeks for cell in week}
    assert len(grid.weeks) == 2
    assert grid.weeks[0][0].day.isoweekday() == 7
    assert cells[date(2026, 10, 8)].css == "is-counted is-due"
    assert cells[date(2026, 9, 29)].css == "is-counted is-today"
    assert (cells[date(2026, 10, 1)].told, cells[date(2026, 10, 1)].text) == ("10-01", "National Day")
    assert grid.legend == [("is-counted", "2 counted"), ("is-off", "1 not counted (holidays and rest days)")]


def test_a_very_long_calendar_is_cut_and_says_so():
    due = datetime(2027, 9, 1, 17, tzinfo=timezone.get_default_timezone())
    grid = grid_of(Why(due, [DayMark(date(2026, 9, 1), "day0")]), date(2026, 9, 1))
    assert (len(grid.weeks), grid.cut) == (16, True)


def test_a_timeline_is_grouped_by_the_banks_days():
    zone = timezone.get_default_timezone()
    entries = [Entry(datetime(2026, 9, 28, h, tzinfo=zone), "staff", str(h)) for h in (14, 9)]
    entries.append(Entry(datetime(2026, 9, 27, 23, tzinfo=zone), "customer", "late"))
    assert [[line.entry.text for line in day.lines] for day in by_day(entries)] == [["14", "9"], ["late"]]
