"""
What was delivered against what was pledged, by contract, quarter and measure.

Contracts that are measured under one definition and counted by one rule form a *series*. Figures
are added up within a series only, and small counts are withheld over all its contracts and quarters
at once, so that no figure of it reveals another.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from localarea.errors import SettingError
from localarea.measures.catalogue import MEASURE_OF
from localarea.measures.report import ALL_QUARTERS, figure_of, whole_table
from localarea.measures.staff import Cells
from localarea.measures.suppression import small_counts
from localarea.measures.withheld import withheld_figures

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from localarea.contracts.model import Contract

    Figures = Mapping[str, Mapping[str, int]]  # of one return, by measure

RATIO: Final = "LM3"
INDICATOR: Final = "LOCAL-SPEND"  # share of contract spend that is local


@dataclass(frozen=True, slots=True)
class Series:
    """
    Contracts counted in one way, with all their figures.

    Attributes
    ----------
    contracts : tuple of Contract
        In the order of the rows.
    quarters : tuple of str
        In the order of the columns: those in which any of the contracts runs.
    cells : dict of str to Cells
        By measure; 0 where nothing was returned.
    returned : dict of str to numpy.ndarray of bool
        By measure: where something was returned.
    hidden : dict of str to numpy.ndarray of bool
        By measure: what is withheld, with totals in the last row and column.
    """

    contracts: tuple[Contract, ...]
    quarters: tuple[str, ...]
    cells: dict[str, Cells]
    returned: dict[str, NDArray[np.bool_]]
    hidden: dict[str, NDArray[np.bool_]]

    def figure(
        self, ref: str, row: int, column: int, *, internal: bool
    ) -> tuple[Decimal | None, bool]:
        """
        Return a figure, and whether it is withheld.

        Parameters
        ----------
        row, column : int
            Of the table; -1 for the total of all contracts or quarters.
        internal : bool
            Show small counts.

        Returns
        -------
        decimal.Decimal or None
            None if it is withheld, nothing was returned, or there is no divisor.
        bool
            Whether it is withheld.
        """
        if ref not in self.cells:
            return None, False
        there = self.returned[ref]
        chosen = there if row == -1 else there[[row]]
        if not (chosen if column == -1 else chosen[:, [column]]).any():
            return None, False
        if self.hidden[ref][row, column] and not internal:
            return None, True
        cells = self.cells[ref]
        parts = (
            int(whole_table(cells.amounts)[row, column]),
            int(whole_table(cells.others)[row, column]),
        )
        return shown_figure(ref, parts, cells.divisor), False

    def joint(
        self, ref: str, rows: Sequence[int], columns: Sequence[int], *, internal: bool
    ) -> tuple[Decimal | None, bool]:
        """
        Return a figure of some contracts or of some quarters together.

        Parameters
        ----------
        rows, columns : sequence of int
            Of the table; one of the two must be all there are.
        internal : bool
            Show small counts. Otherwise the figure is told only where the totals of each of those
            contracts or quarters are told, so that it adds nothing to what they tell.

        Returns
        -------
        decimal.Decimal or None
            As :meth:`figure`.
        bool
            Whether it is withheld.
        """
        if ref not in self.cells:
            return None, False
        there = self.returned[ref][np.ix_(rows, columns)]
        if not there.any():
            return None, False
        hidden = self.hidden[ref]
        if len(columns) == len(self.quarters):
            shut = any(hidden[row, -1] for row, some in zip(rows, there, strict=True) if some.any())
        else:
            shut = any(
                hidden[-1, column]
                for column, some in zip(columns, there.T, strict=True)
                if some.any()
            )
        if shut and not internal:
            return None, True
        cells, place = self.cells[ref], np.ix_(rows, columns)
        parts = int(cells.amounts[place].sum()), int(cells.others[place].sum())
        return shown_figure(ref, parts, cells.divisor), False


def shown_figure(ref: str, parts: tuple[int, int], divisor: int) -> Decimal | None:
    """Return a figure as it is shown, of its amount and the rest; None if there is no divisor."""
    if ref == RATIO:
        ratio = Decimal(parts[0]) / Decimal(parts[1]) if parts[1] > 0 else None
        return ratio and ratio.quantize(Decimal("0.01"), ROUND_HALF_EVEN)
    return figure_of(MEASURE_OF[ref].unit, parts, divisor)


def series_of(
    contracts: Sequence[Contract], figures: Mapping[tuple[str, str], Figures]
) -> list[Series]:
    """
    Arrange contracts and the figures that hold into series.

    Parameters
    ----------
    contracts : sequence of Contract
        All contracts of the register, each once.
    figures : mapping of (str, str) to mapping
        Figures of each return, by reference and quarter.

    Returns
    -------
    list of Series
        By first quarter, then by definition and rule.
    """
    groups: dict[tuple[str, ...], list[Contract]] = {}
    for contract in sorted(contracts, key=lambda one: one.reference):
        groups.setdefault(contract.basis, []).append(contract)
    made = [_series(group, figures) for group in groups.values()]
    return sorted(made, key=lambda one: (one.quarters[0], one.contracts[0].basis))


def _series(contracts: Sequence[Contract], figures: Mapping[tuple[str, str], Figures]) -> Series:
    quarters = sorted({quarter for contract in contracts for quarter in contract.quarters})
    found = {
        (i, j): figures[contract.reference, quarter]
        for i, contract in enumerate(contracts)
        for j, quarter in enumerate(quarters)
        if (contract.reference, quarter) in figures
    }
    shape = (len(contracts), len(quarters))
    cells, returned = {}, {}
    for ref in (ref for ref in MEASURE_OF if any(ref in one for one in found.values())):
        here = {at: one[ref] for at, one in found.items() if ref in one}
        returned[ref] = np.zeros(shape, bool)
        for at in here:
            returned[ref][at] = True
        cells[ref] = _cells(ref, here, shape)
    return Series(tuple(contracts), tuple(quarters), cells, returned, _hidden(cells, returned))


def _cells(
    ref: str, here: Mapping[tuple[int, int], Mapping[str, int]], shape: tuple[int, int]
) -> Cells:
    parts = {name: np.zeros(shape, np.int64) for name in _PARTS}
    for at, line in here.items():
        for name, part in parts.items():
            part[at] = line[name]
    divisor = next(iter(here.values()))["divisor"]
    people, others = (people_of(ref, parts[name]) for name in ("people", "other_people"))
    return Cells(parts["amount"], divisor, people, parts["other"], others)


_PARTS: Final = ("amount", "other", "people", "other_people")


def people_of(ref: str, counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """
    Add totals, each the fewest people that it can rest on, since who they are is not kept.

    Those of a contract over its quarters may be the same people. An employee counts once a
    contract; a supplier of several contracts is one.
    """
    wide = np.column_stack([counts, counts.max(axis=1, initial=0)])
    total = wide.sum(axis=0) if MEASURE_OF[ref].kind == "staff" else _fewest(wide)
    return np.vstack([wide, total])


def _fewest(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Mark a total as small wherever a part of it is."""
    small = np.where(small_counts(counts), counts, 0).max(axis=0, initial=0)
    fewest: NDArray[np.int64] = np.where(small > 0, small, counts.max(axis=0, initial=0))
    return fewest


