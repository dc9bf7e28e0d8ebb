"""The second width is held to the rules, too, though fewer are asked of what the first showed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from browser_cases import examine, resize, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WIDE_ONLY = "@media (max-width: 900px) { .wide { display: none } }"
NARROW_ONLY = "@media (min-width: 900px) { .narrow { display: none } }"
CLOSE = "button { width: 9px; height: 9px; padding: 0; margin: 0; border: 0; overflow: hidden }"
PICTURE = "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw=' class='wide'>"


@pytest.mark.parametrize(
    ("rule", "style", "body"),
    [
        ("image-alt", WIDE_ONLY, PICTURE),
        ("color-contrast", WIDE_ONLY, "<p class='wide' style='color: #ccc'>Pale</p>"),
        ("button-name", NARROW_ONLY, "<button><span class='narrow'>Open</span></button>"),
        (
            "target-size",
            f"button {{ width: 40px; height: 40px }} @media (min-width: 900px) {{ {CLOSE} }}",
            "<button>A</button><button>B</button>",
        ),
    ],
)
def test_what_is_wrong_only_where_it_is_wide_is_found(
    rule: str, style: str, body: str, browser: Browser
) -> None:
    page = browser.new_page()
    watched(page)
    page.set_content(
        f"<!doctype html><html lang='en'><title>A page</title><style>{style}</style>"
        f"<main><h1>A page</h1>{body}</main>"
    )
    with pytest.raises(AssertionError, match=rule) as found:
        examine(page, "made-up")
    assert "on a desktop" in str(found.value)
    page.close()


def test_a_page_has_answered_to_its_width_before_it_is_looked_at(browser: Browser) -> None:
    """A menu that a script shows at a width was half there for axe-core, once in many runs."""
    page = browser.new_page()
    page.set_content(
        "<script>matchMedia('(min-width: 900px)').onchange = wide => {"
        " document.title = wide.matches ? 'wide' : 'narrow'; };</script>"
    )
    said = []
    for width in (500, 1280) * 10:
        resize(page, width, 800)
        said.append(page.title())
    assert said == ["narrow", "wide"] * 10
    page.close()
