"""Rings of numbered secrets: the newest is used, the older ones are still understood until nothing needs them.

Number 1 of the ring `vault` is YINUO_SECRET_VAULT or YINUO_HOME/keys/vault, number 2 YINUO_SECRET_VAULT_2 or
keys/vault.2, and so on. A ring nobody has given a key makes itself number 1.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from yinuo.site import home

TICK = 1_000_000_000  # ns within which a second change of a folder may leave its time as it is


class RingRefused(Exception):
    """A key was not added or taken away; the words say why, and what to do."""


class Ring(Mapping[int, bytes]):
    """A ring as a mapping of number to secret. A key that was added to the folder or taken out of it is seen at once by
    every process on this machine: a row one of them writes with a new key is a row that all others must understand.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._folder = home.keys()
        self._seen = -1
        self._secrets: dict[int, bytes] = {}

    def __getitem__(self, number: int) -> bytes:
        return self._now()[number]

    def __iter__(self) -> Iterator[int]:
        return iter(self._now())

    def __len__(self) -> int:
        return len(self._now())

    def place(self, number: int) -> str:
        """`environment` or `file`; KeyError for a key that is not there."""
        if number in self._given():
            return "environment"
        if number in self._files():
            return "file"
        raise KeyError(number)

    def add(self) -> int:
        """Make the next key, as a file; its number. RingRefused where keys are given by the environment."""
        if self._given():
            raise RingRefused(
                f"the keys of {self.name!r} come from the environment: make a secret of at least 32 random bytes, give it to "
                f"every process as {self._variable(max(self) + 1)} beside the old one, and start them again. "
                "Nothing was changed."
            )
        number = max(self) + 1
        home.make_secret(self._path(number))
        return number

    def retire(self, number: int) -> None:
        """Take a key away for good. The caller has made sure that nothing needs it. RingRefused for a key that is the
        newest, not there, or given by the environment."""
        if number not in self:
            raise RingRefused(f"{self.name!r} has no key {number}; nothing was changed")
        if number == max(self):
            raise RingRefused(f"key {number} of {self.name!r} is the newest and in use; nothing was changed")
        if number in self._given():
            raise RingRefused(
                f"nothing needs key {number} of {self.name!r} any more, and it comes from the environment: take "
                f"{self._variable(number)} out of it. Nothing was changed here."
            )
        self._path(number).unlink()

    def _now(self) -> dict[int, bytes]:
        changed = os.stat(self._folder).st_mtime_ns
        if changed != self._seen:
            fresh = abs(time.time_ns() - changed) < TICK
            self._secrets, self._seen = self._read(), -1 if fresh else changed
        return self._secrets

    def _read(self) -> dict[int, bytes]:
        found = self._files() | self._given()
        return dict(sorted(found.items())) or {1: home.secret(self.name).encode()}

    def _given(self) -> dict[int, bytes]:
        start = self._variable(1)
        named = {key: value for key, value in os.environ.items() if key.startswith(start) and value}
        return _numbered(named, re.escape(start) + r"(?:_([0-9]{1,5}))?")

    def _files(self) -> dict[int, bytes]:
        paths = [path for path in self._folder.iterdir() if path.name.startswith(self.name)]
        texts = {path.name: path.read_text().strip() for path in paths}
        return _numbered(texts, re.escape(self.name) + r"(?:\.([0-9]{1,5}))?")

    def _path(self, number: int) -> Path:
        return self._folder / (self.name if number == 1 else f"{self.name}.{number}")

    def _variable(self, number: int) -> str:
        return f"YINUO_SECRET_{self.name.upper()}" + ("" if number == 1 else f"_{number}")


def _numbered(texts: Mapping[str, str], pattern: str) -> dict[int, bytes]:
    matched = ((re.fullmatch(pattern, name), text) for name, text in texts.items())
    return {int(found[1] or 1): text.encode() for found, text in matched if found}
