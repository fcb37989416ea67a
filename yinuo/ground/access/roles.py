"""Roles 角色: what a posting is called. Packs may declare more; what a role may do, verbs say."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_declared: dict[str, Role] = {}
ROLES = MappingProxyType(_declared)


@dataclass(frozen=True, slots=True)
class Role:
    """A role by its key, with its name in the reader's language."""

    key: str
    name: str | _StrPromise


def declare_role(role: Role) -> Role:
    """Make a role known; the same key again with another name is a ValueError."""
    known = _declared.setdefault(role.key, role)
    if known is not role and known != role:
        raise ValueError(f"role {role.key!r} is already declared with another name")
    return known


def role_name(key: str) -> str:
    """The name for people; a role that is no longer declared reads as its key."""
    return str(_declared[key].name) if key in _declared else key


for _role in (
    Role("officer", _("counter officer")),
    Role("handler", _("complaint handler")),
    Role("lead", _("team lead")),
    Role("quality_head", _("head of service quality")),
    Role("compliance", _("compliance officer")),
    Role("branch_head", _("head of branch")),
    Role("president", _("president")),
    Role("sysadmin", _("system administrator")),
    Role("secadmin", _("security administrator")),
    Role("auditor", _("auditor")),
):
    declare_role(_role)
