"""The `yinuo` command: every verb introduces itself, every refusal is one sentence."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from yinuo.site import cli

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("verb", sorted(cli.verbs()))
def test_every_verb_has_help_with_an_example_that_parses(verb, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main([verb, "--help"])
    shown = capsys.readouterr().out
    assert ended.value.code == 0
    example = re.search(r"example:\n +(?:[A-Z_]+=\S+ )*yinuo (.*)", shown)
    assert example, shown
    assert cli.parser().parse_args(example[1].split()).verb == verb


def test_an_unknown_verb_is_not_understood(capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(["fly"])
    assert ended.value.code == 2
    assert "fly" in capsys.readouterr().err


def test_a_refusal_is_one_sentence_and_status_1(capsys):
    assert cli.main(["import", "moonbeams", "nowhere.csv"]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_importing_a_file_that_is_not_there_names_it(capsys, monkeypatch, tmp_path):
    from yinuo.site.verbs import import_

    monkeypatch.setattr(import_, "declared", lambda: {"things": lambda *_, **__: 0})
    assert cli.main(["import", "things", str(tmp_path / "absent.csv")]) == 1
    assert "absent.csv is not a file; nothing was changed" in capsys.readouterr().err


def test_help_starts_without_django():
    program = "import sys; from yinuo.site.cli import parser; parser(); print('django' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
