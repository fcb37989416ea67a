import hashlib
import threading
from contextlib import closing
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.http import Http404
from django.test import RequestFactory
from django.utils.translation import override

from yinuo.facts.ids import new_id
from yinuo.ground.files import owners
from yinuo.ground.files.contents import opened
from yinuo.ground.files.intake import MOST_FILES, FileRefused, accept
from yinuo.ground.files.models import StoredFile, sealed_columns
from yinuo.ground.files.owners import declare_owner
from yinuo.ground.files.store import FileDamaged, FolderStore, store
from yinuo.ground.files.tests.samples import REFUSED, TAKEN
from yinuo.ground.files.views import download
from yinuo.ground.vault.ciphertext import CiphertextRefused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_home(settings, tmp_path, monkeypatch):
    settings.YINUO_HOME = tmp_path
    monkeypatch.setattr(owners, "_owners", {})


def an_upload(name="words.txt", content=None, **more):
    return SimpleUploadedFile(name, TAKEN[name][0] if content is None else content, **more)


def kept(owner_id=None, **more):
    return accept(an_upload(**more), owner_kind="tests", owner_id=owner_id or new_id())


def get(file, **request):
    return download(RequestFactory().get("/files/x", **request), file.pk)


@pytest.mark.parametrize("name", TAKEN)
def test_a_file_is_kept_as_what_it_is_whatever_the_browser_says(name):
    owner, clerk = new_id(), new_id()
    content, kind = TAKEN[name]
    upload = an_upload(name, content_type="application/x-lie")
    file = accept(upload, owner_kind="tests", owner_id=owner, by=clerk)
    file.refresh_from_db()
    assert (file.name, file.media_type, file.size) == (name, kind, len(content))
    assert (file.owner_id, file.by_id) == (owner, clerk)
    with opened(file) as stream:
        assert stream.read() == content
    assert file.digest == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("name", REFUSED)
def test_a_kind_that_is_not_taken_leaves_nothing_behind(name):
    with pytest.raises(FileRefused) as refused:
        kept(name="words.txt", content=REFUSED[name])
    assert refused.value.code == "kind"
    assert not StoredFile.objects.exists()
    assert list(store().all()) == []


def test_a_name_does_not_make_an_executable_a_picture():
    with pytest.raises(FileRefused):
        accept(an_upload("photo.jpg", b"MZ" + b"\0" * 50), owner_kind="tests", owner_id=new_id())


def test_an_empty_a_large_and_the_tenth_file_are_refused_with_words():
    owner = new_id()
    with override("en"):
        with pytest.raises(FileRefused, match="empty"):
            kept(content=b"")
        with pytest.raises(FileRefused, match=r"larger than 1 MB"):
            accept(an_upload(content=b"x" * (2**20 + 1)), owner_kind="t", owner_id=owner, most_bytes=2**20)
        for _ in range(MOST_FILES):
            kept(owner)
        with pytest.raises(FileRefused, match="At most 9 files"):
            kept(owner)
    assert StoredFile.objects.count() == MOST_FILES
    kept(new_id())


class OnAFullDisk(FolderStore):
    """Its drafts lie where there is no room."""

    def _write(self, draft, chunks, most):
        with Path("/dev/full").open("wb") as out:
            out.writelines(chunks)
        raise AssertionError("there was room")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a full device")
def test_a_full_disk_is_told_in_words_and_leaves_nothing_behind(tmp_path):
    with pytest.raises(FileRefused) as refused:
        accept(an_upload(), owner_kind="tests", owner_id=new_id(), into=OnAFullDisk(tmp_path / "full"))
    assert refused.value.code == "no_room"
    assert not StoredFile.objects.exists()
    assert list((tmp_path / "full").rglob("*")) == []


def test_an_upload_that_lies_about_its_size_is_measured():
    upload = an_upload(content=b"x" * 100)
    upload.size = 10
    with pytest.raises(FileRefused) as refused:
        accept(upload, owner_kind="tests", owner_id=new_id(), most_bytes=50)
    assert refused.value.code == "size"
    assert list(store().all()) == []


def test_a_file_is_given_back_as_an_attachment_that_no_browser_runs():
    declare_owner("tests", lambda request, file: True)
    response = get(kept(name="words.txt", content=b"<script>alert(1)</script>"))
    assert b"".join(response.streaming_content) == b"<script>alert(1)</script>"
    assert response["Content-Type"] == "text/plain"
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "private, no-store"


