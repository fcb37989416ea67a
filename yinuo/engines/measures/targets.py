"""Targets of four kinds: what a measure is held against, and the four words of the verdict.

A level; a change against a frozen baseline; a share within a limit; against what peers publish. Each comes down to a
goal on the scale of what is compared: a level is its own goal, a change is one off its baseline, a share within a limit
is a share, and peers have a goal for each period they publish.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from yinuo.engines.measures.measure import Measure, Sample, Window
from yinuo.ground.terms.words import Words

MET, NEAR, MISSED, CANNOT_TELL = "met", "near", "missed", "cannot_tell"
LEVEL, CHANGE, WITHIN, PEERS = "level", "change", "within", "peers"
NEAR_BY = Decimal("0.05")  # misses by at most 5 % of the goal
ENOUGH = 5  # fewer observations say nothing
Interval = tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class Baseline:
    """What the measure was in a period, written down once: whatever is corrected later, the goal does not move."""

    period: str
    value: Decimal | None
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """Reach `at_least`, or stay at `at_most`: a value, a change (-0.10 is a tenth less), or a share.

    `within` is a limit in the measure's own unit; `peers` are values by period. `blanks` names what is not filled in
    yet: nobody can tell anything by such a target, and it cannot be approved.
    """

    name: str
    measure: str
    kind: str
    at_least: Decimal | None
    at_most: Decimal | None
    source: Words | str
    baseline: Baseline | None = None
    within: Decimal | None = None
    peers: Mapping[str, Decimal] = field(default_factory=dict)
    ceiling: bool = False
    blanks: tuple[str, ...] = ()

    @property
    def level(self) -> Decimal:
        """The number that was written; 0 where there is none (peers, or not filled in yet)."""
        level = self.at_least if self.at_least is not None else self.at_most
        return Decimal(0) if level is None else level

    def goal(self, period: str = "") -> Decimal | None:
        """What to reach on the scale of what is compared; None where nobody can say."""
        if self.blanks:
            return None
        if self.kind == PEERS:
            return self.peers.get(period)
        if self.kind == CHANGE:
            base = self.baseline.value if self.baseline else None
            return None if base is None else base * (1 + self.level)
        return self.level

    def sample(self, measure: Measure, window: Window) -> Sample:
        """What is compared: what the measure counts, or how many of it stay within the limit."""
        if self.kind == WITHIN and self.within is not None and measure.within is not None:
            return measure.within(window, self.within)
        return measure.sample(window) if self.kind != WITHIN else Sample(0)

    def verdict(self, sample: Sample, period: str = "") -> str:
        """met, near, missed or cannot_tell (no goal, or too little to go by)."""
        value, goal = sample.value, self.goal(period)
        if value is None or goal is None or not sample.tells(ENOUGH):
            return CANNOT_TELL
        if value <= goal if self.ceiling else value >= goal:
            return MET
        return NEAR if abs(value - goal) <= NEAR_BY * abs(goal) else MISSED

    def change(self, sample: Sample) -> tuple[Decimal | None, Interval | None]:
        """The change against the baseline, and its interval: from the best to the worst that both intervals allow.

        None without a baseline, or one of 0. The interval is wider than a joint one would be: nothing is assumed of
        how the two periods hang together.
        """
        base, value = self.baseline, sample.value
        if base is None or not base.value or value is None:
            return None, None
        change = value / base.value - 1
        if sample.interval is None or not base.low or not base.high:
            return change, None
        return change, (sample.interval[0] / base.high - 1, sample.interval[1] / base.low - 1)


def of_measure(targets: Iterable[Target], key: str) -> list[Target]:
    """The targets of one measure, in the order they were written."""
    return [target for target in targets if target.measure == key]


def unfilled(targets: Iterable[Target]) -> list[str]:
    """What has to be filled in before anybody can approve them, as `[name].field`."""
    return [f"[{target.name}].{blank}" for target in targets for blank in target.blanks]
