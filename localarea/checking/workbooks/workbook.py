"""Check the rows of a workbook of any type, detected from its content."""

from __future__ import annotations

import os
import zipfile
import zlib
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path  # noqa: TC003 -- the doctest of default_workbook_out needs it
from typing import TYPE_CHECKING, Final

from localarea.checking.csv_file import FileReport
from localarea.checking.rows.counts import Counts
from localarea.checking.rows.spend_by_answer import together
from localarea.checking.workbooks.rows import WorkbookRequest
from localarea.errors import FileFormatError, InputError
from localarea.tables.atomic import require_folder
from localarea.tables.file_kinds import old_workbook_kind, require_rows
from localarea.tables.workbooks.old_workbooks import readable_workbook
from localarea.tables.workbooks.workbook_limits import open_safely

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from localarea.checking.receipt import Receipt
    from localarea.checking.rows.row_digest import SheetDigest
    from localarea.checking.rows.row_evidence import RowEvidence
    from localarea.checking.workbooks.rows import CheckedSheet
    from localarea.checking.workbooks.unresolved_sheet import UnresolvedSheet
    from localarea.classify.classifier import Classifier
    from localarea.tables.finding.own_columns import Wording
    from localarea.tables.sheet_layout import Grid
    from localarea.tables.workbooks.workbook_limits import WorkbookKind

_NAME_KEPT: Final = 100  # characters of a name in that of its temporary file
_OLD: Final = frozenset({".xls", ".xlsb"})
WORKBOOKS: Final = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})


def is_archive(path: Path) -> bool:
    """
    Return whether a file is by its first bytes a ZIP archive or an old Office file.

    False if the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(4) in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
    except OSError:
        return False


def default_workbook_out(path: Path) -> Path:
    """
    Return the default path of the output.

    Path beside it, with ``.checked`` before the extension, which is .xlsx for an old binary
    workbook.

    Examples
    --------
    >>> from pathlib import Path
    >>> default_workbook_out(Path("staff.XLSX")).name
    'staff.checked.XLSX'
    >>> default_workbook_out(Path("staff.xls")).name
    'staff.checked.xlsx'
    """
    suffix = ".xlsx" if path.suffix.lower() in _OLD else path.suffix
    return path.with_name(f"{path.stem}.checked{suffix}")


def check_workbook(
    source: Path,
    classifier: Classifier,
    *,
    out: Path | None = None,
    columns: Sequence[str] = (),
    sheet: str | None = None,
    progress: Callable[[int], None] | None = None,
    evidence: RowEvidence | None = None,
    on: str | None = None,
    reference: str = "",
    wording: Wording = "codes",
    unresolved: dict[str, UnresolvedSheet] | None = None,
) -> FileReport:
    """
    Check every row of a sheet, and write the workbook with the verdicts added.

    Parameters
    ----------
    source : pathlib.Path
        An .xlsx or .ods workbook, or an .xls or .xlsb workbook to be written as .xlsx.
    out : pathlib.Path, optional
        Workbook to write, of the same type; defaults to :func:`default_workbook_out`, with the
        extension of its content.
    columns : sequence of str
        Headers or 1-based numbers of the postcode columns, in order of preference; detected
        if empty.
    sheet : str, optional
        Name of the sheet, or ``all``; defaults to the visible one that holds postcodes.
    progress : callable, optional
        Called with the number of rows just checked.
    on : str, optional
        Day that was asked about, for the receipt.
    reference : str
        Reference in the record of the service, for the receipt.
    unresolved : dict of str to UnresolvedSheet, optional
        Gathers the rows without an answer, by sheet; a sheet that has to be read again is left out.

    Returns
    -------
    FileReport
        Counts, and how the sheet was read. The last sheet of the workbook is the receipt.

    Raises
    ------
    FileFormatError
        If it cannot be read as a workbook, contains macros, is protected, unpacks to more
        than the limits, has no such sheet or no rows, or the output cannot be written.
    ColumnNotFoundError
        If the column is missing, or no column holds postcodes.
    InputError
        If the output would overwrite the workbook, or there is no space for the columns.
    """
    target = out or default_workbook_out(source)
    try:
        with _readable(source, target) as (path, losses):
            asked = WorkbookRequest(
                classifier, columns, sheet, progress, evidence, wording, unresolved
            )
            return _check(source, target, asked, (on, reference), path, losses, named=bool(out))
    except OSError as error:
        raise FileFormatError.of_system(error, source) from error


@contextmanager
def _readable(source: Path, target: Path) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Yield the workbook to read, and notes on what of an old one was left behind."""
    old = old_workbook_kind(source) if source.is_file() else None
    if old is None:
        yield source, ()
        return
    if target.suffix.lower() != ".xlsx":
        raise FileFormatError(
            target, f"a .{old} workbook is written as .xlsx", hint="name a file that ends in .xlsx"
        )
    near = target.with_name(f".{target.stem[:_NAME_KEPT]}.{os.getpid()}.read.xlsx")
    with readable_workbook(source, near) as found:
        yield found


