"""The public promise strip: how well the bank kept its promises in the last full quarter."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.utils import timezone

from yinuo.engines.editions import shelf
from yinuo.engines.editions.kinds import EditionRefused
from yinuo.engines.measures.measure import Window, measure_named
from yinuo.engines.measures.periods import Period
from yinuo.engines.measures.targets import LEVEL, Target, of_measure

SHOWN = ("complaints.within_24_hours", "complaints.handling_days", "complaints.timely_share")
KEPT_SECONDS = 300


def promise_strip() -> dict[str, Any]:
    """Readings of the last full quarter over the whole bank; a figure of five minutes ago is as good."""
    period = Period.quarter_of(timezone.localdate()).previous()
    strip: dict[str, Any] | None = cache.get_or_set(
        f"portal.strip.{period.key}", lambda: _read(period), KEPT_SECONDS
    )
    return strip or _read(period)


def _read(period: Period) -> dict[str, Any]:
    targets = _targets()
    readings = []
    for key in SHOWN:
        measure = measure_named(key)
        sample = measure.sample(Window(period))
        target = next((each for each in of_measure(targets, key) if each.kind == LEVEL), None)
        verdict = target.verdict(sample) if target else "cannot_tell"
        readings.append(
            {
                "name": measure.name,
                "word": "unknown" if verdict == "cannot_tell" else verdict,
                "value": sample.value,
                "unit": measure.unit,
                "n": sample.n,
                "target": target,
                "most": 1 if measure.unit == "share" else None,
            }
        )
    return {"period": period, "readings": readings}


def _targets() -> tuple[Target, ...]:
    try:
        targets: tuple[Target, ...] = shelf.parsed(shelf.current("targets", "complaints"))
    except EditionRefused:
        return ()
    return targets
