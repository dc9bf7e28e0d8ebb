"""Find postcodes that payments lack: in a list of suppliers, or at Companies House."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from localarea.errors import ColumnNotFoundError, FileFormatError
from localarea.geo.addresses import read_cell_or_address
from localarea.geo.postcodes import BLANK, MALFORMED, WHOLE
from localarea.spend.blocks import open_sources
from localarea.spend.columns import NUMBER, Role, best_columns
from localarea.spend.names import fold_name
from localarea.spend.payments import COMPANIES_HOUSE, SUPPLIER_FILE
from localarea.tables.delimited.csv_rows import plain_cell, split_row
from localarea.tables.finding.headers import words_of
from localarea.tables.finding.reading import read_row
from localarea.tables.sheet_layout import read_grid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from localarea.spend.blocks import Block, BlockedTable
    from localarea.spend.payments import Payments

_MISSING: Final = (BLANK, MALFORMED)  # what is filled in; a withheld postcode stays withheld
_NUMBER: Final = re.compile(r"[A-Z]{0,2}[0-9]{1,8}")
_NUMBER_LENGTH: Final = 8
# A header that is a supplier's number in a list of suppliers; of payments it may be any number.
_BARE_NUMBER: Final = re.compile(NUMBER)
_STREET: Final = re.compile(r"\b(?:street|road|address|addr|house|building|floor|line)\b")
# Columns of Companies House's open file.
_NAME, _CODE, _POSTCODE, _STATUS = (
    *("companyname", "companynumber"),
    *("regaddress.postcode", "companystatus"),
)
_TRADING: Final = "active"


class AddressReading(NamedTuple):
    """What was read for a postcode, as `localarea.geo.postcodes`."""

    code: int
    number: int


@dataclass(slots=True)
class AddressBook:
    """
    Postcodes of suppliers.

    Attributes
    ----------
    by_number, by_name : dict of str to AddressReading
        By number, and by what the spellings of a name have in common.
    by_company : dict of str to AddressReading
        By the company number that a list of suppliers gives.
    sizes : dict of str to str
        Size by the same, where the list says it.
    several : set of str
        Names with more than one postcode; of a list of suppliers the first is used, of companies
        none.
    """

    by_number: dict[str, AddressReading] = field(default_factory=dict)
    by_name: dict[str, AddressReading] = field(default_factory=dict)
    by_company: dict[str, AddressReading] = field(default_factory=dict)
    sizes: dict[str, str] = field(default_factory=dict)
    several: set[str] = field(default_factory=set)


def read_suppliers(path: Path) -> AddressBook:
    """
    Read a list of suppliers: a name or a number, and postcodes, of which a trading site's is first.

    ``path``: a file of any kind that payments are read from. FileFormatError if no sheet has a
    column of postcodes beside one of names or numbers.
    """
    book = AddressBook()
    read = 0
    with open_sources(path) as sources:
        for source in sources:
            read += _read_list(source, book)
    if not read:
        raise FileFormatError(
            path.name,
            "it lists no suppliers with postcodes",
            hint="give it a column of names or numbers, and one of postcodes",
            parameter="suppliers",
        )
    return book


def _read_list(source: BlockedTable, book: AddressBook) -> int:
    cells = [row for _, row in source.sample]
    try:
        grid = read_grid(cells)
    except ColumnNotFoundError:
        return 0
    if grid.header < 0:
        return 0
    header = source.sample[grid.header][0]
    roles: tuple[Role, ...] = ("company_number", "supplier_number", "supplier", "size")
    at = best_columns(grid.headers, cells[grid.header + 1 :], roles, taken=grid.columns)
    if "supplier_number" not in at:
        bare = _bare_number(grid.headers, (*at.values(), *grid.columns))
        at |= {} if bare is None else {"supplier_number": bare}
    if not set(at) & {"supplier", "supplier_number", "company_number"}:
        return 0
    count = 0
    for _, row in _rows_below(source, header):
        reading = read_row(grid, row)
        if reading.no_payment:
            continue
        place = AddressReading(reading.code, reading.number)
        count += 1
        _enter(book, {role: _cell(row, column) for role, column in at.items()}, place)
    return count


def _bare_number(headers: Sequence[str], taken: Sequence[int]) -> int | None:
    """Find a column that is headed as a number and no more, unless it is the number of a house."""
    said = [" ".join(words_of(header)) for header in headers]
    for at, (words, following) in enumerate(zip(said, [*said[1:], ""], strict=True)):
        if at not in taken and _BARE_NUMBER.fullmatch(words) and not _STREET.search(following):
            return at
    return None


def _enter(book: AddressBook, said: dict[Role, str], place: AddressReading) -> None:
    name, number = fold_name(said.get("supplier", "")), said.get("supplier_number", "").casefold()
    size = said.get("size", "")
    if size:
        book.sizes.update({key: size for key in (name,) if key and key not in book.sizes})
    if place.code in _MISSING:
        return
    if name and book.by_name.setdefault(name, place) != place:
        book.several.add(name)
    if number:
        book.by_number.setdefault(number, place)
    company = company_number(said.get("company_number", ""))
    if company:
        book.by_company.setdefault(company, place)


def _cell(row: Sequence[str], at: int) -> str:
    return row[at].strip() if at < len(row) else ""


def _rows_below(source: BlockedTable, header: int) -> Iterator[tuple[int, list[str]]]:
    for block in source.blocks:
        spans = zip(
            block.numbers, block.rows.starts.tolist(), block.rows.ends.tolist(), strict=True
        )
        for number, start, end in spans:
            if number > header:
                yield number, split_row(block.text[start:end], source.delimiter, source.codec)


def read_companies(path: Path, payments: Payments) -> AddressBook:
    """
    Read the registered offices of payees from Companies House's open company file.

    ``path``: BasicCompanyData as CSV, of which each part can be large. ``payments``: payments; only
    companies that are named in them are kept. FileFormatError if it is not that file.
    """
    wanted_names = {fold_name(text) for text in payments.texts["supplier"]} - {""}
    wanted_numbers = {company_number(text) for text in payments.texts["company_number"]} - {""}
    book = AddressBook()
    ended: dict[str, AddressReading] = {}
    with open_sources(path) as sources:
        for source in sources:
            at = _company_columns(path, source)
            for block in source.blocks:
                _read_companies(source, block, at, (wanted_names, wanted_numbers), book, ended)
    for name in book.several:  # which of them was paid cannot be told
        book.by_name.pop(name, None)
    for name, place in ended.items():
        if name not in book.several:
            book.by_name.setdefault(name, place)
    return book


def _company_columns(path: Path, source: BlockedTable) -> dict[str, int]:
    names = [cell.strip().casefold() for cell in source.sample[0][1]]
    at = {name: names.index(name) for name in (_NAME, _CODE, _POSTCODE, _STATUS) if name in names}
    if len(at) < len((_NAME, _CODE, _POSTCODE, _STATUS)):
        raise FileFormatError(
            path.name,
            "it is not Companies House's open company file",
            hint="use BasicCompanyData as CSV, unpacked",
            parameter="companies",
        )
    return at


def _read_companies(
    source: BlockedTable,
    block: Block,
    at: dict[str, int],
    wanted: tuple[set[str], set[str]],
    book: AddressBook,
    ended: dict[str, AddressReading],
) -> None:
    names = _column(source, block, at[_NAME])
    codes = _column(source, block, at[_CODE])
    for row, (raw, code) in enumerate(zip(names, codes, strict=True)):
        name, number = (
            fold_name(plain_cell(raw, source.codec)),
            company_number(plain_cell(code, source.codec)),
        )
        if name not in wanted[0] and number not in wanted[1]:
            continue
        start, end = int(block.rows.starts[row]), int(block.rows.ends[row])
        cells = split_row(block.text[start:end], source.delimiter, source.codec)
        kind, key, _ = read_cell_or_address(_cell(cells, at[_POSTCODE]))
        if kind != WHOLE:
            continue
        place = AddressReading(kind, key)
        if number in wanted[1]:
            book.by_number[number] = place
        if name in wanted[0]:
            if not _cell(cells, at[_STATUS]).casefold().startswith(_TRADING):
                ended.setdefault(name, place)
            elif book.by_name.setdefault(name, place) != place:
                book.several.add(name)


def _column(source: BlockedTable, block: Block, at: int) -> list[bytes]:
    spans = source.engine.find_rows(block.text[: block.rows.stop], source.delimiter, at, final=True)
    pairs = zip(spans.cell_starts.tolist(), spans.cell_ends.tolist(), strict=True)
    return [block.text[a:b] for a, b in pairs]


def company_number(text: str) -> str:
    """
    Return a company's number in its usual form; empty for other text.

    Examples
    --------
    >>> company_number("1234567"), company_number("SC123456"), company_number("n/a")
    ('01234567', 'SC123456', '')
    """
    plain = "".join(text.split()).upper()
    if not _NUMBER.fullmatch(plain):
        return ""
    letters = plain.rstrip("0123456789")
    return letters + plain[len(letters) :].zfill(_NUMBER_LENGTH - len(letters))


def with_suppliers(payments: Payments, book: AddressBook) -> Payments:
    """Fill in postcodes from a list of suppliers, by numbers and then by name, and sizes."""
    filled = _filled(
        payments,
        SUPPLIER_FILE,
        (
            ("supplier_number", book.by_number, str.casefold),
            ("company_number", book.by_company, company_number),
            ("supplier", book.by_name, fold_name),
        ),
    )
    return _with_sizes(filled, book) if book.sizes else filled


def with_companies(payments: Payments, book: AddressBook) -> Payments:
    """Fill in the postcodes of registered offices, by number and then by name."""
    return _filled(
        payments,
        COMPANIES_HOUSE,
        (
            ("company_number", book.by_number, company_number),
            ("supplier", book.by_name, fold_name),
        ),
    )


def _filled(
    payments: Payments,
    origin: int,
    ways: Sequence[tuple[str, dict[str, AddressReading], Callable[[str], str]]],
) -> Payments:
    columns = payments.columns
    codes, numbers = columns["code"].copy(), columns["number"].copy()
    origins = columns["origin"].copy()
    for vocabulary, known, fold in ways:
        places = [known.get(fold(text)) if text else None for text in payments.texts[vocabulary]]
        has = np.array([place is not None for place in places], bool)
        if not has.any():
            continue
        of_row = columns[vocabulary]
        rows = np.flatnonzero(np.isin(codes, _MISSING) & has[of_row])
        blank = AddressReading(BLANK, 0)
        at = of_row[rows]
        codes[rows] = np.array([(p or blank).code for p in places], np.uint8)[at]
        numbers[rows] = np.array([(p or blank).number for p in places], np.uint32)[at]
        origins[rows] = origin
    return payments.with_columns(code=codes, number=numbers, origin=origins)


def _with_sizes(payments: Payments, book: AddressBook) -> Payments:
    """Add the size in the list to rows whose file does not state it."""
    texts = list(payments.texts["size"])
    positions: dict[str, int] = {text: at for at, text in enumerate(texts)}
    sizes = [book.sizes.get(fold_name(name), "") for name in payments.texts["supplier"]]
    of_supplier = np.array([positions.setdefault(s, len(positions)) for s in sizes], np.int32)
    column: NDArray[Any] = payments.columns["size"].copy()
    blank = np.array([not text for text in positions], bool)
    rows = np.flatnonzero(blank[column])
    column[rows] = of_supplier[payments.columns["supplier"][rows]]
    found = payments.with_columns(size=column)
    return type(found)(found.tables, found.columns, {**found.texts, "size": tuple(positions)})
