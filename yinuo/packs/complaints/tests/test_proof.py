"""A complaint taken out of the house as a folder: whole as it was signed, and nothing in it can be changed unseen."""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from yinuo.facts import seals, stamps, verifier
from yinuo.facts.evidence import evidence
from yinuo.facts.models import Checkpoint, Fact
from yinuo.facts.sequencer import checkpoint, sequence_once
from yinuo.facts.tests.authority import an_authority
from yinuo.facts.verify import verify
from yinuo.packs.complaints.tests.bank import MONDAY, WORDS, a_complaint, closed
from yinuo.packs.complaints.tests.tampering import CHANGES, changed, stated_again
from yinuo.web.evidence.folder import proof_of

pytestmark = pytest.mark.django_db


def written(folder: Path, content: dict[str, bytes]) -> Path:
    """The files of a proof, in a folder."""
    for name, data in content.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def run(folder: Path, *given: str, program: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The verifier of the folder, alone: no environment, no site packages."""
    command = [sys.executable, "-I", "-S", str(program or folder / "verify.py"), str(folder), *given]
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


def test_a_time_stamp_goes_with_the_head_it_is_of(bank, tmp_path, settings):
    case, folder = closed(bank), tmp_path / "authority"
    with an_authority(folder) as authority:
        settings.TIMESTAMP_ROOTS = str(authority.roots)
        evidence(list(Fact.objects.filter(case_id=case.pk).values_list("pk", flat=True)))
        kept = []
        for number in range(2):
            head = Checkpoint.objects.latest("seq")
            asked = stamps.asked_for(head)
            kept.append(stamps.keep(head, asked, authority.answer(asked.as_bytes()), stamps.believed()))
            a_complaint(bank, at=MONDAY + timedelta(days=1 + number))
            while sequence_once():
                pass
            checkpoint()
    content = proof_of(case)
    there = written(tmp_path / "proof", content)
    told = run(there, "--key", seals.fingerprint())
    assert (told.returncode, " stamp=enclosed " in told.stdout) == (0, True), told.stdout + told.stderr
    asked_of = next(line for line in told.stdout.splitlines() if "-verify" in line).split()[1:]
    command = [word.replace("ROOT-OF-THE-AUTHORITY", str(folder / "root.pem")) for word in asked_of]
    assert subprocess.run(command, cwd=there, capture_output=True, check=False).returncode == 0
    for spoilt in (
        {"stamp.json": content["stamp.json"].replace(b'"root":"', b'"root":"0')},
        {"stamp.json": content["stamp.json"] + b" "},
        {"stamp.tsr": bytes(kept[1].token)},
        {"stamp.json": kept[1].stated.encode(), "stamp.tsr": bytes(kept[1].token)},
    ):
        made = content | spoilt
        made |= {
            "proof.json": (stated := stated_again(made)),
            "proof.sig": f"{seals.seal(stated)}\n".encode(),
        }
        rejected = run(written(tmp_path / "spoilt", made), "--key", seals.fingerprint())
        assert (rejected.returncode, "stamp." in rejected.stdout) == (1, True), rejected.stdout


def test_a_signed_proof_of_another_case_cannot_lend_its_parts(bank, tmp_path):
    one, other = proof_of(closed(bank)), proof_of(a_complaint(bank))
    for name in sorted(set(one) & set(other)):
        if one[name] != other[name]:
            folder = written(tmp_path / name.replace("/", "-"), one | {name: other[name]})
            with pytest.raises(verifier.Rejected):
                verifier.check(str(folder))


def test_random_changes_of_a_proof_are_all_rejected(bank, tmp_path):
    """YINUO_MUTATIONS says how many, YINUO_SEED which: the seed is in the message of whatever gets through."""
    seed = int(os.environ.get("YINUO_SEED") or random.SystemRandom().randrange(2**32))
    chance, count = random.Random(seed), int(os.environ.get("YINUO_MUTATIONS", "60"))
    print(f"seed={seed}")
    content, other = proof_of(closed(bank)), proof_of(closed(bank, at=MONDAY + timedelta(days=1)))
    key, kept = seals.fingerprint(), written(tmp_path / "original", content)
    done: Counter[str] = Counter()
    for number in range(count):
        what, made = changed(content, other, chance)
        folder = written(tmp_path / "changed", made)
        if number % 30 == 0:
            rejected = run(folder, "--key", key, program=kept / "verify.py").returncode == 1
        else:
            rejected = is_rejected(folder, key)
        assert rejected, f"seed {seed}, change {number}: {what} was not noticed"
        shutil.rmtree(folder)
        done[what] += 1
    assert sum(done.values()) == count
    assert run(kept, "--key", key).returncode == 0


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_each_kind_of_change_is_rejected(bank, tmp_path, change):
    content, other = proof_of(closed(bank)), proof_of(closed(bank, at=MONDAY + timedelta(days=1)))
    made, chance = dict(content), random.Random(7)
    while made == content:
        change(made, other, chance)
    assert is_rejected(written(tmp_path / "changed", made), seals.fingerprint())


def test_what_is_no_file_does_not_belong_there(bank, tmp_path):
    content = proof_of(closed(bank))
    folder = written(tmp_path / "empty", content)
    (folder / "nothing").mkdir()
    assert is_rejected(folder, seals.fingerprint())
    linked = written(tmp_path / "linked", content)
    (linked / "facts.jsonl").rename(tmp_path / "elsewhere.jsonl")
    (linked / "facts.jsonl").symlink_to(tmp_path / "elsewhere.jsonl")
    assert is_rejected(linked, seals.fingerprint())


def is_rejected(folder: Path, key: str) -> bool:
    """Whether the verifier says so, and not by falling over."""
    try:
        verifier.check(str(folder), key)
    except verifier.Rejected:
        return True
    return False


def test_a_story_changed_by_whoever_holds_the_key_does_not_belong_to_the_head(bank, tmp_path):
    content = proof_of(closed(bank))
    content["facts.jsonl"] = content["facts.jsonl"].replace(b'"promise":"answer"', b'"promise":"Answer"', 1)
    content["proof.json"] = stated_again(content)
    content["proof.sig"] = f"{seals.seal(content['proof.json'])}\n".encode()
    with pytest.raises(verifier.Rejected, match="does not belong to the head"):
        verifier.check(str(written(tmp_path / "forged", content)))


def test_the_page_gives_the_proof_to_whoever_holds_the_grant_and_that_is_a_fact(bank, tmp_path):
    case, auditor = closed(bank), bank.person("auditor")
    browser = Client()
    browser.force_login(auditor)
    assert f"/complaints/{case.number}/proof" in browser.get(f"/complaints/{case.number}").content.decode()
    answer = browser.get(f"/complaints/{case.number}/proof")
    assert answer.headers["Content-Type"] == "application/zip"
    zipfile.ZipFile(io.BytesIO(answer.content)).extractall(tmp_path)
    folder = tmp_path / f"proof-{case.number}"
    assert run(folder, "--key", seals.fingerprint()).returncode == 0
    (fact,) = Fact.objects.filter(kind="complaints.proven")
    assert (fact.case_id, fact.by_id) == (case.pk, auditor.pk)


def test_whoever_sees_the_complaint_without_the_grant_is_refused_and_nothing_is_recorded(bank):
    case = closed(bank)
    browser = Client()
    browser.force_login(bank.handler)
    assert "/proof" not in browser.get(f"/complaints/{case.number}").content.decode()
    assert browser.get(f"/complaints/{case.number}/proof").status_code == 403
    assert not Fact.objects.filter(kind="complaints.proven").exists()


def test_a_proof_of_what_cannot_be_seen_is_missing(bank):
    case = closed(bank)
    browser = Client()
    browser.force_login(bank.person("auditor", bank.south))
    assert browser.get(f"/complaints/{case.number}/proof").status_code == 404
