"""Many complaints of the list at once, on its pages: chosen, looked at, done, read again, and nobody else's business."""

import re

import pytest
from django.test import Client

from yinuo.engines.cases import bulk
from yinuo.engines.cases.bulk_acts import BulkAct
from yinuo.engines.cases.models import Case, Note
from yinuo.ground.jobs.run import run_one
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.tests.bank import a_complaint, accepted, closed

pytestmark = pytest.mark.django_db


def desk(person):
    client = Client()
    client.cookies["yinuo_language"] = "en"
    client.force_login(person)
    return client


@pytest.fixture
def lead(bank):
    return bank.person("lead", bank.centre)


@pytest.fixture
def client(lead):
    return desk(lead)


def choose(client, verb, *cases, query="", **said):
    """The page of the act, or the list if none was made."""
    ticked = {"case": [str(case.pk) for case in cases], "verb": verb}
    return client.post(f"/complaints/bulk{query}", {**ticked, **said})["Location"]


def test_the_list_has_a_box_for_each_row_and_the_verbs_its_reader_may_do(bank, client):
    case = a_complaint(bank)
    page = client.get("/complaints?view=open").content.decode()
    assert f'name="case" value="{case.pk}" form="bulk"' in page
    assert 'action="/complaints/bulk?view=open"' in page
    assert re.findall(r'name="verb" value="([a-z-]+)"', page) == [
        "hand-over", "share-out", "claim", "note", "follow",
    ]  # fmt: skip
    auditor = desk(bank.person("auditor")).get("/complaints?view=open").content.decode()
    assert re.findall(r'name="verb" value="([a-z-]+)"', auditor) == ["follow"]


def test_what_is_chosen_is_looked_at_and_nothing_is_done_yet(bank, client):
    free, taken = a_complaint(bank), accepted(bank)
    page = client.get(choose(client, "claim", free, taken))
    assert page.context["stage"] == "chosen"
    assert {row.number: row.state for row in page.context["rows"]} == {
        free.number: "waiting",
        taken.number: "refused",
    }
    assert "Somebody is responsible for it already, or it is closed." in page.content.decode()
    assert Case.objects.get(pk=free.pk).handler is None


def test_done_it_says_what_came_of_each_with_the_counts_above(bank, client, lead):
    free, taken = a_complaint(bank), accepted(bank)
    page = choose(client, "claim", free, taken)
    assert client.post(f"{page}/do")["Location"] == page
    shown = client.get(page)
    assert (shown.context["tally"].done, shown.context["tally"].refused) == (1, 1)
    text = shown.content.decode()
    assert "Done for 1, refused for 1." in text
    assert f'href="/complaints/{taken.number}"' in text
    assert Case.objects.get(pk=free.pk).handler == lead


def test_sent_twice_it_is_done_once(bank, client, lead):
    case = a_complaint(bank)
    page = choose(client, "note", case)
    for _ in range(2):
        assert client.post(f"{page}/do", {"text": "已电话核实"})["Location"] == page
    assert Note.objects.filter(case=case, author=lead).count() == 1
    assert "已电话核实" in client.get(page).content.decode()


def test_a_form_that_is_not_right_comes_back_and_nothing_is_done(bank, client):
    case = a_complaint(bank)
    page = choose(client, "hand-over", case)
    assert 'name="to"' in client.get(page).content.decode()
    answer = client.post(f"{page}/do", {"to": ""})
    assert answer.status_code == 422
    assert answer.context["form"].errors
    assert BulkAct.objects.get().begun_at is None


def test_only_who_handles_complaints_of_their_units_is_offered(bank, client):
    north = bank.person("handler", bank.north)
    case = accepted(bank)
    page = client.get(choose(client, "hand-over", case)).content.decode()
    assert str(bank.handler.pk) in page
    assert str(north.pk) not in page


def test_all_that_match_are_the_filters_result_at_that_moment(bank, client):
    cases = [a_complaint(bank) for _ in range(3)]
    ended = closed(bank)
    page = choose(client, "follow", cases[0], query="?view=open", all="1")
    a_complaint(bank)  # came in later
    rows = client.get(page).context["rows"]
    assert {row.number for row in rows} == {case.number for case in cases}
    assert ended.number not in {row.number for row in rows}


