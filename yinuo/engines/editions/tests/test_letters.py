"""Letters are checked when they are drafted, so that none leaves with a gap."""

import pytest

from yinuo.engines.editions.letters import parse_letters

GOOD = """
[answer]
gaps = ["number"]
[answer.subject]
zh-hans = "关于 $number"
en = "About $number"
zh-hant = "關於 $number"
[answer.body]
zh-hans = "您好 $number，花费 $$5"
en = "Hello $number, it cost $$5"
zh-hant = "您好 $number，花費 $$5"
"""


def test_a_letter_is_filled_in_the_readers_language():
    subject, body = parse_letters(GOOD)["answer"].fill("en", {"number": "TS-1"})
    assert (subject, body) == ("About TS-1", "Hello TS-1, it cost $5\n")


def test_a_value_with_a_line_break_cannot_add_a_header_to_the_subject():
    subject, _body = parse_letters(GOOD)["answer"].fill("en", {"number": "TS-1\r\nBcc: all@bank.example"})
    assert "\n" not in subject
    assert "\r" not in subject


def test_a_value_that_looks_like_a_gap_stays_as_it_is():
    _subject, body = parse_letters(GOOD)["answer"].fill("en", {"number": "$number"})
    assert body.startswith("Hello $number")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("$number，花费", "，花费"), "differ: number|differ in zh-hans|gaps"),
        (('gaps = ["number"]', 'gaps = ["number", "date"]'), "differ: date"),
        (("Hello $number", "Hello $nobody $number"), "used in en differ: nobody"),
        (("$$5", "$5"), "a lone"),
        (('en = "About $number"\n', ""), "no text in en"),
    ],
)
def test_a_letter_whose_languages_differ_is_refused(change, says):
    text = GOOD.replace(*change)
    if "zh-hans" in says:
        text = text.replace("关于 $number", "关于")
    with pytest.raises(ValueError, match=says):
        parse_letters(text)


def test_broken_toml_is_refused():
    with pytest.raises(ValueError, match="letters:"):
        parse_letters("[answer")
