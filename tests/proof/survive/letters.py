"""The worker is killed in each phase of a letter: none stays unsent, none comes twice, doubt is written down.

SMTP cannot be asked whether a letter came, so whoever was killed between the first byte of the text and its mark leaves a
doubt: the letter waits for a person. Against a server that drops a Message-ID it has, that person need not ask: the same
letter bears the same one at every attempt.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg

from bench.bank import HOST, Bank
from tests.proof.survive.post import GREETING, TAKEN, TEXT, Post
from tests.proof.survive.story import customers_at, more, one, running, say, until

Row = tuple[str, str]  # Message-ID, state
WAITING = "SELECT count(*) FROM outbox_letter WHERE state IN ('written', 'sending')"
# A lease lasts five minutes, which are made to pass in the one column that says so, for what the killed one held.
AGE = "UPDATE outbox_letter SET lease_until = now() WHERE state = 'sending' AND claim = ANY(%s)"


def prove(short: bool) -> dict[str, Any]:
    """Every phase against a plain server, and again against one that drops what it has."""
    turns = 1 if short else 5
    parts = {
        name: _against(Post(knows=knows), turns)
        for name, knows in (("plain_server", False), ("server_that_knows_message_ids", True))
    }
    return {"ok": all(part["ok"] for part in parts.values()), "turns_of_each_phase": turns, **parts}


def unmarked(rows: Sequence[Row], box: Mapping[str, int]) -> dict[str, int]:
    """What must not be before anybody decides: counted, all zeros is a pass."""
    state = dict(rows)
    return {
        "letters marked sent that never came": sum(s == "sent" and not box.get(m) for m, s in rows),
        "letters neither sent nor in doubt": sum(s not in ("sent", "doubtful") for _m, s in rows),
        "letters that came twice": sum(count > 1 for count in box.values()),
        "letters nobody wrote": len(box.keys() - state.keys()),
    }


def undecided(rows: Sequence[Row], box: Mapping[str, int]) -> dict[str, int]:
    """What must not be once a person has decided."""
    return unmarked(rows, box) | {
        "letters still in doubt": sum(state == "doubtful" for _message, state in rows),
        "letters that never came": sum(not box.get(message) for message, _state in rows),
    }


def _against(server: Post, turns: int) -> dict[str, Any]:
    phases, never = [], dict[str, int]()
    with server as post, Bank() as bank:
        bank.environment["YINUO_SMTP_URL"] = f"smtp://{HOST}:{post.port}"
        bank.open()
        for _turn in range(turns):
            for name, until_there in PHASES.items():
                before = _rows(bank)
                with until_there(bank, post):
                    left = _kill(bank)
                post.release()
                say(bank, AGE, left)
                until(lambda: not one(bank, WAITING), f"killed {name}: no letter waits or is held")
                fresh = [row for row in _rows(bank) if row not in before]
                doubtful = [message for message, state in fresh if state == "doubtful"]
                phases.append(
                    {
                        "killed": name,
                        "letters": len(fresh),
                        "doubtful": len(doubtful),
                        "of_these_at_the_server": sum(message in post.came for message in doubtful),
                        "as_expected": bool(doubtful) == (name in DOUBT),
                    }
                )
                print(phases[-1], flush=True)
                _add(never, unmarked(_rows(bank), post.box))
                _decide(bank, post)
                _add(never, undecided(_rows(bank), post.box))
        bank.shut()
        verify = bank.yinuo("verify").splitlines()[-1]
        texts, letters = sum(post.came.values()), len(_rows(bank))
    expected = all(phase["as_expected"] for phase in phases)
    return {
        "ok": not any(never.values()) and expected and verify.startswith("ok=true"),
        "letters": letters,
        "texts_taken_by_the_server": texts,
        "must_be_zero": never,
        "verify": verify,
        "phases": phases,
    }


# ---- the phases: each returns when the worker stands there --------------------------------------------------------


@contextmanager
def _before_the_claim(bank: Bank, post: Post) -> Iterator[None]:
    """It does not run at all while the letters are written."""
    os.kill(_background(bank), signal.SIGSTOP)
    _complain(bank)
    until(lambda: bool(one(bank, "SELECT count(*) FROM outbox_letter WHERE state = 'written'")), "written")
    yield


def _at(phase: str) -> Callable[[Bank, Post], Any]:
    @contextmanager
    def stands(bank: Bank, post: Post) -> Iterator[None]:
        post.stop_at(phase)
        _complain(bank)
        until(post.stopped.is_set, f"the worker waits at the server's {phase}")
        yield

    return stands


@contextmanager
def _before_the_mark(bank: Bank, post: Post) -> Iterator[None]:
    """The server says 250 and the worker cannot write it down: the rows are held."""
    post.stop_at(TAKEN)
    _complain(bank)
    until(post.stopped.is_set, "the worker waits for its 250")
    waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%%outbox_letter%%'"
    with psycopg.connect(bank.database) as holding:
        holding.execute("SELECT id FROM outbox_letter WHERE state = 'sending' FOR UPDATE")
        post.release()
        until(lambda: bool(one(bank, waits)), "the worker has its 250 and waits to mark the letter")
        yield
        holding.rollback()


@contextmanager
def _after_the_mark(bank: Bank, post: Post) -> Iterator[None]:
    _complain(bank)
    until(lambda: not one(bank, WAITING), "all are marked")
    yield


PHASES: dict[str, Callable[[Bank, Post], Any]] = {
    "before the claim": _before_the_claim,
    "after the claim, before the envelope": _at(GREETING),
    "in the text": _at(TEXT),
    "after the text was taken, before the 250": _at(TAKEN),
    "after the 250, before the mark": _before_the_mark,
    "after the mark": _after_the_mark,
}
DOUBT = frozenset(list(PHASES)[2:5])


def _complain(bank: Bank) -> None:
    with customers_at(bank, 3) as customers:
        more(customers, 3)


def _background(bank: Bank) -> int:
    until(lambda: bool(running(bank)["background"]), "the background runs")
    return running(bank)["background"][0]


def _kill(bank: Bank) -> list[UUID]:
    """The supervisor starts another; the claims that the killed one leaves behind."""
    victim = _background(bank)
    os.kill(victim, signal.SIGKILL)
    with psycopg.connect(bank.database) as connection:
        left = connection.execute(
            "SELECT DISTINCT claim FROM outbox_letter WHERE state = 'sending'"
        ).fetchall()
    until(lambda: running(bank)["background"] not in ([], [victim]), "another background runs")
    return [claim for (claim,) in left]


def _rows(bank: Bank) -> list[Row]:
    with psycopg.connect(bank.database) as connection:
        return connection.execute("SELECT message_id, state FROM outbox_letter").fetchall()


def _decide(bank: Bank, post: Post) -> None:
    """The person asks the server which came; of one that knows its letters nothing need be asked."""
    path = bank.folder / "arrived.txt"
    path.write_text("" if post.knows else "\n".join(post.came), encoding="utf-8")
    bank.script("tests.proof.decide", str(path))
    until(lambda: not one(bank, WAITING), "all have left")


def _add(counts: dict[str, int], found: Mapping[str, int]) -> None:
    for name, count in found.items():
        counts[name] = counts.get(name, 0) + count
