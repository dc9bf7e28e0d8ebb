"""The map of the pages in a browser: by mouse, by keys, with fingers, on paper, for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest
from browser_cases import PICTURES, examine, keep_picture, overhang, resize, watched

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BOX: Final = ".la-rmap__map"
# Boxes of the names and of the dots of places, as they stand.
NAMES: Final = """() => {
  const boxes = kind => [...document.querySelectorAll(kind)].map(one => {
    const { left, top, right, bottom } = one.getBoundingClientRect();
    return [one.textContent || 'a dot', left, top, right, bottom];
  });
  return [...boxes('.la-rmap__name'), ...boxes('.la-rmap__dot')];
}"""
HEARD: Final = """() => {
  window.heard = [];
  for (const kind of ['zone-click', 'zone-hover'])
    theMap.addEventListener(kind, ({ detail: { code, name } }) => heard.push([kind, code, name]));
}"""
ALONE: Final = """async () => {
  const sheet = href => new Promise(done => {
    const link = document.createElement('link');
    document.head.append(Object.assign(link, { rel: 'stylesheet', href, onload: done }));
  });
  await sheet('/static/leaflet/leaflet.css');
  await sheet('/static/resident-map.css');
  const { ResidentMap } = await import('/static/resident-map.js');
  const element = document.createElement('div');
  document.querySelector('main').replaceChildren(element);
  window.theMap = new ResidentMap(element, { dataAddress: '/map/base.json' });
  await theMap.ready;
  const { zones } = theMap.land;
  window.of = name => zones.filter(({ district }) => district === name).map(({ code }) => code);
}"""


@pytest.fixture
def alone(one_server: str, browser: Any) -> Iterator[Any]:
    """Give a page with the map alone, as any page of ours may make it."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.said = watched(page)
    page.goto(f"{one_server}/privacy")
    page.evaluate(ALONE)
    yield page
    assert page.said == []
    page.close()


def open_options(page: Any, server: str) -> None:
    page.goto(f"{server}/options")
    page.locator("#layers input").first.wait_for()
    page.locator(".la-rmap__name").first.wait_for()


def clashes(boxes: list[Any]) -> list[tuple[str, str]]:
    return [
        (one[0], other[0])
        for at, one in enumerate(boxes)
        for other in boxes[at + 1 :]
        if one[1] < other[3] and other[1] < one[3] and one[2] < other[4] and other[2] < one[4]
    ]


def touch(finger: Any, way: list[tuple[float, float]]) -> None:
    """Draw one finger along a way."""
    for at, (x, y) in enumerate(way):
        kind = "touchMove" if at else "touchStart"
        where = {"touchPoints": [{"x": x, "y": y}]}
        finger.send("Input.dispatchTouchEvent", {"type": kind, **where})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_no_name_stands_on_another_at_any_zoom(alone: Any) -> None:
    seen = {}
    for zoom in (8, 9, 9.5, 10, 10.5, 11, 12, 13, 14):
        alone.evaluate(
            f"void theMap.canvas.map.setView([51.89, 0.9], {zoom}, {{ animate: false }})"
        )
        boxes = alone.evaluate(NAMES)
        assert clashes(boxes) == [], zoom
        seen[zoom] = {name for name, *_ in boxes}
    assert {"Colchester", "Ipswich", "Chelmsford"} <= seen[9]
    assert {"Manningtree", "Wivenhoe", "River Blackwater", "A12", "A14", "A120"} <= seen[10.5]
    assert len(seen[8]) < len(seen[9]) < len(seen[10]) < len(seen[11])


def test_a_name_stays_where_it_is_when_the_map_is_moved(alone: Any) -> None:
    """Which names stand, and where, hangs on the zoom alone."""
    places = """() => [...document.querySelectorAll('.la-rmap__name')].map(one =>
      [one.textContent, parseInt(one.style.left) , parseInt(one.style.top)]).slice(0, 40)"""
    before = alone.evaluate(places)
    alone.evaluate("void theMap.canvas.map.panBy([160, -90], { animate: false })")
    assert alone.evaluate(places) == before


