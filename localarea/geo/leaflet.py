"""Leaflet's script and style sheet, from the installed package xstatic-leaflet, to inline."""

from __future__ import annotations

import base64
import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from localarea.extras import extra

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_PACKAGE = "xstatic.pkg.leaflet"
_IMAGE = re.compile(r"url\(\s*['\"]?(images/[\w.@-]+\.png)['\"]?\s*\)")
_HOME_LINK = '<a href="https://leafletjs.com"'
_SOURCE_MAP = re.compile(r"^//[#@] ?sourceMappingURL=.*$", re.MULTILINE)


def _folder() -> Traversable:
    with extra("maps"):
        return files(_PACKAGE) / "data"


@cache
def leaflet_javascript() -> str:
    """
    Return Leaflet's minified script, safe to place inside ``<script>``.

    JavaScript that makes no request and links to nothing: without its source map, and with its name
    on the map as plain text. MissingExtraError if the package xstatic-leaflet is not installed.

    Examples
    --------
    >>> "</script" in leaflet_javascript()
    False
    """
    text = (_folder() / "leaflet.js").read_text(encoding="utf-8")
    text = _SOURCE_MAP.sub("", text).replace("</script", "<\\/script")
    # The attribution stays on the map, without the link out of the page.
    return text.replace(_HOME_LINK, "<span").replace("Leaflet</a>", "Leaflet</span>")


@cache
def leaflet_css() -> str:
    """
    Return Leaflet's style sheet, with its images inlined.

    CSS in which every ``url(...)`` is a ``data:`` URL. MissingExtraError if the package
    xstatic-leaflet is not installed.

    Examples
    --------
    >>> "url(images" in leaflet_css()
    False
    """
    folder = _folder()

    def inline(match: re.Match[str]) -> str:
        picture = base64.b64encode(folder.joinpath(match[1]).read_bytes()).decode("ascii")
        return f"url(data:image/png;base64,{picture})"

    return _IMAGE.sub(inline, (folder / "leaflet.css").read_text(encoding="utf-8"))
