"""A customer is erased: what must be kept is asked first, then nothing of them can be read anywhere, and the rest goes on."""

import json
import os
from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from yinuo.engines.cases.models import Case, Note
from yinuo.facts.models import Fact
from yinuo.ground.customers import erasure
from yinuo.ground.customers.holds import lift_hold, place_hold
from yinuo.ground.customers.intake import Person, find_customer
from yinuo.ground.customers.models import Customer, Erasure, Identity
from yinuo.ground.files.intake import accept
from yinuo.ground.files.models import StoredFile
from yinuo.ground.files.removal import forget
from yinuo.ground.files.store import store
from yinuo.ground.vault.models import SubjectKey
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.models import Complaint, Draft, Matter
from yinuo.packs.complaints.tests.bank import a_complaint, closed
from yinuo.packs.complaints.tests.pairs import a_customer

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def long_ago(bank, **who):
    """A complaint whose time has run out."""
    return closed(bank, at=timezone.now() - 4 * 366 * DAY, **who)


def reasons(customer):
    return [kept.reason for kept in erasure.why_not(customer)]


def refused(customer):
    """Why, after nothing happened."""
    before = (
        Fact.objects.count(),
        Identity.objects.count(),
        bytes(SubjectKey.objects.get(pk=customer).wrapped),
    )
    with pytest.raises(erasure.ErasureRefused) as told:
        erasure.erase(customer, reason="request", by=None)
    assert before == (
        Fact.objects.count(), Identity.objects.count(), bytes(SubjectKey.objects.get(pk=customer).wrapped)
    )  # fmt: skip
    assert not Erasure.objects.exists()
    return [(kept.reason, kept.until) for kept in told.value.reasons]


def test_nothing_of_the_erased_can_be_read_and_a_fact_says_that_they_were(bank):
    who = a_customer()
    case = long_ago(bank, **who)
    Draft.objects.create(case=case, author=bank.handler, form="note", values="{}", saved_at=timezone.now())
    officer = bank.person("lead")
    erasure.erase(case.customer_id, reason="request", by=officer.pk)
    customer = Customer.objects.select_related("key").get(pk=case.customer_id)
    assert (customer.name_ct, customer.phone_ct, customer.email_ct, customer.key.wrapped) == (None,) * 4
    assert (Identity.objects.exists(), Draft.objects.exists()) == (False, False)
    assert find_customer(phone=who["phone"]) == ()
    complaint = Complaint.objects.get()
    read = [complaint.words, complaint.subject, *(note.text for note in Note.objects.all())]
    read += [text for matter in Matter.objects.all() for text in (matter.title, matter.finding)]
    assert set(read) <= {"〔已删除〕", ""}
    fact = Fact.objects.get(kind="customers.erased")
    assert (fact.by_id, fact.data["customer"], fact.data["reason"]) == (
        officer.pk,
        str(customer.pk),
        "request",
    )
    assert fact.data["identities"] == 2


def test_facts_and_digests_stay_as_they_were(bank):
    case = long_ago(bank)
    before = dict(Fact.objects.values_list("id", "body"))
    erasure.erase(case.customer_id, reason="retention", by=None)
    after = dict(Fact.objects.values_list("id", "body"))
    assert before.items() <= after.items()
    assert len(after) == len(before) + 1


def test_a_legal_hold_keeps_them_until_its_day_or_until_it_is_lifted(bank):
    case = long_ago(bank)
    until = timezone.localdate() + 10 * DAY
    hold = place_hold(case.customer_id, reason="lawsuit", by=bank.handler.pk, until=until)
    assert refused(case.customer_id) == [("legal_hold", until)]
    later = timezone.now() + 11 * DAY
    assert erasure.why_not(case.customer_id, later) == []
    assert lift_hold(hold.pk, by=bank.handler.pk)
    assert not lift_hold(hold.pk, by=bank.handler.pk)
    assert reasons(case.customer_id) == []
    kinds = Fact.objects.filter(kind__startswith="customers.").order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["customers.hold_placed", "customers.hold_lifted"]


def test_an_open_case_keeps_them(bank):
    case = a_complaint(bank)
    assert ("open_case", None) in refused(case.customer_id)


