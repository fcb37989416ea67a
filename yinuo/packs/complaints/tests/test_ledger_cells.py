"""Cells of a ledger: whatever way they were written, one way to write them; masked once, never run as formulas."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinuo.packs.complaints.ledger.cells import CellUnreadable, as_meant, canonical, harmless
from yinuo.packs.complaints.ledger.masks import masked

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
ROUGH = st.text("0123456789*-+=@ '　＝１２xX.a王小/、,：\n\r\t8613", max_size=45)


@pytest.mark.parametrize(
    "written",
    [
        "2025-03-01", "2025/3/1", "2025.3.1", "2025年3月1日", "2025年03月01日 10时", "20250301", "45717", "45717.5",
        "２０２５／３／１", "２０２５年３月１日", " 2025 年 3 月 1 日 ", "2025-03-01 14:05:33", "2025/3/1 9:05", "3/1/2025",
        "2025-03-01T00:00:00", "　2025-3-1　",
    ],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(written):
    assert canonical("day", written) == "2025-03-01"


@pytest.mark.parametrize(
    "written", ["2025年3月", "20251301", "2025-02-30", "三月一日", "12", "999999", "2025", "9999999"]
)
def test_what_is_no_day_is_not_guessed(written):
    with pytest.raises(CellUnreadable, match="unreadable_date"):
        canonical("day", written)


@pytest.mark.parametrize("nothing", ["", "无", "-", "/", "—", "不详"])
@pytest.mark.parametrize("kind", ["day", "number"])
def test_a_word_for_nothing_stays_as_it_is(kind, nothing):
    assert canonical(kind, nothing) == nothing


@pytest.mark.parametrize(
    ("written", "read"),
    [("１２．５０", "12.5"), ("1,200", "1200"), ("0.00", "0"), ("-0", "0"), ("100", "100"), (" 3 ", "3"), ("¥8.10", "8.1"),
     ("0.000001", "0.000001"), ("123456789012345678901.5", "123456789012345678901.5")],
)  # fmt: skip
def test_a_number_is_written_without_its_dress(written, read):
    assert canonical("number", written) == read


@pytest.mark.parametrize("written", ["3万", "约5", "1e5", "1-2", "一百", "NaN"])
def test_what_is_no_number_is_not_guessed(written):
    with pytest.raises(CellUnreadable, match="unreadable_number"):
        canonical("number", written)


def test_numbers_of_other_systems_lose_full_width_and_spaces_only():
    assert canonical("code", "　ＧＤ－２０２５ 0001") == "GD-20250001"
    assert canonical("text", "　全角　１２３ \r\n 下一行　") == "全角　１２３ \n 下一行"


@given(TEXT | ROUGH)
def test_what_is_made_harmless_is_meant_again(text):
    assert as_meant(harmless(text)) == text


@given(ROUGH)
def test_no_harmless_cell_begins_as_a_formula(text):
    assert (
        not harmless(text).lstrip(" 　").startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))
    )


@pytest.mark.parametrize("kind", ["text", "code", "day", "number", "name", "identity", "contact"])
@given(TEXT | ROUGH)
def test_the_ledger_s_own_writing_is_read_as_it_stands(kind, text):
    try:
        once = canonical(kind, text)
    except CellUnreadable:
        return
    assert canonical(kind, once) == once


@pytest.mark.parametrize("kind", ["text", "name", "identity", "contact"])
@given(TEXT | ROUGH)
def test_a_mask_is_put_on_once(kind, text):
    once = masked(kind, canonical(kind, text))
    assert masked(kind, once) == once
    assert canonical(kind, once) == once


@pytest.mark.parametrize(
    ("kind", "cell", "shown"),
    [
        ("name", "王小敏", "王*敏"),
        ("name", "Anna Smith", "A*** S***"),
        ("identity", "33010619880706203X", "330***********203X"),
        ("contact", "13812345678", "138****5678"),
        ("contact", "*13812345678", "138****5678"),
        ("contact", "13812345678/minmin@bank.example", "138****5678/m***@bank.example"),
        ("contact", "微信minmin", "****"),
        ("text", "卡号6222021234567890123，请打13812345678", "卡号**** 0123，请打138****5678"),
        (
            "text",
            "卡号 6222 0212 3456 7890，证件33010619880706203X",
            "卡号 **** 7890，证件330***********203X",
        ),
        ("text", "２０２５年扣了１２８元，单号20250301", "２０２５年扣了１２８元，单号20250301"),
        ("code", "622202123456789012", "622202123456789012"),
    ],
)
def test_what_says_who_somebody_is_leaves_masked(kind, cell, shown):
    assert masked(kind, cell) == shown
