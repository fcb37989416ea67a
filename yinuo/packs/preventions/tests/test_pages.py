"""The list by time left, the page of one prevention and the form that opens it, as colleagues see them."""

import pytest
from django.test import Client
from django.utils import timezone

from yinuo.engines.cases.due import judge_due
from yinuo.engines.cases.models import Case, Recusal
from yinuo.facts.models import Fact
from yinuo.packs.preventions import actions
from yinuo.packs.preventions.tests.bank import (
    CHANGE,
    DAY,
    MEASURE,
    MONDAY,
    ROOT,
    a_case_elsewhere,
    a_person,
    carried_out,
    number,
    opened,
    planned,
    verified,
)

pytestmark = pytest.mark.django_db
SOON = (timezone.localdate() + 30 * DAY).isoformat()


@pytest.fixture(autouse=True)
def may(readings):
    readings["2026-05"], readings["2026-07"] = number(80), number(79)
    return readings


def signed_in(person):
    client = Client()
    client.force_login(person)
    client.cookies["yinuo_language"] = "en"
    return client


def text(answer):
    return answer.content.decode()


def said(bank, **other):
    usual = {
        "business": "B-03.1", "cause": "C-09", "root": ROOT, "number": "", "owner": bank.owner.staff_number,
        "unit": bank.branch.pk, "measure": MEASURE, "better": "lower", "span": "month",
    }  # fmt: skip
    return usual | other


def test_a_lead_opens_one_and_lands_on_its_page(bank):
    lead = signed_in(bank.lead)
    assert "Complaints received" in text(lead.get("/preventions/new"))
    answer = lead.post("/preventions/new", said(bank), follow=True)
    case = Case.objects.get(kind="preventions")
    page = text(answer)
    for shown in (case.number, ROOT, "Pricing &amp; fees", "Complaints of the tests", bank.owner.name):
        assert shown in page
    assert case.opened_at.date() >= MONDAY.date()


def test_what_is_wrong_in_the_form_is_said_and_kept(bank):
    lead = signed_in(bank.lead)
    for other, told in (
        ({"owner": "X1"}, "Nobody has this staff number."),
        ({"unit": bank.head.pk}, "Select a valid choice"),
        ({"number": "TS-20200101-0001"}, "There is no case of this number that you may see."),
    ):
        answer = lead.post("/preventions/new", said(bank, **other))
        assert answer.status_code == 422
        assert told in text(answer)
        assert ROOT in text(answer)
    no_post = a_person()
    answer = lead.post("/preventions/new", said(bank, owner=no_post.staff_number))
    assert answer.status_code == 409
    assert "has no post" in text(answer)
    assert not Case.objects.filter(kind="preventions").exists()


def test_it_goes_its_way_on_the_page(bank):
    case, owner, judge = opened(bank), signed_in(bank.owner), signed_in(bank.judge)
    address = f"/preventions/{case.number}"
    assert 'id="do-plan"' in text(owner.get(address))
    assert owner.post(f"{address}/plan", {"change": "", "due_on": ""}).status_code == 422
    assert owner.post(f"{address}/plan", {"change": CHANGE, "due_on": SOON}).status_code == 302
    assert CHANGE in text(owner.get(address))
    done = MONDAY.date().isoformat()
    assert owner.post(f"{address}/carry-out", {"done_on": done}).status_code == 302
    assert owner.post(f"{address}/verify").status_code == 403
    assert 'id="do-verify"' in text(judge.get(address))
    assert judge.post(f"{address}/verify").status_code == 302
    page = text(judge.get(address))
    assert "Cannot tell" in page
    query = "measure=preventions.of_the_tests&amp;period=2026-07&amp;unit=BRANCH&amp;slice=cause%3AC-09"
    assert f"/complaints?{query}" in page
    assert judge.post(f"{address}/end", {"words": ""}).status_code == 422
    assert judge.post(f"{address}/end", {"words": "该业务已停办。"}).status_code == 302
    assert "该业务已停办。" in text(judge.get(address))
    assert judge.post(f"{address}/end", {"words": "该业务已停办。"}).status_code == 409


def test_the_owner_who_could_verify_is_told_that_a_colleague_does(bank):
    case = carried_out(bank, owner=bank.judge)
    client = signed_in(bank.judge)
    page = text(client.get(f"/preventions/{case.number}"))
    assert "a colleague measures again" in page
    assert 'id="do-verify"' not in page
    assert client.post(f"/preventions/{case.number}/verify").status_code == 409


