"""Small pieces of HTML for a cell of a notebook."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

# Colours of the cell's own page, light or dark: only lines and the outline have one of ours.
_CARD: Final = "border-left:4px solid #0072b2;padding:0.2em 0 0.2em 0.9em;margin:0.3em 0"
_HEAD: Final = "text-align:left;padding:0.1em 1em 0.1em 0;font-weight:600;vertical-align:top"
_CELL: Final = "text-align:left;padding:0.1em 0;vertical-align:top"


def card(title: str, facts: Mapping[str, object], *, beside: str = "", below: str = "") -> str:
    """
    Write a title and facts.

    Parameters
    ----------
    title : str
        Heading, as plain text.
    facts : mapping
        What is said of it, by its name; what is None or blank is left out.
    beside : str, default ""
        HTML to the right of the facts.
    below : str, default ""
        HTML below them.

    Returns
    -------
    str
        HTML; the texts are escaped.

    Examples
    --------
    >>> "3 &lt; 4" in card("Title", {"claim": "3 < 4"})
    True
    """
    rows = "".join(
        f'<tr><th scope="row" style="{_HEAD}">{escape(name)}</th>'
        f'<td style="{_CELL}">{escape(str(value))}</td></tr>'
        for name, value in facts.items()
        if value is not None and value != ""
    )
    return (
        f'<div style="{_CARD}"><strong>{escape(title)}</strong>'
        '<div style="display:flex;gap:1.5em;flex-wrap:wrap">'
        f"<table>{rows}</table>{beside}</div>{below}</div>"
    )


def outline(shape: Any, words: str) -> str:
    """
    Draw the outline of an area, a few centimetres high.

    Parameters
    ----------
    shape : shapely geometry
        Polygons; CRS EPSG:27700.
    words : str
        What a screen reader says of it.

    Returns
    -------
    str
        An SVG element.
    """
    import shapely

    west, south, east, north = shape.bounds
    size = max(east - west, north - south)
    coarse = shapely.simplify(shape, size / 150)
    path = "".join(_ring(ring, west, north) for ring in _rings(coarse))
    edge = size * 0.02
    box = f"{-edge:.0f} {-edge:.0f} {east - west + 2 * edge:.0f} {north - south + 2 * edge:.0f}"
    return (
        f'<svg role="img" aria-label="{escape(words)}" viewBox="{box}" width="150" height="120">'
        f'<path d="{path}" fill="#0072b2" fill-opacity="0.3" fill-rule="evenodd" '
        f'stroke="#0072b2" stroke-width="{size * 0.012:.0f}"/></svg>'
    )


def _rings(shape: Any) -> Iterable[Any]:
    import shapely

    for part in shapely.get_parts(shape):
        yield part.exterior
        yield from part.interiors


def _ring(ring: Any, west: float, north: float) -> str:
    corners = " ".join(f"{x - west:.0f},{north - y:.0f}" for x, y in ring.coords[:-1])
    return f"M{corners}Z"


def table(frame: pd.DataFrame, *, most: int = 60) -> str:
    """
    Write a table of texts.

    Parameters
    ----------
    frame : pandas.DataFrame
        Texts.
    most : int, default 60
        Rows shown.

    Returns
    -------
    str
        HTML; the texts are escaped.
    """
    text: str = frame.head(most).to_html(escape=True, border=0, justify="left", index_names=False)
    left = len(frame) - most
    return text + (f"<p>and {left:,} more</p>" if left > 0 else "")
