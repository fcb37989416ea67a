"""Errors that are nobody's mistake: what the bank stands on is not there at this moment, and will be again."""

from __future__ import annotations

import errno
import sqlite3
from http import HTTPStatus

import psycopg
from django.db import InterfaceError, OperationalError

RETRY_AFTER = 5  # seconds after which to come again
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_AWAY = ("08", "53", "57", "58")  # classes of SQLSTATE: connection, resources, an operator, the system
_SQLITE_AWAY = frozenset(
    {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}
)


def outage(error: BaseException | None) -> HTTPStatus | None:
    """503 where the database cannot be had, 507 where a disk is full; None for every other error, which is ours."""
    if isinstance(error, InterfaceError):  # the line was lost, and somebody used it again
        return HTTPStatus.SERVICE_UNAVAILABLE
    if isinstance(error, OperationalError):
        return _of_the_database(error.__cause__)
    if isinstance(error, OSError) and error.errno in _FULL:
        return HTTPStatus.INSUFFICIENT_STORAGE
    return None


def _of_the_database(cause: BaseException | None) -> HTTPStatus | None:
    if isinstance(cause, psycopg.errors.DiskFull):
        return HTTPStatus.INSUFFICIENT_STORAGE
    if isinstance(cause, psycopg.Error):
        away = cause.sqlstate is None or cause.sqlstate.startswith(_AWAY)  # none: no answer at all
        return HTTPStatus.SERVICE_UNAVAILABLE if away else None
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return HTTPStatus.INSUFFICIENT_STORAGE
    return HTTPStatus.SERVICE_UNAVAILABLE if code in _SQLITE_AWAY else None
