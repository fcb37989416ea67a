"""What is hidden answers as if it were not there: the same status, body, headers, and number of questions to the database.

Every address of the house in which an object stands, asked by somebody of another branch and by somebody who stands
aside. Times are compared by `make proof`, not here.
"""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.access.doors import METHODS, client_of, objects, patterns
from yinuo.engines.cases.models import Case, Recusal
from yinuo.facts.ids import new_id
from yinuo.ground.access.roles import ROLES
from yinuo.ground.people.postings import appoint
from yinuo.packs.complaints.tests.bank import SINCE, a_stranger

pytestmark = pytest.mark.django_db

# What stands in an address and belongs to a case: only such objects have units. Bulk acts and jobs are one's own; editions,
# measures and the rest are everybody's.
OF_A_CASE = re.compile(r"<(?:\w+:)?(number|file_id)>")
EVERY_TIME_ANOTHER = {"X-Trace-Id"}
CSRF = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"|"X-CSRFToken": *"[^"]+"|nonce="[^"]+"')


def everything_in(unit) -> object:
    """Somebody with every role that may be combined, in one branch alone."""
    person = a_stranger()
    for role in ROLES.keys() - {"sysadmin", "secadmin"}:
        appoint(person, role, unit, valid_from=SINCE)
    return person


def missing(address: str) -> str:
    """The same address of something that never was."""
    gone = re.sub(r"\d{4}(?=/|$|\?)", "9999", address, count=1)
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", lambda found: str(_other(UUID(found[0]))), gone)


def _other(known: UUID) -> UUID:
    return new_id() if known else known


def told(client, method, address) -> tuple[int, bytes, dict[str, str], int]:
    """All that somebody who asks could compare; what was written is taken back."""
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        answer = client.generic(method, address)
        body = answer.getvalue()
        transaction.set_rollback(True)
    headers = {name: value for name, value in answer.headers.items() if name not in EVERY_TIME_ANOTHER}
    if "Location" in headers:  # a number that was asked for is told back as it was asked
        headers["Location"] = headers["Location"].replace(address.split("/")[2], "…")
    return answer.status_code, CSRF.sub(b"", body), headers, len(asked)


def differences(found, person) -> tuple[list[str], int]:
    """Addresses that tell hidden from missing, and how many were compared."""
    client, wrong, compared = client_of(person), [], 0
    for pattern in patterns():
        if not OF_A_CASE.search(pattern):
            continue
        hidden = found.address(pattern, person)
        for method in METHODS:
            told(client, method, hidden)  # warm: what a process learns once it does not ask again
            there, gone = (told(client, method, address) for address in (hidden, missing(hidden)))
            compared += 1
            for name, one, other in zip(("status", "body", "headers", "queries"), there, gone, strict=True):
                if one != other:
                    wrong.append(
                        f"{method} /{pattern}: {name} {str(one)[:120]} hidden, {str(other)[:120]} missing"
                    )
    return wrong, compared


def test_what_belongs_to_another_branch_answers_as_if_it_were_not_there(bank):
    wrong, compared = differences(objects(bank), everything_in(bank.north))
    assert not wrong, "\n".join(wrong)
    assert compared > 60


def test_a_complaint_from_which_one_stands_aside_answers_as_if_it_were_not_there(bank):
    found, person = objects(bank), everything_in(bank.head)
    for case in Case.objects.all():
        Recusal.objects.create(case=case, person=person, ground="complained_of", declared_at=timezone.now())
    wrong, compared = differences(found, person)
    assert not wrong, "\n".join(wrong)
    assert compared > 60
