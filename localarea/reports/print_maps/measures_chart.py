"""Draw the share of contract spend that is local over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from localarea.errors import EmptyResultError
from localarea.reports.cartography.styles import OKABE_ITO
from localarea.reports.print_maps.saving import save_figure

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

_MARKS = "osD^vPX"  # as many as OKABE_ITO has colours
_DASHES = ("-", "--", "-.", ":")
_MAX_LINES = 6  # more cannot be distinguished; the table has them all
_MAX_LEVEL_LABELS = 4  # more quarters need slanted labels


def write_share_chart(share: pd.DataFrame, path: Path, *, contract: str | None = None) -> Path:
    """
    Draw the local share of spend by quarter, with a line for each contract.

    Parameters
    ----------
    share : pandas.DataFrame
        ``contract``, ``quarter``, ``figure`` (per cent) and ``withheld``.
    path : pathlib.Path
        File to write; the extension sets the format.
    contract : str or None
        Contract to draw; None draws up to six contracts and the total.

    Raises
    ------
    EmptyResultError
        If there are no figures to draw.
    """
    part = share if contract is None else share[share["contract"] == contract]
    if not part["figure"].notna().any():
        raise EmptyResultError(
            "there is no share of local spend to show: every figure is withheld or missing"
        )
    quarters = list(dict.fromkeys(part["quarter"]))
    names = list(dict.fromkeys(part["contract"]))
    names = names if len(names) <= _MAX_LINES + 1 else [*names[:_MAX_LINES], names[-1]]
    figure = Figure(figsize=(7.2, 4.2), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    for i, name in enumerate(names):
        line = part[part["contract"] == name].set_index("quarter")["figure"].reindex(quarters)
        heights = [float("nan") if v is None or v != v else float(v) for v in line]
        axes.plot(
            range(len(quarters)),
            heights,
            label=name,
            color=OKABE_ITO[i % len(OKABE_ITO)],
            marker=_MARKS[i % len(_MARKS)],
            linestyle=_DASHES[i % len(_DASHES)],
            linewidth=2,
        )
    axes.set_xticks(
        range(len(quarters)), quarters, rotation=30 if len(quarters) > _MAX_LEVEL_LABELS else 0
    )
    axes.set(
        ylim=(0, 105), ylabel="Local, % of spend", title="Share of contract spend that is local"
    )
    axes.grid(axis="y", alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    if part["withheld"].any():
        figure.supxlabel("Gaps: figures withheld because they cover few suppliers.", fontsize=8)
    save_figure(figure, path, 130)
    return path
