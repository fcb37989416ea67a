"""A posted verb: what it refuses leaves no trace, and what was typed comes back."""

import pytest
from django.test import Client

from yinuo.engines.cases.models import Case
from yinuo.facts.models import Fact
from yinuo.packs.complaints.models import Matter
from yinuo.packs.complaints.tests.bank import a_complaint, accepted, graded
from yinuo.packs.complaints.views.verbs import VERBS

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(bank):
    client = Client()
    client.force_login(bank.handler)
    return client


def trace(case):
    """What any verb would change."""
    fresh = Case.objects.get(pk=case.pk)
    return fresh.version, fresh.step, Fact.objects.filter(case_id=case.pk).count()


def test_a_verb_is_done_and_leads_back_to_the_case(bank, desk):
    case = a_complaint(bank)
    answer = desk.post(f"/complaints/{case.number}/accept", {"version": case.version})
    assert answer.status_code == 302
    assert answer["Location"] == f"/complaints/{case.number}"
    assert Case.objects.get(pk=case.pk).handler == bank.handler


def test_after_a_verb_one_is_still_in_the_list_the_case_was_opened_from(bank, desk):
    case = a_complaint(bank)
    asked = "?view=all&sort=oldest"
    page = desk.get(f"/complaints/{case.number}{asked}").content.decode()
    assert f'action="/complaints/{case.number}/accept?view=all&amp;sort=oldest"' in page
    answer = desk.post(f"/complaints/{case.number}/accept{asked}", {"version": case.version})
    assert answer["Location"] == f"/complaints/{case.number}{asked}"
    assert (
        desk.get(f"/complaints/{case.number}/accept{asked}")["Location"]
        == f"/complaints/{case.number}{asked}"
    )


@pytest.mark.parametrize("verb", [verb.place.replace("<int:position>", "1") for verb in VERBS])
def test_whoever_reloads_the_address_of_a_verb_sees_the_case_and_nothing_is_done(bank, desk, verb):
    case = graded(bank)
    before = trace(case)
    answer = desk.get(f"/complaints/{case.number}/{verb}")
    assert (answer.status_code, answer["Location"]) == (302, f"/complaints/{case.number}")
    assert desk.put(f"/complaints/{case.number}/{verb}").status_code == 405
    assert trace(case) == before


def test_a_form_that_is_not_right_comes_back_with_what_was_typed(bank, desk):
    case = accepted(bank)
    before = trace(case)
    typed = {"level": "ordinary", "m0-title": "手续费多收两百元", "m1-business": "B-03.1"}
    answer = desk.post(f"/complaints/{case.number}/grade", typed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "手续费多收两百元" in page
    assert page.count('class="sq-errors"') == 1  # one summary for the page, however many forms it has
    for field in ("m0-business", "m0-cause", "m1-title", "m1-cause"):
        assert f'href="#id_{field}"' in page
    assert trace(case) == before


def test_a_verb_on_a_case_that_moved_on_is_refused_and_keeps_the_words(bank, desk):
    case = graded(bank)
    before = trace(case)
    old = {"version": case.version - 1, "question": "请把小票拍照发给我们", "ask": "1"}
    answer = desk.post(f"/complaints/{case.number}/investigated", old)
    assert answer.status_code == 409
    assert "请把小票拍照发给我们" in answer.content.decode()
    assert trace(case) == before


def test_a_conclusion_goes_to_the_matter_that_the_address_names(bank, desk):
    case = graded(bank, matters=2)
    said = {"version": case.version, "conclusion": "upheld", "finding": "当日确实多收"}
    wrong = desk.post(f"/complaints/{case.number}/matters/3", said)
    assert wrong.status_code == 422
    assert desk.post(f"/complaints/{case.number}/matters/2", said).status_code == 302
    matters = Matter.objects.filter(complaint_id=case.pk).order_by("position")
    assert [matter.finding for matter in matters] == ["", "当日确实多收"]


def test_somebody_else_s_case_is_handed_over_only_with_the_grant(bank):
    case, other = accepted(bank), bank.person("officer", bank.centre)
    before = trace(case)
    client = Client()
    client.force_login(other)
    assert client.post(f"/complaints/{case.number}/hand-over", {"to": bank.handler.pk}).status_code == 403
    assert trace(case) == before
