"""Judged by strangers: exiftool writes and looks for metadata, Pillow and libheif compare pixel by pixel."""

import io
import json
import struct
import subprocess

import pillow_heif
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from yinuo.facts.ids import new_id
from yinuo.ground.files.contents import opened
from yinuo.ground.files.intake import accept
from yinuo.ground.files.metadata import HAVE_METADATA, without_metadata
from yinuo.ground.files.tests.samples import TAKEN

pillow_heif.register_heif_opener()
TOLD = {
    "GPSLatitude": "39.9042", "GPSLatitudeRef": "N", "GPSLongitude": "116.4074", "GPSLongitudeRef": "E",
    "Make": "PlantedMaker", "Model": "PlantedModel", "DateTimeOriginal": "2026:01:02 03:04:05",
    "XMP:Creator": "PlantedPerson", "Comment": "PlantedComment", "Orientation#": "6",
}  # fmt: skip
PICTURES = {
    "flat.jpg": ("image/jpeg", "JPEG", {}),
    "progressive.jpg": ("image/jpeg", "JPEG", {"progressive": True}),
    "screen.png": ("image/png", "PNG", {}),
    "lossy.webp": ("image/webp", "WEBP", {}),
    "lossless.webp": ("image/webp", "WEBP", {"lossless": True}),
    "phone.heic": ("image/heic", "HEIF", {}),
}
SAID_OF_A_PICTURE = {"GPSLatitude", "Make", "Model", "DateTimeOriginal", "Creator", "Comment"}


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """Every kind of picture, with all that a camera and its owner may have written beside it."""
    folder = tmp_path_factory.mktemp("pictures")
    noise = Image.effect_noise((64, 48), 90).convert("RGB")
    for name, (_kind, form, more) in PICTURES.items():
        noise.save(folder / name, format=form, **more)
    tags = [f"-{tag}={value}" for tag, value in TOLD.items()]
    command = [
        "exiftool",
        "-q",
        "-m",
        "-overwrite_original",
        *tags,
        *(str(folder / name) for name in PICTURES),
    ]
    subprocess.run(command, check=True, capture_output=True)
    return folder


def said(content):
    """All tags that exiftool finds, by name."""
    read = subprocess.run(["exiftool", "-j", "-a", "-"], input=content, capture_output=True, check=True)
    return json.loads(read.stdout)[0]


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_tells_nothing_but_itself(name, pictures):
    content = (pictures / name).read_bytes()
    assert "GPSLatitude" in said(content)
    assert b"Planted" in content
    plain = without_metadata(content, PICTURES[name][0])
    assert not SAID_OF_A_PICTURE.intersection(said(plain))
    assert b"Planted" not in plain


@pytest.mark.parametrize("name", PICTURES)
def test_every_pixel_stays_and_the_way_the_picture_is_turned(name, pictures):
    content = (pictures / name).read_bytes()
    before, after = (
        Image.open(io.BytesIO(each)) for each in (content, without_metadata(content, PICTURES[name][0]))
    )
    assert after.tobytes() == before.tobytes()
    assert after.getexif().get(0x0112, 1) == before.getexif().get(0x0112, 1)
    if name != "phone.heic":  # its turning stands in the picture
        assert after.getexif()[0x0112] == 6


@pytest.mark.django_db
def test_what_is_stored_and_given_back_is_the_plain_picture(pictures, settings, tmp_path):
    settings.YINUO_HOME = tmp_path
    content = (pictures / "flat.jpg").read_bytes()
    file = accept(SimpleUploadedFile("flat.jpg", content), owner_kind="tests", owner_id=new_id())
    with opened(file) as stream:
        kept = stream.read()
    assert b"Planted" not in kept
    assert file.size == len(kept) < len(content)


def test_a_second_picture_behind_the_first_goes_with_what_it_says(pictures):
    content = (pictures / "flat.jpg").read_bytes()
    assert without_metadata(content + content, "image/jpeg") == without_metadata(content, "image/jpeg")


def box(kind, body):
    return struct.pack(">I", 8 + len(body)) + kind + body


def test_a_film_does_not_say_where_it_was_taken():
    place = box(b"udta", box(b"\xa9xyz", b"\x00\x12\x15\xc7+39.9042+116.4074/"))
    film = box(b"moov", box(b"trak", box(b"tkhd", b"\0" * 84) + place) + place)
    content = box(b"ftyp", b"isom\0\0\0\0isom") + film + box(b"mdat", b"frames")
    assert said(content)["GPSCoordinates"]
    plain = without_metadata(content, "video/mp4")
    assert "GPSCoordinates" not in said(plain)
    assert len(plain) == len(content)  # no offset into the frames moves
    assert plain.endswith(b"frames")


@pytest.mark.parametrize("name", [name for name, (_content, kind) in TAKEN.items() if kind in HAVE_METADATA])
def test_what_says_nothing_beside_itself_stays_byte_for_byte(name):
    content, kind = TAKEN[name]
    assert without_metadata(content, kind) == content


@given(
    st.sampled_from(sorted(HAVE_METADATA)), st.binary(max_size=400), st.sampled_from(sorted(TAKEN)), st.data()
)
def test_no_bytes_whatever_break_it(kind, noise, name, data):
    content = TAKEN[name][0]
    at = data.draw(st.integers(0, len(content)))
    for each in (noise, content[:at] + noise, content[:at] + noise + content[at:]):
        without_metadata(each, kind)