def test_the_list_knows_views_filters_and_nothing_at_all(bank, may):
    judge = signed_in(bank.judge)
    assert "Open one against a cause that keeps coming back" in text(judge.get("/preventions"))
    late, waiting, weighed = planned(bank), carried_out(bank), verified(bank)
    may["2026-07"] = number(20)
    done = verified(bank)
    judge_due(timezone.now())
    for query, found, missing in (
        ("?view=open", late, done),
        ("?view=overdue", late, weighed),
        ("?view=verify", waiting, weighed),
        ("?view=weigh", weighed, waiting),
        ("?view=done", done, waiting),
        ("?view=all&outcome=better", done, weighed),
    ):
        page = text(judge.get(f"/preventions{query}"))
        assert found.number in page, query
        assert missing.number not in page, query
    assert late.number in text(signed_in(bank.owner).get("/preventions?view=mine"))
    behind = text(judge.get("/preventions?measure=preventions.closed_share&period=2026-06"))
    assert done.number in behind
    assert judge.get("/preventions?measure=no.such&period=2026Q3").status_code == 404


def test_a_prevention_out_of_reach_answers_like_a_missing_one(bank):
    case = opened(bank, unit=bank.head, owner=bank.judge)
    client = signed_in(bank.owner)
    assert client.get(f"/preventions/{case.number}").status_code == 404
    assert case.number not in text(client.get("/preventions?view=all"))
    assert signed_in(bank.judge).get(f"/preventions/{case.number}").status_code == 200


def test_who_stands_aside_from_the_case_it_was_opened_from_does_not_see_it(bank):
    about = a_case_elsewhere(bank)
    case = opened(bank, about=about.pk)
    Recusal.objects.create(case=about, person=bank.compliance, ground="close", declared_at=MONDAY)
    assert signed_in(bank.compliance).get(f"/preventions/{case.number}").status_code == 404
    page = text(signed_in(bank.judge).get(f"/preventions/{case.number}"))
    assert about.number in page


def test_what_somebody_moved_on_meanwhile_is_not_overwritten(bank):
    case = opened(bank)
    actions.plan(case.pk, change=CHANGE, due_on=MONDAY.date() + DAY, by=bank.owner, at=MONDAY)
    answer = signed_in(bank.owner).post(
        f"/preventions/{case.number}/plan",
        {"change": "改另一处，每周核对", "due_on": SOON, "version": case.version},
    )
    assert answer.status_code == 409


def test_the_list_leaves_as_a_file_and_that_is_a_fact(bank):
    weighed, waiting = verified(bank), carried_out(bank)
    judge = signed_in(bank.judge)
    answer = judge.get("/preventions/export.csv?view=weigh")
    file = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert weighed.number in file
    assert waiting.number not in file
    assert ROOT in file
    assert "Cannot tell" in file
    assert Fact.objects.filter(kind="preventions.exported").count() == 1
    assert judge.get("/preventions/export.xlsx?view=all").status_code == 200
    assert judge.get("/preventions/export.pdf").status_code == 404
    assert signed_in(bank.owner).get("/preventions/export.csv").status_code == 403


def test_the_owner_or_whoever_opens_preventions_hands_it_over_on_the_page(bank):
    case, new = planned(bank), a_person("handler", bank.branch)
    address = f"/preventions/{case.number}"
    typed = {"owner": new.staff_number, "words": "原负责人调岗。"}
    colleague = signed_in(a_person("handler", bank.branch))
    assert "/hand-over" not in text(colleague.get(f"{address}?open=hand-over"))
    assert colleague.post(f"{address}/hand-over", typed).status_code == 403
    owner = signed_in(bank.owner)
    assert f'action="{address}/hand-over"' in text(owner.get(f"{address}?open=hand-over"))
    wrong = owner.post(f"{address}/hand-over", {"owner": "X1", "words": "原负责人调岗。"})
    assert wrong.status_code == 422
    assert "Nobody has this staff number." in text(wrong)
    assert owner.post(f"{address}/hand-over", typed).status_code == 302
    assert Case.objects.get(pk=case.pk).handler == new
    page = text(signed_in(bank.lead).get(address))
    assert f"handed it over to {new.name}" in page
    assert "原负责人调岗。" in page
    assert (
        signed_in(bank.lead)
        .post(f"{address}/hand-over", typed | {"owner": bank.owner.staff_number})
        .status_code
        == 302
    )
