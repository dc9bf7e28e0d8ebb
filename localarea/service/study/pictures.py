"""Maps of options and of what changes between two, drawn once and kept while there is room."""

from __future__ import annotations

import io
import threading
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from localarea.records import Option
from localarea.service.state.once import kept_once

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL.Image import Image

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.reports.print_maps.sheet import PrintedMap
    from localarea.service.state.state import State

_Key = tuple[str, str, str, tuple[str, ...], str]
_COLOURS: Final = 128  # of a picture for a page; edges of letters need most of them
DRAWING: Final = threading.Lock()  # the library that draws keeps one state for all threads


def option_picture(
    option: Option, state: State, council: Council | None = None
) -> tuple[bytes, str]:
    """
    Draw an option, and give the picture (PNG) with words that stand for it.

    ``council`` says whose places in dispute are marked; by default those of the service's own.
    """
    return _option(_key_of(option), council or state.council, state.store)


def zone_picture(option: Option, zone: str, state: State) -> tuple[bytes, str]:
    """Draw an option with one zone marked, as :func:`option_picture`."""
    return _option(_key_of(option), state.council, state.store, zone)


def changes_picture(first: Option, second: Option, state: State) -> tuple[bytes, str]:
    """Draw what a second option gains and loses against a first, as :func:`option_picture`."""
    return _changes(_key_of(first), _key_of(second), state.council, state.store)


def draw_changes(first: Option, second: Option, state: State) -> tuple[bytes, str]:
    """Draw the same without keeping it: a place in a what-if may be somebody's postcode."""
    return _draw_pair(_key_of(first), _key_of(second), state.council, state.store)


def png(content: bytes) -> Response:
    """Answer with a picture, for this visitor to keep an hour."""
    headers = {"Cache-Control": "private, max-age=3600"}
    return Response(content, media_type="image/png", headers=headers)


def _key_of(option: Option) -> _Key:
    return option.id, option.title, option.method, option.zones, option.anchor


def _plain(key: _Key) -> Option:
    """Make an option of what a picture needs; options themselves cannot be hashed."""
    name, title, method, zones, anchor = key
    return Option(name, title, method, "msoa11", zones, anchor)


@kept_once(64)
def _option(key: _Key, council: Council, store: DataStore, marked: str = "") -> tuple[bytes, str]:
    from localarea.reports.print_maps.drawings import draw_option_picture

    return _drawn(lambda: draw_option_picture(_plain(key), council, marked=marked, store=store))


@kept_once(64)
def _changes(first: _Key, second: _Key, council: Council, store: DataStore) -> tuple[bytes, str]:
    return _draw_pair(first, second, council, store)


def _draw_pair(first: _Key, second: _Key, council: Council, store: DataStore) -> tuple[bytes, str]:
    from localarea.reports.print_maps.drawings import draw_comparison_picture

    a, b = _plain(first), _plain(second)
    return _drawn(lambda: draw_comparison_picture(a, b, council, store=store))


def _drawn(draw: Callable[[], tuple[PrintedMap, str]]) -> tuple[bytes, str]:
    from localarea.reports.print_maps.sheet import draw_pixels, steady_style

    with DRAWING:
        sheet, alt = draw()
        with steady_style():
            drawn = draw_pixels(sheet)
    return _slim(drawn), alt


def _slim(drawn: Image) -> bytes:
    """Pack a picture with a palette in place of every shade: a third of the bytes to send."""
    from PIL.Image import Dither

    slim = io.BytesIO()
    # To pack it as small as can be takes as long as the drawing, and saves a twentieth.
    drawn.convert("RGB").quantize(_COLOURS, dither=Dither.NONE).save(slim, "PNG")
    return slim.getvalue()
