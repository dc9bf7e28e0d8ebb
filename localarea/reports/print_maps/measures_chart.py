"""The indicator "share of contract spend that is local" over time, as a chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localarea.errors import EmptyResultError
from localarea.reports.cartography.styles import OKABE_ITO

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

_MARKS = "osD^vPX"
_DASHES = ("-", "--", "-.", ":")
_MOST_LINES = 6  # more cannot be told apart; the table has them all


def write_share_chart(share: pd.DataFrame, path: Path, *, contract: str | None = None) -> Path:
    """
    Draw the local share of spend by quarter, a line a contract.

    Parameters
    ----------
    share : pandas.DataFrame
        ``contract``, ``quarter``, ``figure`` (per cent) and ``withheld``.
    path : pathlib.Path
        File to write; the ending says the format.
    contract : str or None
        Only this contract; None draws up to six and all together.

    Returns
    -------
    pathlib.Path
        The file written.

    Raises
    ------
    EmptyResultError
        If there is no figure to draw.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    part = share if contract is None else share[share["contract"] == contract]
    if not part["figure"].notna().any():
        raise EmptyResultError(
            "no share of local spend can be shown: all are withheld or there is none"
        )
    quarters = list(dict.fromkeys(part["quarter"]))
    names = list(dict.fromkeys(part["contract"]))
    names = names if len(names) <= _MOST_LINES + 1 else [*names[:_MOST_LINES], names[-1]]
    figure = Figure(figsize=(7.2, 4.2), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    for i, name in enumerate(names):
        line = part[part["contract"] == name].set_index("quarter")["figure"].reindex(quarters)
        heights = [float("nan") if v is None or v != v else float(v) for v in line]
        axes.plot(range(len(quarters)), heights, label=name, color=OKABE_ITO[i % 7],
                  marker=_MARKS[i % 7], linestyle=_DASHES[i % 4], linewidth=2)  # fmt: skip
    axes.set_xticks(range(len(quarters)), quarters, rotation=30 if len(quarters) > 4 else 0)
    axes.set(
        ylim=(0, 105), ylabel="Local, % of spend", title="Share of contract spend that is local"
    )
    axes.grid(axis="y", alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    if part["withheld"].any():
        figure.supxlabel("Gaps: withheld, for they would tell of few suppliers.", fontsize=8)
    figure.savefig(path, dpi=130)
    return path
