"""How the sheets of new workbooks look on a screen and on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openpyxl.styles import Font

_A4: Final = 9  # number of the paper size
_LEAST, _MOST = 10, 64  # characters in a column; a fingerprint has the most


def letters(*, bold: bool = False, size: float = 11) -> Font:
    """
    Return the letters of a cell.

    A font that names no typeface is drawn as each program likes, and the heads of columns would
    be of another typeface than what is below them.
    """
    from openpyxl.styles import Font

    return Font(name="Calibri", family=2, size=size, bold=bold)


def width_of(values: Iterable[Any]) -> int:
    """
    Return the width of a column in which its values can be read, in characters.

    Examples
    --------
    >>> width_of(["unit", "%"]), width_of(["definition", "colchester-measure-2026.1"])
    (12, 27)
    """
    longest = max((len(_shown(value)) for value in values if value is not None), default=0)
    return min(max(longest, _LEAST), _MOST) + 2


def _shown(value: Any) -> str:
    return f"{value:,.2f}" if isinstance(value, float) else str(value)


def print_whole(sheet: Any) -> None:
    """Print all columns of a table side by side, with its first row at the top of every page."""
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", _A4
    sheet.page_setup.fitToHeight = 0  # as many pages down as it takes, one across
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
