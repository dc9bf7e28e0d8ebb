"""Merge mended rows into the result that they are from, and renew its receipt."""

from __future__ import annotations

import json
import os
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from localarea import __version__
from localarea.checking.check_file import kind_of
from localarea.checking.receipt import Basis, Mending, Receipt, basis_of, sha256_of, stamped
from localarea.checking.results.merged_text import write_merged_text
from localarea.checking.results.merged_workbook import write_merged_workbook
from localarea.checking.results.result_sheets import result_sheets
from localarea.checking.results.unresolved import TYPED, place_of
from localarea.checking.results.verifying import default_receipt
from localarea.checking.rows.counts import Counts
from localarea.checking.rows.csv_checker import ADDED
from localarea.checking.workbooks.result_digests import digests_of
from localarea.checking.workbooks.rows import RowChecker
from localarea.errors import FileFormatError, InputError
from localarea.tables.atomic import replacing, require_folder
from localarea.tables.sheet_layout import Grid
from localarea.tables.workbooks.workbook_limits import open_safely

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from localarea.checking.results.mending import MendPlan
    from localarea.checking.results.unresolved import MendedRow
    from localarea.checking.rows.row_evidence import RowEvidence
    from localarea.classify.classifier import Classifier
    from localarea.tables.finding.own_columns import Wording

MENDED: Final = "This row was mended: its postcode was given afterwards."
_EXPLANATION: Final = ADDED.index("local_explanation")
_MOST_NAMED: Final = 400  # characters of the numbers of mended rows in a receipt


@dataclass(frozen=True, slots=True)
class MendReport:
    """
    Report of a merged result.

    Attributes
    ----------
    receipt : str
        Path of the receipt beside it; empty for a workbook, which holds it.
    by_status, by_reason : dict of str to int
        Number of rows by status and by reason, afterwards.
    by_status_and_reason : dict of str to dict of str to int
        Rows of each reason within each status.
    """

    result: str
    mended: str
    out: str
    receipt: str
    rows: int
    rows_mended: int
    by_status: dict[str, int]
    by_reason: dict[str, int]
    by_status_and_reason: dict[str, dict[str, int]]
    borderline: int


def merge_mended(
    plan: MendPlan,
    classifier: Classifier,
    out: Path,
    *,
    at: str,
    by: str,
    reference: str = "",
    evidence: Callable[[], RowEvidence] | None = None,
) -> MendReport:
    """
    Check the mended rows, and write the result with their verdicts.

    Parameters
    ----------
    plan : MendPlan
        The rows, from `plan_mending`.
    classifier : Classifier
        Must check against what the result was checked against.
    out : pathlib.Path
        File to write, of the same type; it appears only when complete. A text file gets a new
        receipt beside it.
    at, by : str
        When, and who merged them, for a receipt beside the result.
    evidence : callable, optional
        Returns the evidence of rows; called only if the result has columns of it.

    Raises
    ------
    InputError
        If the classifier is another one, or a file would be overwritten.
    FileFormatError
        If the result cannot be written.
    """
    require_basis(basis_of(classifier), plan.receipt.basis)
    _require_out(plan, out)
    cells = _cells(plan, classifier, evidence() if evidence and plan.has_evidence else None)
    codes = _checked(plan.rows, classifier, None)
    counts = {name: tally.copy() for name, tally in plan.counts.items()}
    for row in plan.rows:
        status, near, reason = (
            codes[row.sheet, row.number][ADDED.index(name)]
            for name in ("local_status", "local_borderline", "local_reason")
        )
        counts[row.sheet][status, reason, near == "true"] += 1
    every = _counts(sum(counts.values(), Counter()))
    receipt = _renewed(plan, every, reference)
    beside = _write(plan, classifier, out, cells, counts, receipt, at=at, by=by)
    return MendReport(
        result=str(plan.result),
        mended=str(plan.mended),
        out=str(out),
        receipt="" if beside is None else str(beside),
        rows_mended=len(plan.rows),
        **every.fields(),
    )


def _counts(tally: Mapping[tuple[str, str, bool], int]) -> Counts:
    return Counts.of((*key, count) for key, count in tally.items())


