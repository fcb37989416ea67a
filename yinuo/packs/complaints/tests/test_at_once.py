"""Two people do something with the same complaint at the same moment."""

import pytest

from yinuo.engines.cases.models import Case
from yinuo.engines.cases.moves import CaseChanged
from yinuo.facts.tests.meeting import meet
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.tests.bank import a_complaint, kinds

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_people_who_read_the_same_version_one_is_refused(bank):
    case = a_complaint(bank)
    lead, handler = bank.person("lead"), bank.handler
    refused = meet(
        lambda: actions.accept(case.pk, by=lead, version=case.version),
        lambda: actions.accept(case.pk, by=handler, version=case.version),
    )
    assert isinstance(refused, CaseChanged)
    case = Case.objects.get(pk=case.pk)
    assert case.handler == lead
    assert kinds(case).count("complaints.accepted") == 1


def test_what_two_people_write_at_the_same_moment_is_all_kept(bank):
    case = a_complaint(bank)
    nothing = meet(
        lambda: actions.write_note(case.pk, text="先记一笔。", by=bank.person("lead")),
        lambda: actions.write_note(case.pk, text="再记一笔。", by=bank.handler),
    )
    assert nothing is None
    after = Case.objects.get(pk=case.pk)
    assert sorted(note.text for note in after.notes.all()) == ["先记一笔。", "再记一笔。"]
    assert after.version == case.version + 2
