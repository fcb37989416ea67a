"""Who a customer is stays masked; whoever must know says why and sees it for one minute, and that is written down."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from yinuo.engines.cases.models import Case
from yinuo.facts.models import Fact
from yinuo.ground.customers.models import Reveal
from yinuo.ground.customers.reveals import RevealRefused, reveal
from yinuo.packs.complaints.tests.bank import a_complaint
from yinuo.packs.complaints.tests.conftest import _own_home, bank

__all__ = ["_own_home", "bank"]
pytestmark = pytest.mark.django_db
NAME, PHONE, EMAIL = "欧阳小敏", "13912345678", "ouyang@customer.example"
MINUTE = timedelta(seconds=60)


def desk(person):
    client = Client()
    client.cookies["yinuo_language"] = "en"
    client.force_login(person)
    return client


@pytest.fixture
def case(bank):
    return a_complaint(bank, name=NAME, phone=PHONE, email=EMAIL)


def asked(**more):
    return {"asked": str(uuid4()), "reason": "contact"} | more


def address(case):
    return f"/persons/of/{case.number}"


def looks():
    return Fact.objects.filter(kind="customers.revealed")


def test_the_page_of_a_case_offers_it_to_who_may_and_its_form_lies_behind_a_fold(bank, case):
    page = desk(bank.handler).get(f"/complaints/{case.number}?open=reveal").content.decode()
    assert f'action="{address(case)}"' in page
    assert PHONE not in page
    page = desk(bank.person("branch_head")).get(f"/complaints/{case.number}?open=reveal").content.decode()
    assert address(case) not in page


def test_with_a_reason_everything_is_seen_once_under_a_watermark_and_no_browser_keeps_it(bank, case):
    answer = desk(bank.handler).post(address(case), asked())
    page = answer.content.decode()
    assert all(value in page for value in (NAME, PHONE, EMAIL))
    assert page.count(f"<span>{bank.handler.name} {bank.handler.staff_number} ") > 9
    assert "no-store" in answer["Cache-Control"]
    seconds, where = answer["Refresh"].split(";url=")
    assert 0 < int(seconds) <= 60
    assert where == address(case)
    masked = desk(bank.handler).get(where).content.decode()
    assert not any(value in masked for value in (NAME, PHONE, EMAIL))
    assert "欧**敏" in masked


def test_each_look_is_a_fact_that_says_who_whom_what_and_why_but_no_values(bank, case):
    said = "柜面核对需要"
    desk(bank.handler).post(address(case), asked(reason="other", said=said))
    (fact,) = looks()
    assert (fact.by_id, fact.case_id, fact.unit_id) == (bank.handler.pk, case.pk, bank.centre.pk)
    told = json.loads(fact.body)["data"]
    assert told == {
        "customer": str(case.customer_id),
        "fields": ["name", "phone", "email"],
        "reason": "other",
    }
    assert not any(value in fact.body for value in (NAME, PHONE, EMAIL, said))
    assert Reveal.objects.get().said == said


@pytest.mark.parametrize(
    "wrong", [{"reason": ""}, {"reason": "because"}, {"reason": "other", "said": "  "}, {"asked": "x"}]
)
def test_without_a_reason_nothing_is_shown_and_nothing_recorded(bank, case, wrong):
    answer = desk(bank.handler).post(address(case), asked(**wrong))
    assert answer.status_code == 422
    assert PHONE not in answer.content.decode()
    assert (looks().count(), Reveal.objects.count()) == (0, 0)


def test_below_the_page_a_look_without_a_reason_is_refused_too(bank, case):
    for given in ({"reason": ""}, {"reason": "other", "said": " "}):
        with pytest.raises(RevealRefused, match="no_reason"):
            reveal(
                case.customer_id,
                asked=uuid4(),
                case=case.pk,
                unit=case.handling_unit_id,
                by=bank.handler.pk,
                **given,
            )
    assert looks().count() == 0


def test_whoever_sees_the_case_without_the_grant_is_told_which_one_it_is(bank, case):
    answer = desk(bank.person("branch_head")).post(address(case), asked())
    assert answer.status_code == 403
    assert "customers.reveal" in answer.content.decode()
    assert looks().count() == 0


def test_who_sees_a_case_but_holds_the_grant_elsewhere_is_refused(bank):
    case = a_complaint(bank, phone=PHONE, complained_unit=bank.north.pk)
    answer = desk(bank.person("lead", bank.north)).post(address(case), asked())
    assert answer.status_code == 403
    assert looks().count() == 0


def test_a_case_of_other_units_is_not_there(bank, case):
    client = desk(bank.person("lead", bank.north))
    hidden, missing = client.post(address(case), asked()), client.post("/persons/of/TS-NONE", asked())
    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert looks().count() == 0


def test_the_same_look_within_its_minute_is_one_and_afterwards_wants_a_new_reason(bank, case):
    client, form = desk(bank.handler), asked()
    client.post(address(case), form)
    assert PHONE in client.post(address(case), form).content.decode()
    assert looks().count() == 1
    Reveal.objects.update(at=timezone.now() - 2 * MINUTE, until=timezone.now() - MINUTE)
    late = client.post(address(case), form)
    assert late.status_code == 409
    assert PHONE not in late.content.decode()
    assert PHONE in client.post(address(case), asked()).content.decode()
    assert looks().count() == 2


def test_the_form_of_one_opens_nothing_for_another_nor_another_customer(bank, case):
    form = asked()
    desk(bank.handler).post(address(case), form)
    other = a_complaint(bank, phone="13900000001")
    assert desk(bank.person("lead", bank.centre)).post(address(case), form).status_code == 409
    assert desk(bank.handler).post(address(other), form).status_code == 409
    assert looks().count() == 1


def test_too_many_within_an_hour_are_refused(bank, case, settings):
    settings.REVEALS_AN_HOUR = 2
    client = desk(bank.handler)
    assert [client.post(address(case), asked()).status_code for _turn in range(3)] == [200, 200, 409]
    Reveal.objects.update(at=timezone.now() - timedelta(hours=1, minutes=1))
    assert client.post(address(case), asked()).status_code == 200


def test_of_somebody_erased_nothing_is_shown(bank, case):
    from yinuo.ground.vault.models import SubjectKey

    SubjectKey.objects.filter(pk=case.customer_id).update(wrapped=None, destroyed_at=timezone.now())
    answer = desk(bank.handler).post(address(case), asked())
    assert answer.status_code == 409
    assert looks().count() == 0


def test_the_auditor_reads_who_looked_and_why_and_finds_it_by_number(bank, case):
    desk(bank.handler).post(address(case), asked(reason="authority"))
    auditor = desk(bank.person("auditor"))
    page = auditor.get("/persons/reveals").content.decode()
    assert bank.handler.name in page
    assert "欧**敏" in page
    assert "An authority asks for it by law" in page
    assert PHONE not in page
    assert auditor.get(f"/persons/reveals?q={case.number}").content.decode().count("<tr data-row") == 1
    assert auditor.get("/persons/reveals?q=TS-NONE").content.decode().count("<tr data-row") == 0
    north = desk(bank.person("auditor", bank.north)).get("/persons/reveals").content.decode()
    assert north.count("<tr data-row") == 0


def test_the_timeline_tells_who_looked(bank, case):
    desk(bank.handler).post(address(case), asked())
    page = desk(bank.handler).get(f"/complaints/{case.number}").content.decode()
    assert "saw who the customer is in full: To reach the customer" in page
    assert Case.objects.get(pk=case.pk).version == case.version


def sought(person, part):
    return desk(person).post("/persons/search", {"part": part})


def test_a_customer_is_found_by_a_part_of_the_name_masked_and_with_the_cases_one_may_see(bank, case):
    a_complaint(bank, name="李强")
    page = sought(bank.handler, "小敏").content.decode()
    assert case.number in page
    assert "欧**敏" in page
    assert page.count('<th scope="row">') == 1
    assert NAME not in page
    (fact,) = Fact.objects.filter(kind="customers.searched")
    assert (fact.by_id, fact.data) == (bank.handler.pk, {"found": 1})
    assert desk(bank.handler).get("/persons/search?part=小敏").content.decode().count(case.number) == 0


def test_customers_of_other_units_are_not_found(bank, case):
    page = sought(bank.person("lead", bank.north), "小敏").content.decode()
    assert case.number not in page
    assert "Nobody with such a name" in page
    assert Fact.objects.get(kind="customers.searched").data == {"found": 0}


def test_one_letter_or_no_grant_finds_nobody(bank, case):
    assert sought(bank.handler, "敏").status_code == 422
    assert sought(bank.person("officer"), "小敏").status_code == 403
    assert not Fact.objects.filter(kind="customers.searched").exists()
