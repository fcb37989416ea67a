"""`python -m tests.journeys.appoint USERNAME ROLE UNIT`: somebody is given a post, from today."""

from __future__ import annotations

import os
import sys


def main(username: str, role: str, unit: str) -> None:
    """In the database DATABASE_URL names."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "yinuo.site.settings"
    import django

    django.setup()
    from django.utils import timezone

    from yinuo.ground.people.models import Unit, User
    from yinuo.ground.people.postings import appoint

    person = User.objects.get(username=username)
    appoint(person, role, Unit.objects.get(code=unit), valid_from=timezone.localdate())


if __name__ == "__main__":
    main(*sys.argv[1:])
