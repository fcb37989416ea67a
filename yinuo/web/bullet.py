"""Geometry of a bullet bar: value against target on one scale from zero."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from yinuo.web.formats import decimal_of

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Bullet:
    """Widths in per cent of the bar; None where there is nothing to draw."""

    value: float | None
    target: float | None


def bullet_of(value: object, target: object = None, most: object = None) -> Bullet:
    """The bar of `value` and the mark of `target` on 0…`most`; without `most`, a tenth beyond the larger of
    both."""
    bar, mark = decimal_of(value), decimal_of(target)
    larger: Decimal = max(bar or ZERO, mark or ZERO)
    top = decimal_of(most) or larger * Decimal("1.1")
    if not top or top < 0:
        return Bullet(None, None)

    def part(figure: object) -> float | None:
        found = decimal_of(figure)
        return None if found is None else float(round(min(max(found / top, ZERO), Decimal(1)) * 100, 1))

    return Bullet(part(bar), part(mark))