def test_a_closed_case_keeps_them_for_the_years_of_its_kind(bank, settings):
    case = closed(bank, at=timezone.now() - 400 * DAY)
    ended = timezone.localdate(Case.objects.get().closed_at)
    [(reason, until)] = refused(case.customer_id)
    assert (reason, until) == ("retention", _years_later(ended, 3) + DAY)
    settings.RETENTION_YEARS = {"": 3, "complaints": 1}
    assert reasons(case.customer_id) == []


def _years_later(day, years):
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 2, 28)


def test_whoever_stands_beside_in_a_complaint_is_kept_as_long_as_it(bank):
    case = a_complaint(bank)
    joint = Person("李强", "18612341499")
    actions.add_complainant(case.pk, person=joint, represents=False, by=bank.handler)
    (found,) = find_customer(phone="18612341499")
    assert "open_case" in reasons(found.pk)


def test_the_erased_and_the_unknown_are_not_erased_again(bank):
    case = long_ago(bank)
    erasure.erase(case.customer_id, reason="request", by=None)
    for customer, reason in ((case.customer_id, "erased_already"), (case.pk, "unknown")):
        with pytest.raises(erasure.ErasureRefused, match=reason):
            erasure.erase(customer, reason="request", by=None)
    assert Fact.objects.filter(kind="customers.erased").count() == 1


def test_files_go_with_their_bytes_and_those_of_others_stay(bank, django_capture_on_commit_callbacks):
    case, other = long_ago(bank), a_complaint(bank)
    one, two = (
        accept(ContentFile(text, name="王敏.txt"), owner_kind="case", owner_id=case.pk)
        for text in (b"both\n", b"own\n")
    )
    theirs = accept(ContentFile(b"both\n", name="x.txt"), owner_kind="case", owner_id=other.pk)
    young = accept(ContentFile(b"young\n", name="y.txt"), owner_kind="case", owner_id=case.pk)
    for file in (one, two, theirs):
        os.utime(store().path(file.sha256), (0, 0))
    with django_capture_on_commit_callbacks(execute=True):
        erasure.erase(case.customer_id, reason="request", by=None)
    assert list(StoredFile.objects.values_list("owner_id", flat=True)) == [other.pk]
    assert [store().path(file.sha256).exists() for file in (one, two, theirs, young)] == [
        False,
        False,
        True,
        True,
    ]
    os.utime(store().path(young.sha256), (0, 0))
    assert forget({young.sha256, theirs.sha256}) == 1
    assert Fact.objects.get(kind="customers.erased").data["files"] == 3


def test_a_restored_backup_is_erased_again_by_the_list(bank):
    case, spared = long_ago(bank, **a_customer()), a_complaint(bank)
    before = SubjectKey.objects.get(pk=case.customer_id)
    people = list(Identity.objects.filter(customer_id=case.customer_id))
    done = erasure.erase(case.customer_id, reason="request", by=bank.handler.pk)
    listed = json.loads(json.dumps(list(erasure.since())))
    assert list(erasure.since(done.at)) == []
    Erasure.objects.all().delete()
    before.save()
    Identity.objects.bulk_create(people)
    assert Complaint.objects.get(pk=case.pk).words != "〔已删除〕"
    assert (erasure.replay(listed), erasure.replay(listed)) == (1, 0)
    assert Complaint.objects.get(pk=case.pk).words == "〔已删除〕"
    assert not Identity.objects.filter(customer_id=case.customer_id).exists()
    again = Erasure.objects.get()
    assert (again.at, again.by, again.reason) == (done.at, bank.handler.pk, "request")
    assert SubjectKey.objects.get(pk=case.customer_id).destroyed_at == done.at
    assert Complaint.objects.get(pk=spared.pk).words != "〔已删除〕"


def test_whoever_writes_about_the_erased_is_told_so_and_nothing_is_kept(bank):
    case = long_ago(bank)
    erasure.erase(case.customer_id, reason="request", by=None)
    client = Client(headers={"accept-language": "en"})
    client.force_login(bank.handler)
    answer = client.post(f"/complaints/{case.number}/note", {"text": "Words.", "version": case.version})
    assert answer.status_code == 409
    assert "该客户的信息已删除" in answer.content.decode()
    assert not any(note.text == "Words." for note in Note.objects.all())
