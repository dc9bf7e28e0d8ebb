"""Draw the Pareto fronts of the options ``composite`` and ``composite-region`` for print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from localarea.errors import EmptyResultError, SchemaError
from localarea.records import whole_minutes
from localarea.reports.print_maps.saving import save_figure
from localarea.reports.print_maps.sheet import steady_style

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

By = Literal["minutes_worst", "outside_share"]

_NEEDED: Final = ("supply_side", "demand_side", "on_front", "chosen", "zones")
# Blue and vermilion of Okabe and Ito; the markers differ too.
_SIDES: Final = (
    ("supply_side", "residents at work who work inside", "#0072B2", "o"),
    ("demand_side", "jobs held by residents", "#D55E00", "s"),
)
_WIDE, _HIGH, _DOTS = 6.3, 3.3, 200


def write_front_picture(
    front: pd.DataFrame, path: Path, *, anchor: str, by: By = "minutes_worst"
) -> str:
    """
    Draw self-containment against the longest drive, or against the share outside the mandate.

    Parameters
    ----------
    front : pandas.DataFrame
        As returned by :func:`localarea.options.methods.composite.composite_front`, or by
        :func:`localarea.options.methods.composite_region.region_front`.
    path : pathlib.Path
        File to write; the extension sets the format (``.png`` or ``.svg``).
    anchor : str
        Name of the anchor, or of the mandate's area.
    by : str
        Column of what the front is drawn against.

    Returns
    -------
    str
        Alternative text of the picture.

    Raises
    ------
    SchemaError
        If the front lacks a column.
    EmptyResultError
        If the front has no rows.
    """
    missing = [name for name in (by, *_NEEDED) if name not in front.columns]
    if missing:
        raise SchemaError("front to draw", [f"no column {name!r}" for name in missing])
    if front.empty:
        raise EmptyResultError("there are no areas from which to draw a front")
    with steady_style():
        figure = _draw(front.sort_values(by, kind="stable"), anchor, by)
        save_figure(figure, path, _DOTS)
    return describe_front(front, anchor) if by == "minutes_worst" else _describe(front, anchor)


def _draw(front: pd.DataFrame, anchor: str, by: By) -> Any:
    figure = Figure(figsize=(_WIDE, _HIGH), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    best = front[front["on_front"]]
    chosen = front[front["chosen"]].iloc[-1]
    for column, words, colour, mark in _SIDES:
        axes.plot(best[by], best[column], color=colour, marker=mark, label=words)
        axes.plot(
            chosen[by],
            chosen[column],
            linestyle="none",
            marker=mark,
            markersize=13,
            markerfacecolor="none",
            markeredgecolor=colour,
            markeredgewidth=1.6,
        )
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    if by == "minutes_worst":
        axes.set_xlabel(f"longest drive from {anchor} to a zone inside (minutes)")
    else:
        axes.xaxis.set_major_locator(MaxNLocator(steps=[1, 2, 5, 10]))  # no rounded 2.5%
        axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=None))
        axes.set_xlabel(f"share of the area's employed residents who live outside {anchor}")
    axes.set_ylabel("share")
    axes.grid(visible=True, color="#d5d8dc", linewidth=0.6)
    figure.legend(loc="outside upper left", ncols=2, frameon=False, fontsize=8)
    axes.set_title("ringed: the option itself", fontsize=8, loc="right", pad=4)
    axes.tick_params(labelsize=8)
    axes.xaxis.label.set_fontsize(8.5)
    axes.yaxis.label.set_fontsize(8.5)
    return figure


def describe_front(front: pd.DataFrame, anchor: str) -> str:
    """Describe the picture of a Pareto front: alternative text with the figures of its two ends."""
    best = front[front["on_front"]].sort_values("minutes_worst")
    ends = [
        f"{whole_minutes(row.minutes_worst)} minutes ({row.zones} zones) {row.supply_side:.1%} of "
        f"residents at work work inside and {row.demand_side:.1%} of jobs are held by residents"
        for row in (best.iloc[0], best.iloc[-1])
    ]
    text = f"Self-containment around {anchor} by longest drive: within {ends[0]}"
    return f"{text}; within {ends[1]}." if len(best) > 1 else f"{text}."


def _describe(front: pd.DataFrame, region: str) -> str:
    best = front[front["on_front"]].sort_values("outside_share")
    ends = [
        f"with {row.outside_share:.1%} of its residents outside ({row.zones} zones) "
        f"{row.supply_side:.1%} of residents at work work inside and {row.demand_side:.1%} of "
        "jobs are held by residents"
        for row in (best.iloc[0], best.iloc[-1])
    ]
    text = f"Self-containment of {region} with linked zones, by share outside: {ends[0]}"
    return f"{text}; {ends[1]}." if len(best) > 1 else f"{text}."
