"""Payments read from files, as columns of numbers: about sixty bytes each."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from localarea.records import true_minus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MILLIONTHS: Final = 1_000_000  # amounts are whole numbers of these, in pounds
LARGEST: Final = 10**12  # pounds; a larger amount is a mistake
_DECIMALS: Final = 2
_LOW_BITS: Final = 20

# What can be wrong with a row, as bits of `Payments.faults`.
BLANK_AMOUNT, BAD_AMOUNT, LARGE_AMOUNT, BLANK_DAY, BAD_DAY, BAD_VAT, TOO_WIDE = (
    *(1, 2, 4, 8, 16, 32, 64),
)
WITHOUT_AMOUNT: Final = BLANK_AMOUNT | BAD_AMOUNT | LARGE_AMOUNT | BAD_VAT | TOO_WIDE

# Where the postcode of a row is from.
PAYMENTS_FILE, SUPPLIER_FILE, COMPANIES_HOUSE = 0, 1, 2

# Texts that are kept, each once.
VOCABULARIES: Final = ("supplier", "supplier_number", "company_number", "category", "size")

_KINDS: Final[dict[str, Any]] = {
    "table": np.int32,
    "row": np.int32,
    "code": np.uint8,
    "number": np.uint32,
    "day": np.int32,
    "amount": np.int64,
    "reference": np.uint64,
    "faults": np.uint8,
    "origin": np.uint8,
    **dict.fromkeys(VOCABULARIES, np.int32),
}


@dataclass(frozen=True, slots=True)
class ReadTable:
    """
    How one table, a file or a sheet of it, was read. Every row below its header is in one count.

    Attributes
    ----------
    file, sheet : str
        Name of the file without its folder, and of the sheet if it is a workbook.
    rows : int
        Filled rows below the header.
    payments, set_apart : int
        Those that are payments, and those that are totals, footers or the header again.
    blank : int
        Empty rows, which are not in ``rows``.
    columns : dict of str to str
        Header by role; ``postcode`` names those of postcodes.
    apart_rows : tuple of int
        Numbers of the first rows set apart.
    """

    file: str
    sheet: str
    rows: int
    payments: int
    set_apart: int
    blank: int
    columns: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    apart_rows: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """Return the name of the file, with the sheet if there is one."""
        return f"{self.file} [{self.sheet}]" if self.sheet else self.file


@dataclass(frozen=True, slots=True, eq=False)
class Payments:
    """
    Payments in columns of equal length.

    Attributes
    ----------
    columns : dict of str to numpy.ndarray
        ``table`` (position in ``tables``), ``row`` (number as in a spreadsheet), ``code`` and
        ``number`` (what was read for a postcode, `localarea.geo.postcodes`), ``day`` (ordinal; 0
        for none), ``amount`` (in millionths of a pound, net; 0 if it cannot be read),
        ``reference`` (a hash; 0 for none), ``faults``, ``origin`` of the postcode, and for each
        of `VOCABULARIES` the position of a text.
    texts : dict of str to tuple of str
        Texts of each of `VOCABULARIES`, as written.
    """

    tables: tuple[ReadTable, ...]
    columns: dict[str, NDArray[Any]]
    texts: dict[str, tuple[str, ...]]

    def __len__(self) -> int:
        """Count the payments."""
        return len(self.columns["amount"])

    def with_columns(self, **columns: NDArray[Any]) -> Payments:
        """Return the same payments with some columns replaced."""
        return replace(self, columns={**self.columns, **columns})


def empty_columns() -> dict[str, NDArray[Any]]:
    """Return the columns of no payments."""
    return {name: np.empty(0, kind) for name, kind in _KINDS.items()}


def columns_of(parts: Sequence[dict[str, NDArray[Any]]]) -> dict[str, NDArray[Any]]:
    """Join parts of columns, one below the other."""
    whole = [empty_columns(), *parts]
    return {
        name: np.concatenate([part[name].astype(kind, copy=False) for part in whole])
        for name, kind in _KINDS.items()
    }


def together(parts: Sequence[Payments]) -> Payments:
    """
    Join the payments of several files.

    ``parts``: in any order; what is counted does not depend on it.
    """
    positions: dict[str, dict[str, int]] = {name: {} for name in VOCABULARIES}
    moved, tables = [], 0
    for part in parts:
        columns = {**part.columns, "table": part.columns["table"] + np.int32(tables)}
        tables += len(part.tables)
        for name, known in positions.items():
            new = [known.setdefault(text, len(known)) for text in part.texts[name]]
            columns[name] = np.array(new, np.int32)[part.columns[name]]
        moved.append(columns)
    return Payments(
        tuple(table for part in parts for table in part.tables),
        columns_of(moved),
        {name: tuple(known) for name, known in positions.items()},
    )


def sums_by(groups: NDArray[Any], count: int, amounts: NDArray[np.int64]) -> list[int]:
    """
    Add up amounts by group, exactly.

    Parameters
    ----------
    groups : numpy.ndarray of int, shape (n,)
        Group of each amount, from 0.
    amounts : numpy.ndarray of int64, shape (n,)
        Millionths of a pound.
    """
    high, low = np.zeros(count, np.int64), np.zeros(count, np.int64)
    np.add.at(high, groups, amounts >> _LOW_BITS)
    np.add.at(low, groups, amounts & ((1 << _LOW_BITS) - 1))
    return [(a << _LOW_BITS) + b for a, b in zip(high.tolist(), low.tolist(), strict=True)]


def pounds(millionths: int) -> Decimal:
    """
    Convert a sum to pounds, with two decimals, or more where it has them.

    Examples
    --------
    >>> str(pounds(1_234_500_000)), str(pounds(333_333)), str(pounds(0))
    ('1234.50', '0.333333', '0.00')
    """
    text = f"{abs(millionths) // MILLIONTHS}.{abs(millionths) % MILLIONTHS:06d}".rstrip("0")
    whole, _, part = text.partition(".")
    sign = "-" if millionths < 0 else ""
    return Decimal(f"{sign}{whole}.{part.ljust(_DECIMALS, '0')}")


def spoken(millionths: int) -> str:
    r"""
    Write a sum as people do.

    Examples
    --------
    >>> spoken(1_234_500_000), ascii(spoken(-50_000_000))
    ('£1,234.50', "'\\u2212\\xa350.00'")
    """
    return true_minus(f"{'-' if millionths < 0 else ''}£{pounds(abs(millionths)):,}")


def in_pounds(millionths: int) -> str:
    """
    Write a sum for a table whose heading says that it is in pounds.

    Examples
    --------
    >>> in_pounds(1_234_500_000)
    '1,234.50'
    """
    return true_minus(f"{pounds(millionths):,}")
