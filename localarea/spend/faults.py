"""What could not be read in a row of payments. It still counts as a row."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from localarea.spend.payments import (
    BAD_AMOUNT,
    BAD_DAY,
    BAD_VAT,
    BLANK_AMOUNT,
    BLANK_DAY,
    LARGE_AMOUNT,
    TOO_WIDE,
)

if TYPE_CHECKING:
    from localarea.spend.payments import Payments

_SAID: Final = {
    TOO_WIDE: (
        "",
        "row_too_wide",
        "the row has more cells than the header, probably from a comma without quotation marks; "
        "it is counted without amount and date",
    ),
    BLANK_AMOUNT: ("amount", "blank_amount", "the amount is blank; the row is counted without it"),
    BAD_AMOUNT: (
        "amount",
        "not_an_amount",
        "the amount cannot be read in pounds; the row is counted without it",
    ),
    LARGE_AMOUNT: (
        "amount",
        "out_of_range",
        "the amount is a million million pounds or more; the row is counted without it",
    ),
    BAD_VAT: ("vat", "not_an_amount", "the VAT cannot be read, so the row has no net amount"),
    BLANK_DAY: ("date", "blank_date", "the date is blank; the row is in no quarter"),
    BAD_DAY: ("date", "not_a_date", "the date cannot be read; the row is in no quarter"),
}


@dataclass(frozen=True, slots=True)
class CellFault:
    """
    A cell that could not be read. It never holds the text of the cell.

    Attributes
    ----------
    row : int
        Number of the row, as in a spreadsheet.
    reason, explanation : str
        Code of the reason, and a sentence.
    """

    file: str
    row: int
    column: str
    reason: str
    explanation: str

    def as_dict(self) -> dict[str, Any]:
        """Return the attributes as JSON values."""
        return asdict(self)


def faults_of(payments: Payments) -> list[CellFault]:
    """List the cells that could not be read, by file and row."""
    columns = payments.columns
    found = []
    for at in np.flatnonzero(columns["faults"]).tolist():
        table = payments.tables[int(columns["table"][at])]
        bits, row = int(columns["faults"][at]), int(columns["row"][at])
        for bit, (role, reason, explanation) in _SAID.items():
            if bits & bit:
                header = table.columns.get(role, "")
                found.append(CellFault(table.name, row, header, reason, explanation))
    return sorted(found, key=lambda each: (each.file, each.row, each.reason))
