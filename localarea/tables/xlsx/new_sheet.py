"""Cells and whole sheets as XML, written from plain values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from localarea.tables.xlsx.references import column_letters

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Value = str | int | float | bool | None

_MOST_CHARACTERS: Final = 32_767  # of a cell
_OUTSIDE_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CODE: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_RETURN: Final = {"\r": "&#13;"}


def cell_end(value: Value, prefix: str = "") -> str:
    """
    Write a cell from its type to its end; its name, place and style come before.

    ``value``: text is written as text, never as a formula. ``prefix``: prefix of the sheet's
    elements with a colon, or nothing.

    Examples
    --------
    >>> cell_end("=1+1"), cell_end(8.2), cell_end(True)
    (' t="inlineStr"><is><t>=1+1</t></is></c>', '><v>8.2</v></c>', ' t="b"><v>1</v></c>')
    """
    p = prefix
    if value is None or value == "":
        return "/>"
    if isinstance(value, bool):
        return f' t="b"><{p}v>{int(value)}</{p}v></{p}c>'
    if isinstance(value, int | float):
        return f"><{p}v>{value!r}</{p}v></{p}c>"
    text = _CODE.sub("_x005F_", _OUTSIDE_XML.sub(" ", value))[:_MOST_CHARACTERS]
    kept = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
    written = escape(text, _RETURN)
    return f' t="inlineStr"><{p}is><{p}t{kept}>{written}</{p}t></{p}is></{p}c>'


def new_sheet(
    namespace: str,
    rows: Sequence[Sequence[Value]],
    *,
    widths: Sequence[float] = (),
    formats: Sequence[Sequence[int]] = (),
    heights: Mapping[int, float] | None = None,
) -> bytes:
    """
    Write a sheet of plain values, which is printed one page wide.

    Parameters
    ----------
    namespace : str
        Namespace of its elements: `TRANSITIONAL` or `STRICT`.
    rows : sequence of sequence of str, int, float, bool or None
        Its rows; None and empty text for a blank cell.
    widths : sequence of float
        Widths of its first columns in characters.
    formats : sequence of sequence of int
        Numbers of styles, row by row; what is not given has the ordinary style.
    heights : mapping of int to float, optional
        Heights in points by number of row, from 1, where text goes on below: not every program
        makes room for it by itself.
    """
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{width:g}" customWidth="1"/>'
        for n, width in enumerate(widths, start=1)
    )
    written = []
    for number, row in enumerate(rows, start=1):
        styles = formats[number - 1] if number <= len(formats) else ()
        cells = "".join(
            f'<c r="{column_letters(place)}{number}"{_style(styles, place)}{cell_end(value)}'
            for place, value in enumerate(row)
            if value not in (None, "")
        )
        if cells:
            high = (heights or {}).get(number)
            said = f' ht="{high:g}" customHeight="1"' if high else ""
            written.append(f'<row r="{number}"{said}>{cells}</row>')
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<worksheet xmlns="{namespace}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f"{f'<cols>{columns}</cols>' if columns else ''}"
        f"<sheetData>{''.join(written)}</sheetData>"
        '<pageSetup paperSize="9" fitToHeight="0"/></worksheet>'
    ).encode()


def _style(styles: Sequence[int], place: int) -> str:
    style = styles[place] if place < len(styles) else 0
    return f' s="{style}"' if style else ""
