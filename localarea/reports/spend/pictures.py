"""Draw published spend: by quarter, under each option, and on a map of districts."""

from __future__ import annotations

import textwrap
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from localarea.datasets.districts import read_districts
from localarea.extras import extra
from localarea.places.outline import zone_shapes
from localarea.reports.cartography.shading import BORDER, INK, LAND, SEA
from localarea.reports.print_maps.saving import save_figure
from localarea.reports.print_maps.sheet import frame_bounds, outline_patch, steady_style
from localarea.reports.spend.tables import STATE_WORDS
from localarea.spend.payments import MILLIONTHS, spoken
from localarea.spend.standing import STATES

with extra("maps"):
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import geopandas as gpd
    from matplotlib.axes import Axes

    from localarea.datasets.store import DataStore
    from localarea.records import ZoneSystem
    from localarea.spend.report import Line, SpendReport

# Distinct without colour vision; the patterns tell them apart on copies without colour.
_LOOKS: Final = (
    *(("#0072B2", ""), ("#E69F00", "//"), ("#c9ccd2", "..")),
    *(("#5b2a86", "xx"), ("#009E73", "--")),
)
_SHADES: Final = ("#eef3f7", "#c3d9ea", "#86b3d4", "#3b7fb0", "#0b4a78")
_BAR_IN: Final = 0.34  # height of a bar
_LONGEST: Final = 46  # characters of a label on a line
_MOST_BARS: Final = 24
_DOTS: Final = 150
_DETAIL_M: Final = 150.0
_NAMED_SHARE: Final = 0.012  # of the map, that a district must fill to be named


