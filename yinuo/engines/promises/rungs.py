"""The rungs of a promise's ladder: who is told when, as `promises.toml` writes it.

ladder = [
  { at = "80%", tell = "handler" },             # of the promise's own time, by its calendar, pauses counted
  { at = "100%", tell = "unit" },               # at the due time
  { after = "1 working day", tell = "higher" }, # after the due time
]
acknowledge = "4 working hours"  # nobody said so by then: the next rung comes at once
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from yinuo.ground.terms.unreadable import Unreadable
from yinuo.ground.terms.unreadable import gettext_noop as _
from yinuo.ground.worktime import Span

# handler: whoever has it in hand; unit: who heads the unit that handles it; higher: the next above who was not told.
TELL = ("handler", "unit", "higher")
_SHARE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,4})?) ?%")


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung: after the share `at` (above 0, at most 1) of the time, or so long `after` the due time."""

    tell: str
    at: Decimal | None = None
    after: Span | None = None


def read_ladder(rows: object, where: str) -> tuple[Rung, ...]:
    """The rungs of one promise, the lowest first; every refusal is an Unreadable that names the rung."""
    if not isinstance(rows, list):
        raise Unreadable(where, _("not a list of rungs, each with at or after, and tell"))
    rungs = tuple(_rung(row, f"{where}[{place}]") for place, row in enumerate(rows, 1))
    for place, (rung, following) in enumerate(pairwise(rungs), 2):
        if not _comes_later(rung, following):
            raise Unreadable(f"{where}[{place}]", _("does not come later than the rung before it"))
    return rungs


def read_acknowledge(text: object, rungs: Sequence[Rung], where: str) -> Span | None:
    """How long whoever was told has to say so; never in natural days, for a pause holds it up as it does the clock."""
    if text is None:
        return None
    if not rungs:
        raise Unreadable(where, _("there is no ladder whose rungs could be acknowledged"))
    span = Span.parse(text, where=where)  # type: ignore[arg-type]  # it refuses what is no text
    if span.unit == "days":
        raise Unreadable(where, _("natural days cannot be paused: say hours or working days"))
    return span


def _rung(row: object, where: str) -> Rung:
    if not isinstance(row, dict) or ("at" in row) == ("after" in row) or set(row) - {"at", "after", "tell"}:
        raise Unreadable(where, _("says not just one of at and after, and whom to tell"))
    if row.get("tell") not in TELL:
        raise Unreadable(
            where,
            _("{tell!r} is not one of {whom}"),
            tell=str(row.get("tell", ""))[:40],
            whom=", ".join(TELL),
        )
    if "after" in row:
        return Rung(row["tell"], after=Span.parse(row["after"], where=f"{where}.after"))
    return Rung(row["tell"], at=_share(row, where))


def _share(row: Mapping[str, Any], where: str) -> Decimal:
    found = _SHARE.fullmatch(row["at"]) if isinstance(row["at"], str) else None
    share = Decimal(found[1]) / 100 if found else Decimal(0)
    if not 0 < share <= 1:
        raise Unreadable(
            f"{where}.at", _("{text!r} is not a share above 0 % up to 100 %"), text=str(row["at"])[:40]
        )
    return share


def _comes_later(rung: Rung, following: Rung) -> bool:
    """Shares rise, then what comes after the due time rises in one unit of time."""
    if rung.after is None:
        return rung.at is not None and (following.at is None or following.at > rung.at)
    after = following.after
    return after is not None and after.unit == rung.after.unit and after.number > rung.after.number
