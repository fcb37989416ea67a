"""What a customer typed or may see with a code stays between them and us."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.cache import patch_cache_control


def private(page: HttpResponse) -> HttpResponse:
    """No cache keeps it."""
    patch_cache_control(page, no_store=True, private=True)
    return page
