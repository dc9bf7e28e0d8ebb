"""Hostile names in a real browser: no script of theirs runs, and the policy has nothing to stop."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import httpx
import pytest
from browser_cases import watched
from service_cases import on, served_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from localarea.datasets.store import DataStore

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HOSTILE: Final = '"\'><img src=x onerror="window.hit=1"><svg/onload=window.hit=1>${7*7}'
TOKEN: Final = re.compile(r'name="csrf_token" value="([^"]+)"')
DECIDED: Final = {
    "id": "hostile-2031.1",
    "effective_from": "2031-04-01",
    "title": HOSTILE,
    "reasons": HOSTILE,
    "minute_reference": HOSTILE,
    "half_left_out": HOSTILE,
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, small_tables: DataStore) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("service")
    settings = {"jobs_dir": folder / "jobs", **on(small_tables)}
    with served_in(folder, first="/options/district", **settings) as found:
        with httpx.Client(base_url=f"{found}/api/v1", timeout=120) as client:
            put = {
                "option": "district",
                "purpose": "measure",
                "title": HOSTILE,
                "note": HOSTILE,
                "half_left_out": HOSTILE,
            }
            client.post("/proposals", json=put).raise_for_status()
            client.post("/proposals/1/comments", json={"text": HOSTILE}).raise_for_status()
            client.post("/proposals/1/approve", json=DECIDED).raise_for_status()
            put["note"] += "2"
            client.post("/proposals", json=put).raise_for_status()
        yield found


@pytest.fixture
def page(address: str, browser: Browser) -> Iterator[Page]:
    with browser.new_context(base_url=address) as context:
        opened = context.new_page()
        said = watched(opened)
        opened.on("dialog", lambda dialog: (said.append("a dialog"), dialog.dismiss()))
        yield opened
    assert [text for text in said if not re.search(r"status of (404|422)", text)] == []


def unhurt(page: Page, *, shown: bool = True) -> None:
    """Hold a page to showing the text, and to nothing having come of it."""
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.hit === undefined")
    assert page.locator("img[src='x'], svg[onload]").count() == 0
    values = "[...document.querySelectorAll('input, textarea')].map(one => one.value).join()"
    if shown:
        assert "onerror" in page.locator("body").inner_text() + page.evaluate(values)
    assert "${7*7}" in page.content() or not shown


def test_nothing_that_is_kept_acts_in_a_browser(page: Page) -> None:
    definition = f"/definitions/{DECIDED['id']}"
    for path in ("/decisions", "/decisions/1", "/decisions/2", "/decisions/2/approve", definition):
        page.goto(path)
        unhurt(page)
    for path in ("/definitions", "/audit", "/options", "/scenario", f"{definition}/withdraw"):
        page.goto(path)
        unhurt(page, shown=False)


def test_nothing_that_is_typed_acts_in_a_browser(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Postcode of the supplier").fill(HOSTILE[:60])
    with page.expect_navigation():
        page.keyboard.press("Enter")
    unhurt(page, shown=False)
    page.goto("/scenario")
    for name in ("include", "exclude", "area"):
        page.locator(f"#{name}").evaluate(
            "(box, text) => { box.value = text; box.dispatchEvent(new Event('input')) }", HOSTILE
        )
    with page.expect_navigation():
        page.locator("#include").evaluate("box => box.form.requestSubmit()")
    unhurt(page)


def test_nothing_of_a_file_acts_in_a_browser(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    head = HOSTILE.replace('"', '""')
    path.write_text(f'"{head}","{head}2"\n' + f'"{head}",x\n' * 50)
    page.goto("/files")
    page.get_by_label("File with a column of postcodes").set_input_files(
        {"name": HOSTILE.replace("/", "_"), "mimeType": "text/csv", "buffer": path.read_bytes()}
    )
    page.get_by_role("button", name="Send file").click()
    page.wait_for_url(re.compile(r"/files/[0-9a-f]{32}"))
    page.get_by_role("button", name="Check the file").wait_for()
    unhurt(page)
    page.get_by_role("button", name="Check the file").click()
    page.get_by_text("choose the column").first.wait_for()
    unhurt(page, shown=False)
