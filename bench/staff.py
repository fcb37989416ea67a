"""`python -m bench.staff`: in an empty bank, forty units, one person who may do everything with complaints, a token.

What a client needs is written to YINUO_HOME/bench.json.
"""

from __future__ import annotations

import json
import os
import secrets
from datetime import date

FOUNDED = date(2015, 1, 5)
UNITS = 40
ROLES = ("officer", "handler", "lead")


def make() -> dict[str, str]:
    """The units, the person and the token; what a client needs to know of them."""
    from django.db import transaction
    from django.utils import timezone

    from yinuo.channels.api.auth import make_token
    from yinuo.ground.access.roles import ROLES as KNOWN
    from yinuo.ground.people.importer import import_people, import_units
    from yinuo.ground.people.models import Unit, User

    head = {"code": "B00", "kind": "head_office", "layer": "supervision", "parent_code": ""}
    branch = {"kind": "branch", "layer": "front", "parent_code": "B00"}
    units = [_named(head), *(_named(branch | {"code": f"B{n:02}"}) for n in range(1, UNITS))]
    rows = [
        {
            "staff_number": "T0001", "username": "bench", "name": "测试", "email": "", "language": "zh-hans",
            "unit_code": "B00", "role": role, "valid_from": FOUNDED.isoformat(), "valid_to": "",
            "deputy_for": "",
        }
        for role in ROLES
    ]  # fmt: skip
    for done in (import_units(units), import_people(rows, known_roles=set(KNOWN))):
        if done.refused:
            raise RuntimeError(str(done.refused))
    user = User.objects.get(username="bench")
    password = secrets.token_urlsafe(12)
    user.set_password(password)
    user.save(update_fields=["password"])
    with transaction.atomic():
        token = make_token(user, Unit.objects.get(code="B00"), name="bench", days=2)
    return {"token": token, "username": "bench", "password": password, "made": timezone.now().isoformat()}


def _named(unit: dict[str, str]) -> dict[str, str]:
    name = {f"name_{language}": unit["code"] for language in ("zh_hans", "en", "zh_hant")}
    return unit | name | {"opened_on": FOUNDED.isoformat(), "closed_on": ""}


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinuo.site.settings")
    django.setup()
    from django.conf import settings

    path = settings.YINUO_HOME / "bench.json"
    path.write_text(json.dumps(make()), encoding="utf-8")
    path.chmod(0o600)
