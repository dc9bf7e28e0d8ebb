"""Every page is held to the rules at every width, though what was seen before is asked less."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from barrier_cases import barriers
from browser_cases import examine, resize, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WIDE_ONLY = "@media (max-width: 900px) { .wide { display: none } }"
NARROW_ONLY = "@media (min-width: 900px) { .narrow { display: none } }"
CLOSE = "button { width: 9px; height: 9px; padding: 0; margin: 0; border: 0; overflow: hidden }"
PICTURE = "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw=' class='wide'>"


def page_of(body: str, style: str = "") -> str:
    return (
        f"<!doctype html><html lang='en'><title>A page</title><style>{style}</style>"
        f"<main><h1>A page</h1>{body}</main>"
    )


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
    page.set_content(page_of(body, style))
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


WELL = "<button id='a'>Say it</button>"
ROWS = "<tr><td>1</td><td>some text</td></tr>" * 20
FIELD = "<label for='f'>Place</label><input id='f'>"
FORM = "<p id='hint'>As on the map</p><input aria-labelledby='hint'>"


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    [
        ("button-name", WELL, WELL + "<button id='b'></button>"),
        ("color-contrast", ROWS, ROWS + "<tr><td>1</td><td style='color: #ccc'>pale</td></tr>"),
        ("color-contrast", f"<div>{ROWS}</div>", f"<div style='background: #333'>{ROWS}</div>"),
        ("label", FIELD, FIELD.replace("label for", "label lang")),
        ("label", FORM, FORM.replace("As on the map", " ")),
        ("aria-valid-attr-value", WELL, WELL.replace("id", "aria-expanded='perhaps' id")),
        ("link-name", "<a href='#a'>Away</a>", "<a href='#a'><i></i></a>"),
        ("nested-interactive", WELL, WELL.replace("Say it", "<a href='#a'>Say it</a>")),
        ("list", "<ul><li>One</li></ul>", "<ul><li>One</li><div>Two</div></ul>"),
        (
            "color-contrast",
            "<h2 style='color: #888'>Large</h2>",
            "<p style='color: #888'>Small</p>",
        ),
        ("html-has-lang", WELL, "no language"),
        ("document-title", WELL, "no title"),
        ("twice: a", WELL, WELL + WELL),
    ],
)
def test_what_is_wrong_is_found_beside_what_was_seen_to_be_well(
    rule: str, before: str, after: str, browser: Browser
) -> None:
    page = browser.new_page()
    wrapped = [text.replace(ROWS, f"<table>{ROWS}") for text in (before, after)]
    for _ in range(2):  # the second time nothing of it is new
        page.set_content(page_of(wrapped[0]))
        assert barriers(page) == []
    faulty = {
        "no language": page_of(before).replace(" lang='en'", ""),
        "no title": page_of(before).replace("A page</title>", "</title>"),
    }
    page.set_content(faulty.get(after) or page_of(wrapped[1]))
    for _ in range(2):  # what is found once is found again
        assert [found for found in barriers(page) if found.startswith(rule)] != []
    page.close()


@pytest.mark.parametrize(
    ("rule", "style"),
    [("target-size", "height: 9px; width: 9px; padding: 0; margin: 0; border: 0")],
)
def test_where_things_lie_is_looked_at_every_time(rule: str, style: str, browser: Browser) -> None:
    page = browser.new_page()
    two = "<button>A</button><button>B</button>"
    page.set_content(page_of(two, "button { height: 40px; width: 40px }"))
    assert barriers(page) == []
    page.set_content(page_of(two, f"button {{ {style}; overflow: hidden }}"))
    assert [found for found in barriers(page) if found.startswith(rule)] != []
    page.close()


BOX = "position: relative; height: 90px; background: #fff; overflow: hidden"
FAR = "position: absolute; left: -50px; top: -200px"
DRAWING = f"<svg style='{FAR}' width='900' height='900'><path d='M0 0h900v900z'/></svg>"


@pytest.mark.parametrize(
    "body",
    [
        f"<p class='p'>Above</p><div style='{BOX}'>{DRAWING}</div>",
        f"<div style='{BOX}'>{DRAWING}</div><p class='p'>Below</p>",
        f"<div style='{BOX}'>{DRAWING}<p class='p' style='position: relative'>On it</p></div>",
    ],
)
def test_pale_text_near_a_drawing_that_is_cut_off_is_found(body: str, browser: Browser) -> None:
    """Nothing pale around or on a map was ever found: a drawing reaches far beyond its box."""
    page = browser.new_page()
    body += (
        "<label for='f'>Place</label><input id='f' list='l'><datalist id='l'><option>1</datalist>"
    )
    page.set_content(page_of(body))
    stood = page.content()
    assert barriers(page) == []
    assert page.content() == stood  # what was taken out is back where it was
    page.set_content(page_of(body, ".p { color: #ccc }"))
    assert [found for found in barriers(page) if found.startswith("color-contrast")] != []
    page.close()


@pytest.mark.parametrize(
    ("rule", "part"),
    [
        ("svg-img-alt", "<path role='img' d='M0 0h9v9z'/>"),
        ("aria-valid-attr-value", "<path aria-expanded='perhaps' d='M0 0h9v9z'/>"),
        ("link-name", "<a href='#a'><path d='M0 0h9v9z'/></a>"),
    ],
)
def test_what_a_reader_is_told_of_a_drawing_is_looked_at(
    rule: str, part: str, browser: Browser
) -> None:
    page = browser.new_page()
    whole = DRAWING.replace("<path", f"{part}<path")
    page.set_content(page_of(f"<div style='{BOX}'>{whole.replace('top: -200px', 'top: 0')}</div>"))
    assert [found for found in barriers(page) if found.startswith(rule)] != []
    page.close()
