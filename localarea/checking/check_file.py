"""Check a file of any kind that can be checked: told from its content, for people and services."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal

from localarea.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from localarea.checking.csv_file import FileReport
    from localarea.checking.parquet import ParquetReport
    from localarea.checking.row_evidence import RowEvidence
    from localarea.classify.classifier import Classifier

FileKind = Literal["text", "workbook", "parquet"]
_PARQUET = b"PAR1"


def kind_of(source: Path) -> FileKind:
    """
    Tell what kind of file something is.

    Parameters
    ----------
    source : pathlib.Path
        A file, or a folder of Parquet files.

    Returns
    -------
    {'text', 'workbook', 'parquet'}
        By its content, and by its name where that says more than the content does.
    """
    from localarea.checking.workbook import is_archive

    if source.is_dir() or source.suffix.lower() == ".parquet" or _begins_with(source, _PARQUET):
        return "parquet"
    return "workbook" if is_archive(source) else "text"


def ending_of(source: Path) -> str:
    """
    Give the ending that what is written of a file must have.

    Parameters
    ----------
    source : pathlib.Path
        The file; its name says nothing.

    Returns
    -------
    str
        Such as ``.xlsx``.

    Raises
    ------
    FileFormatError
        If it is an archive and no workbook, or one that must not be opened.
    """
    from localarea.tables.workbook_limits import open_safely

    kind = kind_of(source)
    if kind == "workbook":
        return f".{open_safely(source)[0]}"
    return ".parquet" if kind == "parquet" else ".csv"


def check_any(
    source: Path,
    classifier: Classifier,
    *,
    out: Path | None = None,
    columns: Sequence[str] = (),
    sheet: str | None = None,
    client: Any = None,
    progress: Callable[..., None] | None = None,
    evidence: RowEvidence | None = None,
) -> FileReport | ParquetReport:
    """
    Check a text file, a workbook, a Parquet file or a folder of Parquet files.

    Parameters
    ----------
    source : pathlib.Path
        What to check.
    classifier : Classifier
        The classifier to use.
    out : pathlib.Path, optional
        What to write; by default beside the source.
    columns : sequence of str
        Headers or 1-based numbers of the postcode columns, in order of preference.
    sheet : str, optional
        The sheet of a workbook.
    client : distributed.Client, optional
        For a folder of Parquet files.
    progress : callable, optional
        Told how many more are done, and of how many where that is known: rows, or files of
        a folder.
    evidence : RowEvidence, optional
        What gives each row its evidence, in further columns.

    Returns
    -------
    FileReport or ParquetReport
        Counts, and how it was read.

    Raises
    ------
    FileFormatError
        If it cannot be read, or the other not be written.
    ColumnNotFoundError
        If the column is missing, or no column holds postcodes.
    InputError
        If a sheet is named of what has none, or several columns of Parquet.
    """
    _refuse_no_table(source)
    kind = kind_of(source)
    if kind == "parquet":
        _require_plain(columns, sheet)
        from localarea.checking.parquet import check_parquet

        return check_parquet(
            source,
            classifier,
            out=out,
            column=columns[0] if columns else None,
            client=client,
            progress=_in_steps(progress) if progress else None,
            evidence=evidence,
        )
    if kind == "workbook":
        from localarea.checking.workbook import check_workbook

        return check_workbook(
            source,
            classifier,
            out=out,
            columns=columns,
            sheet=sheet,
            progress=progress,
            evidence=evidence,
        )
    if sheet is not None:
        raise InputError("only a workbook has sheets, and this is a text file", parameter="sheet")
    from localarea.checking.csv_file import check_file
    from localarea.checking.workbook import WORKBOOKS

    if out is None and source.suffix.lower() in WORKBOOKS:  # it bears the wrong name
        out = source.with_name(f"{source.stem}.checked.csv")
    return check_file(
        source, classifier, out=out, column=columns, progress=progress, evidence=evidence
    )


def _refuse_no_table(source: Path) -> None:
    from localarea.tables.file_kinds import refuse_other_kinds

    with suppress(OSError):  # what cannot be read is told by whoever reads it
        if source.is_file():
            refuse_other_kinds(source)


def _require_plain(columns: Sequence[str], sheet: str | None) -> None:
    if sheet is not None:
        raise InputError("only a workbook has sheets, and this is Parquet", parameter="sheet")
    if len(columns) > 1:
        raise InputError("of Parquet one column can be named; choose it", parameter="column")


def _in_steps(progress: Callable[..., None]) -> Callable[[int, int], None]:
    """Turn what is done so far into how much more is done."""
    told = 0

    def tell(done: int, of: int) -> None:
        nonlocal told
        progress(done - told, of)
        told = done

    return tell


def _begins_with(source: Path, mark: bytes) -> bool:
    try:
        with source.open("rb") as file:
            return file.read(len(mark)) == mark
    except OSError:
        return False
