"""The first page of each person, and whose work the house stands on."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from yinuo.ground.access.views_guard import public, signed_in
from yinuo.site.materials import materials
from yinuo.web.navigation import visible_items


@require_safe
@public("sends strangers to the portal and staff to their own first page")
def home(request: HttpRequest) -> HttpResponse:
    """Strangers see the portal; staff the first place they may see, or a page that says they hold no post."""
    if not request.user.is_authenticated:
        return redirect("/s")
    items = visible_items(request)
    return redirect(items[0][1]) if items else render(request, "site/no_post.html")


@require_safe
@signed_in
def licences(request: HttpRequest) -> HttpResponse:
    """The works of others with their versions and licences."""
    return render(request, "site/licences.html", {"parts": materials()})
