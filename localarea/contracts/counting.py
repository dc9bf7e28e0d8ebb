"""Count the return of one contract and quarter in memory; only figures and a receipt are left."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from localarea import __version__
from localarea.contracts.freezing import require_same_definition, rule_of
from localarea.contracts.quarters import quarter_days
from localarea.definitions.model import day_name
from localarea.errors import InputError
from localarea.measures.catalogue import DISADVANTAGED
from localarea.measures.report import measure_returns
from localarea.measures.returns import SCALE
from localarea.measures.staff import LOCAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from localarea.classify.classifier import Classifier
    from localarea.contracts.model import Contract
    from localarea.measures.report import MeasuresReport
    from localarea.measures.returns import ReturnTable

OUTSIDE: Final = "outside_quarter"
OTHER: Final = "other_contract"
UNKNOWN: Final = "unknown"  # of receipts since the places of rows are told
_REPEATED: Final = "duplicate_row"
_LATER: Final = "after_period"  # which the measures refuse
SENTENCES: Final = {  # of one row or of many
    OUTSIDE: "dated outside the quarter or the contract, so not counted here: to be sent with the "
    "return of the quarter that the date is in",
    OTHER: "of another contract, so not counted here",
}


@dataclass(frozen=True, slots=True)
class CountedReturn:
    """
    What is kept of a return.

    Attributes
    ----------
    figures : dict of str to dict of str to int
        By measure: ``amount`` and ``other`` (the rest of the same group) in parts of a unit,
        ``divisor`` (parts in a unit), ``people`` and ``other_people`` behind them.
    receipt : dict
        Hashes, definition, rule, and rows by number and reason; no cell and no name of a file.
    implied : dict of str to dict of str to int
        What the same list has of NT3 to NT6 in earlier quarters, where a person counts under one of
        them: to be compared with what is kept of those, and not kept itself.
    """

    quarter: str
    figures: dict[str, dict[str, int]]
    receipt: dict[str, Any]
    implied: dict[str, dict[str, int]] = field(default_factory=dict, compare=False)

    def as_document(self) -> dict[str, Any]:
        """Return JSON types."""
        return {"figures": self.figures, "receipt": self.receipt}


def require_quarter(contract: Contract, quarter: str) -> None:
    """Raise InputError unless the text names a quarter in which the contract runs."""
    first, last = quarter_days(quarter)
    if last < contract.first_day or contract.last_day < first:
        begins, ends = map(day_name, map(str, (contract.first_day, contract.last_day)))
        raise InputError(
            f"contract {contract.reference} runs from {begins} to {ends}, not in {quarter}; "
            "correct its days first if they are wrong",
            parameter="quarter",
        )


def count_return(
    contract: Contract,
    quarter: str,
    tables: Sequence[ReturnTable],
    hashes: Sequence[str],
    classifier: Classifier,
) -> CountedReturn:
    """
    Count the return of a quarter under the contract's own definition and rule.

    Parameters
    ----------
    contract : Contract
        From the register.
    quarter : str
        Name such as ``2026-27 Q1``.
    tables : sequence of ReturnTable
        Results of :func:`localarea.measures.returns.read_return`. The receipt numbers them from 1
        in this order.

    Raises
    ------
    InputError
        If no row counts for the contract, all rows of one of the returns are refused, or the
        contract does not run in the quarter.
    ConflictError
        If the definition or the rule is not the one frozen at award.
    """
    require_quarter(contract, quarter)
    require_same_definition(contract, classifier)
    numbered = _numbered(tables)
    rule = rule_of(contract)
    last = quarter_days(quarter)[1].toordinal()
    runs = contract.first_day.toordinal(), contract.last_day.toordinal()
    report = measure_returns(numbered, classifier, rule, until=last, employed=runs)
    apart = _set_apart(report, contract.reference, quarter)
    if contract.reference not in report.contracts:
        raise InputError(_nothing_counted(report, contract.reference))
    opened, refused = classifier.opened, _refused(report)
    tallies = _tallies(report, tables, apart, refused)
    _require_some(report, tallies, [table.file for table in tables])
    receipt = {
        "files": sorted(hashes),
        "returns": tallies,
        "refused": refused,
        OUTSIDE: apart[OUTSIDE],
        OTHER: apart[OTHER],
        UNKNOWN: _unknown(report, apart),
        "definition": contract.definition,
        "definition_sha256": contract.definition_sha256,
        "edition_sha256": opened.sha256 if opened else "",
        "directory_date": report.directory_date,
        "rule": rule.id,
        "rule_version": rule.version,
        "software_version": __version__,
    }
    figures = _figures(report, contract.reference, quarter)
    return CountedReturn(quarter, figures, receipt, _implied(report, contract.reference, quarter))


def _implied(report: MeasuresReport, reference: str, quarter: str) -> dict[str, dict[str, int]]:
    """Return the amounts of disadvantaged types in the quarters before."""
    if not report.rule.one_disadvantaged_type:
        return {}
    row = report.contracts.index(reference)
    return {
        earlier: {
            ref: int(report.cells[ref].amounts[row, column])
            for ref in DISADVANTAGED
            if ref in report.cells and report.cells[ref].amounts[row, column]
        }
        for column, earlier in enumerate(report.quarters)
        if earlier < quarter
    }


def _numbered(tables: Sequence[ReturnTable]) -> list[ReturnTable]:
    """Name each by its number: names of files and sheets may be those of people."""
    if any(table.kind == "targets" and len(table.cells) for table in tables):
        raise InputError(
            "the targets of a contract are its pledges: leave that return out, and enter them with "
            "the contract"
        )
    numbered = [replace(table, file=str(at)) for at, table in enumerate(tables, start=1)]
    kept = [table for table in numbered if len(table.cells)]  # a blank sheet is no return
    if not kept:
        raise InputError("there is no row in the return; check that the export finished")
    return kept


def _require_some(
    report: MeasuresReport, tallies: Sequence[dict[str, Any]], names: Sequence[str]
) -> None:
    """
    Raise an error if all rows of a return are refused: its measures would be kept as zero.

    Not so where each repeats a row of another return, which is counted there.
    """
    why: dict[int, list[str]] = {}
    for line in (line for line in tallies if line["refused"] and line["refused"] == line["rows"]):
        found = [one for one in report.refusals if int(one.file) == line["return"]]
        if any(one.reason != _REPEATED for one in found):
            why[line["return"]] = sorted({f"{one.column}: {one.explanation}" for one in found})
    if why:
        said = "; ".join(f"{names[at - 1]}: {', '.join(faults)}" for at, faults in why.items())
        raise InputError(
            f"all rows of a return are refused, so its measures would be zero, and nothing was "
            f"kept: put them right, or leave that return out ({said})"
        )


def _nothing_counted(report: MeasuresReport, reference: str) -> str:
    rows = sum(int(tally["rows"]) for tally in report.tallies)
    why = sorted({f"{r.column}: {r.explanation}" for r in report.refusals})
    none = "its one row does not count" if rows == 1 else f"none of the {rows:,} rows counts"
    return f"{none} for the contract {reference}, and nothing was kept; " + (
        "; ".join(why) if why else "the column 'contract' must have this reference in each row"
    )


def _set_apart(
    report: MeasuresReport, reference: str, quarter: str
) -> dict[str, list[dict[str, Any]]]:
    """List the rows that are of other quarters or contracts, by return."""
    apart: dict[str, dict[int, list[int]]] = {OUTSIDE: {}, OTHER: {}}
    wrong = {(one.file, one.row) for one in report.refusals if one.reason != _LATER}
    for refusal in report.refusals:
        if refusal.reason == _LATER and (refusal.file, refusal.row) not in wrong:
            apart[OUTSIDE].setdefault(int(refusal.file), []).append(refusal.row)
    for kind, part in report.rows.items():
        other = (part["contract"] != reference).to_numpy(bool)
        outside = ~other & ~_inside(kind, part, quarter)
        for reason, mask in ((OTHER, other), (OUTSIDE, outside)):
            for name, row in zip(part[mask]["file"], part[mask]["row"], strict=True):
                apart[reason].setdefault(int(name), []).append(int(row))
    return {
        reason: [{"return": at, "rows": sorted(rows)} for at, rows in sorted(found.items())]
        for reason, found in apart.items()
    }


def _inside(kind: str, part: pd.DataFrame, quarter: str) -> np.ndarray[Any, np.dtype[np.bool_]]:
    first, last = (day.toordinal() for day in quarter_days(quarter))
    if kind == "rounds":  # which have no date: all are of the quarter they are sent for
        return np.ones(len(part), bool)
    if kind != "staff":
        days = part["date"].to_numpy(np.int64)
        return np.asarray((first <= days) & (days <= last))
    begins = np.maximum(part["first_day"].to_numpy(np.int64), first)
    return np.asarray(np.minimum(part["last_day"].to_numpy(np.int64), last) >= begins)


def _tallies(
    report: MeasuresReport,
    tables: Sequence[ReturnTable],
    apart: dict[str, list[dict[str, Any]]],
    refused: list[dict[str, Any]],
) -> list[dict[str, Any]]:
    """Account for every row of every return: rows = counted + refused + set apart."""
    told = {tally["file"]: tally for tally in report.tallies}
    lines = []
    for number, table in enumerate(tables, start=1):
        tally = told.get(str(number), {"rows": 0, "blank": table.blank})
        beside = {
            reason: sum(len(one["rows"]) for one in found if one["return"] == number)
            for reason, found in apart.items()
        }
        of_it = (one["rows"] for one in refused if one["return"] == number)
        wrong = len({row for rows in of_it for row in rows})  # a row may have several faults
        counted = int(tally["rows"]) - wrong - sum(beside.values())
        line: dict[str, Any] = {"return": number, "kind": table.kind, "rows": int(tally["rows"])}
        lines.append(
            {**line, "counted": counted, "refused": wrong, **beside, "blank": int(tally["blank"])}
        )
    return lines


def _refused(report: MeasuresReport) -> list[dict[str, Any]]:
    rows: dict[tuple[int, str, str], list[int]] = {}
    for refusal in (one for one in report.refusals if one.reason != _LATER):
        key = int(refusal.file), refusal.column, refusal.reason
        rows.setdefault(key, []).append(refusal.row)
    return _by_return(rows)


def _by_return(rows: dict[tuple[int, str, str], list[int]]) -> list[dict[str, Any]]:
    return [
        {"return": number, "column": column, "reason": reason, "rows": sorted(found)}
        for (number, column, reason), found in sorted(rows.items())
    ]


def _unknown(
    report: MeasuresReport, apart: dict[str, list[dict[str, Any]]]
) -> list[dict[str, Any]]:
    """List the rows whose place is unknown, except those that are set apart."""
    aside = {(one["return"], row) for found in apart.values() for one in found
             for row in one["rows"]}  # fmt: skip
    rows: dict[tuple[int, str, str], list[int]] = {}
    for one in report.unknown:
        if (int(one.file), one.row) not in aside:
            rows.setdefault((int(one.file), one.column, one.reason), []).append(one.row)
    return _by_return(rows)


def _figures(report: MeasuresReport, reference: str, quarter: str) -> dict[str, dict[str, int]]:
    row = report.contracts.index(reference)
    column = report.quarters.index(quarter) if quarter in report.quarters else None
    figures: dict[str, dict[str, int]] = {}
    for ref, cells in report.cells.items():
        parts = (cells.amounts, cells.others, cells.people, cells.other_people)
        found = [0 if column is None else int(part[row, column]) for part in parts]
        figures[ref] = _line(found[0], found[1], cells.divisor, found[2], found[3])
    if "rounds" in report.rows:
        rounds = report.rows["rounds"]
        figures["LM3"] = _multiplier(rounds[rounds["contract"] == reference])
    return figures


def _line(amount: int, other: int, divisor: int, people: int, other_people: int) -> dict[str, int]:
    return {"amount": amount, "other": other, "divisor": divisor,
            "people": people, "other_people": other_people}  # fmt: skip


def _multiplier(part: pd.DataFrame) -> dict[str, int]:
    """Keep both parts of the ratio: rounds 1 to 3, and round 1."""
    spent = int(part.loc[part["round"] == SCALE, "amount"].sum())
    again = part[(part["round"] > SCALE) & (part["status"] == LOCAL)]
    total = spent + int(again["amount"].sum())
    return _line(total, spent, SCALE, int(again["payee"].nunique()), 0)
