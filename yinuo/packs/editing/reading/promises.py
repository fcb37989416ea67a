"""Promises as a table: which promise, for whom, what starts and stops it, within how long, by which source."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from yinuo.engines.cases.timeline import phrase_of
from yinuo.engines.promises.promise import Promise
from yinuo.engines.promises.rungs import Rung
from yinuo.ground.terms.lists import labels
from yinuo.ground.worktime import Span
from yinuo.web.edition_pages import Look
from yinuo.web.formats import share
from yinuo.web.sheets import Cell, Sheet, Table

_DOTS = re.compile(r"^…\s*|\s*[:：,，]?\s*…$")  # who did it, and what a case would say at the end


def promise_sheets(promises: Sequence[Promise], look: Look) -> Sequence[Sheet]:
    """One row a promise; ladders below, where there are any."""
    columns = [
        _("Promise"), _("For"), _("Starts with"), _("Stops with"), _("Within"), _("Source"), _("Confirmed"),
    ]  # fmt: skip
    table = Table(_("Promises"), columns, [_row(promise, look.edition.key) for promise in promises])
    ladders = [_ladder(promise) for promise in promises if promise.ladder]
    if not ladders:
        return [table]
    columns = [_("Promise"), _("Who is told when"), _("Acknowledged within")]
    return [table, Table(_("Ladders"), columns, ladders)]


def promise_names(promises: Sequence[Promise]) -> Mapping[str, str]:
    """What each promise is called."""
    return {promise.key: str(promise.name) for promise in promises}


def _row(promise: Promise, key: str) -> list[Cell]:
    checked = Cell(_("confirmed")) if promise.confirmed else Cell(_("not confirmed"), tone="risk")
    return [
        Cell(str(promise.name), promise.key),
        Cell(_whom(promise, key)),
        Cell(facts_told(promise.starts)),
        Cell(facts_told(promise.stops), _besides(promise)),
        Cell(_limit(promise), _longer(promise)),
        Cell(str(promise.source)),
        checked,
    ]


def _whom(promise: Promise, key: str) -> str:
    """The levels, channels … it is made to."""
    if not promise.when:
        return _("all")
    return _("; ").join(_(", ").join(_coded(key, name, values)) for name, values in promise.when.items())


def _coded(key: str, name: str, values: Sequence[str]) -> list[str]:
    words = labels(f"{key.removesuffix('s')}_{name}") or labels(f"complaint_{name}")
    return [words.get(value, value) for value in values]


def _besides(promise: Promise) -> str:
    pauses = _("pauses: %(facts)s") % {"facts": facts_told(promise.pauses)} if promise.pausable else ""
    lapses = _("lapses: %(facts)s") % {"facts": facts_told(promise.lapses)} if promise.lapses else ""
    return _("; ").join(filter(None, (pauses, lapses)))


def _limit(promise: Promise) -> str:
    """How long, or from which fact a case takes its own day."""
    if isinstance(promise.within, Span):
        return span_told(promise.within)
    return _("until the day set: %(facts)s") % {"facts": facts_told(promise.until)}


def _longer(promise: Promise) -> str:
    return _("; ").join(
        _("extended to %(span)s") % {"span": span_told(span)} for span in promise.extends.values()
    )


def _ladder(promise: Promise) -> list[Cell]:
    said = span_told(promise.acknowledge) if promise.acknowledge else ""
    return [
        Cell(str(promise.name), promise.key),
        Cell(_("; ").join(map(_rung, promise.ladder))),
        Cell(said),
    ]


def _rung(rung: Rung) -> str:
    whom = {"handler": _("the handler"), "unit": _("whoever heads the unit"), "higher": _("the next above")}
    if rung.after is not None:
        return _("%(span)s after the due time: %(whom)s") % {
            "span": span_told(rung.after),
            "whom": whom[rung.tell],
        }
    return _("at %(share)s of the time: %(whom)s") % {"share": share(rung.at, 0), "whom": whom[rung.tell]}


def facts_told(kinds: Iterable[str]) -> str:
    """Kinds of facts as the timeline tells them, with dots where a case would say something."""
    return _(" or ").join(map(_fact, kinds))


def _fact(kind: str) -> str:
    phrase = phrase_of(kind)
    if phrase is None:
        return kind
    return _DOTS.sub("", str(phrase.text) % defaultdict(lambda: "…"))


def span_told(span: Span) -> str:
    """A length of promised time in the reader's language."""
    words = {
        "minutes": _("%(n)s minutes"),
        "hours": _("%(n)s hours"),
        "days": _("%(n)s natural days"),
        "working minutes": _("%(n)s working minutes"),
        "working hours": _("%(n)s working hours"),
        "working days": _("%(n)s working days"),
    }
    return words[span.unit] % {"n": span.number}
