"""The map of the what-if in a browser: zones by a click, an area drawn, boxes that agree."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from barrier_cases import barriers
from browser_cases import follow, keep_picture, patient, watched
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Iterator

BOX = ".la-rmap__map"
FILLS = {kind: f'#map path[fill^="url(#la-{kind}"]' for kind in ("gained", "lost")}

pytestmark = [pytest.mark.browser, pytest.mark.slow]


# No script of this map asks how wide it is: where a test names one width, the others go by both.
@pytest.fixture(params=[1280, 375])
def page(request: pytest.FixtureRequest, one_server: str, browser: Any) -> Iterator[Any]:
    with browser.new_context(viewport={"width": request.param, "height": 900}) as context:
        made = context.new_page()
        said = watched(made)
        made.goto(f"{one_server}/scenario")
        made.wait_for_selector("#map[data-drawn]", state="attached")
        yield made
        assert said == []


def click(page: Any, across: float, down: float) -> str:
    """Click on the map, by shares of its size, and give what is said then."""
    page.locator(BOX).scroll_into_view_if_needed()
    box = page.locator(BOX).bounding_box()
    page.mouse.click(box["x"] + box["width"] * across, box["y"] + box["height"] * down)
    page.wait_for_timeout(400)  # or two clicks would be one double click
    return str(page.inner_text("#map-status"))


def test_a_zone_is_put_in_taken_out_and_left_by_clicks(page: Any) -> None:
    assert click(page, 0.5, 0.55).endswith("will be taken out.")
    assert click(page, 0.9, 0.2).endswith("will be put in.")
    put_in, out = page.input_value("#include"), page.input_value("#exclude")
    assert put_in.startswith("E02")
    assert out.startswith("E02")
    assert [page.locator(fill).count() for fill in FILLS.values()] == [1, 1]
    assert "Comes in" in page.inner_text(".la-rmap__legend")
    assert barriers(page) == []
    width = page.viewport_size["width"]
    keep_picture(page, f"scenario-map-{width}", full_page=True)
    assert click(page, 0.9, 0.2).endswith("is left as it is.")
    assert page.input_value("#include") == ""
    page.fill("#include", put_in)  # typed, it is shown as well
    expect(page.locator(FILLS["gained"])).to_have_count(1)
    follow(page, page.get_by_role("button", name="See what changes"))
    assert page.url.endswith("/scenario#result")
    assert put_in not in page.inner_text("#result")  # it is named
    for fill in FILLS.values():
        expect(page.locator(fill)).to_have_count(1)  # the map comes again with it


def test_an_area_is_drawn_by_its_corners(page: Any) -> None:
    page.get_by_role("button", name="Draw an area").click()
    for across, down in ((0.2, 0.5), (0.8, 0.5), (0.8, 0.75), (0.2, 0.75)):
        click(page, across, down)
    assert page.input_value("#exclude") == ""  # while one draws no zone is chosen
    page.get_by_role("button", name="Finish the area").click()
    drawn = json.loads(page.input_value("#area"))
    (ring,) = drawn["coordinates"]
    assert drawn["type"] == "Polygon"
    assert len(ring) == 5
    assert ring[0] == ring[-1]
    assert ring[0][0] < ring[1][0]
    assert ring[1][1] > ring[2][1]
    follow(page, page.get_by_role("button", name="See what changes"))
    assert "drawn area" in page.inner_text("#result")
    page.get_by_role("button", name="Clear the area").click()  # enabled when the map is drawn
    assert page.input_value("#area") == ""


def test_an_area_is_neither_drawn_nor_cleared_before_the_map_is_there(
    one_server: str, browser: Any
) -> None:
    held: list[Any] = []
    page = browser.new_page()
    page.route("**/map/base.json*", lambda route: held.append(route))
    page.goto(f"{one_server}/scenario")
    buttons = [page.get_by_role("button", name=f"{does} area") for does in ("Draw an", "Clear the")]
    for button in buttons:
        expect(button).to_be_disabled()
    page.wait_for_function("() => document.readyState === 'complete'")
    held[0].continue_()
    for button in buttons:
        expect(button).to_be_enabled()
    page.close()


@pytest.mark.parametrize("page", [375], indirect=True)
def test_a_double_click_ends_the_area_and_clearing_starts_again(page: Any) -> None:
    page.get_by_role("button", name="Draw an area").click()
    for across, down in ((0.2, 0.55), (0.8, 0.55)):
        click(page, across, down)
    page.locator(BOX).scroll_into_view_if_needed()
    box = page.locator(BOX).bounding_box()
    page.mouse.dblclick(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.8)
    expect(page.locator("#map-status")).to_contain_text("The area is drawn.")
    (ring,) = json.loads(page.input_value("#area"))["coordinates"]
    assert len(ring) == 4  # the corner under the double click counts once
    page.get_by_role("button", name="Clear the area").click()
    assert page.input_value("#area") == ""
    expect(page.get_by_role("button", name="Draw an area")).to_be_focused()


@pytest.mark.parametrize("page", [375], indirect=True)
def test_the_outline_is_that_of_the_option_one_starts_from(page: Any) -> None:
    outline = page.locator('#map path[stroke="#003078"]').first
    before = outline.get_attribute("d")
    page.select_option("#base", "district")
    assert outline.get_attribute("d") != before


@pytest.mark.parametrize("page", [375], indirect=True)
def test_two_corners_are_no_area(page: Any) -> None:
    page.get_by_role("button", name="Draw an area").click()
    click(page, 0.2, 0.6)
    click(page, 0.4, 0.6)
    page.get_by_role("button", name="Finish the area").click()
    assert page.inner_text("#map-status") == "An area needs three corners or more."
    assert page.input_value("#area") == ""


@pytest.mark.parametrize("page", [1280], indirect=True)
def test_a_what_if_is_a_whole_comparison_to_take_away(page: Any) -> None:
    page.fill("#include", "Ipswich")
    follow(page, page.get_by_role("button", name="See what changes"))
    gained = page.locator(FILLS["gained"])
    expect(gained).to_have_count(16)  # the zones that Ipswich has
    page.locator(BOX).scroll_into_view_if_needed()
    gained.first.dispatch_event("click")
    assert page.inner_text("#map-status").endswith("will be taken out.")
    assert page.input_value("#exclude").startswith("E02")
    shown = page.locator("figure img")
    assert "Ipswich" in shown.get_attribute("alt")
    assert shown.evaluate("picture => picture.naturalWidth") >= 1000
    for words, ending in (("Comparison for Excel", "xlsx"), ("CSV", "csv"), ("GeoPackage", "gpkg")):
        with page.expect_download() as taken:
            page.get_by_role("button", name=words).click()
        assert taken.value.suggested_filename == f"comparison.{ending}"
        assert Path(taken.value.path()).stat().st_size > 1000


def test_without_javascript_the_boxes_do_it_all(one_server: str, browser: Any) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = patient(context.new_page())
        page.goto(f"{one_server}/compare")
        page.get_by_role("link", name="change an option").click()
        assert not page.is_visible("#map")
        page.fill("#include", "Ipswich")
        follow(page, page.get_by_role("button", name="See what changes"))
        assert "Ipswich" in page.inner_text("#result")
        assert "Ipswich" in page.get_attribute("figure img", "alt")
        with page.expect_download() as taken:
            page.get_by_role("button", name="CSV").click()
        assert taken.value.suggested_filename == "comparison.csv"


@pytest.mark.parametrize("page", [1280], indirect=True)  # a narrow page has a menu
def test_the_navigation_is_one_line_on_a_desk(page: Any) -> None:
    tops = [".govuk-service-navigation__service-name", ".govuk-service-navigation__item >> nth=-1"]
    first, last = (page.locator(one).bounding_box()["y"] for one in tops)
    assert abs(first - last) < 2
