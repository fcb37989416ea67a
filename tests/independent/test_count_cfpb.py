"""The independent count itself, checked by hand on a few rows and against what is known of the public file."""

import ast
import csv
import json
import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SCRIPT = HERE / "count_cfpb.py"
COLUMNS = ["Date received", "Product", "Date sent to company", "Timely response?"]
count = runpy.run_path(str(SCRIPT))["count"]


@pytest.fixture
def few_rows(tmp_path):
    path = tmp_path / "few.csv"
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows(
            [
                COLUMNS,
                ["1/30/2016", "Mortgage", "2/2/2016", "Yes"],
                ["1/30/2016", "Mortgage", "2/2/2016", "Yes"],
                ["2016-03-01", "Credit card", "2016-03-01T12:00:00Z", "No"],
                ["2/2/16", "Credit card", "2/1/16", "Yes"],
                ["2/2/16", "Credit card", "2/10/16", ""],
            ]
        )
    return path


def test_it_counts_what_can_be_counted_by_hand(few_rows):
    assert count(few_rows) == {
        "rows": 5,
        "entered": 4,
        "refused": 1,
        "identical_groups": 1,
        "identical_later_rows": 1,
        "timely": {"yes": 2, "no": 1, "share": 2 / 3},
        "products": {"Mortgage": {"n": 2, "share": 0.5}, "Credit card": {"n": 2, "share": 0.5}},
        "days_to_forward": {"n": 4, "mean": 3.5, "median": 3.0},
    }


def test_the_command_prints_the_same_as_json(few_rows):
    done = subprocess.run([sys.executable, SCRIPT, few_rows], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == count(few_rows)


def test_it_imports_nothing_but_the_standard_library():
    imported = {
        name.name if isinstance(node, ast.Import) else node.module
        for node in ast.walk(ast.parse(SCRIPT.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }
    assert imported == {"csv", "json", "statistics", "sys", "collections", "datetime"}


def test_the_public_file_of_2016():
    folder = os.environ.get("YINUO_SHARED") or HERE.parents[2] / "shared"
    path = Path(folder) / "data" / "cfpb" / "complaints_2016.csv"
    if not path.exists():
        reason = f"{path.name} is not here (set YINUO_SHARED to the folder that holds data/)"
        pytest.fail(reason) if os.environ.get("YINUO_REQUIRE_SHARED") == "1" else pytest.skip(reason)
    figures = count(path)
    assert (figures["rows"], figures["entered"], figures["refused"]) == (3186, 3180, 6)
    assert (figures["identical_groups"], figures["identical_later_rows"]) == (8, 11)
    assert figures["timely"]["yes"] + figures["timely"]["no"] == 3180
    assert sum(product["n"] for product in figures["products"].values()) == 3180
