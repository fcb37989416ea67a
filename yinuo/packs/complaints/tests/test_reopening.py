"""Going on after an end: clocks, letters, pages, and what is refused."""

from datetime import datetime

import pytest

from yinuo.engines.cases.models import Case, Lane
from yinuo.engines.cases.replay import rebuilt
from yinuo.engines.editions import shelf
from yinuo.engines.processes.tests.building import flows, node
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.tests.bank import (
    CHINA,
    MONDAY,
    a_complaint,
    accepted,
    closed,
    data,
    established,
    graded,
    kinds,
)
from yinuo.packs.complaints.tests.ends import (
    DAY,
    HOUR,
    answered_again,
    desk,
    letters,
    measured,
    not_accepted,
    refused,
    reopened,
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


def test_what_was_never_graded_goes_on_with_the_grading(bank):
    """Otherwise it could not be answered: nobody would ever be asked for its level and codes again."""
    case = not_accepted(bank, a_complaint(bank))
    again = reopened(bank, case, "wrongly-refused")
    assert again.step == "grade"
    codes = [actions.Graded("手续费", "B-03.1", "C-09", bank.north.pk)]
    graded_ = actions.grade(
        case.pk, level="ordinary", matters=codes, by=bank.handler, at=MONDAY + 7 * DAY + HOUR
    )
    assert graded_.step == "investigate"


# ---- reopening ---------------------------------------------------------------------------------------------


def test_a_closed_complaint_goes_on_with_the_investigation_and_a_promise_of_its_own(bank):
    case = closed(bank)
    first = {clock.promise: clock.judged_at for clock in case.clocks.all()}
    reopened(bank, case)
    case = Case.objects.get(pk=case.pk)
    assert (case.is_open, case.closed_at, case.step) == (True, None, "investigate")
    assert (case.complaint.ending, case.complaint.answered_at) == ("", None)
    serials = list(case.steps.order_by("opened_at", "serial").values_list("serial", flat=True))
    assert serials == sorted(set(serials))
    assert kinds(case)[-3:] == ["cases.reopened", "cases.noted", "complaints.reopened"]
    assert statuses(case) == {"accept": "kept", "answer": "kept", "legal": "kept", "reanswer": "running"}
    assert {clock.promise: clock.judged_at for clock in case.clocks.exclude(promise="reanswer")} == first
    again = case.clocks.get(promise="reanswer")
    assert (again.started_at, again.due_at) == (MONDAY + 7 * DAY, datetime(2026, 9, 24, 17, 0, tzinfo=CHINA))
    assert (case.lane, case.next_due) == (Lane.RUNNING, again.due_at)
    assert letters(case)[-1] == "reopening"


def test_a_second_closing_counts_from_the_first_receipt_with_nothing_subtracted(bank):
    case = reopened(bank, closed(bank))
    case = answered_again(bank, case, at=MONDAY + 8 * DAY)
    complaint = Case.objects.get(pk=case.pk).complaint
    assert (complaint.handling_days, complaint.ending) == (7, "handled")
    assert complaint.handling_minutes == (8 * DAY + 2 * HOUR).total_seconds() // 60
    assert [each["days"] for each in data(case, "complaints.closed")] == [2, 7]  # a Sunday was worked
    assert statuses(case)["reanswer"] == "kept"
    assert measured("complaints.handling_days") == (1, 7)


def test_the_answer_after_a_reopening_tells_only_what_was_granted_since(bank):
    case = graded(bank)
    actions.propose_redress(
        case.pk, kind="refund", amount=10_000, reason="多收", by=bank.handler, at=MONDAY + 3 * HOUR
    )
    actions.conclude(
        case.pk, position=1, conclusion="upheld", finding="属实", by=bank.handler, at=MONDAY + DAY
    )
    actions.finish_investigation(case.pk, by=bank.handler, at=MONDAY + DAY)
    actions.answer(case.pk, words="已退还一百元。", by=bank.handler, at=MONDAY + DAY)
    actions.finish(case.pk, by=bank.handler, at=MONDAY + DAY)
    reopened(bank, case)
    actions.propose_redress(
        case.pk, kind="goodwill", amount=5_000, reason="久等", by=bank.handler, at=MONDAY + 8 * DAY
    )
    answered_again(bank, case, at=MONDAY + 8 * DAY)
    first, second = case.notes.filter(subject="answer").order_by("written_at")
    assert "100" in first.text
    assert "50" in second.text
    assert "100" not in second.text
    assert Case.objects.get(pk=case.pk).complaint.redress == 15_000


def test_every_end_has_its_own_reasons_to_open_again(bank):
    gone, out, done = withdrawn(bank, accepted(bank)), not_accepted(bank, a_complaint(bank)), closed(bank)
    bank.person("quality_head")
    ends = (
        (gone, "taken-back", "grade"), (out, "wrongly-refused", "grade"), (done, "new-facts", "investigate"),
    )  # fmt: skip
    for case, own, step in ends:
        for reason in ("taken-back", "wrongly-refused", "new-facts", "no-such-reason"):
            if reason != own:
                refused(case, lambda case=case, reason=reason: reopened(bank, case, reason))
        reopened(bank, case, own)
        assert Case.objects.get(pk=case.pk).step == step
    assert statuses(gone) == {"accept": "kept", "answer": "lapsed", "legal": "lapsed", "reanswer": "running"}
    assert statuses(out) == {"accept": "lapsed", "answer": "lapsed", "legal": "kept", "reanswer": "running"}


def test_an_open_complaint_is_not_opened_again(bank):
    case = established(bank)
    refused(case, lambda: reopened(bank, case))


def test_where_going_on_could_get_stuck_a_complaint_is_not_opened_again(bank, monkeypatch):
    case = closed(bank)
    bank.person("quality_head")
    with monkeypatch.context() as patched:
        fork, join = node("parallelGateway", "fork"), node("parallelGateway", "join")
        steps = node("userTask", "investigate"), node("userTask", "other")
        ways = flows(
            "start fork", "fork investigate", "fork other", "investigate join", "other join", "join end"
        )
        patched.setattr(shelf, "parsed", shelf_with(fork, join, *steps, ways))
        refused(case, lambda: reopened(bank, case))


def test_what_a_file_states_to_be_closed_is_not_opened_again(bank):
    case = closed(bank)
    Case.objects.filter(pk=case.pk).update(closed_at=None)
    refused(case, lambda: reopened(bank, case))


def test_opened_again_before_it_was_ever_accepted_nothing_stays_overdue(bank):
    case = withdrawn(bank, a_complaint(bank), at=MONDAY + 5 * HOUR)
    assert statuses(case)["accept"] == "broken"
    reopened(bank, case, "taken-back", at=MONDAY + DAY)
    case.refresh_from_db()
    assert case.lane == Lane.RUNNING
    assert case.clocks.get(promise="accept").stopped_at == MONDAY + DAY


def test_a_lead_opens_it_again_on_the_page_and_a_handler_cannot(bank):
    case = closed(bank)
    url, typed = f"/complaints/{case.number}", {"reason": "not-settled", "said": "客户来电说没有退款"}
    handler, lead = desk(bank.handler), desk(bank.person("lead", bank.centre))
    assert f"{url}/reopen" not in handler.get(f"{url}?open=reopen").content.decode()
    assert handler.post(f"{url}/reopen", typed).status_code == 403
    page = lead.get(f"{url}?open=reopen").content.decode()
    assert f'action="{url}/reopen"' in page
    assert 'value="taken-back"' not in page
    assert lead.post(f"{url}/reopen", typed | {"reason": "taken-back"}).status_code == 422
    assert lead.post(f"{url}/reopen", typed).status_code == 302
    page = handler.get(url).content.decode()
    assert "Opened again" in page
    assert "Answer once more" in page
    marks = [(step.name, step.state) for step in handler.get(url).context["steps"]]
    assert [state for _name, state in marks] == ["done", "done", "now", "todo", "todo"]
