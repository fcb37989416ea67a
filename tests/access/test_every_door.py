"""Every address, asked by everybody: let in, refused by name, hidden, or led to the sign-in page.

The table `expectations.csv` says what each role may expect; an address that is not in it fails. Columns: what
`nobody` (not signed in) is answered, what `others` are, which roles are `let_in`, from which it is `hidden_from`.
"""

import pytest

from tests.access.doors import (
    METHODS,
    NO_POST,
    NOBODY,
    TABLE,
    WHO,
    ask,
    expected,
    objects,
    patterns,
    people,
    word,
)
from yinuo.ground.access.roles import ROLES
from yinuo.ground.access.verbs import VERBS

EXPECTED = expected()


def test_every_address_is_in_the_table_and_nothing_else():
    wanted = {(pattern, method) for pattern in patterns() for method in METHODS}
    lacking, gone = sorted(wanted - EXPECTED.keys()), sorted(EXPECTED.keys() - wanted)
    assert not lacking, f"write down in {TABLE.name} who may ask: {lacking}"
    assert not gone, f"{TABLE.name} speaks of addresses that are no more: {gone}"


def test_the_table_names_only_roles_that_exist():
    assert all(set(said) == set(WHO) for said in EXPECTED.values())
    assert {"officer", "president", "auditor"} <= ROLES.keys()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "area", ["", "complaints", "callbacks", "reviews", "surveys", "editions", "measures", "s", "api"]
)
def test_everybody_gets_the_answer_the_table_says(bank, area):
    found, everybody, wrong = objects(bank), people(bank), []
    for (pattern, method), said in EXPECTED.items():
        if _area(pattern) != area:
            continue
        same = len(set(said.values())) == 1  # a door that is the same for all is tried by three
        for who in (NOBODY, NO_POST, "lead") if same else WHO:
            answer = ask(everybody[who], method, found.address(pattern, everybody[who]))
            if word(answer) != said[who]:
                wrong.append(f"{who} {method} /{pattern}: {word(answer)}, not {said[who]}")
            if word(answer) == "refused" and who != NOBODY and not names_a_verb(answer):
                wrong.append(f"{who} {method} /{pattern}: the refusal names no grant")
    assert not wrong, "\n".join(wrong)


def _area(pattern):
    first = pattern.split("/")[0]
    return (
        first
        if first in ("complaints", "callbacks", "reviews", "surveys", "editions", "measures", "s", "api")
        else ""
    )


def names_a_verb(answer):
    return any(f"<code>{key}</code>" in answer.content.decode() for key in VERBS)


@pytest.mark.django_db
def test_a_walk_that_lets_somebody_in_is_noticed(bank):
    found, lead = objects(bank), bank.person("lead")
    assert word(ask(lead, "GET", found.address("complaints", lead))) == "ok"
    assert word(ask(bank.person("secadmin"), "GET", "/complaints")) == "refused"
    assert word(ask(None, "GET", "/complaints")) == "sign-in"
