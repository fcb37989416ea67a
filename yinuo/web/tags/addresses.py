"""Addresses of pages and of static files."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.templatetags.static import static as static_address
from django.urls import reverse

from yinuo.web.tags.component import Offered

offered = Offered()


@offered.part
def url(name: str, *values: object) -> str:
    """Where a page is; NoReverseMatch where none has that name. An address depends on nothing else, so it is kept."""
    return _url(settings.ROOT_URLCONF, name, values)


@lru_cache(maxsize=4096)
def _url(_all_pages: str, name: str, values: tuple[object, ...]) -> str:
    return reverse(name, args=values)


@offered.part
@lru_cache(maxsize=512)
def static(path: str) -> str:
    """Where a file of ours is served."""
    return static_address(path)
