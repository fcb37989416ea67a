"""The pictures of docs/pictures: taken only when YINUO_PICTURES=1, from the same open bank as the journeys."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.bank import ROOT, OpenBank
from tests.journeys.hands import Mouse
from tests.journeys.people import DESK, PHONE, People, overflow
from tests.journeys.photo import take
from tests.journeys.story import Told, come_back, complain

FOLDER = ROOT / "docs" / "pictures"
SCREENS = {"1440": DESK, "390": PHONE}

pytestmark = pytest.mark.skipif(
    os.environ.get("YINUO_PICTURES") != "1", reason="pictures are taken with YINUO_PICTURES=1"
)

STORY = """<!doctype html><meta charset="utf-8"><style>
body { margin: 0; width: 1560px; background: #e9edf2; font: 500 20px/28px "Noto Sans CJK SC", sans-serif; color: #18222f; }
ol { list-style: none; margin: 0; padding: 32px; display: grid; grid-template-columns: 340px 1fr 1fr; gap: 24px 28px; }
li:first-child { grid-row: span 2; } li:nth-child(4) { grid-column: span 1; }
p { margin: 0 0 10px; } b { color: #1b4f8f; margin-right: 8px; }
img { display: block; width: 100%%; border: 1px solid #cfd7e0; border-radius: 8px; object-fit: cover; object-position: top; }
li:first-child img { height: 728px; } li:not(:first-child) img { height: 326px; }
</style><ol>%s</ol>"""


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
@pytest.mark.parametrize("width", SCREENS)
def test_pictures_of_the_pages(
    people: People, bank: OpenBank, tmp_path: Path, language: str, width: str
) -> None:
    FOLDER.mkdir(exist_ok=True)
    screen = {"size": SCREENS[width], "language": language}
    name = f"{{}}-{language.split('-')[0]}-{width}.png"
    _portal(people, bank, tmp_path, screen, name)
    page = people.staff("lead", **screen, at="/complaints?view=open")
    _keep(page, name.format("list"))
    page.locator("[data-cell=number] a").first.click()
    page.wait_for_selector("#timeline")
    _keep(page, name.format("case"))
    page.goto(f"{bank.url}/measures")
    _keep(page, name.format("measures"))


def _keep(page: Page, name: str) -> None:
    """A picture for the documents; none of a page that sticks out of its window or is all of one colour."""
    assert overflow(page) == ""
    picture = page.screenshot(path=FOLDER / name)
    assert len(picture) > 20_000, f"{name} shows next to nothing"


def _portal(people: People, bank: OpenBank, tmp_path: Path, screen: dict, name: str) -> None:
    page = people.customer(**screen)
    page.goto(f"{bank.url}/s")
    words = {
        "zh-Hans": "周六在城东支行的存款机存 3,000 元，机器吞了两张又退出来，账上只到 2,800 元。大堂没有人，打电话等了四十分钟。",
        "en": "On Saturday the deposit machine at East City Branch took 3,000 yuan and credited only 2,800. "
        "Nobody was in the hall, and the hotline kept me waiting for forty minutes.",
    }
    told = Told(f"{tmp_path.name.replace('_', '.')}@example.com", words[str(screen["language"])])

    def look(at: Page, place: str) -> None:
        if place == "portal-check":  # what was told, read once more; the step before ends in a mended error
            at.evaluate("scrollTo(0, 0)")
            _keep(at, name.format("portal"))

    complain(Mouse(page), bank, told, take(tmp_path / "slip.png"), look)
    come_back(Mouse(page), told)
    _keep(page, name.format("track"))


def test_the_story_in_one_picture(browser: Browser) -> None:
    """After the pages: portal, list, case, track and measures side by side, for the README."""
    parts = [
        ("1", "客户投诉 · A customer complains", "portal-zh-390"),
        ("2", "按剩余时间排序 · Sorted by time left", "list-zh-1440"),
        ("3", "承诺与下一步 · Promises and the next step", "case-zh-1440"),
        ("4", "客户看进度 · The customer sees it", "track-zh-1440"),
        ("5", "指标随之变动 · The figures move", "measures-zh-1440"),
    ]
    items = "".join(
        f'<li><p><b>{number}</b>{words}</p><img src="{(FOLDER / f"{name}.png").as_uri()}" alt=""></li>'
        for number, words, name in parts
    )
    composed = FOLDER / "story.html"
    composed.write_text(STORY % items, encoding="utf-8")
    try:
        page = browser.new_page(viewport={"width": 1560, "height": 800})
        page.goto(composed.as_uri())
        widths = page.locator("img").evaluate_all("all => all.map(one => one.naturalWidth)")
        assert len(widths) == len(parts)
        assert all(widths), "a part of the story has no picture"
        page.screenshot(path=FOLDER / "story.png", full_page=True)
        page.close()
    finally:
        composed.unlink()
