"""The story of a complaint through its verbs: facts in order, clocks at their own time, refusals without a trace."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from yinuo.engines.cases.due import judge_due
from yinuo.engines.cases.models import Case, Lane, Note
from yinuo.engines.cases.moves import CaseChanged, CaseRefused, happen, hold
from yinuo.engines.cases.replay import rebuilt
from yinuo.facts.models import Fact
from yinuo.facts.rows import write_rows
from yinuo.ground.outbox.models import Letter
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.models import Complaint, Draft
from yinuo.packs.complaints.tests.bank import (
    MONDAY,
    a_complaint,
    accepted,
    an_arrival,
    answered,
    closed,
    data,
    established,
    graded,
    kinds,
    read,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def every_marking_is_rebuilt_from_its_facts(bank):
    """After every story: replaying each case's step facts on its own edition gives the marking that is stored."""
    yield
    for case in Case.objects.all():
        assert rebuilt(case).to_json() == case.marking, case


def clocks(case):
    return {clock.promise: clock for clock in case.clocks.all()}


def everything(case):
    """All that a verb could have changed, to be compared before and after a refusal."""
    fresh = Case.objects.get(pk=case.pk)
    fields = {field.attname: getattr(fresh, field.attname) for field in Case._meta.concrete_fields}
    return (
        fields,
        kinds(case),
        list(case.steps.order_by("serial").values()),
        list(case.clocks.order_by("position").values()),
        list(case.notes.order_by("pk").values()),
        list(Complaint.objects.filter(pk=case.pk).values()),
        Letter.objects.count(),
    )


def test_from_receipt_to_the_file_every_fact_stands_in_order(bank):
    case = closed(bank)
    steps = ("cases.step_done", "cases.step_opened")
    assert kinds(case) == [
        "complaints.received",
        *steps, "cases.assigned", "complaints.accepted", "clock.judged",
        *steps, "complaints.graded",
        "complaints.concluded",
        *steps,
        *steps, "cases.noted", "complaints.answered", "clock.judged", "clock.judged",
        "cases.step_done", "complaints.closed",
    ]  # fmt: skip
    assert [each["step"] for each in data(case, "cases.step_done")] == [
        "register", "grade", "investigate", "answer", "close",
    ]  # fmt: skip
    assert (case.is_open, case.lane, case.step) == (False, Lane.CLOSED, "")
    assert data(case, "complaints.closed") == [{"days": 2, "minutes": 2 * 24 * 60 + 60}]
    assert (case.complaint.handling_days, case.complaint.handling_minutes) == (2, 2 * 24 * 60 + 60)


def test_promises_kept_are_stamped_when_they_were_kept(bank):
    case = closed(bank)
    judged = {each["promise"]: each["verdict"] for each in data(case, "clock.judged")}
    assert judged == {"accept": "kept", "answer": "kept", "legal": "kept"}
    stamped = dict(
        Fact.objects.filter(case_id=case.pk, kind="clock.judged").values_list("body", "occurred_at")
    )
    assert sorted(stamped.values()) == [MONDAY + HOUR, MONDAY + 2 * DAY, MONDAY + 2 * DAY]
    assert {each["edition"] for each in data(case, "clock.judged")} == {str(case.promises_id)}


def test_a_breach_is_stamped_when_it_was_due_however_late_it_is_noticed(bank):
    case = a_complaint(bank)
    due = clocks(case)["accept"].due_at
    assert due == MONDAY + 2 * HOUR
    assert judge_due(MONDAY + 5 * HOUR) == 1
    [breach] = Fact.objects.filter(case_id=case.pk, kind="clock.judged")
    assert breach.occurred_at == due
    assert data(case, "clock.judged")[0]["verdict"] == "broken"
    late = clocks(case)["accept"]
    assert (late.status, late.judged_at, late.stopped_at) == ("broken", due, None)
    case.refresh_from_db()
    assert (case.lane, case.next_due) == (Lane.OVERDUE, due)


