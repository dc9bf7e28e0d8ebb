"""Read files of payments: which rows are payments, what was paid, when, to whom and where."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from localarea.errors import ColumnNotFoundError, FileFormatError, InputError
from localarea.spend.blocks import open_sources
from localarea.spend.columns import Columns, Role, choose_columns
from localarea.spend.payments import Payments, ReadTable, columns_of, together
from localarea.spend.rows import TableRows
from localarea.tables.copies import refuse_copies
from localarea.tables.sheet_layout import TITLE_ROWS, Grid, read_grid, read_unplaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from localarea.spend.blocks import BlockedTable

ENDINGS: Final = (
    *(".csv", ".tsv", ".tab", ".txt"),
    *(".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".parquet"),
)
_SHOWN_APART: Final = 20
_NO_COLUMNS: Final[Mapping[str, str]] = {}
POSTCODE: Final = "postcode"


def files_of(paths: Iterable[Path]) -> list[Path]:
    """
    List the files to read, in the order of their names.

    ``paths``: files, and folders of which every table is read. InputError if a file is named twice,
    or a folder has no table.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = [each for each in path.iterdir() if each.suffix.lower() in ENDINGS]
            if not inside:
                raise InputError(f"the folder {path} holds no table; name files of payments")
            found += inside
        else:
            found.append(path)
    twice = {path for path in found if [p.resolve() for p in found].count(path.resolve()) > 1}
    if twice:
        name = min(path.name for path in twice)
        raise InputError(f"{name} is named twice, and would be counted twice; name it once")
    return sorted(found, key=lambda path: (path.name, str(path)))


def read_payments(
    paths: Iterable[Path],
    *,
    wanted: Mapping[str, str] = _NO_COLUMNS,
    sheet: str | None = None,
    client: Any = None,
    progress: Callable[..., None] | None = None,
) -> Payments:
    """
    Read files of payments, whose columns may differ.

    Parameters
    ----------
    paths : iterable of pathlib.Path
        Files of any kind that `check-file` reads, or folders of them.
    wanted : mapping of str to str
        Header of the column of a role, or of ``postcode``, where the user names it.
    sheet : str, optional
        Sheet of a workbook; every visible one with payments if left out.
    progress : callable, optional
        Called with the number of files just read, and of all.

    Raises
    ------
    FileFormatError
        If a file cannot be read, or has no column of amounts.
    InputError
        If a file or a named column is missing, or a file is there twice by two names.
    """
    files = files_of(paths)
    if not files:
        raise InputError("name the files of payments")
    if client is not None:
        futures = client.map(read_file, files, wanted=dict(wanted), sheet=sheet, pure=False)
        gathered = client.gather(futures)
        _refuse_copies(files, gathered)
        return together(gathered)
    parts = []
    for path in files:
        parts.append(read_file(path, wanted=wanted, sheet=sheet))
        if progress is not None:
            progress(1, len(files))
    _refuse_copies(files, parts)
    return together(parts)


def _refuse_copies(files: Sequence[Path], parts: Sequence[Payments]) -> None:
    """Refuse payments that are there twice; months without any may be alike."""
    pairs = zip(files, parts, strict=True)
    refuse_copies(path for path, part in pairs if any(table.payments for table in part.tables))


def read_file(
    path: Path, *, wanted: Mapping[str, str] = _NO_COLUMNS, sheet: str | None = None
) -> Payments:
    """Read one file, as `read_payments` reads several."""
    found: list[tuple[Columns, Payments]] = []
    passed: list[str] = []
    with open_sources(path, sheet) as sources:
        for source in sources:
            layout = _layout(source, wanted, path)
            if layout is None:
                passed.append(source.sheet)
                continue
            columns, grid = layout
            found.append((columns, _read(source, columns, grid, path.name)))
    if not found:
        raise FileFormatError(
            path.name,
            "it has no column of amounts",
            hint="name the column that holds what was paid",
            parameter="column",
        )
    kept = _of_payments(found) if sheet is None else found
    passed += [p.tables[0].sheet for pair in found if pair not in kept for p in pair[1:]]
    parts = [payments for _, payments in kept]
    if passed and any(passed):
        names = ", ".join(repr(name) for name in passed if name)
        said = f"sheets without payments were passed over: {names}"
        first = parts[0].tables[0]
        tables = (replace(first, notes=(*first.notes, said)), *parts[0].tables[1:])
        parts[0] = replace(parts[0], tables=tables)
    return together(parts)


