"""Lay out a printed map: land and water, labels that do not overlap, scale, legend and source."""

from __future__ import annotations

import textwrap
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import matplotlib as mpl
import numpy as np
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline
from matplotlib.patheffects import withStroke
from matplotlib.transforms import Bbox

from localarea.reports.cartography.shading import BORDER, INK, LAND, SEA
from localarea.reports.cartography.towns import read_towns
from localarea.reports.maps.options_page import anchor_place
from localarea.reports.print_maps.saving import save_figure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import geopandas as gpd
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from PIL.Image import Image

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.reports.cartography.study_area import Bounds

WIDTH_IN: Final = 6.3  # text width in inches on A4 with margins of 21 mm
_ASPECT: Final = 1.32  # width to height of the map, the same for all pictures of options
_MARGIN: Final = 0.06  # margin around the drawing, as a share of the longer side
_DETAIL: Final = 1 / 2_000  # share of the width, less than a printed dot
_BARS_KM: Final = (1, 2, 5, 10, 20, 50, 100)
_BAR_SHARE: Final = 0.22  # maximum share of the map's width for the scale bar
_LEAST_NAMED_M2: Final = 4e7  # a district with a smaller visible area is not labelled
_LABEL_TOLERANCE_M: Final = 500.0  # accuracy of a label's position in its district
_DOTS_PER_INCH: Final = 200
# Letters stand on whole dots, so a line is up to a tenth wider in a coarser picture, such as the
# one that a notebook's savefig makes: these fit at every resolution.
_TITLE_CHARACTERS, _SOURCE_CHARACTERS = 76, 132
# Sets everything that affects the drawing, so that the user's style sheet does not.
_SETTINGS: Final[dict[Any, Any]] = {
    "font.family": "DejaVu Sans",
    "svg.fonttype": "path",
    "hatch.linewidth": 0.6,
    "path.simplify": True,
}
# Positions of a label around its dot: offset in points, and alignment.
_AROUND: Final = (
    (4, 3, "left", "bottom"),
    (4, -3, "left", "top"),
    (-4, 3, "right", "bottom"),
    (-4, -3, "right", "top"),
    (0, 5, "center", "bottom"),
    (0, -5, "center", "top"),
)


@contextmanager
def steady_style() -> Iterator[None]:
    """
    Draw with fixed settings, whatever the user's are.

    Anything drawn and saved inside the block is the same on every run.
    """
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_SETTINGS)
        yield


def frame_bounds(bounds: Bounds) -> Bounds:
    """
    Expand bounds by a margin and to the aspect ratio of the sheet.

    ``bounds``: west, south, east, north; metres, EPSG:27700. Returns bounds with the same centre,
    1.32 times as wide as high.

    Examples
    --------
    >>> west, south, east, north = frame_bounds((0.0, 0.0, 1000.0, 1000.0))
    >>> round((east - west) / (north - south), 2), round(north - south)
    (1.32, 1120)
    """
    west, south, east, north = bounds
    margin = 2 * _MARGIN * max(east - west, north - south)
    width, height = east - west + margin, north - south + margin
    width, height = max(width, height * _ASPECT), max(height, width / _ASPECT)
    x, y = (west + east) / 2, (south + north) / 2
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


@dataclass(slots=True)
class PrintedMap:
    """
    A printed map in progress.

    Attributes
    ----------
    axes : matplotlib.axes.Axes
        Axes of the map, in EPSG:27700.
    window : tuple of float
        West, south, east, north of the map, metres.
    taken : list of matplotlib.transforms.Bbox
        Boxes of the labels drawn so far, in dots.
    """

    figure: Figure
    axes: Axes
    window: Bounds
    taken: list[Bbox] = field(default_factory=list)

    @property
    def detail_m(self) -> float:
        """Return the size of detail that is too fine to print: size in metres."""
        return (self.window[2] - self.window[0]) * _DETAIL

    def polygons(self, shapes: gpd.GeoSeries, **look: Any) -> None:
        """
        Draw polygons as one patch.

        Parameters
        ----------
        shapes : geopandas.GeoSeries
            Polygons, CRS EPSG:27700; may be empty.
        **look
            Passed to matplotlib's patch.
        """
        if len(shapes):
            # The limits are set: add_patch would look for them in every corner.
            self.axes.add_artist(outline_patch(shapes, **look))

    def lines(self, shape: Any, **look: Any) -> None:
        """
        Draw the lines of a shape.

        Parameters
        ----------
        shape : shapely geometry
            Lines, CRS EPSG:27700; points among them are skipped.
        **look
            Passed to matplotlib's ``LineCollection``.
        """
        merged = shapely.line_merge(shapely.MultiLineString(_lines(shape)))
        parts = [shapely.get_coordinates(line) for line in shapely.get_parts(merged)]
        self.axes.add_collection(LineCollection(parts, **look), autolim=False)

    def name(self, words: str, x: float, y: float, *, dot: bool = True, **look: Any) -> bool:
        """
        Add a label if there is room.

        Parameters
        ----------
        x, y : float
            Position, EPSG:27700.
        dot : bool, default True
            Whether to place the label beside a dot; otherwise it is centred on the
            position.
        **look
            Passed to matplotlib's text.

        Returns
        -------
        bool
            Whether the label was drawn; False if every position was taken.
        """
        renderer = self.figure.canvas.get_renderer()  # type: ignore[attr-defined]
        room = self.axes.get_window_extent(renderer)
        for dx, dy, across, upright in _AROUND if dot else ((0, 0, "center", "center"),):
            text = self.axes.annotate(
                words,
                (x, y),
                xytext=(dx, dy),
                textcoords="offset points",
                ha=across,
                va=upright,
                zorder=9,
                path_effects=[withStroke(linewidth=1.8, foreground="white")],
                **look,
            )
            box = text.get_window_extent(renderer).padded(1.5)
            inside = room.x0 < box.x0 and box.x1 < room.x1 and room.y0 < box.y0 < box.y1 < room.y1
            if inside and not any(box.overlaps(other) for other in self.taken):
                self.taken.append(box)
                return True
            text.remove()
        return False


