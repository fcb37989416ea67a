"""The runner that takes guards out notices the ones nobody would miss, and a list that is wrong."""

import pytest

from tests.architecture.tree import ROOT
from tests.guards import Guard, WrongList, all_green, copy_of, disable, is_noticed, read, text_with


@pytest.fixture
def small(tmp_path):
    (tmp_path / "door.py").write_text(
        "def may_enter(age):\n    if age < 18:\n        return False\n    return True\n"
    )
    (tmp_path / "test_door.py").write_text(
        "from door import may_enter\n\n"
        "def test_a_child_stays_out():\n    assert not may_enter(9)\n\n"
        "def test_a_grown_up_comes_in():\n    assert may_enter(30)\n"
    )
    return tmp_path


def guard(**changes):
    given = {"name": "age", "file": "door.py", "search": "if age < 18:", "replace": "if False:"}
    return Guard(**{**given, "tests": ("test_door.py::test_a_child_stays_out",), **changes})


def test_a_guard_that_is_tested_is_noticed_and_put_back(small):
    before = (small / "door.py").read_text()
    assert is_noticed(small, guard()) == (True, "")
    assert (small / "door.py").read_text() == before


IN_THE_DATABASE = (
    "import os, door\n\ndef test_a_child_stays_out():\n    assert 'YINUO_TEST_MIGRATED' in os.environ or {}\n"
)


def test_a_guard_that_stands_in_the_database_is_judged_on_one_migrated_without_it(small):
    (small / "test_door.py").write_text(IN_THE_DATABASE.format("not door.may_enter(9)"))
    assert is_noticed(small, guard(), small / "migrated.sqlite3") == (True, "")
    (small / "test_door.py").write_text(IN_THE_DATABASE.format("True"))
    assert not is_noticed(small, guard(), small / "migrated.sqlite3")[0]


def test_a_guard_that_no_test_misses_is_found(small):
    noticed, why = is_noticed(small, guard(tests=("test_door.py::test_a_grown_up_comes_in",)))
    assert not noticed
    assert "status 0" in why


def test_a_test_that_does_not_exist_is_not_taken_for_a_red_one(small):
    noticed, why = is_noticed(small, guard(tests=("test_door.py::test_nothing",)))
    assert not noticed
    assert "status 4" in why


def test_a_guard_that_cannot_be_imported_any_more_is_not_taken_for_a_red_test(small):
    noticed, _ = is_noticed(small, guard(replace="if :"))
    assert not noticed


@pytest.mark.parametrize(
    ("changes", "says"), [({"file": "no.py"}, "no file"), ({"search": "x"}, "stands 0 times")]
)
def test_a_list_that_names_what_is_not_there_is_refused(small, changes, says):
    with pytest.raises(WrongList, match=says):
        disable(small, guard(**changes))


def test_tests_that_are_red_anyway_prove_nothing(small):
    (small / "door.py").write_text("def may_enter(age):\n    return True\n")
    with pytest.raises(WrongList, match="not green"):
        all_green(small, [guard()])


def test_the_list_of_this_tree_names_lines_that_stand_there(tmp_path):
    guards = read(ROOT)
    assert len({each.name for each in guards}) == len(guards)
    copy = copy_of(ROOT, tmp_path)
    for each in guards:
        before = disable(copy, each)
        (copy / each.file).write_text(before, encoding="utf-8")


def test_every_guard_of_the_list_stands_where_it_says_and_so_do_its_tests():
    for guard in read(ROOT):
        assert text_with(ROOT, guard)
        for test in guard.tests:
            file, _, name = test.partition("::")
            assert f"def {name.split('[')[0]}(" in (ROOT / file).read_text(encoding="utf-8"), test
