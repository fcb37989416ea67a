"""Letters in three languages side by side, as they would leave with sample values."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from yinuo.engines.editions.letters import LetterText
from yinuo.ground.terms.words import LANGUAGES
from yinuo.web.edition_pages import Look
from yinuo.web.sheets import Letter, Sheet, Version

# What a gap may hold, alike in every language; a gap that is not named here shows its own name.
SAMPLES = {
    "number": "TS-2026-000123",
    "code": "K7QM-2XRT-9BHD",
    "address": "https://bank.example/s/track",
    "received": "2026-09-28 14:31",
    "accept_by": "2026-09-28 16:31",
    "answer_by": "2026-10-09 17:00",
    "legal_by": "2026-10-13 17:00",
    "until": "2026-10-28 17:00",
    "bank": "Bank",
}


def letter_sheets(letters: Mapping[str, LetterText], look: Look) -> Sequence[Sheet]:
    """A sheet a letter."""
    note = _("Gaps are filled with samples; ‹…› stands for words that each case brings itself.")
    return [
        Letter(key, [_version(letter, language) for language in LANGUAGES], note if place == 0 else "")
        for place, (key, letter) in enumerate(letters.items())
    ]


def _version(letter: LetterText, language: str) -> Version:
    names = {
        "zh-hans": _("Simplified Chinese"),
        "en": _("English"),
        "zh-hant": _("Traditional Chinese"),
    }
    text = letter.subject.to(language) + letter.body.to(language)
    gaps = {gap: SAMPLES.get(gap, f"‹{gap}›") for gap in string.Template(text).get_identifiers()}
    subject, body = letter.fill(language, gaps)
    return Version(language, names[language], subject, body)
