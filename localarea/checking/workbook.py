"""Check the rows of a workbook of any kind: told from its content, put in place when whole."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path  # noqa: TC003 -- the example of default_workbook_out runs with it
from typing import TYPE_CHECKING

from localarea.checking.counts import Counts
from localarea.checking.csv_file import FileReport
from localarea.errors import FileFormatError, InputError
from localarea.tables.file_kinds import require_rows
from localarea.tables.workbook_limits import open_safely

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Sequence

    from localarea.checking.row_evidence import RowEvidence
    from localarea.classify.classifier import Classifier
    from localarea.tables.sheet_layout import Grid

WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})


def is_archive(path: Path) -> bool:
    """
    Tell whether a file is a ZIP archive or an old Office file, whatever it is called.

    Parameters
    ----------
    path : pathlib.Path
        The file.

    Returns
    -------
    bool
        True by its first bytes; False for a file that cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(4) in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
    except OSError:
        return False


def default_workbook_out(path: Path) -> Path:
    """
    Name the workbook that is written where no other name is given.

    Parameters
    ----------
    path : pathlib.Path
        The workbook read.

    Returns
    -------
    pathlib.Path
        Beside it, with ``.checked`` before the ending.

    Examples
    --------
    >>> from pathlib import Path
    >>> default_workbook_out(Path("staff.XLSX")).name
    'staff.checked.XLSX'
    """
    return path.with_name(f"{path.stem}.checked{path.suffix}")


def check_workbook(
    source: Path,
    classifier: Classifier,
    *,
    out: Path | None = None,
    columns: Sequence[str] = (),
    sheet: str | None = None,
    progress: Callable[[int], None] | None = None,
    evidence: RowEvidence | None = None,
) -> FileReport:
    """
    Check every row of a sheet, and write the workbook with the verdicts added.

    Parameters
    ----------
    source : pathlib.Path
        An .xlsx or .ods workbook.
    classifier : Classifier
        The classifier to use.
    out : pathlib.Path, optional
        The workbook to write, of the same kind; by default :func:`default_workbook_out`.
    columns : sequence of str
        Headers, or numbers from 1, of the columns of postcodes, the preferred one first;
        found by itself where there are none.
    sheet : str, optional
        Name of the sheet; by default the first that can be seen.
    progress : callable, optional
        Called with the number of rows just checked.
    evidence : RowEvidence, optional
        Supplies the evidence of each row, written as further columns.

    Returns
    -------
    FileReport
        Counts, and how the sheet was read.

    Raises
    ------
    FileFormatError
        If it cannot be read as a workbook, holds macros, is protected, would unpack to
        more than the limits, has no such sheet or no rows, or the other cannot be written.
    ColumnNotFoundError
        If the column is missing, or no column holds postcodes.
    InputError
        If the workbook would be written over itself, or there is no room for the columns.
    """
    target = out or default_workbook_out(source)
    try:
        return _check(source, target, classifier, columns, sheet, progress, evidence)
    except OSError as error:
        raise FileFormatError(
            error.filename or source,
            f"the system says: {error.strerror or error}",
            hint="check the path, its rights and the room",
        ) from error


def _check(
    source: Path,
    target: Path,
    classifier: Classifier,
    columns: Sequence[str],
    sheet: str | None,
    progress: Callable[[int], None] | None,
    evidence: RowEvidence | None,
) -> FileReport:
    if not source.is_file():
        raise FileFormatError(source, "there is no such file", hint="check the path")
    if target.exists() and target.samefile(source):
        raise InputError(
            f"{source} would be written over; name another file to write", parameter="out"
        )
    kind, sizes = open_safely(source)
    if target.suffix.lower() != f".{kind}":
        raise FileFormatError(
            target, f"a .{kind} workbook stays one", hint=f"name a file that ends in .{kind}"
        )
    if kind == "xlsx":
        from localarea.checking.xlsx import check_xlsx as work
    else:
        from localarea.checking.ods import check_ods as work
    unfinished = target.with_name(f".{target.stem[:100]}.{os.getpid()}.part.{kind}")
    try:
        found = work(
            source,
            unfinished,
            classifier,
            sizes,
            columns=columns,
            sheet=sheet,
            progress=progress,
            evidence=evidence,
        )
        require_rows(source, sum(found[2].values()))
        unfinished.replace(target)
    finally:
        with suppress(OSError):
            unfinished.unlink()
    return _report(source, target, kind, *found)


def _report(
    source: Path,
    target: Path,
    kind: str,
    grid: Grid,
    sheet: str,
    tally: Counter[int],
    notes: tuple[str, ...],
) -> FileReport:
    names = [grid.headers[c].strip() or f"column {c + 1}" for c in grid.columns]
    above = (f"the header was found in row {grid.header + 1}",) if grid.header > 0 else ()
    none = ("no header was found, so none was added",) if grid.header < 0 else ()
    return FileReport(
        source=str(source),
        out=str(target),
        column=", then ".join(names),
        encoding=f"{kind}, sheet {sheet!r}",
        delimiter="",
        **Counts.of_codes(tally).fields(),
        notes=(*notes, *above, *none),
    )
