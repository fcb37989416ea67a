"""Lets Django's flush between transactional tests past the triggers that keep facts."""

from __future__ import annotations

from django.db import connection
from django.test import TransactionTestCase

from yinuo.facts import guards


def flush_past_the_guards() -> None:
    """Wrap the flush of TransactionTestCase once per process; the guards stand again before the next test."""
    flush = TransactionTestCase._fixture_teardown
    if getattr(flush, "past_the_guards", False):
        return

    def _fixture_teardown(self) -> None:
        with guards.lifted(connection):
            flush(self)

    _fixture_teardown.past_the_guards = True
    TransactionTestCase._fixture_teardown = _fixture_teardown