def test_zones_are_filled_hatched_and_told(alone: Any) -> None:
    alone.evaluate(HEARD)
    took = alone.evaluate(
        """() => {
          const start = performance.now();
          theMap.setZones([...of('Colchester'), ...of('Tendring')]);
          theMap.setChange({ gained: of('Ipswich'), lost: of('Tendring').slice(0, 5) });
          document.querySelector('.la-rmap__map').getBoundingClientRect();
          return performance.now() - start;
        }"""
    )
    assert took < 1_000  # some 20 ms where nothing else runs
    fills = alone.evaluate(
        "() => [...document.querySelectorAll('.la-rmap path')].map(one => one.getAttribute('fill'))"
    )
    gained = [fill for fill in fills if fill and "la-gained" in fill]
    lost = [fill for fill in fills if fill and "la-lost" in fill]
    assert (len(gained), len(lost)) == (alone.evaluate("of('Ipswich').length"), 5)
    legend = alone.inner_text(".la-rmap__legend")
    assert all(words in legend for words in ("stays inside", "Comes in", "Goes out"))
    alone.evaluate("theMap.fit(of('Colchester'))")
    wait_until_it_stands(alone)
    alone.locator(BOX).click(position={"x": 600, "y": 320})
    kinds = [kind for kind, _, _ in alone.evaluate("heard")]
    assert set(kinds) == {"zone-click", "zone-hover"}
    code, name = next(one[1:] for one in alone.evaluate("heard") if one[0] == "zone-click")
    assert name in alone.inner_text(".la-rmap__tip")
    alone.evaluate(f"theMap.select('{code}')")
    assert alone.locator('.la-rmap path[stroke="#ffdd00"]').get_attribute("d") not in {None, "M0 0"}
    keep_picture(alone, "resident-map-change")


def wait_until_it_stands(page: Any) -> None:
    """Wait until a map neither moves nor zooms, which a busy machine takes its time over."""
    page.wait_for_timeout(400)  # for what begins a moment later
    page.wait_for_function(
        "() => { const map = theMap.canvas.map;"
        " return !map._animatingZoom && !(map._panAnim && map._panAnim._inProgress); }"
    )


def test_keys_move_zoom_and_choose(alone: Any) -> None:
    alone.evaluate(HEARD)
    alone.locator(BOX).focus()
    centre = "() => { const { lat, lng } = theMap.canvas.map.getCenter(); return [lat, lng]; }"
    before, zoom = alone.evaluate(centre), alone.evaluate("theMap.canvas.map.getZoom()")
    alone.keyboard.press("+")
    wait_until_it_stands(alone)
    assert alone.evaluate("theMap.canvas.map.getZoom()") == zoom + 1
    alone.keyboard.press("ArrowRight")
    wait_until_it_stands(alone)
    assert alone.evaluate(centre)[1] > before[1]
    alone.keyboard.press("-")
    wait_until_it_stands(alone)
    alone.evaluate("void theMap.canvas.map.setView([51.8895, 0.8990], 12, { animate: false })")
    alone.keyboard.press("Enter")
    assert alone.evaluate("heard")[-1][::2] == ["zone-click", "Central Colchester"]
    find = alone.get_by_label("Find a town or zone")
    find.fill("Manningtree")
    wait_until_it_stands(alone)
    assert alone.evaluate(centre) == pytest.approx([51.944, 1.062], abs=0.01)
    find.fill("CO10 2AA")
    find.press("Enter")
    assert alone.inner_text(".la-rmap__told").startswith("No town or zone on the map has")
    find.fill("& Univ")
    find.press("Enter")
    wait_until_it_stands(alone)
    assert alone.evaluate("heard")[-1][2] == "Wivenhoe & University"


