"""`python -m tests.proof.survive.work COUNT`: the customers withdraw so many complaints, and so many jobs are asked for.

Prints how many of each.
"""

from __future__ import annotations

import os
import sys

JOB = "portal.clean_up"


def work(count: int) -> tuple[int, int]:
    """(complaints withdrawn, jobs asked for)."""
    from yinuo.engines.cases.models import Case
    from yinuo.ground.jobs.run import enqueue
    from yinuo.packs.complaints.actions import withdraw

    cases = Case.objects.filter(kind="complaints", is_open=True).order_by("number")[:count]
    withdrawn = [withdraw(case.pk, by=None) for case in cases]
    asked = [enqueue(JOB) for _ in range(count)]
    return len(withdrawn), len(asked)


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinuo.site.settings")
    django.setup()
    withdrawn, asked = work(int(sys.argv[1]))
    print(f"withdrawn={withdrawn} asked={asked}")
