"""The house rules hold for this tree."""

import pytest

from tests.architecture import rules_python, rules_templates, rules_tree  # noqa: F401 they register themselves
from tests.architecture.tree import ROOT, RULES, Tree

TREE = Tree(ROOT)


@pytest.mark.parametrize("name", sorted(RULES))
def test_the_house_rule_holds(name):
    violations = list(RULES[name](TREE))
    assert not violations, f"{name}:\n" + "\n".join(violations)
