"""Other ends than an answer: facts, clocks, letters, pages, figures, and what is refused."""

from datetime import date, datetime

import pytest

from yinuo.engines.cases.approvals import waiting
from yinuo.engines.cases.due import judge_due
from yinuo.engines.cases.ladder import climb_due
from yinuo.engines.cases.models import Case, Lane
from yinuo.engines.cases.replay import rebuilt
from yinuo.engines.editions import shelf
from yinuo.engines.measures.measure import Window, measure_named
from yinuo.engines.measures.periods import Period
from yinuo.engines.processes.tests.building import flows, node
from yinuo.facts.models import Fact
from yinuo.ground.outbox.models import Letter
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.statement import statement
from yinuo.packs.complaints.tests.bank import (
    CHINA,
    MONDAY,
    a_complaint,
    accepted,
    answered,
    closed,
    data,
    graded,
    kinds,
    read,
)
from yinuo.packs.complaints.tests.ends import (
    DAY,
    HOUR,
    SAID,
    WHY,
    answered_again,
    desk,
    letters,
    not_accepted,
    refused,
    reopened,
    sample,
    shelf_with,
    statuses,
    withdrawn,
)


@pytest.fixture(autouse=True)
def every_marking_is_rebuilt_from_its_facts(bank):
    """After every story: replaying each case's facts on its own edition gives the marking that is stored."""
    yield
    for case in Case.objects.filter(kind="complaints"):
        assert rebuilt(case).to_json() == case.marking, case


# ---- withdrawal --------------------------------------------------------------------------------------------


def test_a_withdrawn_complaint_ends_that_moment_and_its_open_step_is_cancelled(bank):
    case = withdrawn(bank, graded(bank))
    case.refresh_from_db()
    assert (case.is_open, case.closed_at, case.step, case.lane) == (False, MONDAY + 4 * HOUR, "", Lane.CLOSED)
    assert case.complaint.ending == "withdrawn"
    assert [step.key for step in case.steps.filter(cancelled=True)] == ["investigate"]
    assert kinds(case)[-3:] == ["cases.abandoned", "cases.noted", "complaints.withdrawn"]
    assert "complaints.closed" not in kinds(case)


def test_promises_of_a_withdrawn_complaint_lapse_and_what_was_judged_stays_judged(bank):
    case = withdrawn(bank, graded(bank))
    assert statuses(case) == {"accept": "kept", "answer": "lapsed", "legal": "lapsed"}
    assert [judged["promise"] for judged in data(case, "clock.judged")] == ["accept"]
    assert judge_due(MONDAY + 100 * DAY) == 0


def test_a_promise_broken_before_the_withdrawal_stays_broken(bank):
    case = withdrawn(bank, a_complaint(bank), at=MONDAY + 20 * DAY)
    assert statuses(case) == {"accept": "broken", "answer": "broken", "legal": "broken"}
    assert all(clock.judged_at == clock.due_at for clock in case.clocks.all())


def test_nobody_further_up_is_told_of_what_was_withdrawn(bank):
    case = withdrawn(bank, graded(bank))
    late = withdrawn(bank, a_complaint(bank), at=MONDAY + 20 * DAY)
    for each in (case, late):
        assert {clock.climb_at for clock in each.clocks.all()} == {None}
    assert climb_due(MONDAY + 100 * DAY) == 0


def test_the_customer_is_told_of_the_withdrawal(bank):
    case = withdrawn(bank, accepted(bank))
    assert letters(case)[-1] == "withdrawal"
    body = read(Letter.objects.get(case_id=case.pk, template="withdrawal")).body
    assert case.number in body
    assert SAID not in body


