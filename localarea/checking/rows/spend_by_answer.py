"""Add up the money of a checked file by answer, exactly."""

from __future__ import annotations

import csv
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain, islice, zip_longest
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from localarea.checking.rows.counts import STATUSES
from localarea.checking.rows.paid_columns import SAMPLED, PaidColumns, paid_columns, paid_in
from localarea.tables.finding.grid import EXTRA
from localarea.tables.finding.own_columns import own_columns
from localarea.tables.workbooks.saved_values import saved_sheets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path


MOST_SUPPLIERS: Final = 50_000  # whose sums are held for each answer; of more, none are told
SHOWN_SUPPLIERS: Final = 5  # of each answer
_HEADER_WITHIN: Final = 500  # rows; the check does not find headers further down either
LONGEST_CELL: Final = 8 << 20
# How a checked file words the answer of a row: for programs, or for people.
ANSWER_HEADERS: Final = ("local_status", "local?")
_WORDS: Final = {
    **{status: status for status in STATUSES},
    **{"yes": "local", "local": "local", "no": "not_local", "not local": "not_local"},
}


class SupplierSum(NamedTuple):
    """
    What one supplier was paid in rows of one answer.

    Attributes
    ----------
    name : str
        The supplier, as it is first written.
    amount : decimal.Decimal
        Sum of its payments, refunds taken off.
    """

    name: str
    amount: Decimal
    payments: int


@dataclass(slots=True)
class SpendByAnswer:
    """
    Sums of money by answer.

    Attributes
    ----------
    note : str
        Note on its choice, and on rows whose amount is not believed; empty if all was clear.
    sums : dict of str to decimal.Decimal
        Sum of each status, refunds taken off.
    unread : int
        Rows with an answer whose amount is blank or cannot be read.
    apart : int
        Rows with an amount and no answer, such as totals; they are in no sum.
    apart_sum : decimal.Decimal
        Sum of their amounts.
    suppliers : dict of str to dict of str to SupplierSum
        Sums of each status by supplier; empty where no column names them, or there are more than
        `MOST_SUPPLIERS`.
    """

    column: str
    note: str = ""
    sums: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(STATUSES, Decimal(0)))
    payments: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STATUSES, 0))
    unread: int = 0
    apart: int = 0
    apart_sum: Decimal = Decimal(0)
    suppliers: dict[str, dict[str, SupplierSum]] = field(
        default_factory=lambda: {status: {} for status in STATUSES}
    )
    too_many: bool = False

    @property
    def total(self) -> Decimal:
        """Add up all answers."""
        return sum(self.sums.values(), Decimal(0))

    def add(self, status: str, amount: Decimal | None, supplier: str = "") -> None:
        """
        Count one row.

        Parameters
        ----------
        status : str
            Its answer; blank for a row that was not checked.
        amount : decimal.Decimal or None
            Its amount, None if there is none.
        supplier : str
            Name of the supplier; blank if it is not known.
        """
        answer = _WORDS.get(status.strip().casefold())
        if answer is None:
            if amount is not None:
                self.apart += 1
                self.apart_sum += amount
        elif amount is None:
            self.unread += 1
        else:
            self.sums[answer] += amount
            self.payments[answer] += 1
            if supplier and not self.too_many:
                self._add_supplier(answer, SupplierSum(supplier.strip(), amount, 1))

    def _add_supplier(self, answer: str, more: SupplierSum) -> None:
        known = self.suppliers[answer]
        key = " ".join(more.name.casefold().split())
        if not key:
            return
        found = known.get(key)
        if found is not None:
            more = SupplierSum(
                found.name, found.amount + more.amount, found.payments + more.payments
            )
        elif len(known) >= MOST_SUPPLIERS:
            self.too_many = True
            self.suppliers = {status: {} for status in STATUSES}
            return
        known[key] = more

    def join(self, other: SpendByAnswer) -> None:
        """Add the sums of another sheet."""
        for status in STATUSES:
            self.sums[status] += other.sums[status]
            self.payments[status] += other.payments[status]
        self.unread += other.unread
        self.apart += other.apart
        self.apart_sum += other.apart_sum
        self.too_many = self.too_many or other.too_many
        for status, known in other.suppliers.items():
            for each in known.values():
                if not self.too_many:
                    self._add_supplier(status, each)

    def biggest(self, status: str) -> list[SupplierSum]:
        """List the suppliers that were paid most in rows of one answer: the largest sum first."""
        known = self.suppliers[status].values()
        return sorted(known, key=lambda each: (-each.amount, each.name))[:SHOWN_SUPPLIERS]

    def biggest_as_dict(self) -> dict[str, list[dict[str, Any]]]:
        """
        Return the biggest suppliers of each answer as JSON values, money as text.

        For each status that has some: ``name``, ``amount`` and ``payments`` of each.
        """
        found = {status: self.biggest(status) for status in STATUSES}
        return {
            status: [{**each._asdict(), "amount": _pounds(each.amount)} for each in some]
            for status, some in found.items()
            if some
        }

    def as_dict(self) -> dict[str, Any]:
        """
        Return the sums as JSON values, money as text.

        The attributes and ``total``; sums in pounds with two decimals.
        """
        return {
            "column": self.column,
            "note": self.note,
            "by_status": {status: _pounds(amount) for status, amount in self.sums.items()},
            "payments": dict(self.payments),
            "total": _pounds(self.total),
            "without_amount": self.unread,
            "set_apart": self.apart,
            "set_apart_total": _pounds(self.apart_sum),
        }


