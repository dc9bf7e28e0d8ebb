"""
The rows of a result without an answer, as a small workbook in which they can be mended.

Each row is named by its number and by a hash of everything in it, so that a mended row cannot be
put in another row's place.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final

from localarea.checking.check_file import kind_of
from localarea.checking.receipt import Receipt, receipt_from
from localarea.checking.results.result_sheets import result_sheets
from localarea.checking.rows.result_values import find_header
from localarea.checking.workbooks.unresolved_sheet import (
    MOST_UNRESOLVED,
    UnresolvedRow,
    UnresolvedSheet,
)
from localarea.errors import FileFormatError, InputError
from localarea.geo.postcodes import OUTWARD, WHOLE, read_cell
from localarea.tables.workbooks.plain_workbook import PlainSheet, write_workbook
from localarea.tables.workbooks.saved_values import saved_sheets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from localarea.tables.xlsx.new_sheet import Value

ROW, WHY, TYPED, SHEET, CONTENT = "Row", "Why", "Postcode to use", "Sheet", "Content of the row"
_FORM: Final = 1
_ROWS_SHEET: Final = "Rows to mend"
_ABOUT_SHEET: Final = "About these rows"
_ABOUT: Final = (
    (
        "What to do",
        f"Type a postcode into the column “{TYPED}”. Leave a row blank to leave it as it is.",
    ),
    ("", "Change nothing else, and save the file as a workbook."),
    ("Then", "Send it on the page of the file, or merge it with the command: localarea mend"),
)
_AFTER: Final = "For programs: do not change"
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")  # not in a workbook
_CHUNK: Final = 30_000  # characters of a cell; Excel allows 32,767
_MOST_NAMED: Final = 20  # faults in one message


@dataclass(frozen=True, slots=True)
class MendedRow:
    """
    A row that was mended.

    Attributes
    ----------
    sheet : str
        Name of its sheet; empty in a text file.
    content : str
        Hash of its values in the result.
    """

    sheet: str
    number: int
    content: str
    postcode: str


def unresolved_sheets(result: Path) -> Iterator[UnresolvedSheet]:
    """
    Read the rows of a result without an answer, where the check did not gather them.

    ``result``: a checked workbook or text file; Parquet, and a text file that is too large, have
    none. Yields each sheet with verdicts, in order. FileFormatError if it cannot be read.
    """
    twice = zip(result_sheets(result), result_sheets(result, shown=True), strict=True)
    gathered: dict[str, UnresolvedSheet] = {}
    for compared, shown in twice:
        head, rows = find_header(compared.rows)
        if head is None:
            continue
        made = gathered[compared.name] = UnresolvedSheet(compared.name, gathered)
        made.begin(head)
        for row, (_, seen) in zip(rows, shown.rows, strict=True):
            made.add([row], [seen.copy])
        yield made


def unknown_in_parquet(result: Path) -> Iterator[tuple[int, str]]:
    """
    List the rows of a checked Parquet file without an answer.

    Number of the row, where the first row of data is 1, and the code of its reason.
    """
    import pyarrow.parquet as pq

    names = ["local_status", "local_reason"]
    before = 0
    with pq.ParquetFile(result) as file:
        for batch in file.iter_batches(columns=names):
            statuses, reasons = (batch.column(name).to_pylist() for name in names)
            for at, status in enumerate(statuses, start=before + 1):
                if status == "unknown":
                    yield at, str(reasons[at - before - 1])
            before += len(statuses)


def write_unresolved(
    result: Path,
    receipt: Receipt,
    out: Path,
    *,
    known: Mapping[str, UnresolvedSheet] | None = None,
) -> list[UnresolvedRow]:
    """
    Write the rows of a result without an answer to a workbook.

    Parameters
    ----------
    known : mapping of str to UnresolvedSheet, optional
        Sheets that the check gathered while it wrote them, by their names. If a sheet with verdicts
        is not among them, the result is read again.

    Returns
    -------
    list of UnresolvedRow
        The rows written, at most `MOST_UNRESOLVED`.

    Raises
    ------
    InputError
        If the result is Parquet, or ``out`` does not end in ``.xlsx``.
    FileFormatError
        If the result cannot be read.
    """
    if kind_of(result) == "parquet":
        raise InputError(
            "rows of Parquet files are not mended; mend them in your own file, or check a CSV file",
            parameter="unresolved",
        )
    if out.suffix.lower() != ".xlsx":
        raise InputError(f"{out} is written as a workbook; end its name in .xlsx")
    checked = [digest.sheet for digest in receipt.digests if digest.columns]
    if known is not None and known.keys() >= set(checked):
        sheets = [known[name] for name in checked]
    else:
        sheets = list(unresolved_sheets(result))
    rows = list(islice(chain.from_iterable(sheet.rows() for sheet in sheets), MOST_UNRESOLVED))
    width = max((len(row.cells) for row in rows), default=0)
    names = [_CONTROLS.sub(" ", name) for sheet in sheets[:1] for name in sheet.headers]
    names += [""] * (width - len(names))
    table: list[tuple[Value, ...]] = [
        (ROW, WHY, TYPED, *names, SHEET, CONTENT),
        *map(partial(_line, width=len(names)), rows),
    ]
    about = {
        "unresolved": _FORM,
        "headers": list(table[0]),
        "receipt": _without_hashes(receipt).as_dict(),
    }
    text = json.dumps(about, separators=(",", ":"), ensure_ascii=True).replace("  ", " \\u0020")
    pieces = [(text[at : at + _CHUNK],) for at in range(0, len(text), _CHUNK)]
    facts: list[tuple[Value, ...]] = [*_ABOUT, ("Rows", len(rows)), (), (_AFTER,), *pieces]
    widths = (8, 60, 20, *[18] * len(names), 14, 28)
    pages = [
        PlainSheet(_ROWS_SHEET, table, widths, header=True),
        PlainSheet(_ABOUT_SHEET, facts, (16, 90)),
    ]
    write_workbook(out, pages)
    return rows


def _line(row: UnresolvedRow, width: int) -> tuple[Value, ...]:
    padded = [*row.cells, *[""] * (width - len(row.cells))]
    return (row.number, row.why, "", *padded, row.sheet, row.content)


def _without_hashes(receipt: Receipt) -> Receipt:
    """Leave out what names single rows: the rows to mend have hashes of their own."""
    digests = tuple(replace(each, columns=(), row_hashes="", every=1) for each in receipt.digests)
    return replace(receipt, digests=digests)


def read_mended(path: Path) -> tuple[list[MendedRow], Receipt]:
    """
    Read the workbook of mended rows.

    Parameters
    ----------
    path : pathlib.Path
        Workbook written by `write_unresolved`, with postcodes typed into it.

    Raises
    ------
    InputError
        If it is not such a workbook, its headers were changed, a row has no number or hash, occurs
        twice, or does not hold a postcode; all faults are named, without what the cells say.
    FileFormatError
        If it cannot be read as a workbook.
    """
    if not path.is_file():
        raise FileFormatError(path, "there is no such file", hint="check the path")
    sheets = {sheet.name: [cells for _, cells in sheet.rows] for sheet in _sheets(path)}
    about = _about(path, sheets.get(_ABOUT_SHEET, []))
    table = sheets.get(_ROWS_SHEET, [])
    headers = [str(name) for name in about["headers"]]
    found = [*table[0], *[""] * (len(headers) - len(table[0]))] if table else []
    if found != headers:
        strange = [name for name in found if name not in headers]
        missing = [name for name in headers if name not in found]
        said = "; ".join(filter(None, (_listed("not known", strange), _listed("missing", missing))))
        raise InputError(
            f"the headers of the rows to mend were changed ({said or 'their order'}); type "
            f"postcodes into the column {TYPED!r} and change nothing else"
        )
    places = {name: headers.index(name) for name in (ROW, WHY, TYPED)}
    places |= {SHEET: len(headers) - 2, CONTENT: len(headers) - 1}
    return _mended(table[1:], places), receipt_from(about["receipt"])


def _sheets(path: Path) -> Iterator[Any]:
    if kind_of(path) != "workbook":
        raise FileFormatError(
            path, "it is not a workbook", hint="send the workbook with the rows to mend"
        )
    return saved_sheets(path)


def _listed(what: str, names: Sequence[str]) -> str:
    return f"{what}: {', '.join(map(repr, names[:_MOST_NAMED]))}" if names else ""


def _about(path: Path, rows: Sequence[Sequence[str]]) -> dict[str, Any]:
    at = next((k for k, row in enumerate(rows) if row[0] == _AFTER), len(rows))
    try:
        about = json.loads("".join(row[0] for row in rows[at + 1 :]))
    except ValueError:
        about = None
    known = isinstance(about, dict) and about.get("unresolved") == _FORM
    if not known or not isinstance(about.get("headers"), list) or "receipt" not in about:
        raise InputError(
            f"{path.name} is not a workbook of rows to mend; use the one that was "
            "written with the result"
        )
    return dict(about)


def _mended(rows: Iterable[Sequence[str]], places: dict[str, int]) -> list[MendedRow]:
    found: dict[tuple[str, int], MendedRow] = {}
    faults: list[str] = []
    for line, row in enumerate(rows, start=2):
        cells = {name: row[at].strip() if at < len(row) else "" for name, at in places.items()}
        if not cells[TYPED]:
            continue
        if not cells[ROW].isdecimal() or not cells[CONTENT]:
            faults.append(f"line {line} has lost its number or its hash")
            continue
        made = MendedRow(cells[SHEET], int(cells[ROW]), cells[CONTENT], cells[TYPED])
        if (made.sheet, made.number) in found:
            faults.append(f"row {made.number:,} occurs twice")
        elif read_cell(made.postcode)[0] not in (WHOLE, OUTWARD):
            faults.append(f"row {made.number:,}: what was typed is not a postcode")
        found[made.sheet, made.number] = made
    raise_faults(faults)
    return list(found.values())


def raise_faults(faults: Sequence[str]) -> None:
    """
    Raise one error for all faults.

    ``faults``: clauses; nothing is raised without any. InputError names up to twenty of them.
    """
    if faults:
        more = len(faults) - _MOST_NAMED
        rest = f"; and {more:,} more" if more > 0 else ""
        raise InputError(f"nothing was merged: {'; '.join(faults[:_MOST_NAMED])}{rest}")


def place_of(row: MendedRow | UnresolvedRow) -> str:
    """Name a row, such as ``row 7 of 'Pay'``."""
    return f"row {row.number:,} of {row.sheet!r}" if row.sheet else f"row {row.number:,}"