def _hidden(
    cells: Mapping[str, Cells], returned: Mapping[str, NDArray[np.bool_]]
) -> dict[str, NDArray[np.bool_]]:
    told = {ref: found for ref, found in cells.items() if ref != RATIO}
    hidden = withheld_figures(told, returned)
    if RATIO in cells:  # no total is told of a row or column with a small count in it
        small = small_counts(cells[RATIO].people)
        rows, columns = small.any(axis=1, keepdims=True), small.any(axis=0, keepdims=True)
        small[:, -1:] |= rows
        small[-1:, :] |= columns
        small[-1, -1] |= small[:-1, :-1].any()
        hidden[RATIO] = small
    return hidden


def target_of(contract: Contract, ref: str, quarter: str) -> Decimal | None:
    """
    Return what was pledged of a measure for a quarter, or in all quarters together.

    For all quarters, quarterly targets are added up where nothing else was pledged; those of a
    share or a ratio cannot be.
    """
    stated = {p.quarter: p.target for p in contract.pledges if p.measure == ref}
    if quarter in stated or quarter != ALL_QUARTERS or not MEASURE_OF[ref].adds_up:
        return stated.get(quarter)
    return sum(stated.values(), Decimal(0)) if stated else None


def standing(
    series: Iterable[Series],
    reference: str,
    *,
    priority: Sequence[str] = (),
    internal: bool = False,
) -> list[dict[str, Any]]:
    """
    Set what a contract delivered against what was pledged.

    Parameters
    ----------
    series : iterable of Series
        Of the whole register, since what is withheld depends on every contract.
    priority : sequence of str
        Priority measures of the council, which come first.
    internal : bool
        Show small counts.

    Returns
    -------
    list of dict
        ``measure``, ``title``, ``unit``, ``priority``, ``target``, ``delivered`` and ``withheld``
        of all quarters, and ``by_quarter`` with ``quarter``, ``target``, ``delivered`` and
        ``withheld``; of every measure pledged or returned.

    Raises
    ------
    SettingError
        If a priority measure of the council's file is not in the catalogue.
    """
    unknown = [ref for ref in priority if ref not in MEASURE_OF]
    if unknown:
        raise SettingError(
            f"the council's file names {', '.join(unknown)} among its priority_measures, which the "
            f"catalogue does not have; it has {', '.join(MEASURE_OF)}"
        )
    found, row = next(
        (one, row)
        for one in series
        for row, contract in enumerate(one.contracts)
        if contract.reference == reference
    )
    contract = found.contracts[row]
    pledged = {pledge.measure for pledge in contract.pledges}
    told = {ref for ref, there in found.returned.items() if there[row].any()}
    refs = [ref for ref in MEASURE_OF if ref in pledged | told]
    lines = []
    for ref in sorted(refs, key=lambda one: one not in priority):
        by_quarter = [
            {"quarter": quarter, **_line(found, ref, row, at, contract, internal=internal)}
            for at, quarter in enumerate(found.quarters)
            if quarter in contract.quarters
        ]
        whole = _line(found, ref, row, -1, contract, internal=internal)
        measure = MEASURE_OF[ref]
        words = {"measure": ref, "title": measure.title, "unit": measure.unit}
        lines.append({**words, "priority": ref in priority, **whole, "by_quarter": by_quarter})
    return lines


