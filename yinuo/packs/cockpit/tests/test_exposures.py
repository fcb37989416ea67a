"""The page of exposures: what was stated, by month; and a file of them, looked at before it is brought in."""

import csv
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from yinuo.ground.exposures.models import Exposure
from yinuo.packs.cockpit import exposures
from yinuo.packs.cockpit.exposures import from_command_line

pytestmark = pytest.mark.django_db
FILE = "机构,月份,网点,客户,交易\nN,2026-07,2,1200,5000\nS,2026-07,1,,800\nX,2026-07,1,1,1\n"
PAGE, IMPORT = "/measures/exposures?period=2026Q3", "/measures/exposures/import"


def send(client, text=FILE):
    return client.post(IMPORT, {"file": SimpleUploadedFile("exposures.csv", text.encode())})


def plain(answer):
    return re.sub(r"<[^>]+>", " ", answer.content.decode())


def test_a_file_is_looked_at_and_nothing_is_written_before_somebody_says_so(signed_in):
    lead = signed_in("lead")
    looked = send(lead)
    assert looked.status_code == 200
    assert (looked.context["outcome"].new, looked.context["outcome"].refused) == (5, 1)
    assert not Exposure.objects.exists()
    done = lead.post(f"{IMPORT}/take")
    assert done.context["outcome"].new == 5
    assert Exposure.objects.count() == 5
    assert send(lead).context["changes"] == 0


def test_refused_rows_come_back_as_a_file(signed_in):
    lead = signed_in("lead")
    send(lead)
    content = b"".join(lead.get(f"{IMPORT}/errors").streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content)))
    assert rows[0][:2] == ["机构", "月份"]
    assert rows[1][0] == "X"
    assert "within your reach" in rows[1][-1]


def test_what_nobody_stated_is_not_known_and_a_correction_is_told(signed_in):
    lead = signed_in("lead")
    for text in (FILE, FILE.replace("1200", "1300")):
        send(lead, text)
        lead.post(f"{IMPORT}/take")
    shown = lead.get(PAGE)
    page = plain(shown)
    assert "1,300" in page
    assert "not known" in page
    ((was, now),) = shown.context["corrected"]
    assert (was.amount, now.amount) == (1200, 1300)
    assert now.stated_by is not None
    assert re.search(r"1,200\s+1,300", page)


def test_a_reader_of_one_branch_sees_and_states_its_figures_only(signed_in):
    send(signed_in("lead"))
    head = signed_in("lead")
    send(head)
    head.post(f"{IMPORT}/take")
    shown = plain(signed_in("branch_head", "N").get(PAGE))
    assert "N unit" in shown
    assert "S unit" not in shown
    own = send(signed_in("lead", "S")).context["outcome"]
    assert (own.new, own.known, own.refused) == (0, 2, 2)


def test_who_may_not_bring_in_is_refused_and_nobody_takes_what_they_did_not_look_at(signed_in):
    auditor = signed_in("auditor")
    assert auditor.get(PAGE).status_code == 200
    assert auditor.get(IMPORT).status_code == 403
    send(signed_in("lead"))
    other = signed_in("lead")
    assert other.post(f"{IMPORT}/take").status_code == 404
    assert not Exposure.objects.exists()


def test_no_file_another_file_and_one_too_large_are_told_and_not_kept(signed_in, monkeypatch, settings):
    lead = signed_in("lead")
    assert lead.post(IMPORT).status_code == 422
    assert "Columns missing" in plain(send(lead, "a,b\n1,2\n"))
    monkeypatch.setattr(exposures, "MOST_BYTES", 10)
    assert "5 MB" in plain(send(lead))
    assert list((settings.YINUO_HOME / "imports").iterdir()) == []


def test_the_command_line_ends_with_its_line_and_again_brings_nothing(units, tmp_path, capsys):
    path = tmp_path / "exposures.csv"
    path.write_text(FILE, encoding="utf-8")
    errors = tmp_path / "errors.csv"
    assert from_command_line(path, dry_run=True, errors=errors) == 0
    assert from_command_line(path, dry_run=False, errors=errors) == 0
    assert from_command_line(path, dry_run=False, errors=errors) == 0
    assert capsys.readouterr().out.splitlines() == [
        "new 5, corrected 0, unchanged 0, refused 1",
        "new 5, corrected 0, unchanged 0, refused 1",
        "new 0, corrected 0, unchanged 5, refused 1",
    ]
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    assert from_command_line(path, dry_run=False, errors=None) == 1
