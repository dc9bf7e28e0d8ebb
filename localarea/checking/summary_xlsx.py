"""The summary of a check as a sheet of an .xlsx workbook."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from localarea.checking.summary_sheet import HEADINGS
from localarea.tables.xlsx.new_sheet import new_sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localarea.checking.summary_sheet import Line
    from localarea.tables.xlsx.new_sheet import Value
    from localarea.tables.xlsx.styles import Styles

_WIDTHS: Final = (38, 44, 10)


class SummaryLooks:
    """Styles of the summary, made before any part is written."""

    def __init__(self, styles: Styles) -> None:
        self._bold, self._heading = styles.simple(bold=True), styles.simple(bold=True, right=True)
        self._count, self._share = styles.simple("#,##0"), styles.simple("0.0%")
        self._money = styles.simple("#,##0.00")

    def sheet(self, namespace: str, lines: Sequence[Line]) -> bytes:
        """
        Write the sheet.

        Parameters
        ----------
        namespace : str
            Of the workbook's elements.
        lines : sequence of Line
            From `summary_lines`.
        """
        rows = [_values(line) for line in lines]
        return new_sheet(namespace, rows, widths=_WIDTHS, formats=[self._of(x) for x in lines])

    def _of(self, line: Line) -> tuple[int, ...]:
        if line[1] in HEADINGS:
            return self._bold, self._heading, self._heading
        if isinstance(line[1], Decimal):
            return 0, self._money, self._share
        return 0, 0 if isinstance(line[1], str) else self._count, self._share


def _values(line: Line) -> tuple[Value, ...]:
    label, count, share = line
    if count in HEADINGS:
        return label, count if isinstance(count, str) else None, "Share"
    return label, float(count) if isinstance(count, Decimal) else count, share
