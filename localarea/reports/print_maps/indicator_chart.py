"""Draw a measure over time: a line under each definition, with its target, never joined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from localarea.errors import EmptyResultError
from localarea.reports.cartography.styles import OKABE_ITO
from localarea.reports.print_maps.saving import save_figure

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from matplotlib.axes import Axes

_MARKS: Final = "osD^vPX"
_MAX_LEVEL_LABELS: Final = 4  # more quarters need slanted labels
_WHOLE_SHARE: Final = 105  # per cent, with room above


def write_indicator_chart(document: Mapping[str, Any], path: Path) -> Path:
    """
    Draw a measure by quarter.

    ``document``: as :func:`localarea.contracts.reading.kpi_document` has it. ``path``: file to
    write; the extension sets the format. EmptyResultError if there is no figure to draw.
    """
    series = document["series"]
    parts = [part for one in series for part in one["by_quarter"]]
    if not any(part["delivered"] is not None for part in parts):
        raise EmptyResultError("there is nothing to draw: every figure is withheld or missing")
    quarters = sorted({part["quarter"] for part in parts})
    figure = Figure(figsize=(7.6, 4.4), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    for number, one in enumerate(series):
        _draw(axes, one, quarters, number)
    slant = 30 if len(quarters) > _MAX_LEVEL_LABELS else 0
    axes.set_xticks(
        range(len(quarters)), quarters, rotation=slant, ha="right" if slant else "center"
    )
    axes.set(ylabel=document["unit"], title=document["title"])
    axes.set_xlim(-0.4, len(quarters) - 0.6)
    if document["unit"] == "%":
        axes.set_ylim(0, _WHOLE_SHARE)
    else:
        axes.set_ylim(bottom=min(0.0, axes.get_ylim()[0]))
    axes.grid(axis="y", alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(frameon=False, loc="outside lower center", ncols=1, fontsize=8)
    if any(part["withheld"] for part in parts):
        axes.set_xlabel("Gaps: figures withheld because few people are behind them", fontsize=8)
    save_figure(figure, path, 130, bbox_inches="tight")  # or a long legend is cut off
    return path


def _draw(axes: Axes, one: Mapping[str, Any], quarters: list[str], number: int) -> None:
    colour, mark = OKABE_ITO[number % len(OKABE_ITO)], _MARKS[number % len(_MARKS)]
    found = {part["quarter"]: part for part in one["by_quarter"]}
    rows = [found.get(quarter, {}) for quarter in quarters]
    name = f"under {one['definition']}"
    axes.plot(
        range(len(quarters)),
        [_number(row.get("delivered")) for row in rows],
        label=name,
        color=colour,
        marker=mark,
        linewidth=2,
    )
    targets = [_number(row.get("target")) for row in rows]
    pledged = [(at, value) for at, value in enumerate(targets) if value == value]
    if pledged:  # each across its whole quarter, also the only one or the last before a gap
        axes.hlines(
            [value for _, value in pledged],
            [at - 0.5 for at, _ in pledged],
            [at + 0.5 for at, _ in pledged],
            color=colour,
            linestyle=":",
            linewidth=2,
            label=f"target {name}",
        )
    if number:  # where contracts under another definition begin
        begins = quarters.index(one["by_quarter"][0]["quarter"])
        axes.axvline(begins - 0.5, color=colour, linestyle="--", linewidth=1)
        axes.annotate(
            "another\ndefinition",
            (begins - 0.5, 1),
            xycoords=("data", "axes fraction"),
            xytext=(3, -4),
            textcoords="offset points",
            fontsize=7,
            va="top",
            color=colour,
        )


def _number(text: str | None) -> float:
    return float("nan") if text is None else float(text)
