"""A live stream for the tests: who you are stands in the header `x-viewer` (a unit's id, or "everything")."""

from __future__ import annotations

import os
import uuid

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinuo.site.settings")

django.setup()

from yinuo.facts.stream import EVERYTHING, LiveApp  # noqa: E402 - Django first


class HeaderViewer:
    """Sees the facts of one unit, or all."""

    def __init__(self, unit: str) -> None:
        self.unit = None if unit == EVERYTHING else uuid.UUID(unit)
        self.topics = frozenset({self.unit or EVERYTHING})

    def sees(self, fact) -> bool:
        return self.unit is None or fact.unit_id == self.unit

    async def refresh(self) -> bool:
        return True


async def authenticate(scope):
    headers = dict(scope["headers"])
    if b"x-viewer" not in headers:
        return None
    return HeaderViewer(headers[b"x-viewer"].decode())


application = LiveApp(authenticate, origins=["https://bank.example"], heartbeat=0.5)
