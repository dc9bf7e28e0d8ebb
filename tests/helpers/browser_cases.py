"""What the tests in a browser share: Debian's Chromium, and what every page has to stand."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from barrier_cases import barriers
from service_cases import REPOSITORY, chromium_or_skip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page, ViewportSize

PICTURES: Final = REPOSITORY / "out" / "screenshots"
SIZES: Final = {"phone": (375, 800), "desktop": (1280, 900)}  # the one with smaller text first
_PATIENCE_MS: Final = 180_000  # a busy machine with two cores may take long over a map
# Not the best code that V8 can make of a script: a page of a test is left before that pays, and
# what makes it, in threads of its own, is a fifth of the work of loading a page with a map.
_FLAGS: Final = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--js-flags=--no-opt",
]
_DEFAULT: Final = {"width": 1280, "height": 720}  # of a window, where a test states no size
# Of those below the window too, which the browser would leave until they are reached.
_DECODED: Final = """all => Promise.all(all.filter(i => i.checkVisibility()).map(i => {
  i.loading = 'eager';
  return i.decode();
}))"""
_SCRIPTS: Final = "matchMedia('(scripting: enabled)').matches"
_TWO_FRAMES: Final = """() => new Promise(
  done => requestAnimationFrame(() => requestAnimationFrame(done)))"""
_PLAIN: Final = "<!doctype html><title>Nobody</title><link rel='icon' href='data:,'>"


@contextmanager
def browser_open() -> Iterator[SparingBrowser]:
    """Open a browser, or skip the test where there is none."""
    from playwright.sync_api import expect, sync_playwright

    path = chromium_or_skip()
    expect.set_options(timeout=_PATIENCE_MS)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        try:
            yield SparingBrowser(opened)
        finally:
            opened.close()


class SparingBrowser:
    """
    A browser whose pages are lent to one test after another: each new window takes a second.

    A page that is closed is emptied and cleared (cookies, storage, media, who listens), and the
    next test that asks for nothing but a size has it. Any other context is one of its own.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser, self._free = browser, list[Any]()
        self._lent, self._contexts = list[Any](), list[Any]()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._browser, name)

    def new_page(self, *, viewport: ViewportSize | None = None) -> Page:
        page: Page = self._free.pop() if self._free else self._open()
        self._lent.append(page)
        page.set_viewport_size(viewport or _DEFAULT)  # type: ignore[arg-type]
        return page

    def new_context(self, **stated: Any) -> Any:
        return _Lent(self, **stated) if stated.keys() <= {"viewport"} else self._real(**stated)

    def _real(self, **stated: Any) -> Any:
        self._contexts.append(self._browser.new_context(**stated))
        return self._contexts[-1]

    def tidy_up(self) -> None:
        """Close what tests have left open."""
        while self._lent:
            self._lent.pop().context.close()
        while self._contexts:
            self._contexts.pop().close()

    def _open(self) -> Page:
        page: Any = self._browser.new_page()
        heard: list[Any] = []
        listen = page.on

        def on(event: str, handler: Any) -> None:
            heard.append((event, handler))
            listen(event, handler)

        def give_back() -> None:
            while heard:
                page.remove_listener(*heard.pop())
            page.unroute_all()
            if page.url.startswith("http"):
                page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
            self._leave(page)
            page.emulate_media(media="null", color_scheme="null", forced_colors="null")
            page.context.clear_cookies()
            page.context.clear_permissions()
            page.set_default_timeout(30_000)
            if page in self._lent:
                self._lent.remove(page)
                self._free.append(page)

        page.on, page.close = on, give_back
        return page  # type: ignore[no-any-return]

    @staticmethod
    def _leave(page: Page) -> None:
        """
        Go to a plain page of the same service: any other begins a process.

        The service is not asked for it, nor for the icon that a page without one would want.
        """
        if not page.url.startswith("http"):
            page.goto("about:blank")
            return
        address = "/".join([*page.url.split("/")[:3], "nobody-is-here"])
        page.route(address, lambda route: route.fulfill(content_type="text/html", body=_PLAIN))
        page.goto(address)
        page.unroute(address)