def test_what_waits_for_a_decision_ends_with_the_complaint_undecided(bank):
    case, lead = graded(bank), bank.person("lead", bank.centre)
    actions.ask_extension(case.pk, reason="需要调取凭证", by=bank.handler, at=MONDAY + 2 * HOUR)
    actions.propose_redress(
        case.pk, kind="refund", amount=50_000, reason="多收", by=lead, at=MONDAY + 2 * HOUR
    )
    withdrawn(bank, case)
    assert waiting(case, actions.WHAT) is None
    assert waiting(case, actions.REDRESS) is None
    assert {approval.granted for approval in case.approvals.all()} == {None}
    assert sorted(each["what"] for each in data(case, "cases.approval_lapsed")) == ["extension", "redress"]
    [redress] = case.complaint.redresses.all()
    assert (redress.granted, redress.decided_at) == (None, MONDAY + 4 * HOUR)
    head = bank.person("quality_head")
    refused(case, lambda: actions.decide_extension(case.pk, granted=True, by=head))
    refused(case, lambda: actions.decide_redress(case.pk, granted=True, by=head))
    page = desk(bank.handler).get(f"/complaints/{case.number}").content.decode()
    assert "not decided: the complaint ended first" in page
    assert case.number not in desk(head).get("/complaints?view=decide").content.decode()


def test_staff_write_down_how_the_customer_said_so(bank):
    case = accepted(bank)
    refused(case, lambda: actions.withdraw(case.pk, said="  ", by=bank.handler))


def test_what_is_answered_or_has_ended_is_not_withdrawn(bank):
    for reached in (answered, closed):
        case = reached(bank)
        refused(case, lambda case=case: withdrawn(bank, case, at=MONDAY + 5 * DAY))
    gone = withdrawn(bank, accepted(bank))
    refused(gone, lambda: withdrawn(bank, gone, at=MONDAY + 5 * DAY))


def test_the_page_of_a_case_takes_a_withdrawal_and_then_says_so(bank):
    case, client = accepted(bank, at=datetime.now(CHINA) - 3 * HOUR), desk(bank.handler)
    url = f"/complaints/{case.number}"
    assert f'action="{url}/withdraw"' in client.get(f"{url}?open=withdraw").content.decode()
    assert client.post(f"{url}/withdraw", {"said": "x"}).status_code == 422
    assert client.post(f"{url}/withdraw", {"said": SAID, "version": case.version}).status_code == 302
    page = client.get(f"{url}?open=withdraw").content.decode()
    assert "Withdrawn" in page
    assert "neither kept nor broken" in page
    assert f'action="{url}/withdraw"' not in page
    listed = client.get("/complaints?view=closed&ending=withdrawn").content.decode()
    assert case.number in listed
    assert "Withdrawn" in listed
    assert case.number not in client.get("/complaints?view=closed&ending=handled").content.decode()


# ---- refusal of acceptance ---------------------------------------------------------------------------------


def test_a_complaint_that_is_not_accepted_ends_in_the_drawing_and_is_told_why(bank):
    case = not_accepted(bank, a_complaint(bank))
    case.refresh_from_db()
    assert (case.is_open, case.step, case.complaint.ending) == (False, "", "refused")
    assert data(case, "cases.step_done")[-1]["decided"] == ["refused:true"]
    assert data(case, "complaints.refused")[0]["reason"] == "not-ours"
    assert case.handler == bank.handler
    body = read(Letter.objects.get(case_id=case.pk, template="refusal")).body
    assert all(words in body for words in ("不属于本行产品或服务", WHY, "12378", "申请核查"))


def test_told_in_time_the_refusal_keeps_the_legal_limit_and_internal_promises_lapse(bank):
    case = not_accepted(bank, a_complaint(bank))
    assert statuses(case) == {"accept": "lapsed", "answer": "lapsed", "legal": "kept"}
    late = not_accepted(bank, a_complaint(bank), at=MONDAY + 20 * DAY)
    assert statuses(late) == {"accept": "broken", "answer": "broken", "legal": "broken"}


