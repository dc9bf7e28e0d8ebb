"""The summary sheet of a checked file: counts by answer and by reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from localarea.checking.rows.counts import Counts
from localarea.tables.finding.own_columns import plain_reason

if TYPE_CHECKING:
    from collections import Counter
    from decimal import Decimal

    from localarea.checking.rows.spend_by_answer import SpendByAnswer
    from localarea.classify.classifier import Classifier

_ANSWERS = {"local": "Local", "not_local": "Not local", "unknown": "Unknown"}
SUMMARY_SHEET = "Local summary"
ROWS, AMOUNT = "Rows", "Amount"  # headings of counts and sums
HEADINGS = (ROWS, AMOUNT)
_LONGEST = 200  # characters of a supplier's name
_DECIMALS: Final = 6  # of a share: a spreadsheet program saves a tiny one with few digits

Line = tuple[str, "int | Decimal | str | None", float | None]


def summary_lines(
    tally: Counter[int],
    classifier: Classifier,
    *,
    source: str,
    column: str,
    spend: SpendByAnswer | None = None,
) -> list[Line]:
    """
    Return the summary of a check as lines of a sheet.

    ``tally``: number of rows by verdict code. ``source``: name of the file or sheet. Returns the
    label, count, sum or text, and share in [0, 1]; None for empty cells.
    """
    counts = Counts.of_codes(tally)
    return summary_of(counts, classifier, source=source, column=column, spend=spend)


def summary_of(
    counts: Counts,
    classifier: Classifier,
    *,
    source: str,
    column: str,
    spend: SpendByAnswer | None = None,
) -> list[Line]:
    """
    Return the summary of counts as lines of a sheet.

    ``source``: name of the file or sheet. Returns the label, count, sum or text, and share in [0,
    1]; None for empty cells.
    """
    total, near = counts.rows, counts.borderline
    lines: list[Line] = [
        ("Checked against", classifier.boundary.title, None),
        ("Definition", classifier.boundary.id, None),
        ("Who decided", classifier.boundary.basis, None),
        ("Postcode directory of", classifier.directory.date, None),
        ("Sheet", source, None),
        ("Column", column, None),
        ("", None, None),
        ("Answer", ROWS, None),
    ]
    for status, count in counts.by_status.items():
        lines.append((_ANSWERS[status], count, _share(count, total)))
    lines += [("All rows", total, _share(total, total)), ("", None, None)]
    lines += [("Of these, borderline", near, _share(near, total)), ("", None, None)]
    lines.append(("Answer and reason", ROWS, None))
    for status, reasons in counts.by_status_and_reason.items():
        for reason, count in reasons.items():
            label = f"{_ANSWERS[status]}: {plain_reason(reason)}"
            lines.append((label, count, _share(count, total)))
    return [*lines, *_money_lines(spend)] if spend is not None else lines


def _money_lines(spend: SpendByAnswer) -> list[Line]:
    """Return the money by answer, and the biggest suppliers of each answer."""
    total = spend.total
    lines: list[Line] = [("", None, None), (f"Amount ({spend.column})", AMOUNT, None)]
    for status, paid in spend.sums.items():
        lines.append((f"{_ANSWERS[status]} amount", paid, _share_of(paid, total)))
    lines.append(("All amounts", total, None))
    if spend.unread:
        lines.append(("Rows with an answer and no amount", spend.unread, None))
    if spend.apart:
        lines.append(("Amounts of rows without an answer, not added", spend.apart_sum, None))
    for status in spend.sums:
        biggest = spend.biggest(status)
        if biggest:
            head = f"Biggest suppliers: {_ANSWERS[status].lower()}"
            lines += [("", None, None), (head, AMOUNT, None)]
            lines += [
                (each.name[:_LONGEST], each.amount, _share_of(each.amount, total))
                for each in biggest
            ]
    return lines


def _share_of(paid: Decimal, total: Decimal) -> float | None:
    """Return a share of all amounts; refunds may outweigh payments, which leaves none."""
    if not (total > 0 and 0 <= paid <= total):
        return None
    return round(float(paid / total), _DECIMALS)


def _share(count: int, total: int) -> float | None:
    return round(count / total, _DECIMALS) if total else None