def _check(
    source: Path,
    target: Path,
    asked: WorkbookRequest,
    stamp: tuple[str | None, str],
    path: Path,
    losses: tuple[str, ...],
    *,
    named: bool,
) -> FileReport:
    if not source.is_file():
        raise FileFormatError(source, "there is no such file", hint="check the path")
    kind, sizes = open_safely(path)
    if not named:  # whatever the name of the workbook says, such as .xlsm
        target = target.with_suffix(f".{kind}") if _is_other(target, kind) else target
    require_folder(target, parameter="out")
    if target.exists() and target.samefile(source):
        raise InputError(
            f"{source} would be overwritten; name another file to write", parameter="out"
        )
    if _is_other(target, kind):
        raise FileFormatError(
            target,
            f"a .{kind} workbook is written as .{kind}",
            hint=f"name a file that ends in .{kind}",
        )
    if kind == "xlsx":
        from localarea.checking.workbooks.xlsx import check_xlsx as work
    else:
        from localarea.checking.workbooks.ods import check_ods as work
    unfinished = target.with_name(f".{target.stem[:_NAME_KEPT]}.{os.getpid()}.part.{kind}")
    try:
        found = work(path, unfinished, sizes, asked)
        require_rows(source, sum(sum(sheet.tally.values()) for sheet in found[0]))
        sheets, notes = found
        report = _report(source, target, kind, sheets, (*losses, *notes))
        known = {sheet.name: sheet.digest for sheet in sheets if sheet.digest is not None}
        receipt = _seal(source, unfinished, report, known, asked.classifier, *stamp)
        unfinished.replace(target)
    finally:
        with suppress(OSError):
            unfinished.unlink()
    return replace(report, receipt=receipt)


def _is_other(target: Path, kind: WorkbookKind) -> bool:
    return target.suffix.lower() != f".{kind}"


def _seal(
    source: Path,
    result: Path,
    report: FileReport,
    known: Mapping[str, SheetDigest],
    classifier: Classifier,
    on: str | None,
    reference: str,
) -> Receipt:
    """Add the receipt as the last sheet."""
    from localarea.checking.new_receipt import receipt_of
    from localarea.checking.workbooks.receipt_sheet import earlier_receipt, seal_workbook

    receipt = receipt_of(report, classifier, source=source, on=on, reference=reference)
    sealed = result.with_name(f"{result.stem}.sealed{result.suffix}")
    try:
        made = seal_workbook(result, sealed, receipt, renew=earlier_receipt(result), known=known)
        sealed.replace(result)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise FileFormatError(
            source,
            f"a part of it is damaged ({type(error).__name__})",
            hint="open it in Excel or LibreOffice and save it again",
        ) from error
    finally:
        with suppress(OSError):
            sealed.unlink()
    return made


def _report(
    source: Path,
    target: Path,
    kind: str,
    sheets: Sequence[CheckedSheet],
    notes: tuple[str, ...],
) -> FileReport:
    tally: Counter[int] = sum((sheet.tally for sheet in sheets), Counter())
    several = len(sheets) > 1
    names = ", ".join(repr(sheet.name) for sheet in sheets)
    columns = dict.fromkeys(sheet.column for sheet in sheets)
    said = [
        f"sheet {sheet.name!r}: {note}" if several else note
        for sheet in sheets
        for note in (*sheet.notes, *_header_notes(sheet.grid))
    ]
    return FileReport(
        source=str(source),
        out=str(target),
        column="; ".join(columns),
        encoding=f"{kind}, {'sheets' if several else 'sheet'} {names}",
        delimiter="",
        **Counts.of_codes(tally).fields(),
        notes=(*notes, *said),
        not_payments=sum(sheet.skipped for sheet in sheets),
        by_sheet={
            sheet.name: Counts.of_codes(sheet.tally).by_status for sheet in sheets if several
        },
        spend=together(sheet.spend for sheet in sheets),
    )


def _header_notes(grid: Grid) -> tuple[str, ...]:
    if grid.header < 0:
        return ("no header was found, so none was added",)
    return (f"the header was found in row {grid.header + 1}",) if grid.header else ()
