"""The subject of a complaint is its first sentence, as long as a line holds."""

import pytest

from yinuo.packs.complaints.actions import intake


@pytest.mark.parametrize(
    ("words", "subject"),
    [
        ("柜台多收了我两百元手续费。请退还！", "柜台多收了我两百元手续费"),
        ("The machine took 3.50 yuan. Nobody came.", "The machine took 3.50 yuan"),
        ("\n  Help\n\nplease ", "Help please"),
        ("……", "……"),
        ("一" * 40, "一" * 40),
        ("一" * 41, "一" * 39 + "…"),
        ("word " * 15 + "word end", "word " * 14 + "word…"),
        ("x" * 90, "x" * 79 + "…"),
        ("The teller said" + "字" * 40, "The teller said" + "字" * 32 + "…"),
    ],
)
def test_the_subject_is_cut_between_words(words, subject):
    assert intake._first_sentence(words) == subject
