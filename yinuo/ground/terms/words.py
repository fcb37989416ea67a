"""Words: one short text in the three languages, as content files write it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LANGUAGES = ("zh-hans", "en", "zh-hant")


@dataclass(frozen=True, slots=True)
class Words:
    """A name in Simplified Chinese, English and Traditional Chinese; no language may be empty."""

    zh_hans: str
    en: str
    zh_hant: str

    @classmethod
    def read(cls, table: Mapping[str, str], where: str = "") -> Words:
        """From a TOML or JSON table `{zh-hans, en, zh-hant}`; ValueError names what is missing and where."""
        missing = [language for language in LANGUAGES if not str(table.get(language, "")).strip()]
        if missing:
            raise ValueError(f"{where or 'words'}: no text in {', '.join(missing)}")
        return cls(table["zh-hans"], table["en"], table["zh-hant"])

    def to(self, language: str) -> str:
        """The text in a language; anything that is not English or Traditional Chinese reads Simplified."""
        wanted = language.lower()
        if wanted.startswith("en"):
            return self.en
        return self.zh_hant if wanted in ("zh-hant", "zh-tw", "zh-hk", "zh-mo") else self.zh_hans

    def __str__(self) -> str:
        from django.utils.translation import get_language

        return self.to(get_language() or "zh-hans")
