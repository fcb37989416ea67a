"""Drafting and approving on the page: what cannot stand is refused in the reader's words, and leaves no trace."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from yinuo.engines.editions.models import Edition
from yinuo.engines.editions.tests.first import first_editions
from yinuo.facts.models import Fact
from yinuo.ground.jobs.models import Job
from yinuo.ground.jobs.run import run_one
from yinuo.ground.people.models import Unit, User
from yinuo.ground.people.places import place_unit
from yinuo.ground.people.postings import appoint

pytestmark = pytest.mark.django_db

KINDS = ("bank", "calendar", "letters", "mapping", "process", "promises", "targets", "terms")
GARBAGE = (
    "no content at all",
    "=",
    "<a/>",
    'name = "x"',
    "[x]\n",
    "[x]\nname = 1\nmeasure = 1\nat_least = 1\nsubject = 1\nterms = 1\nsource = 1\n",
    "x = [1, 2]\n",
    "[[x]]\n",
    "names = 1\nhours = 1\nholidays = 1\nformat = 1\nproduct = 1\nissue = 1\n",
    "\x00",
    "[" * 3000,
)


@pytest.fixture
def office(db):
    first_editions()
    since = date(2026, 1, 1)
    head = Unit.objects.create(code="HQ", kind="head_office", name_zh_hans="总行", opened_on=since)
    place_unit(head, None, since)
    return head


@pytest.fixture
def author(office):
    return somebody("quality_head", office)


def somebody(role, unit):
    """The browser of somebody who holds a role."""
    user = User.objects.create_user(role.replace("_", ""), None, name=role, staff_number=role)
    appoint(user, role, unit, valid_from=date(2026, 1, 1))
    client = Client()
    client.force_login(user)
    client.cookies["yinuo_language"] = "zh-hans"
    return client


def of(kind):
    editions = Edition.objects.filter(kind=kind).order_by("key", "number")
    return editions.filter(key="complaints").first() or editions.first()


@pytest.mark.parametrize("kind", KINDS)
def test_content_that_cannot_be_read_is_refused_with_what_was_typed(author, kind):
    edition, editions, facts = of(kind), Edition.objects.count(), Fact.objects.count()
    for content in GARBAGE:
        answer = author.post(f"/editions/{edition.pk}/draft", {"content": content, "note": "试一试"})
        assert answer.status_code == 422, (content, answer.status_code)
        assert answer.context["form"].errors["content"]
        assert answer.context["form"]["note"].value() == "试一试"
    assert (Edition.objects.count(), Fact.objects.count()) == (editions, facts)


LANGUAGES = ("zh-hans", "en", "zh-hant")


def refusals(author, edition, content):
    """What is said against a content in each language."""
    for language in LANGUAGES:
        author.cookies["yinuo_language"] = language
        answer = author.post(f"/editions/{edition.pk}/draft", {"content": content, "note": "试一试"})
        yield " ".join(answer.context["form"].errors["content"])


@pytest.mark.parametrize("kind", KINDS)
def test_content_that_cannot_be_read_is_refused_in_the_reader_s_language(author, kind):
    edition = of(kind)
    for content in GARBAGE:
        assert len(set(refusals(author, edition, content))) == 3, content


WRONG = [
    ("calendar", 'mon = ["09:00', 'mon = ["19:00', "结束早于开始"),
    ("calendar", 'zone = "Asia/Shanghai"', 'zone = "Asia/Nowhere"', "不是时区"),
    ("bank", "zh-hant", "zh-tw", "缺少 zh-hant"),
    ("mapping", 'via = ["Fax"]', 'via = ["Web"]', "有两条规则"),
    ("mapping", 'code = "B-13"', 'code = "B-77"', "不是 complaint_business 里的代码"),
    ("mapping", "[edition]", "[edition", "第 5 行"),
    ("process", "need_more == true", "need_more ==", "读不懂：没有写完"),
    ("process", "need_more == true", "need_more 5", "两个值并排"),
    ("process", "</bpmn:definitions>", "", "文件不是 XML"),
]


@pytest.mark.parametrize(("kind", "right", "wrong", "said"), WRONG)
def test_one_slip_in_content_is_told_in_the_reader_s_language(author, kind, right, wrong, said):
    edition = of(kind)
    assert right in edition.content
    chinese, english, _traditional = told = list(
        refusals(author, edition, edition.content.replace(right, wrong, 1))
    )
    assert said in chinese
    assert said not in english
    assert len(set(told)) == 3


def test_a_drawing_that_cannot_stand_is_refused_in_the_reader_s_language(author):
    edition = of("process")
    broken = edition.content.replace("userTask", "task")
    said = author.post(f"/editions/{edition.pk}/draft", {"content": broken, "note": "换成普通任务"})
    assert "不支持" in said.context["form"].errors["content"][0]
    author.cookies["yinuo_language"] = "en"
    said = author.post(f"/editions/{edition.pk}/draft", {"content": broken, "note": "plain tasks"})
    assert "is not supported: say who does it" in said.context["form"].errors["content"][0]


def test_a_promise_that_cannot_be_read_is_refused_in_the_reader_s_language(author):
    edition = of("promises")
    broken = edition.content.replace('"3 working days"', '"three days"')
    said = author.post(f"/editions/{edition.pk}/draft", {"content": broken, "note": "改"})
    assert said.context["form"].errors["content"] == [
        "answer.within: 'three days' 不是 '2 working hours' 或 '15 days' 这样的写法"
    ]


def test_nobody_approves_a_draft_of_their_own(office, author):
    edition = of("targets")
    said = {"content": edition.content.replace('"0.95"', '"0.96"'), "note": "提高"}
    page = author.post(f"/editions/{edition.pk}/draft", said, follow=True)
    draft = page.context["edition"]
    refused = author.post(f"/editions/{draft.pk}/approve")
    assert refused.status_code == 409
    assert "起草" in refused.context["refusal"]
    assert Edition.objects.get(pk=draft.pk).state == Edition.State.DRAFT
    other = somebody("compliance", office)
    assert other.post(f"/editions/{draft.pk}/approve").status_code == 302
    again = other.post(f"/editions/{draft.pk}/approve")
    assert again.status_code == 409
    assert Edition.objects.get(pk=draft.pk).state == Edition.State.APPROVED


def drafted(author, kind, right, wrong):
    """The page of a new draft of a kind, with its content changed in one place."""
    edition = of(kind)
    said = {"content": edition.content.replace(right, wrong, 1), "note": "改"}
    return author.post(f"/editions/{edition.pk}/draft", said, follow=True)


def test_a_drafted_calendar_is_counted_before_anybody_approves_it(office, author):
    page = drafted(
        author, "calendar", "confirmed = [2024, 2025, 2026]", "confirmed = [2024, 2025, 2026, 2027]"
    )
    draft, other = page.context["edition"], somebody("compliance", office)
    assert page.context["moving"].running  # drafting asked for the count
    refused = other.post(f"/editions/{draft.pk}/approve")
    assert refused.status_code == 409
    assert "计算" in refused.context["refusal"]
    assert Edition.objects.get(pk=draft.pk).state == Edition.State.DRAFT
    assert run_one("w", timezone.now() + timedelta(seconds=1))
    shown = other.get(f"/editions/{draft.pk}")
    assert [pair.value for pair in shown.context["moving"].figures][:5] == ["0"] * 5
    assert other.post(f"/editions/{draft.pk}/approve").status_code == 302


def test_counting_again_asks_for_one_job_and_only_for_a_calendar_s_draft(office, author):
    draft = drafted(author, "calendar", "2026]", "2026, 2027]").context["edition"]
    author.post(f"/editions/{draft.pk}/count")
    assert Job.objects.count() == 1
    run_one("w", timezone.now() + timedelta(seconds=1))
    author.post(f"/editions/{draft.pk}/count")
    assert Job.objects.count() == 2
    author.post(f"/editions/{of('targets').pk}/count")
    author.post(f"/editions/{of('calendar').pk}/count")
    assert Job.objects.count() == 2


def test_a_drafted_promise_says_that_open_cases_keep_theirs(author):
    page = drafted(author, "promises", '"3 working days"', '"2 working days"')
    assert page.context["moving"] is None
    assert "未结的工单仍按受理时的版本办理" in page.content.decode()
