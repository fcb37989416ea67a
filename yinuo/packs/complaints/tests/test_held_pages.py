"""The page of a complaint while something on it is held, and once it was taken back or refused."""

import json
import re
from datetime import timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from yinuo.engines.cases.held import Intention
from yinuo.engines.cases.models import Case
from yinuo.engines.cases.releasing import release_due
from yinuo.ground.customers.intake import Person
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.models import Draft
from yinuo.packs.complaints.tests.bank import answered, closed, established, graded, kinds
from yinuo.packs.complaints.tests.pairs import merged, twice

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ten_seconds")]
WORDS = "我们已退还两百元，并向您道歉。"


@pytest.fixture
def case(bank):
    return established(bank, at=timezone.now() - timedelta(days=2))


@pytest.fixture
def handler(bank):
    return signed_in(bank.handler)


@pytest.fixture
def lead(bank):
    return signed_in(bank.person("lead", bank.centre))


def signed_in(person):
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    return client


def page(client, case):
    return client.get(f"/complaints/{case.number}").content.decode()


def press(client, case, verb="answer", **typed):
    typed = typed or {"words": WORDS}
    version = Case.objects.get(pk=case.pk).version
    return client.post(f"/complaints/{case.number}/{verb}", {"version": version, **typed})


def later_on():
    return timezone.now() + timedelta(seconds=11)


def test_everybody_sees_what_is_held_and_its_author_the_button(bank, case, handler, lead):
    assert press(handler, case).status_code == 302
    own, others = page(handler, case), page(lead, case)
    for shown in (own, others):
        assert bank.handler.name in shown
        assert "data-held-until" in shown
        assert 'id="do-answer"' not in shown
    assert f"/complaints/{case.number}/take-back" in own
    assert f"/complaints/{case.number}/take-back" not in others
    assert "complaints.answered" not in kinds(case)


def test_taken_back_the_words_stand_in_their_form_again(case, handler):
    press(handler, case)
    assert handler.post(f"/complaints/{case.number}/take-back").status_code == 302
    shown = page(handler, case)
    assert "data-held-until" not in shown
    assert 'id="do-answer"' in shown
    assert WORDS in shown
    release_due(later_on())
    assert "complaints.answered" not in kinds(case)


def test_nobody_else_takes_it_back(bank, case, handler, lead):
    press(handler, case)
    place = f"/complaints/{case.number}/take-back"
    assert lead.post(place).status_code == 409
    assert signed_in(bank.person("callback_agent", bank.centre)).post(place).status_code == 403
    assert signed_in(bank.person("lead", bank.south)).post(place).status_code == 404
    assert Intention.objects.get().state == "held"


def test_a_colleague_who_presses_meanwhile_is_refused_and_keeps_the_words(case, handler, lead):
    press(handler, case)
    answer = press(lead, case, words="另一位同事写的答复内容。")
    assert answer.status_code == 409
    assert "另一位同事写的答复内容。" in answer.content.decode()


def test_released_the_page_says_it_was_answered(case, handler):
    press(handler, case)
    release_due(later_on())
    assert "data-held-until" not in page(handler, case)
    assert "complaints.answered" in kinds(case)


def test_what_was_refused_at_its_release_is_said_with_its_words(bank, case, handler, lead):
    press(handler, case)
    proposer = bank.person("lead", bank.centre)
    actions.propose_redress(case.pk, kind="refund", amount=50_000, reason="多收手续费", by=proposer)
    release_due(later_on())
    shown = page(handler, case)
    assert Intention.objects.get().reason in shown.replace("&quot;", '"')
    assert WORDS in shown
    assert WORDS not in page(lead, case)


def told(client, address="/told"):
    return unescape(client.get(address).content.decode())


def waits(person):
    """The count beside the place where somebody sees what they were told."""
    side = told(signed_in(person)).partition("<nav")[2].partition("</nav>")[0]
    place = re.search(r'<a href="/told"[^>]*>(.*?)</a>', side, re.DOTALL).group(1)
    count = re.search(r"<b>(\d+)</b>", place)
    return int(count.group(1)) if count else 0


