"""The five pages side by side."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from yinuo.web.parts import Tab


def places(request: HttpRequest) -> list[Tab]:
    """Tabs of the pages, the reader's own marked."""
    known = (
        (_("State"), "operations:state"), (_("Jobs"), "operations:jobs"),
        (_("Letters"), "operations:letters"), (_("Consequences"), "operations:runs"),
        (_("Backups"), "operations:backups"),
    )  # fmt: skip
    return [Tab(label, reverse(name), None, request.path == reverse(name), "") for label, name in known]
