"""How complaints were worked on agrees with facts read by plain SQL and counted by hand."""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone

from yinuo.engines.measures.measure import Window, measure_named
from yinuo.engines.measures.periods import Period
from yinuo.ground.people.postings import appoint
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.models import Complaint
from yinuo.packs.complaints.tests.bank import (
    MONDAY,
    a_bank,
    a_complaint,
    a_stranger,
    accepted,
    closed,
    graded,
)

pytestmark = pytest.mark.django_db
QUARTER = Period.read("2026Q3")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CHINA = ZoneInfo("Asia/Shanghai")
# Facts of what was closed and handled to its end, one a row, in the order they happened.
SQL = """
SELECT c.number, f.kind, f.occurred_at FROM facts_fact f
  JOIN cases_case c ON c.id = f.case_id JOIN complaints_complaint p ON p.case_id = c.id
 WHERE c.kind = 'complaints' AND p.ending = 'handled' ORDER BY c.number, f.occurred_at, f.id
"""
RECEIVED = """
SELECT c.number, MIN(CASE WHEN f.kind IN ('complaints.answered', 'complaints.refused') THEN f.occurred_at END),
       MIN(CASE WHEN f.kind = 'complaints.received' THEN f.occurred_at END),
       MAX(CASE WHEN f.kind = 'complaints.withdrawn' THEN 1 ELSE 0 END)
  FROM facts_fact f JOIN cases_case c ON c.id = f.case_id WHERE c.kind = 'complaints' GROUP BY c.number
"""


@pytest.fixture
def bank():
    """Some passed on, some asked about once or twice, one late, one open and late, one withdrawn, one refused."""
    bank = a_bank()
    colleague = a_stranger("handler")
    appoint(colleague, "handler", bank.centre, valid_from=MONDAY.date().replace(day=1))
    closed(bank)
    case = graded(bank, at=MONDAY)
    for turn, to in enumerate((colleague, bank.handler)):
        actions.hand_over(case.pk, to=to, by=bank.handler, at=MONDAY + (2 + turn) * HOUR)
    asked(bank, case, MONDAY + 5 * HOUR, MONDAY + DAY + HOUR)  # three working hours
    asked(bank, case, MONDAY + DAY + 2 * HOUR, MONDAY + 2 * DAY + 30 * HOUR / 60)
    end(bank, case, MONDAY + 3 * DAY)
    bank.person("handler", bank.north)
    late = graded(bank, at=MONDAY - 7 * DAY)
    for hours, unit in ((2, bank.north), (3, bank.centre), (4, bank.north)):
        handed_on(bank, late, unit, MONDAY - 7 * DAY + hours * HOUR)
    appoint(bank.handler, "handler", bank.north, valid_from=MONDAY.date().replace(day=1))
    actions.hand_over(late.pk, to=bank.handler, by=bank.handler, at=MONDAY - 6.5 * DAY)
    asked(bank, late, MONDAY - 6 * DAY, MONDAY)  # over a weekend
    end(bank, late, MONDAY + 13 * DAY)
    once = graded(bank, at=MONDAY - 2 * DAY)
    handed_on(bank, once, bank.north, MONDAY - 2 * DAY + 3 * HOUR)
    end(bank, once, MONDAY + 4 * DAY)
    handed_on(bank, graded(bank, at=MONDAY), bank.north, MONDAY + 3 * HOUR)  # still open: no figure yet
    a_complaint(bank, at=MONDAY - 40 * DAY)
    gone, out = accepted(bank, at=MONDAY), a_complaint(bank, at=MONDAY)
    actions.withdraw(gone.pk, said="客户来电撤回", by=bank.handler, at=MONDAY + DAY)
    actions.refuse(out.pk, reason="not-ours", words="请向另一家银行提出。", by=bank.handler, at=MONDAY + DAY)
    return bank


def handed_on(bank, case, unit, at):
    actions.hand_to_unit(
        case.pk, unit=unit, reason="competence", words="业务归该机构", by=bank.handler, at=at
    )


def asked(bank, case, at, until):
    actions.finish_investigation(case.pk, question="请补充交易凭证。", by=bank.handler, at=at)
    actions.supplement(case.pk, words="已补充。", at=until)


def end(bank, case, at):
    actions.conclude(case.pk, position=1, conclusion="upheld", finding="属实。", by=bank.handler, at=at)
    actions.finish_investigation(case.pk, by=bank.handler, at=at + HOUR / 4)
    if at > case.opened_at + 15 * DAY:
        actions.explain_overdue(case.pk, reason="complex", by=bank.handler, at=at + HOUR / 3)
    actions.answer(case.pk, words="我们已退还并致歉。", by=bank.handler, at=at + HOUR / 2)
    actions.finish(case.pk, by=bank.handler, at=at + HOUR)


