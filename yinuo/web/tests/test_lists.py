"""What an address asks of a list; what it may not ask is told."""

from dataclasses import replace
from datetime import date

import pytest
from django.db.models import Q
from django.http import QueryDict
from django.template import engines
from django.utils import translation

from yinuo.web.lists import Filter, Sort, View, read_listing, view_tabs

FILTERS = [
    Filter("q", "Words", "text", where="name"),
    Filter("channel", "Channel", choices=[("web", "Web"), ("phone", "Phone")], multiple=True),
    Filter("level", "Level", choices=lambda: [("1", "Grave")]),
    Filter("received", "Received", "days", where="received_at"),
]
SORTS = [Sort("due", "Time left", ("due?", "id")), Sort("new", "Newest", ("-received_at", "id"))]
VIEWS = [View("mine", "Mine", Q(mine=True)), View("late", "Overdue", Q(late=True), {"channel": "web"}, "bad")]


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def read(text):
    return read_listing(QueryDict(text), filters=FILTERS, sorts=SORTS, views=VIEWS)


def test_an_empty_address_is_the_first_view_in_the_first_order():
    listing = read("")
    assert (listing.view.key, listing.order, listing.values, listing.problems) == (
        "mine",
        ("due?", "id"),
        {},
        [],
    )
    assert listing.conditions == (Q(mine=True),)


def test_good_values_narrow_and_tell_themselves_on_chips():
    listing = read("channel=web&channel=phone&received=2026-01-01~2026-01-31&q=a%20%20b")
    assert listing.values["channel"] == ["web", "phone"]
    assert listing.values["received"] == (date(2026, 1, 1), date(2026, 1, 31))
    assert [chip.told for chip in listing.chips] == ["Web、Phone", "", "2026-01-01 ～ 2026-01-31"]
    assert listing.search.told == "a b"
    assert Q(name__icontains="a b") in listing.conditions


def test_a_period_includes_its_last_day_in_the_banks_zone():
    (_view, period) = read("received=~2026-01-31").conditions
    assert str(dict(period.children)["received_at__lt"]) == "2026-02-01 00:00:00+08:00"


def test_the_two_fields_of_a_periods_form_are_understood():
    assert read("received_from=2026-01-01&received_to=").values["received"] == (date(2026, 1, 1), None)


@pytest.mark.parametrize(
    "bad",
    [
        "channel=fax",
        "received=yesterday",
        "received=2026-02-01~2026-01-01",
        "view=x",
        "sort=x",
        "received=~9999-12-31",
    ],
)
def test_a_bad_value_is_told_and_left_out(bad):
    listing = read(bad)
    assert len(listing.problems) == 1
    assert listing.values == {}


def test_clearing_one_filter_keeps_the_others_whole():
    listing = read("channel=web&channel=phone&level=1&after=xyz")
    level = next(chip for chip in listing.chips if chip.key == "level")
    assert level.clear_url == "?channel=web&channel=phone"
    channel = next(chip for chip in listing.chips if chip.key == "channel")
    assert [option.url for option in channel.options] == ["?level=1&channel=phone", "?level=1&channel=web"]
    assert listing.clear_url == "?"


def test_a_view_brings_its_preset_until_the_address_says_otherwise():
    assert read("view=late").values == {"channel": ["web"]}
    assert read("view=late&channel=phone").values == {"channel": ["phone"]}


def test_tabs_carry_counts_and_colour_only_what_is_there():
    tabs = view_tabs(VIEWS, read("view=late"), lambda view: 0 if view.key == "late" else 1001)
    assert [(t.label, t.count, t.current, t.tone) for t in tabs] == [
        ("Mine", 1001, False, ""),
        ("Overdue", 0, True, ""),
    ]


def test_what_a_filter_bar_looks_like_depends_on_the_address_and_on_what_is_offered(monkeypatch):
    bars = {
        read(asked).drawn_by
        for asked in ("", "channel=web", "channel=phone", "view=late", "sort=x", "level=1")
    }
    assert len(bars) == 6
    assert read("channel=web").drawn_by == read("channel=web").drawn_by
    before = drawn(read("channel=web"))
    monkeypatch.setitem(globals(), "FILTERS", [*FILTERS[:1], MORE_CHANNELS, *FILTERS[2:]])
    assert "Fax" not in before
    assert "Fax" in drawn(read("channel=web"))
    with translation.override("zh-hans"):
        assert drawn(read("channel=web")) != drawn(read("channel=phone")) != before


MORE_CHANNELS = replace(FILTERS[1], choices=[("web", "Web"), ("phone", "Phone"), ("fax", "Fax")])


def drawn(listing):
    return engines["pages"].env.globals["ui"].filter_bar(listing)
