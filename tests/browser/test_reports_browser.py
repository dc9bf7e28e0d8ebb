"""The map in a real browser, without a network."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from browser_cases import watched
from reports_county import ANCHOR, districts, figures, options

from localarea.reports.maps.option_map import options_map

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

# What a hand at the keyboard would do, written into the page's end; its findings go into the title.
HANDS = """
<script>
window.addEventListener("load", function () {
  const boxes = Array.from(document.querySelectorAll(".legend input[type=checkbox]"));
  const paths = () => document.querySelectorAll(".leaflet-overlay-pane path").length;
  const found = {boxes: boxes.length, before: paths()};
  boxes[0].focus();
  found.focused = document.activeElement === boxes[0];
  boxes[0].click();
  found.after = paths();
  localareaMap.fire("click", {latlng: L.latLng(PLACE)});
  found.popup = document.querySelector(".leaflet-popup-content").innerText.replace(/\\s+/g, " ");
  document.title = JSON.stringify(found);
});
</script>
"""


def look(browser: Browser, text: str, folder: Path) -> tuple[str, list[str]]:
    """Open the page; give the document as the browser has it, and what its console said."""
    path = folder / "map.html"
    path.write_text(text, encoding="utf-8")
    with browser.new_context(viewport={"width": 1200, "height": 800}) as context:
        page = context.new_page()
        said = watched(page)
        page.goto(path.as_uri())
        page.wait_for_selector("[data-map-ready]", state="attached")
        page.wait_for_timeout(200)  # a layer may still be fading in
        document = re.sub(r"<script>.*?</script>", "", page.content(), flags=re.DOTALL)
    return document, said


def county_map() -> str:
    return options_map(
        options(),
        districts=districts(),
        figures=figures(),
        anchor=ANCHOR,
        title="A county",
        shown=["ttwa"],
    )


def test_layers_are_drawn_and_the_console_is_silent(browser: Browser, tmp_path: Path) -> None:
    document, said = look(browser, county_map(), tmp_path)
    assert said == []
    assert 'data-map-ready="3"' in document
    drawn = [d for d in re.findall(r'<path [^>]*\bd="([^"]+)"', document) if len(d) > 100]
    assert len(drawn) == 4 + 1, "four districts, and the one option that is shown"
    assert document.count('type="checkbox"') == 3 + 1
    assert ">Marshby<" in document
    assert re.search(r"scale-line[^>]*>\d+ km<", document)


def test_the_legend_works_from_the_keyboard_and_a_click_names_the_options(
    browser: Browser, tmp_path: Path
) -> None:
    from localarea.geo.crs import to_wgs84

    place = to_wgs84(districts().geometry.representative_point()).iloc[1]
    hands = HANDS.replace("PLACE", f"{place.y}, {place.x}")
    document, said = look(browser, county_map().replace("</body>", hands + "</body>"), tmp_path)
    assert said == []
    found = re.findall(r"<title>(.*?)</title>", document)[0]
    assert '"boxes":4,"before":5,"focused":true,"after":6' in found
    assert '"popup":"Inside Travel-to-work area Outside Eastwold alone Travel-to-work' in found


def test_the_browser_test_would_see_an_error(browser: Browser, tmp_path: Path) -> None:
    broken = county_map().replace("</body>", "<script>nothingOfThatName();</script></body>")
    _, said = look(browser, broken, tmp_path)
    assert any("nothingOfThatName" in line for line in said)


def test_the_browser_refuses_what_the_page_does_not_need(browser: Browser, tmp_path: Path) -> None:
    """Any picture from elsewhere is stopped by the page's own policy."""
    picture = '<img src="https://tiles.example/0/0/0.png">'
    _, said = look(browser, county_map().replace("</body>", picture + "</body>"), tmp_path)
    assert any("Content Security Policy" in line for line in said)
