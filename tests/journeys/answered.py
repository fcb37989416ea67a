"""`python -m tests.journeys.answered UNIT EMAIL [LAST [PHONE]]`: a complaint of the day before yesterday, answered and filed.

Or handled only as far as the verb LAST.
"""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from typing import Any


def main(unit: str, email: str, last: str = "finish", phone: str = "13800003333") -> None:
    """In the database DATABASE_URL names."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "yinuo.site.settings"
    import django

    django.setup()
    from django.utils import timezone

    from yinuo.ground.people.models import Unit, User
    from yinuo.packs.complaints import actions

    at, handled = timezone.now() - timedelta(days=2), Unit.objects.get(code=unit)
    by = User.objects.filter(postings__unit=handled, postings__role="handler").order_by("staff_number")[0]
    words = "柜台多收了我两百元手续费，问了三次没有人解释。"
    arrival = actions.Arrival(words=words, name="何芳", phone=phone, email=email)
    case = actions.receive(arrival, handling_unit=handled.pk, by=None, at=at, origin="portal").case_id
    verbs: dict[str, dict[str, Any]] = {
        "accept": {},
        "grade": {"level": "ordinary", "matters": [actions.Graded("手续费", "B-03.1", "C-09", None)]},
        "conclude": {"position": 1, "conclusion": "not_upheld", "finding": "按收费标准收取。"},
        "finish_investigation": {},
        "answer": {"words": "我们按收费标准收取手续费。"},
        "finish": {},
    }
    for hours, (verb, said) in enumerate(verbs.items(), 1):
        getattr(actions, verb)(case, by=by, at=at + timedelta(hours=hours), **said)
        if verb == last:
            return


if __name__ == "__main__":
    main(*sys.argv[1:])
