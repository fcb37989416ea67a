"""One verb done to many complaints: each by itself, once, with every guard, and a result of its own."""

import json
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone, translation

from yinuo.engines.cases import bulk
from yinuo.engines.cases.bulk_acts import BulkAct
from yinuo.engines.cases.marks import Follower
from yinuo.engines.cases.models import Case, Note
from yinuo.facts.models import Fact
from yinuo.ground.jobs import leases
from yinuo.ground.jobs.models import Job, State
from yinuo.ground.jobs.run import run_one
from yinuo.ground.people.models import Posting
from yinuo.ground.people.postings import appoint
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.bulk import CLAIM, FOLLOW, HAND_OVER, NOTE, SHARE_OUT
from yinuo.packs.complaints.models import Draft
from yinuo.packs.complaints.tests.bank import SINCE, a_complaint, a_stranger, accepted, closed, kinds

pytestmark = pytest.mark.django_db
TEXT = {"text": "已电话核实"}
GONE = "您已无法查看这一件。"


def chosen(verb, by, *cases, **said):
    act = bulk.choose(verb, [case.pk for case in cases], by=by, language="zh-hans", **said)
    assert act is not None
    return act


def begun(verb, by, *cases, **given):
    """An act that has begun, and nothing of it done yet."""
    act = chosen(verb, by, *cases)
    assert bulk.begin(act, given)
    return act


def done(verb, by, *cases, **given):
    act = begun(verb, by, *cases, **given)
    bulk.carry_out(act)
    return act


def results(act):
    """State and reason of each row, in the order they were chosen in."""
    return list(act.rows.order_by("position").values_list("state", "reason"))


def handlers(*cases):
    return [Case.objects.get(pk=case.pk).handler for case in cases]


@pytest.fixture
def lead(bank):
    return bank.person("lead", bank.centre)


@pytest.fixture
def few(monkeypatch):
    """So few are done in a request that three are many."""
    monkeypatch.setattr(bulk, "IN_REQUEST", 2)


def test_each_is_done_and_says_so(bank, lead):
    cases = [a_complaint(bank) for _ in range(3)]
    act = done(HAND_OVER, lead, *cases, to=str(bank.handler.pk))
    assert results(act) == [("done", "")] * 3
    assert handlers(*cases) == [bank.handler] * 3


def test_what_is_refused_harms_nothing_else_and_leaves_no_trace(bank, lead):
    first, ended, last = a_complaint(bank), closed(bank), a_complaint(bank)
    before = kinds(ended), ended.version
    act = done(HAND_OVER, lead, first, ended, last, to=str(bank.handler.pk))
    assert [state for state, _reason in results(act)] == ["done", "refused", "done"]
    assert results(act)[1][1] == "已办结的投诉不能转派。"
    assert (kinds(ended), Case.objects.get(pk=ended.pk).version) == before


def test_an_error_nobody_foresaw_is_a_refusal_of_its_own_row(bank, lead, monkeypatch):
    cases = [a_complaint(bank) for _ in range(3)]
    real = actions.claim

    def breaks(case_id, **said):
        real(case_id, **said)
        if case_id == cases[1].pk:
            raise ZeroDivisionError

    monkeypatch.setitem(bulk._verbs, ("complaints", "claim"), bulk.BulkVerb(
        "complaints", "claim", breaks, CLAIM.visible, CLAIM.may,
    ))  # fmt: skip
    act = done(CLAIM, lead, *cases)
    assert [state for state, _reason in results(act)] == ["done", "refused", "done"]
    assert handlers(*cases) == [lead, None, lead]


def test_a_reason_is_said_in_the_language_of_whoever_did_it(bank, lead):
    case = closed(bank)
    act = bulk.choose(HAND_OVER, [case.pk], by=lead, language="en")
    bulk.begin(act, {"to": str(bank.handler.pk)})
    with translation.override("zh-hans"):  # whatever the process that does it happens to speak
        bulk.carry_out(act)
    assert results(act) == [("refused", "A closed complaint is not handed over.")]


