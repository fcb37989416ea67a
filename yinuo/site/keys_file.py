"""All keys of a bank in one file, sealed by a passphrase: without them no backup is of use, and no backup holds them."""

from __future__ import annotations

import getpass
import hashlib
import io
import json
import os
import re
import secrets
from pathlib import Path

from yinuo.ground.backups.sealed import SealBroken, Sealer, pieces
from yinuo.site import home
from yinuo.site.cli import Refused

PREFIX = "YINUO_SECRET_"
SALT_BYTES = 16
SHORTEST = 16  # characters of a passphrase
COST = {"n": 2**15, "r": 8, "p": 3, "maxmem": 64 * 2**20}  # a quarter of a second, 32 MiB


def passphrase() -> str:
    """From YINUO_PASSPHRASE, else asked for. Raises Refused for a short one."""
    given = os.environ.get("YINUO_PASSPHRASE") or getpass.getpass("Passphrase of the keys' file: ")
    if len(given) < SHORTEST:
        raise Refused(f"a passphrase for keys has {SHORTEST} characters or more; nothing was done")
    return given


def write(path: Path, words: str) -> None:
    """Every secret this Yinuo has, to a new file. Raises Refused where there is one already."""
    folder = home.folder() / "keys"
    found = {each.name: each.read_text().strip() for each in folder.glob("[a-z]*")} if folder.is_dir() else {}
    found |= {_file_of(name): value for name, value in os.environ.items() if name.startswith(PREFIX)}
    if any(value != value.strip() for value in found.values()):
        raise Refused(
            "a key begins or ends with a blank, which a file of keys does not keep; nothing was done"
        )
    salt, sealed = secrets.token_bytes(SALT_BYTES), io.BytesIO()
    sealer = Sealer(sealed, _key(words, salt), "keys")
    sealer.write(json.dumps(found).encode())
    sealer.close()
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(salt + sealed.getvalue())
    except FileExistsError:
        raise Refused(f"{path} is there already; nothing was done") from None


def bring(path: Path, words: str) -> None:
    """Put the keys of the file where they are missing. Raises Refused for another passphrase, a changed file, or a key that
    is here and another; then nothing is written."""
    try:
        content = path.read_bytes()
        opened = pieces(io.BytesIO(content[SALT_BYTES:]), _key(words, content[:SALT_BYTES]), "keys")
        found: dict[str, str] = json.loads(b"".join(opened))
    except FileNotFoundError:
        raise Refused(f"{path} is not a file; nothing was changed") from None
    except SealBroken:
        raise Refused(
            f"{path} does not open: another passphrase, or a changed file; nothing was changed"
        ) from None
    folder = home.folder() / "keys"
    folder.mkdir(mode=0o700, exist_ok=True)
    other = [
        name
        for name in found
        if (folder / name).exists() and (folder / name).read_text().strip() != found[name]
    ]
    if other:
        raise Refused(f"other keys are here already ({', '.join(sorted(other))}); nothing was changed")
    for name, value in found.items():
        with os.fdopen(os.open(folder / name, os.O_WRONLY | os.O_CREAT, 0o600), "w") as out:
            out.write(value)


def _file_of(variable: str) -> str:
    """The file that means the same as a variable: YINUO_SECRET_VAULT_2 is keys/vault.2."""
    return re.sub(r"_(\d+)$", r".\1", variable.removeprefix(PREFIX).lower())


def _key(words: str, salt: bytes) -> bytes:
    return hashlib.scrypt(
        words.encode(), salt=salt, dklen=32, n=COST["n"], r=COST["r"], p=COST["p"], maxmem=COST["maxmem"]
    )
