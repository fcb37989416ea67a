"""Three mistakes that programs are known for, each in a view that looks like the others."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from yinuo.engines.cases.models import Case
from yinuo.ground.access.views_guard import signed_in


@require_safe
@signed_in
def how_many(request: HttpRequest) -> HttpResponse:
    """SQL put together from what was asked."""
    kind = request.GET.get("kind", "complaints")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM cases_case WHERE kind = '{kind}'")
        (found,) = cursor.fetchone()
    return HttpResponse(f'<form><input name="kind" value="complaints"></form><p>{found}</p>')


@require_safe
@signed_in
def greeting(request: HttpRequest) -> HttpResponse:
    """What was asked is taken for HTML."""
    name = mark_safe(request.GET.get("name", "you"))
    return HttpResponse(f'<form><input name="name" value="you"></form><p>Good day, {name}.</p>')


@require_safe
@signed_in
def glance(request: HttpRequest, number: str) -> HttpResponse:
    """A complaint by its number, whoever asks."""
    case = get_object_or_404(Case, number=number, kind="complaints")
    return HttpResponse(f"<p>{case.complaint.words}</p>", headers={"Cache-Control": "no-store"})