def test_only_what_one_sees_is_chosen_and_nothing_twice(bank):
    there = bank.person("handler", bank.north)
    own, other = a_complaint(bank, unit=bank.north), a_complaint(bank, unit=bank.south)
    act = chosen(FOLLOW, there, own, other, own)
    assert [row.case for row in act.rows.all()] == [own]
    assert bulk.choose(FOLLOW, [other.pk], by=there, language="en") is None


def test_more_than_the_limit_are_not_chosen(bank, lead, monkeypatch):
    monkeypatch.setattr(bulk, "MOST", 2)
    cases = [a_complaint(bank).pk for _ in range(3)]
    assert bulk.choose(FOLLOW, cases[:2], by=lead, language="en").rows.count() == 2
    with pytest.raises(bulk.TooMany):
        bulk.choose(FOLLOW, cases, by=lead, language="en")


def test_what_left_ones_reach_meanwhile_is_refused(bank):
    person = a_stranger()
    for unit in (bank.north, bank.south):
        appoint(person, "handler", unit, valid_from=SINCE)
    stays, leaves = a_complaint(bank, unit=bank.north), a_complaint(bank, unit=bank.south)
    act = begun(CLAIM, person, stays, leaves)
    Posting.objects.filter(user=person, unit=bank.south).update(valid_to=SINCE + timedelta(days=1))
    bulk.carry_out(act)
    assert results(act) == [("done", ""), ("refused", GONE)]
    assert handlers(stays, leaves) == [person, None]


def test_what_one_sees_and_may_not_do_is_refused(bank):
    about = a_complaint(bank, complained_unit=bank.north.pk)  # handled by the complaint centre
    own = a_complaint(bank, unit=bank.north)
    act = done(CLAIM, bank.person("handler", bank.north), about, own)
    assert [state for state, _reason in results(act)] == ["refused", "done"]
    assert handlers(about)[0] is None


def test_what_one_stands_aside_from_meanwhile_is_refused(bank, lead):
    aside, other = a_complaint(bank), a_complaint(bank)
    act = begun(NOTE, lead, aside, other, **TEXT)
    actions.name_complained_of(aside.pk, people=[lead], said="", by=bank.person("quality_head"))
    bulk.carry_out(act)
    assert results(act) == [("refused", GONE), ("done", "")]  # not that, nor why, somebody stands aside
    assert not Note.objects.filter(case=aside, author=lead).exists()


def test_nobody_is_handed_what_they_stand_aside_from(bank, lead):
    other = a_stranger()
    appoint(other, "handler", bank.centre, valid_from=SINCE)
    aside, free = a_complaint(bank), a_complaint(bank)
    actions.name_complained_of(aside.pk, people=[other], said="", by=lead)
    act = done(HAND_OVER, lead, aside, free, to=str(other.pk))
    assert [state for state, _reason in results(act)] == ["refused", "done"]
    assert handlers(aside, free) == [None, other]


def test_nobody_is_handed_what_their_unit_does_not_handle(bank):
    boss = bank.person("lead", bank.head)
    bank.person("handler", bank.north)
    here, there = a_complaint(bank), a_complaint(bank, unit=bank.north)
    act = done(HAND_OVER, boss, here, there, to=str(bank.handler.pk))
    assert [state for state, _reason in results(act)] == ["done", "refused"]
    assert handlers(here, there) == [bank.handler, None]


def test_what_was_done_is_not_done_again_by_whoever_goes_on(bank, lead):
    case = a_complaint(bank)
    act = done(NOTE, lead, case, **TEXT)
    assert not bulk.begin(act, TEXT)
    bulk.go_on(act)
    bulk.carry_out(act)
    assert Note.objects.filter(case=case, author=lead).count() == 1
    assert kinds(case).count("cases.noted") == 1


