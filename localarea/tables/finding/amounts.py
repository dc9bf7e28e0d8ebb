"""Choose the column of amounts: what was paid, without VAT where both are there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from localarea.tables.money import read_amount

if TYPE_CHECKING:
    from collections.abc import Sequence

# Words in the headers of published amounts, most likely first.
AMOUNT_WORDS: Final = (
    *("amount", "spend", "netvalue", "net", "paid", "value", "gbp", "total", "gross", "cost"),
)
_NET, _PLAIN, _GROSS = range(3)
_WITHOUT: Final = frozenset({"excl", "exc", "ex", "excluding", "excludes", "exclusive", "without"})
_WITH: Final = frozenset({"incl", "inc", "including", "includes", "inclusive", "with"})
_TAX: Final = frozenset({"vat", "tax"})
# What follows one of these words is a code or a day, even if it looks like a number.
_OTHER: Final = frozenset(
    {"centre", "center", "code", "id", "no", "number", "ref", "reference", "date", "type", "year"}
)
_WORDS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|£")


@dataclass(frozen=True, slots=True)
class AmountChoice:
    """
    The chosen column of amounts.

    Attributes
    ----------
    index : int
        Position of the column, from 0.
    note : str
        Note for the user where another column could have been meant; empty otherwise.
    """

    index: int
    note: str = ""


def choose_amounts(
    headers: Sequence[str], sample: Sequence[Sequence[str]], *, by_name: bool = False
) -> AmountChoice | None:
    """
    Choose the column of what was paid, by its header and its cells.

    A column without VAT comes before one that does not say, and that before one with VAT. The
    VAT itself is never taken.

    Parameters
    ----------
    headers : sequence of str, shape (n_columns,)
        Headers as written.
    sample : sequence of sequence of str
        Cells of some rows, which may be short.
    by_name : bool, default False
        Whether a header is enough, where no cell or few can be read.

    Returns
    -------
    AmountChoice or None
        None if no column is of amounts.

    Examples
    --------
    >>> choose_amounts(["Gross", "VAT", "Net"], [["120", "20", "100"]])
    AmountChoice(index=2, note="amounts are from 'Net', not from 'Gross'")
    """
    ranked = [(rank, i) for i, h in enumerate(headers) if (rank := _rank(h)) is not None]
    found = [i for _, i in sorted(ranked) if by_name or mostly_amounts(sample, i)]
    if not found:
        return None
    best, *others = found
    named = ", ".join(_said(headers, i) for i in others[:3])
    note = f"amounts are from {_said(headers, best)}, not from {named}" if others else ""
    return AmountChoice(best, note)


def _said(headers: Sequence[str], at: int) -> str:
    """Name a column by its header, and by its number where another is called the same."""
    alike = sum(header.strip() == headers[at].strip() for header in headers) > 1
    return f"{headers[at][:60]!r}" + (f" (column {at + 1})" if alike else "")


def _rank(header: str) -> tuple[int, int] | None:
    """Return the rank of a header, the least first; None if it is not of amounts."""
    words = [word.casefold() for word in _WORDS.findall(header)]
    plain = "".join(words)
    places = [place for place, word in enumerate(AMOUNT_WORDS) if _is_said(word, words, plain)]
    held = set(words)
    if held & _OTHER or not (places or "£" in held or (held & _TAX and held & _WITHOUT)):
        return None
    place = min(places, default=len(AMOUNT_WORDS))
    if held & _WITHOUT or "net" in held or plain.startswith("netvalue"):
        return _NET, place
    if held & _WITH or "gross" in held:
        return _GROSS, place
    return None if held & _TAX else (_PLAIN, place)


def _is_said(word: str, words: Sequence[str], plain: str) -> bool:
    # "net" within another word may be the internet or a network.
    return word in words if word == "net" else word in plain


def mostly_amounts(rows: Sequence[Sequence[str]], at: int) -> bool:
    """
    Return whether at least half of a column's filled cells are amounts.

    ``rows``: cells of some rows, which may be short. ``at``: position of the column, from 0.
    """
    cells = [row[at] for row in rows if at < len(row) and row[at].strip()]
    read = sum(read_amount(cell) is not None for cell in cells)
    return bool(cells) and 2 * read >= len(cells)