def test_a_clock_is_judged_once(bank):
    case = a_complaint(bank)
    assert judge_due(MONDAY + 5 * HOUR) == 1
    assert judge_due(MONDAY + 6 * HOUR) == 0
    actions.accept(case.pk, by=bank.handler, at=MONDAY + 7 * HOUR)
    assert [each["verdict"] for each in data(case, "clock.judged")] == ["broken"]
    assert clocks(case)["accept"].stopped_at == MONDAY + 7 * HOUR


def test_nothing_is_judged_before_it_is_due(bank):
    case = a_complaint(bank)
    assert judge_due(clocks(case)["accept"].due_at) == 0
    assert kinds(case) == ["complaints.received"]


def test_no_more_cases_are_judged_than_asked_for(bank):
    for _each in range(3):
        a_complaint(bank)
    assert judge_due(MONDAY + 5 * HOUR, limit=2) == 2
    assert judge_due(MONDAY + 5 * HOUR, limit=2) == 1


def test_a_question_pauses_the_internal_limit_and_the_supplement_resumes_it(bank):
    case = graded(bank)
    planned = clocks(case)["answer"].due_at
    asked = MONDAY + 4 * HOUR
    actions.finish_investigation(case.pk, by=bank.handler, question="请提供回单照片。", at=asked)
    case.refresh_from_db()
    assert case.step == "ask"
    assert {key: clock.status for key, clock in clocks(case).items()} == {
        "accept": "kept", "answer": "paused", "legal": "running",
    }  # fmt: skip
    actions.supplement(case.pk, words="回单在这里。", at=asked + DAY)
    case.refresh_from_db()
    assert case.step == "investigate"
    resumed = clocks(case)["answer"]
    assert (resumed.status, resumed.due_at > planned, resumed.paused_minutes > 0) == ("running", True, True)
    asking = data(case, "cases.step_done")[-2]
    assert (asking["step"], asking["decided"]) == ("investigate", ["need_more:true"])
    assert [note.by_customer for note in case.notes.order_by("written_at")] == [False, True]


def test_going_on_without_the_customer_resumes_the_limit_as_well(bank):
    case = graded(bank)
    actions.finish_investigation(case.pk, by=bank.handler, question="哪一天？", at=MONDAY + 4 * HOUR)
    actions.go_on(case.pk, by=bank.handler, at=MONDAY + 5 * HOUR)
    assert kinds(case)[-1] == "complaints.withheld"
    assert clocks(case)["answer"].status == "running"


def test_words_the_customer_adds_unasked_open_and_close_no_step(bank):
    case = graded(bank)
    actions.supplement(case.pk, words="补充一句。", at=MONDAY + 3 * HOUR)
    case.refresh_from_db()
    assert case.step == "investigate"
    assert kinds(case)[-2:] == ["cases.noted", "complaints.supplemented"]


def test_a_closed_complaint_takes_no_more_words(bank):
    case = closed(bank)
    before = everything(case)
    with pytest.raises(CaseRefused):
        actions.supplement(case.pk, words="还有一句。")
    assert everything(case) == before


def test_a_refused_answer_leaves_no_trace(bank):
    case = graded(bank, matters=2)
    actions.conclude(
        case.pk, position=1, conclusion="upheld", finding="属实。", by=bank.handler, at=MONDAY + DAY
    )
    actions.finish_investigation(case.pk, by=bank.handler, at=MONDAY + DAY)
    before = everything(case)
    with pytest.raises(CaseRefused, match="2"):
        actions.answer(case.pk, words="我们已查明。我们向您道歉。", by=bank.handler)
    assert everything(case) == before