def _pounds(amount: Decimal) -> str:
    return f"{amount:.2f}"


def together(found: Iterable[SpendByAnswer | None]) -> SpendByAnswer | None:
    """Add the sums of several sheets: None if no sheet has a column of amounts."""
    known = [spend for spend in found if spend is not None]
    if not known:
        return None
    columns = dict.fromkeys(spend.column for spend in known)
    notes = dict.fromkeys(spend.note for spend in known if spend.note)
    every = SpendByAnswer("; ".join(columns), "; ".join(notes))
    for spend in known:
        every.join(spend)
    return every


def add_up_spend(
    source: Path,
    checked: Path,
    *,
    encoding: str = "utf-8",
    delimiter: str = ",",
    sheet: str | None = None,
) -> SpendByAnswer | None:
    """
    Add up the amounts of a file by the answers of its check.

    Parameters
    ----------
    source : pathlib.Path
        The file that was checked. Amounts of text and Parquet files are read from it.
    checked : pathlib.Path
        What the check wrote, with the same rows. A workbook is read only here, where the results
        of formulas are too.
    encoding, delimiter : str
        Of text files, from the report of the check.

    Returns
    -------
    SpendByAnswer or None
        None if there is no column of amounts.
    """
    if checked.suffix in (".xlsx", ".ods"):
        return _of_pairs((row, row) for row in _sheet_rows(checked, sheet))
    how = {"kind": checked.suffix, "encoding": encoding, "delimiter": delimiter}
    with _rows(source, **how) as before, _rows(checked, **how) as after:
        pairs = zip_longest(before, after, fillvalue=())
        return _of_pairs(pairs, commas=checked.suffix == ".csv")


def _of_pairs(
    pairs: Iterator[tuple[Sequence[str], Sequence[str]]], *, commas: bool = False
) -> SpendByAnswer | None:
    """Add up rows as they were before the check and after it, of cells that commas may divide."""
    found = _header(pairs)
    if found is None:
        return None
    headers, at = found
    first = list(islice(pairs, SAMPLED))
    own = own_columns(headers)
    paid = paid_columns(headers, [row for row, _ in first], own)
    if paid is None:
        return None
    kept = [i for i, name in enumerate(headers) if i not in own and not EXTRA.fullmatch(name)]
    end = max(kept) + 1 if commas else None
    return _add_up(chain(first, pairs), at, paid, _Width(end, frozenset(own)))


class _Width(NamedTuple):
    """Where the columns that a table came with end, None if a row cannot be too wide."""

    end: int | None
    own: frozenset[int]

    def exceeded(self, row: Sequence[str]) -> bool:
        """Return whether a row has cells too many, so that an amount may be divided."""
        if self.end is None or len(row) <= self.end:
            return False
        more = enumerate(row[self.end :], start=self.end)
        return any(cell.strip() for at, cell in more if at not in self.own)


def _header(
    pairs: Iterator[tuple[Sequence[str], Sequence[str]]],
) -> tuple[Sequence[str], int] | None:
    """Find the header, and the column of the answer in what was written."""
    for before, after in islice(pairs, _HEADER_WITHIN):
        named = [i for i, cell in enumerate(after) if cell.casefold().startswith(ANSWER_HEADERS)]
        if named:
            return before, named[-1]
    return None


def _add_up(
    pairs: Iterable[tuple[Sequence[str], Sequence[str]]], at: int, paid: PaidColumns, width: _Width
) -> SpendByAnswer:
    spend = SpendByAnswer(paid.header, paid.note)
    wide = 0
    for before, after in pairs:
        amount, supplier = paid_in(before, paid)
        if width.exceeded(before):
            wide += amount is not None
            amount = None
        spend.add(after[at] if at < len(after) else "", amount, supplier)
    if wide:
        spend.note = f"{spend.note or f'amounts are from {paid.header!r}'}; {_too_wide(wide)}"
    return spend


def _too_wide(count: int) -> str:
    rows = "1 row has" if count == 1 else f"{count:,} rows have"
    amounts = "its amount is" if count == 1 else "their amounts are"
    return (
        f"{rows} more cells than the header, probably from a comma without quotation marks, so "
        f"{amounts} not added up"
    )


def _sheet_rows(path: Path, sheet: str | None) -> Iterator[Sequence[str]]:
    """Read the filled rows of a sheet of a workbook; the first sheet where none is named."""
    for page in saved_sheets(path, shown=True):
        if sheet is None or page.name == sheet:
            yield from (cells for _, cells in page.rows)
            return


@contextmanager
def _rows(
    path: Path, *, kind: str, encoding: str, delimiter: str
) -> Iterator[Iterator[Sequence[str]]]:
    """Open the rows of a text or Parquet file as text, from the top."""
    if kind == ".csv":
        csv.field_size_limit(LONGEST_CELL)
        with path.open(encoding=encoding, errors="replace", newline="") as file:
            yield (row for row in csv.reader(file, delimiter=delimiter) if row)
    elif kind == ".parquet":
        from localarea.tables.parquet_rows import parquet_rows

        yield iter(parquet_rows(path))
    else:
        yield iter(())
