"""A phone has room for three places and “More”: a pack that declares a fourth would push another one out."""

from types import SimpleNamespace

import pytest

from yinuo.ground.access.roles import ROLES
from yinuo.ground.access.verbs import verb_named
from yinuo.web.navigation import visible_items
from yinuo.web.tags.frame import MOST_TABS


@pytest.mark.parametrize("role", sorted(ROLES))
def test_no_place_of_a_role_is_pushed_off_the_phone_s_tabs(role):
    reach = SimpleNamespace(holds=lambda verb: role in verb_named(verb).roles)
    places = visible_items(SimpleNamespace(path="/", reach=reach))
    tabs = [path for item, path in places if item.tab]
    assert len(tabs) <= MOST_TABS, tabs
