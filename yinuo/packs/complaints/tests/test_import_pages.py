"""Reading a public file on its page: looked at first, brought in by a job, stopped, taken up again."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yinuo.engines.cases.models import Case
from yinuo.ground.jobs.models import Job
from yinuo.ground.jobs.run import run_one
from yinuo.packs.complaints.imports import load
from yinuo.packs.complaints.imports.command import from_command_line
from yinuo.packs.complaints.imports.jobs import folder
from yinuo.packs.complaints.tests.ledger_files import HEADINGS, a_row, a_workbook
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


def in_each_language(client):
    """The browser, asking in one language after the other."""
    for language in ("zh-hans", "en", "zh-hant"):
        client.cookies["yinuo_language"] = language
        yield language


@pytest.mark.parametrize("name", sorted(path.name for path in FILES.glob("refused_*")))
def test_what_is_wrong_with_a_file_is_told_in_the_reader_s_language(lead, name):
    told = {upload(lead, name).context["problem"] for _language in in_each_language(lead)}
    assert len(told) == 3


def test_missing_columns_are_named_on_a_chinese_page(lead):
    page = upload(lead, "refused_missing_columns.csv").content.decode()
    assert "缺少列：" in page
    assert "Columns missing" not in page


def test_a_file_that_turns_out_unreadable_later_is_told_in_the_language_of_whoever_looks(lead):
    page = upload(lead, "cfpb_14_us_dates.csv")["Location"]
    [stored] = folder().iterdir()
    stored.write_bytes((FILES / "refused_missing_columns.csv").read_bytes())
    run_one("tests")
    assert Job.objects.get().state == "failed"
    told = [lead.get(page).context["failed"] for _language in in_each_language(lead)]
    assert told[0].startswith("缺少列：")
    assert told[1].startswith("Columns missing: ")
    assert len(set(told)) == 3


def test_a_job_that_breaks_off_says_so_in_words_and_names_the_error(lead):
    page = upload(lead, "cfpb_14_us_dates.csv")["Location"]
    Job.objects.update(state="dead", note="OSError")
    told = [lead.get(page).context["failed"] for _language in in_each_language(lead)]
    assert all("OSError" in each for each in told)
    assert told[0].startswith("处理中断")
    assert len(set(told)) == 3


@pytest.mark.parametrize(
    ("language", "head", "reason"),
    [
        ("zh-hans", "行号,列名,原因", "不是能识别的日期"),
        ("en", "row,column,reason", "is not a date we can read"),
        ("zh-hant", "列號,欄名,原因", "不是可辨識的日期"),
    ],
)
def test_the_file_to_correct_speaks_the_reader_s_language_and_may_be_sent_again(lead, language, head, reason):
    lead.cookies["yinuo_language"] = language
    page = upload(lead, "broken_dates.csv")["Location"]
    run_one("tests")
    sent = b"".join(lead.get(f"{page}/errors").streaming_content)
    assert sent.decode("utf-8-sig").splitlines()[0].endswith(head)
    assert reason in sent.decode("utf-8-sig")
    again = lead.post("/complaints/import", {"file": SimpleUploadedFile("errors.csv", sent)})
    run_one("tests")
    result = lead.get(again["Location"]).context["result"]
    assert (result["new"], result["refused"]) == (0, len(sent.splitlines()) - 1)


def test_words_without_a_rule_say_what_they_are_in_the_reader_s_language(lead):
    name = "cfpb_14_us_dates.csv"
    odd = (FILES / name).read_bytes().replace(b"Mortgage", b"Virtual pets")
    assert b"Virtual pets" in odd
    page = lead.post("/complaints/import", {"file": SimpleUploadedFile(name, odd)})["Location"]
    run_one("tests")
    assert ("产品", "Virtual pets") in [row[:2] for row in lead.get(page).context["unmapped"]]


def test_the_ledger_is_recognised_beside_the_public_file(lead, tmp_path):
    """Looked at, brought in, brought in again; a sub-total is told, a word we do not know is told by its column."""
    assert "68" in lead.get("/complaints/import").content.decode()
    rows = [
        a_row(),
        a_row(工单号="2", 投诉原因="因为"),
        {"网点名称": "合计"},
        a_row(工单号="3", 投诉受理日期="昨天"),
    ]
    content = a_workbook(tmp_path / "ledger.xlsx", rows, above=[["2025年投诉台账"]]).read_bytes()
    page = lead.post("/complaints/import", {"file": SimpleUploadedFile("台账.xlsx", content)})["Location"]
    run_one("tests")
    looked = lead.get(page)
    result = looked.context["result"]
    assert [result[key] for key in ("rows", "new", "refused", "left_out")] == [4, 2, 1, 1]
    assert ("投诉原因", "因为", 1) in looked.context["unmapped"]
    assert not Case.objects.exists()
    for new, known in ((2, 0), (0, 2)):
        bringing = lead.post(f"{page}/import")["Location"]
        run_one("tests")
        result = lead.get(bringing).context["result"]
        assert (result["new"], result["known"]) == (new, known)
    errors = b"".join(lead.get(f"{page}/errors").streaming_content).decode("utf-8-sig")
    assert "投诉受理日期：“昨天”不是能识别的日期。" in errors.splitlines()[-1]


def test_a_ledger_without_numbers_is_refused_at_once_and_says_so(lead, tmp_path):
    headings = [heading for heading in HEADINGS if heading != "工单号"]
    content = a_workbook(tmp_path / "ledger.xlsx", [a_row()], headings=headings).read_bytes()
    answer = lead.post("/complaints/import", {"file": SimpleUploadedFile("l.xlsx", content)})
    assert answer.status_code == 422
    assert answer.context["problem"] == "缺少列：工单号。"


def test_the_command_line_reads_a_ledger(lead, tmp_path, capsys):
    path = a_workbook(tmp_path / "ledger.xlsx", [a_row()])
    for line in ("new 1, refused 0, duplicates flagged 0", "new 0, refused 0, duplicates flagged 0"):
        assert from_command_line(path, dry_run=False, errors=None) == 0
        assert capsys.readouterr().out.splitlines()[-1] == line
