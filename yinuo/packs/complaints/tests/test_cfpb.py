"""Any public layout is read by the names of its columns; what is wrong with a row is said, row by row."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from yinuo.ground.tables import RefusedRow, TableRefused, read_table, write_errors
from yinuo.packs.complaints.imports.cfpb import NAMES, read_complaints, recognise
from yinuo.packs.complaints.tests.shared_data import shared_file

FILES = Path(__file__).parent / "files"
TODAY = date(2026, 11, 21)


def read(name, today=TODAY):
    rows = list(read_complaints(read_table(FILES / name), today=today))
    return [r for r in rows if not isinstance(r, RefusedRow)], [r for r in rows if isinstance(r, RefusedRow)]


def reasons(refused):
    return [(r.row.number, tuple((e.column, e.code) for e in r.errors)) for r in refused]


def test_the_early_layout_with_american_days():
    complaints, refused = read("cfpb_14_us_dates.csv")
    assert refused == []
    first, card, account = complaints[:3]
    assert (first.received, first.forwarded, first.day_ambiguous) == (
        date(2016, 3, 14),
        date(2016, 3, 15),
        False,
    )
    assert (first.product, first.sub_product, first.sub_issue) == ("Mortgage", "Other mortgage", None)
    assert (first.timely, first.disputed, first.consent, first.narrative) == (True, False, None, None)
    assert (card.timely, card.disputed, card.submitted_via) == (True, True, "Phone")
    assert (account.received, account.day_ambiguous) == (date(2016, 2, 3), True)
    assert (account.timely, account.disputed, account.state, account.zip) == (None, None, None, None)


def test_a_row_without_a_number_is_named_by_the_file_and_its_row():
    table = read_table(FILES / "cfpb_14_us_dates.csv")
    assert [c.key for c in read_complaints(table, today=TODAY)] == [
        f"{table.source.sha256}:{n}" for n in range(1, 7)
    ]


def test_the_present_layout_with_iso_days_numbers_and_line_breaks():
    complaints, refused = read("cfpb_18_iso_dates.csv")
    assert refused == []
    assert [c.key for c in complaints] == [f"cfpb:900000{n}" for n in range(1, 5)]
    assert '"no fee", and yet:\r\n\r\n- XXXX dollars' in complaints[0].narrative
    assert complaints[1].tags == "Older American, Servicemember"
    assert complaints[1].public_response.startswith("Company has responded")
    assert (complaints[2].received, complaints[2].forwarded) == (date(2023, 5, 9), date(2023, 5, 10))
    assert complaints[3].timely is False


def test_columns_in_another_order_and_spelling_give_the_same_complaints():
    assert read("cfpb_18_shuffled_utf16.txt") == read("cfpb_18_iso_dates.csv")


def test_the_layout_says_what_it_has_and_what_it_lacks():
    early = recognise(read_table(FILES / "cfpb_14_us_dates.csv"))
    present = recognise(read_table(FILES / "cfpb_18_iso_dates.csv"))
    assert early.name == "CFPB, 14 columns, without Complaint ID"
    assert set(early.absent) == {"tags", "public_response", "narrative", "complaint_id"}
    assert (present.name, present.absent, present.unused) == ("CFPB, 18 columns, with Complaint ID", (), ())
    assert set(present.keys) == set(NAMES)


@pytest.mark.parametrize(
    ("name", "entered", "expected"),
    [
        ("broken_forwarded_first.csv", 2, [(2, (("Date sent to company", "forwarded_before_received"),))]),
        (
            "broken_dates.csv",
            1,
            [
                (1, (("Date received", "unreadable_date"),)),
                (2, (("Date sent to company", "unreadable_date"),)),
                (3, (("Date received", "unreadable_date"), ("Date sent to company", "unreadable_date"))),
            ],
        ),
        (
            "broken_missing.csv",
            1,
            [
                (1, (("Date received", "missing"),)),
                (2, (("Product", "missing"),)),
                (3, (("Company", "missing"),)),
                (4, (("Date sent to company", "missing"), ("Company", "missing"))),
            ],
        ),
        (
            "broken_timely.csv",
            2,
            [(1, (("Timely response?", "unknown_value"),)), (2, (("Consumer disputed?", "unknown_value"),))],
        ),
        (
            "broken_future.csv",
            1,
            [
                (1, (("Date sent to company", "future_date"),)),
                (2, (("Date received", "future_date"), ("Date sent to company", "future_date"))),
            ],
        ),
        (
            "broken_repeated_number.csv",
            3,
            [(2, (("Complaint ID", "repeated_number"),)), (4, (("Complaint ID", "bad_number"),))],
        ),
        (
            "broken_ragged.csv",
            2,
            [(2, (("", "too_few_cells"),)), (3, (("", "too_many_cells"),)), (4, (("", "quotes"),))],
        ),
        ("broken_nul.csv", 2, [(2, (("Company", "nul"),))]),
        ("broken_long.csv", 1, [(1, (("Company", "too_long"),))]),
    ],
)
def test_a_bad_row_is_refused_with_every_reason_and_the_others_enter(name, entered, expected):
    complaints, refused = read(name)
    assert (len(complaints), reasons(refused)) == (entered, expected)
    assert all(e.text.zh_hans and e.text.en and e.text.zh_hant for r in refused for e in r.errors)


@pytest.mark.parametrize(
    ("name", "code", "columns"),
    [
        ("refused_missing_columns.csv", "missing_column", ("Date sent to company", "Company")),
        ("refused_doubled_columns.csv", "duplicate_column", ("Company", "company")),
        ("refused_latin1.csv", "encoding", ()),
        ("refused_empty.csv", "empty", ()),
        ("refused_not_a_table.csv", "not_a_table", ()),
        (
            "refused_another_table.csv",
            "missing_column",
            ("Date received", "Date sent to company", "Product", "Issue", "Company", "Timely response?"),
        ),
    ],
)
def test_a_file_that_is_not_this_one_is_refused_whole(name, code, columns):
    with pytest.raises(TableRefused) as refused:
        read(name)
    assert (refused.value.code, refused.value.columns) == (code, columns)


def test_a_refusal_names_both_days():
    _, [refused] = read("broken_forwarded_first.csv")
    assert refused.errors[0].text.en == (
        "Date sent to company: forwarded on 3/15/2016, before it was received on 3/16/2016."
    )


def test_identical_rows_are_flagged_and_kept():
    complaints, _ = read("identical_rows.csv")
    assert [c.identical_to for c in complaints] == [None, None, 1, 1, None, 5, 2]
    assert len({c.key for c in complaints}) == 7
    assert not any(c.same_complaint for c in complaints)


def test_the_same_number_with_the_same_content_is_the_same_complaint():
    complaints, _ = read("broken_repeated_number.csv")
    assert [(c.row_number, c.identical_to, c.same_complaint) for c in complaints] == [
        (1, None, False),
        (3, 1, True),
        (5, None, False),
    ]


def test_a_refused_row_is_nobodys_duplicate(tmp_path):
    lines = (FILES / "broken_forwarded_first.csv").read_text().splitlines(keepends=True)
    path = tmp_path / "twice.csv"
    path.write_text("".join([*lines, lines[2]]))
    rows = list(read_complaints(read_table(path), today=TODAY))
    assert [isinstance(r, RefusedRow) for r in rows] == [False, True, False, True]


def test_refused_rows_corrected_and_sent_again_enter(tmp_path):
    table = read_table(FILES / "broken_forwarded_first.csv")
    refused = [r for r in read_complaints(table, today=TODAY) if isinstance(r, RefusedRow)]
    path = tmp_path / "errors.csv"
    assert write_errors(path, table, refused, "zh-hans") == 1
    path.write_text(path.read_text("utf-8-sig").replace("3/16/2016", "3/14/2016", 1), "utf-8-sig")
    [complaint] = read_complaints(read_table(path), today=TODAY)
    assert (complaint.received, complaint.forwarded) == (date(2016, 3, 14), date(2016, 3, 15))


def test_the_public_file_of_2016_gives_the_known_numbers():
    table = read_table(shared_file("cfpb/complaints_2016.csv"))
    rows = list(read_complaints(table, today=TODAY))
    refused = [r for r in rows if isinstance(r, RefusedRow)]
    complaints = [r for r in rows if not isinstance(r, RefusedRow)]
    assert (len(rows), len(complaints), len(refused)) == (3186, 3180, 6)
    assert Counter(e.code for r in refused for e in r.errors) == {"forwarded_before_received": 6}
    flagged = [c for c in complaints if c.identical_to]
    assert (len(flagged), len({c.identical_to for c in flagged})) == (11, 8)
    assert len({c.key for c in complaints}) == 3180
