"""A request of a signed-in person, as views see it."""

from __future__ import annotations

from django.http import HttpRequest

from yinuo.ground.access.reach import Reach
from yinuo.ground.people.models import User


class StaffRequest(HttpRequest):
    """What the guards of `access` guarantee: a user of ours and that user's reach."""

    user: User
    reach: Reach
