"""Code lists are read with care and never forget a code that was in use."""

import pytest
from django.utils import translation

from yinuo.ground.terms import lists
from yinuo.ground.terms.models import Term

TEXT = """
[fruit]
name = { zh-hans = "水果", en = "Fruit", zh-hant = "水果" }
terms = [
  { code = "a", zh-hans = "苹果", en = "Apple", zh-hant = "蘋果" },
  { code = "p", zh-hans = "梨", en = "Pear", zh-hant = "梨" },
]
"""


@pytest.mark.django_db
def test_published_lists_are_looked_up_in_the_readers_language():
    lists.publish_terms(lists.parse_terms(TEXT))
    with translation.override("zh-hant"):
        assert lists.choices("fruit") == [("a", "蘋果"), ("p", "梨")]
    with translation.override("en"):
        assert lists.label("fruit", "a") == "Apple"


@pytest.mark.django_db
def test_a_code_left_out_is_retired_and_still_has_its_name():
    lists.publish_terms(lists.parse_terms(TEXT))
    shorter = "\n".join(line for line in TEXT.splitlines() if '"p"' not in line)
    lists.publish_terms(lists.parse_terms(shorter))
    assert lists.codes("fruit") == {"a"}
    with translation.override("en"):
        assert lists.label("fruit", "p") == "Pear"
    assert Term.objects.filter(list_key="fruit").count() == 2


@pytest.mark.django_db
def test_an_unknown_code_shows_as_itself():
    assert lists.label("fruit", "zz") == "zz"
    assert lists.choices("nothing") == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("[fruit]", "[fruit"), "terms:"),
        (('code = "p"', 'code = "a"'), "a stands there twice"),
        (('code = "p"', 'code = "p p"'), "term 2: 'p p' is not a code"),
        ((', en = "Pear"', ""), r"\[fruit\] p: no text in en"),
        (('code = "p"', 'code = "p", parent = "x"'), r"p.parent: 'x' is not a code"),
        (("terms = [", "items = ["), "has no terms"),
    ],
)
def test_a_wrong_list_names_list_and_code(change, says):
    with pytest.raises(ValueError, match=says):
        lists.parse_terms(TEXT.replace(*change))
