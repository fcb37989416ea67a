"""The parts of the furniture, by what they draw: what a template finds under `ui`, and its filters."""

from __future__ import annotations

from typing import Any

from yinuo.web.tags import addresses, basic, case, clocks, fold, forms, frame, listing

FILTERS: dict[str, Any] = basic.FILTERS


class Furniture:
    """Every part as an attribute: `ui.notice`, `ui.card`, …"""

    def __init__(self) -> None:
        for module in (addresses, basic, clocks, listing, case, fold, forms, frame):
            self.__dict__ |= module.offered