def _of_payments(found: list[tuple[Columns, Payments]]) -> list[tuple[Columns, Payments]]:
    """Leave out sheets that add up others: those without days, where another has them."""
    dated = [pair for pair in found if "date" in pair[0].at]
    return dated or found


def _layout(
    source: BlockedTable, wanted: Mapping[str, str], path: Path
) -> tuple[Columns, Grid] | None:
    """Find the header and the columns of a table; None if it is not one of payments."""
    cells = [row for _, row in source.sample]
    roles: dict[Role, str] = {k: v for k, v in wanted.items() if k != POSTCODE}  # type: ignore[misc]
    by_name = False
    top = _header(cells, roles)
    if top is None:
        by_name, top = True, _header(cells, roles, by_name=True)
    if top is None:
        return None
    below = cells[top:]
    asked = (wanted[POSTCODE],) if POSTCODE in wanted else ()
    try:
        grid = read_grid(below, wanted=asked, above=cells[top - 1] if top else ())
    except ColumnNotFoundError:
        if asked:
            raise
        grid = read_unplaced(below)
    if grid.header > 0:
        top += grid.header
    grid = replace(grid, header=top)
    width = max(len(row) for row in cells)
    headers = [*cells[top], *[""] * (width - len(cells[top]))]
    known = ["" if i in grid.own else header for i, header in enumerate(headers)]
    try:
        columns = choose_columns(
            known, cells[top + 1 :], roles, taken=grid.columns, by_name=by_name
        )
    except InputError as error:
        raise InputError(f"{path.name}: {error}", parameter=error.parameter) from error
    return None if columns is None else (columns, grid)


def _header(
    cells: Sequence[Sequence[str]], roles: Mapping[Role, str], *, by_name: bool = False
) -> int | None:
    """Find the header: of the first rows, the one that names most columns of payments."""
    best: tuple[int, int] | None = None
    named: InputError | None = None
    for at, row in enumerate(cells[:TITLE_ROWS]):
        try:
            columns = choose_columns(row, cells[at + 1 :], roles, by_name=by_name)
        except InputError as error:
            named = named or error
            continue
        if columns is not None and (best is None or len(columns.at) > best[0]):
            best = len(columns.at), at
    if best is None and named is not None:  # say what there is in the most likely header
        likely = _header(cells, {}, by_name=by_name)
        if likely is None:
            raise named
        return likely
    return None if best is None else best[1]


def _read(source: BlockedTable, columns: Columns, grid: Grid, name: str) -> Payments:
    header = source.sample[grid.header][0]
    reader = TableRows(source, columns, grid)
    parts = [reader.read(block, after=header) for block in source.blocks]
    said = columns.named()
    if grid.columns:
        said[POSTCODE] = grid.described()
    notes = [*columns.notes, *grid.notes]
    if not grid.columns:
        notes.append("it has no column of postcodes")
    if "date" not in columns.at:
        notes.append("it has no column of dates")
    if "supplier" not in columns.at:
        notes.append("it has no column of payees")
    table = ReadTable(
        name,
        source.sheet,
        rows=reader.payments + len(reader.apart),
        payments=reader.payments,
        set_apart=len(reader.apart),
        blank=reader.blank,
        columns={role: header for role, header in said.items() if header},
        notes=tuple(notes),
        apart_rows=tuple(reader.apart[:_SHOWN_APART]),
    )
    return Payments((table,), columns_of(parts), reader.texts())
