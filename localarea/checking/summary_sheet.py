"""The summary sheet of a checked file: counts by answer and by reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localarea.checking.counts import Counts

if TYPE_CHECKING:
    from collections import Counter

    from localarea.classify.classifier import Classifier

_ANSWERS = {"local": "Local", "not_local": "Not local", "unknown": "Unknown"}
SUMMARY_SHEET = "Local summary"

Line = tuple[str, int | str | None, float | None]


def summary_lines(
    tally: Counter[int], classifier: Classifier, *, source: str, column: str
) -> list[Line]:
    """
    Return the summary of a check as lines of a sheet.

    Parameters
    ----------
    tally : collections.Counter
        Number of rows by verdict code.
    classifier : Classifier
        The classifier that was used.
    source : str
        Name of the file or sheet.
    column : str
        Header of the postcode column, or of several.

    Returns
    -------
    list of tuple
        Label, count or text, and share in [0, 1]; None for empty cells.
    """
    return summary_of(Counts.of_codes(tally), classifier, source=source, column=column)


def summary_of(counts: Counts, classifier: Classifier, *, source: str, column: str) -> list[Line]:
    """
    Return the summary of counts as lines of a sheet.

    Parameters
    ----------
    counts : Counts
        Rows by status and reason.
    classifier : Classifier
        The classifier that was used.
    source : str
        Name of the file or sheet.
    column : str
        Header of the postcode column, or of several.

    Returns
    -------
    list of tuple
        Label, count or text, and share in [0, 1]; None for empty cells.
    """
    total, near = counts.rows, counts.borderline
    lines: list[Line] = [
        ("Checked against", classifier.boundary.area.removeprefix("the area "), None),
        ("Definition", classifier.boundary.id, None),
        ("Postcode directory of", classifier.directory.date, None),
        ("Sheet", source, None),
        ("Column", column, None),
        ("", None, None),
        ("Answer", "Rows", None),
    ]
    for status, count in counts.by_status.items():
        lines.append((_ANSWERS[status], count, _share(count, total)))
    lines += [("All rows", total, _share(total, total)), ("", None, None)]
    lines += [("Of these, borderline", near, _share(near, total)), ("", None, None)]
    lines.append(("Answer and reason", "Rows", None))
    for status, reasons in counts.by_status_and_reason.items():
        for reason, count in reasons.items():
            label = f"{_ANSWERS[status]}: {reason.replace('_', ' ')}"
            lines.append((label, count, _share(count, total)))
    return lines


def _share(count: int, total: int) -> float | None:
    return count / total if total else None