def test_who_left_before_it_was_refused_is_told_so_until_they_open_the_case(bank, case, handler, lead):
    press(handler, case)
    proposer = bank.person("lead", bank.centre)
    actions.propose_redress(case.pk, kind="refund", amount=50_000, reason="多收手续费", by=proposer)
    before = waits(bank.handler)
    release_due(later_on())
    reason = Intention.objects.get().reason
    for address in ("/told", "/told/mentions"):
        assert reason in told(handler, address)
        assert f'href="/complaints/{case.number}"' in told(handler, address)
        assert reason not in told(lead, address)
    assert waits(bank.handler) == before + 1
    page(lead, case)
    assert waits(bank.handler) == before + 1
    page(handler, case)
    assert waits(bank.handler) == before
    assert reason not in told(handler)
    assert reason in unescape(page(handler, case))


def test_what_was_refused_is_not_told_of_a_case_that_its_author_does_not_see_any_more(bank, case, handler):
    press(handler, case)
    quality_head = bank.person("quality_head")
    actions.name_complained_of(case.pk, people=[bank.handler], by=quality_head, at=timezone.now())
    release_due(later_on())
    intention = Intention.objects.get()
    assert intention.state == "refused"
    assert intention.reason not in told(handler)
    assert waits(bank.handler) == 0


def test_what_was_taken_back_or_done_is_told_nobody(case, handler, bank):
    press(handler, case)
    handler.post(f"/complaints/{case.number}/take-back")
    assert waits(bank.handler) == 0
    press(handler, case)
    release_due(later_on())
    assert waits(bank.handler) == 0


def test_words_whose_form_is_gone_meanwhile_stand_by_themselves(bank, case, handler):
    press(handler, case)
    actions.withdraw(case.pk, by=None)
    release_due(later_on())
    shown = page(handler, case)
    assert 'id="do-answer"' not in shown
    assert WORDS in shown


def test_a_newer_draft_is_not_overwritten_by_what_was_given_back(bank, case, handler):
    press(handler, case)
    handler.post(f"/complaints/{case.number}/take-back")
    handler.post(f"/complaints/{case.number}/draft", {"form": "answer", "words": "更好的措辞。"})
    assert json.loads(Draft.objects.get().values) == {"words": "更好的措辞。"}
    shown = page(handler, case)
    assert "更好的措辞。" in shown
    assert WORDS not in shown


def test_given_back_a_folded_form_is_open_with_its_words(bank, handler):
    said = "客户来电说不投诉了，自行解决。"
    case = graded(bank, at=timezone.now() - timedelta(days=1))
    press(handler, case, "withdraw", said=said)
    assert said not in page(handler, case)
    handler.post(f"/complaints/{case.number}/take-back")
    shown = page(handler, case)
    assert said in shown
    assert 'name="said"' in shown


def test_a_question_given_back_stands_in_its_form(bank, handler):
    asked = "请告诉我们是哪一天、哪个柜台？"
    case = graded(bank, at=timezone.now() - timedelta(days=1))
    press(handler, case, "investigated", question=asked, ask="1")
    handler.post(f"/complaints/{case.number}/take-back")
    assert asked in page(handler, case)


def test_what_a_second_person_chose_is_given_back_as_chosen(bank):
    case = graded(bank, at=timezone.now() - timedelta(days=1))
    actions.ask_extension(case.pk, reason="需要调取凭证原件", by=bank.handler)
    head = signed_in(bank.person("quality_head"))
    press(head, case, "decide-extension", granted="yes")
    assert "decide-extension" not in page(head, case)  # nothing else is decided meanwhile
    head.post(f"/complaints/{case.number}/take-back")
    assert re.search(r'value="yes"[^>]*checked', page(head, case))


def test_the_reason_for_opening_it_again_is_given_back_as_chosen(bank):
    case = closed(bank, at=timezone.now() - timedelta(days=3))
    head = signed_in(bank.person("quality_head"))
    press(head, case, "reopen", reason="new-facts", said="客户带来了回单。")
    head.post(f"/complaints/{case.number}/take-back")
    shown = page(head, case)
    assert "客户带来了回单。" in shown
    assert re.search(r'value="new-facts"[^>]*checked', shown)


def test_closing_is_held_too_and_says_whose_it_is(bank, handler):
    case = answered(bank, at=timezone.now() - timedelta(days=3))
    assert handler.post(f"/complaints/{case.number}/finish", {"version": case.version}).status_code == 302
    assert "办结归档" in page(handler, case)
    assert Case.objects.get(pk=case.pk).is_open


def test_a_form_that_is_not_right_is_not_held(case, handler):
    assert press(handler, case, words="短").status_code == 422
    assert not Intention.objects.exists()


