"""What every answer forbids: the Content-Security-Policy, django-csp's, written out once instead of at every request; and to
be kept by the browser, for the next person at it is not this one."""

from __future__ import annotations

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property


class PolicyMiddleware(CSPMiddleware):
    """Answers that change the policy for themselves, or use a nonce, get theirs as django-csp makes it."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Add the headers, unless the answer has them."""
        response.headers.setdefault("Cache-Control", "no-store")
        own = any(name.startswith("_csp_") for name in vars(response))
        if own or getattr(request, "_csp_nonce", None) is not None:
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, self._usual)
        return response

    @cached_property
    def _usual(self) -> str:
        return str(super().process_response(HttpRequest(), HttpResponse()).headers[HEADER])