def test_a_chinese_name_survives_the_download():
    declare_owner("tests", lambda request, file: True)
    file = accept(an_upload("contract.pdf"), owner_kind="tests", owner_id=new_id())
    StoredFile.objects.update(**sealed_columns(file.pk, file.key, name="合同.pdf", digest=file.digest))
    assert "filename*=utf-8''%E5%90%88%E5%90%8C.pdf" in get(file)["Content-Disposition"]


def test_the_owner_decides_and_a_refusal_looks_like_no_file():
    asked = []
    declare_owner("tests", lambda request, file: asked.append(file.owner_id))
    file = kept()
    with pytest.raises(Http404):
        get(file)
    assert asked == [file.owner_id]


def test_files_of_an_undeclared_kind_are_nobodys():
    with pytest.raises(Http404):
        get(kept())
    with pytest.raises(Http404):
        get(StoredFile(pk=new_id()))


def test_a_kind_of_owner_is_declared_once():
    def yes(request, file):
        return True

    declare_owner("tests", yes)
    declare_owner("tests", yes)
    with pytest.raises(ValueError):
        declare_owner("tests", lambda request, file: True)


def test_a_file_changed_on_the_disk_is_not_given_out():
    declare_owner("tests", lambda request, file: True)
    file = kept()
    store().path(file.sha256).write_bytes(b"changed")
    with pytest.raises(FileDamaged):
        get(file)


def test_neither_name_nor_content_stands_anywhere_as_it_was():
    words = "植入的证据".encode() * 40_000
    file = accept(an_upload("words.txt", words), owner_kind="tests", owner_id=new_id())
    StoredFile.objects.filter(pk=file.pk).update(
        **sealed_columns(file.pk, file.key, name="王小敏.txt", digest="d")
    )
    stored = b"".join(store().open(sha256).read() for sha256 in store().all())
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM files_storedfile")
        row = b"|".join(
            bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in cursor.fetchone()
        )
    for known in ("植入的证据", "王小敏", hashlib.sha256(words).hexdigest()):
        assert known.encode() not in stored
        assert known.encode() not in row
    assert StoredFile.objects.get().name == "王小敏.txt"


def test_the_same_content_of_two_owners_is_not_seen_to_be_the_same():
    one, two = kept(), kept()
    assert one.sha256 != two.sha256
    assert one.digest == two.digest
    assert len(list(store().all())) == 2


def test_bytes_carried_to_another_file_are_not_given_out():
    declare_owner("tests", lambda request, file: True)
    one, two = kept(content=b"of one"), kept(content=b"of two")
    StoredFile.objects.filter(pk=one.pk).update(sha256=two.sha256)
    with pytest.raises(CiphertextRefused):
        b"".join(get(one).streaming_content)


def test_a_sealed_column_carried_to_another_place_is_refused():
    declare_owner("tests", lambda request, file: True)
    file = kept()
    StoredFile.objects.filter(pk=file.pk).update(name_ct=file.digest_ct)
    with pytest.raises(CiphertextRefused):
        get(file)


def test_a_content_that_was_never_sealed_is_damaged():
    declare_owner("tests", lambda request, file: True)
    file = kept()
    sha256, _size = store().put([b"plain words, put there by somebody else"])
    StoredFile.objects.filter(pk=file.pk).update(sha256=sha256)
    with pytest.raises(FileDamaged):
        get(file)


@pytest.mark.django_db(transaction=True)
def test_many_uploads_at_once_do_not_pass_the_limit():
    owner = new_id()
    refused, lock = [], threading.Lock()

    def upload():
        with closing(connection):
            try:
                kept(owner)
            except FileRefused as error:
                with lock:
                    refused.append(error.code)

    uploads = [threading.Thread(target=upload) for _ in range(MOST_FILES + 4)]
    for thread in uploads:
        thread.start()
    for thread in uploads:
        thread.join(60)
    assert StoredFile.objects.count() == MOST_FILES
    assert refused == ["count"] * 4


@pytest.mark.django_db(transaction=True)
def test_an_upload_waits_for_the_one_before_it_and_then_counts_it():
    owner, refused = new_id(), []
    for _ in range(MOST_FILES - 1):
        kept(owner)

    def upload():
        with closing(connection):
            try:
                kept(owner)
            except FileRefused as error:
                refused.append(error.code)

    def waits() -> bool:
        """Whether the second is held up; SQLite has one writer, there is nothing to look at."""
        if connection.vendor != "postgresql":
            return True
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            return bool(cursor.fetchone()[0])

    with transaction.atomic():
        kept(owner)
        second = threading.Thread(target=upload)
        second.start()
        while second.is_alive() and not waits():
            second.join(0.01)
    second.join(60)
    assert refused == ["count"]
    assert StoredFile.objects.count() == MOST_FILES