def test_a_merging_taken_back_stands_in_its_form_with_the_number_of_the_other(bank, handler):
    first, later = twice(bank)
    assert press(handler, later, "merge", number=first.number).status_code == 302
    own = page(handler, later)
    assert "data-held-until" in own
    assert f"/complaints/{later.number}/merge" not in own
    assert "data-held-until" not in page(handler, first)
    handler.post(f"/complaints/{later.number}/take-back")
    shown = page(handler, later)
    assert re.search(rf'name="number"[^>]*value="{first.number}"', shown)
    assert Case.objects.get(pk=later.pk).is_open


def test_the_number_of_a_complaint_that_its_author_sees_no_more_is_not_given_back(bank, handler):
    first, later = twice(bank)
    press(handler, later, "merge", number=first.number)
    actions.name_complained_of(first.pk, people=[bank.handler], by=bank.person("quality_head"))
    release_due(later_on())
    shown = page(handler, later)
    assert first.number not in shown


def test_while_a_separation_is_held_nobody_separates_once_more(bank, handler):
    _first, later = merged(bank)
    assert "/separate" in page(handler, later)
    press(handler, later, "separate")
    shown = page(handler, later)
    assert "data-held-until" in shown
    assert f"/complaints/{later.number}/separate" not in shown
    release_due(later_on())
    assert Case.objects.get(pk=later.pk).is_open


def test_matters_chosen_to_be_split_off_are_given_back_as_chosen(bank, handler):
    case = graded(bank, at=timezone.now() - timedelta(days=1), matters=3)
    press(handler, case, "split", positions=["3"])
    handler.post(f"/complaints/{case.number}/take-back")
    assert re.findall(r'value="(\d)"[^>]*checked', page(handler, case)) == ["3"]


PERSON = {"name": "赵立春", "phone": "13900009911", "email": "neighbour@example.com"}


def test_whoever_complains_too_is_given_back_in_the_form(bank, handler):
    case = graded(bank, at=timezone.now() - timedelta(days=1))
    press(handler, case, "add-complainant", represents="on", **PERSON)
    assert PERSON["name"] not in page(handler, case)
    handler.post(f"/complaints/{case.number}/take-back")
    shown = page(handler, case)
    assert all(f'value="{typed}"' in shown for typed in PERSON.values())
    assert re.search(r'name="represents"[^>]*checked', shown)


def test_whoever_speaks_for_the_customer_is_given_back_and_the_document_is_to_be_chosen_again(bank, handler):
    case = graded(bank, at=timezone.now() - timedelta(days=1))
    document = SimpleUploadedFile("authority.pdf", b"%PDF-1.7 authority")
    told = {"relation": "family", "valid_until": "2099-01-31", "evidence": document}
    press(handler, case, "add-representative", **PERSON, **told)
    handler.post(f"/complaints/{case.number}/take-back")
    shown = page(handler, case)
    assert all(f'value="{typed}"' in shown for typed in (*PERSON.values(), "2099-01-31"))
    assert re.search(r'value="family"[^>]*selected', shown)
    assert "您先前选择的文件未保留，请重新选择。" in shown


def test_an_authority_given_back_is_that_of_its_person(bank, handler):
    case = graded(bank, at=timezone.now() - timedelta(days=1))
    for number in (1, 2):
        actions.add_representative(
            case.pk, person=Person(f"周文{number}", f"1390000991{number}"), relation="family", by=bank.handler
        )
    one, other = case.complaint.parties.all()
    press(handler, case, "check-authority", party=str(other.pk), shown_on="2026-01-31")
    handler.post(f"/complaints/{case.number}/take-back")
    shown = page(handler, case)
    assert re.search(
        rf'id="authority_{other.pk}_shown_on"[^>]*value="2026-01-31"|value="2026-01-31"[^>]*id="authority_{other.pk}_shown_on"',
        shown,
    )
    assert shown.count("2026-01-31") == 1
    assert other.checked_at is one.checked_at is None


def test_a_late_refusal_is_told_in_the_language_of_whoever_reads_it(bank, case, handler):
    press(handler, case)
    actions.withdraw(case.pk, by=None)
    release_due(later_on())
    reasons = Intention.objects.get().reasons
    assert len(set(reasons.values())) == 3
    for language, reason in reasons.items():
        handler.cookies["yinuo_language"] = language
        for address in ("/told", f"/complaints/{case.number}"):
            Intention.objects.update(seen_at=None)
            shown = told(handler, address)
            assert [said for said in reasons.values() if said in shown] == [reason]
