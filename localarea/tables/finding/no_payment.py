"""Rows of a table that hold no payment: totals, footers and headers that are repeated."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_TOTAL_LIST = (
    "grand sub subtotal subtotals total totals overall report page running net gross vat tax "
    "amount value spend spent paid payment payments expenditure invoice invoices cost costs gbp "
    "of for all and the excluding including excl incl exc inc ex suppliers supplier vendors "
    "vendor creditors records rows lines transactions number count to date this month period year "
    "quarter carried brought forward balance sum final cumulative monthly january february "
    "march april may june july august september october november december jan feb mar apr jun "
    "jul aug sep sept oct nov dec fwd cfwd bfwd"
)
_TOTAL_WORDS: Final = frozenset(_TOTAL_LIST.split())
_TOTAL: Final = re.compile(
    r"\b(?:sub)?totals?\b|\A(?:carried|brought) (?:forward|fwd)\Z"
    r"|\Abalance (?:carried|brought|[bc]/)|\A(?:sum|average|mean|count)\Z",
    re.IGNORECASE,
)
_TOTAL_OF: Final = re.compile(r"\A(?:grand |sub[ -]?)?totals? (?:for|of)\b", re.IGNORECASE)
_TOTAL_AFTER: Final = re.compile(r"\S[ -](?:sub[ -]?)?totals?\Z", re.IGNORECASE)
_FOOTER: Final = re.compile(
    r"\Aend of (?:the )?(?:report|file|list|listing|data|document|extract|page|table)\b"
    r"|\Apage:? ?[0-9]+(?: ?(?:of|/) ?[0-9]+)?\Z"
    r"|\A(?:(?:this )?(?:report|data|file|list|extract|document|table) (?:was )?)?"
    r"(?:prepared|printed|produced|generated|exported|created|extracted|downloaded|compiled|"
    r"published|run|issued)(?: by\b| on\b| at\b| from\b|:)"
    r"|\A(?:run|report|print|extract) date\b|\Adate (?:printed|of report|produced)\b"
    r"|\A(?:number of|no\.? of|total) (?:records|rows|payments|suppliers|transactions|invoices)\b"
    r"|\A(?:record|row) count\b"
    r"|\A[0-9,]+ (?:records|rows)(?: (?:found|selected|listed|returned))?\Z"
    r"|\A(?:sources?|notes?|n\.?b\.?|key):|\Anotes?\Z"
    r"|\A(?:\(c\)|\u00a9|copyright|crown copyright|contains public sector information)"
    r"|\bopen government licen[cs]e\b|\Acontinued(?: overleaf| on\b|\Z)"
    r"|\Athis (?:report|file|document|list|extract) (?:is|contains|shows|includes|lists)\b"
    r"|\Aofficial(?:[ -]+sensitive)?\Z",
    re.IGNORECASE,
)
_SIGNS: Final = " \t\r\n\u00a0*=_#~<>|.:;,'\"-\u2013\u2014"
_WORDS: Final = re.compile(r"[a-z]+")
_NUMBER: Final = re.compile(
    r"[-+(]*(?:gbp|eur|usd|[\u00a3$\u20ac])? ?-?[0-9][0-9,. ]*(?:cr|dr|%)?\)?-?"
)
_NAMES_POSTCODES: Final = re.compile(
    r"(?:(?:supplier|vendor|payee|provider|contractor|company|business|site|trading|delivery|"
    r"registered|head|office|branch|billing|invoice|address|work|home|staff|employee)(?:'s)? )*"
    r"(?:post[ -]?codes?|postal codes?)",
    re.IGNORECASE,
)
_DIGIT: Final = re.compile("[0-9]")
_LEAST_HEADERS: Final = 2
_MOST_FOOTER_CELLS: Final = 2
_MOST_TOTAL_WORDS: Final = 2  # cells of a total that are not numbers


def is_no_payment(
    cells: Sequence[str], headers: Sequence[str], columns: Sequence[int] = ()
) -> bool:
    """
    Return whether a row without a postcode is a total, a footer or the header again.

    ``columns``: columns of postcodes, of which the header again must hold one. Returns False for a
    row that may be a payment, such as one to "Total Gas & Power".

    Examples
    --------
    >>> is_no_payment(["Grand total", "", "1,234.50"], ["Supplier", "Postcode", "Amount"])
    True
    >>> is_no_payment(["Total Gas & Power", "", "1,234.50"], ["Supplier", "Postcode", "Amount"])
    False
    """
    filled = [(at, text) for at, cell in enumerate(cells) if cell and (text := cell.strip())]
    if not filled:
        return False
    again = not columns or any(at in columns for at, _ in filled)
    if again and is_header_again(cells, headers):
        return True
    if is_other_header(cells):
        return True
    texts = [text.strip(_SIGNS) for _, text in filled]
    if len(filled) <= _MOST_FOOTER_CELLS and any(_FOOTER.search(text) for text in texts if text):
        return True
    words = [text for text in texts if text and not _NUMBER.fullmatch(text.casefold())]
    if not words or len(words) > _MOST_TOTAL_WORDS:
        return False
    return any(_is_total(text, alone=len(words) == 1) for text in words)


def is_header_again(cells: Sequence[str], headers: Sequence[str]) -> bool:
    """Return whether a row repeats the header: all its cells are of it, and half of it is there."""
    same = 0
    for at, cell in enumerate(cells):
        if not cell or not (text := cell.strip()):  # a row may have 16,384 blank cells
            continue
        if at >= len(headers) or text.casefold() != headers[at].strip().casefold():
            return False
        same += 1
    # Counted last: a header may have thousands of columns, and nearly every row has ended above.
    return same > 0 and 2 * same >= sum(bool(header.strip()) for header in headers)


def is_other_header(cells: Sequence[str]) -> bool:
    """
    Return whether a row is the header of another table below the first.

    True if a cell says just "Postcode", or whose, another cell something else, and none has a
    digit.

    Examples
    --------
    >>> is_other_header(["Contract", "Post code", "Value"]), is_other_header(["", "Postcode", "5"])
    (True, False)
    """
    filled = [text for cell in cells if cell and (text := cell.strip())]
    if len(filled) < _LEAST_HEADERS or not any(map(_NAMES_POSTCODES.fullmatch, filled)):
        return False
    return not any(map(_DIGIT.search, filled))


def _is_total(text: str, *, alone: bool) -> bool:
    if not _TOTAL.search(text):
        return False
    if _TOTAL_WORDS.issuperset(_WORDS.findall(text.casefold().replace("/", ""))):
        return True
    return bool(_TOTAL_OF.match(text)) or (alone and bool(_TOTAL_AFTER.search(text)))
