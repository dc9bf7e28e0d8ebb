"""Compute figures from returns: classify, count, suppress, and keep track of the rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from localarea.classify.codes import MEANINGS
from localarea.errors import InputError
from localarea.measures.calendar import quarters_between
from localarea.measures.catalogue import MEASURE_OF, MEASURES
from localarea.measures.columns import RETURNS
from localarea.measures.returns import SCALE, understand
from localarea.measures.spend import count_rounds, count_spend, count_visits, settle_spend
from localarea.measures.staff import LOCAL, Cells, count_staff, settle_staff
from localarea.measures.suppression import SMALL
from localarea.measures.unknown_places import unknown_places
from localarea.measures.withheld import withheld_figures

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from localarea.classify.classifier import Classifier
    from localarea.measures.returns import Reader, Refusal, ReturnTable
    from localarea.measures.rules import CountingRule, Proxies
    from localarea.measures.unknown_places import UnknownPlace

ALL_CONTRACTS: Final = "all contracts"
ALL_QUARTERS: Final = "all quarters"
_STATUS: Final = np.array([("unknown", "not_local", "local").index(m.status) for m in MEANINGS])


@dataclass(frozen=True, slots=True)
class MeasuresReport:
    """
    All figures of a set of returns, and the rows that count.

    Attributes
    ----------
    multipliers : mapping
        LM3 by contract.
    tallies : tuple of dict
        Numbers of rows, counted, refused and blank, for each return.
    rows : mapping of str to pandas.DataFrame
        Contract, file, row number and status of counted rows, by type; no postcodes.
    """

    definition: str
    directory_date: str
    rule: CountingRule
    contracts: tuple[str, ...]
    quarters: tuple[str, ...]
    cells: Mapping[str, Cells]
    multipliers: Mapping[str, tuple[Decimal, int] | None]
    tallies: tuple[dict[str, Any], ...]
    statuses: Mapping[str, Mapping[str, int]]
    refusals: tuple[Refusal, ...]
    targets: Mapping[tuple[str, str, str], Decimal]
    rows: Mapping[str, pd.DataFrame]
    withheld: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)
    unknown: tuple[UnknownPlace, ...] = ()

    def figures(self, *, internal: bool = False, proxies: Proxies | None = None) -> pd.DataFrame:
        """
        Return all figures as one tidy table.

        Parameters
        ----------
        internal : bool
            Show small counts: for the contract manager only, not to be shared.
        proxies : Proxies or None
            Value of one unit, in pounds; adds ``value_gbp``.

        Returns
        -------
        pandas.DataFrame
            ``measure``, ``title``, ``unit``, ``contract``, ``quarter``, ``figure`` (Decimal;
            None if withheld or without a divisor), ``withheld``, ``target``, ``progress``
            (share of the target) and ``value_gbp``.
        """
        lines = []
        for measure in (m for m in MEASURES if m.ref in self.cells):
            cells, hidden = self.cells[measure.ref], self.withheld[measure.ref]
            tables = whole_table(cells.amounts), whole_table(cells.others)
            for i, contract in enumerate((*self.contracts, ALL_CONTRACTS)):
                for j, quarter in enumerate((*self.quarters, ALL_QUARTERS)):
                    shut = bool(hidden[i, j]) and not internal
                    parts = int(tables[0][i, j]), int(tables[1][i, j])
                    figure = None if shut else figure_of(measure.unit, parts, cells.divisor)
                    lines.append(self._line(measure.ref, contract, quarter, figure, shut, proxies))
        lines += self._multiplier_lines(internal=internal)
        return pd.DataFrame(lines)

    def _line(
        self, ref: str, contract: str, quarter: str, figure: Decimal | None, shut: bool,
        proxies: Proxies | None,
    ) -> dict[str, Any]:  # fmt: skip
        target = self.targets.get((ref, contract, quarter))
        progress = None
        if figure is not None and target:
            progress = (figure / target).quantize(Decimal("0.001"), ROUND_HALF_EVEN)
        worth = proxies.amounts.get(ref) if proxies else None
        value = None if worth is None or figure is None else (figure * worth)
        return {
            "measure": ref, "title": MEASURE_OF[ref].title, "unit": MEASURE_OF[ref].unit,
            "contract": contract, "quarter": quarter, "figure": figure, "withheld": shut,
            "target": target, "progress": progress,
            "value_gbp": value and value.quantize(Decimal("0.01"), ROUND_HALF_EVEN),
        }  # fmt: skip

    def _multiplier_lines(self, *, internal: bool) -> list[dict[str, Any]]:
        lines = []
        for contract, found in self.multipliers.items():
            if found is None:
                continue
            shut = 0 < found[1] < SMALL and not internal
            figure = None if shut else found[0].quantize(Decimal("0.01"), ROUND_HALF_EVEN)
            lines.append(self._line("LM3", contract, ALL_QUARTERS, figure, shut, None))
        return lines

    def local_share(self, *, internal: bool = False) -> pd.DataFrame:
        """
        Return the indicator "share of contract spend that is local" over time.

        Parameters
        ----------
        internal : bool
            Show figures that would otherwise be withheld.

        Returns
        -------
        pandas.DataFrame
            ``contract``, ``quarter``, ``figure`` (%) and ``withheld``.
        """
        found = self.figures(internal=internal)
        if "LOCAL-SPEND" not in self.cells:
            return pd.DataFrame(columns=["contract", "quarter", "figure", "withheld"])
        part = found[(found["measure"] == "LOCAL-SPEND") & (found["quarter"] != ALL_QUARTERS)]
        return part[["contract", "quarter", "figure", "withheld"]].reset_index(drop=True)


def measure_returns(
    tables: Sequence[ReturnTable],
    classifier: Classifier,
    rule: CountingRule,
    *,
    until: int | None = None,
    employed: tuple[int, int] | None = None,
) -> MeasuresReport:
    """
    Count all measures of a set of returns.

    Parameters
    ----------
    tables : sequence of ReturnTable
        Results of :func:`localarea.measures.returns.read_return`; returns of the same type
        are counted together.
    until : int or None
        Ordinal of the last day counted; required for staff rows without an end.
    employed : tuple of int or None
        Ordinals of the first and last day of the contract, outside which no day of staff counts.

    Raises
    ------
    InputError
        If there are no rows of staff, spend, visits or rounds to count.
    """
    read = [(table, *understand(table)) for table in tables]
    kept: dict[str, list[pd.DataFrame]] = {table.kind: [] for table in tables}
    staff, unknown = [], []
    for table, frame, reader in read:
        status, untold = _located(table, frame, classifier)
        unknown += untold
        if table.kind == "staff":
            staff.append((frame, status, reader))
        else:
            closes = until if employed is None else None  # the register sets such rows apart
            part = _settle(table, frame, reader, status, rule, closes)
            kept[table.kind].append(part.assign(file=table.file))
    if staff:
        kept["staff"].append(settle_staff(staff, rule, until, employed))
    refusals = [
        refusal
        for *_, reader in read
        for refusal in sorted(reader.refusals, key=lambda one: one.row)  # stable: by column within
    ]
    tallies = [
        {"file": table.file, "return": table.kind, "rows": len(table.cells),
         "counted": int(reader.good.sum()), "refused": int((~reader.good).sum()),
         "blank": table.blank}
        for table, _, reader in read
    ]  # fmt: skip
    together = {kind: pd.concat(parts, ignore_index=True) for kind, parts in kept.items()}
    targets = _targets(together.pop("targets", None))
    if not together:
        raise InputError(
            "there is nothing to count: give a return of staff, spend, visits or rounds"
        )
    contracts = sorted({c for part in together.values() for c in part["contract"]})
    names, edges = _quarters(together)
    cells, multipliers = _count(together, contracts, edges, rule)
    return MeasuresReport(
        classifier.boundary.id, classifier.directory.date, rule, tuple(contracts), tuple(names),
        cells, multipliers, tuple(tallies), _statuses(together), tuple(refusals), targets, together,
        withheld_figures(cells), tuple(unknown),
    )  # fmt: skip


def _settle(
    table: ReturnTable, frame: pd.DataFrame, reader: Reader, status: NDArray[np.int64],
    rule: CountingRule, until: int | None,
) -> pd.DataFrame:  # fmt: skip
    """Return the rows of a return that count, other than of staff."""
    if table.kind == "targets":
        reader.refuse(
            ~frame["measure"].isin(list(MEASURE_OF)).to_numpy(bool), "measure", "unknown_measure"
        )
        return frame[reader.good].assign(row=frame.index[reader.good])
    if until is not None and "date" in frame:
        after = reader.good & (frame["date"] > until).to_numpy()
        reader.refuse(after, "date", "after_period")
    if table.kind == "spend":
        return settle_spend(frame, status, reader, rule)
    if table.kind == "rounds":
        good = frame["round"].isin([SCALE, 2 * SCALE, 3 * SCALE]).to_numpy(bool)
        reader.refuse(~good, "round", "out_of_range")
    work = frame.assign(status=status, row=frame.index)
    return work[reader.good].reset_index(drop=True)


def _located(
    table: ReturnTable, frame: pd.DataFrame, classifier: Classifier
) -> tuple[NDArray[np.int64], list[UnknownPlace]]:
    """Return the status of each row (2 local, 1 not local, 0 unknown), and those to be mended."""
    column = next((c.name for c in RETURNS[table.kind] if c.kind == "postcode"), "")
    if not column or not len(frame):
        return np.array([], np.int64), []
    codes = classifier.check_arrow(pa.array(table.cells[column], pa.large_string()))
    unknown = unknown_places(table, column, codes)
    if table.kind == "rounds":  # where the first payee is never matters to the multiplier
        unknown = [one for one in unknown if frame["round"].loc[one.row] != SCALE]
    return _STATUS[codes], unknown


def _targets(part: pd.DataFrame | None) -> dict[tuple[str, str, str], Decimal]:
    if part is None:
        return {}
    names = zip(part["measure"], part["contract"], part["quarter"], strict=True)
    return {n: Decimal(int(t)) / SCALE for n, t in zip(names, part["target"], strict=True)}


def _quarters(together: Mapping[str, pd.DataFrame]) -> tuple[list[str], NDArray[np.int64]]:
    first, last = [], []
    for kind, part in together.items():
        if not len(part) or kind == "rounds":
            continue
        if kind == "staff":
            first.append(int(part["start_date"].min()))
            last.append(int(part["last_day"].max()))
        else:
            first.append(int(part["date"].min()))
            last.append(int(part["date"].max()))
    return quarters_between(min(first), max(last)) if first else ([], np.zeros(1, np.int64))


def _count(
    together: Mapping[str, pd.DataFrame], contracts: list[str], edges: NDArray[np.int64],
    rule: CountingRule,
) -> tuple[dict[str, Cells], dict[str, tuple[Decimal, int] | None]]:  # fmt: skip
    cells: dict[str, Cells] = {}
    if "staff" in together:
        cells |= count_staff(together["staff"], contracts, edges, rule)
    if "spend" in together:
        cells |= count_spend(together["spend"], contracts, edges, rule)
    if "visits" in together:
        cells |= count_visits(together["visits"], contracts, edges)
    rounds = together.get("rounds")
    return cells, {} if rounds is None else count_rounds(rounds, contracts)


def _statuses(together: Mapping[str, pd.DataFrame]) -> dict[str, dict[str, int]]:
    return {
        kind: {
            name: int((part["status"] == code).sum())
            for code, name in ((LOCAL, "local"), (1, "not_local"), (0, "unknown"))
        }
        for kind, part in together.items()
    }


def whole_table(amounts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Add a row and a column of totals to exact amounts."""
    wide = np.column_stack([amounts, amounts.sum(axis=1)])
    return np.vstack([wide, wide.sum(axis=0)])


def figure_of(unit: str, parts: tuple[int, int], divisor: int) -> Decimal | None:
    """
    Return a figure as it is shown.

    ``parts``: amount of the measure and of the rest of the same group. ``divisor``: number of parts
    in one unit. Returns None for a share of nothing, and where credit notes leave no share from 0
    to 100.
    """
    if unit == "%":
        whole = sum(parts)
        share = Decimal(100 * parts[0]) / Decimal(whole) if min(parts) >= 0 < whole else None
        return None if share is None else share.quantize(Decimal("0.1"), ROUND_HALF_EVEN)
    return (Decimal(parts[0]) / Decimal(divisor)).quantize(Decimal("0.01"), ROUND_HALF_EVEN)
