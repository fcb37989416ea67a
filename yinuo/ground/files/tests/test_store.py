import hashlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yinuo.ground.files.store import FileDamaged, FolderStore, TooLarge, chunks_of


@pytest.fixture
def store(tmp_path):
    return FolderStore(tmp_path / "files")


def everything(store):
    return [path for path in store.root.rglob("*") if path.is_file()]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=50), max_size=5))
def test_what_is_put_in_comes_out_under_its_hash(store, chunks):
    sha256, size = store.put(chunks)
    content = b"".join(chunks)
    assert (sha256, size) == (hashlib.sha256(content).hexdigest(), len(content))
    with store.open_checked(sha256) as stream:
        assert b"".join(chunks_of(stream)) == content
    assert store.path(sha256) == store.root / sha256[:2] / sha256[2:4] / sha256


def test_the_same_content_is_kept_once(store):
    assert store.put([b"same"]) == store.put([b"sa", b"me"])
    assert len(everything(store)) == 1
    assert list(store.all()) == [hashlib.sha256(b"same").hexdigest()]


def test_too_much_is_refused_and_nothing_is_left(store):
    with pytest.raises(TooLarge):
        store.put([b"x" * 10, b"x" * 10], most=15)
    assert everything(store) == []
    store.put([b"x" * 15], most=15)


def test_an_upload_that_breaks_off_leaves_nothing(store):
    def broken():
        yield b"half"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        store.put(broken())
    assert everything(store) == []


def test_a_changed_or_missing_content_is_noticed(store):
    sha256, _size = store.put([b"evidence"])
    store.path(sha256).write_bytes(b"EVIDENCE")
    with pytest.raises(FileDamaged):
        store.open_checked(sha256)
    store.path(sha256).unlink()
    with pytest.raises(FileDamaged):
        store.open_checked(sha256)


def test_a_cut_content_is_mended_when_it_comes_again(store):
    sha256, _size = store.put([b"evidence"])
    store.path(sha256).write_bytes(b"evid")
    store.put([b"evidence"])
    store.open_checked(sha256).close()


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63])
def test_what_is_no_hash_never_becomes_a_path(store, name):
    with pytest.raises(ValueError):
        store.path(name)


def test_files_are_for_their_owner_only(store):
    sha256, _size = store.put([b"secret"])
    assert store.path(sha256).stat().st_mode & 0o077 == 0
    assert store.root.stat().st_mode & 0o077 == 0
