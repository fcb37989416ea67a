"""Identity and card numbers are known by their check digits, in whatever they are written into."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinuo.ground.customers.numbers import is_card_number, is_identity_number, mask_numbers

IDENTITY, CARD = (
    "11010519491231002X",
    "4111111111111111",
)  # the standard's own example; the trade's own test card


def test_the_standards_example_is_one_and_any_other_check_digit_is_not():
    assert is_identity_number(IDENTITY)
    assert is_identity_number("11010519491231002x")
    assert not any(is_identity_number(IDENTITY[:-1] + digit) for digit in "0123456789")


@pytest.mark.parametrize(
    "wrong", ["", "11010519491331002X", "01010519491231002X", IDENTITY[1:], IDENTITY + "1"]
)
def test_what_has_no_such_day_place_or_length_is_none(wrong):
    assert not is_identity_number(wrong)


@given(st.from_regex(r"[1-9][0-9]{5}19[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9]{3}", fullmatch=True))
def test_of_seventeen_places_exactly_one_check_digit_is_right(places):
    assert sum(is_identity_number(places + digit) for digit in "0123456789X") == 1


@given(st.from_regex(r"[1-9][0-9]{11,17}", fullmatch=True), st.integers(0, 30), st.integers(1, 9))
def test_a_card_number_has_one_check_digit_and_no_single_digit_can_be_wrong(places, place, off):
    (card,) = [places + digit for digit in "0123456789" if is_card_number(places + digit)] or [None]
    if card is None:
        assert len(set(places)) == 1
        return
    where = place % len(card)
    wrong = card[:where] + str((int(card[where]) + off) % 10) + card[where + 1 :]
    assert not is_card_number(wrong)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"身份证{IDENTITY}，请查", "身份证110***********002X，请查"),
        ("身份证１１０１０５１９４９１２３１００２Ｘ。", "身份证110***********002X。"),
        ("卡号4111 1111 1111 1111被盗刷", "卡号**** 1111被盗刷"),
        ("卡号4111-1111-1111-1111", "卡号**** 1111"),
        ("订单4111111111111112，没有到账", "订单4111111111111112，没有到账"),
        ("多收了２００元", "多收了200元"),
        ("2026-09-14 10:30 在柜台", "2026-09-14 10:30 在柜台"),
    ],
)
def test_numbers_in_words_are_masked_and_nothing_else_is(text, shown):
    assert mask_numbers(text) == shown


@given(st.text())
def test_masked_once_is_masked(text):
    once = mask_numbers(text)
    assert mask_numbers(once) == once
