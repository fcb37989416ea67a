"""PostgreSQL's own programs, wherever they are installed, and how they are told where the server is."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from yinuo.ground.backups.folder import BackupRefused

OURS = ("prepare_threshold", "join_collapse_limit")  # of DATABASE_URL, and unknown to PostgreSQL's programs
DEBIAN = Path("/usr/lib/postgresql")


def program(name: str, version: int, place: Path = DEBIAN) -> str:
    """A program of this major version in Debian's folder, else from the PATH. Raises BackupRefused naming what to install."""
    found = place / str(version) / "bin" / name
    if found.exists():
        return str(found)
    newer = sorted(int(each.name) for each in place.glob("*") if re.fullmatch(r"\d+", each.name))
    if version in newer or not (path := shutil.which(name)):
        raise BackupRefused(
            f"{name} of PostgreSQL {version} is not installed here; on Debian: "
            f"apt-get install postgresql-{'client-' if name == 'pg_basebackup' else ''}{version}; nothing was done"
        )
    return path


def address(url: str) -> tuple[str, dict[str, str]]:
    """A DATABASE_URL as PostgreSQL's programs take it, and the environment with what nobody may read in a list of processes."""
    parts = urlsplit(url)
    kept = [(key, value) for key, value in parse_qsl(parts.query) if key not in OURS]
    told: dict[str, Any] = conninfo_to_dict(urlunsplit(parts._replace(query=urlencode(kept))))
    password = told.pop("password", None)
    return make_conninfo("", **told), {"PGPASSWORD": str(password)} if password else {}
