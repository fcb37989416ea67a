"""Words: one short text in the three languages, as content files write it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from yinuo.ground.terms.unreadable import Unreadable
from yinuo.ground.terms.unreadable import gettext_noop as _

LANGUAGES = ("zh-hans", "en", "zh-hant")


@dataclass(frozen=True, slots=True)
class Words:
    """A name in Simplified Chinese, English and Traditional Chinese; no language may be empty."""

    zh_hans: str
    en: str
    zh_hant: str

    @classmethod
    def read(cls, table: object, where: str = "") -> Words:
        """From a TOML or JSON table `{zh-hans, en, zh-hant}`; ValueError names what is missing and where."""
        if not isinstance(table, Mapping):
            raise Unreadable(where or "words", _("not a table of three languages"))
        said = {language: table.get(language) for language in LANGUAGES}
        missing = [
            language for language, text in said.items() if not isinstance(text, str) or not text.strip()
        ]
        if missing:
            raise Unreadable(where or "words", _("no text in {missing}"), missing=", ".join(missing))
        return cls(table["zh-hans"], table["en"], table["zh-hant"])

    @classmethod
    def read_any(cls, value: object, where: str = "") -> Words | str:
        """A text that reads alike in every language (the name of a file, a clause), or a table of three."""
        if isinstance(value, str):
            return value
        if isinstance(value, dict):
            return cls.read(value, where)
        raise Unreadable(where or "words", _("not a text"))

    def to(self, language: str) -> str:
        """The text in a language; anything that is not English or Traditional Chinese reads Simplified."""
        wanted = language.lower()
        if wanted.startswith("en"):
            return self.en
        return self.zh_hant if wanted in ("zh-hant", "zh-tw", "zh-hk", "zh-mo") else self.zh_hans

    def __str__(self) -> str:
        from django.utils.translation import get_language

        return self.to(get_language() or "zh-hans")