def require_basis(here: Basis, kept: Basis) -> None:
    """Raise InputError unless what is checked against now is what was checked against then."""
    if (here.kind, here.id, here.sha256) != (kept.kind, kept.id, kept.sha256):
        raise InputError(
            f"the result was checked against the {kept.kind} {kept.id} with the hash "
            f"{kept.sha256[:16]}..., and here the {here.kind} {here.id} has "
            f"{here.sha256[:16]}...; use the same data and settings, or check the file again"
        )


def _require_out(plan: MendPlan, out: Path) -> None:
    require_folder(out, parameter="out")
    taken = (plan.result, plan.mended)
    if out.exists() and any(out.samefile(path) for path in taken):
        raise InputError(f"{out} would be overwritten; name another file to write", parameter="out")
    if kind_of(plan.result) == "workbook":
        kind = open_safely(plan.result)[0]
        if out.suffix.lower() != f".{kind}":
            why = f"a .{kind} workbook is written as .{kind}"
            raise FileFormatError(out, why, hint=f"name a file that ends in .{kind}")


def _checked(
    rows: Sequence[MendedRow],
    classifier: Classifier,
    evidence: RowEvidence | None,
    wording: Wording = "codes",
) -> dict[tuple[str, int], list[str]]:
    """Return the added cells of each row for the postcode that was typed."""
    grid = Grid(0, (TYPED,), (0,))
    checker = RowChecker(classifier, grid, expected=len(rows), evidence=evidence, wording=wording)
    found = checker.check([[row.postcode] for row in rows])
    return {(row.sheet, row.number): [*cells] for row, cells in zip(rows, found, strict=True)}


def _cells(
    plan: MendPlan, classifier: Classifier, evidence: RowEvidence | None
) -> dict[tuple[str, int], list[str]]:
    """Return the cells to write, in the wording of each sheet."""
    made: dict[tuple[str, int], list[str]] = {}
    for sheet, head in plan.heads.items():
        rows = [row for row in plan.rows if row.sheet == sheet]
        shown = evidence if head.has_evidence else None
        for key, cells in _checked(rows, classifier, shown, head.wording).items():
            cells[_EXPLANATION] += f" {MENDED}"
            made[key] = [*cells, *([TYPED] if head.names_column else [])]
    return made


def _renewed(plan: MendPlan, counts: Counts, reference: str) -> Receipt:
    named = ", ".join(place_of(row).removeprefix("row ") for row in plan.rows)
    shown = named if len(named) <= _MOST_NAMED else named[:_MOST_NAMED].rpartition(",")[0] + ", ..."
    mending = Mending(len(plan.rows), shown, sha256_of(plan.result), sha256_of(plan.mended))
    return replace(
        plan.receipt,
        version=__version__,
        rows=counts.rows,
        by_status=counts.by_status,
        by_reason=counts.by_reason,
        borderline=counts.borderline,
        digests=(),
        parts_sha256="",
        result_sha256="",
        mended=(*plan.receipt.mended, mending),
        reference=reference,
        at="",
        by="",
    )


def _write(
    plan: MendPlan,
    classifier: Classifier,
    out: Path,
    cells: Mapping[tuple[str, int], Sequence[str]],
    counts: Mapping[str, Mapping[tuple[str, str, bool], int]],
    receipt: Receipt,
    *,
    at: str,
    by: str,
) -> Path | None:
    """Write the merged file whole; return the path of the receipt if it is beside it."""
    unfinished = out.with_name(f".{out.stem[:100]}.{os.getpid()}.part{out.suffix}")
    changed = unfinished.with_name(f"{unfinished.stem}.cells{unfinished.suffix}")
    try:
        if kind_of(plan.result) == "workbook":
            tallies = {sheet: _counts(tally) for sheet, tally in counts.items()}
            write_merged_workbook(plan, classifier, cells, tallies, changed, unfinished, receipt)
            unfinished.replace(out)
            return None
        (head,) = plan.heads.values()
        new = {number: values for (_, number), values in cells.items()}
        write_merged_text(plan.result, unfinished, head, new)
        made = replace(receipt, digests=digests_of(result_sheets(unfinished)))
        beside = default_receipt(out)
        # The receipt comes first: should this end between the two, it says that the file differs.
        with replacing(beside) as partial:
            document = stamped(made, result=unfinished, at=at, by=by).as_dict()
            partial.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
        unfinished.replace(out)
    except OSError as error:
        raise FileFormatError.of_system(error, out) from error
    finally:
        for path in (unfinished, changed):
            with suppress(OSError):
                path.unlink()
    return beside
