"""The limits of how often, as a bank may set them."""

from __future__ import annotations

Rates = dict[str, tuple[int, float]]

# So many within so many seconds, in each process: far above what people do, and below what a program that guesses needs.
USUAL: Rates = {
    "sign_in.address": (100, 300.0),  # a branch may stand behind one address
    "sign_in.name": (20, 900.0),
    "portal.send": (30, 600.0),
    "portal.track": (60, 300.0),
    "api.token": (1200, 60.0),
}


def rates_from(text: str) -> Rates:
    """The limits a bank set, `sign_in.address=60/300 api.token=1200/60`, beside the usual ones; "off": none."""
    if text.strip() == "off":
        return {}
    found = dict(USUAL)
    for part in text.split():
        name, _equals, limit = part.partition("=")
        most, _slash, seconds = limit.partition("/")
        if name not in USUAL or not most.isdigit() or not seconds.isdigit():
            raise ValueError(
                f"YINUO_RATES: {part!r} is not like sign_in.address=60/300 with one of {sorted(USUAL)}"
            )
        found[name] = (int(most), float(seconds))
    return found
