"""The pages of a changeover: the map with its proof, the proposal, who approves, how far the job is."""

import pytest
from django.test import Client
from django.utils import timezone

from yinuo.engines.cases import changeover_counts as counts
from yinuo.engines.cases.changeovers import Changeover
from yinuo.engines.cases.models import Case, Recusal
from yinuo.ground.jobs.models import Job, State
from yinuo.ground.jobs.run import run_one
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.tests.bank import MONDAY, a_complaint, graded
from yinuo.packs.complaints.tests.changing import (
    AFTER_ASKING,
    ASK_GONE,
    SECOND,
    changed_over,
    first,
    newer,
    proposed,
    renamed,
)

pytestmark = pytest.mark.django_db


def browser(person, language="zh-hans"):
    client = Client()
    client.force_login(person)
    client.cookies["yinuo_language"] = language
    return client


@pytest.fixture
def author(bank):
    return browser(bank.person("quality_head"))


@pytest.fixture
def other(bank):
    return browser(bank.person("compliance"))


def filled(page, **chosen):
    """The form of a map as its page offers it, with what is chosen besides."""
    rows = page.context["rows"]
    return {row.field: chosen.get(row.key, row.chosen) for row in rows}


def test_the_page_of_the_edition_in_force_says_how_many_cases_stand_on_earlier_ones(bank, author, other):
    a_complaint(bank)
    old = first()
    assert author.get(f"/editions/{old.pk}").context["behind"] == []
    new = newer(AFTER_ASKING)
    [behind] = author.get(f"/editions/{new.pk}").context["behind"]
    assert (behind.edition, behind.cases, behind.changeover) == (old, 1, None)
    assert f"/editions/{new.pk}/change-over/{old.pk}" in author.get(f"/editions/{new.pk}").content.decode()
    reader = browser(bank.handler)
    assert "change-over" not in reader.get(f"/editions/{new.pk}").content.decode()
    assert author.get(f"/editions/{old.pk}").context["behind"] == []


def test_the_map_begins_with_the_same_ids_and_says_of_each_step_what_is_proven(bank, author):
    graded(bank)
    a_complaint(bank)
    old, new = first(), newer(ASK_GONE)
    page = author.get(f"/editions/{new.pk}/change-over/{old.pk}")
    rows = {row.key: row for row in page.context["rows"]}
    assert {row.chosen for row in rows.values()} == {
        "register",
        "grade",
        "investigate",
        "answer",
        "close",
        "",
    }
    assert (rows["ask"].chosen, rows["ask"].verdict.text) == ("", "留在原版本")
    assert (rows["register"].there, rows["investigate"].there, rows["grade"].there) == (1, 1, 0)
    assert {rows[key].verdict.tone for key in ("register", "investigate")} == {"brand"}
    chosen = filled(page, ask="ask_twice", register="close")
    page = author.post(f"/editions/{new.pk}/change-over/{old.pk}", {**chosen, "act": "prove"})
    rows = {row.key: row for row in page.context["rows"]}
    assert (rows["ask"].chosen, rows["ask"].verdict.tone) == ("ask_twice", "brand")
    assert not Changeover.objects.exists()


def test_a_refusal_names_the_step_in_the_reader_s_language(bank, author):
    a_complaint(bank)
    old = first()
    new = newer(
        ('id="enough" name="材料是否齐全"', 'id="enough" name="材料够不够"'), ("need_more", "more_needed")
    )
    told = set()
    for language in ("zh-hans", "en", "zh-hant"):
        author.cookies["yinuo_language"] = language
        rows = author.get(f"/editions/{new.pk}/change-over/{old.pk}").context["rows"]
        [said] = {problem for row in rows for problem in row.problems}
        assert "材料够不够" in said
        assert "more_needed" in said
        told.add(said)
    assert len(told) == 3


def test_one_proposes_somebody_else_approves_and_the_cases_change_over(bank, author, other):
    case = a_complaint(bank)
    old, new = first(), newer(AFTER_ASKING)
    address = f"/editions/{new.pk}/change-over/{old.pk}"
    said = filled(author.get(address)) | {"act": "propose"}
    unsaid = author.post(address, said)
    assert unsaid.status_code == 422
    assert not Changeover.objects.exists()
    page = author.post(address, said | {"note": "缩短流程"}, follow=True)
    made = Changeover.objects.get()
    assert page.context["shown"].counting
    assert page.context["own"]
    refused = author.post(f"/editions/changeovers/{made.pk}/approve")
    assert refused.status_code == 409
    assert "提出" in refused.context["refusal"]
    assert other.post(f"/editions/changeovers/{made.pk}/approve").status_code == 409  # not counted yet
    assert run_one("w", timezone.now() + SECOND)
    page = other.get(f"/editions/changeovers/{made.pk}")
    assert page.context["may_decide"]
    assert [pair.value for pair in page.context["shown"].figures[:3]] == ["1", "1", "0"]
    assert other.post(f"/editions/changeovers/{made.pk}/approve").status_code == 302
    assert run_one("w", timezone.now() + SECOND)
    page = other.get(f"/editions/changeovers/{made.pk}")
    assert [pair.value for pair in page.context["shown"].outcome[:2]] == ["1", "0"]
    case.refresh_from_db()
    assert case.process == new
    shown = browser(bank.handler).get(f"/complaints/{case.number}")
    assert "第 2 版" in shown.content.decode()


