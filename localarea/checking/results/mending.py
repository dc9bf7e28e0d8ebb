"""Read mended rows, and make sure that they fit the result that they are from."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localarea.checking.check_file import kind_of
from localarea.checking.results.result_sheets import result_sheets
from localarea.checking.results.unresolved import (
    TYPED,
    MendedRow,
    place_of,
    raise_faults,
    read_mended,
)
from localarea.checking.results.verifying import find_receipt, verify_against
from localarea.checking.rows.counts import STATUSES
from localarea.checking.rows.result_values import find_header
from localarea.checking.rows.row_digest import content_hash
from localarea.errors import FileFormatError, InputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from localarea.checking.receipt import Receipt
    from localarea.checking.rows.result_values import ResultHeader


@dataclass(frozen=True, slots=True)
class MendPlan:
    """
    Mended rows that fit a result.

    ``counts``: rows of each sheet by status, reason and borderline flag, without the mended ones.
    """

    result: Path
    mended: Path
    receipt: Receipt
    sheet: str | None
    rows: tuple[MendedRow, ...]
    heads: dict[str, ResultHeader]
    counts: dict[str, Counter[tuple[str, str, bool]]]

    @property
    def has_evidence(self) -> bool:
        """Return whether the rows need evidence."""
        return any(head.has_evidence for head in self.heads.values())


def plan_mending(result: Path, mended: Path) -> MendPlan:
    """
    Read mended rows, and make sure that they fit a result.

    Parameters
    ----------
    result : pathlib.Path
        A checked workbook or text file.
    mended : pathlib.Path
        Workbook from `localarea.checking.results.unresolved.write_unresolved`, with postcodes
        typed in.

    Returns
    -------
    MendPlan
        To be merged with `localarea.checking.results.merging.merge_mended`.

    Raises
    ------
    InputError
        If the result was changed, the rows are from another result, or a row is missing, was
        changed or has an answer already. All faults are named.
    FileFormatError
        If a file cannot be read, or is of a type that is not merged.
    """
    rows, of = read_mended(mended)
    if not rows:
        raise InputError(
            f"no postcode was typed into the column {TYPED!r} of {mended.name}; type one for each "
            "row that is to be answered, save the workbook and give it again"
        )
    _require_kind(result)
    sheet, receipt = find_receipt(result) or (None, of)
    if _origin(receipt) != _origin(of):
        raise InputError(
            f"the mended rows are not from {result.name}: another file was checked, or against "
            "something else; name the result that they were written with"
        )
    found = verify_against(result, sheet, receipt)
    if found.standing == "changed":
        raise InputError(
            f"{result.name} was changed since it was written: {'; '.join(found.changes)}; "
            "take the result as it was, or check the file again"
        )
    heads, counts = _matched(result, sheet, rows)
    return MendPlan(result, mended, receipt, sheet, tuple(rows), heads, counts)


def _require_kind(result: Path) -> None:
    if not result.is_file():
        raise FileFormatError(result, "there is no such file", hint="check the path")
    if kind_of(result) == "parquet":
        raise FileFormatError(
            result,
            "mended rows are merged into workbooks and text files only",
            hint="mend the rows in your own file and check it again",
        )


def _origin(receipt: Receipt) -> tuple[str, str, str, str]:
    basis = receipt.basis
    return receipt.input_sha256, basis.kind, basis.id, basis.sha256


def _matched(
    result: Path, sheet: str | None, rows: Sequence[MendedRow]
) -> tuple[dict[str, ResultHeader], dict[str, Counter[tuple[str, str, bool]]]]:
    wanted = {(row.sheet, row.number): row for row in rows}
    faults, heads, counts = [], {}, {}
    for each in result_sheets(result):
        if each.name == sheet:
            continue
        head, values = find_header(each.rows)
        if head is None:
            continue
        heads[each.name] = head
        counts[each.name] = tally = Counter[tuple[str, str, bool]]()
        for number, cells in values:
            status = head.cell(cells, "local_status")
            if number <= head.row or status not in STATUSES:
                continue
            row = wanted.pop((each.name, number), None)
            if row is None:
                reason = head.cell(cells, "local_reason")
                tally[status, reason, head.cell(cells, "local_borderline") in ("TRUE", "1")] += 1
            elif status != "unknown":
                faults.append(f"{place_of(row)} has an answer already")
            elif content_hash(cells) != row.content:
                faults.append(f"{place_of(row)} is not the row that was to be mended")
    faults += [f"{place_of(row)} is not in the result" for row in wanted.values()]
    raise_faults(faults)
    return heads, counts
