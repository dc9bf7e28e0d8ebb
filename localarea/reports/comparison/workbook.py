"""Write a comparison as an Excel workbook: figures, gains and losses, overlaps, and notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment

from localarea.comparison.tables import (
    ExportTable,
    column_heading,
    comparison_tables,
    figure_columns,
    option_titles,
    sources_frame,
)
from localarea.datasets.store import default_store
from localarea.tables.workbooks.plain_workbook import save_book
from localarea.tables.workbooks.sheet_look import letters, print_whole, width_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from localarea.comparison.comparison import Comparison
    from localarea.datasets.store import DataStore

_FORMATS: Final = {
    "count": "#,##0",
    "share": "0.0%",
    "number": "0.000",
    "minutes": "0",
    "yes_no": "General",
    "text": "@",
}
# Made once: a cell that is given a style of its own has it compared with all others of the book.
_FONTS: Final = {bold: letters(bold=bold) for bold in (False, True)}
_ALIGNED: Final = Alignment(wrap_text=True, vertical="top")


def write_workbook(
    comparison: Comparison,
    path: Path,
    extras: Sequence[ExportTable] = (),
    store: DataStore | None = None,
) -> None:
    """
    Write a comparison as an Excel workbook, one sheet per table.

    ``path``: file to write, ending in ``.xlsx``.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    _figures_sheet(book.create_sheet("Figures"), comparison)
    tables = (*comparison_tables(comparison), *extras)
    titles = option_titles(comparison)
    for table in tables:
        _table_sheet(book.create_sheet(table.title), table, titles)
    _about_sheet(book.create_sheet("About"), comparison, tables)
    sources = sources_frame(comparison.vintages, store=store or default_store())
    _table_sheet(book.create_sheet("Sources"), ExportTable("sources", "Sources", sources), {})
    save_book(book, path)


def _plain(value: Any) -> Any:
    """Convert NumPy scalars to values that a cell accepts."""
    if pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value


class _Rows:
    """Writes the rows of a sheet; asking openpyxl for the last row looks at every cell."""

    def __init__(self, sheet: Any) -> None:
        self.sheet = sheet
        self._written = 0

    def append(self, values: Sequence[Any], *, bold: bool = False) -> list[Any]:
        """Write the next row, and return its cells."""
        self._written += 1
        cells = []
        for column, value in enumerate(values, start=1):
            cell = self.sheet.cell(self._written, column, _plain(value))
            if isinstance(value, str):
                cell.data_type = "s"  # text that starts with = must not become a formula
            cell.font = _FONTS[bold]
            cell.alignment = _ALIGNED
            cells.append(cell)
        return cells


def _figures_sheet(sheet: Any, comparison: Comparison) -> None:
    titles = option_titles(comparison)
    rows = _Rows(sheet)
    rows.append(["Figure", *(titles[i] for i in comparison.metrics.index)], bold=True)
    for figure in figure_columns(comparison):
        values = comparison.metrics[figure.name]
        shown = ["yes" if v else "no" for v in values] if figure.kind == "yes_no" else values
        for cell in rows.append([figure.heading, *shown])[1:]:
            cell.number_format = _FORMATS[figure.kind]
    rows.append(["Name for commands", *comparison.metrics.index])
    _finish(sheet, freeze="B2")


def _named(frame: pd.DataFrame, titles: Mapping[str, str]) -> pd.DataFrame:
    """Replace the ids of options by their titles, and add the ids as the last columns."""
    held = [name for name in ("option", "against") if name in frame.columns]
    shown = {name: [titles.get(i, i) for i in frame[name]] for name in held}
    return frame.assign(**shown, **{f"{name}_name_for_commands": frame[name] for name in held})


def _table_sheet(sheet: Any, table: ExportTable, titles: Mapping[str, str]) -> None:
    frame = _named(table.frame, titles)
    columns = [str(name) for name in frame.columns]
    kinds = {figure.name: figure.kind for figure in table.figures}
    rows = _Rows(sheet)
    rows.append([column_heading(name, table.figures) for name in columns], bold=True)
    for values in frame.itertuples(index=False):
        for name, cell in zip(columns, rows.append(list(values)), strict=True):
            if name in kinds:
                cell.number_format = _FORMATS[kinds[name]]
    _finish(sheet, freeze="A2")
    sheet.auto_filter.ref = sheet.dimensions


def _about_sheet(sheet: Any, comparison: Comparison, tables: Sequence[ExportTable]) -> None:
    rows = _Rows(sheet)
    rows.append(["Option", "What it is"], bold=True)
    for option in comparison.options:
        rows.append([option.title, option.description or option.title])
        for note in option.parameters.get("notes", ()):
            rows.append(["", f"Note: {note}."])
    rows.append(["Figure", "What it means; shares are fractions shown as per cent"], bold=True)
    figures = [*figure_columns(comparison), *(f for table in tables for f in table.figures)]
    for heading, definition in {f.heading: f.definition for f in figures}.items():
        rows.append([heading, definition])
    _finish(sheet, freeze="A2")


def _finish(sheet: Any, *, freeze: str) -> None:
    sheet.freeze_panes = freeze
    print_whole(sheet)
    for column in sheet.columns:
        letter = column[0].column_letter
        sheet.column_dimensions[letter].width = width_of(cell.value for cell in column)