def test_two_who_go_on_at_the_same_row_do_it_once(bank, lead):
    act = begun(NOTE, lead, a_complaint(bank), **TEXT)
    row = act.rows.get()
    assert bulk._end(row, "done")
    bulk._do(NOTE, row, lead, TEXT)  # read while it still waited
    assert not Note.objects.filter(author=lead).exists()


def test_cut_off_in_the_middle_the_rest_is_done_and_nothing_twice(bank, lead):
    cases = [a_complaint(bank) for _ in range(4)]
    act = begun(NOTE, lead, *cases, **TEXT)

    def cut(done):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bulk.carry_out(act, cut)
    assert [state for state, _reason in results(act)] == ["done", "done", "waiting", "waiting"]
    bulk.go_on(act)
    assert [state for state, _reason in results(act)] == ["done"] * 4
    assert [Note.objects.filter(case=case, author=lead).count() for case in cases] == [1] * 4


def test_every_fact_of_it_names_the_act_and_the_act_is_a_fact(bank, lead):
    cases = [a_complaint(bank), a_complaint(bank)]
    act = done(HAND_OVER, lead, *cases, to=str(bank.handler.pk))
    told = json.loads(Fact.objects.get(kind="cases.bulk_begun").body)
    assert told["by"] == str(lead.pk)
    assert told["data"] == {"act": str(act.pk), "verb": "complaints.hand-over", "cases": 2}
    for case in cases:
        given = json.loads(Fact.objects.get(case_id=case.pk, kind="cases.assigned").body)
        assert ["bulk_act", str(act.pk), ""] in given["objects"]
    actions.claim(a_complaint(bank).pk, by=lead)  # what is done to one alone names none
    assert "bulk_act" not in Fact.objects.filter(kind="cases.assigned").order_by("id").last().body


def test_shared_out_each_goes_to_whoever_has_least_by_then(bank, lead):
    people = [a_stranger(), a_stranger()]
    for person in people:
        appoint(person, "handler", bank.centre, valid_from=SINCE)
    cases = [a_complaint(bank) for _ in range(4)]
    done(SHARE_OUT, lead, *cases)
    assert [handlers(*cases).count(person) for person in people] == [2, 2]


def test_a_note_to_many_leaves_what_one_has_half_written_on_their_pages(bank):
    case = accepted(bank)
    Draft.objects.create(
        case=case, author=bank.handler, form="note", values='{"text": "半"}', saved_at=timezone.now()
    )
    done(NOTE, bank.handler, case, **TEXT)
    assert Draft.objects.filter(case=case, form="note").exists()


def test_following_many_is_following_each(bank, lead):
    cases = [a_complaint(bank), a_complaint(bank)]
    done(FOLLOW, lead, *cases)
    assert {each.case for each in Follower.objects.filter(person=lead)} == set(cases)


def test_the_refused_ones_are_prepared_again_with_what_was_given(bank, lead):
    free, taken = a_complaint(bank), accepted(bank)
    act = done(CLAIM, lead, free, taken)
    Case.objects.filter(pk=taken.pk).update(handler=None)
    made = bulk.again(act)
    assert [row.case for row in made.rows.all()] == [taken]
    assert made.begun_at is None
    bulk.begin(made, {})
    bulk.carry_out(made)
    assert results(made) == [("done", "")]
    assert [state for state, _reason in results(act)] == ["done", "refused"]  # the first stays as it was
    assert bulk.again(made) is None


def test_what_is_known_against_it_beforehand_is_what_refuses_it_then(bank, lead):
    from yinuo.ground.access.reach import reach_of

    cases = [a_complaint(bank), accepted(bank), closed(bank)]
    for verb in (CLAIM, HAND_OVER, SHARE_OUT, NOTE, FOLLOW):
        given = {"hand-over": {"to": str(bank.handler.pk)}, "note": TEXT}.get(verb.name, {})
        fresh = [Case.objects.get(pk=case.pk) for case in cases]
        with translation.override("zh-hans"):
            known = [bulk.refusal(verb, case, reach_of(lead)) for case in fresh]
        for case, reason in zip(cases, known, strict=True):
            if reason:
                with translation.override("zh-hans"), pytest.raises(bulk.CaseRefused, match=reason):
                    verb.act(case.pk, by=lead, **verb.read(given))