def test_the_table_says_how_many_stand_in_each_step_before_and_after(bank, other):
    graded(bank)
    asked = graded(bank)
    actions.finish_investigation(asked.pk, by=bank.handler, question="哪一天？", at=MONDAY.replace(hour=15))
    made = proposed(first(), newer(ASK_GONE))
    page = other.get(f"/editions/changeovers/{made.pk}")
    rows = {row[0].sub: [cell.text for cell in row[2:4]] for row in page.context["shown"].table.rows}
    assert rows["investigate"] == ["1", "0"]
    assert rows["ask"] == ["1", "1"]


def test_the_page_lists_cases_that_stay_only_as_far_as_the_reader_may_see_them(bank):
    shown, hidden = graded(bank), graded(bank)
    for case in (shown, hidden):
        actions.finish_investigation(
            case.pk, by=bank.handler, question="哪一天？", at=MONDAY.replace(hour=15)
        )
    a_complaint(bank)
    reader = bank.person("compliance")
    Recusal.objects.create(
        case=hidden, person=reader, ground="conflict", declared_by=reader, declared_at=timezone.now()
    )
    made = proposed(first(), newer(ASK_GONE))
    page = browser(reader).get(f"/editions/changeovers/{made.pk}")
    assert [row[0].text for row in page.context["shown"].staying.rows] == [shown.number]
    assert "请客户补充" in page.context["shown"].staying.rows[0][1].text
    assert hidden.number not in page.content.decode()


def test_what_is_forged_becomes_nothing(bank, author):
    """A step that is none, one of another sort, an edition of something else."""
    a_complaint(bank)
    old, new = first(), newer(AFTER_ASKING)
    address = f"/editions/{new.pk}/change-over/{old.pk}"
    said = filled(author.get(address)) | {"place-1": "<script>", "place-2": "end", "act": "prove"}
    rows = author.post(address, said).context["rows"]
    assert [row.chosen for row in rows[:2]] == ["", ""]
    assert author.get(f"/editions/{old.pk}/change-over/{new.pk}").status_code == 409
    assert author.get(f"/editions/{new.pk}/change-over/{new.pk}").status_code == 409
    elsewhere = browser(bank.handler)
    assert elsewhere.get(address).status_code == 403


def test_a_job_is_stopped_and_goes_on_from_its_page(bank, other):
    a_complaint(bank)
    made = proposed(first(), newer(AFTER_ASKING))
    assert other.post(f"/editions/changeovers/{made.pk}/approve").status_code == 302
    other.post(f"/editions/changeovers/{made.pk}/stop")
    assert counts.run_of(made).state == State.CANCELLED
    page = other.get(f"/editions/changeovers/{made.pk}")
    assert page.context["shown"].stopped
    other.post(f"/editions/changeovers/{made.pk}/resume")
    assert run_one("w", timezone.now() + SECOND)
    assert counts.run_of(made).result == {"moved": 1, "stay": 0}


def test_it_is_counted_again_withdrawn_and_not_approved_from_its_page(bank, author, other):
    a_complaint(bank)
    old, new = first(), newer(AFTER_ASKING)
    made = proposed(old, new, by=bank.person("quality_head"))
    author.post(f"/editions/changeovers/{made.pk}/count")
    assert Job.objects.filter(kind=counts.COUNT).count() == 2
    assert run_one("w", timezone.now() + SECOND)
    assert other.post(f"/editions/changeovers/{made.pk}/withdraw").status_code == 409
    author.post(f"/editions/changeovers/{made.pk}/withdraw")
    again = proposed(old, new, by=bank.person("quality_head"))
    other.post(f"/editions/changeovers/{again.pk}/refuse")
    assert set(Changeover.objects.values_list("state", flat=True)) == {"withdrawn", "refused"}
    assert not Case.objects.filter(process=new).exists()


def test_the_page_of_a_case_reopened_knows_no_step_of_an_earlier_edition(bank):
    """What was done in a step that the new edition has no more is no part of its stepper."""
    case = graded(bank)
    new = newer(renamed("grade", "grade_it"))
    changed_over(first(), new)
    actions.withdraw(case.pk, said="不投诉了", by=bank.handler, at=timezone.now())
    actions.reopen(
        case.pk, reason="taken-back", said="又来", by=bank.person("quality_head"), at=timezone.now()
    )
    assert browser(bank.person("lead")).get(f"/complaints/{case.number}").status_code == 200
