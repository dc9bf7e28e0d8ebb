"""Draw the options as small multiples, for the documents."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from localarea.errors import EmptyResultError, SchemaError
from localarea.geo.crs import require_crs
from localarea.reports.cartography.linework import simplify_together
from localarea.reports.cartography.styles import style_options
from localarea.reports.print_maps.saving import save_figure
from localarea.reports.print_maps.sheet import outline_patch

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    import geopandas as gpd
    from matplotlib.axes import Axes
    from shapely import Point

_MARGIN_M = 6_000
_SCALE_BAR_M = 10_000
_DETAIL_M = 250.0  # smaller detail cannot be seen on a small map
_SMALLEST_M2 = 2e5  # smaller islets would be less than a dot


def _scale_bar(axes: Axes, west: float, south: float) -> None:
    axes.plot([west, west + _SCALE_BAR_M], [south, south], color="#16181d", linewidth=2, zorder=6)
    axes.annotate(
        "10 km", (west, south), xytext=(0, 3), textcoords="offset points", fontsize=6.5, zorder=6
    )


def _draw(
    axes: Axes, land: gpd.GeoSeries, option: gpd.GeoSeries, colour: str, anchor: tuple[str, Point]
) -> None:
    axes.add_artist(outline_patch(land, facecolor="#f7f4ee", edgecolor="none", zorder=1))
    axes.add_artist(outline_patch(option, facecolor=colour, edgecolor="none", alpha=0.4, zorder=2))
    axes.add_artist(outline_patch(land, fill=False, edgecolor="#7d828c", linewidth=0.5, zorder=3))
    axes.add_artist(outline_patch(option, fill=False, edgecolor=colour, linewidth=1.5, zorder=4))
    name, point = anchor
    axes.plot(point.x, point.y, marker="*", color="#16181d", markersize=7, zorder=5)
    axes.annotate(
        name, (point.x, point.y), xytext=(5, -2), textcoords="offset points", fontsize=6.5, zorder=5
    )
    axes.set_facecolor("#dde7ee")
    axes.set_aspect("equal")
    axes.set_xticks([])
    axes.set_yticks([])


def _extent(options: gpd.GeoDataFrame) -> tuple[float, float, float, float]:
    west, south, east, north = (float(v) for v in options.total_bounds)
    return west - _MARGIN_M, south - _MARGIN_M, east + _MARGIN_M, north + _MARGIN_M


def write_options_picture(
    path: Path,
    options: gpd.GeoDataFrame,
    *,
    districts: gpd.GeoDataFrame,
    anchor: tuple[str, Point],
    note: str = "",
    lead: str | None = None,
    contested: Collection[str] = (),
    columns: int = 3,
    dots_per_inch: int = 110,
) -> Path:
    """
    Write a picture with one small map per option, all at the same scale.

    Parameters
    ----------
    path : pathlib.Path
        File to write; the extension sets the format (``.png``, ``.svg``, ``.pdf``).
    options : geopandas.GeoDataFrame
        Columns ``id``, ``title`` and ``geometry`` (CRS EPSG:27700; valid,
        non-empty; unit metre).
    districts : geopandas.GeoDataFrame
        Column ``geometry`` (CRS EPSG:27700); drawn beneath every option.
    anchor : tuple of str and shapely.Point
        Name and point of the anchor, EPSG:27700.
    note : str, default ""
        Attribution of the data, below the maps.
    lead : str or None, default None
        Id of the option drawn in the first colour, as in ``options_map``.
    contested : collection of str, default ()
        Keys of the council's contested places, which identify variants.
    dots_per_inch : int, default 110
        Resolution of raster formats.

    Raises
    ------
    CrsError
        If a geometry is not in EPSG:27700.
    SchemaError
        If ``options`` lacks a column.
    EmptyResultError
        If there are no options.
    """
    require_crs(options)
    require_crs(districts)
    faults = [f"no column {c!r}" for c in ("id", "title") if c not in options.columns]
    if faults:
        raise SchemaError("options to draw", faults)
    if options.empty:
        raise EmptyResultError("there are no options to draw; name at least one")
    west, south, east, north = _extent(options)
    around = districts.clip((west, south, east, north)).geometry
    light, land = simplify_together(
        [options.set_index("id").geometry, around], _DETAIL_M, smallest_m2=_SMALLEST_M2
    )
    styles = style_options(light.index, lead, contested=contested)
    rows, columns = math.ceil(len(options) / columns), min(columns, len(options))
    height = 3.1 * (north - south) / (east - west) + 0.5
    figure = Figure(figsize=(3.1 * columns, height * rows + 0.25), layout="constrained")
    FigureCanvasAgg(figure)
    all_axes = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes, row in zip(all_axes, options.itertuples(), strict=False):
        _draw(axes, land, light.loc[[row.id]], styles[row.id].colour, anchor)
        axes.set_xlim(west, east)
        axes.set_ylim(south, north)
        axes.set_title("\n".join(textwrap.wrap(row.title, 44)), fontsize=7.5, loc="left")
    _scale_bar(all_axes[0], west + 2_500, south + 2_500)
    for axes in all_axes[len(options) :]:
        axes.set_axis_off()
    if note:
        figure.supxlabel(note, fontsize=6.5, x=0.01, ha="left")
    return save_figure(figure, path, dots_per_inch)
