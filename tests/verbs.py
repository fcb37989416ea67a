"""`python -m tests.verbs`: writes the table of a complaint's verbs into docs/complaints.md.

A row for each verb and guard: who may do it, what refuses it, on which page it is done, which test notices when the guard
is gone. The verbs are those the product declares, the guards those of tests/guards.toml: nothing is typed twice.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from tests.architecture.tree import ROOT
from tests.guards import Guard, read

DOCUMENT = ROOT / "docs" / "complaints.md"
BEGIN, END = "<!-- verbs: begin -->\n", "<!-- verbs: end -->\n"
ALL = "*"
HEADS = ("Verb", "Who may", "Guard", "Page", "Test")


@dataclass(frozen=True, slots=True)
class Act:
    """Something that can be done: what it is called, who may do it, where."""

    name: str
    who: str
    page: str


def acts() -> list[Act]:
    """Every verb of a complaint: of staff, of the customer, of programs."""
    from django.urls import reverse
    from django.utils.translation import override

    from yinuo.ground.access.roles import role_name
    from yinuo.ground.access.verbs import verb_named
    from yinuo.packs.complaints.views.verbs import VERBS

    def holders(grant: str) -> str:
        return ", ".join(sorted(str(role_name(role)) for role in verb_named(grant).roles))

    with override("en"):
        place = "/complaints/<number>"
        staff = [Act(verb.name, holders(verb.grant), f"{place}/{verb.place}") for verb in VERBS]
        return [
            Act("complain", "the customer", reverse("portal:who")),
            Act("register", holders("complaints.register"), reverse("complaints:new")),
            Act("intake of programs", "whoever holds a token", "/api/complaints"),
            *staff,
            Act("acknowledge", "whoever was told, or their deputy", "/told"),
            Act("words of the customer", "the customer", _track("portal:track")),
            Act("withdrawal by the customer", "the customer", _track("portal:withdraw")),
        ]


def _track(name: str) -> str:
    from django.urls import reverse

    return reverse(name, args=["CODE"]).replace("CODE", "<code>")


def rows(guards: list[Guard], known: list[Act]) -> Iterator[tuple[str, ...]]:
    """A row for each verb and guard; what guards every verb of staff comes first, once."""
    for guard in guards:
        if ALL in guard.verbs:
            yield ("every verb of staff", "as below", guard.name, "every page of a complaint", _tests(guard))
    for act in known:
        own = [guard for guard in guards if act.name in guard.verbs]
        for guard in own or [guard for guard in guards if ALL in guard.verbs]:
            yield (act.name, act.who, guard.name, f"`{act.page}`", _tests(guard))


def _tests(guard: Guard) -> str:
    """The tests by name; where they stand says tests/guards.toml."""
    return ", ".join(f"`{test.rpartition('::')[2]}`" for test in guard.tests)


def table() -> str:
    """The table as the document has it."""
    lines = [HEADS, tuple("---" for _ in HEADS), *rows(read(ROOT), acts())]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def with_table(text: str) -> str:
    """The document with the table of today between its marks; ValueError where a mark is missing."""
    before, _, rest = text.partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise ValueError(f"{BEGIN.strip()} … {END.strip()} not found")
    return before + BEGIN + table() + END + after


def main() -> int:
    """Write it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinuo.site.settings")
    import django

    django.setup()
    DOCUMENT.write_text(with_table(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