def write_bars(lines: Sequence[Line], path: Path, title: str) -> str:
    """
    Draw lines as stacked bars of money by status.

    ``lines``: at least one; the first 24 are drawn. ``path``: file to write; the extension sets the
    format.
    """
    shown = list(lines[:_MOST_BARS])
    labels = [textwrap.fill(line.name, _LONGEST) for line in shown]
    high = sum(_BAR_IN + 0.13 * label.count("\n") for label in labels) + 1.4
    with steady_style():
        figure = Figure(figsize=(7.2, high), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots()
        ups, downs = np.zeros(len(shown)), np.zeros(len(shown))
        for state, (colour, pattern) in zip(STATES, _LOOKS, strict=True):
            sizes = np.array([line.by_status[state].amount / MILLIONTHS for line in shown])
            left = np.where(sizes >= 0, ups, downs)  # refunds are drawn to the left of zero
            axes.barh(labels, sizes, left=left, label=STATE_WORDS[state], color=colour,
                      hatch=pattern, edgecolor="white", linewidth=0.4, height=0.72)  # fmt: skip
            ups, downs = ups + np.maximum(sizes, 0), downs + np.minimum(sizes, 0)
        axes.axvline(0, color=INK, linewidth=0.8)
        axes.invert_yaxis()
        axes.xaxis.set_major_formatter(lambda value, _: _short(value))
        axes.tick_params(labelsize=8)
        axes.grid(axis="x", alpha=0.3)
        axes.set_axisbelow(True)
        axes.margins(y=0.02)
        axes.spines[["top", "right", "left"]].set_visible(False)
        figure.suptitle(title, fontsize=10, x=0.01, ha="left")
        figure.legend(loc="outside lower left", ncols=len(STATES), frameon=False, fontsize=8)
        save_figure(figure, path, _DOTS)
    said = "; ".join(f"{line.name}: {spoken(line.by_status['local'].amount)} local of "
                     f"{spoken(line.amount)}" for line in shown)  # fmt: skip
    return f"Bars of net spend by status. {said}."


def _short(value: float) -> str:
    """Write pounds on an axis."""
    sign = "-" if value < 0 else ""
    size = abs(value)
    for unit, letter in ((1e9, "bn"), (1e6, "m"), (1e3, "k")):
        if size >= unit:
            return f"{sign}£{size / unit:,.4g}{letter}"
    return f"{sign}£{size:,.4g}"


def write_map(report: SpendReport, path: Path, *, store: DataStore | None = None) -> str:
    """
    Draw the districts around the area, shaded by what was paid there, and the area's boundary.

    ``path``: file to write; the extension sets the format.
    """
    boundary = report.boundary
    window, districts, line = _ground(tuple(sorted(boundary.zones)), boundary.zone_system, store)
    paid = {line.code: line.amount for line in report.by["district"] if line.code}
    amounts = np.array([paid.get(code, 0) / MILLIONTHS for code in districts.index])
    edges = _edges(amounts)
    with steady_style():
        high = 6.8 * (window[3] - window[1]) / (window[2] - window[0]) + 1.0
        figure = Figure(figsize=(7.2, high), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots()
        key = _shade(axes, districts, amounts, edges)
        for ring in shapely.get_parts(line):
            x, y = shapely.get_coordinates(ring).T
            axes.plot(x, y, color="white", linewidth=3.4, zorder=4)
            axes.plot(x, y, color="#a3410a", linewidth=1.9, zorder=5)
        key.append(Line2D([], [], color="#a3410a", linewidth=1.9, label="local"))
        _name(axes, districts, amounts, window)
        axes.set(xlim=(window[0], window[2]), ylim=(window[1], window[3]), xticks=[], yticks=[])
        axes.set_facecolor(SEA)
        axes.set_aspect("equal")
        figure.legend(handles=key, loc="outside lower left", ncols=3, frameon=False, fontsize=8)
        save_figure(figure, path, _DOTS)
    return _said(report, set(districts.index))


@lru_cache(maxsize=2)  # a document and a page draw the same map
def _ground(
    zones: tuple[str, ...], system: ZoneSystem, store: DataStore | None
) -> tuple[Any, gpd.GeoDataFrame, Any]:
    """Return the window of a map, the districts in it, and the area's boundary ashore."""
    area = shapely.union_all(zone_shapes(zones, system, store=store))
    west, south, east, north = shapely.buffer(area, 0.35 * np.sqrt(area.area)).bounds
    window = frame_bounds((west, south, east, north))
    districts = read_districts(store=store).clip(window)
    coast = shapely.boundary(shapely.union_all(districts.geometry.to_numpy()))
    districts["geometry"] = districts.geometry.simplify(_DETAIL_M)
    return window, districts, _ashore(area, coast)


def _ashore(area: Any, coast: Any) -> Any:
    """Return the boundary without the coast, where it would drown the creeks."""
    line = shapely.simplify(shapely.boundary(area), _DETAIL_M)
    return shapely.line_merge(shapely.difference(line, shapely.buffer(coast, 2 * _DETAIL_M)))


def _edges(amounts: Any) -> list[float]:
    """Choose round edges between the shades, for money that spans several sizes."""
    largest = max(amounts.max(initial=0.0), 1.0)
    size = 10.0 ** np.floor(np.log10(largest))
    steps = [step * size / down for down in (100, 10, 1) for step in (1, 2, 5)]
    return [float(step) for step in steps if step <= largest][-len(_SHADES) + 1 :]


def _shade(
    axes: Axes, districts: gpd.GeoDataFrame, amounts: Any, edges: Sequence[float]
) -> list[Any]:
    classes = np.searchsorted(edges, amounts, side="right")
    words = [f"under {_short(edges[0])}"]
    words += [f"{_short(a)} to {_short(b)}" for a, b in pairwise(edges)]
    words.append(f"{_short(edges[-1])} or more")
    words.insert(0, "nothing, or refunds alone")
    key: list[Any] = []
    look: dict[str, Any] = {"edgecolor": BORDER, "linewidth": 0.5, "zorder": 2}
    for number, colour in enumerate((LAND, *_SHADES), start=-1):
        chosen = districts.geometry[
            amounts <= 0 if number < 0 else (classes == number) & (amounts > 0)
        ]
        if len(chosen):
            axes.add_artist(outline_patch(chosen, facecolor=colour, **look))
            key.append(Patch(facecolor=colour, edgecolor=BORDER, label=words[number + 1]))
    return key


def _name(axes: Axes, districts: gpd.GeoDataFrame, amounts: Any, window: Any) -> None:
    whole = (window[2] - window[0]) * (window[3] - window[1])
    for (name, shape), amount in zip(
        zip(districts["name"], districts.geometry, strict=True), amounts, strict=True
    ):
        if shape.area < _NAMED_SHARE * whole:
            continue
        point = shapely.point_on_surface(shape)
        said = name + (f"\n{_short(float(f'{amount:.3g}'))}" if amount else "")
        axes.annotate(said, (point.x, point.y), ha="center", va="center", fontsize=7, zorder=6,
                      color=INK, bbox={"facecolor": "white", "alpha": 0.75, "edgecolor": "none",
                                       "pad": 1.0})  # fmt: skip


def _said(report: SpendReport, drawn: set[str]) -> str:
    known = [line for line in report.by["district"] if line.code]
    here = [line for line in known if line.code in drawn and line.amount]
    elsewhere = sum(line.amount for line in known if line.code not in drawn)
    named = "; ".join(f"{line.name} {spoken(line.amount)}" for line in here[:12])
    return (
        "Map of districts shaded by net spend, with the boundary of what is local. "
        f"{named or 'None'}. Districts that are not on the map: {spoken(elsewhere)}."
    )


def share_of(line: Line) -> str:
    """Write the share that is local in per cent."""
    share = line.local_share
    return "none" if share is None else f"{share:.1%}"
