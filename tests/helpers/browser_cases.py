"""What the tests in a browser share: Debian's Chromium, and what every page has to stand."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from service_cases import REPOSITORY, chromium_or_skip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page

PICTURES: Final = REPOSITORY / "out" / "screenshots"
SIZES: Final = {"desktop": (1280, 900), "phone": (375, 800)}
_PATIENCE_MS: Final = 90_000  # a busy machine with two cores may take long over a map
_FLAGS: Final = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
_WCAG: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@contextmanager
def browser_open() -> Iterator[Browser]:
    """Open a browser, or skip the test where there is none."""
    from playwright.sync_api import expect, sync_playwright

    path = chromium_or_skip()
    expect.set_options(timeout=_PATIENCE_MS)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        try:
            yield opened
        finally:
            opened.close()


def patient(page: Page) -> Page:
    """Give a page much time for whatever it is told to do."""
    page.set_default_timeout(_PATIENCE_MS)
    return page


def watched(page: Page, *, expected: str = "") -> list[str]:
    """
    Keep what the console says: a breach of the policy of content is said there, too.

    The page is a patient one from then on.
    """
    patient(page)
    said: list[str] = []

    def hear(text: str) -> None:
        if not (expected and expected in text):
            said.append(text)

    page.on("console", lambda message: hear(message.text))
    page.on("pageerror", lambda error: hear(str(error)))
    return said


def barriers(page: Page) -> list[str]:
    """Give what axe-core finds against WCAG 2.2 AA, and names that stand for two things."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": _WCAG}})
    told = [f"{one['id']}: {one['nodes'][0]['html']}" for one in found.response["violations"]]
    names: list[str] = page.eval_on_selector_all("[id]", "all => all.map(one => one.id)")
    return told + [f"twice: {name}" for name in sorted({n for n in names if names.count(n) > 1})]


def overhang(page: Page) -> int:
    """Give by how many pixels a page is wider than its window; wide tables have a box."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return wide


def follow(page: Page, control: Locator) -> None:
    """Click, and wait for the page that it leads to: a click alone does not."""
    with page.expect_navigation():
        control.click()


def examine(page: Page, name: str, sizes: Any = SIZES) -> None:
    """
    Hold a page to what everybody needs of it, wide and narrow, and keep pictures of it.

    Afterwards the window is wide.
    """
    PICTURES.mkdir(parents=True, exist_ok=True)
    for size in sizes:
        width, height = SIZES[size]
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=PICTURES / f"{name}-{size}.png", full_page=True)
        assert overhang(page) <= 0, f"{name} is too wide for a {size}"
        assert barriers(page) == [], f"{name} on a {size}"
    width, height = SIZES["desktop"]
    page.set_viewport_size({"width": width, "height": height})
