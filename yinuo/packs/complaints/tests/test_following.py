"""Told of a note, following: whoever may see a complaint, and nobody sees it because of it."""

from datetime import date, timedelta

import pytest
from django.test import Client

from yinuo.engines.cases.following import news_of
from yinuo.engines.cases.marks import Follower, Mention
from yinuo.engines.cases.models import Case
from yinuo.engines.cases.moves import CaseRefused, Recused
from yinuo.facts.models import Fact
from yinuo.ground.people.postings import appoint
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.tests.bank import MONDAY, a_stranger, accepted, data

pytestmark = pytest.mark.django_db
SOON = MONDAY + timedelta(hours=2)


def write(bank, case, text, by=None):
    return actions.write_note(case.pk, text=text, by=by or bank.handler, at=SOON)


def trace(case):
    fresh = Case.objects.get(pk=case.pk)
    return (
        fresh.version,
        Fact.objects.filter(case_id=case.pk).count(),
        Mention.objects.count(),
        fresh.notes.count(),
    )


def desk(person):
    client = Client()
    client.force_login(person)
    return client


def test_a_colleague_is_told_by_name_or_by_staff_number(bank):
    case, lead, head = accepted(bank), bank.person("lead", bank.centre), bank.person("quality_head")
    write(bank, case, f"请@{lead.name}看一下，也请@{head.staff_number}知悉")
    assert {mention.person for mention in Mention.objects.all()} == {lead, head}
    assert [fact["person"] for fact in data(case, "cases.mentioned")] == [str(lead.pk), str(head.pk)]


def test_of_two_names_the_longer_is_meant_and_oneself_is_nobody_to_tell(bank):
    case, lead = accepted(bank), bank.person("lead", bank.centre)
    shorter = bank.person("handler", bank.north)
    shorter.name, lead.name = "王小", "王小敏"
    shorter.save()
    lead.save()
    write(bank, case, f"@王小敏请看 @{bank.handler.name}")
    assert [mention.person for mention in Mention.objects.all()] == [lead]


def test_an_address_tells_nobody(bank):
    write(bank, case := accepted(bank), "客户邮箱 wang@example.com，下午 @ 柜台")
    assert data(case, "cases.mentioned") == []


@pytest.mark.parametrize("said", ["@没有这个人", "@T0"])
def test_a_name_that_nobody_has_is_refused(bank, said):
    before = trace(case := accepted(bank))
    with pytest.raises(CaseRefused):
        write(bank, case, f"{said} 请看")
    assert trace(case) == before


def test_a_name_that_two_have_is_refused(bank):
    case = accepted(bank)
    for person in (bank.person("lead", bank.centre), bank.person("quality_head")):
        person.name = "王小敏"
        person.save()
    before = trace(case)
    with pytest.raises(CaseRefused):
        write(bank, case, "@王小敏请看")
    assert trace(case) == before


def test_whoever_may_not_see_it_is_not_told_and_sees_nothing_by_it(bank):
    case, far = accepted(bank), bank.person("handler", bank.south)
    before = trace(case)
    with pytest.raises(CaseRefused):
        write(bank, case, f"@{far.staff_number} 请看")
    assert trace(case) == before
    assert desk(far).get(f"/complaints/{case.number}").status_code == 404


def test_whoever_stands_aside_is_not_told_nor_is_their_deputy(bank):
    case, lead, head = accepted(bank), bank.person("lead", bank.centre), bank.person("quality_head")
    deputy = a_stranger()
    appoint(
        deputy, "lead", bank.centre, valid_from=date(2026, 1, 1), valid_to=date(2036, 1, 1), deputy_for=lead
    )
    actions.name_complained_of(case.pk, people=[lead], by=head, at=SOON)
    for person in (lead, deputy):
        before = trace(case)
        with pytest.raises(Recused):
            write(bank, case, f"@{person.staff_number} 请看")
        assert trace(case) == before


def test_what_one_was_told_waits_until_the_case_is_opened(bank):
    case, lead = accepted(bank), bank.person("lead", bank.centre)
    write(bank, case, f"@{lead.staff_number} 这笔要不要退？")
    page = desk(lead).get("/told/mentions").content.decode()
    assert case.number in page
    assert "这笔要不要退" in page
    assert desk(lead).get(f"/complaints/{case.number}").status_code == 200
    assert Mention.objects.get().read_at is not None
    assert case.number not in desk(lead).get("/told/mentions").content.decode()
    assert case.number in desk(lead).get("/told/mentions?view=all").content.decode()


def test_a_mention_is_gone_with_the_sight_of_the_case(bank):
    case, lead = accepted(bank), bank.person("lead", bank.centre)
    write(bank, case, f"@{lead.staff_number} 请看")
    actions.name_complained_of(case.pk, people=[lead], by=bank.person("quality_head"), at=SOON)
    page = desk(lead).get("/told/mentions?view=all").content.decode()
    assert case.number not in page
    assert "请看" not in page


def test_nobody_reads_what_others_were_told(bank):
    case, lead = accepted(bank), bank.person("lead", bank.centre)
    write(bank, case, f"@{lead.staff_number} 请看")
    assert case.number not in desk(bank.handler).get("/told/mentions?view=all").content.decode()


def test_a_followed_case_stands_in_a_view_of_its_own_and_says_what_is_new(bank):
    case, auditor = accepted(bank), bank.person("auditor")
    client = desk(auditor)
    assert client.post(f"/complaints/{case.number}/follow").status_code == 302
    assert case.number in client.get("/complaints?view=followed").content.decode()
    assert not news(case, auditor)
    assert "有新进展" not in client.get("/complaints?view=followed").content.decode()
    write(bank, case, "又问了一次柜台")
    assert news(case, auditor)
    assert "有新进展" in client.get("/complaints?view=followed").content.decode()
    client.get(f"/complaints/{case.number}")
    assert not news(case, auditor)
    assert client.post(f"/complaints/{case.number}/unfollow").status_code == 302
    assert case.number not in client.get("/complaints?view=followed").content.decode()


def news(case, person):
    return case.pk in news_of([case], person)


def test_following_moves_nothing(bank):
    case = accepted(bank)
    before = trace(case)
    actions.follow(case.pk, by=bank.handler)
    actions.follow(case.pk, by=bank.handler)
    assert trace(case) == before
    assert Follower.objects.count() == 1


def test_nobody_follows_what_they_may_not_see(bank):
    case, far = accepted(bank), bank.person("handler", bank.south)
    assert desk(far).post(f"/complaints/{case.number}/follow").status_code == 404
    with pytest.raises(CaseRefused):
        actions.follow(case.pk, by=far)
    assert Follower.objects.count() == 0


def test_whoever_stands_aside_follows_no_more_nor_does_their_deputy(bank):
    case, lead, head = accepted(bank), bank.person("lead", bank.centre), bank.person("quality_head")
    deputy = a_stranger()
    appoint(
        deputy, "lead", bank.centre, valid_from=date(2026, 1, 1), valid_to=date(2036, 1, 1), deputy_for=lead
    )
    for person in (lead, deputy, head):
        actions.follow(case.pk, by=person)
    actions.name_complained_of(case.pk, people=[lead], by=head, at=SOON)
    assert [follower.person for follower in Follower.objects.all()] == [head]
    with pytest.raises(Recused):
        actions.follow(case.pk, by=lead)
