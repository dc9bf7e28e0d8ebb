"""A browser is shown what newer postcodes change in a definition, and has them used."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from browser_cases import examine, watched
from refresh_cases import REFRESHED, published_then_renewed
from service_cases import served_in

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


def test_newer_postcodes_are_looked_at_and_then_used(tmp_path: Path, browser: Browser) -> None:
    with served_in(tmp_path, **published_then_renewed(tmp_path)) as address:
        page = browser.new_context(base_url=address).new_page()
        said = watched(page)
        page.goto(f"/definitions/{REFRESHED}")
        page.get_by_role("link", name="Index the postcodes of February 2026").click()
        page.get_by_role("heading", name="Newer postcodes for").wait_for()
        new = page.get_by_role("row", name="New").get_by_role("cell")
        assert new.all_inner_texts() == ["1", "0", "0"]  # as later() of refresh_cases adds one
        examine(page, "definition-refresh")
        page.get_by_role("button", name="Use the newer postcodes").click()
        page.wait_for_url(re.compile(rf"/definitions/{REFRESHED}$"))
        made_from = page.locator("p", has_text="by the method").first.inner_text()
        assert "postcodes of February 2026" in made_from
        assert page.get_by_role("link", name="Index the postcodes of").count() == 0
        page.goto("/audit")
        page.get_by_role("table").get_by_text("refresh").first.wait_for()
        examine(page, "audit-with-refresh")
        assert said == []
        page.close()  # or the service waits for it
