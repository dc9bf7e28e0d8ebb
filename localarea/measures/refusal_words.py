"""Why a row of a return is refused, in a sentence for each code."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from localarea.measures.columns import RETURNS

FIRST_YEAR, LAST_YEAR = 1950, 2100  # a day outside them is a typing error
LARGEST: Final = Decimal(10) ** 12
SENTENCES: Final = {
    "blank_cell": "the cell is blank",
    "looks_like_postcode": "this is a postcode and must be a reference: enter a reference",
    "not_a_date": "this is not a date; write it as 2026-03-31 or 31/03/2026 (day first)",
    "not_a_number": "this is not a number; write it as 1234.50",
    "too_precise": "it has more than four decimal places",
    "out_of_range": "it is out of range",
    "not_yes_or_no": "it must be yes or no",
    "not_a_choice": "it is not one of the values that this column allows",
    "other_currency": "amounts must be in pounds: convert it and note how in your records",
    "row_too_wide": "the row has more cells than the header, probably from a comma without "
    "quotation marks, so what is in its cells may be of other columns",
    "ends_before_start": "it ends before it starts",
    "no_end": "it has no end, and no last day to count to is set: enter the last day",
    "after_period": "it is dated after the last day counted",
    "duplicate_row": "it repeats an earlier row in every cell",
    "overlapping_employment": "this employee's rows overlap and exceed the cap together",
    "credit_note": "the amount is negative and the counting rule refuses credit notes",
    "unknown_measure": "there is no such measure",
}

_RANGES: Final = {
    "fte": "it must be more than 0 and at most 1",
    "round": "it must be 1, 2 or 3",
}
_RANGES_OF: Final = {
    "date": f"its year must be from {FIRST_YEAR} to {LAST_YEAR}",
    "number": f"it must be more than 0 and at most {LARGEST:,}",
    "amount": f"it must be from -{LARGEST:,} to {LARGEST:,}",
}


def say_refusal(reason: str, kind: str, column: str) -> str:
    """
    Say why a row is refused, naming the values or the range that a column allows.

    Parameters
    ----------
    reason : str
        Key of ``SENTENCES``.
    kind : str
        Key of ``RETURNS``.
    column : str
        Name of the column with the fault; may be blank.

    Returns
    -------
    str
        A sentence without its full stop.

    Examples
    --------
    >>> say_refusal("not_a_choice", "staff", "employer")
    'it must be one of contractor, supply_chain'
    >>> say_refusal("not_a_choice", "spend", "address_type")
    'it must be one of trading_site, registered_office, or blank'
    """
    if reason == "out_of_range":
        kinds = [one.kind for one in RETURNS.get(kind, ()) if one.name == column]
        said = _RANGES.get(column) or (_RANGES_OF.get(kinds[0]) if kinds else None)
        return said or SENTENCES[reason]
    if reason == "not_a_number" and column == "amount":
        return f"{SENTENCES[reason]}, and a credit note as -200.00"
    if reason == "not_a_choice":
        allowed = [one.choices for one in RETURNS.get(kind, ()) if one.name == column]
        if allowed:
            blank = ", or blank" if "" in allowed[0] else ""
            return f"it must be one of {', '.join(filter(None, allowed[0]))}{blank}"
    return SENTENCES[reason]