def _lines(shape: Any) -> list[Any]:
    parts = shapely.get_parts(shapely.get_parts(shape))
    return [part for part in parts if part.geom_type == "LineString" and not part.is_empty]


def open_sheet(window: Bounds, title: str, figure: Figure | None = None) -> PrintedMap:
    """
    Open a sheet.

    ``window``: west, south, east, north of the map; metres, EPSG:27700. ``figure``: an empty one to
    draw in, such as a notebook's own, which gets the size of the sheet; by default one that no
    window or notebook knows.
    """
    west, south, east, north = window
    lines = textwrap.wrap(title, _TITLE_CHARACTERS)
    head, foot = 0.08 + 0.165 * len(lines), 1.1  # what is left of it is cut away in the end
    map_height = WIDTH_IN * (north - south) / (east - west)
    height = head + map_height + foot
    if figure is None:
        figure = _own_figure()
    figure.set_size_inches(WIDTH_IN, height)
    figure.set_facecolor("white")
    axes = figure.add_axes((0.002, foot / height, 0.996, map_height / height))
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_facecolor(SEA)
    for spine in axes.spines.values():
        spine.set(edgecolor=BORDER, linewidth=0.6)
    figure.text(0.004, 1 - 0.04 / height, "\n".join(lines), fontsize=9, va="top", weight="bold")
    return PrintedMap(figure, axes, window)


def _own_figure() -> Figure:
    figure = Figure()
    FigureCanvasAgg(figure)
    return figure


def draw_land(sheet: PrintedMap, land: gpd.GeoSeries) -> None:
    """
    Draw the land and the coast.

    Parameters
    ----------
    land : geopandas.GeoSeries
        Districts, CRS EPSG:27700.
    """
    sheet.polygons(land, facecolor=LAND, edgecolor="none", zorder=1)


def draw_borders(sheet: PrintedMap, land: gpd.GeoSeries) -> None:
    """Draw the borders of districts over the shading."""
    sheet.polygons(land, fill=False, edgecolor="#4a4f59", linewidth=0.55, zorder=4)


def draw_names(
    sheet: PrintedMap,
    council: Council,
    districts: gpd.GeoDataFrame,
    *,
    store: DataStore | None = None,
) -> None:
    """
    Label the anchor, towns and districts, as far as there is room.

    Parameters
    ----------
    districts : geopandas.GeoDataFrame
        ``name`` and ``geometry``, CRS EPSG:27700.
    """
    anchor, star = anchor_place(council, store=store)
    sheet.axes.plot(
        star.x, star.y, marker="*", color=INK, mec="white", mew=0.7, markersize=10, zorder=8
    )
    sheet.name(anchor, star.x, star.y, fontsize=8.5, weight="bold", color=INK)
    west, south, east, north = sheet.window
    named = {anchor}
    for town, x, y in read_towns(store=store):
        if town not in named and west < x < east and south < y < north:
            written = sheet.name(town, x, y, fontsize=7, color=INK)
            if written:
                named.add(town)
                sheet.axes.plot(x, y, marker="o", color=INK, mec="white", mew=0.5, ms=3.2, zorder=8)
    _name_districts(sheet, districts, named)


