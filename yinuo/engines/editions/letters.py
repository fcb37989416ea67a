"""Letters as editions: texts in three languages with named gaps, checked when they are drafted."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass

from yinuo.ground.terms.toml import read_toml
from yinuo.ground.terms.unreadable import Unreadable
from yinuo.ground.terms.unreadable import gettext_noop as _
from yinuo.ground.terms.words import Words


@dataclass(frozen=True, slots=True)
class LetterText:
    """Subject and body with gaps such as `$number`."""

    subject: Words
    body: Words

    def fill(self, language: str, gaps: Mapping[str, str]) -> tuple[str, str]:
        """Subject (one line) and body in a language; KeyError names a gap nobody filled."""
        subject = string.Template(self.subject.to(language)).substitute(gaps)
        return " ".join(subject.split()), string.Template(self.body.to(language)).substitute(
            gaps
        ).strip() + "\n"


def parse_letters(text: str) -> dict[str, LetterText]:
    """Letters by key, from TOML: `[key] gaps = [...]`, `[key.subject]`, `[key.body]` in three languages.

    ValueError names the letter and the gap that a text uses but does not declare, or declares and leaves out
    of one language.
    """
    return {key: _letter(key, table) for key, table in read_toml(text, "letters").items()}


def _letter(key: str, table: object) -> LetterText:
    if not isinstance(table, dict):
        raise Unreadable(f"[{key}]", _("a letter is a table"))
    letter = LetterText(
        Words.read(table.get("subject", {}), f"[{key}.subject]"),
        Words.read(table.get("body", {}), f"[{key}.body]"),
    )
    gaps = table.get("gaps", [])
    if not isinstance(gaps, list) or not all(isinstance(gap, str) for gap in gaps):
        raise Unreadable(f"[{key}].gaps", _("not a list of texts"))
    declared = set(gaps)
    for language in ("zh-hans", "en", "zh-hant"):
        used = _gaps(f"{letter.subject.to(language)}\n{letter.body.to(language)}", key)
        if used != declared:
            odd = ", ".join(sorted(used ^ declared))
            raise Unreadable(
                f"[{key}]",
                _("gaps declared and gaps used in {language} differ: {odd}"),
                language=language,
                odd=odd,
            )
    return letter


def _gaps(text: str, key: str) -> set[str]:
    template = string.Template(text)
    if not template.is_valid():
        raise Unreadable(f"[{key}]", _("a lone $ is not a gap; write $$ for the sign itself"))
    return set(template.get_identifiers())
