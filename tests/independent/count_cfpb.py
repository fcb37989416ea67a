"""Counts of a public complaint file, straight from the file.

Imports nothing of yinuo: it judges yinuo's figures. Shares are of the rows where "Timely response?" says
Yes or No; days to forward are natural days from "Date received" to "Date sent to company".

    python tests/independent/count_cfpb.py FILE
"""

import csv
import json
import statistics
import sys
from collections import Counter
from datetime import datetime


def day(text):
    """A day as 2016-01-26..., 1/26/2016 or 1/26/16."""
    if text[4:5] == "-":
        return datetime.strptime(text[:10], "%Y-%m-%d").date()  # noqa: DTZ007 (a day has no zone)
    return datetime.strptime(text, "%m/%d/%Y" if len(text.split("/")[2]) == 4 else "%m/%d/%y").date()  # noqa: DTZ007


def count(path):
    """Rows, rows refused (forwarded before received), duplicates, timely share, products, days to forward."""
    with open(path, encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    kept = [row for row in rows if day(row["Date sent to company"]) >= day(row["Date received"])]
    days = [(day(row["Date sent to company"]) - day(row["Date received"])).days for row in kept]
    timely = Counter(row["Timely response?"] for row in kept)
    judged = timely["Yes"] + timely["No"]
    products = Counter(row["Product"] for row in kept)
    copies = Counter(tuple(row.values()) for row in kept)
    return {
        "rows": len(rows),
        "entered": len(kept),
        "refused": len(rows) - len(kept),
        "identical_groups": sum(1 for times in copies.values() if times > 1),
        "identical_later_rows": sum(times - 1 for times in copies.values()),
        "timely": {
            "yes": timely["Yes"],
            "no": timely["No"],
            "share": timely["Yes"] / judged if judged else None,
        },
        "products": {name: {"n": n, "share": n / len(kept)} for name, n in products.most_common()},
        "days_to_forward": {
            "n": len(days),
            "mean": statistics.fmean(days) if days else None,
            "median": statistics.median(days) if days else None,
        },
    }


if __name__ == "__main__":
    print(json.dumps(count(sys.argv[1]), indent=2, ensure_ascii=False))
