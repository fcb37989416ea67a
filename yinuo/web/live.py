"""The live process: who is at a stream, and which facts concern them. Everything else is `facts.stream`."""

from __future__ import annotations

import os
from collections.abc import Hashable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinuo.site.settings")
django.setup()

from asgiref.sync import sync_to_async  # noqa: E402 - Django must be set up first
from django.conf import settings  # noqa: E402
from django.contrib.auth import get_user  # noqa: E402
from django.db import close_old_connections  # noqa: E402
from django.http import HttpRequest  # noqa: E402

from yinuo.engines.cases.kinds import case_kinds  # noqa: E402
from yinuo.facts.follow import SeqFact  # noqa: E402
from yinuo.facts.stream import LiveApp  # noqa: E402
from yinuo.ground.access.reach import reach_of  # noqa: E402
from yinuo.ground.people.passwords import must_change  # noqa: E402

REFRESH_ON = (
    "people.appointed",
    "people.posting_ended",
    "people.unit_placed",
    "people.signed_out",
    "people.sessions_ended",
)


class Staff:
    """A signed-in person at a stream: hears of cases in the units where they may see such cases."""

    def __init__(self, session_key: str, units: frozenset[UUID]) -> None:
        self._session_key = session_key
        self._units = units

    @property
    def topics(self) -> frozenset[Hashable]:
        """The units within reach."""
        return frozenset(self._units)

    def sees(self, fact: SeqFact) -> bool:
        """Facts about a case that a unit within reach handles, owns or is complained of."""
        return fact.case_id is not None and any(unit in self._units for unit in units_of(fact))

    async def refresh(self) -> bool:
        """Reads session and postings again."""
        units = await sync_to_async(units_of_session)(self._session_key)
        self._units = units or frozenset()
        return units is not None


def units_of(fact: SeqFact) -> list[UUID]:
    """The units whose screens a fact concerns."""
    besides = [identity for what, identity, _how in fact.objects if what == "unit"]
    return [unit for unit in (fact.unit_id, *besides) if unit is not None]


def units_of_session(session_key: str) -> frozenset[UUID] | None:
    """Units in which the session's user may see cases; None if nobody is signed in with it."""
    close_old_connections()
    request = HttpRequest()
    store = import_module(settings.SESSION_ENGINE).SessionStore
    request.session = store(session_key)
    user = get_user(request)
    if not user.is_authenticated or must_change(user):
        return None
    reach = reach_of(user)
    return frozenset().union(*(reach.units(kind.view) for kind in case_kinds()))


async def who(scope: MutableMapping[str, Any]) -> Staff | None:
    """The person behind a request's session cookie."""
    raw = b"; ".join(value for name, value in scope["headers"] if name.lower() == b"cookie").decode("latin-1")
    try:
        cookie = SimpleCookie(raw).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None
    if cookie is None:
        return None
    units = await sync_to_async(units_of_session)(cookie.value)
    return None if units is None else Staff(cookie.value, units)


application = LiveApp(who, origins=settings.LIVE_ORIGINS, refresh_on=REFRESH_ON, topics=units_of)
