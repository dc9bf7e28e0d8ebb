"""Read a small table whole, with the lines that the publisher wrote above it."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from localarea.datasets.publishers._delimited import as_meant, plain_header
from localarea.datasets.publishers._opening import members_of, open_table
from localarea.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

_LINES_ABOVE: Final = 40
_SHOWN: Final = 12


@dataclass(frozen=True, slots=True)
class TextTable:
    """
    A table as text.

    Attributes
    ----------
    rows : pandas.DataFrame
        Every cell as text without spaces round it, under the headers as published; blank rows
        and the notes below the table are left out.
    above : tuple of str
        The lines above the header.
    name : str
        Name of the file, and of the table in it if it is an archive.
    """

    rows: pd.DataFrame
    above: tuple[str, ...]
    name: str

    def column(self, *wanted: str) -> str | None:
        """Return the first header that is one of those wanted, in plain lower case."""
        plain = {plain_header(str(header)): str(header) for header in self.rows.columns[::-1]}
        return next((plain[one] for one in wanted if one in plain), None)


def read_sheet(path: Path, is_header: Callable[[Sequence[str]], bool], needs: str) -> TextTable:
    """
    Read a table from a CSV, plain or as .gz or .zip.

    `is_header` is asked of the plain cells of each of the first lines; `needs` says which columns
    there should be.
    """
    member = members_of(path)[0]
    with open_table(path, member) as stream:
        content = stream.read()
    text = _decoded(content)
    lines = list(csv.reader(io.StringIO(text), delimiter="\t" if _is_tabbed(text) else ","))
    name = f"{path.name}/{member}" if member else path.name
    for at, cells in enumerate(lines[:_LINES_ABOVE]):
        plain = [plain_header(cell) for cell in cells]
        if is_header(plain):
            above = tuple(" ".join(filter(None, line)) for line in lines[:at])
            return TextTable(_frame(cells, lines[at + 1 :]), above, name)
    first = next((line for line in lines if any(line)), [])
    shown = ", ".join(repr(cell[:40]) for cell in first[:_SHOWN]) or "nothing"
    raise SchemaError(name, [f"no line is a header with {needs}", f"its first line is {shown}"])


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    return as_meant(content.removeprefix(b"\xef\xbb\xbf").decode("latin-1"))


def _is_tabbed(text: str) -> bool:
    start = text[:4_000]
    return start.count("\t") > start.count(",")


def _frame(header: Sequence[str], lines: Sequence[Sequence[str]]) -> pd.DataFrame:
    names = [cell.strip() for cell in header]
    wide = len(names)
    rows = [[cell.strip() for cell in line] for line in lines if len(line) == wide and any(line)]
    return pd.DataFrame(rows, columns=names, dtype="str")
