"""How alike two texts are: the pairs of neighbouring characters they share, of all they have (Jaccard). No Django.

Chinese has no spaces between words, so pairs of characters stand in for words; spaces, punctuation, width and letter
case do not count. 1 for texts of the same pairs, 0 for none in common.
"""

from __future__ import annotations

import unicodedata
from fractions import Fraction
from itertools import pairwise

NOTHING = Fraction(0)


def pairs(text: str) -> frozenset[str]:
    """Every two neighbouring letters or digits; a text of a single one is its own pair."""
    plain = [each for each in unicodedata.normalize("NFKC", text).casefold() if each.isalnum()]
    if len(plain) == 1:
        return frozenset(plain)
    return frozenset(map("".join, pairwise(plain)))


def likeness(one: frozenset[str], other: frozenset[str]) -> Fraction:
    """The share of pairs that are in both; texts without a letter are like nothing."""
    if not one or not other:
        return NOTHING
    both = len(one & other)
    return Fraction(both, len(one) + len(other) - both)
