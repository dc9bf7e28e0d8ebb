"""Check a file of any supported type, detected from its content."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal

from localarea.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from localarea.checking.csv_file import FileReport
    from localarea.checking.parquet import ParquetReport
    from localarea.checking.rows.row_evidence import RowEvidence
    from localarea.checking.workbooks.unresolved_sheet import UnresolvedSheet
    from localarea.classify.classifier import Classifier
    from localarea.tables.finding.own_columns import Wording

FileKind = Literal["text", "workbook", "parquet"]
_PARQUET = b"PAR1"


def kind_of(source: Path) -> FileKind:
    """
    Detect the type of a file.

    Parameters
    ----------
    source : pathlib.Path
        A file, or a folder of Parquet files.

    Returns
    -------
    {'text', 'workbook', 'parquet'}
        Type by content, and by name if the content is ambiguous.
    """
    from localarea.checking.workbooks.workbook import is_archive

    if source.is_dir() or source.suffix.lower() == ".parquet" or _begins_with(source, _PARQUET):
        return "parquet"
    return "workbook" if is_archive(source) else "text"


def ending_of(source: Path) -> str:
    """
    Return the extension that the output of a file must have.

    ``source``: file to read; its name is ignored. Returns the extension, such as ``.xlsx``.
    FileFormatError if it is an archive but not a workbook, or a workbook that must not be opened.
    """
    from localarea.tables.file_kinds import old_workbook_kind
    from localarea.tables.workbooks.workbook_limits import open_safely

    kind = kind_of(source)
    if kind == "workbook":
        if old_workbook_kind(source):
            return ".xlsx"
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
    on: str | None = None,
    reference: str = "",
    wording: Wording = "codes",
    unresolved: dict[str, UnresolvedSheet] | None = None,
) -> FileReport | ParquetReport:
    """
    Check a text file, a workbook, a Parquet file or a folder of Parquet files.

    Parameters
    ----------
    out : pathlib.Path, optional
        File or folder to write; defaults to one beside the source.
    columns : sequence of str
        Headers or 1-based numbers of the postcode columns, in order of preference.
    sheet : str, optional
        Sheet of a workbook, or ``all`` for every sheet with postcodes; by default the one that
        holds most.
    client : distributed.Client, optional
        Cluster to use for a folder of Parquet files.
    progress : callable, optional
        Called with the number of rows, or files of a folder, just checked, and the total if
        known.
    evidence : RowEvidence, optional
        Supplies the evidence of each row, written as further columns.
    on : str, optional
        Day that was asked about, for the receipt in a workbook.
    reference : str
        Reference in the record of the service, for the same.
    wording : {'codes', 'people'}
        Whether the added columns hold codes, or words and names for people.
    unresolved : dict of str to UnresolvedSheet, optional
        Gathers the rows of a workbook without an answer, by sheet; a sheet that has to be
        read again is left out.

    Raises
    ------
    FileFormatError
        If the file cannot be read, or the output cannot be written.
    ColumnNotFoundError
        If the column is missing, or no column holds postcodes.
    InputError
        If a sheet is named for a file without sheets, or several columns or words for people
        for Parquet.
    """
    _require_table(source)
    kind = kind_of(source)
    if kind == "parquet":
        _require_parquet_options(columns, sheet, wording)
        from localarea.checking.parquet import check_parquet

        return check_parquet(
            source,
            classifier,
            out=out,
            column=columns[0] if columns else None,
            client=client,
            progress=_as_increments(progress) if progress else None,
            evidence=evidence,
        )
    if kind == "workbook":
        from localarea.checking.workbooks.workbook import check_workbook

        return check_workbook(
            source,
            classifier,
            out=out,
            columns=columns,
            sheet=sheet,
            progress=progress,
            evidence=evidence,
            on=on,
            reference=reference,
            wording=wording,
            unresolved=unresolved,
        )
    if sheet is not None:
        raise InputError("only a workbook has sheets, and this is a text file", parameter="sheet")
    from localarea.checking.csv_file import check_file
    from localarea.checking.workbooks.workbook import WORKBOOKS

    if out is None and source.suffix.lower() in WORKBOOKS:  # the extension is wrong
        out = source.with_name(f"{source.stem}.checked.csv")
    return check_file(
        source,
        classifier,
        out=out,
        column=columns,
        progress=progress,
        evidence=evidence,
        wording=wording,
    )


def _require_table(source: Path) -> None:
    from localarea.tables.file_kinds import refuse_other_kinds

    with suppress(OSError):  # the reader reports files that cannot be read
        if source.is_file():
            refuse_other_kinds(source)


def _require_parquet_options(columns: Sequence[str], sheet: str | None, wording: Wording) -> None:
    if wording != "codes":
        raise InputError("Parquet is for programs, and has headers in codes", parameter="headers")
    if sheet is not None:
        raise InputError("only a workbook has sheets, and this is Parquet", parameter="sheet")
    if len(columns) > 1:
        raise InputError("only one column can be named for Parquet; choose it", parameter="column")


def _as_increments(progress: Callable[..., None]) -> Callable[[int, int], None]:
    """Convert running totals to increments."""
    reported = 0

    def report(done: int, of: int) -> None:
        nonlocal reported
        progress(done - reported, of)
        reported = done

    return report


def _begins_with(source: Path, mark: bytes) -> bool:
    try:
        with source.open("rb") as file:
            return file.read(len(mark)) == mark
    except OSError:
        return False
