"""
Add verdicts to a data frame of any size: Arrow, pandas or Dask.

The result has the type, rows and columns of the input, in the same order, plus four columns. On
Dask nothing is computed here: each worker builds the index once and caches it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

from localarea.checking.rows.row_evidence import EVIDENCE, UNKNOWN
from localarea.classify.codes import MEANINGS
from localarea.errors import InputError
from localarea.options.minutes.encoding import PER_MINUTE
from localarea.tables.columns import choose_column
from localarea.tables.finding.groups import told_apart
from localarea.tables.finding.sources import find_sources

if TYPE_CHECKING:
    import dask.dataframe as dd
    import pandas as pd
    import pyarrow as pa
    from numpy.typing import NDArray

    from localarea.checking.rows.row_evidence import RowEvidence
    from localarea.classify.classifier import Classifier

Frame = TypeVar("Frame")
ADDED: Final = ("local_status", "local_borderline", "local_reason", "local_definition")
ADDED_EVIDENCE: Final = (*EVIDENCE, "local_minutes_to_anchor")
_SAMPLE: Final = 200  # rows used to choose the column
STATUSES: Final = tuple(sorted({m.status for m in MEANINGS}))
REASONS: Final = tuple(sorted({m.reason for m in MEANINGS}))
_STATUS_OF: Final = np.array([STATUSES.index(m.status) for m in MEANINGS], np.int8)
_REASON_OF: Final = np.array([REASONS.index(m.reason) for m in MEANINGS], np.int8)
_BORDERLINE: Final = np.array([m.borderline for m in MEANINGS])


def check_frame(frame: Frame, classifier: Classifier, *, column: str | None = None) -> Frame:
    """
    Add verdicts to a frame.

    Parameters
    ----------
    frame : pyarrow.Table, pandas.DataFrame or dask.dataframe.DataFrame
        One row per postcode to check; not modified.
    column : str, optional
        Postcode column; if None, detected by name and then by content. On Dask, by name
        only.

    Returns
    -------
    pyarrow.Table, pandas.DataFrame or dask.dataframe.DataFrame
        Same type and rows as the input, in the same order, with ``local_status``,
        ``local_borderline``, ``local_reason`` and ``local_definition`` appended.

    Raises
    ------
    ColumnNotFoundError
        If the column is missing, or no column holds postcodes.
    InputError
        If the frame has another type, or already has a column to be added.
    """
    kind = type(frame).__module__.partition(".")[0]
    if kind.startswith("dask"):
        return _check_dask(frame, classifier, column)  # type: ignore[arg-type, return-value]
    # A GeoDataFrame is a frame of pandas too; pandas itself need not be loaded to know.
    above = {base.__module__.partition(".")[0] for base in type(frame).__mro__}
    if "pandas" in above and hasattr(frame, "columns"):
        return check_pandas(frame, classifier, column)  # type: ignore[arg-type, return-value]
    if kind == "pyarrow" and hasattr(frame, "schema"):
        return check_table(frame, classifier, column)  # type: ignore[no-any-return]
    lazy = hasattr(frame, "collect") and hasattr(frame, "sink_parquet")  # of polars
    other = f"{kind} " if lazy or hasattr(frame, "to_pandas") else ""
    way = ".collect().to_pandas()" if lazy else ".to_pandas()" if other else ""
    way = f", such as its {way}" if way else ""
    raise InputError(
        f"a {other}{type(frame).__name__} cannot be checked; give a pyarrow Table, a pandas or a "
        f"Dask DataFrame{way}"
    )


def check_table(
    table: pa.Table,
    classifier: Classifier,
    column: str | None = None,
    evidence: RowEvidence | None = None,
) -> pa.Table:
    """
    Add verdicts to an Arrow table.

    Parameters
    ----------
    table : pyarrow.Table
        One row per postcode.

    Returns
    -------
    pyarrow.Table
        The table with the columns of :data:`ADDED`, dictionary-encoded if text; with
        evidence, also those of :data:`ADDED_EVIDENCE`, null if unknown.

    Raises
    ------
    ColumnNotFoundError
        If the column is missing, or no column holds postcodes.
    InputError
        If it already has a column to be added, or the postcode column is not text.
    """
    added = (*ADDED, *(ADDED_EVIDENCE if evidence else ()))
    name = choose_arrow_column(table, column, added)
    texts = _as_text(table.column(name), name)
    answers = _arrow_answers(classifier.check_arrow(texts), classifier.boundary.id)
    if evidence is not None:
        answers += _arrow_evidence(texts, classifier, evidence)
    for header, values in zip(added, answers, strict=True):
        table = table.append_column(header, values)
    return table


def _arrow_evidence(
    texts: pa.ChunkedArray, classifier: Classifier, evidence: RowEvidence
) -> tuple[pa.Array, ...]:
    import pyarrow as pa

    from localarea.classify.bulk import rows_of_arrow

    rows = rows_of_arrow(texts, classifier.verdicts)
    metres, local = evidence.metres(rows), evidence.options_local(rows)
    tenths = np.full(len(rows), UNKNOWN, np.int32)
    if classifier.all_tenths is not None:
        tenths = np.where(rows < 0, UNKNOWN, classifier.all_tenths[rows])
    every = np.full(len(rows), len(evidence.options), np.int32)
    return (
        pa.array(metres, mask=metres < 0),
        pa.array(metres == 0, mask=metres < 0),
        pa.array(local, mask=local < 0),
        pa.array(every, mask=local < 0),
        pa.array(tenths / PER_MINUTE, mask=tenths < 0),
    )


def choose_arrow_column(table: pa.Table, column: str | None, added: tuple[str, ...] = ADDED) -> str:
    """
    Choose the column of an Arrow table that holds postcodes.

    ``table``: table, or its first rows. ColumnNotFoundError if the column is missing, or no column
    holds postcodes. InputError if the table already has a column to be added, or the column name
    occurs twice.
    """
    names = table.column_names
    _require_free(names, added)
    head = table.slice(0, _SAMPLE)
    cells = [["" if v is None else str(v) for v in c.to_pylist()] for c in head.columns]
    rows = [list(row) for row in zip(*cells, strict=True)]
    if column is not None and column in names:
        chosen = column
    else:
        chosen = names[_choose(names, rows, column)]
    if names.count(chosen) > 1:
        raise InputError(f"there are {names.count(chosen)} columns named {chosen!r}; rename one")
    return chosen


def _choose(names: list[str], rows: list[list[str]], column: str | None) -> int:
    """Choose one column: where a supplier trades goes before where it is registered."""
    if column is None:
        for source in find_sources(told_apart(names), rows).sources:
            if source.form == "cell":
                return source.columns[0]
    return choose_column(names, rows, wanted=column).index


def _require_free(names: list[str], added: tuple[str, ...] = ADDED) -> None:
    taken = sorted(set(names) & set(added))
    if taken:
        raise InputError(
            f"the table already has {', '.join(taken)}, so it was checked before; "
            "rename or drop these columns"
        )


def _as_text(column: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
    import pyarrow as pa

    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if pa.types.is_null(kind):
        return column.cast(pa.string())
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or _is_view(kind)):
        raise InputError(f"column {name!r} has type {column.type}; postcodes must be text")
    return column


def _is_view(kind: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string_view(kind))


def _arrow_answers(codes: NDArray[np.uint8], definition: str) -> tuple[pa.Array, ...]:
    import pyarrow as pa

    nowhere = np.zeros(len(codes), np.int8)
    return (
        pa.DictionaryArray.from_arrays(_STATUS_OF[codes], pa.array(STATUSES)),
        pa.array(_BORDERLINE[codes]),
        pa.DictionaryArray.from_arrays(_REASON_OF[codes], pa.array(REASONS)),
        pa.DictionaryArray.from_arrays(nowhere, pa.array([definition])),
    )


def check_pandas(
    frame: pd.DataFrame, classifier: Classifier, column: str | None = None
) -> pd.DataFrame:
    """
    Add verdicts to a pandas frame.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per postcode, with any index.

    Returns
    -------
    pandas.DataFrame
        The frame with the columns of :data:`ADDED`, categorical if text.

    Raises
    ------
    ColumnNotFoundError
        If the column is missing, or no column holds postcodes.
    InputError
        If it already has a column to be added, or the postcode column is not text.
    """
    import pandas as pd
    import pyarrow as pa

    _require_free([str(name) for name in frame.columns])
    name = choose_pandas_column(frame, column)
    try:
        texts = pa.array(frame[name], type=pa.large_string(), from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise InputError(_not_text(frame[name], name)) from error
    codes, identity = classifier.check_arrow(texts), classifier.boundary.id
    values: tuple[Any, ...] = (
        pd.Categorical.from_codes(_STATUS_OF[codes], pd.Index(STATUSES)),
        _BORDERLINE[codes],
        pd.Categorical.from_codes(_REASON_OF[codes], pd.Index(REASONS)),
        pd.Categorical.from_codes(np.zeros(len(codes), np.int8), pd.Index([identity])),
    )
    if frame.columns.nlevels == 1:
        return frame.assign(**dict(zip(ADDED, values, strict=True)))
    checked, below = frame.copy(), [""] * (frame.columns.nlevels - 1)
    for header, added in zip(ADDED, values, strict=True):
        checked[header, *below] = added  # a short name is deprecated where columns have levels
    return checked


def _not_text(values: pd.Series[Any], name: Any) -> str:
    """Say which values are no text, and how they become some."""
    known = zip(values, values.notna(), strict=True)
    other = values[[there and not isinstance(value, str) for value, there in known]]
    shown = ", ".join(f"{value} at {at}" for at, value in other.head(3).items())
    more = f" and {len(other) - 3:,} more" if len(other) > 3 else ""
    return (
        f"column {name!r} holds {len(other):,} {'value' if len(other) == 1 else 'values'} that "
        f"{'is' if len(other) == 1 else 'are'} not text: {shown}{more}; put them right, or check "
        "the column as text with .astype('string')"
    )


def choose_pandas_column(frame: pd.DataFrame, column: str | None) -> Any:
    """
    Choose the column of a pandas frame that holds postcodes.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per postcode, with any names and types of columns.

    Raises
    ------
    ColumnNotFoundError
        If the column is missing, or no column holds postcodes.
    InputError
        If there are several columns of that name.
    """
    names = list(frame.columns)
    if column is not None and column in names:
        chosen = names.index(column)
    else:
        head = frame.head(_SAMPLE).astype(object)
        head = head.where(head.notna(), "")
        rows = [[str(cell) for cell in row] for row in head.itertuples(index=False)]
        chosen = _choose([str(name) for name in names], rows, column)
    if names.count(names[chosen]) > 1:
        raise InputError(f"there are several columns named {names[chosen]!r}; rename them")
    return names[chosen]


def _check_dask(frame: dd.DataFrame, classifier: Classifier, column: str | None) -> dd.DataFrame:
    names = [str(name) for name in frame.columns]
    name = frame.columns[_choose(names, [], column)]
    meta = _check_partition(frame._meta_nonempty.head(0), classifier, name)
    checked: dd.DataFrame = frame.map_partitions(  # type: ignore[no-untyped-call]
        _check_partition, classifier, name, meta=meta
    )
    return checked


def _check_partition(part: pd.DataFrame, classifier: Classifier, name: str) -> pd.DataFrame:
    return check_pandas(part, classifier, name)
