"""Sign in by a provider in a real browser, see one's name, make a key, and sign out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from browser_cases import examine, follow, watched
from oidc_provider import provider_running
from service_cases import server_in, set_to
from signin_cases import oidc

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from localarea.datasets.store import DataStore

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_from_a_page_through_the_provider_and_out_again(
    tmp_path: Path, small_tables: DataStore, browser: Any
) -> None:
    with provider_running() as provider:
        provider.sign_in_as("Mo Manager", ["admin", "checker"], jobTitle="Service Manager")
        environment = {f"LOCALAREA_{k.upper()}": str(v) for k, v in oidc(provider).items()}
        with server_in(tmp_path, **set_to(small_tables), **environment) as base:
            page = browser.new_page()
            said = watched(page)
            _journey(page, base)
            assert said == []
            provider.sign_in_as("New Starter", [])
            page.goto(f"{base}/sign-in")
            assert page.get_by_role("heading", level=1).inner_text() == "No role was granted to you"
            examine(page, "sign-in-no-role")
            provider.fault = "expired"
            follow(page, page.get_by_role("button", name="Start again"))
            assert page.get_by_role("heading", level=1).inner_text() == "The clocks do not agree"
            examine(page, "sign-in-problem")
        log = (tmp_path / "server.log").read_text()
    assert "/sign-in/callback" in log
    for secret in [*provider.given, *_values(environment, "SECRET")]:
        assert secret not in log


def _values(environment: dict[str, Any], part: str) -> list[str]:
    return [value for name, value in environment.items() if part in name]


def _journey(page: Page, base: str) -> None:
    page.goto(f"{base}/keys")  # goes to the provider, which signs in at once, and comes back
    assert page.url == f"{base}/keys"
    assert "Mo Manager, Service Manager" in page.locator("header").inner_text()
    page.get_by_label("Program that will use the key").fill("contract register")
    page.get_by_label("Checker").check()
    follow(page, page.get_by_role("button", name="Create key"))
    key = page.locator("code").first.inner_text()
    assert key.startswith("la_")
    examine(page, "sign-in-key-made")
    answer = page.request.get(
        f"{base}/api/v1/check?postcode=CO1%201JB", headers={"Authorization": f"Bearer {key}"}
    )
    assert answer.status == 200
    follow(page, page.get_by_role("button", name="Revoke"))
    assert page.url == f"{base}/keys"
    assert page.get_by_role("cell", name="revoked").is_visible()
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert cookies["localarea-session"]["httpOnly"]
    assert cookies["localarea-session"]["sameSite"] == "Lax"
    page.goto(f"{base}/sign-out")
    examine(page, "sign-in-sign-out")
    page.locator("main").get_by_role("button", name="Sign out").click()
    assert page.get_by_role("heading", level=1).inner_text() == "You are signed out"
    assert page.get_by_role("link", name="Sign in").is_visible()
    assert "localarea-session" not in {c["name"] for c in page.context.cookies()}
    examine(page, "sign-in-signed-out")
    page.get_by_role("link", name="sign out of your council account").click()
    assert page.url.startswith(f"{base}/signed-out")
