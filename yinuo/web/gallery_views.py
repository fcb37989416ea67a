"""The component gallery: every part in every state, for eyes, pictures and accessibility tests. Off in
production."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from yinuo.web.gallery import NOW, SampleForm, samples, say
from yinuo.web.lists import Filter, Sort, View, read_listing

PAGES = ("list", "case", "public", "portal")


def _open() -> None:
    if not (settings.DEBUG or getattr(settings, "DEMONSTRATION", False)):
        raise Http404


def gallery(request: HttpRequest) -> HttpResponse:
    """All components on one page."""
    _open()
    return render(request, "web/gallery/components.html", {**samples(), "empty_form": SampleForm()})


def sample(request: HttpRequest, page: str) -> HttpResponse:
    """A skeleton filled with sample data: list, case, public, portal."""
    _open()
    if page not in PAGES:
        raise Http404
    return render(
        request, f"web/gallery/{page}.html", {**samples(), **_list(request)} if page == "list" else samples()
    )


def _list(request: HttpRequest) -> dict[str, Any]:
    channels = [
        ("web", say("网页", "Web")),
        ("phone", say("95 电话", "Phone")),
        ("branch", say("网点现场", "Branch")),
    ]
    filters = [
        Filter("q", say("编号或事项", "Number or matter"), "text"),
        Filter("channel", say("渠道", "Channel"), choices=channels, multiple=True),
        Filter(
            "level", say("级别", "Level"), choices=[("1", say("重大", "Grave")), ("2", say("普通", "Plain"))]
        ),
        Filter("received", say("期间", "Period"), "days"),
    ]
    sorts = [
        Sort("due", say("剩余时间", "Time left"), ("due", "id")),
        Sort("received", say("收到时间", "Received"), ("-id",)),
    ]
    listing = read_listing(
        request.GET,
        sorts=sorts,
        filters=filters,
        views=[View(k, k) for k in ("mine", "late", "today", "unknown")],
    )
    as_of = say("截至 2026-09-28 14:31，实时更新", "as of 2026-09-28 14:31, live")
    return {
        "listing": listing,
        "heading": say("投诉", "Complaints"),
        "as_of": as_of,
        "keys": samples()["list_keys"],
        "live_units": "*",
        "now": NOW,
        "rows": range(9),
    }
