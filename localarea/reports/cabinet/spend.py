"""A spend file to be replayed: which column holds the postcodes, which the amounts."""

from __future__ import annotations

import csv
import io
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from localarea.classify.encoding import inner_codec, read_bytes
from localarea.classify.layout import read_layout
from localarea.errors import FileFormatError, InputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

    from localarea.classify.layout import Layout

# Words of headers under which councils publish what they paid, the likeliest first.
AMOUNT_WORDS: Final = ("amount", "spend", "netvalue", "net", "paid", "value", "gbp", "total")
_MONEY = re.compile(r"-?\d[\d,]*(?:\.\d+)?|-?\.\d+")
POSTCODE, AMOUNT = "postcode", "amount"


@dataclass(frozen=True, slots=True, eq=False)
class SpendFile:
    """
    Payments with the postcode of whom they went to.

    Attributes
    ----------
    name : str
        Name of the file, without its folder.
    frame : pandas.DataFrame
        Columns ``postcode`` (text as it stands) and ``amount`` (NaN where no number can
        be read); without ``amount`` where the file has no such column.
    postcode_header, amount_header : str
        Headers of the columns chosen; empty where there is none.
    unread : int
        Rows whose amount could not be read as a number.
    """

    name: str
    frame: pd.DataFrame
    postcode_header: str
    amount_header: str
    unread: int

    @classmethod
    def open(cls, path: Path, *, column: str | None = None, amount: str | None = None) -> SpendFile:
        """
        Read a file.

        Parameters
        ----------
        path : pathlib.Path
            CSV or TSV file in any usual encoding.
        column : str, optional
            Header or number of the column of postcodes; found if left out.
        amount : str, optional
            Header of the column of amounts; found if left out.

        Returns
        -------
        SpendFile
            Every row of the file.

        Raises
        ------
        InputError
            If the file is not there, or has no row below its header.
        FileFormatError
            If it is no table.
        ColumnNotFoundError
            If a column is not there, or none holds postcodes.
        """
        import pandas as pd

        layout = _layout(path, column)
        rows = _rows(path, layout)
        if not rows:
            raise FileFormatError(path, "it has no row below the header", hint="check the export")
        at = layout.column.index
        where = _amount_column(layout.headers, rows, amount)
        frame = pd.DataFrame({POSTCODE: [_cell(row, at) for row in rows]}, dtype=str)
        unread = 0
        if where is not None:
            frame[AMOUNT] = [read_money(_cell(row, where)) for row in rows]
            unread = int(frame[AMOUNT].isna().sum())
        return cls(
            name=path.name,
            frame=frame,
            postcode_header=layout.headers[at] or f"column {at + 1}",
            amount_header="" if where is None else layout.headers[where],
            unread=unread,
        )


def _layout(path: Path, column: str | None) -> Layout:
    try:
        return read_layout(path, columns=() if column is None else (column,))
    except OSError as error:
        why = error.strerror or error
        raise InputError(f"{path} cannot be read: {why}; name another file") from error


def _rows(path: Path, layout: Layout) -> list[list[str]]:
    codec = inner_codec(layout.encoding)
    content = b"".join(bytes(piece) for piece in read_bytes(path, layout.encoding))
    text = content[layout.preamble :].decode(codec, "replace")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=layout.delimiter.decode("ascii"))
    try:
        rows = [row for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise FileFormatError(path, f"it is not a table: {error}", hint="save it as CSV") from error
    return rows[layout.titles + 1 :] if layout.has_header else rows


def _cell(row: Sequence[str], at: int) -> str:
    return row[at] if at < len(row) else ""


def _amount_column(
    headers: Sequence[str], rows: Sequence[Sequence[str]], wanted: str | None
) -> int | None:
    if wanted is not None:
        found = [i for i, h in enumerate(headers) if h.casefold() == wanted.strip().casefold()]
        if not found:
            have = ", ".join(repr(h[:60]) for h in headers if h) or "none"
            raise InputError(
                f"there is no column {wanted!r}; the columns are {have}; name one with --amount"
            )
        return found[0]
    plain = [re.sub(r"[\W_]+", "", header).casefold() for header in headers]
    for word in AMOUNT_WORDS:
        for at, header in enumerate(plain):
            if word in header and _mostly_money(rows, at):
                return at
    return None


def _mostly_money(rows: Sequence[Sequence[str]], at: int) -> bool:
    sample = [cell for row in rows[:200] if (cell := _cell(row, at)).strip()]
    read = sum(not math.isnan(read_money(cell)) for cell in sample)
    return bool(sample) and 2 * read >= len(sample)


def read_money(text: str) -> float:
    """
    Read an amount as people write it.

    Parameters
    ----------
    text : str
        With or without a pound sign, commas, and brackets or a minus for a refund.

    Returns
    -------
    float
        The amount; NaN where the text is none.

    Examples
    --------
    >>> read_money("£1,234.50"), read_money("(20)"), read_money("n/a")
    (1234.5, -20.0, nan)
    """
    plain = text.strip().replace("£", "").replace("GBP", "").replace("\N{MINUS SIGN}", "-")
    plain = plain.replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
    refund = plain.startswith("(") and plain.endswith(")")
    plain = plain[1:-1] if refund else plain
    if not _MONEY.fullmatch(plain):
        return math.nan
    value = float(plain.replace(",", ""))
    return -value if refund else value
