"""The pages of a proof that people read: one for each language, without scripts and without names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from yinuo.engines.cases.kinds import is_case_kind
from yinuo.engines.cases.models import Case
from yinuo.engines.cases.moves import folded, traits_of
from yinuo.engines.cases.timeline import nameless
from yinuo.facts.models import Fact
from yinuo.web.case_clocks import case_clocks


def pages(
    case: Case, facts: Sequence[dict[str, Any]], seqs: Sequence[int], now: datetime
) -> dict[str, bytes]:
    """why.<language>.html: what happened with its place in the order, and why each date is what it is."""
    own = {UUID(fact["id"]): seq for fact, seq in zip(facts, seqs, strict=True)}
    rows = list(Fact.objects.filter(case_id=case.pk, pk__in=own))
    rows.sort(key=lambda fact: own[fact.pk])
    clocks = case.clocks.all()
    states = folded(case, traits_of(case), now) if is_case_kind(case.kind) else {}
    made = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            shown = {
                "language": language,
                "case": case,
                "now": now,
                "lines": [(own[fact.pk], fact.occurred_at, fact.kind, nameless(fact)) for fact in rows],
                "clocks": case_clocks(case, states, now),
                "statuses": {clock.promise: clock.get_status_display() for clock in clocks},
            }
            made[f"why.{language}.html"] = render_to_string("web/evidence/why.html", shown).encode()
    return made
