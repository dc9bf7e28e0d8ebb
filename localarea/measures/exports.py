"""Export figures and blank returns to files for portals and spreadsheets."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from localarea.errors import FileFormatError
from localarea.measures.guided_template import write_guided
from localarea.measures.suppression import SMALL
from localarea.tables.plain_cells import without_formulas
from localarea.tables.workbooks.plain_workbook import save_book
from localarea.tables.workbooks.sheet_look import letters, print_whole, width_of

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from localarea.measures.report import MeasuresReport
    from localarea.measures.rules import Proxies

NOT_TO_BE_SHARED: Final = "internal: it shows small counts and must not be shared"
SHAREABLE: Final = "figures that rest on 1 to 4 people, or would give such a figure, are withheld"


def as_document(
    report: MeasuresReport, *, internal: bool, proxies: Proxies | None, contract: str | None = None
) -> dict[str, Any]:
    """
    Return the report as a JSON document.

    Parameters
    ----------
    internal : bool
        Show small counts.
    proxies : Proxies or None
        Value of one unit, in pounds.
    contract : str or None
        Only this contract. It is selected after suppression, so that requests for single
        contracts reveal nothing.

    Returns
    -------
    dict
        JSON types, with amounts as text to keep all digits; contains no cells of returns.
    """
    table = figures_of(report, internal=internal, proxies=proxies, contract=contract)
    rule = report.rule
    return {
        "definition": report.definition,
        "directory_date": report.directory_date,
        "privacy": NOT_TO_BE_SHARED if internal else SHAREABLE,
        "rule": {"id": rule.id, "version": rule.version, "title": rule.title},
        "proxies": {"edition": proxies.edition, "source": proxies.source} if proxies else None,
        "returns": list(report.tallies),
        "verdicts": {k: _suppressed_counts(v, internal) for k, v in report.statuses.items()},
        "figures": [
            {k: _json_value(v) for k, v in line.items()} for line in table.to_dict(orient="records")
        ],
        "refused": [
            {"file": r.file, "row": r.row, "column": r.column, "reason": r.reason,
             "explanation": r.explanation} for r in report.refusals
        ],
        "unknown": [one.as_document() for one in report.unknown],
    }  # fmt: skip


def figures_of(
    report: MeasuresReport, *, internal: bool, proxies: Proxies | None, contract: str | None
) -> pd.DataFrame:
    """Return the table of figures, optionally of one contract."""
    table = report.figures(internal=internal, proxies=proxies)
    return table if contract is None else table[table["contract"] == contract]


def _suppressed_counts(counts: Any, internal: bool) -> dict[str, int | None]:
    """Suppress every count if one is small, as the total and the others would reveal it."""
    small = any(0 < n < SMALL for n in counts.values()) and not internal
    return {name: None if small else n for name, n in counts.items()}


def _json_value(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def write_figures(table: pd.DataFrame, path: Path, *, internal: bool) -> None:
    """
    Write figures as CSV or XLSX.

    Parameters
    ----------
    table : pandas.DataFrame
        Result of :func:`figures_of`.
    path : pathlib.Path
        File to write, ``.csv`` or ``.xlsx``.
    internal : bool
        Show small counts, and label the file accordingly.

    Raises
    ------
    FileFormatError
        If the extension is not supported.
    """
    ending = path.suffix.lower()
    if ending not in {".csv", ".xlsx"}:
        raise FileFormatError(path, "figures are written as .csv or .xlsx")
    marked = table.assign(privacy=NOT_TO_BE_SHARED if internal else "")
    marked = without_formulas(marked)  # such as the name of a contract
    if ending == ".csv":
        marked.to_csv(path, index=False, encoding="utf-8")
        return
    _write_workbook({"figures": [list(marked.columns), *marked.to_numpy().tolist()]}, path)


def write_template(path: Path) -> None:
    """
    Write blank returns to fill in.

    ``path``: workbook to write (``.xlsx``, one sheet per return), or ``.toml`` for proxy values.
    FileFormatError if the extension is not supported.
    """
    from localarea.measures.rules import PROXY_TEMPLATE

    if path.suffix.lower() == ".toml":
        path.write_text(PROXY_TEMPLATE.read_text(encoding="utf-8"), encoding="utf-8")
        return
    if path.suffix.lower() != ".xlsx":
        raise FileFormatError(path, "a template is written as .xlsx (returns) or .toml (proxies)")
    write_guided(path)


def _write_workbook(sheets: dict[str, list[list[Any]]], path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for at, cell in enumerate(sheet[1]):
            cell.font = letters(bold=True)
            values = (row[at] for row in rows if at < len(row))
            sheet.column_dimensions[cell.column_letter].width = width_of(values)
        sheet.freeze_panes = "A2"
        print_whole(sheet)
    save_book(book, path)