def _line(
    found: Series, ref: str, row: int, column: int, contract: Contract, *, internal: bool
) -> dict[str, Any]:
    quarter = ALL_QUARTERS if column == -1 else found.quarters[column]
    figure, withheld = found.figure(ref, row, column, internal=internal)
    target = target_of(contract, ref, quarter)
    return {"target": target, "delivered": figure, "withheld": withheld}


def indicator(
    series: Iterable[Series], ref: str = INDICATOR, *, internal: bool = False
) -> list[dict[str, Any]]:
    """
    Return a measure over time, apart for each definition and rule.

    Parameters
    ----------
    internal : bool
        Show small counts.

    Returns
    -------
    list of dict
        Of each series: ``definition``, ``definition_sha256``, ``rule``, ``rule_version``,
        ``contracts`` (how many), ``delivered`` and ``withheld`` of all quarters, and ``by_quarter``
        with ``quarter``, ``target``, ``delivered``, ``withheld`` and ``returns`` (how many).
        Targets are added up over contracts; that of a share or a ratio is told where all contracts
        that pledged it pledged the same.
    """
    lines = []
    for one in series:
        definition, sha256, rule, version = one.contracts[0].basis
        figure, withheld = one.figure(ref, -1, -1, internal=internal)
        words = {"definition": definition, "definition_sha256": sha256, "rule": rule}
        words |= {"rule_version": version}
        by_quarter = [
            _quarter_line(one, ref, at, internal=internal) for at in range(len(one.quarters))
        ]
        whole = {"contracts": len(one.contracts), "delivered": figure, "withheld": withheld}
        lines.append({**words, **whole, "by_quarter": by_quarter})
    return lines


def _target_within(contract: Contract, ref: str, quarter: str) -> Decimal | None:
    """Return the target of a quarter; a share pledged for all quarters is that of each."""
    found = target_of(contract, ref, quarter)
    if found is None and not MEASURE_OF[ref].adds_up and quarter in contract.quarters:
        return target_of(contract, ref, ALL_QUARTERS)
    return found


def joint_target(ref: str, stated: Sequence[Decimal]) -> Decimal | None:
    """Add targets up; of a share or a ratio tell the one that all contracts pledged."""
    if not stated:
        return None
    if MEASURE_OF[ref].adds_up:
        return sum(stated, Decimal(0))
    return stated[0] if len(set(stated)) == 1 else None


def _quarter_line(one: Series, ref: str, column: int, *, internal: bool) -> dict[str, Any]:
    quarter = one.quarters[column]
    figure, withheld = one.figure(ref, -1, column, internal=internal)
    targets = [_target_within(contract, ref, quarter) for contract in one.contracts]
    stated = [target for target in targets if target is not None]
    target = joint_target(ref, stated)
    returned = int(one.returned[ref][:, column].sum()) if ref in one.returned else 0
    words = {"quarter": quarter, "target": target, "delivered": figure, "withheld": withheld}
    return {**words, "returns": returned}
