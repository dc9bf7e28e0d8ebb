"""
Draw a council's options for print: boundaries, commuting, drive times and differences.

Each function writes one ``.png``, ``.svg`` or ``.pdf``, with the same bytes every time, and returns
its alternative text. Another extension is an :class:`~localarea.errors.InputError`, as is what the
function of :mod:`localarea.reports.print_maps.drawings` refuses, which says what is drawn.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from localarea.errors import InputError
from localarea.reports.print_maps.drawings import (
    draw_commuting_picture,
    draw_comparison_picture,
    draw_minutes_picture,
    draw_option_picture,
    draw_robustness_picture,
)
from localarea.reports.print_maps.sheet import save_sheet, steady_style

if TYPE_CHECKING:
    from collections.abc import Callable

    from localarea.comparison.robustness import Robustness
    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option
    from localarea.reports.print_maps.sheet import PrintedMap

_ENDINGS: Final = (".png", ".svg", ".pdf")


def write_option_picture(
    option: Option,
    council: Council,
    path: Path,
    *,
    marked: str = "",
    store: DataStore | None = None,
) -> str:
    """Write the picture of :func:`draw_option_picture`."""
    return _write(path, lambda: draw_option_picture(option, council, marked=marked, store=store))


def write_commuting_picture(council: Council, path: Path, *, store: DataStore | None = None) -> str:
    """Write the picture of :func:`draw_commuting_picture`."""
    return _write(path, lambda: draw_commuting_picture(council, store=store))


def write_minutes_picture(council: Council, path: Path, *, store: DataStore | None = None) -> str:
    """Write the picture of :func:`draw_minutes_picture`."""
    return _write(path, lambda: draw_minutes_picture(council, store=store))


def write_robustness_picture(
    robustness: Robustness, council: Council, path: Path, *, store: DataStore | None = None
) -> str:
    """Write the picture of :func:`draw_robustness_picture`."""
    return _write(path, lambda: draw_robustness_picture(robustness, council, store=store))


def write_comparison_picture(
    first: Option,
    second: Option,
    council: Council,
    path: Path,
    *,
    store: DataStore | None = None,
) -> str:
    """Write the picture of :func:`draw_comparison_picture`."""
    return _write(path, lambda: draw_comparison_picture(first, second, council, store=store))


def _write(path: Path, draw: Callable[[], tuple[PrintedMap, str]]) -> str:
    """Draw and save a picture; a file that no format fits is refused before the drawing."""
    if Path(path).suffix not in _ENDINGS:
        raise InputError(f"{path} must end in one of {', '.join(_ENDINGS)}")
    sheet, said = draw()
    with steady_style():
        save_sheet(sheet, Path(path))
    return said
