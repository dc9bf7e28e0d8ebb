"""Read returns into memory: every cell is parsed, or its row refused with a reason."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from localarea.errors import FileFormatError
from localarea.measures.columns import RETURNS, ReturnColumn, fold, kind_of
from localarea.measures.refusal_words import FIRST_YEAR, LARGEST, LAST_YEAR, say_refusal
from localarea.measures.return_rows import return_rows
from localarea.tables.copies import refuse_copies
from localarea.tables.file_kinds import refuse_other_kinds
from localarea.tables.finding.no_payment import is_no_payment
from localarea.tables.sheet_layout import TITLE_ROWS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from localarea.measures.return_rows import NumberedRow


SCALE: Final = 10_000  # figures are stored as whole ten-thousandths, so that sums are exact
_BLANK_DAY: Final = -1
LOOKS_LIKE_POSTCODE: Final = re.compile(
    r"(?<![A-Z0-9])[A-Z]{1,2}[0-9][A-Z0-9]?[\s\W_]*[0-9][A-Z]{2}(?![A-Z0-9])", re.IGNORECASE
)
_OTHER_CURRENCY: Final = re.compile("[\u20ac$\u00a5]|EUR|USD|CHF|JPY|AUD|CAD", re.IGNORECASE)
_YES: Final = frozenset({"yes", "y", "true", "1", "x"})
_NO: Final = frozenset({"", "no", "n", "false", "0", "-"})
_DATE_FORMS: Final = (
    "%Y-%m-%d",
    "%d/%m/%Y",
    "%d-%m-%Y",
    "%d.%m.%Y",
    "%d %b %Y",
    "%d %B %Y",
    "%Y/%m/%d",
    "%d-%b-%Y",
    "%d/%m/%y",
    "%d-%b-%y",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """
    A row that is not counted. It never contains the text of a cell.

    Attributes
    ----------
    row : int
        Row number as a spreadsheet shows it, from 1.
    reason : str
        Code of the reason.
    """

    file: str
    row: int
    column: str
    reason: str
    explanation: str


@dataclass(frozen=True, slots=True)
class ReturnTable:
    """
    One return, as text.

    Attributes
    ----------
    kind : str
        Key of ``RETURNS``.
    cells : pandas.DataFrame
        One text column per documented column, indexed by row number.
    too_wide : numpy.ndarray of bool
        Rows with more cells than the header.
    blank : int
        Number of rows that hold nothing to count: empty ones, totals, footers and the header
        again.
    """

    file: str
    kind: str
    cells: pd.DataFrame
    too_wide: np.ndarray[Any, np.dtype[np.bool_]]
    blank: int


def read_returns(paths: Sequence[Path]) -> list[ReturnTable]:
    """
    Read the returns of several files.

    InputError if a file is there twice, also by two names. FileFormatError as :func:`read_return`.
    """
    refuse_copies(paths)
    return [table for path in paths for table in read_return(path)]


def read_return(path: Path) -> list[ReturnTable]:
    """
    Read the returns of one file.

    Parameters
    ----------
    path : pathlib.Path
        A CSV or TSV file, or a workbook (XLSX, XLS, XLSB or ODS) with one return per sheet.
        Titles may stand above the header.

    Raises
    ------
    FileFormatError
        If it cannot be read, or no sheet has the columns of a return. The message names
        only the required columns, as a file without a header begins with personal data.
    """
    if not path.is_file():
        raise FileFormatError(path, "there is no such file")
    refuse_other_kinds(path)
    with return_rows(path) as named:
        tables = [table for name, rows in named if (table := _table(name, rows))]
    if tables and not any(len(table.cells) for table in tables):
        raise FileFormatError(
            path, "there is no row below the header", hint="check that the export finished"
        )
    if not tables:
        wanted = "; ".join(
            f"{kind}: " + ", ".join(c.name for c in columns if c.needed)
            for kind, columns in RETURNS.items()
        )
        raise FileFormatError(path, "it lacks the columns of a return", hint=f"needed: {wanted}")
    return tables


def _folded(row: Sequence[str]) -> list[str]:
    return [fold(cell) for cell in row]


def _table(name: str, rows: Iterator[NumberedRow]) -> ReturnTable | None:
    found = next(((n, row) for n, row in islice(rows, TITLE_ROWS) if kind_of(_folded(row))), None)
    if found is None:
        return None
    header, names = found
    headers = _folded(names)
    kind = str(kind_of(headers))
    kept, numbers, wide, blank = [], [], [], 0
    repeated = sorted({c.name for c in RETURNS[kind] if headers.count(c.name) > 1})
    if repeated:
        raise FileFormatError(
            name,
            f"it has more than one column {', '.join(repeated)}",
            hint="keep the one to count, and rename the others",
        )
    width = len(headers)
    places = {c.name: headers.index(c.name) for c in RETURNS[kind] if c.name in headers}
    before = header
    for number, row in rows:
        blank += number - before - 1  # a workbook leaves out empty rows
        before = number
        if not any(map(str.strip, row)) or is_no_payment(row, names):
            blank += 1
            continue
        # Keep only documented columns: a header may have thousands, and rows may be short.
        kept.append([row[at] if at < len(row) else "" for at in places.values()])
        numbers.append(number)
        wide.append(len(row) > width and any(map(str.strip, row[width:])))
    columns = dict(zip(places, zip(*kept, strict=True), strict=True)) if kept else {}
    cells = {c.name: list(columns.get(c.name, [""] * len(kept))) for c in RETURNS[kind]}
    frame = pd.DataFrame(cells, index=pd.Index(numbers, dtype="int64"), dtype=object)
    return ReturnTable(name, kind, frame, np.array(wide, bool), blank)


@dataclass
class Reader:
    """
    Parse cells to numbers, and collect the rows that cannot be counted.

    Attributes
    ----------
    good : numpy.ndarray of bool
        True for rows not refused so far.
    """

    table: ReturnTable
    refusals: list[Refusal]
    good: np.ndarray[Any, np.dtype[np.bool_]]

    def refuse(self, rows: np.ndarray[Any, Any], column: str, reason: str) -> None:
        """
        Refuse rows, each for the first fault of every column.

        ``reason``: key of :data:`localarea.measures.refusal_words.SENTENCES`.
        """
        told = {refusal.row for refusal in self.refusals if refusal.column == column}
        for at in np.flatnonzero(rows):
            number = int(self.table.cells.index[int(at)])
            if number in told:
                continue
            sentence = say_refusal(reason, self.table.kind, column)
            self.refusals.append(Refusal(self.table.file, number, column, reason, sentence))
        self.good &= ~rows

    def column(self, spec: ReturnColumn) -> np.ndarray[Any, Any]:
        """
        Read one column.

        Returns
        -------
        numpy.ndarray
            Ordinals of dates (-1 if blank), whole ten-thousandths, Booleans or text.
        """
        codes, spellings = pd.factorize(self.table.cells[spec.name])
        parse, empty = _PARSERS[spec.kind]
        values, faults = [], []
        for spelling in spellings:
            try:
                values.append(parse(spelling.strip(), spec))
                faults.append("")
            except _CellError as error:
                values.append(empty)
                faults.append(str(error))
        kinds = np.array([*faults, ""], dtype=object)[codes]
        for reason in sorted(set(faults) - {""}):
            self.refuse(kinds == reason, spec.name, reason)
        kind = object if isinstance(empty, str) else type(empty)
        return np.array(values, dtype=kind)[codes] if values else np.array([], dtype=kind)


class _CellError(ValueError):
    """A cell that cannot be read; its text is the code of the reason."""


def _read_text(text: str, spec: ReturnColumn) -> str:
    if not text:
        raise _CellError("blank_cell")
    if LOOKS_LIKE_POSTCODE.search(text):
        raise _CellError("looks_like_postcode")
    return text


def _read_date(text: str, spec: ReturnColumn) -> int:
    if not text:
        if spec.needed:
            raise _CellError("blank_cell")
        return _BLANK_DAY
    for form in _DATE_FORMS:
        try:
            day = datetime.strptime(text, form).date()  # noqa: DTZ007 -- a date without a time
        except ValueError:
            continue
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise _CellError("out_of_range")
        return day.toordinal()
    raise _CellError("not_a_date")


def _read_number(text: str, spec: ReturnColumn) -> int:
    number = _read_amount(text, spec)
    if number <= 0:
        raise _CellError("out_of_range")
    return number


def _read_amount(text: str, spec: ReturnColumn) -> int:
    if not text:
        raise _CellError("blank_cell")
    if re.search(_OTHER_CURRENCY, text):
        raise _CellError("other_currency")
    plain = text.replace("GBP", "").replace("\u00a3", "").replace(" ", "").replace("\u2212", "-")
    if plain.startswith("(") and plain.endswith(")"):
        plain = "-" + plain[1:-1]
    if "," in plain:
        if not re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", plain):
            raise _CellError("not_a_number")
        plain = plain.replace(",", "")
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)", plain, re.ASCII):
        raise _CellError("not_a_number")
    number = Decimal(plain)
    if abs(number) > LARGEST:
        raise _CellError("out_of_range")
    scaled = number * SCALE
    if scaled != int(scaled):
        raise _CellError("too_precise")
    return int(scaled)


def _read_yes_no(text: str, spec: ReturnColumn) -> bool:
    word = text.lower()
    if word not in _YES | _NO:
        raise _CellError("not_yes_or_no")
    return word in _YES


def _read_choice(text: str, spec: ReturnColumn) -> str:
    word = fold(text) or spec.choices[0]
    if word not in spec.choices:
        raise _CellError("other_currency" if spec.name == "currency" else "not_a_choice")
    return word


_PARSERS: Final[dict[str, tuple[Callable[[str, ReturnColumn], Any], Any]]] = {
    "text": (_read_text, ""),
    "date": (_read_date, _BLANK_DAY),
    "number": (_read_number, 0),
    "amount": (_read_amount, 0),
    "yes_no": (_read_yes_no, False),
    "choice": (_read_choice, ""),
}


def understand(table: ReturnTable) -> tuple[pd.DataFrame, Reader]:
    """
    Parse every cell of a return, except the postcodes.

    Returns
    -------
    frame : pandas.DataFrame
        Parsed columns of every row, including refused ones; without postcodes.
    reader : Reader
        Reader with the refused rows.
    """
    reader = Reader(table, [], np.ones(len(table.cells), bool))
    reader.refuse(table.too_wide, "", "row_too_wide")
    columns = {c.name: reader.column(c) for c in RETURNS[table.kind] if c.kind != "postcode"}
    frame = pd.DataFrame(columns, index=table.cells.index)
    if table.kind == "staff":
        reader.refuse((frame["fte"] > SCALE).to_numpy(), "fte", "out_of_range")
        ended = (frame["end_date"] != _BLANK_DAY) & (frame["end_date"] < frame["start_date"])
        reader.refuse(ended.to_numpy(), "end_date", "ends_before_start")
    return frame, reader
