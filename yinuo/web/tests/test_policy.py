import pytest
from csp.constants import HEADER, SELF
from csp.decorators import csp_update
from csp.middleware import CSPMiddleware
from django.http import HttpResponse
from django.test import RequestFactory

from yinuo.web.policy import PolicyMiddleware


def a_page(request):
    return HttpResponse()


@csp_update({"img-src": ["https://maps.example"]})
def a_page_of_its_own(request):
    return HttpResponse()


def a_page_with_a_nonce(request):
    return HttpResponse(str(request.csp_nonce))


def a_page_that_says_it(request):
    return HttpResponse(headers={HEADER: "default-src 'none'"})


def policy(middleware, view):
    request = RequestFactory().get("/")
    request._csp_nonce = "fixed" if view is a_page_with_a_nonce else None
    return middleware(view)(request).headers[HEADER]


@pytest.mark.parametrize("view", [a_page, a_page_of_its_own, a_page_with_a_nonce, a_page_that_says_it])
def test_every_answer_gets_the_policy_django_csp_would_give_it(view):
    assert policy(PolicyMiddleware, view) == policy(CSPMiddleware, view)


def test_no_script_runs_that_is_not_ours(client, db):
    said = client.get("/sign-in").headers[HEADER]
    assert f"default-src {SELF}" in said
    assert "unsafe" not in said
