"""
Draw a council's options for print: boundaries, commuting, drive times and differences.

Each function writes one file, with the same bytes every time, and returns its alternative
text.
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
    from collections.abc import Callable, Sequence

    from localarea.comparison.robustness import Robustness
    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option
    from localarea.reports.print_maps.sheet import Sheet

_ENDINGS: Final = (".png", ".svg", ".pdf")


def write_option_picture(
    option: Option, council: Council, path: Path, *, store: DataStore | None = None
) -> str:
    """
    Draw one option: its zones, its boundary, the anchor and the contested places.

    Parameters
    ----------
    option : Option
        Zones of 2011, at least one.
    council : Council
        Council whose anchor and contested places are shown.
    path : pathlib.Path
        File to write; ``.png``, ``.svg`` or ``.pdf``.

    Returns
    -------
    str
        Alternative text of the picture.

    Raises
    ------
    InputError
        If the file extension is not supported.
    """
    return _write(path, lambda: draw_option_picture(option, council, store=store))


def write_commuting_picture(
    council: Council,
    path: Path,
    *,
    options: Sequence[Option] = (),
    store: DataStore | None = None,
) -> str:
    """
    Shade each zone by the share of its commuters who work in the anchor (2011).

    Parameters
    ----------
    path : pathlib.Path
        File to write; ``.png``, ``.svg`` or ``.pdf``.
    options : sequence of Option, default ()
        Up to three options whose boundaries are drawn on top.

    Returns
    -------
    str
        Alternative text of the picture.

    Raises
    ------
    InputError
        If there are more than three options, or the file extension is not supported.
    """
    return _write(path, lambda: draw_commuting_picture(council, options=options, store=store))


def write_minutes_picture(
    council: Council,
    path: Path,
    *,
    options: Sequence[Option] = (),
    store: DataStore | None = None,
) -> str:
    """
    Shade each zone by minutes by road from the anchor's centre, with drive time rings.

    Parameters
    ----------
    path : pathlib.Path
        File to write; ``.png``, ``.svg`` or ``.pdf``.
    options : sequence of Option, default ()
        Up to three options whose boundaries are drawn on top.

    Returns
    -------
    str
        Alternative text of the picture.

    Raises
    ------
    InputError
        If there are more than three options, or the file extension is not supported.
    """
    return _write(path, lambda: draw_minutes_picture(council, options=options, store=store))


def write_robustness_picture(
    robustness: Robustness, council: Council, path: Path, *, store: DataStore | None = None
) -> str:
    """
    Shade each zone by the number of options that include it: core and fringe.

    Parameters
    ----------
    robustness : Robustness
        As returned by :func:`localarea.comparison.robustness.measure_robustness`.
    council : Council
        Council whose anchor and contested places are shown.
    path : pathlib.Path
        File to write; ``.png``, ``.svg`` or ``.pdf``.

    Returns
    -------
    str
        Alternative text of the picture.

    Raises
    ------
    EmptyResultError
        If no zone is in any option.
    InputError
        If the file extension is not supported.
    """
    return _write(path, lambda: draw_robustness_picture(robustness, council, store=store))


def write_comparison_picture(
    first: Option,
    second: Option,
    council: Council,
    path: Path,
    *,
    store: DataStore | None = None,
) -> str:
    """
    Draw what a second option gains and loses compared with a first.

    Parameters
    ----------
    first, second : Option
        Options with zones of 2011; gained zones are those only in the second.
    council : Council
        Council whose anchor and contested places are shown.
    path : pathlib.Path
        File to write; ``.png``, ``.svg`` or ``.pdf``.

    Returns
    -------
    str
        Alternative text of the picture.

    Raises
    ------
    InputError
        If the file extension is not supported.
    """
    return _write(path, lambda: draw_comparison_picture(first, second, council, store=store))


def _write(path: Path, draw: Callable[[], tuple[Sheet, str]]) -> str:
    """Draw and save a picture; a file that no format fits is refused before the drawing."""
    if Path(path).suffix not in _ENDINGS:
        raise InputError(f"{path} must end in one of {', '.join(_ENDINGS)}")
    sheet, said = draw()
    with steady_style():
        save_sheet(sheet, Path(path))
    return said
