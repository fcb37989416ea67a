"""One's own account at a browser: signed out elsewhere, an app added and asked for, another password chosen."""

from __future__ import annotations

import base64
import os
import time
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.bank import PATIENCE, OpenBank
from tests.journeys.people import DESK, PHONE, People, overflow, violations
from yinuo.ground.factors import totp

ROLE = "compliance"  # whom no other journey sends
OTHER = "seven brown otters swim"


def _give_password(page: Page, bank: OpenBank, password: str = "") -> None:
    account = bank.account(ROLE)
    page.goto(f"{bank.url}/sign-in")
    page.fill("[name=username]", account["username"])
    page.fill("[name=password]", password or account["password"])
    page.press("[name=password]", "Enter")


def _judged(page: Page, name: str) -> None:
    """Nothing serious for axe, nothing sticks out at a desk and on a phone; a picture where YINUO_LOOK names a folder."""
    found = violations(Axe().run(page))
    for width, height in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": height})
        found += [f"{width}: {wide}" for wide in [overflow(page)] if wide]
        if folder := os.environ.get("YINUO_LOOK"):
            page.screenshot(path=Path(folder) / f"{name}-{width}.png")
    assert not found, f"{name}: {found}"


def _secret(page: Page) -> bytes:
    return base64.b32decode(page.locator(".sq-factor-secret code").inner_text().replace(" ", ""))


def _code(secret: bytes, off: int = 0) -> str:
    return totp.code_of(secret, totp.step_at(time.time()) + off)


def test_sessions_an_app_and_a_password(people: People, bank: OpenBank) -> None:
    here, there = people.customer(language="en"), people.customer(size=PHONE)
    for page, language in ((here, "en"), (there, "zh-hans")):
        page.context.add_cookies([{"name": "yinuo_language", "value": language, "url": bank.url}])
        _give_password(page, bank)
        page.wait_for_url(lambda url: "/sign-in" not in url)

    here.goto(f"{bank.url}/accounts/mine")
    rows = here.locator(".sq-sessions tbody tr")
    expect(rows).to_have_count(2)
    _judged(here, "mine")
    rows.filter(has_text="Sign out there").get_by_role("button").click()
    expect(rows).to_have_count(1)
    there.goto(f"{bank.url}/accounts/mine")
    expect(there).to_have_url(f"{bank.url}/sign-in?next=/accounts/mine")

    here.get_by_role("link", name="Add an app").click()
    secret = _secret(here)
    expect(here.locator(".sq-factor-picture svg")).to_be_visible()
    _judged(here, "factor")
    here.fill("[name=code]", _code(secret, -1))
    here.get_by_role("button", name="Add it").click()
    expect(here.locator(".sq-codes li")).to_have_count(10)
    _judged(here, "codes")
    here.get_by_role("link", name="I have kept them").click()

    _give_password(there, bank)
    expect(there).to_have_url(f"{bank.url}/sign-in/second")
    _judged(there, "second")
    there.fill("[name=code]", _code(secret))
    there.press("[name=code]", "Enter")
    there.wait_for_url(lambda url: "/sign-in" not in url)
    there.goto(f"{bank.url}/accounts/mine")
    _judged(there, "mine-zh")

    here.goto(f"{bank.url}/accounts/mine")
    here.get_by_role("button", name="Take it away").click()
    expect(here.get_by_role("link", name="Add an app")).to_be_visible()

    former = bank.account(ROLE)["password"]
    for present, new in ((former, OTHER), (OTHER, former)):
        here.get_by_role("link", name="Change the password").click()
        _judged(here, "password")
        for name, value in (("password", present), ("new", new), ("again", new)):
            here.fill(f"[name={name}]", value)
        here.get_by_role("button", name="Change the password").click()
        expect(here).to_have_url(f"{bank.url}/accounts/mine")
    expect(rows).to_have_count(1)


def test_the_pages_of_other_peoples_accounts(people: People, bank: OpenBank) -> None:
    page = people.staff("secadmin", language="en", at="/accounts")
    _judged(page, "list")
    page.locator("[data-cell=matter] a").first.click()
    expect(page.get_by_role("button", name="Reset the password")).to_be_visible()
    _judged(page, "person")
    page.goto(f"{bank.url}/accounts/mine/confirm")
    _judged(page, "confirm")


def test_a_passkey_signs_in_alone(people: People, bank: OpenBank) -> None:
    """At `localhost`: browsers know no passkeys of a bare address."""
    role, port = "quality_head", bank.url.rsplit(":", 1)[1]
    there = f"http://localhost:{port}"
    context = people.browser.new_context(viewport={"width": DESK[0], "height": DESK[1]}, locale="en-GB")
    context.set_default_timeout(1000 * PATIENCE)
    context.add_cookies([{"name": "yinuo_language", "value": "en", "url": there}])
    page = context.new_page()
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    says_yes = {"isUserVerified": True, "automaticPresenceSimulation": True}
    held = device.send("WebAuthn.addVirtualAuthenticator", {"options": kind | says_yes})["authenticatorId"]

    account = bank.account(role)
    page.goto(f"{there}/sign-in")
    page.fill("[name=username]", account["username"])
    page.fill("[name=password]", account["password"])
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    page.goto(f"{there}/accounts/mine")
    page.get_by_role("link", name="Add a passkey").click()
    page.fill("[name=name]", "a desk")
    _judged(page, "passkey-new")
    page.get_by_role("button", name="Add it").click()
    expect(page.locator(".sq-codes li")).to_have_count(10)
    page.goto(f"{there}/accounts/mine")
    _judged(page, "passkeys")
    page.context.clear_cookies(name="sessionid")

    page.goto(f"{there}/sign-in?next=/accounts/mine")
    _judged(page, "passkey-sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page).to_have_url(f"{there}/accounts/mine")
    expect(page.get_by_text("last used")).to_be_visible()

    page.get_by_role("button", name="Take away: a desk").click()
    expect(page.get_by_text("The passkey is taken away")).to_be_visible()
    page.context.clear_cookies(name="sessionid")
    page.goto(f"{there}/sign-in")
    page.get_by_role(
        "button", name="Sign in with a passkey"
    ).click()  # the device still has it, the bank no more
    expect(page.get_by_text("This passkey opens nothing here")).to_be_visible()
    device.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": held})
    page.goto(f"{bank.url}/sign-in")
    expect(page.locator("form[data-passkey] button")).to_be_disabled()
    context.close()