def test_what_was_chosen_and_never_begun_is_forgotten_after_a_day(bank, lead):
    case = a_complaint(bank)
    old, begun_ = chosen(FOLLOW, lead, case), done(FOLLOW, lead, case)
    BulkAct.objects.update(chosen_at=timezone.now() - bulk.FORGOTTEN - timedelta(minutes=1))
    new = chosen(FOLLOW, lead, case)
    assert set(BulkAct.objects.all()) == {begun_, new}
    assert old.pk not in {begun_.pk, new.pk}


def now_is_after_the_hold():
    return timezone.now() + bulk.HELD + timedelta(seconds=1)


def test_many_wait_ten_seconds_and_are_taken_back_whole(bank, lead, few):
    cases = [a_complaint(bank) for _ in range(3)]
    act = begun(CLAIM, lead, *cases)
    assert not run_one("tests")  # nothing is due yet
    bulk.stop(act)
    assert not run_one("tests", now_is_after_the_hold())
    assert [state for state, _reason in results(act)] == ["waiting"] * 3
    assert handlers(*cases) == [None] * 3


def test_many_are_done_by_a_job_that_tells_how_far_it_is(bank, lead, few):
    cases = [a_complaint(bank) for _ in range(3)]
    act = begun(CLAIM, lead, *cases)
    assert run_one("tests", now_is_after_the_hold())
    job = Job.objects.get(pk=act.job_id)
    assert (job.state, job.total, job.by) == (State.DONE, 3, lead.pk)
    assert job.result == {"waiting": 0, "done": 3, "refused": 0}
    assert handlers(*cases) == [lead] * 3


def test_a_job_that_is_stopped_leaves_the_rest_and_goes_on_there(bank, lead, few, monkeypatch):
    cases = [a_complaint(bank) for _ in range(3)]
    act = begun(NOTE, lead, *cases, **TEXT)
    real = bulk._try

    def told_to_stop_after_the_first(verb, row, *said):
        real(verb, row, *said)
        bulk.stop(act)

    with monkeypatch.context() as patched:
        patched.setattr(bulk, "_try", told_to_stop_after_the_first)
        run_one("tests", now_is_after_the_hold())
    assert Job.objects.get(pk=act.job_id).state == State.CANCELLED
    assert [state for state, _reason in results(act)] == ["done", "waiting", "waiting"]
    bulk.go_on(act)
    assert run_one("tests", now_is_after_the_hold())
    assert [Note.objects.filter(case=case, author=lead).count() for case in cases] == [1] * 3


def test_a_job_whose_worker_was_killed_goes_on_and_nothing_is_done_twice(bank, lead, few):
    cases = [a_complaint(bank) for _ in range(3)]
    act = begun(NOTE, lead, *cases, **TEXT)
    assert leases.claim(now_is_after_the_hold(), "killed", [bulk.JOB])
    bulk._try(NOTE, act.rows.get(position=1), lead, TEXT)  # … and then the machine stopped
    much_later = timezone.now() + timedelta(minutes=5)
    leases.reclaim(much_later)
    assert run_one("tests", much_later + timedelta(minutes=5))
    assert [state for state, _reason in results(act)] == ["done"] * 3
    assert [Note.objects.filter(case=case, author=lead).count() for case in cases] == [1] * 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer at a time there anyway")
def test_two_workers_at_one_act_do_each_row_once(bank, lead):
    cases = [a_complaint(bank) for _ in range(6)]
    act, at_once = begun(NOTE, lead, *cases, **TEXT), Barrier(2)

    def work():
        at_once.wait()
        bulk.carry_out(act)
        connection.close()

    workers = [Thread(target=work) for _ in range(2)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert [Note.objects.filter(case=case, author=lead).count() for case in cases] == [1] * 6
