"""Three texts become one: what one side changed is taken, what both changed differently waits for a person."""

import tomllib
from pathlib import Path as File

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinuo.engines.editions.merging import Merged, merge, merge_maps, merged_order
from yinuo.engines.editions.pieces import pieces_of

KEYS = st.sampled_from("abcdef")
MAPS = st.dictionaries(KEYS, st.integers(0, 3), max_size=6)
TABLES = st.dictionaries(st.sampled_from(["accept", "answer", "legal"]), MAPS, max_size=3)
SHIPPED = sorted(File(__file__).parents[3].glob("*/**/content/*.toml"))


def a_text(tables):
    """Tables as TOML, with a comment before each."""
    said = [
        f"# about {name}\n[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in rows.items())
        for name, rows in tables.items()
    ]
    return "\n".join(said)


@given(MAPS, MAPS)
def test_what_only_theirs_changed_is_taken_and_what_only_ours_changed_stays(base, other):
    assert merge_maps(base, base, other) == (other, set())
    assert merge_maps(base, other, base) == (other, set())


@given(MAPS, MAPS, MAPS)
def test_a_conflict_is_a_key_that_both_changed_differently(base, ours, theirs):
    taken, torn = merge_maps(base, ours, theirs)
    for key in "abcdef":
        old, own, new = base.get(key), ours.get(key), theirs.get(key)
        assert (key in torn) == (own != old and new != old and own != new)
        assert taken.get(key) == (own if key in torn or own != old else new)


@given(MAPS, MAPS, MAPS)
def test_who_is_called_ours_decides_nothing_but_the_conflicts(base, ours, theirs):
    one, other = merge_maps(base, ours, theirs), merge_maps(base, theirs, ours)
    assert one[1] == other[1]
    assert {k: v for k, v in one[0].items() if k not in one[1]} == {
        k: v for k, v in other[0].items() if k not in other[1]
    }


@given(*(st.permutations("abcd").map(lambda p: p[:3]) for _ in range(3)))
def test_an_order_of_two_holds_every_key_once(base, ours, theirs):
    assert sorted(merged_order(base, ours, theirs)) == sorted({*ours, *theirs})
    assert merged_order(base, ours, ours) == ours


@given(TABLES, TABLES)
def test_a_text_that_one_side_left_alone_becomes_the_other_to_the_letter(base, other):
    base, other = a_text(base), a_text(other)
    assert merge(base, base, other) == Merged(other, ())
    assert merge(base, other, base) == Merged(other, ())
    assert merge(base, other, other) == Merged(other, ())


@given(TABLES, TABLES, TABLES)
def test_a_merged_text_says_what_its_keys_say(base, ours, theirs):
    merged = merge(a_text(base), a_text(ours), a_text(theirs))
    said = tomllib.loads(merged.content)
    if any(conflict.path == () for conflict in merged.conflicts):
        assert merged.content == a_text(ours)
        return
    wanted, torn = merge_maps(flat(base), flat(ours), flat(theirs))
    assert {conflict.path for conflict in merged.conflicts} == torn
    assert {path: value for path, value in flat(said).items() if value is not None} == {
        path: value for path, value in wanted.items() if value is not None
    }


def flat(tables):
    """Values by path; a table's own line counts, as it does in a text."""
    opened = {(name, ""): TABLE for name in tables}
    return opened | {(name, key): value for name, rows in tables.items() for key, value in rows.items()}


TABLE = "a table"
BASE = """# ours to say
[answer]
name = { en = "Answer", zh-hans = "答复" }
within = "3 working days"

[legal]
within = "15 days"
"""


def test_changes_of_both_sides_meet_in_one_text_with_its_comments():
    ours = BASE.replace('"3 working days"', '"2 working days"   # we are faster')
    theirs = BASE.replace("[legal]", "# nothing pauses it\n[legal]") + 'warn = "0.5"\n'
    merged = merge(BASE, ours, theirs)
    assert merged.conflicts == ()
    assert '"2 working days"   # we are faster' in merged.content
    assert "# nothing pauses it" in merged.content
    assert tomllib.loads(merged.content)["legal"] == {"within": "15 days", "warn": "0.5"}


def test_a_value_changed_by_both_waits_and_says_ours_until_somebody_chooses():
    ours, theirs = BASE.replace("3 working", "2 working"), BASE.replace("3 working", "4 working")
    merged = merge(BASE, ours, theirs)
    [conflict] = merged.conflicts
    assert conflict.path == ("answer", "within")
    assert (conflict.ours, conflict.theirs) == (
        'within = "2 working days"\n\n'.strip() + "\n",
        'within = "4 working days"\n',
    )
    assert merged.content == ours
    assert merge(BASE, ours, theirs, {conflict.path: "theirs"}) == Merged(theirs, ())
    assert merge(BASE, ours, theirs, {conflict.path: "ours"}) == Merged(ours, ())


def test_what_one_side_struck_and_the_other_changed_is_a_conflict():
    ours = BASE.replace('within = "3 working days"\n', "")
    theirs = BASE.replace("3 working", "4 working")
    [conflict] = merge(BASE, ours, theirs).conflicts
    assert (conflict.path, conflict.ours) == (("answer", "within"), None)
    assert merge(BASE, ours, theirs, {conflict.path: "ours"}).content == ours


def test_lists_of_codes_merge_code_by_code():
    base = 'terms = [\n  { code = "A", en = "a" },\n  { code = "B", en = "b" },\n]\n'
    ours = base.replace('en = "a"', 'en = "our a"')
    theirs = base.replace("]\n", '  { code = "C", en = "c" },\n]\n')
    merged = merge(base, ours, theirs)
    assert merged.conflicts == ()
    assert [(t["code"], t["en"]) for t in tomllib.loads(merged.content)["terms"]] == [
        ("A", "our a"),
        ("B", "b"),
        ("C", "c"),
    ]


def test_tables_of_a_list_are_known_by_their_key_wherever_they_stand():
    base = '[[column]]\nkey = "a"\nnote = "x"\n\n[[column]]\nkey = "b"\nnote = "y"\n'
    ours = '[[column]]\nkey = "new"\nnote = "n"\n\n' + base
    merged = merge(base, ours, base.replace('"y"', '"z"'))
    assert merged == Merged(ours.replace('"y"', '"z"'), ())


def test_a_drawing_that_both_changed_is_one_conflict_over_the_whole():
    [conflict] = merge("<a/>", "<b/>", "<c/>").conflicts
    assert (conflict.path, conflict.ours, conflict.theirs) == ((), "<b/>", "<c/>")
    assert merge("<a/>", "<b/>", "<c/>", {(): "theirs"}) == Merged("<c/>", ())
    assert merge("<a/>", "<a/>", "<c/>") == Merged("<c/>", ())


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: f"{file.parts[-3]}/{file.name}")
def test_every_shipped_text_comes_apart_and_goes_together_again(file):
    text = file.read_text(encoding="utf-8")
    pieces = pieces_of(text)
    assert len(pieces) > 1
    assert "".join(piece.text for piece in pieces) == text
