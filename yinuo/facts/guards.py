"""The triggers that keep facts: nothing is changed or removed, every new fact waits for its place.

`lift` is for a restore into empty tables, for tests that flush the database, and for a later migration that
must rebuild one of these tables (SQLite drops triggers with the table): it places them again afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

KEPT = {  # table → which row an INSERT OR REPLACE of SQLite would remove
    "facts_fact": "id = NEW.id",
    "facts_position": "seq = NEW.seq OR fact_id = NEW.fact_id",
    "facts_checkpoint": "seq = NEW.seq",
    "facts_tile": "id = NEW.id",
    "facts_stamp": "seq = NEW.seq",
}

_POSTGRES_FUNCTIONS = (
    """CREATE OR REPLACE FUNCTION facts_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         RAISE EXCEPTION '% is only added to: % refused', TG_TABLE_NAME, TG_OP
         USING ERRCODE = 'integrity_constraint_violation';
       END $$""",
    """CREATE OR REPLACE FUNCTION facts_await() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         INSERT INTO facts_pending (fact_id) SELECT id FROM added;
         RETURN NULL;
       END $$""",
)


def place(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers that are missing; the same again changes nothing."""
    _execute(connection, _postgres() if connection.vendor == "postgresql" else _sqlite())


def lift(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers, and on PostgreSQL their functions."""
    if connection.vendor == "postgresql":
        drops = [f"DROP TRIGGER IF EXISTS {name} ON {table}" for name, table in _names(connection).items()]
        drops += ["DROP FUNCTION IF EXISTS facts_refuse()", "DROP FUNCTION IF EXISTS facts_await()"]
    else:
        drops = [f"DROP TRIGGER IF EXISTS {name}" for name in _names(connection)]
    _execute(connection, drops)


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Without the triggers inside the block, with them again after it, also when it fails."""
    lift(connection)
    try:
        yield
    finally:
        place(connection)


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of triggers that are absent or switched off, in name order."""
    if connection.vendor == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE tgname LIKE 'facts_%' AND tgenabled IN ('O', 'A')"
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'facts_%'"
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {name for (name,) in cursor.fetchall()}
    return sorted(set(_names(connection)) - present)


def _names(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Trigger name → table."""
    endings = ("fixed",) if connection.vendor == "postgresql" else ("unchanged", "unremoved", "unreplaced")
    names = {f"{table}_{ending}": table for table in KEPT for ending in endings}
    return names | {"facts_fact_waits": "facts_fact"}


def _postgres() -> list[str]:
    kept = [
        f"CREATE OR REPLACE TRIGGER {table}_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION facts_refuse()"
        for table in KEPT
    ]
    waits = (
        "CREATE OR REPLACE TRIGGER facts_fact_waits AFTER INSERT ON facts_fact "
        "REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION facts_await()"
    )
    return [*_POSTGRES_FUNCTIONS, *kept, waits]


def _sqlite() -> list[str]:
    made = []
    for table, same in KEPT.items():
        refuse = f"SELECT RAISE(ABORT, '{table} is only added to')"
        # INSERT OR REPLACE removes a row without firing its DELETE trigger, hence the third guard.
        there = f"WHERE EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 # nosec B608 # names are constants
        made += [
            f"CREATE TRIGGER IF NOT EXISTS {table}_unchanged BEFORE UPDATE ON {table} BEGIN {refuse}; END",
            f"CREATE TRIGGER IF NOT EXISTS {table}_unremoved BEFORE DELETE ON {table} BEGIN {refuse}; END",
            f"CREATE TRIGGER IF NOT EXISTS {table}_unreplaced BEFORE INSERT ON {table} "
            f"BEGIN {refuse} {there}; END",
        ]
    waits = "INSERT INTO facts_pending (fact_id) VALUES (NEW.id)"
    return [
        *made,
        f"CREATE TRIGGER IF NOT EXISTS facts_fact_waits AFTER INSERT ON facts_fact BEGIN {waits}; END",
    ]


def _execute(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
