"""Imports and foreign keys point downward."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.db import models
from django.test.utils import isolate_apps

from tests.architecture.tree import ROOT
from yinuo.site.checks import climbing
from yinuo.site.floors import may_point


def test_the_import_contracts_are_kept():
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_check_complains():
    assert [said for said in run_checks() if not said.is_silenced()] == []


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("yinuo.ground.access.models", "yinuo.ground.people.models"),
        ("yinuo.ground.outbox.models", "yinuo.ground.vault.models"),
        ("yinuo.engines.cases.models", "yinuo.ground.people.models"),
        ("yinuo.engines.cases.models", "yinuo.engines.promises.models"),
        ("yinuo.packs.complaints.models", "yinuo.engines.cases.models"),
        ("yinuo.packs.complaints.models", "yinuo.packs.complaints.models"),
        ("yinuo.ground.people.models", "django.contrib.contenttypes.models"),
    ],
)
def test_a_key_may_point_down(source, target):
    assert may_point(source, target)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("yinuo.facts.models", "yinuo.ground.people.models"),
        ("yinuo.ground.people.models", "yinuo.ground.access.models"),
        ("yinuo.ground.vault.models", "yinuo.ground.people.models"),
        ("yinuo.engines.processes.models", "yinuo.engines.promises.models"),
        ("yinuo.engines.editions.models", "yinuo.engines.cases.models"),
        ("yinuo.packs.complaints.models", "yinuo.packs.callbacks.models"),
        ("yinuo.packs.complaints.models", "yinuo.channels.portal.models"),
    ],
)
def test_a_key_may_not_point_up_or_aside(source, target):
    assert not may_point(source, target)


@isolate_apps("yinuo.facts", "yinuo.ground.people")
def test_a_climbing_key_is_a_check_error_with_its_mend():
    class Person(models.Model):
        __module__ = "yinuo.ground.people.models"

        class Meta:
            app_label = "people"

    class Told(models.Model):
        __module__ = "yinuo.facts.models"
        by = models.ForeignKey("people.Person", models.PROTECT)  # a string key climbs as well

        class Meta:
            app_label = "facts"

    (error,) = climbing([Person, Told])
    assert error.id == "yinuo.E001"
    assert "facts.Told.by points up at people.Person" in error.msg
    assert error.hint


def test_every_app_of_ours_stands_on_a_floor():
    ours = [config.name for config in apps.get_app_configs() if config.name.startswith("yinuo")]
    assert ours
    assert all(may_point(name, "django.x") for name in ours)
