"""Checks at start: a verb given to a role nobody declared grants nothing, and one is told so."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error

from yinuo.ground.access.roles import ROLES
from yinuo.ground.access.verbs import VERBS


def check_verbs(**_more: Any) -> list[CheckMessage]:
    """access.E001 for each unknown role of a verb, access.E002 for a verb without any role."""
    unknown: list[CheckMessage] = [
        Error(
            f"verb {verb.key!r} is given to role {role!r}, which is not declared",
            hint="declare_role(Role(...)) or mend the key",
            id="access.E001",
        )
        for verb in VERBS.values()
        for role in verb.roles
        if role not in ROLES
    ]
    lonely = [
        Error(f"verb {verb.key!r} is given to no role", hint="name at least one role", id="access.E002")
        for verb in VERBS.values()
        if not verb.roles
    ]
    return unknown + lonely
