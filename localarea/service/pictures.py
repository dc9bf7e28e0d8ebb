"""Maps of options and of what changes between two, drawn once and kept while there is room."""

from __future__ import annotations

import io
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from localarea.records import Option
from localarea.service.once import kept_once

if TYPE_CHECKING:
    from collections.abc import Callable

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.service.state import State

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
    from localarea.reports.print_maps.pictures import write_option_picture

    return _drawn(
        lambda path: write_option_picture(_plain(key), council, path, marked=marked, store=store)
    )


@kept_once(64)
def _changes(first: _Key, second: _Key, council: Council, store: DataStore) -> tuple[bytes, str]:
    return _draw_pair(first, second, council, store)


def _draw_pair(first: _Key, second: _Key, council: Council, store: DataStore) -> tuple[bytes, str]:
    from localarea.reports.print_maps.pictures import write_comparison_picture

    a, b = _plain(first), _plain(second)
    return _drawn(lambda path: write_comparison_picture(a, b, council, path, store=store))


def _drawn(draw: Callable[[Path], str]) -> tuple[bytes, str]:
    with tempfile.TemporaryDirectory(prefix="localarea-") as folder:
        path = Path(folder) / "map.png"
        with DRAWING:
            alt = draw(path)
        return _slim(path), alt


def _slim(path: Path) -> bytes:
    """Return a picture with a palette in place of every shade: a third of the bytes to send."""
    from PIL import Image

    slim = io.BytesIO()
    with Image.open(path) as picture:
        few = picture.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
        few.save(slim, "PNG", optimize=True)
    return slim.getvalue()
