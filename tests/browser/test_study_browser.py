"""Options, comparing and what-ifs in a browser, with JavaScript and without, wide and narrow."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest
from browser_cases import (
    examine,
    follow,
    keep_picture,
    overhang,
    patient,
    wait_until_drawn,
    watched,
)
from playwright.sync_api import Error, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = {
    "check": "/",
    "options": "/options",
    "option": "/options/ttwa-official",
    "compare": "/compare?first=ttwa-official&second=ttwa-official%2Bipswich",
    "scenario": "/scenario",
    "data": "/data",
    "privacy": "/privacy",
    "accessibility": "/accessibility",
    "decisions": "/decisions",
    "definitions": "/definitions",
    "audit": "/audit",
    "files": "/files",
    "measures": "/measures",
    "spend": "/spend",
    "missing": "/nothing-here",
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_used_by_everybody(name: str, one_server: str, browser: Any) -> None:
    page = browser.new_page()
    said = watched(page, expected="404" if name == "missing" else "")
    page.goto(one_server + PAGES[name])
    wait_until_drawn(page)  # what stands around a map is put there with it
    examine(page, name)
    assert said == []
    page.close()


@pytest.mark.parametrize(
    ("name", "postcode", "words"),
    [
        ("check-local", "co1 1jb", "local"),
        ("check-not-local", "IP1 2DE", "not local"),
        ("check-unknown", "CO1 1J", "postcode"),
    ],
)
def test_an_answer_can_be_read_by_everybody(
    name: str, postcode: str, words: str, one_server: str, browser: Any
) -> None:
    page = browser.new_page()
    said = watched(page, expected="422")
    page.goto(one_server)
    page.get_by_label("Postcode of the supplier").fill(postcode)
    page.get_by_role("button", name="Check").click()
    assert words in page.inner_text("main").lower()
    examine(page, name)
    assert said == []
    page.close()


def test_at_four_times_the_size_nothing_runs_off_the_side(one_server: str, browser: Any) -> None:
    page = patient(browser.new_page(viewport={"width": 320, "height": 256}))  # 1280 by 1024 at 400%
    for path in PAGES.values():
        page.goto(one_server + path)
        assert overhang(page) <= 0, path
    page.close()


@pytest.mark.parametrize("name", ["options", "option", "compare", "data"])
def test_on_paper_and_on_half_a_screen_no_table_is_cut_off(
    name: str, one_server: str, browser: Any
) -> None:
    page = browser.new_page(viewport={"width": 718, "height": 1000})  # A4 within its margins
    said = watched(page)
    page.goto(one_server + PAGES[name])
    page.emulate_media(media="print")
    tables = page.locator(".la-scroll")
    tables.first.wait_for()
    over = tables.evaluate_all("all => all.map(one => one.scrollWidth - one.clientWidth)")
    assert max(over) <= 0, name
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1000, "height": 800})  # half of a large screen
    over = tables.evaluate_all("all => all.map(one => one.scrollWidth - one.clientWidth)")
    assert max(over) <= 0, name
    page.emulate_media(media="print")
    # Addresses in brackets after each link are for the paper of other sites.
    after = "all => all.map(one => getComputedStyle(one, '::after').content)"
    assert set(page.locator("main a").evaluate_all(after)) <= {"none", "normal"}
    assert said == []
    page.close()


def test_with_and_without_ipswich_is_compared_without_javascript(
    one_server: str, browser: Any
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = patient(context.new_page())
    page.goto(f"{one_server}/compare")
    page.select_option("#first", "ttwa-official")
    page.select_option("#second", "ttwa-official+ipswich")
    follow(page, page.get_by_role("button", name="Compare"))
    assert "becomes local" in page.inner_text("main")
    row = page.locator("tr", has_text="Jobs (persons at work)").inner_text().split("\t")
    here, there, change = (float(cell.replace(",", "")) for cell in row[1:4])
    assert there - here == change
    assert change > 0
    with page.expect_download() as waiting:
        page.click("text=Excel")
    assert waiting.value.suggested_filename == "comparison.xlsx"
    context.close()


def test_a_what_if_by_keyboard_alone(one_server: str, browser: Any) -> None:
    page = patient(browser.new_page(viewport={"width": 1280, "height": 800}))
    page.goto(f"{one_server}/scenario")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Skip to main content"
    page.keyboard.press("Enter")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "include":
            break
    page.keyboard.type("Ipswich")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == "See what changes":
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("#result")
    assert "Ipswich" in page.inner_text("main table >> nth=0")
    examine(page, "scenario-worked-out")
    page.fill("#include", "Ipswhich")
    page.click("main button:has-text('See what changes')")
    assert "Ipswich" in page.inner_text(".govuk-error-summary")
    assert page.title().startswith("Error:")
    examine(page, "scenario-fault")
    page.close()


def test_the_map_draws_and_tells_why_a_zone_is_out_by_keys_alone(
    one_server: str, browser: Any
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    said = watched(page)
    page.goto(f"{one_server}/options")
    page.locator("#layers input").first.wait_for()
    page.locator("summary", has_text="More outlines").press("Enter")
    box = page.locator("#more-layers input").first
    before = page.locator("#map path").count()
    box.focus()
    page.keyboard.press("Space")
    assert box.is_checked()
    assert page.locator("#map path").count() > before
    # Of what is ticked the whole comes into sight, for which the map moves only where it must.
    length = page.locator("#map .leaflet-control-scale-line").first
    near = length.inner_text()
    page.get_by_label("Colchester district", exact=True).check()
    assert length.inner_text() == near
    page.get_by_label("North Essex and South Suffolk (8 districts)", exact=True).check()
    expect(length).not_to_have_text(near)
    page.locator("#zone").fill("E02006251")  # the middle of Ipswich
    page.get_by_role("button", name="Show why").press("Enter")
    page.locator("#zone-panel h3").wait_for()
    assert "Ipswich" in page.locator("#zone-panel h3").inner_text()
    page.get_by_role("link", name="Without Ipswich", exact=True).press("Enter")
    page.locator('a[aria-current="true"]', has_text="Without Ipswich").wait_for()
    assert "+ipswich" not in page.locator("#figures table").inner_text()
    assert said == []
    keep_picture(page, "options-map")
    page.close()


def test_what_sorts_a_table_can_be_hit_with_a_thumb(one_server: str, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{one_server}/options")
    page.locator("summary", has_text="Table of figures").click()  # folded on a phone
    links = page.locator("#figures thead a")
    links.first.wait_for()
    found = [link.bounding_box() for link in links.all()]
    assert len(found) > 3
    assert min(one["height"] for one in found) >= 24
    lines = sorted({one["y"] for one in found})
    assert len(lines) > 1
    assert min(after - before for before, after in pairwise(lines)) >= 24
    page.close()


def test_of_two_quick_choices_the_last_shows(one_server: str, browser: Any) -> None:
    page = browser.new_page()
    said, held = watched(page), list[Any]()
    page.goto(f"{one_server}/options")
    page.locator("#layers input").first.wait_for()
    slow = "**/options?contested=with&**"  # whose answer takes long
    page.route(slow, lambda route: held.append(route))
    page.get_by_role("link", name="With Ipswich", exact=True).click()
    page.get_by_role("link", name="Without Ipswich", exact=True).click()
    last = page.locator('a[aria-current="true"]', has_text="Without Ipswich")
    last.wait_for()
    assert len(held) == 1
    with suppress(Error):  # given up by the page, so that there is nothing to answer
        held[0].continue_()
    page.wait_for_timeout(300)
    assert last.count() == 1
    assert "contested=without" in page.url
    assert said == []
    page.close()
