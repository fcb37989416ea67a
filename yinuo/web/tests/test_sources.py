"""Vendored files are what they claim; every message is translated; icons that are named exist."""

import hashlib
import re
import tomllib
from pathlib import Path

import polib
import pytest

from yinuo.web.catalogs import catalogues, compile_catalogs

WEB = Path(__file__).resolve().parents[1]
VENDOR = WEB / "static" / "vendor"
FURTHER = {"VENDOR.toml", "LICENSES.txt"}


def test_vendored_files_are_declared_and_unchanged():
    declared = tomllib.loads((VENDOR / "VENDOR.toml").read_text())["file"]
    assert {f["path"] for f in declared} | FURTHER == {p.name for p in VENDOR.iterdir()}
    for file in declared:
        assert hashlib.sha256((VENDOR / file["path"]).read_bytes()).hexdigest() == file["sha256"], file[
            "path"
        ]
        assert file["licence"] in {"MIT", "0BSD", "Apache-2.0", "ISC"}


@pytest.mark.parametrize("path", catalogues(WEB), ids=lambda p: p.parts[-3])
def test_no_message_is_missing_or_fuzzy(path):
    entries = polib.pofile(str(path))
    assert [
        e.msgid for e in entries if e.fuzzy or not (e.msgstr or all(e.msgstr_plural.values() or [""]))
    ] == []


@pytest.mark.parametrize("path", catalogues(WEB), ids=lambda p: p.parts[-3])
def test_every_message_of_templates_and_code_is_in_the_catalogue(path):
    known = {entry.msgid for entry in polib.pofile(str(path))}
    used = set()
    for source in WEB.rglob("*.html"):
        used |= set(re.findall(r'\b_\("([^"]+)"\)', source.read_text()))
    for source in (p for p in WEB.rglob("*.py") if "tests" not in p.parts):
        used |= set(re.findall(r'\b_\("([^"]+)"\)', source.read_text()))
    assert used - known == set()


def test_traditional_chinese_is_its_own_wording():
    hant = next(p for p in catalogues(WEB) if "zh_Hant" in p.parts)
    words = {entry.msgid: entry.msgstr for entry in polib.pofile(str(hant))}
    assert (words["Sign in"], words["Search"], words["Export"]) == ("登入", "搜尋", "匯出")


def test_catalogues_are_compiled_once_and_again_when_they_change(tmp_path):
    folder = tmp_path / "app" / "locale" / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "a"\nmsgstr "b"\n'
    )
    assert len(compile_catalogs(tmp_path)) == 1
    assert compile_catalogs(tmp_path) == []
    assert polib.mofile(str(folder / "django.mo"))[0].msgstr == "b"


def test_every_icon_named_in_a_template_is_in_the_sprite():
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (VENDOR / "icons.svg").read_text()))
    named = set()
    for source in WEB.rglob("*.html"):
        named |= set(re.findall(r'{%\s*icon "([^"]+)"', source.read_text()))
    from yinuo.web import clockface, timeline

    named |= set(clockface.ICONS.values()) | set(timeline.ICONS.values())
    assert named - sprite == set()


def test_styles_use_only_classes_of_their_own():
    """Own classes begin with sq- (or are a state, is-…), so that Tabler's never collide."""
    for sheet in (WEB / "static" / "web").glob("*.css"):
        text = re.sub(r"url\([^)]*\)|/\*.*?\*/", "", sheet.read_text(), flags=re.S)
        found = set(re.findall(r"\.([a-zA-Z][\w-]*)", text))
        assert {c for c in found if not c.startswith(("sq-", "is-")) and c != "htmx-request"} == set(), (
            sheet.name
        )


def test_one_catalogue_says_what_the_many_said():
    from django.utils.translation import trans_real

    from yinuo.web.catalogs import one_catalogue

    for code in ("zh-hans", "zh-hant", "en"):
        trans_real._translations.pop(code, None)
        many = trans_real.translation(code)._catalog
        said = {key: next(one[key] for one in many._catalogs if key in one) for key in many.keys()}  # noqa: SIM118
        one_catalogue()
        merged = trans_real.translation(code)._catalog
        assert len(merged._catalogs) == 1
        assert {key: merged.get(key) for key in said} == said
