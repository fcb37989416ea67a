"""Likeness of texts against counting by hand."""

import unicodedata
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from yinuo.packs.complaints.likeness import likeness, pairs

texts = st.text(st.sampled_from("投诉柜台收费多aB1１，。 \n")) | st.text(max_size=40)


def counted(one: str, other: str) -> Fraction:
    """Every pair of either looked up in the other, one by one."""
    mine, theirs = listed(one), listed(other)
    everything = mine + [pair for pair in theirs if pair not in mine]
    shared = [pair for pair in mine if pair in theirs]
    return Fraction(len(shared), len(everything)) if mine and theirs else Fraction(0)


def listed(text: str) -> list[str]:
    letters = ""
    for letter in unicodedata.normalize("NFKC", text).casefold():
        letters += letter if letter.isalnum() else ""
    found = [letters] if len(letters) == 1 else []
    for place in range(len(letters) - 1):
        if letters[place : place + 2] not in found:
            found.append(letters[place : place + 2])
    return found


@given(texts, texts)
def test_likeness_is_what_counting_gives(one, other):
    assert likeness(pairs(one), pairs(other)) == counted(one, other)


@given(texts, texts)
def test_it_is_the_same_both_ways_and_between_nothing_and_all(one, other):
    there, back = likeness(pairs(one), pairs(other)), likeness(pairs(other), pairs(one))
    assert there == back
    assert 0 <= there <= 1


@given(texts)
def test_spaces_and_punctuation_do_not_count_and_a_text_is_like_itself(text):
    spaced = "，".join(unicodedata.normalize("NFKC", text))
    assert pairs(spaced) == pairs(text)
    assert likeness(pairs(text), pairs(text)) == (1 if pairs(text) else 0)


def test_worked_out_by_hand():
    # 柜台 台多 多收 收费 | 柜台 台多 多收 收钱: three of five
    assert likeness(pairs("柜台多收费"), pairs("柜台，多收钱！")) == Fraction(3, 5)
    assert likeness(pairs("ＡＢＣ"), pairs("abc")) == 1
