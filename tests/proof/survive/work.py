"""`python -m tests.proof.survive.work COUNT`: so many complaints are handled to their end, and so many jobs asked for.

Prints how many of each.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from yinuo.engines.cases.models import Case
    from yinuo.ground.people.models import User

JOB = "portal.clean_up"


def work(count: int) -> tuple[int, int]:
    """(complaints closed, jobs asked for)."""
    from yinuo.engines.cases.models import Case
    from yinuo.ground.jobs.run import enqueue
    from yinuo.ground.people.models import User

    person = User.objects.get(username="bench")
    cases = Case.objects.filter(kind="complaints", is_open=True).order_by("number")[:count]
    closed = [_handled(case.pk, person) for case in cases]
    asked = [enqueue(JOB) for _ in range(count)]
    return len(closed), len(asked)


def _handled(case: UUID, person: User) -> Case:
    from yinuo.packs.complaints import actions

    held = actions.accept(case, by=person)
    matter = actions.Graded("多扣年费", "B-03.1", "C-09", held.handling_unit_id)
    actions.grade(case, level="ordinary", matters=[matter], by=person)
    actions.conclude(case, position=1, conclusion="upheld", finding="多扣属实。", by=person)
    actions.finish_investigation(case, by=person)
    actions.answer(case, words="我们已退还年费，并向您道歉。", by=person)
    return actions.finish(case, by=person)


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinuo.site.settings")
    django.setup()
    closed, asked = work(int(sys.argv[1]))
    print(f"closed={closed} asked={asked}")
