"""Read the receipt of a return in an exchange: nothing but what an export writes is let in."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from localarea.contracts.counting import UNKNOWN
from localarea.contracts.exchange.columns import RECEIPT
from localarea.contracts.quarters import quarter_days
from localarea.errors import InputError
from localarea.geo.addresses import find_postcodes
from localarea.measures.columns import RETURNS
from localarea.measures.refusal_words import SENTENCES as REFUSALS
from localarea.measures.unknown_places import SENTENCES as PLACES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localarea.contracts.exchange.faults import Faults, Place

_LISTED: Final = ("files", "returns", "refused", "outside_quarter", "other_contract")
_COUNTS: Final = frozenset({"rows", "counted", "refused", "outside_quarter", "other_contract",
                            "blank"})  # fmt: skip
_HASH: Final = re.compile("[0-9a-f]{64}")
_MONTH: Final = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])", re.ASCII)
_WORD: Final = re.compile(r"[A-Za-z0-9_.+ -]{0,200}", re.ASCII)


def read_receipt(place: Place, row: Mapping[str, str], faults: Faults) -> dict[str, Any] | None:
    """Return the receipt of a row of the table of returns; None, and a fault, if it is none."""
    try:
        quarter_days(row["quarter"])
    except InputError as error:
        faults.tell(place, "quarter", str(error))
        return None
    try:
        receipt = json.loads(row["receipt"])
    except (ValueError, RecursionError):
        receipt = None
    if not _is_receipt(receipt):
        faults.tell(place, "receipt", "the receipt is not one that an export wrote")
        return None
    if find_postcodes(json.dumps(receipt)):  # as it is read: a text can hide letters as escapes
        faults.tell(place, "receipt", "the receipt holds a postcode")
        return None
    return dict(receipt)


def _is_receipt(receipt: Any) -> bool:
    if not isinstance(receipt, dict) or set(receipt) - {UNKNOWN} != set(RECEIPT):
        return False
    unknown = receipt.get(UNKNOWN, [])  # which older receipts lack
    if not isinstance(unknown, list):
        return False
    words = [receipt[name] for name in RECEIPT if name not in _LISTED]
    if not all(isinstance(receipt[name], list) for name in _LISTED) or not all(
        isinstance(text, str) and _WORD.fullmatch(text) for text in words
    ):
        return False
    if not _MONTH.fullmatch(receipt["directory_date"]):
        return False
    if not all(isinstance(text, str) and _HASH.fullmatch(text) for text in receipt["files"]):
        return False
    if not all(_is_table(line) for line in receipt["returns"]):
        return False
    numbers = {line["return"] for line in receipt["returns"]}
    apart = [line for name in _LISTED[2:] for line in receipt[name]]
    return all(_is_line(line, numbers) for line in (*apart, *unknown)) and all(
        isinstance(line.get("column"), str)
        and _WORD.fullmatch(line["column"])
        and line.get("reason") in reasons
        for lines, reasons in ((receipt["refused"], REFUSALS), (unknown, PLACES))
        for line in lines
    )


def _is_table(line: Any) -> bool:
    """Return whether something counts the rows of one return."""
    if not isinstance(line, dict) or set(line) - _COUNTS - {"return", "kind"}:
        return False
    counts = [line.get("return"), *(line[name] for name in _COUNTS & set(line))]
    return line.get("kind") in RETURNS and all(type(value) is int for value in counts)


def _is_line(line: Any, numbers: set[int]) -> bool:
    """Return whether something names rows of one return by number."""
    if not isinstance(line, dict) or set(line) - {"return", "rows", "column", "reason"}:
        return False
    if type(line.get("return")) is not int or line["return"] not in numbers:
        return False
    rows, reason = line.get("rows"), line.get("reason", "")
    return (
        isinstance(reason, str) and isinstance(rows, list) and all(type(row) is int for row in rows)
    )
