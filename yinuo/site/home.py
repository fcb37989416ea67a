"""YINUO_HOME: the one folder a running Yinuo owns (database, files, keys), and the secrets in it."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def folder() -> Path:
    """The home folder, made on first use, readable by its owner only."""
    path = Path(os.environ.get("YINUO_HOME", "var")).resolve()
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def secret(name: str) -> str:
    """A secret from YINUO_SECRET_<NAME>, else a random one kept in the home folder (mode 0600).

    Two processes starting at once agree: whoever creates the file first wins.
    """
    given = os.environ.get(f"YINUO_SECRET_{name.upper()}")
    if given:
        return given
    path = keys() / name
    if not path.exists():
        make_secret(path)
    return path.read_text().strip()


def kept_secret(name: str) -> str:
    """A secret that is there already, "" where there is none: for whoever must not make one."""
    given, path = os.environ.get(f"YINUO_SECRET_{name.upper()}"), folder() / "keys" / name
    return given or (path.read_text().strip() if path.exists() else "")


def keys() -> Path:
    """The folder of the secrets kept here, made on first use."""
    path = folder() / "keys"
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def make_secret(path: Path) -> bool:
    """Write a random secret there, whole and on the disk, or nothing; False if somebody else just did."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(secrets.token_urlsafe(48))
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(draft, path)  # atomic, and refuses to replace a key that somebody else just made
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True
