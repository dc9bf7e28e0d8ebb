"""
The sheet of a checked workbook that holds its receipt: lines for people, then the same as JSON.

The lines say nothing about the moment or the person, so the same workbook gives the same bytes.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from localarea.checking.receipt import Receipt, receipt_from
from localarea.checking.workbooks.result_digests import digests_of
from localarea.errors import InputError
from localarea.tables.plain_values import plain_value
from localarea.tables.workbooks.added_sheet import add_sheet, renew_sheet
from localarea.tables.workbooks.saved_values import saved_sheets, sheet_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from localarea.checking.rows.row_digest import SheetDigest
    from localarea.tables.xlsx.new_sheet import Value

    Cell = str | int

RECEIPT_SHEET: Final = "Local receipt"
MARK: Final = "Receipt of a check by localarea"
_AFTER: Final = "For programs: do not change"
_CHUNK: Final = 30_000  # characters of a cell; Excel allows 32,767
WIDTHS: Final = (38, 70)  # of its columns, in characters
_ANSWERS: Final = {"local": "Local", "not_local": "Not local", "unknown": "Unknown"}


def seal_workbook(
    path: Path,
    out: Path,
    receipt: Receipt,
    *,
    renew: str | None = None,
    known: Mapping[str, SheetDigest] | None = None,
) -> Receipt:
    """
    Read a finished workbook, and write it with the receipt of its values as its last sheet.

    Parameters
    ----------
    receipt : Receipt
        The receipt without hashes.
    renew : str, optional
        Name of the sheet with an older receipt, which it replaces.
    known : mapping of str to SheetDigest, optional
        Digests of sheets that need not be read again, by their names.

    Raises
    ------
    FileFormatError
        If the workbook cannot be read.
    """
    sheets = saved_sheets(path, without=frozenset(known or ()))
    made = replace(receipt, digests=digests_of(sheets, without=renew, known=known))

    def rows(parts_sha256: str) -> Sequence[Sequence[Value]]:
        nonlocal made
        made = replace(made, parts_sha256=parts_sha256)
        return sheet_rows(made)

    if renew is None:
        add_sheet(path, out, RECEIPT_SHEET, rows, widths=WIDTHS)
    else:
        renew_sheet(path, out, renew, rows, widths=WIDTHS)
    return made


def earlier_receipt(path: Path) -> str | None:
    """
    Return the name of the sheet of an earlier check's receipt, which a new one replaces, or None.

    ``path``: a workbook that was checked again. An ODS workbook has none: its check leaves it out.
    """
    if path.suffix == ".ods" or not any(map(_is_named_so, sheet_names(path))):
        return None
    try:
        found = read_receipt_sheet(path)
    except InputError:  # changed by hand: it stays as it is
        return None
    return None if found is None else found[0]


def _is_named_so(name: str) -> bool:
    return name.startswith(RECEIPT_SHEET)


def sheet_rows(receipt: Receipt) -> list[list[Cell]]:
    """Return a receipt as rows of a sheet: lines for people, then the receipt as JSON in pieces."""
    document = json.dumps(receipt.as_dict(), separators=(",", ":"), ensure_ascii=True)
    text = document.replace("  ", " \\u0020")  # programs may join spaces
    pieces = [text[at : at + _CHUNK] for at in range(0, len(text), _CHUNK)]
    lines: list[list[Cell]] = [list(line) for line in receipt_lines(receipt)]
    # A cell beside each piece, so that no program draws it, or prints it, over all that follows.
    rest: list[list[Cell]] = [
        [piece, f"part {number} of {len(pieces)}"] for number, piece in enumerate(pieces, start=1)
    ]
    return [*lines, [], [_AFTER], *rest]


def receipt_lines(receipt: Receipt) -> list[tuple[Cell, ...]]:
    """Return the lines of a receipt that people read."""
    basis = receipt.basis
    what = {"definition": "Definition", "option": "Option"}[basis.kind]
    lines: list[tuple[Cell, ...]] = [
        (MARK,),
        ("To see whether this file was changed", "localarea receipt FILE"),
        ("Reference", receipt.reference),
        ("Checked against", basis.title),
        (what, basis.id),
        (f"SHA-256 of the {basis.kind}", basis.sha256),
        ("In force", _period(basis.holds_from, basis.holds_to)),
        ("Day asked about", basis.on or ""),
        ("Postcode directory of", basis.directory),
        ("Version of localarea", receipt.version),
        ("SHA-256 of the file checked", receipt.input_sha256),
        ("Sheet", receipt.sheet),
        ("Column", receipt.column),
        ("Rows", receipt.rows),
        *((_ANSWERS.get(status, status), n) for status, n in receipt.by_status.items()),
        ("Borderline", receipt.borderline),
    ]
    for each in receipt.mended:
        lines += [
            ("Rows mended", each.rows),
            ("Mended row numbers", each.numbers),
            ("SHA-256 of the result before", each.result_sha256),
            ("SHA-256 of the mended rows", each.rows_sha256),
        ]
    lines += [(_values_of(each), each.sha256) for each in receipt.digests]
    tidy = [tuple(" ".join(c.split()) if isinstance(c, str) else c for c in line) for line in lines]
    return [line for line in tidy if len(line) == 1 or line[1] != ""]


def _values_of(digest: SheetDigest) -> str:
    where = f" of {digest.sheet!r}" if digest.sheet else ""
    return f"SHA-256 of the values{where}"


def _period(first: str | None, last: str | None) -> str:
    if first is None:
        return ""
    if last and last < first:
        return f"never: it was to be from {first}, and was withdrawn before"
    return f"from {first} to {last}" if last else f"from {first} until further notice"


def read_receipt_sheet(path: Path) -> tuple[str, Receipt] | None:
    """
    Find the receipt in a workbook.

    Returns
    -------
    str
        Name of its sheet; the last one where there are several.
    Receipt
        The receipt.

    Raises
    ------
    InputError
        If the receipt was changed.
    FileFormatError
        If the workbook cannot be read.
    """
    found = None
    for sheet in saved_sheets(path):
        first = next(sheet.rows, None)
        if first is not None and first[1][0] == MARK:
            found = sheet.name, [first[1], *(cells for _, cells in sheet.rows)]
    return None if found is None else (found[0], _parse(found[1]))


def _parse(rows: Sequence[Sequence[str]]) -> Receipt:
    at = next((k for k, row in enumerate(rows) if row[0] == _AFTER), None)
    if at is None:
        raise InputError("the sheet of the receipt was cut short, so it says nothing")
    try:
        document = json.loads("".join(row[0] for row in rows[at + 1 :]))
    except ValueError as error:
        raise InputError("the sheet of the receipt was changed, so it says nothing") from error
    if not isinstance(document, dict):
        raise InputError("this is not a receipt of localarea")
    receipt = receipt_from(document)
    expected = [[plain_value(str(cell)) for cell in line] for line in receipt_lines(receipt)]
    if [list(row) for row in rows[:at]] != expected:
        raise InputError("the lines of the receipt were changed: they differ from its hashed part")
    return receipt
