from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from yinuo.facts import canonical

KEYS = st.text(st.characters(max_codepoint=127), max_size=8)
LEAVES = st.none() | st.booleans() | st.integers(-canonical.MAX_INTEGER, canonical.MAX_INTEGER) | st.text()
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4)
)


@given(VALUES, st.booleans())
def test_our_bytes_are_the_bytes_of_rfc_8785(value, without_c):
    with patch.object(canonical, "_chunks", None) if without_c else nullcontext():
        same_as_rfc_8785(value)


def same_as_rfc_8785(value):
    try:
        expected = rfc8785.dumps(value)
    except (UnicodeError, rfc8785.CanonicalizationError):
        with pytest.raises(ValueError):
            canonical.dumps(value)
    else:
        assert canonical.dumps(value).encode() == expected


@given(VALUES.filter(lambda value: "\\u" not in ascii(value).replace("\\ud8", "\\u")))
def test_canonical_bytes_read_back_and_written_again_are_the_same(value):
    import json

    text = canonical.dumps(value)
    assert canonical.dumps(json.loads(text)) == text


def test_canonical_bytes_stay_as_they_were():
    text = canonical.dumps({"b": [1, True, None], "a": "投诉\n", "é".encode().hex(): {}})
    assert text == '{"a":"投诉\\n","b":[1,true,null],"c3a9":{}}'
    assert canonical.digest(text) == "9caa1d5b4d474ef19e7add78ecab427fd390b37885af8f27eaee81476f0dd64e"


@pytest.mark.parametrize(
    "value", [1.0, 2**53, {"é": 1}, {1: 2}, {1, 2}, b"x", datetime(2026, 1, 1, tzinfo=UTC)]
)
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises((TypeError, ValueError)):
        canonical.dumps([value])


@given(st.datetimes(), st.integers(-14 * 60, 14 * 60))
def test_instants_are_utc_with_microseconds_whatever_their_zone(naive, minutes):
    zone = timezone(timedelta(minutes=minutes))
    try:
        expected = naive.replace(tzinfo=zone).astimezone(UTC)
    except OverflowError:
        return
    text = canonical.instant(naive.replace(tzinfo=zone))
    assert len(text) == 27
    assert datetime.fromisoformat(text) == expected


def test_the_hour_that_comes_twice_is_two_instants():
    zone = ZoneInfo("Asia/Shanghai")  # which turned its clocks back on 15 September 1991
    once, again = (datetime(1991, 9, 15, 1, 30, tzinfo=zone, fold=fold) for fold in (0, 1))
    assert canonical.instant(once) == "1991-09-14T16:30:00.000000Z"
    assert canonical.instant(again) == "1991-09-14T17:30:00.000000Z"


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        canonical.instant(datetime(2026, 11, 21))  # noqa: DTZ001


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6))
def test_decimals_keep_their_digits_and_know_no_exponent(number):
    text = canonical.decimal(number)
    assert Decimal(text) == number
    assert "E" not in text