REFUSED = {
    "accept": lambda case, by: actions.accept(case.pk, by=by),
    "grade": lambda case, by: actions.grade(
        case.pk, level="ordinary", matters=[actions.Graded("x", "B-01", "C-01", None)], by=by
    ),
    "conclude": lambda case, by: actions.conclude(
        case.pk, position=1, conclusion="upheld", finding="太早", by=by
    ),
    "finish_investigation": lambda case, by: actions.finish_investigation(case.pk, by=by, question="太早？"),
    "answer": lambda case, by: actions.answer(
        case.pk, words="太早的答复，不应发出。", by=by, at=MONDAY + 2 * DAY
    ),
    "finish": lambda case, by: actions.finish(case.pk, by=by),
    "go_on": lambda case, by: actions.go_on(case.pk, by=by),
}
OPEN_TO = {
    a_complaint: {"accept"},
    accepted: {"grade"},
    graded: {"conclude", "finish_investigation"},
    established: {"conclude", "answer"},
    answered: {"finish"},
    closed: set(),
}


@pytest.mark.parametrize("reached", OPEN_TO, ids=lambda each: each.__name__)
def test_a_verb_out_of_turn_is_refused_and_leaves_no_trace(bank, reached):
    case = reached(bank)
    before = everything(case)
    for verb in REFUSED.keys() - OPEN_TO[reached]:
        with pytest.raises(CaseRefused):
            REFUSED[verb](case, bank.handler)
        assert everything(case) == before, verb
    for verb in sorted(OPEN_TO[reached]):
        with transaction.atomic():
            REFUSED[verb](case, bank.handler)
            transaction.set_rollback(True)


def test_a_grade_needs_a_matter(bank):
    case = accepted(bank)
    before = everything(case)
    with pytest.raises(CaseRefused):
        actions.grade(case.pk, level="ordinary", matters=[], by=bank.handler)
    assert everything(case) == before


VERSIONED = {
    a_complaint: lambda case, by: actions.accept(case.pk, by=by, version=case.version - 1),
    accepted: lambda case, by: actions.hand_over(case.pk, to=by, by=by, version=case.version - 1),
    graded: lambda case, by: actions.finish_investigation(case.pk, by=by, version=case.version - 1),
    established: lambda case, by: actions.answer(case.pk, words="好的", by=by, version=case.version - 1),
    answered: lambda case, by: actions.finish(case.pk, by=by, version=case.version - 1),
}


@pytest.mark.parametrize("reached", VERSIONED, ids=lambda each: each.__name__)
def test_whoever_read_an_older_version_changes_nothing(bank, reached):
    case = Case.objects.get(pk=reached(bank).pk)
    before = everything(case)
    with pytest.raises(CaseChanged):
        VERSIONED[reached](case, bank.handler)
    assert everything(case) == before


def test_every_verb_makes_the_version_grow(bank):
    case = a_complaint(bank)
    first = case.version
    assert actions.accept(case.pk, by=bank.handler, version=first, at=MONDAY).version == first + 1


def test_a_note_is_for_colleagues_and_its_words_are_in_no_fact(bank):
    case = accepted(bank)
    Draft.objects.create(
        case=case, author=bank.handler, form="note", values='{"text": "草稿"}', saved_at=MONDAY
    )
    actions.write_note(case.pk, text="客户情绪激动，语气放缓。", by=bank.handler)
    [note] = Note.objects.filter(case=case)
    assert (note.for_customer, note.by_customer, note.author) == (False, False, bank.handler)
    assert data(case, "cases.noted") == [{"note": str(note.pk)}]
    assert not Draft.objects.filter(case=case).exists()


def test_handing_over_names_the_colleague_and_keeps_the_clocks(bank):
    case = accepted(bank)
    before = list(case.clocks.order_by("position").values("promise", "due_at", "started_at"))
    colleague = bank.person("lead", bank.centre)
    moved = actions.hand_over(case.pk, to=colleague, by=bank.handler)
    assert moved.handler == colleague
    assert data(case, "cases.assigned")[-1] == {"to": str(colleague.pk)}
    assert list(case.clocks.order_by("position").values("promise", "due_at", "started_at")) == before


def test_nobody_is_handed_what_they_do_not_handle_by_any_door(bank):
    case = accepted(bank)
    before = everything(case)
    for other in (bank.person("quality_head"), bank.person("handler", bank.north)):
        with pytest.raises(CaseRefused, match=other.name):
            actions.hand_over(case.pk, to=other, by=bank.handler)
    assert everything(case) == before


