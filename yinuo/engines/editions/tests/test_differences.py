"""Two texts side by side: by key, and line by line with the words that differ."""

from hypothesis import given
from hypothesis import strategies as st

from yinuo.engines.editions.differences import Change, changes, marked_words, side_by_side

LINES = st.lists(st.sampled_from(["a = 1", "b = 2", "", "# 注", "c = 3 工作日"]), max_size=12).map("\n".join)


def test_what_changes_is_told_by_key_and_tables_are_opened_up():
    before = '[answer]\nname = { en = "Answer", zh-hans = "答复" }\nwithin = "3 days"\nold = 1\n'
    after = '[answer]\n# faster\nname = { en = "Reply", zh-hans = "答复" }\nwithin = "2 days"\nnew = true\n'
    assert changes(before, after) == [
        Change(("answer", "name", "en"), "Answer", "Reply"),
        Change(("answer", "within"), "3 days", "2 days"),
        Change(("answer", "new"), None, True),
        Change(("answer", "old"), 1, None),
    ]
    assert [change.how for change in changes(before, after)] == ["changed", "changed", "new", "gone"]


def test_a_comment_changes_nothing_that_is_said():
    assert changes("a = 1\n", "# why\na = 1\n") == []


def test_a_drawing_has_no_keys():
    assert changes("<a/>", "<b/>") == []
    assert [row.how for row in side_by_side("<a/>", "<b/>")] == ["changed"]


def test_only_the_words_that_differ_are_marked():
    left, right = marked_words('within = "3 个工作日"', 'within = "2 个工作日"')
    assert [span.text for span in left if span.marked] == ["3"]
    assert [span.text for span in right if span.marked] == ["2"]


def test_lines_far_from_a_change_are_left_out_and_counted():
    text = [f"line {n}" for n in range(40)]
    rows = side_by_side("\n".join(text), "\n".join([*text[:20], "new", *text[20:]]))
    assert [row.how for row in rows] == ["skipped", *["same"] * 3, "new", *["same"] * 3, "skipped"]
    assert (rows[0].skipped, rows[-1].skipped) == (17, 17)


@given(LINES, LINES)
def test_both_texts_can_be_read_off_the_rows_again(before, after):
    rows = side_by_side(before, after)
    if before == after:
        assert rows == []
        return
    for side, number, text in (("left", "left_number", before), ("right", "right_number", after)):
        shown = {
            getattr(row, number): "".join(span.text for span in getattr(row, side))
            for row in rows
            if getattr(row, number)
        }
        lines = text.splitlines()
        assert all(lines[place - 1] == said for place, said in shown.items())
        assert len(shown) + sum(row.skipped for row in rows) == len(lines)
