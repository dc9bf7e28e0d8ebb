"""Which figures of the measures are withheld, and how much larger each must be able to seem."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from localarea.measures.calendar import QUARTER_DAYS, WEEK_DAYS, YEAR_DAYS
from localarea.measures.catalogue import DISADVANTAGED, MEASURE_OF
from localarea.measures.staff import Cells
from localarea.measures.suppression import SMALL, small_counts, with_totals, withhold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

# A share or a part, and what it is a share or a part of, tell each other.
TOLD_WITH: Final = {"NT2": ("NT1", "NT1c"), "NT19": ("NT18",), "LOCAL-SPEND": ("NT18",)}
FLAGGED: Final = (*DISADVANTAGED, "ARMED-FORCES")
PARTS: Final = frozenset({*FLAGGED, "NT19"})  # of which the whole is a measure too
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
    there : mapping of str to numpy.ndarray of bool, or None
        By measure: where something was returned, if readers know that; None if they do not.
    """
    hidden = {
        ref: _suppressed(ref, found, None if there is None else there[ref])
        for ref, found in cells.items()
    }
    for ref, found in _differences(cells).items():
        hidden[ref] |= _suppressed(ref, found, None if there is None else there[ref])
    # A share and its numerator, or a part and its whole, reveal the rest together.
    for ref, others in TOLD_WITH.items():
        for other in others:
            if ref in hidden and other in hidden:
                hidden[ref] = hidden[ref] | hidden[other]
    return hidden


def _suppressed(ref: str, cells: Cells, there: NDArray[np.bool_] | None) -> NDArray[np.bool_]:
    """Suppress the figure, and the rest of its group, which subtraction would reveal."""
    out = np.zeros(cells.people.shape, bool)
    values, others = cells.amounts / cells.divisor, cells.others / cells.divisor
    for inner, rest, people in (
        (values, others, cells.people),
        (others, values, cells.other_people),
    ):
        small, need = small_counts(people), margins(ref, inner)
        out |= withhold(inner, small, need, there=there)
        if ref in PARTS:
            out |= withhold(inner, small, need, there=there, rest=rest)
    return out


def _differences(cells: Mapping[str, Cells]) -> dict[str, Cells]:
    """
    Return what measures tell together, by the one to withhold for it.

    Those who serve are the armed-forces jobs without the veterans; those of no type, all without
    NT3 to NT6. How many they are is not known, but they are no fewer than the numbers differ by.
    """
    found = {}
    if "ARMED-FORCES" in cells and "NT3a" in cells:
        forces, veterans = cells["ARMED-FORCES"], cells["NT3a"]
        amounts = forces.amounts - veterans.amounts
        fewest = forces.people - veterans.people
        found["ARMED-FORCES"] = _difference(forces, amounts, fewest)
    if all(ref in cells for ref in DISADVANTAGED):
        typed = [cells[ref] for ref in DISADVANTAGED]
        last = typed[-1]
        amounts = last.others - sum(one.amounts for one in typed[:-1])
        people = sum(one.people for one in typed)
        fewest = np.max([one.other_people - people + one.people for one in typed], axis=0)
        found[DISADVANTAGED[-1]] = _difference(last, amounts, fewest)
    return found


def _difference(beside: Cells, amounts: NDArray[np.int64], fewest: NDArray[np.int64]) -> Cells:
    none = np.zeros_like(amounts)
    people = np.where(with_totals(amounts.astype(np.float64)) > 0, np.maximum(fewest, 1), 0)
    return Cells(amounts, beside.divisor, people, none, np.zeros_like(people))


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
