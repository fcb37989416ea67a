"""The first editions of the tests are those a bank loads."""

import pytest
from django.apps import apps
from django.db import transaction

from yinuo.engines.editions import load, shelf
from yinuo.engines.editions.models import Edition
from yinuo.engines.editions.tests import first
from yinuo.facts.models import Pending

pytestmark = pytest.mark.django_db


@pytest.fixture
def nothing_kept(monkeypatch):
    monkeypatch.setattr(first, "_kept", {})


def everything():
    """Every row of every table."""
    return {model: sorted(map(repr, model._default_manager.values_list())) for model in apps.get_models()}


def written_and_undone():
    with transaction.atomic():
        first.first_editions()
        there = everything()
        transaction.set_rollback(True)
    return there


@pytest.mark.usefixtures("nothing_kept")
def test_written_again_they_are_the_rows_that_were_loaded_in_every_table():
    empty = everything()
    loaded = written_and_undone()
    assert everything() == empty
    assert len(loaded[Edition]) >= 8
    assert len(loaded[Pending]) == len(loaded[Edition])
    assert written_and_undone() == loaded


@pytest.mark.usefixtures("nothing_kept")
def test_on_them_nothing_is_left_to_load():
    written_and_undone()
    first.first_editions()
    assert load.load_first_editions() == (0, 0)
    assert shelf.in_use("promises", "complaints")


@pytest.mark.usefixtures("nothing_kept")
def test_a_shelf_that_holds_something_gets_what_is_missing():
    written_and_undone()
    load.load_first_editions()
    Edition.objects.filter(kind="promises").delete()
    first.first_editions()
    assert shelf.in_use("promises", "complaints")