def test_a_closed_complaint_is_not_handed_over(bank):
    case = closed(bank)
    before = everything(case)
    with pytest.raises(CaseRefused):
        actions.hand_over(case.pk, to=bank.person("lead", bank.centre), by=bank.handler)
    assert everything(case) == before


def test_the_acknowledgement_is_written_with_the_complaint_and_says_when(bank):
    case = a_complaint(bank, email="someone@example.com", language="en")
    [letter] = Letter.objects.all()
    assert (letter.case_id, letter.template, letter.state) == (case.pk, "acknowledgement", "written")
    content = read(letter)
    assert content.to == "someone@example.com"
    assert case.number in content.subject
    assert "2026-09-14 11:30" in content.body  # two working hours after 09:30


def test_without_an_address_no_letter_is_written(bank):
    a_complaint(bank, email="")
    assert not Letter.objects.exists()


def test_the_answer_letter_leaves_with_the_answer(bank):
    case = answered(bank)
    letter = Letter.objects.get(case_id=case.pk, template="answer")
    assert "我们已退还两百元" in read(letter).body
    assert data(case, "complaints.answered")[0]["letter"] == str(letter.pk)


@pytest.mark.django_db(transaction=True)
def test_a_failing_write_leaves_nothing(bank):
    before = [model.objects.count() for model in (Case, Complaint, Letter, Fact)]
    with a_trigger_that_refuses("complaints_matter"), pytest.raises(DatabaseError):
        a_complaint(bank)
    assert [model.objects.count() for model in (Case, Complaint, Letter, Fact)] == before
    a_complaint(bank)
    assert Case.objects.count() == 1


@contextmanager
def a_trigger_that_refuses(table):
    """While it stands, the database itself refuses every insert into a table."""
    if connection.vendor == "postgresql":
        body = "LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$"
        run(f"CREATE FUNCTION refuse_all() RETURNS trigger {body}")
        run(f"CREATE TRIGGER refuse_all BEFORE INSERT ON {table} EXECUTE FUNCTION refuse_all()")
    else:
        run(f"CREATE TRIGGER refuse_all BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'refused'); END")
    try:
        yield
    finally:
        run("DROP TRIGGER refuse_all" + (f" ON {table}" if connection.vendor == "postgresql" else ""))
        if connection.vendor == "postgresql":
            run("DROP FUNCTION refuse_all()")


def run(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_facts_of_a_verb_that_fails_half_way_are_not_recorded(bank):
    case = accepted(bank)
    before = everything(case)
    with transaction.atomic():
        happen(hold(case.pk), "complaints.withheld", by=bank.handler)
        transaction.set_rollback(True)  # as any exception that leaves the block does
    assert everything(case) == before


def test_intake_stores_what_the_orm_would(bank):
    taken = actions.intake.prepare(
        an_arrival(amount=20000, requests=("refund",), happened_on=MONDAY.date(), complained_unit=bank.north.pk),
        handling_unit=bank.centre.pk, by=bank.handler.pk, handler=None, at=MONDAY, now=MONDAY + HOUR, origin="page",
    )  # fmt: skip
    with transaction.atomic():
        write_rows(taken.rows)
        hot = stored(taken.rows)
        transaction.set_rollback(True)
    with transaction.atomic():
        for model, rows in taken.rows:
            for row in rows:
                model(**row).save(force_insert=True)
        assert stored(taken.rows) == hot
        transaction.set_rollback(True)


def stored(rows):
    """Every written row as the ORM reads it back."""
    found = []
    for model, written in rows:
        for row in written:
            name = model._meta.pk.attname
            [values] = model.objects.filter(pk=row[name]).values()
            found.append((model.__name__, {key: _plain(value) for key, value in values.items()}))
    return found


def _plain(value):
    return bytes(value) if isinstance(value, memoryview) else value
