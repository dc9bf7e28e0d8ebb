"""Draw the stability and sensitivity of an anchor's travel to work area for print."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from localarea.errors import EmptyResultError, SchemaError
from localarea.geo.crs import require_crs
from localarea.reports.print_maps.saving import save_figure

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd
    from matplotlib.axes import Axes

_MARGIN_M = 8_000
# Class edges of the shares, and greys that print faithfully.
_EDGES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
_DOTS_PER_INCH = 110
_COLOURS = ("#f7f4ee", "#d8e6f0", "#a9cbe2", "#6ea6cc", "#3479ab", "#0b3c66")


def write_membership_map(
    path: Path,
    zones: gpd.GeoDataFrame,
    with_anchor: pd.Series,
    *,
    title: str,
    outlines: Mapping[str, gpd.GeoSeries] | None = None,
    note: str = "",
) -> Path:
    """
    Draw the share of runs in which each zone shares an area with the anchor.

    The map shows the zones that share its area in any run, the named outlines and their
    surroundings. Shares are classed, so that prints without colour are legible.

    Parameters
    ----------
    path : pathlib.Path
        File to write; the extension sets the format (``.png``, ``.svg``, ``.pdf``).
    zones : geopandas.GeoDataFrame
        Zones indexed by code (CRS EPSG:27700; valid, non-empty; unit metre).
    with_anchor : pandas.Series of float, shape (n_zones,)
        Shares in [0, 1], indexed by zone code; zones without a share are not drawn.
    outlines : mapping of str to geopandas.GeoSeries, optional
        Polygons to outline (CRS EPSG:27700), such as districts, by name.
    note : str, default ""
        Attribution of the data, below the map.

    Raises
    ------
    CrsError
        If a geometry is not in EPSG:27700.
    SchemaError
        If a share is outside 0 to 1.
    EmptyResultError
        If no zone shares an area with the anchor in any run.
    """
    require_crs(zones)
    if not with_anchor.between(0, 1).all():
        raise SchemaError("shares to draw", ["a share is outside 0 to 1"])
    drawn = zones.loc[zones.index.intersection(with_anchor.index)]
    share = with_anchor.loc[drawn.index]
    if not (share > 0).any():
        raise EmptyResultError(
            "no zone shares an area with the anchor in any run, so there is nothing to draw"
        )
    lines = list((outlines or {}).values())
    for shapes in lines:
        require_crs(shapes)
    figure, axes = _figure(7.2, 6.4)
    _paint(axes, drawn, share)
    _outline(axes, outlines or {})
    _frame(axes, drawn[share > 0], lines)
    _legend(axes)
    axes.set_title(title, fontsize=9, loc="left", wrap=True)
    if note:
        figure.supxlabel(note, fontsize=6.5, x=0.01, ha="left")
    return save_figure(figure, path, _DOTS_PER_INCH)


def write_sensitivity_picture(
    path: Path,
    runs: pd.DataFrame,
    *,
    title: str,
) -> Path:
    """
    Plot the zones of the anchor's area against the minimum self-containment, a panel a matrix.

    Parameters
    ----------
    path : pathlib.Path
        File to write; the extension sets the format.
    runs : pandas.DataFrame
        Runs of a grid with columns ``matrix``, ``anchor_zones`` and ``min_sc``.

    Raises
    ------
    SchemaError
        If the runs lack a column.
    EmptyResultError
        If there are no runs.
    """
    missing = [c for c in ("matrix", "anchor_zones", "min_sc") if c not in runs.columns]
    if missing:
        raise SchemaError("runs to draw", [f"no column {c!r}" for c in missing])
    if runs.empty:
        raise EmptyResultError("there are no runs to draw")
    names = list(dict.fromkeys(runs["matrix"]))
    figure, _ = _figure(2.6 * len(names) + 0.6, 3.2, panels=len(names))
    for axes, name in zip(figure.axes, names, strict=True):
        chosen = runs[runs["matrix"] == name]
        places = {value: at for at, value in enumerate(sorted(runs["min_sc"].unique()))}
        level = chosen["min_sc"].map(places)
        # Jitter, so that equal dots show.
        spread = (chosen.groupby("min_sc").cumcount() % 7 - 3) * 0.05
        axes.scatter(level + spread, chosen["anchor_zones"], s=22, color="#0072B2", alpha=0.6)
        axes.set_xticks(list(places.values()), [f"{value:g}" for value in places], fontsize=7)
        axes.tick_params(axis="y", labelsize=7)
        axes.set_title(name, fontsize=7.5, loc="left")
        axes.set_xlabel("minimum self-containment (one dot per run)", fontsize=7)
    figure.axes[0].set_ylabel("zones in the anchor's area", fontsize=7.5)
    figure.suptitle(title, fontsize=9, x=0.01, ha="left")
    return save_figure(figure, path, _DOTS_PER_INCH)


def _figure(width: float, height: float, *, panels: int = 1) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    grid = figure.subplots(1, panels, squeeze=False, sharey=True)
    return figure, grid[0, 0]


def _paint(axes: Axes, zones: gpd.GeoDataFrame, share: pd.Series) -> None:
    classes = np.searchsorted(_EDGES[1:-1], share.to_numpy(), side="left")
    colours = np.array(_COLOURS)[np.where(share > 0, np.maximum(classes, 0), 0)]
    zones.geometry.plot(ax=axes, color=colours, edgecolor="#b9bdc4", linewidth=0.3)


def _outline(axes: Axes, outlines: Mapping[str, gpd.GeoSeries]) -> None:
    for name, shapes in outlines.items():
        shapes.boundary.plot(ax=axes, color="#D55E00", linewidth=1.4)
        point = shapes.union_all().representative_point()
        axes.annotate(
            name,
            (point.x, point.y),
            fontsize=8,
            ha="center",
            bbox={"facecolor": "white", "alpha": 0.8, "edgecolor": "none", "pad": 1.5},
        )


def _frame(axes: Axes, members: gpd.GeoDataFrame, lines: list[gpd.GeoSeries]) -> None:
    bounds = [members.total_bounds, *(shapes.total_bounds for shapes in lines)]
    axes.set_xlim(min(b[0] for b in bounds) - _MARGIN_M, max(b[2] for b in bounds) + _MARGIN_M)
    axes.set_ylim(min(b[1] for b in bounds) - _MARGIN_M, max(b[3] for b in bounds) + _MARGIN_M)
    axes.set_aspect("equal")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_xlabel("")  # remove the "Easting" that geopandas adds, because there is no grid
    axes.set_ylabel("")
    axes.set_facecolor("#dde7ee")


def _legend(axes: Axes) -> None:
    words = ["never, or below 5%"]
    words += [f"{low:.0%} to {high:.0%}" for low, high in pairwise(_EDGES[1:])]
    entries: list[Any] = [
        Patch(facecolor=colour, edgecolor="#b9bdc4", label=text)
        for colour, text in zip(_COLOURS, words, strict=True)
    ]
    axes.legend(handles=entries, title="share of runs", fontsize=7, title_fontsize=7, loc="best")
