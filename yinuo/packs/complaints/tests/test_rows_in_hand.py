"""What verbs read of a case in hand is what its relations give; a case is held inside a transaction only."""

import pytest
from django.db.transaction import TransactionManagementError

from yinuo.engines.cases import rows
from yinuo.engines.cases.ladder import climb_due
from yinuo.engines.cases.models import Case
from yinuo.engines.cases.moves import hold
from yinuo.packs.complaints.tests.bank import MONDAY, a_complaint, graded
from yinuo.packs.complaints.tests.test_ladder import AFTER


@pytest.mark.django_db
def test_each_reading_gives_what_the_relation_gives_and_leads_back_to_the_case(
    bank, django_assert_num_queries
):
    bank.person("lead", bank.centre)
    case = graded(bank)
    climb_due(AFTER)
    case = rows.with_own(Case.objects.get(pk=case.pk))
    readings = {
        rows.clocks_of: case.clocks.all(),
        rows.rungs_of: case.rungs.all(),
        rows.recusals_of: case.recusals.all(),
        rows.open_steps_of: case.steps.filter(done_at=None, cancelled=False),
    }
    for reading, relation in readings.items():
        found = reading(case)
        assert list(relation) == found
        with django_assert_num_queries(0):
            assert all(row.case is case for row in found)
    assert rows.clocks_of(case)
    assert rows.rungs_of(case)
    assert rows.open_steps_of(case)
    with django_assert_num_queries(2):
        told = [[each.person_id for each in rung.people.all()] for rung in rows.rungs_with_people(case)]
    assert told == [[each.person_id for each in rung.people.all()] for rung in case.rungs.all()] != []
    with django_assert_num_queries(0):
        assert case.complaint.case is case


@pytest.mark.django_db
def test_what_was_read_with_the_case_is_not_asked_for_again(bank, django_assert_num_queries):
    case = a_complaint(bank, at=MONDAY)
    read = Case.objects.prefetch_related("clocks", "rungs", "recusals").get(pk=case.pk)
    with django_assert_num_queries(0):
        assert len(rows.clocks_of(read)) == len(read.clocks.all())
        assert rows.rungs_of(read) == list(read.rungs.all())
        assert rows.recusals_of(read) == []


@pytest.mark.django_db(transaction=True)
def test_a_case_is_held_inside_a_transaction_only(bank):
    case = a_complaint(bank, at=MONDAY)
    with pytest.raises(TransactionManagementError, match="inside transaction"):
        hold(case.pk)
