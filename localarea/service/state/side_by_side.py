"""Two options side by side: figures, differences and changes, as text for a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from localarea.comparison.exposure import exposure_figures
from localarea.comparison.figure_catalogue import (
    MANDATE,
    MANDATE_OTHERWISE,
    name_anchor,
    write_change,
    write_figure,
)
from localarea.comparison.tables import change_figures
from localarea.options.titles import spoken_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localarea.comparison.comparison import Comparison
    from localarea.comparison.figure_catalogue import Figure

_MOST_ZONES: Final = 20  # of those that change; the files have all


def side_by_side(comparison: Comparison) -> dict[str, Any]:
    """
    Return what a page shows of two options.

    Parameters
    ----------
    comparison : Comparison
        Of two options, the second compared with the first.

    Returns
    -------
    dict
        ``pair``, ``sides`` (a figure, both values and the difference, as text), ``mandate`` (the
        sides of the mandate, which open the page; empty where no area of it is stated),
        ``changes`` by district and ``zones``, with ``change_heads``, as ``study-parts.html``
        takes them.
    """
    first, second = comparison.options
    anchor = spoken_name(first.anchor)
    sides = [
        _side(
            f, comparison.metrics.loc[first.id, f.name], comparison.metrics.loc[second.id, f.name]
        )
        for f in comparison.figures
    ]
    exposed, moves = comparison.exposure, change_figures(comparison)
    sides += [
        _side(f, exposed.loc[first.id, f.name], exposed.loc[second.id, f.name])
        for f in (name_anchor(figure, anchor) for figure in exposure_figures(exposed))
    ]
    zones = comparison.changes_by_zone
    shown = [side for side in sides if side is not None]
    return {
        "pair": (first, second),
        "sides": shown,
        "mandate": [side for side in shown if side[0].group in (MANDATE, MANDATE_OTHERWISE)],
        "changes": _change_rows(comparison.changes, "district", moves),
        "zones": _change_rows(
            zones.sort_values("jobs", ascending=False).head(_MOST_ZONES),
            "name",
            [f for f in moves if f.name != "zones"],
        ),
        "zones_in_all": len(zones),
        "change_heads": [f.heading for f in moves],
    }


def _side(figure: Figure, here: Any, there: Any) -> tuple[Figure, str, str, str] | None:
    if pd.isna(here) and pd.isna(there):
        return None
    texts = write_figure(here, figure.kind), write_figure(there, figure.kind)
    return (figure, *texts, write_change(here, there, figure.kind))


def _change_rows(
    frame: pd.DataFrame, name: str, figures: Sequence[Figure]
) -> list[tuple[str, str, list[str]]]:
    return [
        (row[name], row["change"], [write_figure(row[f.name], f.kind) for f in figures])
        for row in frame.to_dict("records")
    ]
