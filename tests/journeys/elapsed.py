"""`python -m tests.journeys.elapsed`: the time for which anything is held is over."""

from __future__ import annotations

import os


def main() -> None:
    """In the database DATABASE_URL names; whether anything is released now is the business of the bank's processes."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "yinuo.site.settings"
    import django

    django.setup()
    from django.utils import timezone

    from yinuo.engines.cases.held import Intention

    Intention.objects.filter(state=Intention.State.HELD).update(release_at=timezone.now())


if __name__ == "__main__":
    main()
