import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinuo.ground.files.sniff import ALLOWED, LONGEST_NAME, clean_name, media_type
from yinuo.ground.files.tests.samples import REFUSED, TAKEN


@pytest.mark.parametrize("name", TAKEN)
def test_a_kind_that_is_taken_is_known_by_its_content(name):
    content, expected = TAKEN[name]
    stream = io.BytesIO(content)
    assert media_type(stream) == expected
    assert stream.tell() == 0
    assert clean_name(name, expected) == name


@pytest.mark.parametrize("name", REFUSED)
def test_other_kinds_are_not_taken(name):
    assert media_type(io.BytesIO(REFUSED[name])) is None


@given(st.binary(max_size=300))
def test_no_bytes_whatever_break_the_look(content):
    assert media_type(io.BytesIO(content)) in {*ALLOWED, None}


@given(st.sampled_from(sorted(TAKEN)), st.data())
def test_no_cut_file_breaks_the_look(name, data):
    content, _kind = TAKEN[name]
    cut = content[: data.draw(st.integers(0, len(content)))]
    assert media_type(io.BytesIO(cut)) in {*ALLOWED, None}


@pytest.mark.parametrize(
    ("given_name", "kind", "kept"),
    [
        ("../../etc/passwd", "text/plain", "passwd.txt"),
        ("C:\\Users\\wang\\照片.JPG", "image/jpeg", "照片.jpg"),
        ("invoice.pdf.exe", "application/pdf", "invoice.pdf.exe.pdf"),
        ("page.html", "text/plain", "page.html.txt"),
        ("evil\u202egpj.pdf", "application/pdf", "evilgpj.pdf"),
        ('a\r\nSet-Cookie: x="1".txt', "text/plain", "aSet-Cookie x= 1.txt"),
        ("", "image/png", "file.png"),
        ("...", "image/png", "file.png"),
        (".png", "image/png", "png.png"),
    ],
)
def test_names_are_cleaned_and_end_as_their_content_demands(given_name, kind, kept):
    assert clean_name(given_name, kind) == kept


@given(st.text(max_size=300), st.sampled_from(sorted(ALLOWED)))
def test_no_name_whatever_stays_dangerous(name, kind):
    kept = clean_name(name, kind)
    assert 0 < len(kept) <= LONGEST_NAME
    assert kept.endswith(ALLOWED[kind])
    assert not set(kept) & set('/\\<>:"|?*\r\n\0')
    assert not kept.startswith(".")
    assert not any(unicodedata.category(letter)[0] == "C" for letter in kept)
