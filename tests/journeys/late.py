"""`python -m tests.journeys.late UNIT`: a complaint of twelve days ago that nobody of the unit has taken up."""

from __future__ import annotations

import os
import sys
from datetime import timedelta


def main(unit: str) -> None:
    """In the database DATABASE_URL names."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "yinuo.site.settings"
    import django

    django.setup()
    from django.utils import timezone

    from yinuo.ground.people.models import Unit
    from yinuo.packs.complaints import actions

    actions.receive(
        actions.Arrival(words="等了十几天，没有人和我联系过。", name="何芳", phone="13800002222"),
        handling_unit=Unit.objects.get(code=unit).pk,
        by=None,
        at=timezone.now() - timedelta(days=12),
        origin="portal",
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
