"""The gallery in a real browser: accessible, without overflow, alive by keyboard."""

import os
import shutil

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.urls("yinuo.web.tests.urls")]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
PAGES = [
    "/_furniture",
    "/_furniture/list",
    "/_furniture/case",
    "/_furniture/public",
    "/_furniture/portal",
    "/sign-in",
    "/none",
]


@pytest.fixture(scope="module")
def browser():
    if not CHROMIUM:
        pytest.skip("no chromium")
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # playwright keeps a loop in this thread
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield found
        found.close()


@pytest.mark.parametrize(("width", "language"), [(1440, "zh-hans"), (390, "en"), (390, "zh-hant")])
def test_no_serious_trouble_for_anybody(browser, live_server, width, language):
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(viewport={"width": width, "height": 844}, bypass_csp=True)
    context.add_cookies([{"name": "yinuo_language", "value": language, "url": live_server.url}])
    page, troubles = context.new_page(), []
    for url in PAGES:
        page.goto(live_server.url + url)
        found = Axe().run(page).response["violations"]
        troubles += [
            (url, v["id"], v["nodes"][0]["target"]) for v in found if v["impact"] in ("serious", "critical")
        ]
    context.close()
    assert troubles == []


def test_nothing_overflows_on_the_smallest_phone_with_the_largest_text(browser, live_server):
    context = browser.new_context(viewport={"width": 320, "height": 700})
    context.add_cookies([{"name": "yinuo_text", "value": "large", "url": live_server.url}])
    page, over = context.new_page(), {}
    for url in PAGES:
        page.goto(live_server.url + url)
        over[url] = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    context.close()
    assert set(over.values()) == {0}, over


def test_a_list_is_walked_and_searched_by_keyboard_alone(browser, live_server):
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page, troubles = context.new_page(), []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto(f"{live_server.url}/_furniture/list")
    page.wait_for_function("document.querySelectorAll('[data-running]').length > 0")
    for key in ("j", "j", "k"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.textContent") == "TS-20260921-0160"
    page.keyboard.press("/")
    page.keyboard.type("jk")
    assert page.input_value("[name=q]") == "jk"
    page.keyboard.press("Control+k")
    assert page.evaluate("document.querySelector('#sq-palette').open")
    page.keyboard.press("Escape")
    assert not page.evaluate("document.querySelector('#sq-palette').open")
    context.close()
    assert troubles == []
