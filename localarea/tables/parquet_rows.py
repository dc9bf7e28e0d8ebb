"""Read the rows of a Parquet file as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localarea.errors import FileFormatError
from localarea.tables.cell_limits import (
    MOST_PARQUET,
    require_cells,
)
from localarea.tables.cells import cell_text

if TYPE_CHECKING:
    from pathlib import Path


def is_parquet(path: Path) -> bool:
    """Check whether a file is Parquet, whatever its name."""
    with path.open("rb") as file:
        return file.read(4) == b"PAR1"


def parquet_rows(path: Path) -> list[list[str]]:
    """Read the column names, then the rows, of a Parquet file; FileFormatError if it is damaged."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            _require_bounds(path, file.metadata)
            table = file.read()
    except (pa.ArrowException, ValueError) as error:
        why = f"it is not a whole Parquet file: {str(error).splitlines()[0]}"
        raise FileFormatError(path, why, hint="write it again") from error
    columns = [[_text(value) for value in column.to_pylist()] for column in table.columns]
    return [list(table.column_names), *map(list, zip(*columns, strict=True))]


def _require_bounds(path: Path, about: Any) -> None:
    require_cells(path, about.num_rows, about.num_columns)
    size = sum(about.row_group(at).total_byte_size for at in range(about.num_row_groups))
    if size > MOST_PARQUET:
        why = f"it would unpack to {size / 1e9:.1f} GB"
        raise FileFormatError(path, why, hint="save the columns that are needed as a CSV file")


def _text(value: Any) -> str:
    if isinstance(value, float) and not value.is_integer():
        return f"{round(value, 6):.6f}".rstrip("0")  # 0.1 + 0.2 means 0.3
    return cell_text(value)
