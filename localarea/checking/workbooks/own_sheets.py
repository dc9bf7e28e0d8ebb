"""The sheets that a check adds to a workbook, as the next one finds them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from localarea.checking.workbooks.receipt_sheet import MARK, RECEIPT_SHEET
from localarea.checking.workbooks.summary_sheet import SUMMARY_SHEET

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAME: Final = re.compile(rf"(?:{SUMMARY_SHEET}|{RECEIPT_SHEET})(?: [0-9]+)?", re.IGNORECASE)
_LABELS: Final = frozenset({MARK, "Definition"})  # one is in every sheet of ours


def is_own_sheet(name: str, rows: Sequence[Sequence[str]]) -> bool:
    """
    Return whether an earlier check added a sheet, so that no postcodes are looked for in it.

    ``rows``: texts of its first rows. Returns True only if both name and content are those of a
    summary or a receipt.
    """
    return _NAME.fullmatch(name) is not None and any(row and row[0] in _LABELS for row in rows)
