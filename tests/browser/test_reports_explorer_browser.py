"""The map pages in a real browser: postcodes, layers, keys, paper, and no request at all."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from browser_cases import watched

from localarea.options.council import read_council
from localarea.options.membership import option_zones

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HANDS = """
<script>
window.addEventListener("load", function () {
  const found = {};
  const byId = (id) => document.getElementById(id);
  const visible = () => Array.from(document.querySelectorAll(".key:not([hidden])")).map((k) => k.dataset.shade);
  const fills = () => new Set(Array.from(document.querySelectorAll(".leaflet-overlay-pane path"))
    .map((p) => p.getAttribute("fill")).filter((f) => f && f !== "none")).size;
  function find(text) {
    byId("postcode").value = text;
    byId("search").requestSubmit();
    return byId("answer").textContent;
  }
  const key = (name) => document.querySelector(".map").dispatchEvent(new KeyboardEvent("keydown", {key: name, bubbles: true}));
  // ACTS
  found.requests = performance.getEntriesByType("resource").filter((r) => !r.name.startsWith("data:")).length;
  document.title = JSON.stringify(found);
});
</script>
"""  # noqa: E501


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    from localarea.reports.maps.comparison_map import comparison_map
    from localarea.reports.maps.explorer import explorer_map

    council = read_council("colchester")
    first, second = (option_zones(i, council) for i in ("ttwa-official", "ttwa-official+ipswich"))
    return {
        "explore": explorer_map([first, second], council, minutes=False),
        "compare": comparison_map(first, second, council),
    }


@contextmanager
def shown(browser: Browser, text: str, folder: Path) -> Iterator[Page]:
    """Open a page from a file, as a reader does; the console must stay silent."""
    path = folder / "map.html"
    path.write_text(text, encoding="utf-8")
    with browser.new_context(viewport={"width": 1200, "height": 900}) as context:
        page = context.new_page()
        said = watched(page)
        page.goto(path.as_uri())
        yield page
        assert said == []


def act(browser: Browser, text: str, acts: str, folder: Path) -> dict[str, Any]:
    """Do what a reader would, and give what came of it."""
    hands = HANDS.replace("// ACTS", acts)
    with shown(browser, text.replace("</body>", hands + "</body>"), folder) as page:
        page.wait_for_function("document.title.startsWith('{')")
        found: dict[str, Any] = json.loads(page.title())
    assert found["requests"] == 0
    return found


def test_a_postcode_is_found_with_its_zone_and_what_holds_it(
    browser: Browser, pages: dict[str, str], tmp_path: Path
) -> None:
    acts = """
      found.colchester = find("co11jb");
      found.popup = document.querySelector(".leaflet-popup-content").innerText;
      found.ipswich = find(" IP1 2DE ");
      found.outward = find("CO7");
      found.far = find("SW1A 1AA");
      found.nonsense = find("Colchester");
      found.blank = find("");
    """
    found = act(browser, pages["explore"], acts, tmp_path)
    assert found["colchester"].startswith("CO1 1JB lies in the zone ")
    assert "local under every option shown" in found["colchester"]
    assert found["popup"].startswith("CO1 1JB")
    assert (
        "local under 1 of 2: Colchester labour market (ONS 2011), plus Ipswich." in found["ipswich"]
    )
    assert re.match(r"CO7 has [\d,]+ live postcodes", found["outward"])
    assert "is not among" in found["far"]
    assert "does not read as a postcode" in found["nonsense"]
    assert found["blank"] == "Type a postcode."


COLLISIONS = """() => {
  const shown = [...document.querySelectorAll(".anchor, .town, .place")]
    .filter((one) => one.checkVisibility({visibilityProperty: true}))
    .map((one) => one.getBoundingClientRect());
  return [shown.length, shown.filter((a, i) => shown.slice(i + 1).some((b) =>
    a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)).length];
}"""


def test_no_name_stands_on_another_from_farther_away(
    browser: Browser, pages: dict[str, str], tmp_path: Path
) -> None:
    with shown(browser, pages["explore"], tmp_path) as page:
        scale = "document.querySelector('.leaflet-control-scale-line').textContent"
        before = page.evaluate(scale)
        page.locator(".leaflet-control-zoom-out").click()
        page.wait_for_function(f"before => {scale} !== before", arg=before)
        names, collisions = page.evaluate(COLLISIONS)
    assert names > 8
    assert collisions == 0


def test_shading_and_layers_are_switched_by_their_boxes(
    browser: Browser, pages: dict[str, str], tmp_path: Path
) -> None:
    acts = """
      found.first = visible();
      found.blues = fills();
      const radios = Array.from(document.querySelectorAll("input[name=shade]"));
      found.radios = radios.map((r) => r.value);
      radios.find((r) => r.value === "robustness").click();
      found.second = visible();
      radios.find((r) => r.value === "none").click();
      found.third = visible();
      found.plain = fills();
      const drawn = () => document.querySelectorAll(".leaflet-overlay-pane path").length;
      const boxes = Array.from(document.querySelectorAll("input[data-layer]"));
      boxes[0].focus();
      found.focused = document.activeElement === boxes[0];
      found.before = drawn();
      boxes[0].click();
      found.after = drawn();
    """
    found = act(browser, pages["explore"], acts, tmp_path)
    assert found["radios"] == ["commuting", "robustness", "none"]
    assert (found["first"], found["second"], found["third"]) == (["commuting"], ["robustness"], [])
    assert found["blues"] > 4, "several classes of commuting are seen"
    assert found["plain"] == 1, "land alone is filled"
    assert found["focused"]
    assert found["after"] == found["before"] - 1


def test_the_map_answers_to_keys_and_the_table_leads_to_its_zones(
    browser: Browser, pages: dict[str, str], tmp_path: Path
) -> None:
    acts = """
      const map = document.querySelector(".map");
      found.reachable = map.tabIndex;
      key("Enter");
      found.asked = document.querySelectorAll(".leaflet-popup").length;
      found.said = byId("answer").textContent;
      key("Escape");
      const button = document.querySelector("button[data-zone]");
      button.click();
      found.zone = button.textContent;
      found.told = byId("answer").textContent;
    """
    found = act(browser, pages["explore"], acts, tmp_path)
    assert found["reachable"] == 0
    assert found["asked"] == 1
    assert "local under" in found["said"]
    assert found["told"].startswith(found["zone"])


def test_two_maps_move_together(browser: Browser, pages: dict[str, str], tmp_path: Path) -> None:
    acts = """
      const [one, other] = localareaMaps;
      one.setView([51.95, 0.95], 11, {animate: false});
      found.followed = one.getCenter().distanceTo(other.getCenter()) < 1 && one.getZoom() === other.getZoom();
      other.setView([51.8, 1.1], 10, {animate: false});
      found.led = one.getCenter().distanceTo(other.getCenter()) < 1 && one.getZoom() === other.getZoom();
      found.gained = document.querySelectorAll('.leaflet-overlay-pane path[fill="url(#hatch-gained)"]').length;
      found.lost = document.querySelectorAll('.leaflet-overlay-pane path[fill="url(#hatch-lost)"]').length;
      found.answer = find("IP1 2DE");
    """  # noqa: E501
    found = act(browser, pages["compare"], acts, tmp_path)
    assert found["followed"]
    assert found["led"]
    council = read_council("colchester")
    with_it, without = (
        set(option_zones(i, council).zones) for i in ("ttwa-official+ipswich", "ttwa-official")
    )
    assert found["gained"] == len(with_it - without)
    assert found["lost"] == 0
    assert (
        "local under 1 of 2: Colchester labour market (ONS 2011), plus Ipswich." in found["answer"]
    )


@pytest.mark.parametrize("name", ["explore", "compare"])
def test_the_page_prints_map_and_table(
    browser: Browser, pages: dict[str, str], tmp_path: Path, name: str
) -> None:
    from pypdf import PdfReader

    printed = tmp_path / "map.pdf"
    with shown(browser, pages[name], tmp_path) as page:
        page.pdf(path=printed, prefer_css_page_size=True)
    sheets = PdfReader(printed).pages
    first = sheets[0].extract_text()
    assert sheets[0].mediabox.width > sheets[0].mediabox.height, "the map lies across the sheet"
    assert "Ipswich" in first
    assert "Find a postcode" not in first
    assert any("Residents at work" in sheet.extract_text() for sheet in sheets)
