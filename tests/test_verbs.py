"""docs/complaints.md tells of every verb who may do it, what guards it, where, and which test would notice."""

from tests.architecture.tree import ROOT
from tests.guards import read
from tests.verbs import ALL, DOCUMENT, acts, rows, with_table


def test_the_table_of_verbs_is_that_of_today():
    text = DOCUMENT.read_text(encoding="utf-8")
    assert with_table(text) == text, "run python -m tests.verbs"


def test_no_cell_is_empty():
    assert all(cell.strip() for row in rows(read(ROOT), acts()) for cell in row)


def test_every_verb_has_a_guard_of_its_own():
    guarded = {verb for guard in read(ROOT) for verb in guard.verbs}
    assert {act.name for act in acts()} - guarded == set()


def test_every_guard_names_verbs_that_exist():
    named = {verb for guard in read(ROOT) for verb in guard.verbs}
    assert named - {act.name for act in acts()} == {ALL}