def moment(value):
    """As the database gives it: a datetime, or text without a zone, which is UTC."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo("UTC"))


def rows(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def lives():
    """number -> [(kind, when)] of what was handled to its end."""
    found = {}
    for number, kind, at in rows(SQL):
        found.setdefault(number, []).append((kind, moment(at)))
    return {number: facts for number, facts in found.items() if "complaints.closed" in dict(facts)}


def working_minutes(start, end):
    """Minute by minute: Monday to Friday, nine to five; the weeks have no holiday."""
    count, at = 0, start.astimezone(CHINA)
    while at < end.astimezone(CHINA):
        count += at.weekday() < 5 and 9 <= at.hour < 17
        at += timedelta(minutes=1)
    return count


def paused(facts):
    """The limit counts from the day after the one of receipt; before that nothing stands still."""
    total, since = 0, None
    received = dict(facts)["complaints.received"].astimezone(CHINA)
    first = (received + DAY).replace(hour=0, minute=0)
    for kind, at in facts:
        if kind == "complaints.asked":
            since = at
        elif kind == "complaints.supplemented" and since:
            total, since = total + working_minutes(max(since, first), at), None
    return total


def read(key):
    return measure_named(f"complaints.{key}").sample(Window(QUARTER))


def test_passed_on_asked_and_paused_agree_with_the_facts(bank):
    found = lives()
    kinds = {number: [kind for kind, _at in facts] for number, facts in found.items()}
    for key, counts in (
        ("reassigned", [max(0, each.count("cases.assigned") - 1) for each in kinds.values()]),
        ("handed_on", [each.count("cases.handed_on") for each in kinds.values()]),
        ("asked", [each.count("complaints.asked") for each in kinds.values()]),
        ("paused", [paused(facts) for facts in found.values()]),
    ):
        sample = read(key)
        assert (sample.n, sample.total) == (len(counts), sum(counts)), key
        assert sample.squares == sum(count * count for count in counts), key
        assert sum(counts) > max(counts, default=0), f"{key}: one case alone proves little"
    assert read("reassigned").value == Decimal("0.75")
    assert read("handed_on").value == 1


def test_what_went_to_another_unit_at_least_once_agrees_with_the_facts(bank):
    kinds = [{kind for kind, _at in facts} for facts in lives().values()]
    sample = read("handed_on_share")
    assert (sample.n, sample.hits) == (len(kinds), sum("cases.handed_on" in each for each in kinds))
    assert 0 < sample.hits < sample.n


@pytest.mark.parametrize("days", [15, 30, 60])
def test_told_within_so_many_days_agrees_with_the_facts(bank, days):
    n = hits = unknown = 0
    for _number, told, received, withdrawn in rows(RECEIVED):
        received, told = moment(received), told and moment(told)
        if withdrawn or not QUARTER.first <= received.astimezone(CHINA).date() <= QUARTER.last:
            continue
        day = received.astimezone(CHINA).date() + timedelta(days=days)
        if told is None and timezone.now().astimezone(CHINA).date() <= day:
            unknown += 1
            continue
        n += 1
        hits += told is not None and told.astimezone(CHINA).date() <= day
    sample = read(f"told_{days}")
    assert (sample.n, sample.hits, sample.unknown) == (n, hits, unknown)
    assert 0 < hits < n
    behind = measure_named(f"complaints.told_{days}").cases(Window(QUARTER))
    assert behind.count() == n + unknown


def test_every_new_figure_counts_exactly_the_cases_it_opens(bank):
    worked_on = ("reassigned", "handed_on", "handed_on_share", "asked", "paused")
    for key in ("received", "per_10_000_customers", "told_15", "escalated", *worked_on):
        measure = measure_named(f"complaints.{key}")
        sample = measure.sample(Window(QUARTER))
        assert measure.cases(Window(QUARTER)).count() == sample.n + sample.unknown > 0, key


def test_received_is_every_complaint_of_the_period(bank):
    first, after = (connection.ops.adapt_datetimefield_value(at) for at in QUARTER.moments(CHINA))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*) FROM cases_case WHERE kind = 'complaints' AND opened_at >= %s AND opened_at < %s",
            [first, after],
        )
        assert read("received").value == cursor.fetchone()[0] == Complaint.objects.count()
