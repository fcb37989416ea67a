"""From DATABASE_URL to Django's DATABASES entry: SQLite by default, PostgreSQL in production."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 30,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
}
PREPARE_AFTER = 5  # times a statement comes before PostgreSQL keeps its plan
# A page reads a case with six tables that only add a name to it. Weighing every order of seven tables takes
# PostgreSQL ten times as long as reading them; beyond four they stay in the order the ORM writes.
JOINS_WEIGHED = 4


def database_from_url(url: str, home: Path) -> dict[str, Any]:
    """Settings for `sqlite:///path` or `postgresql://user:password@host:port/name?option=value`.

    An empty url means a SQLite file in the home folder. Raises ValueError naming the scheme it does not know.
    """
    if not url:
        return _sqlite(home / "yinuo.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(Path(unquote(parts.path[1:])))
    if parts.scheme in ("postgresql", "postgres"):
        options = dict(parse_qsl(parts.query))
        # Statements that return are planned once; 0 behind a pooler that cannot keep them.
        prepare = int(options.pop("prepare_threshold", PREPARE_AFTER))
        weighed = int(options.pop("join_collapse_limit", JOINS_WEIGHED))
        options["options"] = f"-c join_collapse_limit={weighed} {options.get('options', '')}".strip()
        host = options.pop("host", "") or parts.hostname or ""
        return {
            "ENGINE": "yinuo.site.postgresql",
            "NAME": unquote(parts.path.removeprefix("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": host,
            "PORT": str(parts.port or options.pop("port", "") or ""),
            "CONN_MAX_AGE": None,
            "OPTIONS": options | {"prepare_threshold": prepare or None},
        }
    raise ValueError(f"DATABASE_URL: scheme {parts.scheme!r} is not known; use sqlite:///… or postgresql://…")


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": dict(SQLITE_OPTIONS),
        "CONN_MAX_AGE": None,
        "TEST": {"NAME": str(path.parent / "test.sqlite3")},
    }
