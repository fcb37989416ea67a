"""`yinuo new pack`: whole or not at all, and never over something that is there."""

import ast

import pytest

from yinuo.site.cli import main
from yinuo.site.verbs import new


@pytest.fixture
def packs(tmp_path, monkeypatch):
    folder = tmp_path / "yinuo" / "packs"
    (folder / "complaints").mkdir(parents=True)
    monkeypatch.setattr(new, "PACKS", folder)
    return folder


def test_a_pack_is_made_with_no_gap_left(packs, capsys):
    assert main(["new", "pack", "praise", "--en", "Praise", "--zh-hans", "表扬", "--zh-hant", "表揚"]) == 0
    files = [path for path in (packs / "praise").rglob("*") if path.is_file()]
    assert capsys.readouterr().out.splitlines()[-1] == f"pack=praise files={len(files)}"
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert not any(gap in text + path.name for gap in ("PACKNAME", "NAME_", "SERIES", ".txt"))
        if path.suffix == ".py":
            ast.parse(text)


@pytest.mark.parametrize("name", ["complaints", "auth", "class", "Praise", "p", "../etc", "praise-2", "1st"])
def test_a_name_that_cannot_be_is_refused(packs, name, capsys):
    before = sorted(packs.rglob("*"))
    assert main(["new", "pack", name]) == 1
    assert name in capsys.readouterr().err
    assert sorted(packs.rglob("*")) == before


@pytest.mark.parametrize("name", ['"; import os', "a\\b", "", "<b>", "{x}", "%s", "x" * 41])
def test_a_name_that_would_break_the_files_is_refused(packs, name):
    assert main(["new", "pack", "praise", "--zh-hans", name or " "]) == 1
    assert not (packs / "praise").exists()


def test_a_series_is_capital_letters(packs):
    assert main(["new", "pack", "praise", "--series", "p1"]) == 1
    assert not (packs / "praise").exists()


def test_a_pack_is_made_once(packs):
    assert main(["new", "pack", "praise"]) == 0
    (packs / "praise" / "pack.py").write_text("mine")
    assert main(["new", "pack", "praise"]) == 1
    assert (packs / "praise" / "pack.py").read_text() == "mine"
