"""Check a spend file under every option: what would have been local, and what changes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from localarea.checking.frames import choose_pandas_column
from localarea.checking.payments import AMOUNT, SpendFile
from localarea.classify.boundary import boundary_of_option
from localarea.classify.codes import MEANINGS
from localarea.classify.verdicts import codes_of_cells
from localarea.errors import ColumnNotFoundError, InputError
from localarea.geo.addresses import read_cell_or_address
from localarea.tables.money import read_amounts, require_amounts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option


@dataclass(frozen=True, slots=True, eq=False)
class Replay:
    """
    Result of :func:`replay_spend`.

    Attributes
    ----------
    by_option : pandas.DataFrame
        Indexed by option id: ``rows``, ``local_rows``, ``unknown_rows``; ``amount``,
        ``local_amount``, ``local_share`` (fraction of the amount, NaN if that is zero),
        ``becomes_local_amount`` and ``stops_local_amount`` (against the first option).
        Amounts are in the unit of the file; NaN if it has none.
    rows : pandas.DataFrame
        Status of each row (``local``, ``not_local``, ``unknown``), one column per option,
        in the order and with the index of the file.
    amount_column : str or None
        Column of amounts; None if there is none.
    unread_amounts : int
        Number of amounts that could not be read, which count as zero.
    """

    by_option: pd.DataFrame
    rows: pd.DataFrame
    postcode_column: str = ""
    amount_column: str | None = None
    unread_amounts: int = 0


def replay_spend(
    frame_or_path: pd.DataFrame | SpendFile | Path,
    options: Sequence[Option],
    council: Council,
    *,
    postcode_column: str | None = None,
    amount_column: str | None = None,
    store: DataStore | None = None,
) -> Replay:
    """
    Check every row of a file under every option.

    Parameters
    ----------
    frame_or_path : pandas.DataFrame, SpendFile or pathlib.Path
        Payments, or a file of payments: CSV, TSV, XLSX, XLS, XLSB, ODS or Parquet.
    options : sequence of Option
        Options to compare; the first is the baseline of changes.
    council : Council
        Not used; accepted so that every measure has the same signature.
    postcode_column : str, optional
        Column of postcodes as typed; missing values count as blank. Detected in files if
        left out.
    amount_column : str, optional
        Column of amounts, as numbers or text such as ``£1,234.50``; other values count as
        zero. Detected in files if left out; for frames, no amounts are used.

    Raises
    ------
    InputError
        If there are no options, or the column has no amounts.
    FileFormatError
        If the file cannot be read as a table.
    ColumnNotFoundError
        If a column is missing.
    """
    if not options:
        raise InputError("there are no options to replay the file under; name at least one")
    if isinstance(frame_or_path, SpendFile):
        return _of_file(frame_or_path, options, store)
    if not isinstance(frame_or_path, pd.DataFrame):
        spend = SpendFile.open(Path(frame_or_path), column=postcode_column, amount=amount_column)
        return _of_file(spend, options, store)
    frame, postcodes, column = _payments(frame_or_path, postcode_column, amount_column)
    statuses = _statuses(*_readings(frame[postcodes]), options, store)
    amounts, unread = _amounts(frame, column)
    return _replayed(statuses, frame.index, amounts, (postcodes, column, unread))


def _of_file(spend: SpendFile, options: Sequence[Option], store: DataStore | None) -> Replay:
    statuses = _statuses(spend.codes, spend.numbers, options, store)
    amounts, _ = _amounts(spend.frame, AMOUNT if spend.amount_header else None)
    about = (spend.postcode_header, spend.amount_header or None, spend.unread)
    return _replayed(statuses, spend.frame.index, amounts, about)


def _replayed(
    statuses: dict[str, NDArray[np.str_]],
    index: pd.Index,
    amounts: NDArray[np.float64],
    about: tuple[str, str | None, int],
) -> Replay:
    rows = pd.DataFrame(statuses, index=index)
    first = (rows.iloc[:, 0] == "local").to_numpy()
    sums = [_sums(rows[name], amounts, first) for name in rows.columns]
    by_option = pd.DataFrame(sums, index=pd.Index(rows.columns, name="option"))
    return Replay(by_option, rows, *about)


def _payments(
    source: pd.DataFrame, postcode_column: str | None, amount_column: str | None
) -> tuple[pd.DataFrame, str, str | None]:
    for name in (postcode_column, amount_column):
        if name is not None and name not in source.columns:
            raise ColumnNotFoundError(name, [str(column) for column in source.columns])
    # The column that `check_pandas` chooses: both must read the same cells of a frame.
    return source, choose_pandas_column(source, postcode_column), amount_column


def _readings(texts: pd.Series) -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
    # Suppliers are paid many times: parse each distinct postcode once.
    at, different = pd.factorize(texts.astype(object).where(texts.notna(), None), sort=False)
    readings = [read_cell_or_address(str(text)) for text in different]
    readings.append(
        read_cell_or_address("")
    )  # for missing values, whose code -1 selects the last reading
    codes, numbers, _ = zip(*readings, strict=True)
    return np.array(codes, np.uint8)[at], np.array(numbers, np.uint32)[at]


def _statuses(
    codes: NDArray[np.uint8],
    numbers: NDArray[np.uint32],
    options: Sequence[Option],
    store: DataStore | None,
) -> dict[str, NDArray[np.str_]]:
    # Suppliers are paid many times: look each distinct postcode up once.
    both = codes.astype(np.uint64) << np.uint64(32) | numbers
    different, at = np.unique(both, return_inverse=True)
    kinds = (different >> np.uint64(32)).astype(np.uint8)
    keys = (different & np.uint64(0xFFFF_FFFF)).astype(np.uint32)
    status = np.array([meaning.status for meaning in MEANINGS])
    found = {}
    for option in options:
        answers = codes_of_cells(boundary_of_option(option), kinds, keys, store=store)
        found[option.id] = status[answers][at]
    return found


def _amounts(frame: pd.DataFrame, column: str | None) -> tuple[NDArray[np.float64], int]:
    if column is None:
        return np.full(len(frame), np.nan), 0
    amounts = read_amounts(frame[column])
    unread = require_amounts(amounts, frame[column], column)
    return np.asarray(amounts.fillna(0.0), dtype=np.float64), unread


def _sums(
    status: pd.Series, amounts: NDArray[np.float64], first: NDArray[np.bool_]
) -> dict[str, float]:
    local = (status == "local").to_numpy()
    whole, held = float(amounts.sum()), float(amounts[local].sum())
    return {
        "rows": len(status),
        "local_rows": int(local.sum()),
        "unknown_rows": int((status == "unknown").sum()),
        "amount": whole,
        "local_amount": held,
        "local_share": held / whole if whole else float("nan"),
        "becomes_local_amount": float(amounts[local & ~first].sum()),
        "stops_local_amount": float(amounts[first & ~local].sum()),
    }
