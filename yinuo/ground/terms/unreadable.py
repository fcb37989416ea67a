"""Content that cannot be read, said so that a page can say it in the reader's language. No Django here."""

from __future__ import annotations

from collections.abc import Callable


class Unreadable(ValueError):
    """`where` in the content (a table, a field), and a sentence with named gaps. In English as it stands."""

    def __init__(self, where: str, sentence: str, **gaps: object) -> None:
        self.where, self.sentence, self.gaps = where, sentence, gaps
        super().__init__(self.told())

    def told(self, translate: Callable[[str], str] = str) -> str:
        """The whole sentence, translated by `translate` before its gaps are filled."""
        return f"{self.where}: {translate(self.sentence).format(**self.gaps)}"


def gettext_noop(sentence: str) -> str:
    """Marks a sentence for translation; translating is the page's work."""
    return sentence
