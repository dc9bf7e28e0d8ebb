"""The pictures of the report: a map for each option, and one of what they agree on."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from localarea.datasets.districts import read_districts
from localarea.datasets.zones import read_zones
from localarea.options.geometry import option_shapes
from localarea.reports.cabinet.model import Picture
from localarea.reports.cabinet.sensitivity import ROBUSTNESS_MAP
from localarea.reports.cabinet.wording import count, join, plural
from localarea.reports.options_page import anchor_place
from localarea.reports.static_map import write_options_picture

if TYPE_CHECKING:
    import geopandas as gpd

    from localarea.options.robustness import Robustness
    from localarea.records import Option
    from localarea.reports.cabinet.facts import Facts

_TALLEST_CM: Final = 8.8  # two maps and their headings fill a page
_DOTS_PER_INCH: Final = 200
_MARGIN_M: Final = 5_000
_SCALE_BAR_M: Final = 10_000
# Light to dark in even steps of lightness, told apart in grey print and without colour vision.
_FRINGE: Final = ("#e3edf4", "#bcd5e6", "#8fb9d6", "#5f99c2", "#3577a8")
_CORE: Final = "#0b3c66"


def draw_pictures(facts: Facts) -> dict[str, Picture]:
    """
    Draw what the report shows.

    Parameters
    ----------
    facts : Facts
        What was computed.

    Returns
    -------
    dict of str to Picture
        A map for each option, by its id, and one of the zones that the options agree
        on where there are several.
    """
    districts = read_districts(store=facts.store)
    anchor = anchor_place(facts.council, store=facts.store)
    shapes = option_shapes(facts.options, store=facts.store)
    contested = [c.key for c in facts.council.contested]
    pictures = {}
    with tempfile.TemporaryDirectory(prefix="localarea-report-") as name:
        for number, option in enumerate(facts.options):
            path = Path(name) / f"map-{number + 1}.png"
            write_options_picture(
                path,
                shapes.iloc[[number]].assign(title=""),
                districts=districts,
                anchor=anchor,
                contested=contested,
                columns=1,
                dots_per_inch=_DOTS_PER_INCH,
            )
            pictures[option.id] = Picture(
                path.name,
                path.read_bytes(),
                _say_map(facts, option),
                f"Option {facts.letters[option.id]} ({option.id}), with the districts of 2025",
                tallest_cm=_TALLEST_CM,
            )
    if facts.robustness is not None:
        pictures[ROBUSTNESS_MAP] = _robustness(facts, facts.robustness, districts)
    return pictures


def _say_map(facts: Facts, option: Option) -> str:
    row = facts.row(option.id)
    held = join(facts.districts[option.id])
    where = "in one piece" if row["parts"] == 1 else f"in {row['parts']:.0f} separate parts"
    return (
        f"Map of option {facts.letters[option.id]}, {option.title}: {plural(row['zones'], 'zone')} "
        f"of {held}, {where}, {count(row['area_km2'])} square kilometres, with "
        f"{facts.council.anchor} marked by a star."
    )


def _robustness(facts: Facts, found: Robustness, districts: gpd.GeoDataFrame) -> Picture:
    """Draw the zones, the darker the more options hold them."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    zones = read_zones("msoa11", codes=list(found.zones.index), store=facts.store)
    n_local = found.zones["n_local"].reindex(zones.index).to_numpy()
    west, south, east, north = zones.total_bounds
    wide, high = east - west + 2 * _MARGIN_M, north - south + 2 * _MARGIN_M
    figure = Figure(figsize=(6.7, min(6.7 * high / wide, 7.5)), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    box = (west - _MARGIN_M, south - _MARGIN_M, east + _MARGIN_M, north + _MARGIN_M)
    land = districts.clip(box).geometry
    land.plot(ax=axes, color="#f7f4ee", edgecolor="none")
    colours = _colours(len(found.options))
    zones.geometry.plot(
        ax=axes, color=[colours[n] for n in n_local], edgecolor="white", linewidth=0.25
    )
    land.boundary.plot(ax=axes, color="#4d525b", linewidth=0.6)
    _furnish(axes, box, facts)
    _legend(axes, colours, np.unique(n_local), len(found.options))
    held = io.BytesIO()
    figure.savefig(held, format="png", dpi=_DOTS_PER_INCH, metadata={"Software": None})
    core = int((n_local == len(found.options)).sum())
    alt = (
        f"Map of {plural(len(zones), 'zone')}: {plural(core, 'zone')} local under all "
        f"{len(found.options)} options, darkest, and {plural(len(zones) - core, 'zone')} local "
        "under some, the lighter the fewer."
    )
    caption = f"In how many of the {len(found.options)} options each zone is local"
    return Picture("robustness.png", held.getvalue(), alt, caption, tallest_cm=_TALLEST_CM)


def _colours(n_options: int) -> dict[int, str]:
    """Give each number of options a colour; more numbers than colours share some."""
    shades = {
        n: _FRINGE[min((n - 1) * len(_FRINGE) // max(n_options - 1, 1), len(_FRINGE) - 1)]
        for n in range(1, n_options)
    }
    return {**shades, n_options: _CORE}


def _furnish(axes: Any, box: tuple[float, float, float, float], facts: Facts) -> None:
    west, south, east, north = box
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_aspect("equal")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_xlabel("")  # geopandas writes the name of the axis there
    axes.set_ylabel("")
    axes.set_facecolor("#dde7ee")
    name, point = anchor_place(facts.council, store=facts.store)
    axes.plot(point.x, point.y, marker="*", color="#e69f00", markeredgecolor="black", markersize=9)
    axes.annotate(
        name,
        (point.x, point.y),
        xytext=(7, -3),
        textcoords="offset points",
        fontsize=8,
        bbox={"facecolor": "white", "alpha": 0.85, "edgecolor": "none", "pad": 1.2},
    )
    left, low = west + 3_000, south + 3_000
    axes.plot([left, left + _SCALE_BAR_M], [low, low], color="#16181d", linewidth=2)
    axes.annotate("10 km", (left, low), xytext=(0, 4), textcoords="offset points", fontsize=7.5)


def _legend(axes: Any, colours: dict[int, str], shown: Any, n_options: int) -> None:
    from matplotlib.patches import Patch

    words: dict[str, list[int]] = {}
    for n in shown.tolist():
        words.setdefault(colours[n], []).append(n)
    entries = []
    for colour, numbers in reversed(words.items()):
        text = f"all {n_options}" if numbers == [n_options] else f"{numbers[0]} of {n_options}"
        if len(numbers) > 1:
            text = f"{numbers[0]} to {numbers[-1]} of {n_options}"
        entries.append(Patch(facecolor=colour, edgecolor="#4d525b", linewidth=0.4, label=text))
    axes.legend(handles=entries, title="Local under", fontsize=7.5, title_fontsize=7.5, loc="best")
