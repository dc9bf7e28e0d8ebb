"""Which figures of the measures are withheld, and how much larger each must be able to seem."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from localarea.measures.calendar import QUARTER_DAYS, WEEK_DAYS, YEAR_DAYS
from localarea.measures.catalogue import MEASURE_OF
from localarea.measures.suppression import SMALL, small_counts, with_totals, withhold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from localarea.measures.staff import Cells

# Maximum contribution of one person in one quarter, in the measure's unit.
_ONE_PERSON: Final = {
    "FTE": QUARTER_DAYS / YEAR_DAYS,
    "%": QUARTER_DAYS / YEAR_DAYS,
    "weeks": QUARTER_DAYS / WEEK_DAYS,
}


def withheld_figures(
    cells: Mapping[str, Cells], there: Mapping[str, NDArray[np.bool_]] | None = None
) -> dict[str, NDArray[np.bool_]]:
    """
    Suppress small figures, those small by difference, and any that would reveal either.

    Parameters
    ----------
    cells : mapping of str to Cells
        By measure.
    there : mapping of str to numpy.ndarray of bool, or None
        By measure: where something was returned, if readers know that; None if they do not.
    """
    hidden = {
        ref: _suppressed(ref, found, None if there is None else there[ref])
        for ref, found in cells.items()
    }
    # A share and its numerator reveal the total, so both are withheld together.
    if "NT2" in hidden:
        hidden["NT2"] = hidden["NT2"] | hidden["NT1"] | hidden["NT1c"]
    if "LOCAL-SPEND" in hidden:
        hidden["LOCAL-SPEND"] = hidden["LOCAL-SPEND"] | hidden["NT18"]
        hidden["NT19"] = hidden["NT19"] | hidden["NT18"]
    return hidden


def _suppressed(ref: str, cells: Cells, there: NDArray[np.bool_] | None) -> NDArray[np.bool_]:
    """Suppress the figure, and the rest of its group, which subtraction would reveal."""
    out = np.zeros(cells.people.shape, bool)
    for amounts, people in ((cells.amounts, cells.people), (cells.others, cells.other_people)):
        values = amounts / cells.divisor
        out |= withhold(values, small_counts(people), margins(ref, values), there=there)
    return out


def margins(ref: str, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """
    Return how much larger than it is each figure must be able to be, were it withheld.

    Parameters
    ----------
    values : numpy.ndarray, shape (n_contracts, n_quarters)
        Inner cells of the table, in the unit of the measure.

    Returns
    -------
    numpy.ndarray, shape (n_contracts + 1, n_quarters + 1)
        With those of the totals in the last row and column.
    """
    measure, full = MEASURE_OF[ref], with_totals(values)
    if measure.kind != "staff":  # money has no maximum per person: it must be able to seem double
        return np.abs(full)
    margin = np.full(full.shape, SMALL * _ONE_PERSON[measure.unit])
    margin[:, -1] *= values.shape[1]  # a person may occur in every quarter
    return margin
