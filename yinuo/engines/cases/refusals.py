"""What a case refuses; the text, in the reader's language, says why and what to do."""

from __future__ import annotations


class CaseRefused(Exception):
    """The verb cannot be done now."""


class CaseChanged(CaseRefused):
    """Somebody else changed the case since the page was read."""


class Recused(CaseRefused):
    """Whoever would act, or would be given the case, stands aside from it."""