def test_the_page_is_scrolled_past_the_map(one_server: str, browser: Any) -> None:
    """A wheel and one finger move the page; the map waits to be chosen, or for two fingers."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    said = watched(page)
    open_options(page, one_server)
    page.locator(BOX).scroll_into_view_if_needed()
    page.locator(BOX).hover(position={"x": 300, "y": 200})
    before, zoom = page.evaluate("scrollY"), page.locator(".leaflet-control-scale").inner_text()
    page.mouse.wheel(0, 240)
    page.wait_for_timeout(600)
    assert page.evaluate("scrollY") > before
    assert page.locator(".leaflet-control-scale").inner_text() == zoom
    assert "Choose the map first" in page.inner_text(".la-rmap__hint")
    page.locator(BOX).focus()
    page.locator(BOX).hover(position={"x": 300, "y": 200})
    page.mouse.wheel(0, -600)
    page.wait_for_timeout(900)
    assert page.locator(".leaflet-control-scale").inner_text() != zoom
    assert said == []
    page.close()


def test_on_a_phone_one_finger_scrolls_the_page(one_server: str, browser: Any) -> None:
    context = browser.new_context(
        viewport={"width": 375, "height": 800}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    said = watched(page)
    open_options(page, one_server)
    assert overhang(page) == 0
    page.locator(BOX).evaluate("one => one.scrollIntoView({ block: 'center' })")
    box = page.locator(BOX).bounding_box()
    before = page.evaluate("scrollY")
    finger = context.new_cdp_session(page)
    touch(finger, [(box["x"] + 150, box["y"] + 300 - 20 * step) for step in range(13)])
    page.wait_for_timeout(300)
    assert page.evaluate("scrollY") > before + 150
    assert page.text_content(".la-rmap__hint") == "Move the map with two fingers."
    scale = page.locator(".leaflet-control-scale").inner_text()
    page.locator(BOX).evaluate("one => one.scrollIntoView({ block: 'center' })")
    pinch = {"x": box["x"] + 150, "y": box["y"] + 200, "scaleFactor": 4}
    finger.send("Input.synthesizePinchGesture", {**pinch, "gestureSourceType": "touch"})
    page.wait_for_timeout(900)
    assert page.locator(".leaflet-control-scale").inner_text() != scale
    keep_picture(page, "resident-map-phone")
    assert said == []
    context.close()


def test_a_second_finger_that_comes_while_the_page_scrolls_is_no_error(
    one_server: str, browser: Any
) -> None:
    context = browser.new_context(
        viewport={"width": 375, "height": 800}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    said = watched(page)
    open_options(page, one_server)
    page.locator(BOX).evaluate("one => one.scrollIntoView({ block: 'center' })")
    box = page.locator(BOX).bounding_box()
    page.evaluate(
        "window.left = []; addEventListener('touchmove', e => left.push(e.cancelable), true)"
    )
    finger = context.new_cdp_session(page)
    x, y = box["x"] + 150, box["y"] + 300

    def send(kind: str, *points: tuple[float, float]) -> None:
        where = [{"x": one, "y": other, "id": at} for at, (one, other) in enumerate(points)]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": where})

    send("touchStart", (x, y))
    for step in range(1, 10):
        send("touchMove", (x, y - 20 * step))
    send("touchStart", (x, y - 180), (x + 40, y - 180))
    for step in range(1, 10):
        send("touchMove", (x, y - 180), (x + 40 + 10 * step, y - 180))
    send("touchEnd")
    page.wait_for_timeout(300)
    assert False in page.evaluate("left"), "the browser let every touch be cancelled"
    assert said == []
    context.close()


@pytest.mark.parametrize("layer", ["", "commuting", "minutes", "agreement", "firmness", "firms"])
def test_every_layer_has_its_legend_and_its_table(
    layer: str, one_server: str, browser: Any
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 1100})
    said = watched(page)
    open_options(page, one_server)
    page.get_by_label("Colour the zones by").select_option(layer)
    if layer:
        page.locator(".la-rmap__title").wait_for()
    classes = page.locator(".la-rmap__key").all_inner_texts()
    assert len(classes) >= (4 if layer else 1)
    page.locator("summary", has_text="The map as a table").click()
    table = page.locator(".la-rmap table")
    table.wait_for()
    heads = table.locator("th[scope=col]").all_inner_texts()
    assert heads[:3] == ["Zone", "District", "Inside?"]
    assert len(heads) == (4 if layer else 3)
    assert table.locator("tbody tr").count() > 200
    assert "" not in table.locator("tbody tr:first-child > *").all_inner_texts()
    keep_picture(page, f"resident-map-{layer or 'plain'}")
    if layer == "agreement":  # the others differ in colours and words alone, the first has less
        examine(page, f"options-{layer}")
    assert said == []
    page.close()


def test_without_its_data_the_still_picture_stands(one_server: str, browser: Any) -> None:
    page = browser.new_page()
    watched(page, expected="503")
    page.route("**/map/base.json*", lambda route: route.fulfill(status=503))
    page.goto(f"{one_server}/options")
    page.locator(".la-instead img").wait_for()
    assert not page.is_visible("#map")
    page.close()


def test_until_it_is_drawn_its_place_says_so(one_server: str, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    watched(page)
    held: list[Any] = []
    page.route("**/map/base.json*", lambda route: held.append(route))
    page.goto(f"{one_server}/options", wait_until="domcontentloaded")
    page.locator(".la-rmap__waiting").wait_for()
    assert page.inner_text(".la-rmap__waiting") == "The map is being drawn."
    height = page.locator(".la-rmap__box").bounding_box()["height"]
    page.wait_for_timeout(300)
    for route in held:
        route.continue_()
    page.locator(".la-rmap__name").first.wait_for()
    assert page.locator(".la-rmap__box").bounding_box()["height"] == height
    page.close()


def test_on_paper_it_is_as_wide_as_the_sheet(one_server: str, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    said = watched(page)
    open_options(page, one_server)
    page.evaluate(
        """() => { window.widths = []; addEventListener('beforeprint', () =>
          widths.push(document.querySelector('.la-rmap__box').clientWidth)); }"""
    )
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.pdf(path=PICTURES / "resident-map.pdf", format="A4")
    (width,) = page.evaluate("widths")
    assert 560 < width < 660  # 165 mm at 96 dots to the inch are 624
    assert page.locator(".la-rmap__box").bounding_box()["width"] > 700  # as before
    resize(page, 718, 1000)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert overhang(page) == 0
    assert not page.is_visible(".la-rmap__bar")
    assert page.is_visible(".la-rmap__legend")
    keep_picture(page, "resident-map-paper")
    assert said == []
    page.close()
