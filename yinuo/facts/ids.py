"""Identifiers of everything Yinuo stores: UUIDv7, so that primary keys grow with time."""

from __future__ import annotations

import uuid

from uuid_utils.compat import uuid7


def new_id() -> uuid.UUID:
    """A new UUIDv7; later calls in one process compare greater, calls of different machines nearly so.

    The order of ids is not the order of facts: ids are given before commit. Follow Position.seq instead.
    """
    made: uuid.UUID = uuid7()
    return made
