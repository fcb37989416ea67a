"""The checks before a start: what ships can be read."""

from django.core.checks import run_checks

from yinuo.engines.editions import load


def test_what_ships_passes_every_check():
    assert [error for error in run_checks(tags=["yinuo"]) if error.id == "yinuo.E002"] == []


def test_content_that_cannot_be_read_stops_the_start(tmp_path, monkeypatch):
    file = tmp_path / "packs" / "thing" / "content" / "own.bank.toml"
    file.parent.mkdir(parents=True)
    file.write_text("[name]\nen = 'Bank'\n", encoding="utf-8")
    monkeypatch.setattr(load, "ROOT", tmp_path)
    [error] = [error for error in run_checks(tags=["yinuo"]) if error.id == "yinuo.E002"]
    assert "thing/content/own.bank.toml" in error.msg
    assert error.hint
