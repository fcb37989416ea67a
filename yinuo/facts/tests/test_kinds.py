from __future__ import annotations

import decimal
import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinuo.facts import canonical
from yinuo.facts.kinds import (
    Code,
    Codes,
    Day,
    Decimal,
    Digest,
    FactKind,
    FactRefused,
    Flag,
    Id,
    Instant,
    Integer,
    Optional_,
    declare,
    declared,
    kind_named,
)

CODES = st.from_regex(r"\A[A-Za-z0-9._:/-]{1,80}\Z")
GOOD = {
    Code: CODES,
    Codes: st.lists(CODES, max_size=5),
    Id: st.uuids(),
    Integer: st.integers(-canonical.MAX_INTEGER, canonical.MAX_INTEGER),
    Decimal: st.decimals(
        allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=4
    ),
    Instant: st.datetimes(min_value=datetime(1900, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    Day: st.dates(),
    Flag: st.booleans(),
    Digest: st.from_regex(r"\A[0-9a-f]{64}\Z"),
}
KIND_AND_VALUE = st.sampled_from(list(GOOD)).flatmap(lambda kind: st.tuples(st.just(kind), GOOD[kind]))


@given(KIND_AND_VALUE)
def test_a_value_of_the_right_type_becomes_canonical(pair):
    kind, value = pair
    written = FactKind("tests.one", fields={"it": kind}).data({"it": value})
    assert canonical.dumps(written)
    assert set(written) == {"it"}


@given(KIND_AND_VALUE, st.sampled_from(list(GOOD)))
def test_a_value_is_refused_by_every_type_it_does_not_belong_to(pair, other):
    kind, value = pair
    related = {Code: {Digest}, Digest: {Code}}  # a digest reads as a code, and a lucky code as a digest
    if other is kind or other in related.get(kind, set()):
        return
    with pytest.raises(FactRefused) as refused:
        FactKind("tests.one", fields={"it": other}).data({"it": value})
    assert refused.value.field == "it"


@given(st.text())
def test_free_text_does_not_pass_as_a_code(text):
    kind = FactKind("tests.one", fields={"it": Code})
    if re.fullmatch(r"[A-Za-z0-9._:/-]{1,80}", text):
        assert kind.data({"it": text}) == {"it": text}
    else:
        with pytest.raises(FactRefused, match=r"tests\.one: it: wants a code"):
            kind.data({"it": text})


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Integer, True),
        (Integer, 2**53),
        (Integer, 1.5),
        (Decimal, 1.5),
        (Decimal, decimal.Decimal("NaN")),
        (Decimal, decimal.Decimal("1e400")),
        (Instant, datetime(2026, 1, 1)),  # noqa: DTZ001
        (Day, datetime(2026, 1, 1, tzinfo=UTC)),
        (Flag, 1),
        (Id, "01a1fffa-f83d-7714-b5f6-782bca31da91"),
        (Code, "王小敏"),
        (Code, "two words"),
        (Code, ""),
        (Code, "x" * 81),
        (Code, "line\n"),
        (Digest, "A" * 64),
        (Codes, "abc"),
        (Codes, ["a", "two words"]),
        (Codes, ["a"] * 101),
    ],
)
def test_near_misses_are_refused_by_name(kind, value):
    with pytest.raises(FactRefused, match=r"tests\.one: it: "):
        FactKind("tests.one", fields={"it": kind}).data({"it": value})


def test_missing_and_unknown_fields_are_named():
    kind = FactKind("tests.one", fields={"channel": Code, "priority": Optional_(Code)})
    assert kind.data({"channel": "portal", "priority": None}) == {"channel": "portal"}
    with pytest.raises(FactRefused, match="channel: is missing"):
        kind.data({"priority": "high"})
    with pytest.raises(FactRefused, match="colour: is not a field"):
        kind.data({"channel": "portal", "colour": "red"})


def test_an_undeclared_kind_is_refused():
    with pytest.raises(FactRefused, match=r"tests\.never_declared: kind: is not declared"):
        kind_named("tests.never_declared")


def test_a_kind_is_declared_once_and_the_same_again_changes_nothing():
    kind = declare(FactKind("tests.declared_twice", fields={"day": Day}))
    assert declare(FactKind("tests.declared_twice", fields={"day": Day})) == kind
    with pytest.raises(ValueError, match="already declared"):
        declare(FactKind("tests.declared_twice", fields={"day": Instant}))
    assert declared()["tests.declared_twice"] == kind


@pytest.mark.parametrize("name", ["received", "Complaints.received", "complaints.", "a b.c", "a." + "b" * 90])
def test_a_badly_named_kind_is_refused(name):
    with pytest.raises(ValueError, match="fact kind"):
        declare(FactKind(name))


@pytest.mark.parametrize("field", ["case", "at", "by", "recorded_at", "Name", "two words"])
def test_a_field_that_would_hide_an_argument_is_refused(field):
    with pytest.raises(ValueError, match="reserved or not"):
        declare(FactKind("tests.reserved", fields={field: Code}))


def test_days_are_written_as_iso_dates():
    assert FactKind("tests.one", fields={"it": Day}).data({"it": date(2026, 2, 3)}) == {"it": "2026-02-03"}
