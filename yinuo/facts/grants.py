"""What the application's role may do in PostgreSQL: everything with its rows, nothing to a fact but add it.

A bank migrates as one role (DATABASE_ADMIN_URL), which owns the tables, and works as another (DATABASE_URL). The second can
neither change, remove nor empty what triggers keep, nor alter tables, switch triggers off, or replay as a replica does.
"""

from __future__ import annotations

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

from yinuo.facts.guards import KEPT

READ_ONLY = ("django_migrations",)


class RoleRefused(ValueError):
    """The role is none, or one that could do everything whatever it is granted."""


def grant(connection: BaseDatabaseWrapper, role: str) -> int:
    """Give a role what the application needs and take everything else away; how many tables it was for. Doing it again
    changes nothing. Raises RoleRefused for a role that does not exist, is a superuser or owns the tables."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        _check(connection, role)
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        tables = [name for (name,) in cursor.fetchall()]
        for statement, names in (
            ("REVOKE CREATE ON SCHEMA public FROM PUBLIC, {role}", [None]),
            ("GRANT USAGE ON SCHEMA public TO {role}", [None]),
            ("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}", [None]),
            ("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}", [None]),
            ("REVOKE ALL ON {table} FROM PUBLIC", tables),
            ("GRANT SELECT ON {table} TO {role}", tables),
            ("GRANT INSERT ON {table} TO {role}", [name for name in tables if name not in READ_ONLY]),
            (
                "GRANT UPDATE, DELETE ON {table} TO {role}",
                [name for name in tables if name not in KEPT and name not in READ_ONLY],
            ),
        ):
            for name in names:
                table = sql.Identifier(name or "")
                cursor.execute(sql.SQL(statement).format(role=sql.Identifier(role), table=table))
    return len(tables)


def is_bound(connection: BaseDatabaseWrapper) -> bool:
    """Whether who is connected can do to facts no more than read and add them."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT bool_or(has_table_privilege(t, 'UPDATE') OR has_table_privilege(t, 'DELETE')
                     OR has_table_privilege(t, 'TRUNCATE') OR pg_has_role(c.relowner, 'MEMBER'))
               FROM unnest(%s::text[]) AS t JOIN pg_class c ON c.oid = t::regclass""",
            [list(KEPT)],
        )
        (could,) = cursor.fetchone()
    return not could


def _check(connection: BaseDatabaseWrapper, role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, oid FROM pg_roles WHERE rolname = %s", [role])
        found = cursor.fetchone()
        if found is None:
            raise RoleRefused(f"there is no role {role}")
        if found[0]:
            raise RoleRefused(f"{role} is a superuser: whatever it is granted, it can do everything")
        cursor.execute(
            "SELECT pg_has_role(%s, relowner, 'MEMBER') FROM pg_class WHERE oid = 'facts_fact'::regclass",
            [role],
        )
        if cursor.fetchone()[0]:
            raise RoleRefused(
                f"{role} owns the tables, or belongs to who does: it could take any lock off again"
            )
