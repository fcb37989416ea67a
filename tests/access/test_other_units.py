"""What lies outside one's units does not exist: pages, lists, counts, exports, files, palette, live stream."""

import csv
import io
import uuid
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from tests.access.doors import METHODS, TEXT, ask, client_of, objects, patterns
from yinuo.engines.measures.measure import all_measures
from yinuo.facts.follow import facts_after
from yinuo.facts.sequencer import sequence_once
from yinuo.ground.access.reach import reach_of
from yinuo.ground.jobs.run import enqueue
from yinuo.ground.people.models import Posting
from yinuo.ground.people.postings import end_posting
from yinuo.packs.complaints import queries
from yinuo.packs.complaints.imports.jobs import LOOK
from yinuo.packs.complaints.tests.bank import a_complaint, a_stranger, closed

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(bank):
    """A complaint that the north branch may see: it is complained of."""
    return a_complaint(bank, complained_unit=bank.north.pk, name="北行客户")


@pytest.fixture
def elsewhere(bank, here):
    """A complaint of the south branch, handled in the complaint centre."""
    return objects(bank, complained_unit=bank.south.pk, name="南行客户")


@pytest.fixture
def northerners(bank):
    """Everybody in the north branch who may see complaints of theirs."""
    return [bank.person(role, bank.north) for role in ("officer", "handler", "lead", "branch_head")]


def test_a_complaint_of_another_unit_answers_like_one_that_does_not_exist(elsewhere, northerners):
    of_a_complaint = [pattern for pattern in patterns() if pattern.startswith("complaints/<str:number>")]
    assert len(of_a_complaint) > 8
    for person in northerners:
        for pattern in of_a_complaint:
            for method in METHODS:
                address = elsewhere.address(pattern, person)
                nothing = address.replace(elsewhere.case.number, "TS-20260101-9999")
                hidden, missing = ask(person, method, address), ask(person, method, nothing)
                assert hidden.status_code == missing.status_code, (method, address)
                assert hidden.status_code in (302, 403, 404, 405), (method, address)
                assert hidden.content == missing.content, (method, address)
                if hidden.status_code == 302:  # to the page, which is hidden itself
                    assert hidden["Location"] == f"/complaints/{elsewhere.case.number}"


def test_the_page_of_a_hidden_complaint_is_the_page_of_a_missing_one(elsewhere, northerners):
    for person in northerners:
        hidden = ask(person, "GET", f"/complaints/{elsewhere.case.number}")
        missing = ask(person, "GET", "/complaints/TS-20260101-9999")
        assert (hidden.status_code, hidden.content) == (404, missing.content)


def test_a_handler_who_sees_a_complaint_of_another_handling_unit_may_not_work_on_it(bank, here):
    northerner = bank.person("handler", bank.north)
    assert ask(northerner, "GET", f"/complaints/{here.number}").status_code == 200
    refused = ask(northerner, "POST", f"/complaints/{here.number}/accept")
    assert refused.status_code == 403
    assert b"<code>complaints.handle</code>" in refused.content


def test_the_list_and_its_counts_know_only_what_is_visible(bank, here, elsewhere, northerners):
    for person in northerners:
        page = ask(person, "GET", "/complaints?view=all")
        assert here.number in page.content.decode()
        assert elsewhere.case.number not in page.content.decode()
        counts = {tab.label: tab.count for tab in page.context["tabs"]}
        assert set(counts.values()) <= {0, 1, None}, counts
    everything = ask(bank.person("lead"), "GET", "/complaints?view=all")
    assert 2 in {tab.count for tab in everything.context["tabs"]}


def test_a_search_by_number_does_not_find_what_is_hidden(elsewhere, northerners):
    for person in northerners:
        page = ask(person, "GET", f"/complaints?view=all&q={elsewhere.case.number}")
        assert f"/complaints/{elsewhere.case.number}" not in page.content.decode()


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_an_export_holds_only_what_is_visible_and_names_nobody(bank, here, elsewhere, format):
    answer = client_of(bank.person("lead", bank.north)).get(f"/complaints/export.{format}?view=all")
    raw = b"".join(answer.streaming_content)
    if format == "csv":
        rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    else:
        from openpyxl import load_workbook

        rows = [
            [str(v) for v in row] for row in load_workbook(io.BytesIO(raw)).active.iter_rows(values_only=True)
        ]
    assert [row[0] for row in rows[1:]] == [here.number]
    assert "北行客户" not in str(rows)
    assert "南行客户" not in str(rows)


def test_a_file_of_a_hidden_complaint_answers_like_a_missing_one(bank, elsewhere, northerners):
    missing = f"/files/{uuid.uuid4()}"
    for person in [*northerners, a_stranger(), None]:
        hidden = ask(person, "GET", f"/files/{elsewhere.file}")
        assert (hidden.status_code, hidden.content) == (404, ask(person, "GET", missing).content)
    read = client_of(bank.handler).get(f"/files/{elsewhere.file}")
    assert b"".join(read.streaming_content) == TEXT


def test_figures_count_only_what_is_visible(bank):
    for unit in (bank.north, bank.south, bank.south):
        closed(bank, complained_unit=unit.pk)
    northerner = bank.person("branch_head", bank.north)
    for measure in (one for one in all_measures() if one.list_url == "/complaints"):
        page = ask(northerner, "GET", f"/measures/{measure.key}?period=2026Q3")
        sample = page.context["line"].sample
        assert sample.n + sample.unknown <= 1, measure.key
        cases = ask(northerner, "GET", f"/complaints?measure={measure.key}&period=2026Q3&view=all")
        assert len(cases.context["page"].rows) == sample.n + sample.unknown, measure.key
    foreign = ask(northerner, "GET", "/measures?period=2026Q3&unit=SOUTH")
    assert foreign.context["asked"].unit is None
    cases = ask(northerner, "GET", "/complaints?measure=complaints.coded&period=2026Q3&unit=SOUTH&view=all")
    assert cases.context["page"].rows == []


