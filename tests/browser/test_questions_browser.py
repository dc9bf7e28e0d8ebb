"""Places in dispute and reasons of zones in a browser: wide and narrow, on paper, no script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from browser_cases import examine, follow, keep_picture, overhang, patient, resize, watched

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = {
    "contested": "/contested",
    "contested-ipswich": "/contested?place=ipswich",
    "zone-official": "/options/ttwa-official/zones/E02006233",
    "zone-composite": "/options/composite/zones/E02004577",
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_used_by_everybody(name: str, one_server: str, browser: Any) -> None:
    page = patient(browser.new_page())
    said = watched(page)
    page.goto(one_server + PAGES[name])
    for details in page.locator("main details").all():  # with every figure open
        details.evaluate("one => { one.open = true; }")
    examine(page, name)
    assert said == []
    page.close()


@pytest.mark.parametrize("name", ["contested-ipswich", "zone-official"])
def test_at_four_times_the_size_and_on_paper_nothing_is_cut(
    name: str, one_server: str, browser: Any
) -> None:
    page = patient(browser.new_page(viewport={"width": 320, "height": 256}))
    page.goto(one_server + PAGES[name])
    assert overhang(page) <= 0
    if name == "contested-ipswich":
        assert page.locator("details.la-long[open]").count() == 0  # long parts are folded
        assert not page.get_by_text("For taking it in").is_visible()
    resize(page, 1100, 800)  # narrower than the widest page: text keeps off the edge of the window
    assert page.locator("main").bounding_box()["x"] >= 30
    page.emulate_media(media="print")
    if name == "contested-ipswich":  # but not on paper, even where the window was narrow
        assert page.get_by_text("For taking it in").is_visible()
    resize(page, 718, 1000)  # A4 within its margins
    tables = page.locator(".la-scroll")
    over = tables.evaluate_all("all => all.map(one => one.scrollWidth - one.clientWidth)")
    assert max(over) <= 0
    keep_picture(page, f"{name}-paper", full_page=True)
    page.close()


def test_the_question_is_found_and_payments_added_up_without_javascript(
    one_server: str, browser: Any, tmp_path: Path
) -> None:
    payments = tmp_path / "payments.csv"
    payments.write_text(
        "Supplier,Postcode,Category,Net\nAcme,CO1 1JB,Works,100\nBeta,IP1 2DE,Care,50\n"
    )
    context = browser.new_context(java_script_enabled=False)
    page = patient(context.new_page())
    page.goto(one_server)
    follow(page, page.get_by_role("link", name="is Ipswich in?"))
    assert page.title().startswith("Is Ipswich in?")
    pictures = page.locator("main figure img")
    widths = [picture.evaluate("one => one.naturalWidth") for picture in pictures.all()]
    assert len(widths) == 2
    assert min(widths) > 0
    page.set_input_files("#file", str(payments))
    follow(page, page.get_by_role("button", name="Add up the payments"))
    text = page.inner_text("main")
    assert "£50.00 more of £150.00 would be local with Ipswich" in text
    assert "Beta" not in text
    context.close()


def test_from_a_postcode_to_the_reason_and_to_a_neighbour(one_server: str, browser: Any) -> None:
    page = patient(browser.new_page())
    said = watched(page)
    page.goto(one_server)
    page.get_by_label("Postcode of the supplier").fill("IP1 2DE")
    follow(page, page.get_by_role("button", name="Check", exact=True))
    follow(page, page.get_by_role("link", name="See it on the map"))
    assert "is outside" in page.inner_text("h1")
    assert "official travel to work area of Ipswich" in page.inner_text("main")
    first = page.locator("table", has_text="Its neighbours").locator("a").first
    name = first.inner_text()
    follow(page, first)
    assert name in page.inner_text("h1")
    assert said == []
    page.close()


def test_a_zone_on_the_map_of_options_leads_to_its_reasons(one_server: str, browser: Any) -> None:
    page = patient(browser.new_page())
    page.goto(f"{one_server}/options?zone=E02006233")
    link = page.locator("#zone-panel").get_by_role("link", name="Where 15% or more commute")
    follow(page, link)
    assert page.inner_text("h1") == "Why Sudbury is outside"
    assert "would take it in" in page.inner_text("main")
    page.close()


def test_a_misspelt_place_is_told_beside_the_form(one_server: str, browser: Any) -> None:
    page = patient(browser.new_page())
    said = watched(page, expected="404")
    page.goto(f"{one_server}/contested?place=Ipswitch")
    assert "Ipswich" in page.inner_text(".govuk-error-summary")
    assert page.title().startswith("Error:")
    examine(page, "contested-fault")
    assert said == []
    page.close()
