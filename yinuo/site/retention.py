"""How long closed cases are kept, as a bank says it: `3`, or `3,callbacks=5` for another time of one kind."""

from __future__ import annotations


def years_by_kind(said: str) -> dict[str, int]:
    """Years by kind of case, "" for all others. ValueError for what cannot be read, or keeps nothing at all."""
    first, *others = said.split(",")
    years = {"": int(first)}
    for each in others:
        kind, equals, number = each.partition("=")
        if not equals:
            raise ValueError(f"YINUO_RETENTION_YEARS: {each!r} is not kind=years")
        years[kind.strip()] = int(number)
    if min(years.values()) < 1:
        raise ValueError("YINUO_RETENTION_YEARS: a case is kept for a year at least")
    return years
