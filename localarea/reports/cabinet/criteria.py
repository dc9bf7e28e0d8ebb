"""Criteria for comparing options, and the best options on each. No overall winner is named."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from localarea.comparison.figure_catalogue import write_figure
from localarea.comparison.mandate.figures import mandate_readings

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from localarea.comparison.figure_catalogue import FigureKind
    from localarea.options.council import Council

Better = Literal["higher", "lower", ""]


@dataclass(frozen=True, slots=True)
class Criterion:
    """
    A criterion in the decision table.

    Attributes
    ----------
    unit : str
        Unit and year.
    better : {'higher', 'lower', ''}
        Which direction is better; empty if neither is.
    divisor : float
        Divisor applied before formatting; 1000 for thousands.
    """

    name: str
    words: str
    unit: str
    better: Better
    kind: FigureKind
    divisor: float = 1.0

    def write(self, value: object) -> str:
        """Format a figure of the criterion, None or NaN if not known."""
        if self.divisor != 1.0 and isinstance(value, float) and not math.isnan(value):
            return f"{value / self.divisor:,.1f}"
        return write_figure(value, self.kind)


_TEST: Final = "validity"  # 1 or more passes
LABOUR_MARKET: Final = (
    Criterion("supply_side", "Residents in work who work inside", "%, 2011", "higher", "share"),
    Criterion("demand_side", "Jobs inside held by residents", "%, 2011", "higher", "share"),
    Criterion(_TEST, "Score on the official test", "1 passes, 2011", "higher", "number"),
    Criterion(
        "anchor_residents_inside_share", "{anchor} residents in work who work inside", "%, 2011",
        "higher", "share",
    ),
    Criterion(
        "anchor_jobs_inside_share", "{anchor} jobs held by people who live inside", "%, 2011",
        "higher", "share",
    ),
    Criterion(
        "commuters_cut", "Commuters cut by the boundary", "thousand, 2011",
        "lower", "number", 1000.0,
    ),
)  # fmt: skip
TRAVEL: Final = (
    Criterion("minutes_median", "Drive to {anchor}, half within", "minutes", "lower", "minutes"),
    Criterion(
        "minutes_p90", "Drive to {anchor}, nine in ten within", "minutes", "lower", "minutes"
    ),
)
SHAPE: Final = (
    Criterion("parts", "Separate parts", "1 is in one piece", "lower", "count"),
    Criterion("districts_cut", "Districts only partly inside", "number", "lower", "count"),
)
SIZE: Final = (
    Criterion("jobs", "Jobs inside", "thousand, 2011", "", "number", 1000.0),
    Criterion(
        "enterprises_2022", "Active enterprises inside", "thousand, 2022", "", "number", 1000.0
    ),
    Criterion("population_2021", "Residents", "thousand, 2021", "", "number", 1000.0),
    Criterion("spend_local_share", "Replayed spend that is local", "% of the amount", "", "share"),
)  # fmt: skip
CRITERIA: Final = (*LABOUR_MARKET, *TRAVEL, *SHAPE, *SIZE)


def criteria_of(council: Council) -> tuple[Criterion, ...]:
    """
    List the criteria for a council's options: first what each holds of the mandate.

    Of the mandate's readings the first is shown; the comparison has them all.
    """
    return (*mandate_criteria(council), *CRITERIA)


def mandate_criteria(council: Council) -> list[Criterion]:
    """List the criteria of the mandate; none if the council states no area of it."""
    found = []
    for reading in mandate_readings(council)[:1]:
        places = [("The mandate", reading.residents, reading.jobs)]
        places += [(half.title, lived, worked) for half, lived, worked in reading.halves]
        for name, lived, worked in places:
            shown = name.replace("{", "{{").replace("}", "}}")
            found += [
                Criterion(
                    lived.name, f"{shown}: residents in work inside", "%, 2011", "higher", "share"
                ),
                Criterion(worked.name, f"{shown}: jobs inside", "%, 2011", "higher", "share"),
            ]
        outside = "Own residents in work outside the mandate"
        found.append(Criterion(reading.outside.name, outside, "%, 2011", "lower", "share"))
    return found


def known_criteria(
    metrics: pd.DataFrame, criteria: Sequence[Criterion] = CRITERIA
) -> list[Criterion]:
    """Select the criteria that have at least one figure."""
    return [c for c in criteria if c.name in metrics.columns and metrics[c.name].notna().any()]


def passed_by_all(criterion: Criterion, metrics: pd.DataFrame) -> bool:
    """
    Return whether a criterion is a test that every option passes, which does not choose then.

    ``criterion``: criterion whose name is a column of ``metrics``.
    """
    return criterion.name == _TEST and bool((metrics[_TEST] >= 1).all())


def best_on(criterion: Criterion, metrics: pd.DataFrame) -> list[str]:
    """
    Find the options that do best on a criterion, as displayed.

    Options whose figures look the same are equally good: a difference that the table does
    not show must not decide.

    Parameters
    ----------
    criterion : Criterion
        Criterion whose name is a column of ``metrics``.
    metrics : pandas.DataFrame
        Figures, one row per option, indexed by id.

    Returns
    -------
    list of str
        Ids in the order of ``metrics``; empty if neither direction is better, no figure is
        known, all are equal, or all pass the test that the criterion is.
    """
    figures = metrics[criterion.name].dropna().astype(float)
    if not criterion.better or figures.empty or passed_by_all(criterion, metrics):
        return []
    top = figures.max() if criterion.better == "higher" else figures.min()
    written = [criterion.write(value) for value in figures]
    best = [
        i
        for i, text in zip(figures.index, written, strict=True)
        if text == criterion.write(float(top))
    ]
    alike = len(best) == len(metrics) > 1
    return [] if alike else [str(i) for i in best]
