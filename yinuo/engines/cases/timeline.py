"""The timeline of a case, told from its facts in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _

from yinuo.engines.cases.models import Case
from yinuo.facts.models import Fact
from yinuo.facts.questions import Asked, Place, Question
from yinuo.ground.access.among import Among, ids
from yinuo.ground.people.models import Unit, User

CUSTOMER, STAFF, SYSTEM, CLOCK = "customer", "staff", "system", "clock"
PEOPLE = ("to", "person")  # data that hold the id of a colleague; their gaps are filled with the name
OTHER = "other"  # the datum that holds the id of another case; its gap is filled with the number
UNITS = ("giving", "receiving")  # data that hold the id of a unit; their gaps are filled with the name
GROUPS = ("told",)  # data that hold the ids of several, or nobody's; their gaps are filled with the names


@dataclass(frozen=True, slots=True)
class Phrase:
    """How one kind of fact is told. Gaps in `text`: `%(who)s`, those of PEOPLE, UNITS, GROUPS and OTHER, and the names of
    `gaps(data)`.

    `note` names the datum that holds the id of a note whose words belong to the entry.
    """

    group: str
    text: str | LazyText
    gaps: Callable[[Mapping[str, Any]], Mapping[str, Any]] = lambda data: {}
    note: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline. `words` are a person's own, shown as they were written."""

    at: datetime
    group: str
    text: str
    who: str
    words: str
    kind: str


_phrases: dict[str, Phrase] = {}


def declare_phrase(kind: str, phrase: Phrase) -> None:
    """Say how a kind of fact is told; a kind without a phrase is not in the timeline."""
    _phrases[kind] = phrase


def phrase_of(kind: str) -> Phrase | None:
    """How a kind of fact is told; None for one that is not in the timeline."""
    return _phrases.get(kind)


def told(kinds: Sequence[str]) -> list[str]:
    """Which of the kinds have a phrase."""
    return [kind for kind in kinds if kind in _phrases]


def numbers_of(cases: Collection[UUID]) -> Mapping[UUID, str]:
    """The numbers of other cases, whoever reads."""
    return dict(Case.objects.filter(pk__in=cases).values_list("pk", "number"))


def entries(
    case: Case, numbers: Callable[[Collection[UUID]], Mapping[UUID, str]] = numbers_of
) -> list[Entry]:
    """Newest first; the case's notes should be prefetched. Two queries: the facts and the people in them.

    One more where a fact names units, and one where it names another case: `numbers` gives those that the reader may
    know of, and what is told of the others is left out.
    """
    facts = [fact for fact in _FACTS.objects(case=case.pk) if fact.kind in _phrases]
    named = _people(facts)
    people = {pk: name for pk, name in _NAMES(people=named)} if named else {}
    units = {unit for fact in facts for unit in _units(data_of(fact))}
    if units:
        people |= {unit.pk: unit.name for unit in Unit.objects.filter(pk__in=units)}
    notes = {str(note.pk): note.text for note in case.notes.all()}
    others = {fact.pk: UUID(data[OTHER]) for fact in facts if OTHER in (data := data_of(fact))}
    known = numbers(set(others.values())) if others else {}
    shown = [fact for fact in facts if fact.pk not in others or others[fact.pk] in known]
    return [_entry(fact, people, notes, known) for fact in shown]


def entries_asked(case: Case) -> Asked:
    """The question for its facts, to be asked ahead."""
    return _FACTS.of(case=case.pk)


_FACTS = Question(
    lambda: Fact.objects.filter(case_id=Place("case", Fact._meta.get_field("case_id"))).order_by(
        "-occurred_at", "-recorded_at", "-id"
    )
)
_NAMES = Question(lambda: User.objects.filter(Among("id", ids("people"))).values_list("pk", "name"))


def data_of(fact: Fact) -> dict[str, Any]:
    """The data of a fact, as it was recorded."""
    data: dict[str, Any] = json.loads(fact.body)["data"]
    return data


def nameless(fact: Fact) -> str:
    """How one fact is told to whoever may know no names: the beginning of an id stands for each; "" without a phrase."""
    if fact.kind not in _phrases:
        return ""
    data = data_of(fact)
    named = _people([fact]) | set(_units(data))
    other = {UUID(data[OTHER]): data[OTHER][:8]} if OTHER in data else {}
    return _entry(fact, {each: str(each)[:8] for each in named}, {}, other).text


def _people(facts: Sequence[Fact]) -> set[UUID]:
    return {fact.by_id for fact in facts if fact.by_id is not None} | {
        UUID(str(each)) for data in map(data_of, facts) for each in _named(data)
    }


def _units(data: Mapping[str, Any]) -> list[UUID]:
    return [UUID(data[name]) for name in UNITS if name in data]


def _named(data: Mapping[str, Any]) -> list[str]:
    return [data[name] for name in PEOPLE if name in data] + [
        each for name in GROUPS for each in data.get(name) or ()
    ]


def _entry(
    fact: Fact, people: Mapping[UUID, str], notes: Mapping[str, str], numbers: Mapping[UUID, str]
) -> Entry:
    phrase, data = _phrases[fact.kind], data_of(fact)
    who = people.get(fact.by_id, "") if fact.by_id else ""
    named = {
        name: people.get(UUID(str(data[name])), "") if name in data else "" for name in (*PEOPLE, *UNITS)
    }
    named[OTHER] = numbers[UUID(data[OTHER])] if OTHER in data else ""
    named |= {name: _several(data.get(name) or (), people) for name in GROUPS}
    gaps = dict(phrase.gaps(data)) | {"who": who} | named
    group = CUSTOMER if phrase.group == STAFF and fact.by_id is None else phrase.group
    words = notes.get(str(data.get(phrase.note, "")), "") if phrase.note else ""
    return Entry(fact.occurred_at, group, str(phrase.text) % gaps, who, words, fact.kind)


def _several(ids: Sequence[str], people: Mapping[UUID, str]) -> str:
    """The names of several colleagues; said plainly where there is nobody."""
    return _(", ").join(people.get(UUID(each), "") for each in ids) or _("nobody was found, up to the root")
