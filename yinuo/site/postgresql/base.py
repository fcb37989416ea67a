"""Django's backend, reading times by psycopg's own loader instead of one written in Python.

Django puts a loader of its own in the place of psycopg's, so that a time comes in the zone of the connection whatever zone
the session has. A session of ours always has the connection's zone, and psycopg gives a time in the session's. The page of
a list reads four hundred times: two of its fifteen milliseconds went into that loader.
"""

from __future__ import annotations

from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg.pq import Format

TIMESTAMPTZ = psycopg.adapters.types["timestamptz"].oid


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to PostgreSQL."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """As Django's, with psycopg's loader of times."""
        connection = super().get_new_connection(conn_params)
        loader = psycopg.adapters.get_loader(TIMESTAMPTZ, Format.TEXT)
        if loader is None:
            raise LookupError("psycopg has no loader of times")
        connection.adapters.register_loader("timestamptz", loader)
        return connection

    def create_cursor(self, name: str | None = None) -> Any:
        """As Django's, which would look at its own loader here."""
        if name:
            return base.ServerSideCursor(  # type: ignore[attr-defined]
                self.connection, name=name, scrollable=False, withhold=self.connection.autocommit
            )
        return self.connection.cursor()
