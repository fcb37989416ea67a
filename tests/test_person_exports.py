"""Everything held on a customer reaches them encrypted, whole and by two pairs of eyes, and is gone after a week."""

import io
import json
from datetime import timedelta

import pytest
import pyzipper
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from yinuo.facts.models import Fact
from yinuo.ground.customers import exports
from yinuo.ground.customers.models import PersonExport
from yinuo.ground.files.intake import accept
from yinuo.ground.jobs.run import run_one
from yinuo.ground.people.postings import appoint
from yinuo.packs.complaints.tests.bank import SINCE, a_complaint, a_stranger, answered
from yinuo.packs.complaints.tests.conftest import _own_home, bank
from yinuo.packs.surveys.models import Invitation, Opinion

__all__ = ["_own_home", "bank"]
pytestmark = pytest.mark.django_db
NAME, PHONE = "欧阳小敏", "13912345678"
State = PersonExport.State


def desk(person):
    client = Client()
    client.cookies["yinuo_language"] = "en"
    client.force_login(person)
    return client


@pytest.fixture
def officer(bank):
    return bank.person("compliance")


@pytest.fixture
def second(bank):
    person = a_stranger("compliance")
    appoint(person, "compliance", bank.head, valid_from=SINCE)
    return person


@pytest.fixture
def case(bank):
    return answered(bank, name=NAME, phone=PHONE)


def gathered(case, officer):
    desk(officer).post(f"/persons/of/{case.number}/export")
    assert run_one("test")
    return PersonExport.objects.get()


def at(export, rest=""):
    return f"/persons/exports/{export.pk}{rest}"


def kinds():
    found = Fact.objects.filter(kind__startswith="customers.export").order_by("id")
    return [kind.removeprefix("customers.export_") for kind in found.values_list("kind", flat=True)]


def opened(officer, export):
    answer = desk(officer).post(at(export, "/password")).content.decode()
    password = answer.split("<code>")[1].split("</code>")[0]
    file = b"".join(desk(officer).get(at(export, "/file")).streaming_content)
    whole = pyzipper.AESZipFile(io.BytesIO(file))
    whole.setpassword(password.encode())
    return whole


def test_all_of_it_reaches_the_customer_in_their_language_and_for_programs(bank, case, officer, second):
    accept(ContentFile(b"what was handed in\n", name="note.txt"), owner_kind="case", owner_id=case.pk)
    asked = Invitation.objects.create(
        about=case, customer=case.customer, token_index=b"x", sent_at=timezone.now(),
        expires_at=timezone.now(), answered_at=timezone.now(), rating=1,
    )  # fmt: skip
    Opinion.objects.create(invitation=asked, text="太慢了")
    a_complaint(bank, name="另一人", phone="13900000009", words="别人的投诉，与他无关。")
    export = gathered(case, officer)
    desk(second).post(at(export, "/decide"), {"granted": "yes"})
    whole = opened(officer, export)
    data = json.loads(whole.read("data.json"))
    assert data["person"][0]["name"] == NAME
    assert data["complaints"][0]["words"] == case.complaint.words
    assert "我们已退还两百元" in json.dumps(data["letters"], ensure_ascii=False)
    assert data["ratings"][0]["text"] == "太慢了"
    assert [(row["number"], row["name"]) for row in data["files"]] == [("001", "note.txt")]
    assert whole.read("files/001.txt") == b"what was handed in\n"
    page = whole.read("data.html").decode()
    assert "银行持有的您的信息" in page
    assert case.complaint.words in page
    assert "别人的投诉" not in page + json.dumps(data, ensure_ascii=False)
    assert kinds() == ["asked", "made", "decided", "password_shown", "fetched"]


def test_what_lies_there_opens_without_the_password_to_nobody(case, officer):
    export = gathered(case, officer)
    raw = exports.path_of(export.pk).read_bytes()
    assert NAME.encode() not in raw
    assert case.complaint.words.encode() not in raw
    with pytest.raises(RuntimeError):
        pyzipper.AESZipFile(io.BytesIO(raw)).read("data.json")
    assert exports.path_of(export.pk).stat().st_mode & 0o077 == 0


def test_whoever_asked_does_not_release_it_and_before_that_nobody_has_it(case, officer, second):
    export = gathered(case, officer)
    assert desk(officer).post(at(export, "/decide"), {"granted": "yes"}).status_code == 409
    assert desk(officer).get(at(export, "/file")).status_code == 409
    assert desk(officer).post(at(export, "/password")).status_code == 409
    assert PersonExport.objects.get().state == State.MADE
    assert kinds() == ["asked", "made"]


def test_the_password_is_shown_once_and_to_who_asked(case, officer, second):
    export = gathered(case, officer)
    desk(second).post(at(export, "/decide"), {"granted": "yes"})
    assert desk(second).post(at(export, "/password")).status_code == 409
    assert desk(officer).post(at(export, "/password")).status_code == 200
    assert desk(officer).post(at(export, "/password")).status_code == 409
    assert not PersonExport.objects.get().password


def test_a_refusal_names_a_reason_of_the_law_and_the_file_goes(
    case, officer, second, django_capture_on_commit_callbacks
):
    export = gathered(case, officer)
    assert desk(second).post(at(export, "/decide"), {"granted": "no"}).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        desk(second).post(at(export, "/decide"), {"granted": "no", "reason": "not_them"})
    assert not exports.path_of(export.pk).exists()
    told = Fact.objects.get(kind="customers.export_decided")
    assert told.data | {"customer": "", "export": ""} == {
        "customer": "", "export": "", "granted": False, "reason": "not_them",
    }  # fmt: skip
    assert "Who asks could not be verified" in desk(officer).get(at(export)).content.decode()


def test_after_a_week_it_is_gone(case, officer, second, django_capture_on_commit_callbacks):
    export = gathered(case, officer)
    exports.decide(export.pk, granted=True, by=second.pk)
    later = timezone.now() + timedelta(days=7, minutes=1)
    with pytest.raises(exports.ExportRefused):
        exports.fetched(export.pk, by=officer.pk, at=later)
    with django_capture_on_commit_callbacks(execute=True):
        assert exports.expire(later) == 1
    assert not exports.path_of(export.pk).exists()
    assert PersonExport.objects.get().state == State.EXPIRED
    assert exports.expire(later) == 0


def test_who_answers_for_a_part_of_the_bank_gets_nothing_of_it(bank, case, officer):
    part = desk(bank.person("compliance", bank.centre))
    assert part.post(f"/persons/of/{case.number}/export").status_code == 403
    export = gathered(case, officer)
    for address in ("/persons/exports", at(export), at(export, "/file")):
        assert part.get(address).status_code == 403
    assert desk(bank.handler).get(at(export)).status_code == 403


def test_one_at_a_time_and_none_of_the_erased(case, officer):
    export = gathered(case, officer)
    desk(officer).post(f"/persons/of/{case.number}/export")
    assert PersonExport.objects.count() == 1
    exports.forget(case.customer_id)
    assert PersonExport.objects.get(pk=export.pk).state == State.EXPIRED


def test_the_list_says_what_became_of_each(case, officer):
    gathered(case, officer)
    page = desk(officer).get("/persons/exports").content.decode()
    assert page.count("<tr data-row") == 1
    assert "To be released by a second person" in page
    assert PHONE not in page
