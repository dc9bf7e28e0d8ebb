"""The study in a browser: by mouse, by slider, by keyboard alone, on a phone, without a script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from barrier_cases import barriers
from browser_cases import (
    SIZES,
    follow,
    keep_picture,
    overhang,
    patient,
    resize,
    watched,
)
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OFFICIAL = "from=ttwa-official"
NOTHING = "Nothing is changed yet."


@pytest.fixture
def page(one_server: str, browser: Any) -> Iterator[Any]:
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        made = context.new_page()
        said = watched(made, expected="404 (Not Found)")  # of a place that there is not
        yield opened(made, one_server, OFFICIAL)
        assert said == []


def opened(page: Any, server: str, query: str) -> Any:
    """Open a study, and wait for its map: the land of Colchester is filled by then."""
    page.goto(f"{server}/study?{query}")
    page.wait_for_selector("#study[data-drawn]", state="attached")
    return page


def query_of(page: Any) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(page.url).query)


def shown(page: Any, name: str, cell: str = "text") -> str:
    return str(page.inner_text(f'[data-figure="{name}"] [data-cell="{cell}"]'))


def click_map(page: Any, across: float, down: float) -> None:
    """Click on the map, by shares of its size."""
    page.locator("#study-map").scroll_into_view_if_needed()
    box = page.locator(".la-rmap__map").bounding_box()
    page.mouse.click(box["x"] + box["width"] * across, box["y"] + box["height"] * down)


def test_a_click_on_the_map_moves_a_zone_and_undo_and_redo_go_back_and_forth(page: Any) -> None:
    page.evaluate("window.stayed = true")
    expect(page.locator("#undo")).to_be_disabled()
    before = shown(page, "jobs")
    click_map(page, 0.5, 0.5)
    expect(page.locator("#moved li")).to_have_count(1)
    (_, (how, zone)) = query_of(page)
    assert how in ("in", "out")
    assert zone.startswith("E02")
    after = shown(page, "jobs")
    assert after != before
    assert shown(page, "jobs", "change").startswith("+" if how == "in" else "\N{MINUS SIGN}")
    assert shown(page, "jobs", "before") == before
    click_map(page, 0.5, 0.5)  # the same zone again
    expect(page.locator("#moved li")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#moved li")).to_have_count(1)
    assert shown(page, "jobs") == after
    page.keyboard.press("Control+z")
    expect(page.locator("#sentence")).to_contain_text(NOTHING)
    expect(page.locator("#undo")).to_be_disabled()
    page.get_by_role("button", name="Redo").click()
    expect(page.locator("#moved li")).to_have_count(1)
    page.go_back()  # the browser's own button does the same
    expect(page.locator("#sentence")).to_contain_text(NOTHING)
    assert query_of(page) == [("from", "ttwa-official")]
    assert page.evaluate("window.stayed") is True  # never loaded again


def test_the_switch_moves_ipswich_and_the_link_holds_it(
    page: Any, one_server: str, browser: Any
) -> None:
    page.get_by_label("In", exact=True).check()
    expect(page.locator("#sentence")).to_contain_text("71,908 jobs become local")
    assert page.title().startswith("Colchester labour market (ONS 2011), plus Ipswich")
    assert barriers(page) == []
    keep_picture(page, "study-ipswich-desktop", full_page=True)
    link = page.locator('[data-link="study"]').get_attribute("href")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the link").click()
    expect(page.locator("#copied")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == one_server + link
    with browser.new_context() as context:
        other = opened(patient(context.new_page()), one_server, urlsplit(link).query)
        assert other.inner_text("#sentence") == page.inner_text("#sentence")
        expect(other.get_by_label("In", exact=True)).to_be_checked()
    page.get_by_label("As the option draws it").check()
    expect(page.locator("#sentence")).to_contain_text(NOTHING)


def test_a_slider_moves_figures_while_it_is_dragged(page: Any, one_server: str) -> None:
    opened(page, one_server, "from=drive-30")
    slider = page.get_by_label("Minutes by car, slider")
    slider.focus()
    before = shown(page, "jobs")
    # Dragged and not let go: the figures follow, the address waits.
    slider.evaluate("s => { s.value = 45; s.dispatchEvent(new Event('input', {bubbles: true})); }")
    expect(page.locator('[data-figure="jobs"] [data-cell="text"]')).not_to_have_text(before)
    assert query_of(page) == [("from", "drive-30")]
    slider.evaluate("s => s.dispatchEvent(new Event('change', {bubbles: true}))")
    page.wait_for_url("**/study?from=drive-30&minutes=45")
    assert page.input_value("#limit-minutes") == "45"
    assert "45 minutes" in page.inner_text("#study-title")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator('[data-figure="jobs"] [data-cell="text"]')).to_have_text(before)
    expect(page.locator("#limit-minutes")).to_have_value("30")
    expect(slider).to_have_value("30")


def test_a_slider_moves_again_after_the_service_was_away(one_server: str, browser: Any) -> None:
    with browser.new_context() as context:
        page = opened(patient(context.new_page()), one_server, "from=drive-30")
        slider = page.get_by_label("Minutes by car, slider")
        drag = "(s, to) => { s.value = to; s.dispatchEvent(new Event('input', {bubbles: true})); }"
        page.route("**/api/v1/study", lambda route: route.abort())
        slider.evaluate(drag, 40)
        expect(page.locator("#study-fault")).to_contain_text("cannot be reached")
        before = shown(page, "jobs")
        page.unroute("**/api/v1/study")
        slider.evaluate(drag, 45)
        expect(page.locator('[data-figure="jobs"] [data-cell="text"]')).not_to_have_text(before)


def test_another_start_brings_its_own_limits_and_keeps_the_places(page: Any) -> None:
    page.fill("#place", "Sudbury, Babergh")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#moved li")).to_have_count(1)
    expect(page.locator("#place")).to_be_focused()
    page.select_option("#from", "catchment")
    expect(page.get_by_label("Share of commuters (%)", exact=True)).to_have_value("15")
    assert query_of(page) == [("from", "catchment"), ("in", "Sudbury, Babergh")]
    page.select_option("#from", "ttwa-official")
    page.locator("a[data-start=drive-30]").click()
    expect(page.get_by_label("Minutes by car", exact=True)).to_be_focused()


def test_what_is_not_known_is_said_beside_the_box(page: Any) -> None:
    page.fill("#place", "Sudbry")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#place-error")).to_contain_text("nearest: Sudbury")
    assert page.input_value("#place") == "Sudbry"
    assert barriers(page) == []
    page.fill("#place", "Clacton")
    page.keyboard.press("Enter")
    expect(page.locator("#place-error")).to_be_hidden()
    expect(page.locator("#notes")).to_contain_text("Clacton is read as 6 zones of Tendring")


def test_what_may_be_meant_is_a_button_that_makes_the_same_move(page: Any) -> None:
    page.get_by_label("Add a place, or take it out").fill("Ipswitch")
    page.get_by_role("button", name="Add", exact=True).click()
    group = page.get_by_role("group", name="Did you mean:")
    meant = group.get_by_role("button", name="Ipswich", exact=True)
    expect(meant).to_be_visible()
    assert barriers(page) == []
    keep_picture(page.locator(".la-study__places"), "study-meant")
    meant.click()
    expect(page.locator("#moved li")).to_contain_text("Ipswich: added")
    expect(group).to_be_hidden()
    assert ("in", "Ipswich") in query_of(page)


def test_by_keyboard_alone(page: Any) -> None:
    def tab_to(selector: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                return
        pytest.fail(f"no way by keyboard to {selector}")

    tab_to("#place")
    page.keyboard.type("Babergh")
    page.keyboard.press("Enter")
    expect(page.locator("#moved li")).to_have_count(1)
    tab_to("#moved button")
    page.keyboard.press("Enter")
    expect(page.locator("#moved li")).to_have_count(0)
    expect(page.locator("#place")).to_be_focused()  # what had the focus is gone
    tab_to("#zone-list summary")
    page.keyboard.press("Enter")
    tab_to(".la-study__zone")
    name = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    expect(page.locator(".la-study__zone:focus")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#moved")).to_contain_text(name)
    assert barriers(page) == []
    keep_picture(page, "study-zones-desktop", full_page=True)


def test_the_rest_of_the_figures_is_a_click_away(page: Any) -> None:
    assert page.locator("[data-figure]:visible").count() == 6
    page.get_by_text("All other figures").click()
    assert page.locator("[data-figure]:visible").count() > 25
    assert barriers(page) == []
    keep_picture(page, "study-all-desktop", full_page=True)


@pytest.mark.parametrize(("width", "height"), [SIZES["phone"], (320, 800)])
def test_on_a_phone_the_figures_are_below_the_map(
    one_server: str, browser: Any, width: int, height: int
) -> None:
    """A window of 320 pixels is also what one of 1,280 is at 400%."""
    with browser.new_context(
        viewport={"width": width, "height": height}, has_touch=True
    ) as context:
        page = context.new_page()
        said = watched(page)
        opened(page, one_server, "from=drive-30&minutes=37&in=Ipswich")
        assert overhang(page) <= 0
        map_box, figures = (page.locator(s).bounding_box() for s in (".la-rmap", "#figures"))
        assert map_box["y"] + map_box["height"] <= figures["y"]
        assert map_box["height"] < height  # there is always page beside it to scroll by
        page.get_by_text("All other figures").click()
        page.get_by_text("Every zone, by district").click()
        assert overhang(page) <= 0
        assert barriers(page) == []
        keep_picture(page, f"study-{width}", full_page=True)
        assert said == []


def test_without_javascript_plain_forms_do_it_all(one_server: str, browser: Any) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = patient(context.new_page())
        page.goto(f"{one_server}/study?{OFFICIAL}")
        page.fill("#place", "Ipswich")
        follow(page, page.get_by_role("button", name="Add", exact=True))
        assert query_of(page) == [("from", "ttwa-official"), ("in", "Ipswich")]
        assert "71,908 jobs become local" in page.inner_text("#sentence")
        picture = page.locator("noscript img, img.la-picture").first
        assert picture.evaluate("picture => picture.naturalWidth") >= 1000
        keep_picture(page, "study-plain-desktop", full_page=True)
        # Pictures of the studies that follow are not looked at, and take a second each to draw.
        page.route("**/study/map.png*", lambda route: route.abort())
        page.select_option("#from", "drive-30")
        follow(page, page.get_by_role("button", name="Start from this"))
        page.fill("#limit-minutes", "37")
        follow(page, page.get_by_role("button", name="Move the limits"))
        assert query_of(page) == [("from", "drive-30"), ("minutes", "37"), ("in", "Ipswich")]
        page.get_by_label("Out", exact=True).check()
        follow(page, page.get_by_role("button", name="Move Ipswich"))
        assert query_of(page) == [("from", "drive-30"), ("minutes", "37"), ("out", "Ipswich")]
        follow(page, page.get_by_role("button", name="Leave it as drawn"))
        assert query_of(page) == [("from", "drive-30"), ("minutes", "37")]
        with page.expect_download() as taken:
            page.get_by_role("link", name="Save it as a file").click()
        page.goto(f"{one_server}/study")
        page.set_input_files("#file", taken.value.path())
        follow(page, page.get_by_role("button", name="Open the file"))
        assert query_of(page) == [("from", "drive-37")]


def test_on_paper_nothing_is_cut(one_server: str, browser: Any) -> None:
    with browser.new_context(viewport={"width": 1000, "height": 900}) as context:
        page = opened(patient(context.new_page()), one_server, f"{OFFICIAL}&in=Ipswich")
        page.emulate_media(media="print")
        resize(page, 680, 960)
        assert overhang(page) <= 0
        assert page.locator("#sentence").is_visible()
        assert page.locator(".la-rmap").is_visible()
        keep_picture(page, "study-paper", full_page=True)
