"""Check by its receipt that a checked file is still as it was written."""

from __future__ import annotations

import json
import zipfile
import zlib
from dataclasses import dataclass
from functools import partial
from pathlib import Path  # noqa: TC003 -- the doctest of default_receipt needs it
from typing import TYPE_CHECKING, Final, Literal

from localarea.checking.check_file import kind_of
from localarea.checking.digest_changes import changes_between
from localarea.checking.receipt import Receipt, receipt_from, sha256_of
from localarea.checking.results.result_sheets import result_sheets
from localarea.checking.workbooks.receipt_sheet import read_receipt_sheet
from localarea.checking.workbooks.result_digests import digests_of
from localarea.errors import FileFormatError, InputError
from localarea.tables.workbooks.added_sheet import parts_sha256

if TYPE_CHECKING:
    from localarea.checking.rows.row_digest import SheetDigest

Standing = Literal["untouched", "saved_again", "changed"]
SENTENCES: Final[dict[Standing, str]] = {
    "untouched": "Untouched since it was written.",
    "saved_again": "Saved again by a program, with every value untouched.",
    "changed": "Changed since it was written.",
}
_MOST_BYTES: Final = 64 << 20  # of a receipt as JSON


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether a result is as it was written; ``changes``: clauses that say what was changed."""

    standing: Standing
    changes: tuple[str, ...]
    receipt: Receipt


def default_receipt(result: Path) -> Path:
    """
    Return the default path of the receipt beside a result, ``.receipt.json`` after its name.

    Examples
    --------
    >>> default_receipt(Path("suppliers.checked.csv")).name
    'suppliers.checked.csv.receipt.json'
    """
    return result.with_name(f"{result.name}.receipt.json")


def read_receipt(path: Path) -> Receipt:
    """
    Read a receipt that was written as JSON.

    InputError if it is not a receipt, or was changed.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InputError(f"{path} is too large for a receipt")
        document = json.loads(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise InputError(f"{path} is not a receipt: it is not JSON") from error
    if not isinstance(document, dict):
        raise InputError(f"{path} is not a receipt of localarea")
    return receipt_from(document)


def verify_result(result: Path, *, beside: Path | None = None) -> Verification:
    """
    Check whether a result is as it was written.

    ``beside``: its receipt as JSON. By default the sheet of a workbook, or else the file beside it.
    InputError if there is no receipt, or the receipt itself was changed. FileFormatError if the
    result cannot be read.
    """
    if not result.exists():
        raise FileFormatError(result, "there is no such file", hint="check the path")
    found = find_receipt(result, beside=beside)
    if found is None:
        raise InputError(
            f"{result} has no receipt, and there is none at {default_receipt(result)}; name its "
            "receipt, or check the file again and ask for one",
            parameter="receipt",
        )
    return verify_against(result, *found)


def verify_against(result: Path, name: str | None, receipt: Receipt) -> Verification:
    """
    Check whether a result is as a receipt states.

    ``name``: sheet of the receipt in the result, if it is there. FileFormatError if the result
    cannot be read.
    """
    if receipt.result_sha256 and sha256_of(result) == receipt.result_sha256:
        return Verification("untouched", (), receipt)
    if not receipt.digests:
        why = "the file is not the one that was written; its receipt does not say which rows differ"
        return Verification("changed", (why,), receipt)
    now = _digests_now(result, receipt, name)
    changes = tuple(_changes(result, receipt, now, name))
    if changes:
        return Verification("changed", changes, receipt)
    try:
        whole = name is not None and parts_sha256(result, name) == receipt.parts_sha256
    except (zipfile.BadZipFile, zlib.error, EOFError):  # a part that holds no value is damaged
        whole = False
    return Verification("untouched" if whole else "saved_again", (), receipt)


def find_receipt(result: Path, *, beside: Path | None = None) -> tuple[str | None, Receipt] | None:
    """
    Find the receipt of a result.

    Parameters
    ----------
    beside : pathlib.Path, optional
        Its receipt as JSON. By default the sheet of a workbook, or else the file beside it.

    Returns
    -------
    tuple of (str or None, Receipt), or None
        Name of the sheet if the receipt is in the result, and the receipt; None if there is none.

    Raises
    ------
    InputError
        If the receipt was changed.
    FileFormatError
        If the result cannot be read.
    """
    found = None
    if not result.is_dir() and kind_of(result) == "workbook":
        found = read_receipt_sheet(result)
    if found is not None and beside is None:
        return found
    path = beside or default_receipt(result)
    if beside is None and not path.is_file():
        return None
    return found[0] if found else None, read_receipt(path)


def _digests_now(
    result: Path, receipt: Receipt, name: str | None, *, widths: dict[str, int] | None = None
) -> tuple[SheetDigest, ...]:
    """
    Hash the values of a result in the way that is nearest to its receipt.

    Receipts of earlier versions count ``TRUE()`` in a cell of a number as a number.
    """
    kept = {each.sheet: each for each in receipt.digests}
    now = digests_of(result_sheets(result), without=name, widths=widths)
    same = all(each.sheet in kept and each.sha256 == kept[each.sheet].sha256 for each in now)
    if same or kind_of(result) != "workbook":
        return now
    earlier = digests_of(result_sheets(result, truths=False), without=name, widths=widths)
    return tuple(
        max(pair, key=partial(_likeness, kept.get(pair[0].sheet)))
        for pair in zip(now, earlier, strict=True)
    )


def _likeness(kept: SheetDigest | None, found: SheetDigest) -> tuple[bool, int]:
    """Return whether two digests are the same, and else how many columns are."""
    if kept is None:
        return False, 0
    pairs = zip(kept.columns, found.columns, strict=False)
    return found.sha256 == kept.sha256, sum(before == after for before, after in pairs)


def _changes(
    result: Path, receipt: Receipt, found: tuple[SheetDigest, ...], name: str | None
) -> list[str]:
    kept = {each.sheet: each for each in receipt.digests}
    now = {each.sheet: each for each in found}
    said = [f"sheet {sheet!r} is missing" for sheet in kept if sheet not in now]
    said += [f"sheet {sheet!r} was added" for sheet in now if sheet not in kept]
    for sheet, before in kept.items():
        after = now.get(sheet)
        if after is None or after.sha256 == before.sha256:
            continue
        more = after.columns[len(before.columns) :] if before.columns else ()
        if more:
            named = ", ".join(
                repr(header or f"column {at}")
                for at, (header, _) in enumerate(more, start=len(before.columns) + 1)
            )
            said.append(_in(sheet, f"columns after the last one were filled: {named}"))
            width = {sheet: len(before.columns)}
            narrow = _digests_now(result, receipt, name, widths=width)
            after = next(each for each in narrow if each.sheet == sheet)
            if after.sha256 == before.sha256:
                said[-1] += "; all else is untouched"
                continue
        said += [_in(sheet, clause) for clause in changes_between(before, after).sentences()]
    return said


def _in(sheet: str, clause: str) -> str:
    return f"sheet {sheet!r}: {clause}" if sheet else clause
