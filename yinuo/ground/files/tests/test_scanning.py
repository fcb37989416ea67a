import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.test import RequestFactory
from django.utils import timezone
from django.utils.translation import override

from yinuo.facts.ids import new_id
from yinuo.facts.models import Fact
from yinuo.ground.files import owners, quarantine
from yinuo.ground.files.intake import FileRefused, accept
from yinuo.ground.files.models import Scan, StoredFile
from yinuo.ground.files.owners import declare_owner
from yinuo.ground.files.scanner import Scanner, ScannerAway
from yinuo.ground.files.scanning import JOB
from yinuo.ground.files.store import store
from yinuo.ground.files.tests.clamd import EICAR, clamd
from yinuo.ground.files.tests.samples import TAKEN
from yinuo.ground.files.views import download
from yinuo.ground.jobs.models import Job, State
from yinuo.ground.jobs.run import run_one
from yinuo.ground.vitals.registry import VITALS

pytestmark = pytest.mark.django_db
__all__ = ["clamd"]


@pytest.fixture(autouse=True)
def _own_home(settings, tmp_path, monkeypatch, clamd):
    settings.YINUO_HOME, settings.CLAMD_URL = tmp_path, clamd.address
    monkeypatch.setattr(owners, "_owners", {})
    declare_owner("tests", lambda _request, _file: True)


def brought(content, name="words.txt", owner_id=None):
    return accept(SimpleUploadedFile(name, content), owner_kind="tests", owner_id=owner_id or new_id())


def given(file):
    return b"".join(download(RequestFactory().get("/files/x"), file.pk).streaming_content)


def later():
    """The scanning job, as if its minute had gone by."""
    Job.objects.filter(kind=JOB, state=State.WAITING).update(next_at=timezone.now())
    assert run_one("tests")


def test_what_the_scanner_finds_clean_is_given():
    file = brought(TAKEN["words.txt"][0])
    assert (file.scan, given(file)) == (Scan.CLEAN, TAKEN["words.txt"][0])


def test_malware_is_refused_with_words_and_kept_in_quarantine_and_nowhere_else():
    owner = new_id()
    with override("en"), pytest.raises(FileRefused, match="Malware") as refused:
        brought(EICAR, owner_id=owner)
    assert refused.value.code == "malware"
    assert not StoredFile.objects.exists()
    assert list(store().all()) == []
    [kept] = quarantine.all_kept()
    assert (kept.found, kept.size, kept.owner) == ("Test.Eicar.UNOFFICIAL", len(EICAR), f"tests:{owner}")
    assert VITALS["files.quarantine"].read(timezone.now()) == 1


def test_a_file_that_came_while_the_scanner_was_away_is_given_to_nobody_until_it_is_scanned(clamd):
    clamd.stop()
    try:
        file = brought(TAKEN["words.txt"][0])
        assert file.scan == Scan.WAITING
        with pytest.raises(Http404):
            given(file)
        assert VITALS["files.oldest"].read(timezone.now()) > 0
        later()  # still away: it asks again in a minute
        assert Job.objects.filter(kind=JOB, state=State.WAITING).count() == 1
    finally:
        clamd.start()
    later()
    assert given(file) == TAKEN["words.txt"][0]
    assert VITALS["files.oldest"].read(timezone.now()) == 0


def test_malware_that_came_while_the_scanner_was_away_goes_to_quarantine_when_it_is_back(clamd):
    clamd.stop()
    try:
        file, same = brought(EICAR), brought(EICAR)
    finally:
        clamd.start()
    later()
    for each in (file, same):
        each.refresh_from_db()
        assert each.scan == Scan.INFECTED
        with pytest.raises(Http404):
            given(each)
    assert list(store().all()) == []
    assert [kept.found for kept in quarantine.all_kept()] == ["Test.Eicar.UNOFFICIAL"], (
        "the same content once"
    )
    told = Fact.objects.filter(kind="files.infected")
    assert {fact.data["file"] for fact in told} == {str(file.pk), str(same.pk)}


def test_a_file_beyond_the_scanners_own_limit_waits_and_is_not_called_clean():
    assert brought(b"a" * (2 * 2**20)).scan == Scan.WAITING


def test_without_a_scanner_files_are_taken_and_said_to_be_unscanned(settings):
    settings.CLAMD_URL = ""
    file = brought(EICAR)
    assert (file.scan, given(file)) == (Scan.NONE, EICAR)


@pytest.mark.parametrize("address", ["http://127.0.0.1:3310", "tcp://", "unix:", "127.0.0.1:3310"])
def test_an_address_that_is_none_is_refused(address):
    with pytest.raises(ValueError, match="tcp://"):
        Scanner(address)


def test_a_large_file_is_scanned_in_pieces(clamd):
    padded = io.BytesIO(b"\n" * 500_000 + EICAR).getvalue()
    pieces = [padded[n : n + 100_001] for n in range(0, len(padded), 100_001)]
    assert Scanner(clamd.address).scan(pieces).found == "Test.Eicar.UNOFFICIAL"
    assert Scanner(clamd.address).scan([b"harmless"]).clean


def test_a_scanner_that_is_not_there_is_away(tmp_path):
    with pytest.raises(ScannerAway):
        Scanner(f"unix:{tmp_path}/nobody").scan([b"x"])
