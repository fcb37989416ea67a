"""Reading a public file on its page: looked at first, brought in by a job, stopped, taken up again."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yinuo.engines.cases.models import Case
from yinuo.ground.jobs.models import Job
from yinuo.ground.jobs.run import run_one
from yinuo.packs.complaints.imports import load
from yinuo.packs.complaints.imports.jobs import folder
from yinuo.packs.complaints.views import imports

FILES = Path(__file__).parent / "files"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lead(bank):
    client = Client()
    client.force_login(bank.person("lead"))
    return client


def upload(client, name):
    return client.post("/complaints/import", {"file": SimpleUploadedFile(name, (FILES / name).read_bytes())})


def test_a_file_is_looked_at_before_anything_is_written(lead):
    page = upload(lead, "cfpb_14_us_dates.csv")["Location"]
    assert lead.get(page).context["running"]
    assert run_one("tests")
    shown = lead.get(page)
    assert shown.context["looking"]
    assert (shown.context["result"]["new"], shown.context["result"]["refused"]) == (6, 0)
    assert shown.context["may_import"]
    assert not Case.objects.exists()


def test_what_was_looked_at_is_brought_in_once(lead):
    page = upload(lead, "cfpb_14_us_dates.csv")["Location"]
    run_one("tests")
    bringing = lead.post(f"{page}/import")["Location"]
    run_one("tests")
    shown = lead.get(bringing)
    assert (shown.context["result"]["new"], shown.context["result"]["known"]) == (6, 0)
    assert Case.objects.count() == 6
    again = lead.post(f"{page}/import")["Location"]
    run_one("tests")
    assert lead.get(again).context["result"]["known"] == 6
    assert Case.objects.count() == 6


def test_refused_rows_come_back_as_a_file_to_mend(lead):
    page = upload(lead, "broken_dates.csv")["Location"]
    assert lead.get(f"{page}/errors").status_code == 404
    run_one("tests")
    refused = lead.get(page).context["result"]["refused"]
    assert refused > 0
    answer = lead.get(f"{page}/errors")
    content = b"".join(answer.streaming_content)
    assert "attachment" in answer["Content-Disposition"]
    assert len(content.splitlines()) >= 1 + refused


@pytest.mark.parametrize("name", sorted(path.name for path in FILES.glob("refused_*")))
def test_what_is_no_complaint_file_is_refused_at_once_and_not_kept(lead, name):
    answer = upload(lead, name)
    assert answer.status_code == 422
    assert answer.context["problem"]
    assert list(folder().iterdir()) == []
    assert not Job.objects.exists()


def test_no_file_and_a_file_too_large_are_told(lead, monkeypatch):
    assert lead.post("/complaints/import").status_code == 422
    monkeypatch.setattr(imports, "MOST_BYTES", 100)
    answer = upload(lead, "cfpb_14_us_dates.csv")
    assert answer.status_code == 422
    assert "20 MB" in answer.context["problem"]
    assert list(folder().iterdir()) == []


def test_a_job_that_waits_is_stopped_at_once(lead):
    page = upload(lead, "cfpb_14_us_dates.csv")["Location"]
    assert lead.post(f"{page}/stop")["Location"] == page
    assert Job.objects.get().state == "cancelled"
    assert not run_one("tests")


def test_a_job_that_runs_is_stopped_after_its_batch_and_taken_up_again(lead, monkeypatch):
    monkeypatch.setattr(load, "BATCH", 2)
    page = upload(lead, "cfpb_14_us_dates.csv")["Location"]
    run_one("tests")
    bringing = lead.post(f"{page}/import")["Location"]
    Job.objects.filter(state="waiting").update(cancel_requested=True)  # as `stop` does once it runs
    run_one("tests")
    stopped = lead.get(bringing)
    assert stopped.context["result"]["cancelled"]
    assert stopped.context["may_import"]
    assert Case.objects.count() == 2
    resumed = lead.post(f"{bringing}/import")["Location"]
    run_one("tests")
    result = lead.get(resumed).context["result"]
    assert (result["new"], result["known"]) == (4, 2)
    assert Case.objects.count() == 6


def test_an_unknown_verb_of_a_job_does_not_exist(lead):
    page = upload(lead, "cfpb_14_us_dates.csv")["Location"]
    assert lead.post(f"{page}/destroy").status_code == 404
    assert lead.get(f"{page}/import").status_code == 404
