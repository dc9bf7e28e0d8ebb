"""The counts that stand beside the rows of a checked file: by answer and by reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localarea.classify.reasons import MEANINGS

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
    Write the summary of a check as lines for a sheet.

    Parameters
    ----------
    tally : collections.Counter
        Rows by verdict code.
    classifier : Classifier
        What was checked against.
    source : str
        Name of the file or sheet.
    column : str
        Header of the column, or of several.

    Returns
    -------
    list of tuple
        Label, count or text, and share in [0, 1]; None for a cell to be left empty.
    """
    total = sum(tally.values())
    lines: list[Line] = [
        ("Checked against", classifier.boundary.area.removeprefix("the area "), None),
        ("Definition", classifier.boundary.id, None),
        ("Postcode directory of", classifier.directory.date, None),
        ("Sheet", source, None),
        ("Column", column, None),
        ("", None, None),
        ("Answer", "Rows", None),
    ]
    for status, label in _ANSWERS.items():
        count = sum(n for code, n in tally.items() if MEANINGS[code].status == status)
        lines.append((label, count, _share(count, total)))
    near = sum(n for code, n in tally.items() if MEANINGS[code].borderline)
    lines += [("All rows", total, _share(total, total)), ("", None, None)]
    lines += [("Of these, borderline", near, _share(near, total)), ("", None, None)]
    lines.append(("Answer and reason", "Rows", None))
    counts: dict[str, int] = {}
    for code, count in sorted(tally.items()):
        meaning = MEANINGS[code]
        label = f"{_ANSWERS[meaning.status]}: {meaning.reason.replace('_', ' ')}"
        counts[label] = counts.get(label, 0) + count
    lines += [(label, count, _share(count, total)) for label, count in counts.items()]
    return lines


def _share(count: int, total: int) -> float | None:
    return count / total if total else None
