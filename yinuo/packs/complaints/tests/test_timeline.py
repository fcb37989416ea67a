"""Every fact of a complaint is told in three languages, with no gap left open."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from django.utils.translation import override

from yinuo.engines.cases.ladder import acknowledge, climb_due
from yinuo.engines.cases.models import Case
from yinuo.engines.cases.moves import happen
from yinuo.engines.cases.timeline import entries
from yinuo.facts.ids import new_id
from yinuo.ground.customers.intake import Person
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.imports.load import import_file
from yinuo.packs.complaints.pack import PHRASES
from yinuo.packs.complaints.tests.bank import MONDAY, a_complaint, accepted, an_arrival, closed, graded
from yinuo.packs.complaints.tests.calendars import announced, followed, working_days
from yinuo.packs.complaints.tests.changing import AFTER_ASKING, changed_over, first, newer
from yinuo.packs.complaints.tests.pairs import linked, merged, separated

HOUR = timedelta(hours=1)
LANGUAGES = ("zh-hans", "en", "zh-hant")


@pytest.fixture
def cases(bank):
    """Cases that between them hold every kind of fact a timeline tells."""
    asked = graded(bank)
    actions.finish_investigation(asked.pk, by=bank.handler, question="哪一天？", at=MONDAY + 3 * HOUR)
    actions.supplement(asked.pk, words="上周一。", at=MONDAY + 4 * HOUR)
    actions.finish_investigation(asked.pk, by=bank.handler, question="哪个柜台？", at=MONDAY + 5 * HOUR)
    actions.go_on(asked.pk, by=bank.handler, at=MONDAY + 6 * HOUR)
    actions.write_note(asked.pk, text="100% 属实 %(who)s", by=bank.handler, at=MONDAY + 7 * HOUR)
    head, slow = bank.person("quality_head"), accepted(bank)
    for days in (1, 3):
        actions.ask_extension(
            slow.pk, reason="需要调取凭证", by=bank.handler, at=MONDAY + timedelta(days=days)
        )
        actions.decide_extension(slow.pk, granted=True, by=head, at=MONDAY + timedelta(days=days + 1))
    actions.propose_redress(
        asked.pk, kind="goodwill", amount=5_000, reason="久等", by=bank.handler, at=MONDAY + 8 * HOUR
    )
    bank.person("lead", bank.centre)
    climb_due(MONDAY + timedelta(days=4))
    acknowledge(slow.rungs.all()[0].pk, by=bank.handler, said="今天答复", at=MONDAY + timedelta(days=4))
    actions.explain_overdue(slow.pk, reason="complex", by=bank.handler, at=MONDAY + timedelta(days=20))
    actions.name_complained_of(slow.pk, people=[bank.handler], by=head, at=MONDAY + timedelta(days=21))
    at = MONDAY + timedelta(days=4)
    actions.called_back(closed(bank).pk, call_back=new_id(), outcome="not_satisfied", at=at)
    filed, review = closed(bank).pk, new_id()
    actions.review_asked(filed, review=review, at=at)
    actions.reviewed(
        filed, review=review, outcome="changed", again=False, said="", by=bank.handler, at=at, letters=False
    )
    actions.prevented(filed, prevention=review, at=at)
    actions.prevention_measured(filed, prevention=review, verdict="better", at=at)
    gone = accepted(bank)
    actions.ask_extension(gone.pk, reason="需要调取凭证", by=bank.handler, at=MONDAY + 2 * HOUR)
    actions.withdraw(gone.pk, said="电话里说不投诉了", by=bank.handler, at=MONDAY + 3 * HOUR)
    actions.reopen(gone.pk, reason="taken-back", said="客户又来电", by=head, at=MONDAY + 4 * HOUR)
    actions.refuse(
        a_complaint(bank).pk,
        reason="not-ours",
        words="这是另一家银行的业务。",
        by=bank.handler,
        at=MONDAY + HOUR,
    )
    bank.person("handler", bank.north)
    actions.hand_to_unit(
        accepted(bank).pk, unit=bank.north, reason="competence", words="这是网点的业务", by=bank.handler,
        at=MONDAY + 2 * HOUR,
    )  # fmt: skip
    people_around(asked, bank)
    happen(asked, "complaints.proven", by=bank.handler, facts=12)
    _with_others(bank)
    import_file(Path(__file__).parent / "files" / "cfpb_14_us_dates.csv", by=None)
    a_complaint(bank, at=timezone.now())
    announced(*working_days(3))
    followed()
    changed_over(first(), newer(AFTER_ASKING))
    return list(Case.objects.order_by("pk"))  # the oldest first: the one that was asked


def people_around(case, bank):
    """Who complains too, who speaks for the customer, who is told of a note."""
    by, at = bank.handler, MONDAY + 9 * HOUR
    actions.write_note(case.pk, text=f"请@{bank.person('quality_head').name}知悉", by=by, at=at)
    actions.add_complainant(case.pk, person=Person("赵立春", "13900000001"), represents=True, by=by, at=at)
    actions.remove_party(case.pk, party=case.complaint.parties.get().pk, by=by, at=at)
    actions.add_representative(
        case.pk, person=Person("周文", "13900000002"), relation="family", by=by, at=at,
        proof=actions.Proof(shown_on=at.date()),
    )  # fmt: skip
    actions.check_authority(case.pk, party=case.complaint.parties.get(removed_at=None).pk, by=by, at=at)
    speaker = actions.Speaker(Person("周文", "13900000003"), "family")
    actions.receive_for(an_arrival(), speaker, handling_unit=bank.centre.pk, at=at)


def _with_others(bank):
    """Merged and separated, split, linked and not linked any more, told apart."""
    first, later = merged(bank)
    separated(bank, later)
    actions.tell_apart(first.pk, other=later.pk, by=bank.handler, at=MONDAY + timedelta(days=5))
    actions.split(graded(bank, matters=2).pk, positions=[2], by=bank.handler, at=MONDAY + 2 * HOUR)
    one, other = linked(bank)
    actions.unlink(other.pk, other=one.pk, by=bank.handler, at=MONDAY + 2 * HOUR)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_gap_is_left_open(cases, language):
    told = set()
    with override(language):
        for case in cases:
            for entry in entries(case):
                told.add(entry.kind)
                assert entry.text.strip(), entry
                assert "%(" not in entry.text, entry
                assert "None" not in entry.text, entry
                if "%(other)s" in str(PHRASES[entry.kind].text):
                    assert "TS-" in entry.text, entry
                if "%(who)s" in str(PHRASES[entry.kind].text):
                    assert entry.who, entry
                    assert entry.who in entry.text, entry
    assert told == set(PHRASES)


def test_each_language_has_words_of_its_own(cases):
    def words(language):
        with override(language):
            return {entry.kind: entry.text for case in cases for entry in entries(case)}

    hans, english, hant = map(words, LANGUAGES)
    assert not [kind for kind in PHRASES if hans[kind] == english[kind]]
    assert [kind for kind in PHRASES if hans[kind] != hant[kind]]


def test_the_newest_stands_first_and_a_note_shows_what_was_written(cases):
    lines = entries(cases[0])
    assert [line.at for line in lines] == sorted((line.at for line in lines), reverse=True)
    [note] = [line for line in lines if line.kind == "cases.noted" and "100%" in line.words]
    assert note.words == "100% 属实 %(who)s"
    assert json.dumps(note.text, ensure_ascii=False).count("%") == 0
