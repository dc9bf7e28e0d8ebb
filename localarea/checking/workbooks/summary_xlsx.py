"""The summary of a check as a sheet of an .xlsx workbook."""

from __future__ import annotations

from decimal import Decimal
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from localarea.checking.workbooks.summary_sheet import HEADINGS
from localarea.tables.xlsx.new_sheet import new_sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localarea.checking.workbooks.summary_sheet import Line
    from localarea.tables.xlsx.new_sheet import Value
    from localarea.tables.xlsx.parts.styles import Styles

_WIDTHS: Final = (38, 44, 10)
_SPARE: Final = 6  # characters at the end of a line, as words differ in width
_LINE_PT: Final = 15  # height of a line


class SummaryLooks:
    """Styles of the summary, made before any part is written."""

    def __init__(self, styles: Styles) -> None:
        self._bold, self._heading = styles.simple(bold=True), styles.simple(bold=True, right=True)
        self._count, self._share = styles.simple("#,##0"), styles.simple("0.0%")
        self._money = styles.simple("#,##0.00")
        # A sentence over the edge would make the sheet as wide as itself, and tiny on paper.
        self._wrapped = styles.simple(wrapped=True)

    def sheet(self, namespace: str, lines: Sequence[Line]) -> bytes:
        """
        Write the sheet.

        ``namespace``: of the workbook's elements. ``lines``: from `summary_lines`.
        """
        rows = [_values(line) for line in lines]
        formats = [self._of(line) for line in lines]
        heights = {
            number: _LINE_PT * len(wrap(text, _WIDTHS[1] - _SPARE))
            for number, (_, text, _) in enumerate(lines, start=1)
            if isinstance(text, str) and len(text) > _WIDTHS[1] - _SPARE
        }
        return new_sheet(namespace, rows, widths=_WIDTHS, formats=formats, heights=heights)

    def _of(self, line: Line) -> tuple[int, ...]:
        if line[1] in HEADINGS:
            return self._bold, self._heading, self._heading
        if isinstance(line[1], Decimal):
            return 0, self._money, self._share
        if isinstance(line[1], str):
            return self._wrapped, self._wrapped
        return 0, self._count, self._share


def _values(line: Line) -> tuple[Value, ...]:
    label, count, share = line
    if count in HEADINGS:
        return label, count if isinstance(count, str) else None, "Share"
    return label, float(count) if isinstance(count, Decimal) else count, share
