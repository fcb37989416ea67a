"""Why a date is what it is: only a limit in days leaves out the day of receipt."""

from datetime import timedelta

import pytest

from yinuo.engines.cases.moves import folded
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.pack import traits
from yinuo.packs.complaints.tests.bank import MONDAY, a_complaint, graded
from yinuo.web.case_clocks import case_clocks

pytestmark = pytest.mark.django_db


def test_hours_count_from_the_minute_and_days_from_the_next_day(bank):
    case = a_complaint(bank)
    clocks = {clock.key: clock for clock in case_clocks(case, folded(case, traits(case), MONDAY), MONDAY)}
    told = {key: clock.why.lines[0].note for key, clock in clocks.items() if clock.why}
    assert told["accept"] == ""
    assert told["answer"] == told["legal"] == "当日不计"


@pytest.mark.parametrize(("hours", "told"), [(3, "3 小时"), (48, "2 工作日")])
def test_a_pause_is_told_as_durations_are_told(bank, hours, told):
    """Asked on Tuesday at 09:30: below eight hours in hours, from there in working days of eight."""
    case, asked = graded(bank), MONDAY + timedelta(hours=24)
    for matter in case.complaint.matters.all():
        actions.conclude(
            case.pk,
            position=matter.position,
            conclusion="upheld",
            finding="属实。",
            by=bank.handler,
            at=asked,
        )
    actions.finish_investigation(case.pk, by=bank.handler, question="请提供回单照片。", at=asked)
    now = asked + timedelta(hours=hours)
    case = actions.supplement(case.pk, words="回单在这里。", at=now)
    clocks = {clock.key: clock for clock in case_clocks(case, folded(case, traits(case), now), now)}
    assert f"累计暂停 {told}" in clocks["answer"].remark
    assert told in [line.text for line in clocks["answer"].why.lines]
