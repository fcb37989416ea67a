"""The program's settings with the addresses of the test build."""

from yinuo.site.settings import *  # noqa: F403

ROOT_URLCONF = "tests.attack.planted.urls"
