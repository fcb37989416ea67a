"""Open complaints go on under a newer edition of their process by a proven map; what is not proven stays."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from yinuo.engines.cases import changeover_counts as counts
from yinuo.engines.cases import changeover_jobs, changing_over
from yinuo.engines.cases.changeovers import Changeover
from yinuo.engines.cases.models import Case, Clock
from yinuo.engines.cases.moves import CaseChanged, CaseRefused
from yinuo.engines.cases.replay import rebuilt
from yinuo.engines.cases.timeline import entries
from yinuo.engines.editions.kinds import EditionRefused
from yinuo.engines.processes.marking import Marking
from yinuo.engines.processes.proving import STAYS
from yinuo.facts.models import Fact
from yinuo.ground.jobs import leases
from yinuo.ground.jobs.context import JobContext
from yinuo.ground.jobs.models import Job, State
from yinuo.ground.jobs.run import ask_to_cancel, resume, run_one
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.tests.bank import (
    MONDAY,
    a_complaint,
    a_stranger,
    answered,
    closed,
    data,
    established,
    graded,
)
from yinuo.packs.complaints.tests.changing import (
    AFTER_ASKING,
    ASK_GONE,
    SECOND,
    approved,
    changed_over,
    first,
    newer,
    proposed,
    renamed,
)

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
COLUMNS = [field.name for field in Clock._meta.concrete_fields]


def asked(bank):
    case = graded(bank)
    return actions.finish_investigation(case.pk, by=bank.handler, question="哪一天？", at=MONDAY + 3 * HOUR)


def clocks():
    return list(Clock.objects.order_by("id").values(*COLUMNS))


def test_cases_opened_before_stay_with_their_edition_until_somebody_changes_them_over(bank):
    old = a_complaint(bank)
    new = newer(AFTER_ASKING)
    assert old.process == first()
    assert a_complaint(bank).process == new


def test_every_open_case_changes_over_once_with_its_fact_and_its_state_is_what_its_facts_say(bank):
    cases = [a_complaint(bank), graded(bank), established(bank), answered(bank), asked(bank)]
    old, new = first(), newer(AFTER_ASKING)
    assert changed_over(old, new) == {"moved": 5, "stay": 0}
    for before in cases:
        case = Case.objects.get(pk=before.pk)
        assert (case.process, case.step, case.version) == (new, before.step, before.version + 1)
        [told] = data(case, "cases.changed_over")
        assert (told["was"], told["edition"]) == (str(old.pk), str(new.pk))
        assert (told["places"], told["became"]) == ([before.step], [before.step])
        assert rebuilt(case).to_json() == case.marking


def test_a_case_that_changed_over_goes_on_by_the_new_drawing_to_its_end(bank):
    case, by = asked(bank), bank.handler
    changed_over(first(), newer(AFTER_ASKING))
    at = timezone.now() + HOUR
    assert (
        actions.go_on(case.pk, by=by, at=at).step == "answer"
    )  # the old drawing went back to the investigation
    actions.conclude(case.pk, position=1, conclusion="upheld", finding="属实。", by=by, at=at)
    actions.explain_overdue(case.pk, reason="complex", by=by, at=at)
    actions.answer(case.pk, words="已退还。", by=by, at=at + HOUR)
    done = actions.finish(case.pk, by=by, at=at + 2 * HOUR)
    assert not done.is_open
    assert rebuilt(done).to_json() == done.marking


def test_a_renamed_step_keeps_its_serial_and_its_beginning(bank):
    case = answered(bank)
    step = case.steps.get(done_at=None)
    new = newer(renamed("close", "file"))
    changed_over(first(), new, close="file")
    case.refresh_from_db()
    now = case.steps.get(done_at=None)
    assert (now.key, now.pk, now.serial, now.opened_at) == ("file", step.pk, step.serial, step.opened_at)
    assert case.step == "file"
    assert [token.node for token in Marking.from_json(case.marking).tokens] == ["file"]
    assert rebuilt(case).to_json() == case.marking
    assert case.steps.exclude(done_at=None).filter(key="answer").exists()


def test_no_clock_is_touched(bank):
    for at in (timezone.now(), timezone.now() - timedelta(days=40)):
        graded(bank, at=at)
        a_complaint(bank, at=at)
    asked(bank)
    before, judged = clocks(), Fact.objects.filter(kind__startswith="clock.").count()
    lanes = list(Case.objects.order_by("id").values_list("lane", "next_due"))
    assert changed_over(first(), newer(AFTER_ASKING))["moved"] == 5
    assert clocks() == before
    assert Fact.objects.filter(kind__startswith="clock.").count() == judged
    assert list(Case.objects.order_by("id").values_list("lane", "next_due")) == lanes


def test_a_case_in_a_step_without_counterpart_stays_and_is_refused_by_its_name(bank):
    stays, moves = asked(bank), graded(bank)
    old, new = first(), newer(ASK_GONE)
    made = proposed(old, new)
    assert made.places["ask"] == STAYS
    approved(made)
    with pytest.raises(CaseRefused, match="请客户补充"):
        changing_over.change_over(stays.pk, made)
    assert run_one("w", timezone.now() + SECOND)
    assert counts.run_of(made).result == {"moved": 1, "stay": 1}
    stays.refresh_from_db()
    moves.refresh_from_db()
    assert (stays.process, moves.process) == (old, new)
    assert not data(stays, "cases.changed_over")
    actions.go_on(stays.pk, by=bank.handler, at=MONDAY + 4 * HOUR)  # it goes on by its own edition


def test_a_closed_case_never_changes_over(bank):
    done, gone = closed(bank), graded(bank)
    a_complaint(bank)
    old, new = first(), newer(AFTER_ASKING)
    made = proposed(old, new)
    approved(made)
    actions.withdraw(gone.pk, said="不投诉了", by=bank.handler, at=MONDAY + 5 * HOUR)
    for case in (done, gone):
        with pytest.raises(CaseRefused, match="已经结束"), override("zh-hans"):
            changing_over.change_over(case.pk, made)
    assert run_one("w", timezone.now() + SECOND)
    assert set(Case.objects.filter(is_open=False).values_list("process", flat=True)) == {old.pk}
    back = actions.reopen(
        gone.pk, reason="taken-back", said="客户又来电", by=bank.person("quality_head"), at=MONDAY + 6 * HOUR
    )
    assert back.process == old
    assert rebuilt(back).to_json() == back.marking


def test_a_case_changes_over_once(bank):
    case = a_complaint(bank)
    made = proposed(first(), newer(AFTER_ASKING))
    approved(made)
    changing_over.change_over(case.pk, made)
    with pytest.raises(CaseRefused):
        changing_over.change_over(case.pk, made)
    assert run_one("w", timezone.now() + SECOND)
    assert len(data(case, "cases.changed_over")) == 1


def test_a_map_of_which_nothing_is_proven_is_not_proposed_and_moves_nothing(bank):
    case = a_complaint(bank)
    old, new = first(), newer(AFTER_ASKING)
    nothing = {"register": STAYS, "grade": STAYS}
    with pytest.raises(EditionRefused):
        changing_over.propose(old, new, nothing, note="x", by=a_stranger())
    assert not Changeover.objects.exists()
    forced = Changeover.objects.create(
        old=old, new=new, places=nothing, note="x", state="approved",
        proposed_by=a_stranger(), proposed_at=timezone.now(), decided_by=a_stranger(), decided_at=timezone.now(),
    )  # fmt: skip
    with pytest.raises(CaseRefused):
        changing_over.change_over(case.pk, forced)
    case.refresh_from_db()
    assert case.process == old


def test_whoever_proposed_it_does_not_approve_it_and_nobody_s_approval_moves_nothing(bank):
    case, author = a_complaint(bank), a_stranger("author")
    made = proposed(first(), newer(AFTER_ASKING), by=author)
    with pytest.raises(EditionRefused):
        changing_over.approve(made, by=author)
    with pytest.raises(CaseRefused):
        changing_over.change_over(case.pk, made)
    with pytest.raises(EditionRefused):
        changing_over.refuse(made, by=author)
    approved(made)
    with pytest.raises(EditionRefused):
        changing_over.approve(made, by=a_stranger())
    assert Job.objects.filter(kind=counts.RUN).count() == 1


def test_it_is_withdrawn_only_by_whoever_proposed_it_and_then_not_approved(bank):
    a_complaint(bank)
    author = a_stranger("author")
    old, new = first(), newer(AFTER_ASKING)
    made = proposed(old, new, by=author)
    with pytest.raises(EditionRefused):
        changing_over.propose(old, new, made.places, note="x", by=a_stranger())
    with pytest.raises(EditionRefused):
        changing_over.withdraw(made, by=a_stranger())
    changing_over.withdraw(made, by=author)
    with pytest.raises(EditionRefused):
        approved(made)
    refused = proposed(old, new, by=author)
    changing_over.refuse(refused, by=a_stranger())
    with pytest.raises(EditionRefused):
        approved(refused)
    assert not Job.objects.filter(kind=counts.RUN).exists()


def test_what_nobody_counted_of_late_is_not_approved(bank):
    a_complaint(bank)
    made = proposed(first(), newer(AFTER_ASKING))
    with pytest.raises(EditionRefused):
        changing_over.approve(made, by=a_stranger(), now=timezone.now() + timedelta(days=2))
    Job.objects.filter(kind=counts.COUNT).delete()
    with pytest.raises(EditionRefused):
        changing_over.approve(made, by=a_stranger())


def test_cases_change_over_only_to_what_is_in_force(bank):
    a_complaint(bank)
    old = first()
    new = newer(AFTER_ASKING)
    made = proposed(old, new)
    approved(made)
    newest = newer(renamed("enough", "enough_now"))
    with pytest.raises(EditionRefused):
        changing_over.propose(old, new, made.places, note="x", by=a_stranger())
    assert run_one("w", timezone.now() + SECOND)
    assert counts.run_of(made).state == State.FAILED
    assert not Fact.objects.filter(kind="cases.changed_over").exists()
    assert changed_over(old, newest) == {"moved": 1, "stay": 0}


def test_a_unit_with_an_edition_of_its_own_keeps_its_cases(bank):
    own, other = a_complaint(bank, unit=bank.north), a_complaint(bank)
    old = first()
    newer(AFTER_ASKING, unit=bank.north.pk)
    new = newer(renamed("enough", "enough_now"))
    made = proposed(old, new)
    assert counts.count_of(made).result["elsewhere"] == 1
    approved(made)
    assert run_one("w", timezone.now() + SECOND)
    assert counts.run_of(made).result == {"moved": 1, "stay": 1}
    own.refresh_from_db()
    other.refresh_from_db()
    assert (own.process, other.process) == (old, new)


def test_the_count_says_what_then_moves_and_writes_nothing(bank):
    for make in (a_complaint, graded, graded, asked):
        make(bank)
    old, new = first(), newer(ASK_GONE)
    before, facts = list(Case.objects.order_by("id").values()), Fact.objects.exclude(case_id=None).count()
    made = proposed(old, new)
    assert list(Case.objects.order_by("id").values()) == before
    assert Fact.objects.exclude(case_id=None).count() == facts
    result = counts.count_of(made).result
    there = counts.standing(result)
    moving = sum(each.cases for each in counts.moving(made, there))
    assert (result["cases"], moving, len(result["staying"])) == (4, 3, 1)
    approved(made)
    assert run_one("w", timezone.now() + SECOND)
    assert counts.run_of(made).result == {"moved": moving, "stay": 1}


class Killed(BaseException):
    """As if the process had ended there."""


def test_a_killed_job_goes_on_where_it_stood_and_moves_no_case_twice(bank, monkeypatch):
    cases = [a_complaint(bank) for _ in range(6)]
    made = proposed(first(), newer(AFTER_ASKING))
    approved(made)
    real, done = changeover_jobs.change_over, []

    def killed_in_the_third(case_id, changeover):
        real(case_id, changeover)
        done.append(case_id)
        if len(done) == 3:
            raise Killed  # after everything was written, before it was committed

    monkeypatch.setattr(changeover_jobs, "change_over", killed_in_the_third)
    job = leases.claim(timezone.now() + SECOND, "killed", [counts.RUN])
    with pytest.raises(Killed):
        changeover_jobs.run_job(JobContext(job), **job.arguments)
    assert Case.objects.filter(process=made.new).count() == 2
    assert Job.objects.get(pk=job.pk).checkpoint["moved"] == 2
    monkeypatch.setattr(changeover_jobs, "change_over", real)
    later = timezone.now() + timedelta(minutes=5)
    assert not run_one("w", later)  # the lease of the killed one is over: it waits to be tried again
    assert run_one("w", later + timedelta(minutes=5))
    assert counts.run_of(made).result == {"moved": 6, "stay": 0}
    assert all(len(data(case, "cases.changed_over")) == 1 for case in cases)


def test_a_stopped_job_leaves_what_moved_and_goes_on_with_the_rest(bank, monkeypatch):
    cases = [a_complaint(bank) for _ in range(5)]
    made = proposed(first(), newer(AFTER_ASKING))
    job = approved(made)
    real = changeover_jobs.change_over

    def stopped_after_the_second(case_id, changeover):
        real(case_id, changeover)
        if Case.objects.filter(process=made.new).count() == 2:
            ask_to_cancel(job.pk)

    monkeypatch.setattr(changeover_jobs, "change_over", stopped_after_the_second)
    assert run_one("w", timezone.now() + SECOND)
    assert counts.run_of(made).state == State.CANCELLED
    assert Case.objects.filter(process=made.new).count() == 2
    monkeypatch.setattr(changeover_jobs, "change_over", real)
    assert resume(job.pk)
    assert run_one("w", timezone.now() + SECOND)
    assert counts.run_of(made).result == {"moved": 5, "stay": 0}
    assert all(len(data(case, "cases.changed_over")) == 1 for case in cases)


def test_a_form_opened_before_is_refused_and_loses_nothing(bank):
    case = a_complaint(bank)
    changed_over(first(), newer(AFTER_ASKING))
    with pytest.raises(CaseChanged):
        actions.accept(case.pk, by=bank.handler, version=case.version, at=MONDAY + HOUR)
    now = Case.objects.get(pk=case.pk)
    assert actions.accept(case.pk, by=bank.handler, version=now.version, at=MONDAY + HOUR).step == "grade"


def test_what_is_split_off_afterwards_has_the_same_past(bank):
    case = graded(bank, matters=2)
    changed_over(first(), newer(AFTER_ASKING))
    at = timezone.now() + HOUR
    part = actions.split(case.pk, positions=[2], by=bank.handler, at=at)
    assert rebuilt(part).to_json() == part.marking
    assert len(data(part, "cases.changed_over")) == 1


def test_a_case_abandoned_and_opened_again_stays_on_the_edition_it_had_changed_over_to(bank):
    case = graded(bank)
    new = newer(renamed("close", "file"))
    changed_over(first(), new, close="file")
    at = timezone.now() + HOUR
    gone = actions.withdraw(case.pk, said="不投诉了", by=bank.handler, at=at)
    assert rebuilt(gone).to_json() == gone.marking
    head = bank.person("quality_head")
    back = actions.reopen(case.pk, reason="taken-back", said="又来", by=head, at=at + HOUR)
    assert back.process == new
    assert rebuilt(back).to_json() == back.marking


def test_the_timeline_tells_it_in_the_reader_s_language(bank):
    case = a_complaint(bank)
    changed_over(first(), newer(AFTER_ASKING))
    said = set()
    for language in ("zh-hans", "en", "zh-hant"):
        with override(language):
            [told] = [each.text for each in entries(case) if each.kind == "cases.changed_over"]
            assert "2" in told
            said.add(told)
    assert len(said) == 3


def test_an_approval_by_oneself_does_not_even_fit_into_the_database(bank):
    from django.db import IntegrityError, transaction

    a_complaint(bank)
    made = proposed(first(), newer(AFTER_ASKING))
    with pytest.raises(IntegrityError), transaction.atomic():
        Changeover.objects.filter(pk=made.pk).update(state="approved", decided_by=made.proposed_by)
