"""Tests of the ground that commit: the flush after them passes the guards of the facts."""

from yinuo.facts.tests.flushing import flush_past_the_guards

flush_past_the_guards()
