"""Why a date is what it is: only a limit in days leaves out the day of receipt."""

import pytest

from yinuo.engines.cases.moves import folded
from yinuo.packs.complaints.pack import traits
from yinuo.packs.complaints.tests.bank import MONDAY, a_complaint
from yinuo.web.case_clocks import case_clocks

pytestmark = pytest.mark.django_db


def test_hours_count_from_the_minute_and_days_from_the_next_day(bank):
    case = a_complaint(bank)
    clocks = {clock.key: clock for clock in case_clocks(case, folded(case, traits(case), MONDAY), MONDAY)}
    told = {key: clock.why.lines[0].note for key, clock in clocks.items() if clock.why}
    assert told["accept"] == ""
    assert told["answer"] == told["legal"] == "当日不计"
