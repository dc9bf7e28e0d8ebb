"""Answers for a list of postcodes: read from what was pasted, written as a file."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from localarea.geo.addresses import find_postcodes
from localarea.service.pages.words import say_answer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from localarea.classify.boundary import Boundary
    from localarea.records import Verdict

MOST_LISTED: Final = 100
_HEADERS: Final = (
    *("As typed", "Postcode", "Local?", "Borderline?", "Reason", "Explanation"),
    *("Definition", "Day", "Postcodes of"),
)
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


def list_of(text: str) -> list[str]:
    """List what was pasted: one a line, or several on a line with commas between them."""
    found: list[str] = []
    for line in text.splitlines():
        several = find_postcodes(line)
        parts = list(several) if len(several) > 1 else [line.strip(" \t,;")]
        found += [part for part in parts if part]
    return found


def answers_csv(rows: Iterable[tuple[str, Verdict]], *, on: date) -> bytes:
    """Write answers as CSV with a mark of UTF-8, so that Excel reads it."""
    kept = io.StringIO(newline="")
    writer = csv.writer(kept)
    writer.writerow(_HEADERS)
    for text, verdict in rows:
        writer.writerow(
            [
                _plain(" ".join(text.split())),
                _plain(verdict.postcode),
                say_answer(verdict.status),
                "Yes" if verdict.borderline else "No",
                verdict.reason.replace("_", " "),
                _plain(verdict.explanation),
                verdict.definition,
                on.isoformat(),
                verdict.directory_date,
            ]
        )
    return b"\xef\xbb\xbf" + kept.getvalue().encode("utf-8")


def _plain(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def standing_of(boundary: Boundary) -> str:
    """Say what decided, as a sentence."""
    area = boundary.area.removeprefix("the area ")
    return f"Checked against {area}. {boundary.standing}"