class _Lent:
    """What a test takes for a context of its own, where it states no more than a size."""

    def __init__(self, browser: SparingBrowser, viewport: ViewportSize | None = None) -> None:
        self._browser, self._viewport, self._pages = browser, viewport, list[Any]()

    def __enter__(self) -> _Lent:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def new_page(self) -> Page:
        self._pages.append(self._browser.new_page(viewport=self._viewport))
        return self._pages[-1]  # type: ignore[no-any-return]

    def close(self) -> None:
        while self._pages:
            self._pages.pop().close()


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


def keep_picture(of: Page | Locator, name: str, **how: Any) -> None:
    """Keep a picture for somebody to look at, where ``LOCALAREA_TEST_PICTURES`` asks for them."""
    if "TESTS_PICTURES" in os.environ:
        PICTURES.mkdir(parents=True, exist_ok=True)
        of.screenshot(path=PICTURES / f"{name}.png", **how)


def overhang(page: Page) -> int:
    """Give by how many pixels a page is wider than its window; wide tables have a box."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return wide


def out_of_sight(page: Page) -> list[str]:
    """
    Give the tables that are wider than their box, so that a column scrolls out of sight.

    The first rows of a file that somebody sent are shown as they are, however wide.
    """
    found: list[str] = page.evaluate(_WIDE_TABLES)
    return found


_WIDE_TABLES: Final = """() => [...document.querySelectorAll('.la-scroll:not(.la-scroll--wide)')]
  .filter(one => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1)
  .map(one => one.getAttribute('aria-label') || one.innerText.slice(0, 40))"""


def follow(page: Page, control: Locator) -> None:
    """Click, and wait for the page that it leads to: a click alone does not."""
    with page.expect_navigation():
        control.click()


@contextmanager
def standing_still(page: Page) -> Iterator[None]:
    """Hold a page that moves on by itself, for as long as it is looked at."""
    held: list[Any] = []
    moved = page.url

    def hold(route: Any) -> None:
        held.append(route) if route.request.is_navigation_request() else route.continue_()

    page.route(moved, hold)
    try:
        yield
    finally:
        page.unroute(moved, hold)
        for route in held:
            route.continue_()


def resize(page: Page, width: int, height: int) -> None:
    """
    Give a page's window another size, and wait until its scripts have answered.

    A script hears of a width that it asked after with the next frame, and axe-core looks at a page
    piece by piece: a menu that appears between two pieces is half of each.
    """
    page.wait_for_load_state()  # a page that a key led to may have its scripts still to run
    page.set_viewport_size({"width": width, "height": height})
    if page.evaluate(_SCRIPTS):
        page.evaluate(_TWO_FRAMES)


def examine(page: Page, name: str, sizes: Any = SIZES) -> None:
    """
    Hold a page to what everybody needs of it, wide and narrow, and keep pictures if asked.

    Afterwards the window is wide.
    """
    for size in sizes:
        width, height = SIZES[size]
        resize(page, width, height)
        keep_picture(page, f"{name}-{size}", full_page=True)
        assert overhang(page) <= 0, f"{name} is too wide for a {size}"
        assert out_of_sight(page) == [], f"{name} on a {size}"
        found = barriers(page)
        assert found == [], f"{name} on a {size}: {found}"
    resize(page, *SIZES["desktop"])


def wait_until_drawn(page: Page) -> None:
    """
    Wait for the pictures and the map of a page, so far as they show.

    A picture that stands instead of a map, for who has no scripts, is never loaded where a map is
    drawn: whoever waits for that one waits for ever.
    """
    page.locator("main img").evaluate_all(_DECODED)
    if page.locator(".la-rmap").count() and page.evaluate(_SCRIPTS):
        page.locator(".la-rmap__name").first.wait_for()
