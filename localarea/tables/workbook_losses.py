"""Describe in familiar words what openpyxl drops when it saves a workbook."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

# Text of openpyxl's warnings, and what was lost. Unlisted warnings do not affect what the workbook
# shows: default styles, dates out of range, names of sheets.
_LOSSES: Final = (
    ("data validation extension", "drop-down lists that refer to other sheets"),
    ("conditional formatting extension", "data bars, icon sets and rules of Excel 2010 or later"),
    ("sparkline", "sparklines"),
    ("slicer", "slicers"),
    ("timeline", "timelines"),
    ("protected range", "permissions on ranges"),
    ("ignored error", "marks of errors to be ignored"),
    ("web extension", "web add-ins"),
    ("unknown extension", "features that Excel added later"),
    ("drawingml", "text boxes and shapes"),
    ("unable to read chart", "a chart"),
    ("image", "a picture in an unknown format"),
    ("header or footer", "a header or footer for printing"),
    ("print area", "a print area"),
    ("defined names", "names of ranges"),
    ("unable to read workbook", "a part of the workbook"),
)


@contextmanager
def losses_of_workbook() -> Iterator[list[str]]:
    """
    Collect the losses that openpyxl warns of while it reads and writes a workbook.

    Yields
    ------
    list of str
        Empty until the block ends, then a description of each loss, without repeats.
    """
    lost: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield lost
    for warning in caught:
        message = str(warning.message).casefold()
        found = next((words for part, words in _LOSSES if part in message), None)
        if found and found not in lost:
            lost.append(found)


def losses_note(lost: list[str]) -> tuple[str, ...]:
    """
    Format a note on what is missing from the checked workbook.

    Parameters
    ----------
    lost : list of str
        From :func:`losses_of_workbook`.

    Returns
    -------
    tuple of str
        One note, or none.

    Examples
    --------
    >>> losses_note(["sparklines", "slicers"])
    ('the checked workbook is without sparklines and slicers: the original still has them',)
    """
    if not lost:
        return ()
    named = lost[0] if len(lost) == 1 else f"{', '.join(lost[:-1])} and {lost[-1]}"
    end = "the original still has them" if len(lost) > 1 else "the original still has it all"
    return (f"the checked workbook is without {named}: {end}",)
