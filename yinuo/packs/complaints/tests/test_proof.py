"""A complaint taken out of the house as a folder: whole as it was signed, and nothing in it can be changed unseen."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from yinuo.facts import seals, verifier
from yinuo.facts.verify import verify
from yinuo.packs.complaints.tests.bank import MONDAY, WORDS, a_complaint, closed
from yinuo.web.evidence.folder import proof_of

pytestmark = pytest.mark.django_db


def written(folder: Path, content: dict[str, bytes]) -> Path:
    """The files of a proof, in a folder."""
    for name, data in content.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def run(folder: Path, *given: str) -> subprocess.CompletedProcess[str]:
    """The verifier of the folder, alone: no environment, no site packages."""
    command = [sys.executable, "-I", "-S", str(folder / "verify.py"), *given]
    return subprocess.run(
        command, env={"PYTHONIOENCODING": "utf-8"}, capture_output=True, text=True, check=False
    )


def test_a_proof_is_whole_here_and_in_another_place(bank, tmp_path):
    folder = written(tmp_path / "proof", proof_of(closed(bank)))
    here = run(folder, "--key", seals.fingerprint())
    assert (here.returncode, here.stdout[:7]) == (0, "ok=true"), here.stdout + here.stderr
    moved = shutil.copytree(folder, tmp_path / "a copy 复印")
    assert run(moved).stdout == run(folder).stdout
    assert verify().problems == []


def test_another_key_than_the_published_one_is_rejected(bank, tmp_path, settings):
    honest = seals.fingerprint()
    settings.PROOF_KEY = "somebody else's"
    folder = written(tmp_path / "proof", proof_of(closed(bank)))
    assert run(folder).returncode == 0
    assert run(folder, "--key", honest).returncode == 1


def test_it_holds_every_fact_of_the_case_and_the_verdicts_with_their_reasons(bank, tmp_path):
    case = closed(bank)
    a_complaint(bank, at=MONDAY + timedelta(days=1))
    content = proof_of(case)
    facts = [json.loads(line) for line in content["facts.jsonl"].splitlines()]
    assert {fact["case"] for fact in facts} <= {str(case.pk), None}
    assert [fact["kind"] for fact in facts if fact["case"]].count("complaints.closed") == 1
    verdicts = {clock["promise"]: clock["judged"] for clock in json.loads(content["clocks.json"])}
    assert verdicts["answer"] == "kept"
    assert {each["kind"] for each in json.loads(content["editions.json"])} == {
        "process",
        "promises",
        "calendar",
    }
    assert "当日不计" in content["why.zh-hans.html"].decode()
    assert "this day does not count" in content["why.en.html"].decode()


def test_it_holds_no_words_no_names_and_no_addresses(bank):
    content = proof_of(closed(bank))
    whole = b"\n".join(data for name, data in content.items() if not name.startswith("editions/")).decode()
    for known in (WORDS, "王小敏", "1380000", "@example.com", "员工", "我们已退还", "多收属实"):
        assert known not in whole, known


def test_a_signed_proof_of_another_case_cannot_lend_its_parts(bank, tmp_path):
    one, other = proof_of(closed(bank)), proof_of(a_complaint(bank))
    for name in sorted(set(one) & set(other)):
        if one[name] != other[name]:
            folder = written(tmp_path / name.replace("/", "-"), one | {name: other[name]})
            with pytest.raises(verifier.Rejected):
                verifier.check(str(folder))
