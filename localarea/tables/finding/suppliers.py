"""Choose the column that names suppliers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from localarea.tables.finding.headers import words_of
from localarea.tables.money import read_amount

if TYPE_CHECKING:
    from collections.abc import Sequence

# Words for whoever is paid, most likely first.
_WHO: Final = (
    *("supplier", "vendor", "payee", "beneficiary", "creditor", "contractor", "provider"),
    *("company", "firm", "business", "organisation", "organization", "merchant"),
)
_NAME: Final = frozenset({"name", "names"})
# What follows one of these is something about the supplier, or another's name.
_OTHER: Final = frozenset(
    [
        *("id", "code", "no", "num", "number", "ref", "reference", "postcode", "post", "zip"),
        *("type", "category", "address", "addr", "street", "town", "city", "county", "country"),
        *("email", "phone", "tel", "vat", "date", "amount", "value", "total", "status", "group"),
        *("size", "sme", "contact", "bank", "account", "directorate", "department", "service"),
        *("user", "first", "last", "cost", "centre", "house", "building", "site", "region"),
        *("area", "url", "key"),
    ]
)


def choose_supplier(headers: Sequence[str], sample: Sequence[Sequence[str]]) -> int | None:
    """
    Choose the column of suppliers' names, by its header and its cells.

    Parameters
    ----------
    headers : sequence of str, shape (n_columns,)
        Headers as written.
    sample : sequence of sequence of str
        Cells of some rows, which may be short.

    Returns
    -------
    int or None
        Position of the column, from 0; None if no header names one that holds words.

    Examples
    --------
    >>> rows = [["4101", "Acme Ltd", "CO1 1JB"]]
    >>> choose_supplier(["Supplier ID", "Supplier name", "Supplier postcode"], rows)
    1
    >>> choose_supplier(["Ref", "Beneficiary", "Postcode"], rows)
    1
    >>> choose_supplier(["Supplier", "Name", "Postcode"], rows)
    1
    """
    ranked = [(rank, at) for at, h in enumerate(headers) if (rank := _rank(h)) is not None]
    return next((at for _, at in sorted(ranked) if _holds_names(sample, at)), None)


def _rank(header: str) -> tuple[int, int] | None:
    words = [word.rstrip("s") if word.rstrip("s") in _WHO else word for word in words_of(header)]
    said = set(words)
    if said & _OTHER:
        return None
    places = [place for place, word in enumerate(_WHO) if word in said]
    named = bool(said & _NAME)
    if not places:
        return (2, 0) if named and len(words) == 1 else None
    return (0 if named else 1), min(places)


def _holds_names(rows: Sequence[Sequence[str]], at: int) -> bool:
    """Return whether at least half of a column's filled cells are words, not numbers."""
    cells = [row[at] for row in rows if at < len(row) and row[at].strip()]
    words = sum(read_amount(cell) is None for cell in cells)
    return bool(cells) and 2 * words >= len(cells)
