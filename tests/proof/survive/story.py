"""What the stories share: customers at a bank's door, waiting until it is at rest, and the verdict on what is left."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from bench.bank import Bank
from tests.proof.customers import Customers
from tests.proof.judge import counts, judge
from tests.proof.kill import processes, settle

PATIENCE = 120.0  # seconds after which what was waited for is said not to come
LOOPS = 10  # loops of the background, each of which tells that it runs

# A lease lasts five minutes. Whoever vanished more than half a minute ago is not waited for any longer: time is made to
# pass for the letters it held, in the one column that says so. Letters of somebody who works are never so old.
AGE = "UPDATE outbox_letter SET lease_until = now() WHERE state = 'sending' AND lease_until < now() + interval '4.5 minutes'"


def until(happens: Callable[[], bool], what: str, seconds: float = PATIENCE) -> float:
    """Wait for something, through errors of the database; the seconds it took. RuntimeError when it does not come."""
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        try:
            if happens():
                print(f"{time.monotonic() - begun:6.1f} s until {what}", flush=True)
                return time.monotonic() - begun
        except psycopg.Error:
            pass
        time.sleep(0.1)
    raise RuntimeError(f"waited {seconds:.0f} s in vain: {what}")


@contextmanager
def customers_at(bank: Bank, count: int = 12) -> Iterator[Customers]:
    """So many who complain all the time; at the end the last ones are waited for."""
    first = one(bank, "SELECT count(*) FROM cases_receipt") + 1
    customers = Customers(bank.port, bank.staff()["token"], count, first=first)
    customers.start()
    try:
        yield customers
    except BaseException:
        customers.finish(give_up=True)
        raise
    customers.finish()


def more(customers: Customers, count: int) -> float:
    """Wait until so many more were acknowledged; the seconds it took."""
    enough = len(customers.acknowledged) + count
    return until(lambda: len(customers.acknowledged) >= enough, f"{count} more acknowledged")


def running(bank: Bank) -> dict[str, list[int]]:
    """Process ids of what the supervisor started, by what they are."""
    if bank.server is None:
        raise RuntimeError("yinuo run is not running")
    return {kind: sorted(ids) for kind, ids in processes(bank.server.process.pid).items()}


def goes_on(bank: Bank) -> float:
    """Wait until everything is done again after this moment: every loop tells it runs, the next fact gets its place, the
    next letter leaves; the seconds it took."""
    begun = time.monotonic()
    until(lambda: bool(one(bank, "SELECT 1")), "the database answers")
    moment, seq = one(bank, "SELECT now()"), one(bank, "SELECT coalesce(max(seq), 0) FROM facts_position")
    for what, statement, value, least in (
        ("every loop tells that it runs", "SELECT count(*) FROM vitals_pulse WHERE name LIKE 'background.%%' AND at > %s", moment, LOOPS),
        ("the next facts get their place", "SELECT count(*) FROM facts_position WHERE seq > %s", seq, 1),
        ("the next letters leave", "SELECT count(*) FROM outbox_letter WHERE sent_at > %s", moment, 1),
    ):  # fmt: skip
        until(lambda s=statement, v=value, n=least: one(bank, s, v) >= n, what)  # type: ignore[misc]
    return time.monotonic() - begun


def one(bank: Bank, statement: str, *values: Any) -> Any:
    """The one value a question asks for."""
    with psycopg.connect(bank.database) as connection:
        row = connection.execute(statement.encode(), values or None).fetchone()
    return row[0] if row else None


def say(bank: Bank, statement: str, *values: Any) -> int:
    """Change something by plain SQL; how many rows."""
    with psycopg.connect(bank.database) as connection:
        return connection.execute(statement.encode(), values or None).rowcount


def at_rest(bank: Bank, *, hasten: bool) -> dict[str, int]:
    """Wait until every letter has left and every fact has its place; a person decides about the doubtful letters."""
    if hasten:
        until(lambda: _no_one_sends(bank), "nobody holds a letter any more", 900)
    return settle(bank)


def _no_one_sends(bank: Bank) -> bool:
    say(bank, AGE)
    return not one(bank, "SELECT count(*) FROM outbox_letter WHERE state = 'sending'")


def verdict(bank: Bank, customers: Customers) -> dict[str, Any]:
    """Of a bank that was shut: what must not be, counted, and what the program itself says of its chain."""
    said = bank.yinuo("verify").splitlines()[-1]
    never = judge(
        bank.database, customers.acknowledged, bank.sink.letters() if bank.sink else [], bank.master
    )
    return {
        "ok": not any(never.values()) and said.startswith("ok=true") and not customers.refused,
        "acknowledged": len(customers.acknowledged),
        "acknowledged_after_several_attempts": sum(each.attempts > 1 for each in customers.acknowledged),
        "answers": {str(status): times for status, times in sorted(customers.answers.items())},
        "said_when_not_acknowledged": customers.samples,
        "refused": customers.refused[:5],
        "must_be_zero": never,
        "verify": said,
        "counts": counts(bank.database),
    }
