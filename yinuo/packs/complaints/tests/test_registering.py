"""A complaint is registered with everybody who stands beside the customer, or not at all."""

from dataclasses import replace

import pytest
from django.test import Client

from yinuo.engines.cases.models import Case
from yinuo.ground.customers.models import Customer
from yinuo.ground.outbox.models import Letter
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.models import Party
from yinuo.packs.complaints.tests.bank import data
from yinuo.packs.complaints.tests.test_complainants import told

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(bank):
    client = Client()
    client.force_login(bank.handler)
    return client


def test_a_complaint_is_registered_with_whoever_speaks_for_the_customer(bank, desk):
    said = {
        "source": "hotline",
        "name": "孙阿婆",
        "phone": "13700000001",
        "words": "柜台多收了我两百元手续费。",
    }
    speaks = {"speaks-name": "周文", "speaks-phone": "13900000050", "speaks-relation": "family"}
    half = desk.post("/complaints/new", said | {"speaks-name": "周文"})
    assert half.status_code == 422
    assert not Case.objects.exists()
    assert desk.post("/complaints/new", said | speaks).status_code == 302
    case = Case.objects.get()
    assert [party.relation for party in case.complaint.parties.all()] == ["family"]
    assert desk.post("/complaints/new", said | {"phone": "13700000002"}).status_code == 302
    assert Party.objects.count() == 1


COMES_IN = {
    "source": "hotline",
    "name": "孙阿婆",
    "phone": "13700000001",
    "words": "柜台多收了我两百元手续费。",
}


def others(*numbers, represents=True):
    """What is typed at registration about those who complain too."""
    return {
        f"joint{place}-{field}": value
        for place, number in enumerate(numbers)
        for field, value in {
            "name": "赵立春",
            "phone": f"1390000{number:04}",
            "email": f"neighbour{number}@example.com",
            **({"represents": "on"} if represents else {}),
        }.items()
    }


def test_a_complaint_is_registered_with_all_who_complain_together(bank, desk):
    speaks = {"speaks-name": "周文", "speaks-phone": "13900000050", "speaks-relation": "family"}
    assert desk.post("/complaints/new", COMES_IN | others(1, 2, 3, 4) | speaks).status_code == 302
    case = Case.objects.get()
    roles = sorted((party.role, party.represents) for party in case.complaint.parties.all())
    assert roles == [("agent", False), *[("joint", True)] * 4]
    assert set(told("joined")) == {f"neighbour{number}@example.com" for number in range(1, 5)}
    assert [fact["represents"] for fact in data(case, "complaints.joined")] == [True] * 4


def test_registered_together_or_not_at_all(bank, desk):
    bank.handler.language = "en"
    bank.handler.save()
    same = others(1, 1)
    own = others(1, 2) | {"joint1-name": "孙阿婆", "joint1-phone": "13700000001", "joint1-email": ""}
    half = others(1, 2) | {"joint1-phone": "", "joint1-email": ""}
    for typed, field in ((same, "name"), (own, "name"), (half, "phone")):
        page = desk.post("/complaints/new", COMES_IN | typed, headers={"accept-language": "en"})
        assert page.status_code == 422
        assert set(page.context["joint"][1].errors) == {field}
        assert "Complains too, 2" in page.content.decode()
        assert typed["joint0-email"] in page.content.decode()
        assert COMES_IN["words"] in page.content.decode()
    assert not Case.objects.exists()
    assert not Letter.objects.exists()
    assert not Customer.objects.exists()


def test_at_registration_too_no_more_represent_all_than_the_rule_says(bank, desk, monkeypatch):
    rule = actions.joint_rule()
    monkeypatch.setattr(actions.complainants, "joint_rule", lambda: replace(rule, representatives=3))
    page = desk.post("/complaints/new", COMES_IN | others(1, 2, 3))
    assert page.status_code == 422
    assert [bool(form.errors) for form in page.context["joint"]] == [False, False, True, False]
    assert not Case.objects.exists()
    mixed = COMES_IN | others(1, 2, 3)
    del mixed["joint2-represents"]
    assert desk.post("/complaints/new", mixed).status_code == 302
    assert Party.objects.count() == 3
