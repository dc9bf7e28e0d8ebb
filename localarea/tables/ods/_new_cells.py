"""Write the cells and the sheet that are added to a spreadsheet."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from localarea.tables.ods._cells import blank_cells, escaped
from localarea.tables.ods._styles import GROUPED_NUMBER, PERCENTAGE, TWO_DECIMALS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localarea.tables.ods._styles import Styles

_MOST_KEPT: Final = 50_000  # rows of cells; a million rows share few verdicts and places
_SPACES: Final = re.compile(r" {2,}|\t|^ | $")
# Words with one space between them, in which nothing is written otherwise than it reads.
PLAIN: Final = re.compile(r'[^\x00- &<>"\ud800-\udfff]+(?: [^\x00- &<>"\ud800-\udfff]+)*')
_BAD: Final = dict.fromkeys([*range(9), 11, 12, *range(14, 32)])
_TRUTHS: Final = ("true", "false")
HEADINGS: Final = ("Rows", "Amount")  # over counts and over sums of a summary
_SUMMARY_WIDTHS_CM: Final = (9.2, 5.4, 2.2)  # one page of A4 together


def cell(value: str, style: str | None = None) -> bytes:
    """Return a cell: a truth value, a number or a text, and never a formula."""
    look = b' table:style-name="' + escaped(style) + b'"' if style else b""
    if not value:
        return blank_cells(1, style)
    if value in _TRUTHS:
        kind = b'boolean" office:boolean-value="' + value.encode()
    elif _is_number(value):
        kind = b'float" office:value="' + value.encode()
    else:
        kind = b"string"
    return (
        b"<table:table-cell"
        + look
        + b' office:value-type="'
        + kind
        + b'">'
        + _paragraphs(value)
        + b"</table:table-cell>"
    )


def is_text(value: str) -> bool:
    """Return whether the cell of a value is a text: neither a truth value nor a number."""
    return value not in _TRUTHS and not _is_number(value)


def _is_number(value: str) -> bool:
    return value.isascii() and value.replace(".", "", 1).isdecimal()


def _paragraphs(text: str) -> bytes:
    if PLAIN.fullmatch(text):
        return b"<text:p>" + text.encode() + b"</text:p>"
    lines = text.translate(_BAD).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return b"".join(b"<text:p>" + _marked(line) + b"</text:p>" for line in lines)


def _marked(line: str) -> bytes:
    """Return a line with elements for the spaces that a reader of XML would drop."""
    if _SPACES.search(line) is None:
        return escaped(line)
    parts, at = [], 0
    for found in _SPACES.finditer(line):
        parts.append(escaped(line[at : found.start()]))
        tab = found[0] == "\t"
        parts.append(b"<text:tab/>" if tab else b'<text:s text:c="%d"/>' % len(found[0]))
        at = found.end()
    return b"".join([*parts, escaped(line[at:])])


class NewCells:
    """Writes the cells of many rows, each kind once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str | None, str | None, tuple[str, ...]], bytes] = {}

    def row(self, values: Sequence[str], style: str | None, truth: str | None = None) -> bytes:
        """
        Return the cells of a row; the first differs from row to row, and the others hardly.

        Truth values have a style of their own: with a format of numbers they would show as 0 or 1.
        """
        if not values:
            return b""
        key = style, truth, tuple(values[1:])
        rest = self._known.get(key)
        if rest is None:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            rest = b"".join(
                cell(value, truth if value in _TRUTHS else style) for value in values[1:]
            )
            self._known[key] = rest
        return cell(values[0], style) + rest


class SummaryLooks:
    """The styles of the summary, which stand in the head of the spreadsheet."""

    def __init__(self, styles: Styles) -> None:
        self.columns = [styles.add_column(width) for width in _SUMMARY_WIDTHS_CM]
        self.heading = styles.add_cell(bold=True)
        self.count = styles.add_cell(data=styles.add(GROUPED_NUMBER))
        self.share = styles.add_cell(data=styles.add(PERCENTAGE))
        self.money = styles.add_cell(data=styles.add(TWO_DECIMALS))


def summary_sheet(
    name: str,
    lines: Sequence[tuple[str, int | Decimal | str | None, float | None]],
    looks: SummaryLooks,
) -> bytes:
    """Return a sheet of labels, counts or texts, and shares."""
    parts = [b'<table:table table:name="', escaped(name), b'">']
    parts += [
        b'<table:table-column table:style-name="' + escaped(style) + b'"/>'
        for style in looks.columns
    ]
    for label, count, share in lines:
        heading = looks.heading if count in HEADINGS else None
        last = cell("Share", heading) if heading else _share(share, looks.share)
        if isinstance(count, Decimal):
            stated = b'float" office:value="' + str(count).encode()
            middle = _number(stated, f"{count:,.2f}", looks.money)
        else:
            middle = _count(count, heading, looks.count)
        cells = _text(label) if heading is None else cell(label, heading)
        cells += middle + last
        parts += [b"<table:table-row>", cells, b"</table:table-row>"]
    return b"".join([*parts, b"</table:table>"])


def _count(count: int | str | None, heading: str | None, style: str) -> bytes:
    if isinstance(count, int):
        return _number(b'float" office:value="%d' % count, f"{count:,}", style)
    return cell(count, heading) if count and not count.isdecimal() else _text(count or "")


def _text(text: str) -> bytes:
    if not text:
        return blank_cells(1)
    start = b'<table:table-cell office:value-type="string">'
    return start + _paragraphs(text) + b"</table:table-cell>"


def _share(share: float | None, style: str) -> bytes:
    if share is None:
        return blank_cells(1)
    stated = b'percentage" office:value="' + repr(float(share)).encode()
    return _number(stated, f"{share:.1%}", style)


def _number(stated: bytes, shown: str, style: str) -> bytes:
    start = b'<table:table-cell table:style-name="' + escaped(style) + b'" office:value-type="'
    return start + stated + b'">' + _paragraphs(shown) + b"</table:table-cell>"
