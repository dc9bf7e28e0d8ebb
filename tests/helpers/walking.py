"""Ways of going through pages: by mouse, by touch, and by keyboard alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

_MOST_TABS: Final = 150

# What is laid out wrongly in a page: text that is cut, controls that lie over each other, anything
# beyond the right edge, and a table of which a column scrolls out of sight.
_FAULTS: Final = """() => {
  const seen = (e) => e.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const text = (e) => (e.innerText || e.value || e.id).trim().slice(0, 40);
  const named = (e) => `${e.tagName.toLowerCase()} ${text(e)}`;
  const within = (e, wanted) => e.closest(wanted) !== null;
  const hidden = ".govuk-visually-hidden, .govuk-skip-link, svg, .leaflet-container, .la-rmap";
  const faults = [];
  const wide = document.documentElement.clientWidth + 1;
  for (const e of document.querySelectorAll("main *, header *, nav *, footer *")) {
    if (!seen(e) || within(e, hidden)) continue;
    const style = getComputedStyle(e);
    const box = e.getBoundingClientRect();
    const over = box.width && box.right > wide && !within(e, ".la-scroll, pre");
    if (over) faults.push(`beyond the edge: ${named(e)}`);
    const cuts = ["hidden", "clip"].includes(style.overflowX) && e.scrollWidth > e.clientWidth + 1;
    if (cuts && e.children.length === 0 && e.innerText) faults.push(`cut: ${named(e)}`);
  }
  for (const e of document.querySelectorAll(".la-scroll:not(.la-scroll--wide)")) {
    const wider = seen(e) && e.scrollWidth > e.clientWidth + 1;
    if (wider) faults.push(`scrolls out of sight: ${named(e)}`);
  }
  const usable = "main :is(a, button, input, select, textarea, summary)";
  const controls = [...document.querySelectorAll(usable)]
    .filter((e) => seen(e) && !within(e, hidden) && e.type !== "hidden");
  const parts = controls.flatMap((e) => [...e.getClientRects()].map((box) => ({ e, box })));
  const clear = 2; // pixels that lines of text may share
  for (const [at, a] of parts.entries()) {
    for (const b of parts.slice(at + 1)) {
      if (a.e === b.e || a.e.contains(b.e) || b.e.contains(a.e)) continue;
      const x = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
      const y = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
      if (x > clear && y > clear) faults.push(`overlap: ${named(a.e)} and ${named(b.e)}`);
    }
  }
  return [...new Set(faults)].slice(0, 8);
}"""


def laid_out_wrongly(page: Page) -> list[str]:
    """Give what overlaps, is cut, or is beyond the edge of the window."""
    found: list[str] = page.evaluate(_FAULTS)
    return found


@dataclass
class Pointing:
    """Somebody with a mouse, or with a finger."""

    page: Page
    touch: bool = False

    def use(self, control: Locator) -> None:
        """Use a link or a button that leads to another page."""
        with self.page.expect_navigation():
            control.tap() if self.touch else control.click()

    def tick(self, box: Locator) -> None:
        """Tick a box or a radio button."""
        box.tap() if self.touch else box.click()
        assert box.is_checked()

    def fill(self, box: Locator, text: str) -> None:
        """Type into a box."""
        box.fill(text)

    def choose(self, chooser: Locator, label: str) -> None:
        """Choose from a list."""
        chooser.select_option(label=label)


@dataclass
class ByKeyboard:
    """Somebody who has a keyboard alone."""

    page: Page

    def onto(self, wanted: Locator) -> None:
        """Go on to a control with the Tab key, from wherever one is."""
        for _ in range(_MOST_TABS):
            if wanted.and_(self.page.locator(":focus")).count():
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{wanted} is not reached with the Tab key")

    def use(self, control: Locator) -> None:
        """Use a link or a button that leads to another page."""
        self.onto(control)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def tick(self, box: Locator) -> None:
        """Tick a box with the space bar, or a radio button with the arrows of its group."""
        if box.get_attribute("type") == "radio":
            group: Any = self.page.locator(f'input[name="{box.get_attribute("name")}"]')
            self.onto(group.and_(self.page.locator(":checked")))
            for _ in range(group.count()):
                if box.is_checked():
                    return
                self.page.keyboard.press("ArrowDown")
        else:
            self.onto(box)
            self.page.keyboard.press("Space")
        assert box.is_checked()

    def fill(self, box: Locator, text: str) -> None:
        """Type into a box, over what it holds."""
        self.onto(box)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def choose(self, chooser: Locator, label: str) -> None:
        """Choose from a list with the arrows."""
        self.onto(chooser)
        self.page.keyboard.press("Home")
        for _ in range(chooser.locator("option").count()):
            if chooser.locator(":checked").inner_text() == label:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{label} is not in the list")
