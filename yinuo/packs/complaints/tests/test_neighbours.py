"""Previous and next of a case in the list it was opened from."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from yinuo.engines.editions import shelf
from yinuo.ground.terms import lists
from yinuo.packs.complaints.models import Complaint
from yinuo.packs.complaints.tests.bank import MONDAY, a_complaint, accepted, closed

pytestmark = pytest.mark.django_db
LINK = re.compile(r'href="/complaints/([^?"]+)(\?[^"]*)" data-key="([\[\]])"')
ROW = re.compile(r'data-cell="number"><a class="sq-num" href="([^"]+)"')


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def lead(bank):
    return signed_in(bank.person("lead"))


def rows(client, query):
    """The addresses that the lines of a list lead to."""
    return [
        link.replace("&amp;", "&") for link in ROW.findall(client.get(f"/complaints{query}").content.decode())
    ]


def number(address):
    """Whose page an address is."""
    return address.partition("?")[0].rpartition("/")[2]


def beside(client, address):
    """The numbers before and after a case, None at an end; each link carries the whole query on."""
    found = LINK.findall(client.get(address).content.decode())
    query = address.partition("?")[2]
    assert {link.replace("&amp;", "&") for _number, link, _key in found} <= {f"?{query}"}
    numbers = {key: number for number, _link, key in found}
    return numbers.get("["), numbers.get("]")


def walked(client, query):
    """The list's addresses, and what following `]` from its first line to the end shows."""
    listed = rows(client, query)
    seen = [listed[0]]
    while (following := beside(client, seen[-1])[1]) is not None:
        seen.append(f"/complaints/{following}?{seen[-1].partition('?')[2]}")
    return listed, seen


@pytest.mark.parametrize("sort", ["due", "newest", "oldest"])
def test_following_the_next_one_walks_the_list_in_its_order_and_back(bank, lead, sort):
    for turn in range(3):
        a_complaint(bank, at=MONDAY + timedelta(days=turn))
        accepted(bank, at=MONDAY + timedelta(hours=turn))
    listed, seen = walked(lead, f"?view=open&sort={sort}")
    assert len(listed) == 6
    assert seen == listed
    assert beside(lead, listed[0])[0] is None
    assert [beside(lead, address)[0] for address in listed[1:]] == [
        number(address) for address in listed[:-1]
    ]


def test_a_filter_goes_with_the_reader_from_case_to_case(bank, lead):
    wanted = {a_complaint(bank, at=MONDAY + timedelta(hours=n), source="hotline").number for n in range(3)}
    for n in range(3):
        a_complaint(bank, at=MONDAY + timedelta(hours=n, minutes=30), source="counter")
    listed, seen = walked(lead, "?source=hotline&sort=newest&view=open")
    assert {number(address) for address in seen} == wanted
    assert seen == listed


def test_a_case_that_left_the_list_still_knows_its_neighbours(bank, lead):
    cases = [a_complaint(bank, at=MONDAY + timedelta(hours=n), source="hotline") for n in range(3)]
    Complaint.objects.filter(pk=cases[1].pk).update(source="counter")
    address = f"/complaints/{cases[1].number}?view=open&sort=oldest&source=hotline"
    assert beside(lead, address) == (cases[0].number, cases[2].number)


def test_only_cases_within_reach_are_neighbours(bank, lead):
    here = [a_complaint(bank, at=MONDAY + timedelta(hours=2 * n), unit=bank.north) for n in range(2)]
    hidden = a_complaint(bank, at=MONDAY + timedelta(hours=1), unit=bank.south)
    address = f"/complaints/{here[0].number}?view=open&sort=oldest"
    assert beside(lead, address) == (None, hidden.number)
    branch = signed_in(bank.person("lead", bank.north))
    assert beside(branch, address) == (None, here[1].number)


def test_a_case_opened_from_elsewhere_has_no_neighbours(bank, lead):
    for n in range(2):
        case = closed(bank, at=MONDAY + timedelta(hours=n))
    page = lead.get(f"/complaints/{case.number}")
    assert page.status_code == 200
    assert b"sq-neighbours" not in page.content


def test_neighbours_cost_two_queries_however_long_the_list(bank, lead, monkeypatch):
    for module in (shelf, lists):  # a slow machine may take longer over a page than these are kept
        monkeypatch.setattr(module, "FRESH_SECONDS", 3600.0)
    case = a_complaint(bank)

    def asked(query):
        lead.get(f"/complaints/{case.number}{query}")  # the process is warm
        with CaptureQueriesContext(connection) as captured:
            lead.get(f"/complaints/{case.number}{query}")
        return len(captured)

    alone = asked("?view=all&sort=due")
    assert alone == asked("") + 2
    for n in range(5):
        a_complaint(bank, at=MONDAY + timedelta(minutes=n))
    assert asked("?view=all&sort=due") == alone


def test_the_exact_figure_counts_what_the_list_shows_and_nothing_out_of_reach(bank, lead):
    for source, unit in (("portal", bank.north), ("portal", bank.south), ("hotline", bank.south)):
        a_complaint(bank, source=source, unit=unit)
    queries = ("?view=open", "?view=open&source=portal", "?view=closed")
    shown = [len(rows(lead, query)) for query in queries]
    assert [figure(lead, query) for query in queries] == shown == [3, 2, 0]
    assert figure(signed_in(bank.person("branch_head", bank.north)), "?view=open") == 1


def figure(client, query):
    """What the exact count of a list says."""
    return int(re.search(r"\d+", client.get(f"/complaints/count{query}").content.decode())[0])
