import pytest
from django.utils.translation import gettext_lazy

from yinuo.ground.access import roles, verbs
from yinuo.ground.access.checks import check_verbs
from yinuo.ground.access.roles import ROLES, Role, declare_role, role_name
from yinuo.ground.access.verbs import Verb, declare_verb, verbs_of


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch):
    declared = {}
    monkeypatch.setattr(verbs, "_declared", declared)
    monkeypatch.setattr("yinuo.ground.access.checks.VERBS", declared)


def test_the_shipped_roles_include_the_three_separate_offices():
    assert {"officer", "handler", "lead", "quality_head", "compliance", "branch_head", "president"} < set(
        ROLES
    )
    assert {"sysadmin", "secadmin", "auditor"} < set(ROLES)


def test_a_pack_may_declare_a_role_and_may_not_redefine_one(monkeypatch):
    monkeypatch.setattr(roles, "_declared", dict(ROLES))
    declare_role(Role("collector", "collector"))
    assert role_name("collector") == "collector"
    assert role_name("gone") == "gone"
    with pytest.raises(ValueError, match="collector"):
        declare_role(Role("collector", "another"))


def test_a_verb_is_declared_once_and_found_by_role():
    one = declare_verb(Verb("tests.answer", gettext_lazy("answer"), ("handler", "lead")))
    assert declare_verb(Verb("tests.answer", gettext_lazy("answer"), ("handler", "lead"))) is one
    assert verbs_of("lead") == [one]
    assert verbs_of("auditor") == []
    with pytest.raises(ValueError, match=r"tests\.answer"):
        declare_verb(Verb("tests.answer", gettext_lazy("answer"), ("auditor",)))


def test_unknown_roles_and_verbs_without_roles_are_found_before_the_server_starts():
    declare_verb(Verb("tests.good", "good", ("lead",)))
    assert check_verbs() == []
    declare_verb(Verb("tests.slip", "slip", ("handlar",)))
    declare_verb(Verb("tests.lonely", "lonely", ()))
    assert [error.id for error in check_verbs()] == ["access.E001", "access.E002"]