def test_too_many_or_none_at_all_lead_back_to_the_list_as_it_was(bank, client, monkeypatch):
    monkeypatch.setattr(bulk, "MOST", 2)
    cases = [a_complaint(bank) for _ in range(3)]
    assert choose(client, "follow", query="?view=open", all="1") == "/complaints?view=open"
    assert choose(client, "follow", query="?view=open") == "/complaints?view=open"
    assert client.post("/complaints/bulk", {"verb": "follow", "case": ["x"]})["Location"] == "/complaints"
    assert not BulkAct.objects.exists()
    assert "data-bulk-all" not in client.get("/complaints?view=open").content.decode()
    assert choose(client, "follow", *cases[:2]).startswith("/complaints/bulk/")


def test_a_verb_that_is_not_offered_is_no_verb(bank, client):
    answer = client.post("/complaints/bulk", {"verb": "answer", "case": [str(a_complaint(bank).pk)]})
    assert answer.status_code == 404


def test_whose_act_it_is_not_finds_none(bank, client):
    case = accepted(bank)
    page = choose(client, "claim", case)
    client.post(f"{page}/do")
    other = desk(bank.person("lead"))
    for address in (page, f"{page}/rows.csv"):
        assert client.get(address).status_code == 200
        assert other.get(address).status_code == 404
    for verb in ("do", "stop", "go-on", "again"):
        assert other.post(f"{page}/{verb}").status_code == 404
    assert page not in other.get("/complaints/bulk").content.decode()
    assert page in client.get("/complaints/bulk").content.decode()


def test_what_one_sees_no_more_has_no_number_there(bank, client, lead):
    case = a_complaint(bank)
    page = choose(client, "claim", case)
    client.post(f"{page}/do")
    actions.name_complained_of(case.pk, people=[lead], said="", by=bank.person("quality_head"))
    for address in (page, f"{page}/rows.csv"):
        answer = client.get(address)
        text = b"".join(answer) if answer.streaming else answer.content
        assert case.number not in text.decode()
    assert client.get(page).context["tally"].done == 1


def test_the_result_goes_out_as_a_file(bank, client):
    free, taken = a_complaint(bank), accepted(bank)
    page = choose(client, "claim", free, taken)
    client.post(f"{page}/do")
    lines = b"".join(client.get(f"{page}/rows.csv")).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Number,Matter,")
    assert lines[1].startswith(taken.number)
    assert "Somebody is responsible for it already, or it is closed." in lines[1]
    assert lines[2].startswith(free.number)


def test_the_refused_ones_are_tried_again_from_the_result(bank, client):
    free, taken = a_complaint(bank), accepted(bank)
    page = choose(client, "claim", free, taken)
    client.post(f"{page}/do")
    prepared = client.post(f"{page}/again")["Location"]
    assert prepared != page
    assert [row.number for row in client.get(prepared).context["rows"]] == [taken.number]


def test_many_can_be_taken_back_before_they_begin_and_done_after_all(bank, client, lead, monkeypatch):
    monkeypatch.setattr(bulk, "IN_REQUEST", 1)
    cases = [a_complaint(bank), a_complaint(bank)]
    page = choose(client, "claim", *cases)
    client.post(f"{page}/do")
    assert client.get(page).context["stage"] == "held"
    client.post(f"{page}/stop")
    assert client.get(page).context["stage"] == "taken_back"
    client.post(f"{page}/go-on")
    assert client.get(page).context["stage"] == "running"
    assert run_one("tests")
    assert client.get(page).context["stage"] == "ended"
    assert {Case.objects.get(pk=case.pk).handler for case in cases} == {lead}


def test_cut_off_it_says_so_and_goes_on(bank, client, lead):
    cases = [a_complaint(bank), a_complaint(bank)]
    page = choose(client, "claim", *cases)
    act = BulkAct.objects.get()
    bulk.begin(act, {})
    assert client.get(page).context["stage"] == "stopped"
    client.post(f"{page}/go-on")
    assert client.get(page).context["tally"].done == 2
