"""The map in a real browser, without a network."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from reports_county import ANCHOR, districts, figures, options

from localarea.reports.maps.option_map import options_map

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.browser

FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--enable-logging=stderr", "--virtual-time-budget=5000", "--window-size=1200,800"),
    "--dump-dom",
]
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


@pytest.fixture(scope="module")
def chromium() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    pytest.skip("chromium is not installed; scripts/test installs it")


def look(chromium: str, text: str, folder: Path) -> tuple[str, list[str]]:
    """Open the page; give the document as the browser has it, and what its console said."""
    page = folder / "map.html"
    page.write_text(text, encoding="utf-8")
    command = [chromium, *FLAGS, f"--user-data-dir={folder / 'profile'}", page.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    document = re.sub(r"<script>.*?</script>", "", done.stdout, flags=re.DOTALL)
    return document, [line for line in done.stderr.splitlines() if "CONSOLE" in line]


def county_map() -> str:
    return options_map(
        options(),
        districts=districts(),
        figures=figures(),
        anchor=ANCHOR,
        title="A county",
        shown=["ttwa"],
    )


def test_layers_are_drawn_and_the_console_is_silent(chromium: str, tmp_path: Path) -> None:
    document, said = look(chromium, county_map(), tmp_path)
    assert said == []
    assert 'data-map-ready="3"' in document
    drawn = [d for d in re.findall(r'<path [^>]*\bd="([^"]+)"', document) if len(d) > 100]
    assert len(drawn) == 4 + 1, "four districts, and the one option that is shown"
    assert document.count('type="checkbox"') == 3 + 1
    assert ">Marshby<" in document
    assert re.search(r"scale-line[^>]*>\d+ km<", document)


def test_the_legend_works_from_the_keyboard_and_a_click_names_the_options(
    chromium: str, tmp_path: Path
) -> None:
    from localarea.geo.crs import to_wgs84

    place = to_wgs84(districts().geometry.representative_point()).iloc[1]
    hands = HANDS.replace("PLACE", f"{place.y}, {place.x}")
    document, said = look(chromium, county_map().replace("</body>", hands + "</body>"), tmp_path)
    assert said == []
    found = re.findall(r"<title>(.*?)</title>", document)[0]
    assert '"boxes":4,"before":5,"focused":true,"after":6' in found
    assert '"popup":"Inside Travel-to-work area Outside Eastwold alone Travel-to-work' in found


def test_the_browser_test_would_see_an_error(chromium: str, tmp_path: Path) -> None:
    broken = county_map().replace("</body>", "<script>nothingOfThatName();</script></body>")
    _, said = look(chromium, broken, tmp_path)
    assert any("nothingOfThatName" in line for line in said)


def test_the_browser_refuses_what_the_page_does_not_need(chromium: str, tmp_path: Path) -> None:
    """Any picture from elsewhere is stopped by the page's own policy."""
    picture = '<img src="https://tiles.example/0/0/0.png">'
    _, said = look(chromium, county_map().replace("</body>", picture + "</body>"), tmp_path)
    assert any("Content Security Policy" in line for line in said)