def test_a_refusal_has_a_reason_of_the_list_and_comes_in_place_of_accepting(bank):
    case, later = a_complaint(bank), accepted(bank)
    refused(case, lambda: not_accepted(bank, case, reason="no-time"))
    refused(later, lambda: not_accepted(bank, later, at=MONDAY + 2 * HOUR))


def test_on_a_process_without_that_way_acceptance_is_not_refused(bank, monkeypatch):
    case = a_complaint(bank)
    with monkeypatch.context() as patched:
        steps = node("userTask", "register"), node("userTask", "grade")
        ways = flows("start register", "register grade", "grade end")
        patched.setattr(shelf, "parsed", shelf_with(*steps, ways))
        refused(case, lambda: not_accepted(bank, case))


def test_the_page_offers_a_refusal_at_the_first_step_only_and_says_the_reasons_are_unconfirmed(bank):
    case, client = a_complaint(bank), desk(bank.handler)
    url = f"/complaints/{case.number}"
    page = client.get(f"{url}?open=refuse").content.decode()
    assert f'action="{url}/refuse"' in page
    assert "wait to be confirmed" in page
    assert client.post(f"{url}/refuse", {"reason": "not-ours", "words": "短"}).status_code == 422
    typed = {"reason": "not-ours", "words": WHY, "version": case.version}
    assert client.post(f"{url}/refuse", typed).status_code == 302
    assert "Turned down" in client.get(url).content.decode()
    other = accepted(bank)
    assert "/refuse" not in client.get(f"/complaints/{other.number}?open=refuse").content.decode()


# ---- figures -----------------------------------------------------------------------------------------------


def test_figures_of_handling_leave_out_what_was_not_handled_to_its_end(bank):
    closed(bank)
    withdrawn(bank, graded(bank))
    not_accepted(bank, a_complaint(bank))
    for key in ("complaints.handling_days", "complaints.within_24_hours", "complaints.redress_share"):
        found = sample(key)
        assert (found.n, found.unknown) == (1, 0), key
    for key in ("complaints.handling_days", "complaints.timely_share", "complaints.reopened"):
        behind = measure_named(key).cases(Window(Period.quarter_of(date(2026, 9, 14)), None, ""))
        assert sample(key).n + sample(key).unknown == behind.count(), key
    # the refusal was told in time, the withdrawn one has no verdict
    timely = sample("complaints.timely_share")
    assert (timely.n, timely.hits, timely.unknown) == (2, 2, 0)


def test_the_statement_counts_as_received_whatever_became_of_it(bank):
    closed(bank)
    withdrawn(bank, graded(bank))
    not_accepted(bank, a_complaint(bank))
    total = statement(Window(Period.quarter_of(date(2026, 9, 14)), None, "")).total
    assert (total.received, total.judged, total.kept) == (3, 2, 2)


def test_the_share_of_reopened_ones_counts_them_in_the_period_of_the_closing_they_followed(bank):
    closed(bank)
    open_again = reopened(bank, closed(bank))
    reopened(bank, withdrawn(bank, accepted(bank)), "taken-back", at=MONDAY + DAY)
    found = sample("complaints.reopened")
    assert (found.n, found.hits) == (2, 1)
    measure = measure_named("complaints.reopened")
    behind = measure.cases(Window(Period.quarter_of(date(2026, 9, 14)), None, ""))
    assert open_again in behind
    assert behind.count() == 2


def test_opened_again_before_its_closing_is_not_opened_again_after_it(bank):
    case = reopened(bank, withdrawn(bank, graded(bank)), "taken-back", at=MONDAY + DAY)
    actions.conclude(
        case.pk, position=1, conclusion="upheld", finding="属实", by=bank.handler, at=MONDAY + DAY
    )
    answered_again(bank, case, at=MONDAY + 2 * DAY)
    found = sample("complaints.reopened")
    assert (found.n, found.hits) == (1, 0)
    assert Fact.objects.filter(case_id=case.pk, kind="complaints.reopened").count() == 1
