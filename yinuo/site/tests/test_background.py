"""The background loops outlive their errors and stop when told."""

import threading

import pytest

from yinuo.site import background
from yinuo.site.background import Loop, once, turn


class Sleepless(threading.Event):
    """An event whose waiting is written down instead of slept; it is set after so many waits."""

    def __init__(self, rounds):
        super().__init__()
        self.waits, self.rounds = [], rounds

    def wait(self, timeout=None):
        self.waits.append(timeout)
        if len(self.waits) >= self.rounds:
            self.set()
        return self.is_set()


@pytest.mark.django_db
def test_a_loop_outlives_an_error_and_waits_longer_each_time(monkeypatch, caplog):
    monkeypatch.setattr(background.connections, "close_all", lambda: None)
    outcomes = iter([ValueError("one"), ValueError("two"), 5, ValueError("three"), 0])

    def round_():
        outcome = next(outcomes)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    stop = Sleepless(5)
    turn(Loop("letters", round_, rest=0.7), stop)
    assert stop.waits == [1.0, 2.0, 0.0, 1.0, 0.7]
    assert [record.exc_info[1].args[0] for record in caplog.records] == ["one", "two", "three"]


def test_the_longest_wait_is_half_a_minute(monkeypatch, caplog):
    monkeypatch.setattr(background.connections, "close_all", lambda: None)
    stop = Sleepless(12)
    turn(Loop("letters", lambda: 1 // 0, rest=0), stop)
    assert stop.waits[-1] == 30.0


def test_a_loop_whose_work_is_cheaper_together_rests_until_some_has_gathered():
    outcomes = iter([100, 99, 0])
    stop = Sleepless(3)
    turn(Loop("letters", lambda: next(outcomes), rest=0.2, full=100), stop)
    assert stop.waits == [0.0, 0.2, 0.2]


def test_a_steady_loop_that_breaks_is_taken_up_again(monkeypatch, caplog):
    monkeypatch.setattr(background.connections, "close_all", lambda: None)
    begun = []

    def steadily(stop):
        begun.append(stop)
        if len(begun) == 3:
            stop.set()
        else:
            raise ValueError(len(begun))

    turn(Loop("facts", lambda: 0, 0, steadily=steadily), Sleepless(99))
    assert len(begun) == 3
    assert len(caplog.records) == 2


def test_one_round_of_everything_counts_what_was_done():
    assert once([Loop("facts", lambda: 3, 0), Loop("letters", lambda: 0, 0)]) == {"facts": 3, "letters": 0}
