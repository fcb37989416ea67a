"""The mapping edition: every word of the file has a rule one can see, or is called unmapped."""

from datetime import date
from pathlib import Path

import pytest

from yinuo.ground.tables import RefusedRow, read_table
from yinuo.ground.terms.unreadable import Unreadable
from yinuo.packs.complaints.imports.cfpb import read_complaints
from yinuo.packs.complaints.imports.mapping import UNMAPPED, parse_mapping
from yinuo.packs.complaints.tests.shared_data import shared_file

TEXT = (Path(__file__).parents[1] / "content" / "cfpb.mapping.toml").read_text("utf-8")
TERMS = {
    "complaint_business": [
        "B-01",
        "B-02",
        "B-03.1",
        "B-03.2",
        "B-04",
        "B-05",
        "B-06",
        "B-07",
        "B-08",
        "B-09",
        "B-10",
        "B-11",
        "B-12",
        "B-13",
        "B-99",
    ],
    "complaint_cause": [
        "C-01",
        "C-02",
        "C-03",
        "C-04",
        "C-05",
        "C-06",
        "C-07",
        "C-08",
        "C-09",
        "C-10",
        "C-11",
        "C-12",
        "C-99",
    ],
    "complaint_via": ["web", "referral", "phone", "letter", "fax", "email"],
    "complaint_source": ["regulator"],
    "complaint_outcome": [
        "explained",
        "other-redress",
        "money-redress",
        "closed",
        "closed-with-relief",
        "in-progress",
        "no-timely-answer",
    ],
}


@pytest.fixture(scope="module")
def mapping():
    return parse_mapping(TEXT, TERMS)


def test_the_shipped_edition_names_itself_in_three_languages(mapping):
    assert (mapping.key, mapping.confirmed, mapping.complaint_source) == ("cfpb-mapping", False, "regulator")
    assert mapping.name.en
    assert mapping.note.zh_hant


def test_a_sub_product_may_have_a_rule_of_its_own_and_else_follows_its_product(mapping):
    assert mapping.business("Bank account or service", "Checking account").code == "B-04"
    assert mapping.business("Bank account or service", "(CD) Certificate of deposit").code == "B-01"
    assert mapping.business("Mortgage", None).code == "B-02"
    assert mapping.business("Mortgage", "Something new").code == "B-02"
    assert mapping.business("Credit card or prepaid card", "Gift card").code == "B-03.1"


def test_the_rule_that_was_used_can_be_shown(mapping):
    assert mapping.cause("Rewards").rule.shown == "Rewards | Problem with rewards from credit card → C-07"
    shown = mapping.business("Prepaid card", "Mobile wallet").rule
    assert shown.shown == "Prepaid card / Mobile wallet | Mobile or digital wallet | Transit card → B-04"
    assert shown.note


def test_spelling_does_not_matter(mapping):
    assert mapping.cause("Customer service/Customer relations") == mapping.cause(
        "Customer service / Customer relations"
    )
    assert mapping.channel("postal MAIL").code == "letter"


def test_what_no_rule_foresaw_is_unmapped_and_what_was_not_said_is_not_listed(mapping):
    for mapped in (
        mapping.business("Virtual pets"),
        mapping.cause("Pet ran away"),
        mapping.channel("Pigeon"),
        mapping.outcome("Song"),
    ):
        assert (mapped.code, mapped.known, mapped.stated) == (UNMAPPED, False, True)
    assert (mapping.cause(None).code, mapping.cause("").stated) == (UNMAPPED, False)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('code = "B-13"', 'code = "B-77"', "'B-77' is not a code of complaint_business"),
        ('code = "regulator"', 'code = "press"', "'press' is not a code of complaint_source"),
        ('via = ["Fax"]', 'via = ["Web"]', "channel: 'Web' has two rules"),
        ('via = ["Fax"]', "via = []", "via names no value"),
        ('via = ["Fax"]', 'vai = ["Fax"]', "unknown field 'vai'"),
        ('via = ["Fax"]', 'via = "Fax"', "via: not a list of texts"),
        ('key = "cfpb-mapping"', "", "edition.key: missing"),
        ("[edition.name]", "[edition.title]", "edition.name: not a table"),
        ('zh-hant = "美國 CFPB 公開客訴檔的對照"', "", "zh-hant"),
        ("[edition]", "[edition", "mapping: not readable as TOML"),
    ],
)
def test_a_broken_edition_is_refused_saying_why(old, new, said):
    assert old in TEXT
    with pytest.raises(Unreadable, match=said):
        parse_mapping(TEXT.replace(old, new, 1), TERMS)


def test_every_word_of_the_public_file_of_2016_has_a_rule(mapping):
    table = read_table(shared_file("cfpb/complaints_2016.csv"))
    unmapped = set()
    for one in read_complaints(table, today=date(2026, 11, 21)):
        if isinstance(one, RefusedRow):
            continue
        looked_up = (
            mapping.business(one.product, one.sub_product),
            mapping.cause(one.issue),
            mapping.channel(one.submitted_via),
            mapping.outcome(one.response),
        )
        if not all(mapped.known for mapped in looked_up):
            unmapped.add(one)
    assert unmapped == set()
