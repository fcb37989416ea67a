"""docs/asvs.csv: every requirement of OWASP ASVS 5.0 up to level 2, and no claim without a test."""

import csv
import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROWS = list(csv.DictReader((ROOT / "docs" / "asvs.csv").read_text(encoding="utf-8").splitlines()))
STATES = {"met", "partly", "open", "bank", "none"}


def test_every_requirement_of_levels_one_and_two_stands_there_once():
    assert Counter(row["level"] for row in ROWS) == {"1": 70, "2": 183}
    assert len({row["id"] for row in ROWS}) == len(ROWS)
    assert {row["id"].split(".")[0] for row in ROWS} == {str(chapter) for chapter in range(1, 18)}


def test_what_is_met_names_tests_that_are_there():
    for row in ROWS:
        assert row["state"] in STATES, row
        tests = row["shown_by"].split()
        assert tests or row["state"] != "met", row
        assert all((ROOT / path).is_file() for path in tests), row


def test_what_is_not_met_whole_says_why_and_what_is_open_claims_nothing():
    for row in ROWS:
        assert row["where"] or row["state"] in ("met", "open"), row
        assert not row["shown_by"] or row["state"] in ("met", "partly"), row


def test_the_page_on_security_counts_them_as_they_are():
    said = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    counted = dict(re.findall(r"\*\*(\w+)\*\* (\d+)", said))
    assert {state: int(counted[state]) for state in STATES} == Counter(row["state"] for row in ROWS)
