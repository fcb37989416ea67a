"""No address answers a method of no view, whatever its view says of methods."""

import pytest
from django.test import Client

ADDRESSES = ("/", "/s", "/sign-in", "/_furniture", "/complaints/new", "/complaints", "/nowhere")


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "X" * 300])
def test_no_address_answers_a_method_that_nobody_knows(method):
    client = Client(raise_request_exception=False)
    for address in ADDRESSES:
        answer = client.generic(method, address)
        assert answer.status_code == 405, address
        assert "TRACE" not in answer["Allow"]
        assert "default-src" in answer["Content-Security-Policy"]
