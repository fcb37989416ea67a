"""A small tree of units, and files of exposures about them."""

import csv
import io
from datetime import date
from pathlib import Path

from yinuo.ground.people.models import Unit
from yinuo.ground.people.places import place_unit

SINCE = date(2024, 1, 1)
JULY, AUGUST, SEPTEMBER = (date(2026, month, 1) for month in (7, 8, 9))
QUARTER = (JULY, date(2026, 9, 30))
LATER = date(2026, 11, 22)
WIDE = ("机构代码", "月份", "网点", "客户", "交易")


def a_unit(code: str, kind: str, parent: Unit | None = None) -> Unit:
    unit = Unit.objects.create(
        code=code, kind=kind, name_zh_hans=f"{code}机构", name_en=f"{code} unit", opened_on=SINCE
    )
    place_unit(unit, parent, SINCE)
    return unit


def a_tree() -> dict[str, Unit]:
    """HQ > (CC: a department; CITY > N, S: branches)."""
    head = a_unit("HQ", "head_office")
    city = a_unit("CITY", "city", head)
    return {
        "HQ": head,
        "CC": a_unit("CC", "department", head),
        "CITY": city,
        "N": a_unit("N", "branch", city),
        "S": a_unit("S", "branch", city),
    }


def a_file(folder: Path, rows, heading=WIDE, name: str = "exposures.csv") -> Path:
    text = io.StringIO()
    csv.writer(text).writerows([heading, *rows])
    path = folder / name
    path.write_text(text.getvalue(), encoding="utf-8")
    return path
