"""The schema is a promise: calls drawn from it, and calls that break it, get what it says and never an error of ours."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, assume, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from yinuo.channels.api.auth import make_token
from yinuo.channels.api.urls import api
from yinuo.ground.access.verbs import verbs_of
from yinuo.packs.complaints.tests.bank import closed, graded

pytestmark = pytest.mark.django_db(transaction=True)
SCHEMA = schemathesis.openapi.from_dict(api.get_openapi_schema())
# The schema cannot know the codes of a bank's lists, nor which cursors there are: those are refused though they fit it.
ACCEPTED = positive_data_acceptance
OPERATIONS = {found.ok().label: found.ok() for found in SCHEMA.get_all_operations()}


def arrives(case, base_url) -> bool:
    """Whether each parameter that was drawn is in the address: an empty list leaves nothing there that could be refused."""
    call = case.as_transport_kwargs(base_url=base_url)
    sent = requests.Request("GET", call["url"], params=call.get("params")).prepare().url
    names = {name for name, _value in parse_qsl(urlsplit(sent).query, keep_blank_values=True)}
    return set(map(str, case.query or {})) <= names


@pytest.fixture
def headers(bank):
    graded(bank, matters=2)
    closed(bank)
    person, scopes = bank.person("lead"), [verb.key for verb in verbs_of("lead")]
    token = make_token(person, bank.head, name="fuzzer", scopes=scopes)
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_whatever_is_drawn_from_the_schema_is_answered_as_it_promises(operation, mode, headers, live_server):
    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=OPERATIONS[operation].as_strategy(generation_mode=mode))
    def answered(case):
        assume(arrives(case, live_server.url))
        case.call_and_validate(base_url=live_server.url, headers=headers, excluded_checks=[ACCEPTED])

    answered()
