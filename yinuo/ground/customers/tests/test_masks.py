import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinuo.ground.customers.masks import mask_card, mask_email, mask_id_number, mask_name, mask_phone
from yinuo.ground.vault.normal import normal_phone


@pytest.mark.parametrize(
    ("mask", "value", "shown"),
    [
        (mask_name, "王小敏", "王*敏"),
        (mask_name, "李娜", "李*"),
        (mask_name, "欧阳娜娜", "欧**娜"),
        (mask_name, "王", "*"),
        (mask_name, "Anna Smith", "A*** S***"),
        (mask_name, "José", "J***"),
        (mask_name, "A", "***"),
        (mask_name, "", ""),
        (mask_phone, "18612341402", "186****1402"),
        (mask_phone, "+86 186 1234 1402", "186****1402"),
        (mask_phone, "0571-88886666", "057****6666"),
        (mask_phone, "88886666", "****66"),
        (mask_phone, "95588", "****"),
        (mask_phone, "", ""),
        (mask_email, "min.wang@bank.example", "m***@bank.example"),
        (mask_email, "m@bank.example", "***@bank.example"),
        (mask_email, "nonsense", "***"),
        (mask_email, "", ""),
        (mask_id_number, "33010219900307203x", "330***********203X"),
        (mask_id_number, "330102900307203", "330********7203"),
        (mask_id_number, "E12345678", "E*******8"),
        (mask_id_number, "A1", "**"),
        (mask_card, "6222 0212 3456 1208", "**** 1208"),
        (mask_card, "1208", "****"),
        (mask_card, "", ""),
    ],
)
def test_values_are_shown_as_the_trade_masks_them(mask, value, shown):
    assert mask(value) == shown


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_a_mobile_never_shows_its_middle(phone):
    assert mask_phone(phone) == phone[:3] + "****" + phone[7:]


@given(st.from_regex(r"\+?[0-9]{3,20}", fullmatch=True))
def test_a_phone_hides_at_least_four_digits_or_all(phone):
    digits = normal_phone(phone).removeprefix("+")
    shown = mask_phone(phone).replace("****", "")
    assert "****" in mask_phone(phone)
    assert len(shown) <= max(0, min(7, len(digits) - 4))


@given(st.text(alphabet="王小敏李娜欧阳张伟", min_size=1, max_size=8))
def test_a_chinese_name_shows_at_most_its_ends(name):
    masked = mask_name(name)
    assert len(masked) == len(name)
    assert "*" in masked
    assert set(masked[1:-1]) <= {"*"}


@given(st.from_regex(r"[1-9][0-9]{16}[0-9X]", fullmatch=True))
def test_an_identity_number_hides_birthday_and_place(number):
    assert mask_id_number(number) == number[:3] + "*" * 11 + number[-4:]


@given(st.from_regex(r"[0-9]{13,19}", fullmatch=True))
def test_a_card_shows_four_digits(number):
    assert mask_card(number) == f"**** {number[-4:]}"


@given(st.text())
def test_no_mask_ever_fails_or_gives_a_longer_text_back_whole(text):
    for mask in (mask_name, mask_phone, mask_email, mask_id_number, mask_card):
        masked = mask(text)
        assert len(text.strip()) < 2 or masked != text.strip() or "*" in text or not masked
