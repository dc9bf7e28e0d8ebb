"""Draw what was delivered against what was pledged: a bar for each measure."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from localarea.errors import EmptyResultError
from localarea.reports.cartography.styles import OKABE_ITO
from localarea.reports.print_maps.saving import save_figure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_MOST: Final = 150  # per cent of a pledge that a bar shows; more has an arrow
_COLOUR: Final = OKABE_ITO[0]


def pledged(lines: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the lines that have a pledge to draw against."""
    return [line for line in lines if line["target"]]


def write_pledge_chart(lines: Sequence[Mapping[str, Any]], path: Path) -> Path:
    """
    Draw measures against their pledges, each in per cent of its own.

    ``lines``: ``measure``, ``unit``, ``target``, ``expected``, ``delivered`` and ``withheld``, as
    :func:`localarea.contracts.monitoring.grouped` has them, in the order to draw. ``path``: file to
    write; the extension sets the format. EmptyResultError if nothing was pledged.
    """
    shown = pledged(lines)
    if not shown:
        raise EmptyResultError("there is nothing to draw: no measure was pledged")
    figure = Figure(figsize=(7.6, 1.5 + 0.46 * len(shown)), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    for row, line in enumerate(shown):
        delivered = _percent(line["delivered"], line["target"])
        axes.barh(row, 100, height=0.62, color="#f3f2f1", edgecolor="#b1b4b6", linewidth=0.8)
        if delivered is not None:
            axes.barh(row, min(delivered, _MOST), height=0.34, color=_COLOUR)
        expected = _percent(line["expected"], line["target"])
        if expected is not None:
            at = min(expected, _MOST)
            axes.plot([at, at], [row - 0.36, row + 0.36], color="black", linewidth=2)
        axes.annotate(
            said_of(line), (1.01, row), xycoords=("axes fraction", "data"), va="center", fontsize=9,
        )  # fmt: skip
        if delivered is not None and delivered > _MOST:
            arrow = {"arrowstyle": "-|>", "color": _COLOUR}
            axes.annotate("", (_MOST + 8, row), (_MOST - 2, row), arrowprops=arrow)
    axes.set_yticks(range(len(shown)), [f"{one['measure']}" for one in shown], fontsize=9)
    axes.set_ylim(len(shown) - 0.4, -0.6)
    axes.set_xlim(0, _MOST + 10)
    axes.set_xticks(range(0, _MOST + 1, 25))
    axes.set_xlabel("Per cent of the pledge", fontsize=9)
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(
        handles=[
            Patch(facecolor="#f3f2f1", edgecolor="#b1b4b6", label="pledged"),
            Patch(facecolor=_COLOUR, label="delivered"),
            Line2D([], [], color="black", linewidth=2, label="expected by now"),
        ],
        frameon=False, loc="outside lower center", ncols=3, fontsize=8,
    )  # fmt: skip
    save_figure(figure, path, 130, bbox_inches="tight")
    return path


def said_of(line: Mapping[str, Any]) -> str:
    """
    Say what a bar shows.

    Examples
    --------
    >>> said_of({"unit": "FTE", "target": Decimal(2), "delivered": Decimal("0.5"), "withheld": 0})
    '0.50 of 2.00 FTE'
    """
    unit = "%" if line["unit"] == "%" else f" {line['unit']}"
    places = 1 if line["unit"] == "%" else 2
    whole = f"{Decimal(line['target']):,.{places}f}{unit}"
    if line["withheld"]:
        return f"withheld, of {whole}"
    if line["delivered"] is None:
        return f"nothing yet, of {whole}"
    return f"{Decimal(line['delivered']):,.{places}f} of {whole}"


def _percent(part: Decimal | str | None, whole: Decimal | str) -> float | None:
    return None if part is None else float(100 * Decimal(part) / Decimal(whole))
