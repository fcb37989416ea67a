"""Two people at one case, drafts, languages, the palette, exports, an imported file: in a real browser."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from tests.journeys import story
from tests.journeys.bank import OpenBank
from tests.journeys.hands import Mouse
from tests.journeys.people import People, hears, stays
from tests.journeys.story import Told

FILE = """Date received,Product,Sub-product,Issue,Sub-issue,Company,State,ZIP code,Consumer consent provided?,\
Submitted via,Date sent to company,Company response to consumer,Timely response?,Consumer disputed?
7/29/2013,Consumer Loan,Vehicle loan,Managing the loan or lease,,{bank},VA,24540,N/A,Phone,7/30/2013,\
Closed with explanation,Yes,No
7/29/2013,Bank account or service,Checking account,Using a debit or ATM card,,{bank},CA,95992,N/A,Web,7/31/2013,\
Closed with explanation,Yes,No
7/29/2013,Mortgage,Other mortgage,Settlement process and costs,,{bank},CA,94501,N/A,Web,7/1/2013,\
Closed with explanation,Yes,No
"""


@pytest.fixture
def fresh(people: People, bank: OpenBank, tmp_path: Path) -> Told:
    """A complaint nobody has touched, made on the portal."""
    told = Told(f"{tmp_path.name.replace('_', '.')}@example.com", "柜员让我排了三次队，每次窗口都关了。")
    page = people.customer()
    page.goto(f"{bank.url}/s/complaint")
    page.fill("[name=name]", "何芳")
    page.fill("[name=email]", told.email)
    page.locator("main button.is-primary[type=submit]").click()
    page.wait_for_url("**/s/complaint/what")
    page.fill("[name=words]", told.words)
    page.locator("main button.is-primary[type=submit]").click()
    page.wait_for_url("**/s/complaint/check")
    page.locator("main form button.is-primary[type=submit]").click()
    told.code = page.locator("#code").inner_text()
    told.number = re.findall(r"TS-[\d-]+", page.locator(".sq-received").inner_text())[0]
    return told


def _case(people: People, role: str, told: Told) -> Page:
    return people.staff(role, at=f"/complaints/{told.number}")


def test_who_comes_second_is_told_and_keeps_every_word(people: People, fresh: Told) -> None:
    first, second = Mouse(_case(people, "lead", fresh)), Mouse(_case(people, "handler", fresh))
    story.accept(first)
    second.page.reload()
    hears(second.page)
    second.page.locator("[name=level]").nth(1).check(force=True)
    second.write(second.page.locator("[name=m0-title]"), "三次排队都没办成")
    second.choose(second.page.locator("[name=m0-business]"), _option(second.page, "m0-business"))
    second.choose(second.page.locator("[name=m0-cause]"), _option(second.page, "m0-cause"))
    story.grade(first, ["窗口无故关闭"])
    expect(second.page.locator("[data-updates]")).to_be_visible()  # told, and nothing under the fingers moved
    expect(second.page.locator("[name=m0-title]")).to_have_value("三次排队都没办成")
    second.press(second.page.locator("button.sq-go").filter(visible=True).first)
    expect(second.page.locator("[role=alert]")).to_be_visible()
    expect(second.page.locator("main")).to_contain_text("三次排队都没办成")
    expect(second.page.locator("#matter-1")).to_contain_text("窗口无故关闭")
    second.page.reload()  # the address of a verb shows the case; nothing is sent again
    expect(second.page.locator("#matter-1")).to_contain_text("窗口无故关闭")


def _option(page: Page, name: str) -> str:
    return page.locator(f"[name={name}] option").nth(2).inner_text()


def test_what_happens_while_a_page_renews_itself_is_not_lost(people: People, fresh: Told) -> None:
    watching, handler = _case(people, "lead", fresh), Mouse(_case(people, "handler", fresh))
    unchanged = stays(watching)
    slow: list[tuple[Route, APIResponse]] = []

    def answer_slowly(route: Route) -> None:
        if slow:
            route.continue_()
        else:
            slow.append((route, route.fetch()))

    watching.route(f"**/complaints/{fresh.number}*", answer_slowly)
    story.accept(handler)
    while not slow:  # the page has asked for what is new, and the answer is under way
        watching.wait_for_timeout(50)
    story.grade(handler, ["窗口无故关闭", "排队三次"])
    watching.wait_for_timeout(2000)  # the page hears of it meanwhile
    route, answer = slow[0]
    route.fulfill(response=answer)
    expect(watching.locator("[id^=matter-]")).to_have_count(2)
    assert unchanged(), "the page was loaded again; it should have changed live"


def test_a_note_half_written_survives_a_reload(people: People, fresh: Told) -> None:
    page = _case(people, "handler", fresh)
    page.fill("#note [name=text]", "已调取当日排队记录，")
    expect(page.locator("#note [data-draft-words]")).to_contain_text(re.compile(r"\d\d:\d\d"))
    page.reload()
    expect(page.locator("#note [name=text]")).to_have_value("已调取当日排队记录，")
    expect(_case(people, "lead", fresh).locator("#note [name=text]")).to_have_value("")


def test_a_change_of_language_keeps_page_and_filters(people: People) -> None:
    page = people.staff("lead", at="/complaints?view=all&level=ordinary&sort=newest")
    before = page.url
    rows = page.locator("[data-cell=number] a").all_inner_texts()
    page.locator("header .sq-menu summary").first.click()
    page.locator("button[name=language][value=en]").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert parse_qs(urlsplit(page.url).query) == parse_qs(urlsplit(before).query)
    expect(page.locator("[data-cell=number] a")).to_have_text(rows)
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_a_new_post_shows_at_once_what_it_may_see(people: People, bank: OpenBank) -> None:
    page = people.staff("branch_head", at="/complaints?view=all")
    unchanged = stays(page)
    count = page.locator(".sq-views [aria-current] b")
    before = count.inner_text()
    bank.script("tests.journeys.appoint", bank.account("branch_head")["username"], "auditor", "0000")
    expect(count).not_to_have_text(before)
    assert unchanged(), "the page was loaded again; it should have changed live"


def test_the_palette_finds_a_number(people: People, fresh: Told) -> None:
    page = people.staff("lead", at="/measures")
    page.keyboard.press("Control+k")
    page.keyboard.type(fresh.number)
    expect(page.locator("#sq-palette [role=option]").first).to_contain_text(fresh.number)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/complaints/{fresh.number}")


def test_the_keys_lead_from_case_to_case_of_a_filtered_list(people: People) -> None:
    page = people.staff("lead", at="/complaints?view=all&level=ordinary&sort=oldest")
    numbers = page.locator("[data-cell=number] a").all_inner_texts()[:3]
    assert len(numbers) == 3
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    for key, number in (("", numbers[0]), ("]", numbers[1]), ("]", numbers[2]), ("[", numbers[1])):
        if key:
            page.keyboard.press(key)
        expect(page.locator("h1 .sq-case-number")).to_have_text(number)
        page.wait_for_load_state()  # keys mean something once the page's scripts are there
        assert parse_qs(urlsplit(page.url).query) == {
            "view": ["all"],
            "level": ["ordinary"],
            "sort": ["oldest"],
        }
    page.locator("#note [name=text]").press_sequentially("[]")  # while typing they are letters
    expect(page.locator("h1 .sq-case-number")).to_have_text(numbers[1])
    expect(page.locator("#note [name=text]")).to_have_value("[]")


def test_an_export_is_a_file_a_spreadsheet_reads(people: People) -> None:
    page = people.staff("lead", at="/complaints?view=open")
    listed = page.locator("[data-cell=number] a").all_inner_texts()
    page.locator(".sq-actions details.sq-menu summary").click()
    with page.expect_download() as download:
        page.locator("a[href*='export.csv']").click()
    body = Path(download.value.path()).read_bytes()
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == listed
    names = [row[2] for row in rows[1:]]
    assert names
    assert all("*" in name or "＊" in name for name in names)


def test_a_public_file_is_looked_at_then_imported_and_its_refusals_come_back(
    people: People, tmp_path: Path
) -> None:
    bank = f"Example Bank {uuid4().hex[:8]}"  # the same file twice brings nothing new
    path = tmp_path / "complaints.csv"
    path.write_text(FILE.format(bank=bank), encoding="utf-8")
    page = people.staff("quality_head", at="/complaints/import")
    page.set_input_files("[name=file]", path)
    page.locator("main button[type=submit]").click()
    go = page.locator("form[action$='/import'] button")
    expect(go).to_contain_text("2")
    go.click()
    told = page.locator("a[href*='/complaints?view=all']")
    expect(told).to_be_visible()
    with page.expect_download() as download:
        page.locator("a[href$='/errors']").click()
    refused = Path(download.value.path()).read_text("utf-8-sig")
    assert bank in refused
    assert "7/1/2013" in refused
    told.click()
    page.fill(".sq-search [name=q]", "CFPB-")
    page.keyboard.press("Enter")
    expect(page.locator("[data-cell=number] a").first).to_contain_text("CFPB-")
