"""Facts by every door: whoever stands aside from a complaint, or may not see its unit, reads none of them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.access.doors import client_of
from yinuo.channels.api.auth import make_token
from yinuo.engines.cases.models import Recusal
from yinuo.facts.models import Fact
from yinuo.facts.sequencer import sequence_once
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.tests.bank import a_stranger, closed

pytestmark = pytest.mark.django_db
SCOPES = ("audit.view", "complaints.view")


@pytest.fixture
def case(bank):
    return closed(bank)


def by_every_door(person, unit, case) -> dict[str, int]:
    """How many facts of the case each door gives."""
    while sequence_once():
        pass
    browser = client_of(person)
    token = make_token(person, unit, name="x", scopes=SCOPES)
    program = Client(headers={"Authorization": f"Bearer {token}"})
    exported = b"".join(browser.get(f"/audit/export/csv?q={case.number}").streaming_content).decode(
        "utf-8-sig"
    )
    followed, after = [], -1
    while not followed or followed[-1]["next"] != after:
        after = followed[-1]["next"] if followed else 0
        followed.append(program.get(f"/api/v1/audit/facts?after={after}&limit=50").json())
    items = [each for answer in followed for each in answer["items"]]
    return {
        "page": browser.get(f"/audit?q={case.number}").content.decode().count("<tr data-row"),
        "count": int(re.search(r"\d+", browser.get(f"/audit/count?q={case.number}").content.decode())[0]),
        "export": len(exported.strip().splitlines()) - 1,
        "program": sum(each["case"] == str(case.pk) for each in items),
    }


def test_an_auditor_reads_the_facts_of_a_complaint_by_every_door(bank, case):
    there = Fact.objects.filter(case_id=case.pk).count()
    found = by_every_door(bank.person("auditor"), bank.head, case)
    assert found == {"page": min(there, 25), "count": there, "export": there, "program": there}
    assert there > 2


def test_an_auditor_who_stands_aside_reads_none_of_them_by_any_door(bank, case):
    auditor = bank.person("auditor")
    Recusal.objects.create(case=case, person=auditor, ground="complained_of", declared_at=timezone.now())
    found = by_every_door(auditor, bank.head, case)
    assert set(found.values()) == {0}


def test_an_auditor_of_another_branch_reads_none_of_them_by_any_door(bank, case):
    found = by_every_door(bank.person("auditor", bank.south), bank.south, case)
    assert set(found.values()) == {0}


def test_a_program_is_told_a_complaint_is_missing_in_the_same_words_when_it_is_hidden(bank, case):
    Recusal.objects.create(
        case=case, person=bank.person("lead"), ground="complained_of", declared_at=timezone.now()
    )
    token = make_token(bank.person("lead"), bank.head, name="x", scopes=SCOPES)
    program = Client(headers={"Authorization": f"Bearer {token}"})
    hidden, missing = (
        program.get(f"/api/v1/complaints/{number}") for number in (case.number, "TS-0000-000000")
    )
    assert (hidden.status_code, hidden.content) == (missing.status_code, missing.content)
    assert hidden.status_code == 404
    assert program.get("/api/v1/complaints").json()["items"] == []


def test_what_a_person_typed_is_in_no_fact(bank, case):
    actions.write_note(
        case.pk, text="a note about 王小敏", by=bank.handler, at=case.opened_at + timedelta(hours=1)
    )
    bodies = "".join(Fact.objects.values_list("body", flat=True))
    assert "王小敏" not in bodies
    assert a_stranger().name not in bodies
