"""Leaflet, taken from the installed package xstatic-leaflet, as text to write into a page."""

from __future__ import annotations

import base64
import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from localarea.errors import DataMissingError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_PACKAGE = "xstatic.pkg.leaflet"
_IMAGE = re.compile(r"url\(\s*['\"]?(images/[\w.@-]+\.png)['\"]?\s*\)")
_HOME_LINK = '<a href="https://leafletjs.com"'
_SOURCE_MAP = re.compile(r"^//[#@] ?sourceMappingURL=.*$", re.MULTILINE)


def _folder() -> Traversable:
    try:
        return files(_PACKAGE) / "data"
    except ModuleNotFoundError as error:
        raise DataMissingError(_PACKAGE, hint="install the package xstatic-leaflet") from error


@cache
def leaflet_javascript() -> str:
    """
    Read Leaflet's minified script in a form that can stand inside ``<script>``.

    Returns
    -------
    str
        JavaScript that asks for nothing from anywhere and links to nothing: its
        source map is not named, and its name on the map is no link.

    Raises
    ------
    DataMissingError
        If the package xstatic-leaflet is not installed.

    Examples
    --------
    >>> "</script" in leaflet_javascript()
    False
    """
    text = (_folder() / "leaflet.js").read_text(encoding="utf-8")
    text = _SOURCE_MAP.sub("", text).replace("</script", "<\\/script")
    # Its name stays on the map; a link out of the page does not.
    return text.replace(_HOME_LINK, "<span").replace("Leaflet</a>", "Leaflet</span>")


@cache
def leaflet_css() -> str:
    """
    Read Leaflet's style sheet with its few small pictures written into it.

    Returns
    -------
    str
        CSS whose every ``url(...)`` is a ``data:`` address.

    Raises
    ------
    DataMissingError
        If the package xstatic-leaflet is not installed.

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