def _name_districts(sheet: PrintedMap, districts: gpd.GeoDataFrame, named: set[str]) -> None:
    seen = districts.geometry.intersection(shapely.box(*sheet.window))
    for code in seen.index[seen.area.to_numpy() > _LEAST_NAMED_M2]:
        words = str(districts.loc[code, "name"])
        if words in named:
            continue
        middle = shapely.maximum_inscribed_circle(seen[code], tolerance=_LABEL_TOLERANCE_M).coords[
            0
        ]
        sheet.name(words.upper(), *middle, dot=False, fontsize=5.6, color="#33373f", style="italic")


def draw_scale(sheet: PrintedMap) -> None:
    """Draw a scale bar in the lower left corner."""
    west, south, east, north = sheet.window
    width = east - west
    km = max(k for k in _BARS_KM if k == 1 or k * 1_000 <= width * _BAR_SHARE)
    x, y = west + 0.02 * width, south + 0.025 * (north - south)
    for part, colour in ((0, INK), (1, "white")):
        start = x + part * km * 500
        sheet.axes.fill(
            [start, start + km * 500, start + km * 500, start],
            [y, y, y + 0.006 * width, y + 0.006 * width],
            facecolor=colour, edgecolor=INK, linewidth=0.6, zorder=9,
        )  # fmt: skip
    sheet.axes.annotate(
        f"{km} km", (x + km * 1_000, y), xytext=(3, 0), textcoords="offset points",
        fontsize=6.5, zorder=9, va="bottom",
        path_effects=[withStroke(linewidth=1.8, foreground="white")],
    )  # fmt: skip
    low, high = sheet.axes.transData.transform([(x, y), (x + km * 1_400, y + 0.03 * width)])
    sheet.taken.append(Bbox([low, high]))


_UNDER_IN: Final = 0.14  # between legend and source, and under both


def finish_sheet(sheet: PrintedMap, *, key: Sequence[Artist], source: str) -> None:
    """Add legend and source line; ``key`` has its entries with labels, in column-major order."""
    foot = sheet.axes.get_position().y0
    legend = sheet.figure.legend(
        handles=list(key), loc="upper left",
        bbox_to_anchor=(0.0, foot - 0.004), ncols=3, fontsize=6.8,
        frameon=False, borderaxespad=0.2, handlelength=2.2, handleheight=1.0, columnspacing=1.4,
        labelspacing=0.35, alignment="left",
    )  # fmt: skip
    legend.set_zorder(10)
    text = "\n".join(textwrap.wrap(source, _SOURCE_CHARACTERS))
    said = sheet.figure.text(0.004, 0.008, text, fontsize=5.6, color="#4a4f59", va="bottom")
    _close_up(sheet, legend.get_window_extent().height + said.get_window_extent().height)


def _close_up(sheet: PrintedMap, used: float) -> None:
    """Cut away what the legend and the source (dots high together) leave empty under a map."""
    figure, position = sheet.figure, sheet.axes.get_position()
    height = float(figure.get_figheight())
    spare = position.y0 * height - used / figure.dpi - _UNDER_IN
    if spare <= 0:
        return
    left = height - spare
    figure.set_figheight(left)
    foot = position.y0 * height - spare
    sheet.axes.set_position(
        (position.x0, foot / left, position.width, position.height * height / left)
    )
    for title in figure.texts[:1]:  # the first stands over the map
        title.set_y(1 - (1 - title.get_position()[1]) * height / left)
    for legend in figure.legends:
        legend.set_bbox_to_anchor((0.0, foot / left - 0.004))


def save_sheet(sheet: PrintedMap, path: Path) -> None:
    """
    Write a finished sheet out, the same bytes every time.

    ``path``: file to write; the ending says the format (``.png``, ``.svg``, ``.pdf``).
    """
    save_figure(sheet.figure, path, _DOTS_PER_INCH)


def draw_pixels(sheet: PrintedMap) -> Image:
    """Draw a finished sheet as :func:`save_sheet` would in a PNG, which is not packed yet."""
    from PIL.Image import fromarray

    sheet.figure.set_dpi(_DOTS_PER_INCH)
    canvas: Any = FigureCanvasAgg(sheet.figure)
    canvas.draw()
    return fromarray(np.asarray(canvas.buffer_rgba()))


def outline_patch(shapes: gpd.GeoSeries, **look: Any) -> PathPatch:
    """
    Combine many polygons into one patch, which is faster to draw than geopandas' plot.

    Parameters
    ----------
    shapes : geopandas.GeoSeries
        Polygons, at least one.
    **look
        Passed to matplotlib's patch.
    """
    rings = [
        shapely.get_coordinates(ring)
        for polygon in shapely.get_parts(np.asarray(shapes.array, dtype=object))
        for ring in shapely.get_rings(polygon)
    ]
    codes = [
        np.array([Outline.MOVETO] + [Outline.LINETO] * (len(r) - 2) + [Outline.CLOSEPOLY])
        for r in rings
    ]
    return PathPatch(Outline(np.concatenate(rings), np.concatenate(codes)), **look)