def test_the_next_case_is_never_one_of_another_unit(bank, elsewhere):
    northerner = bank.person("handler", bank.north)
    assert ask(northerner, "GET", "/complaints/next").headers["Location"] == "/complaints"


def test_the_palette_offers_and_finds_only_what_one_may(bank, elsewhere):
    auditor, lead = bank.person("auditor"), bank.person("lead")
    assert "/complaints/new" in ask(lead, "GET", "/palette").content.decode()
    assert "/complaints/new" not in ask(auditor, "GET", "/palette").content.decode()
    for person in (bank.person("handler", bank.north), a_stranger()):
        for asked in (elsewhere.case.number, "南行"):
            assert (
                f"/complaints/{elsewhere.case.number}"
                not in ask(person, "GET", f"/palette?q={asked}").content.decode()
            )
    nothing = ask(a_stranger(), "GET", "/palette").content.decode()
    assert "/complaints" not in nothing


def test_a_job_of_somebody_else_answers_like_a_missing_one(bank):
    lead, other = bank.person("lead"), bank.person("quality_head")
    job = enqueue(LOOK, by=other.pk, stored="x.csv", name="x.csv", language="en")
    for verb, method in (("", "GET"), ("/errors", "GET"), ("/stop", "POST"), ("/import", "POST")):
        hidden = ask(lead, method, f"/complaints/import/{job.pk}{verb}")
        missing = ask(lead, method, f"/complaints/import/{uuid.uuid4()}{verb}")
        assert (hidden.status_code, hidden.content) == (404, missing.content)
    job.refresh_from_db()
    assert (job.state, job.cancel_requested) == ("waiting", False)


def test_the_customers_other_complaints_are_shown_only_where_they_are_visible(bank):
    mine = a_complaint(bank, complained_unit=bank.north.pk, name="同一人", phone="13800009999", email="")
    theirs = a_complaint(bank, complained_unit=bank.south.pk, name="同一人", phone="13800009999", email="")
    assert mine.customer_id == theirs.customer_id
    page = ask(bank.person("lead", bank.north), "GET", f"/complaints/{mine.number}").content.decode()
    assert theirs.number not in page
    assert theirs.number in ask(bank.person("lead"), "GET", f"/complaints/{mine.number}").content.decode()


def test_a_posting_that_ended_yesterday_opens_nothing(bank, here):
    northerner = bank.person("lead", bank.north)
    assert ask(northerner, "GET", f"/complaints/{here.number}").status_code == 200
    end_posting(Posting.objects.get(user=northerner), timezone.localdate())
    assert ask(northerner, "GET", f"/complaints/{here.number}").status_code == 403
    assert not queries.visible(reach_of(northerner)).exists()
    assert queries.visible(reach_of(northerner, date(2026, 9, 14))).count() == 1


# ---- the live stream ------------------------------------------------------------------------------------


@pytest.fixture
def watching(bank):
    """Signs a person in and gives what the live process knows of their session."""
    from yinuo.web.live import Staff, units_of_session

    def begin(person):
        client = Client()
        client.force_login(person)
        key = client.session.session_key
        units = units_of_session(key)
        return Staff(key, units), key

    return begin


@pytest.mark.django_db(transaction=True)
def test_a_viewer_hears_of_cases_within_reach_and_of_nothing_else(bank, watching):
    case = a_complaint(bank, unit=bank.south)
    while sequence_once():
        pass
    facts = facts_after(0, 1000)
    of_case = [fact for fact in facts if fact.case_id == case.pk]
    others = [fact for fact in facts if fact.case_id is None]
    assert of_case
    assert others
    southerner, _key = watching(bank.person("lead", bank.south))
    northerner, _key = watching(bank.person("lead", bank.north))
    nobody, _key = watching(a_stranger())
    assert all(southerner.sees(fact) for fact in of_case)
    assert not any(viewer.sees(fact) for viewer in (northerner, nobody) for fact in of_case)
    assert not any(viewer.sees(fact) for viewer in (southerner, northerner, nobody) for fact in others)


@pytest.mark.django_db(transaction=True)
def test_a_viewer_without_the_right_to_see_complaints_hears_nothing(bank, watching):
    viewer, _key = watching(bank.person("secadmin"))
    assert viewer.topics == frozenset()


@pytest.mark.django_db(transaction=True)
def test_reach_follows_postings_and_the_session(bank, watching):
    from yinuo.web.live import units_of_session

    person = bank.person("lead", bank.south)
    viewer, key = watching(person)
    assert bank.south.pk in viewer.topics
    end_posting(Posting.objects.get(user=person), timezone.localdate())
    assert units_of_session(key) == frozenset()
    person.is_active = False
    person.save()
    assert units_of_session(key) is None
    assert units_of_session("no such session") is None


@pytest.mark.django_db(transaction=True)
def test_a_stream_ends_with_its_session_and_hears_of_that_at_once(bank, watching):
    from yinuo.ground.people import whereabouts
    from yinuo.ground.people.models import User
    from yinuo.web.live import REFRESH_ON, units_of_session

    person = bank.person("lead", bank.south)
    _viewer, key = watching(person)
    _other, ended = watching(person)
    whereabouts.end_sessions(person.pk, by=person.pk, why=whereabouts.OWN, but=key)
    assert units_of_session(ended) is None
    assert units_of_session(key) is not None
    User.objects.filter(pk=person.pk).update(must_change_password=True)
    assert units_of_session(key) is None
    assert {"people.sessions_ended", "people.signed_out"} <= set(REFRESH_ON)
