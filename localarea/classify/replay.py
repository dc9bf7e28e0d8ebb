"""A spend file under every option at once: what would have been local, and what changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from localarea.classify.boundary import boundary_of_option
from localarea.classify.classifier import Classifier
from localarea.classify.reasons import MEANINGS
from localarea.errors import ColumnNotFoundError, InputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option


@dataclass(frozen=True, slots=True, eq=False)
class Replay:
    """
    What :func:`replay_spend` finds.

    Attributes
    ----------
    by_option : pandas.DataFrame
        Indexed by option id: ``rows``, ``local_rows``, ``unknown_rows``; ``amount``,
        ``local_amount``, ``local_share`` (fraction of the amount, NaN where that is
        nought), ``becomes_local_amount`` and ``stops_local_amount`` (against the first
        option). Amounts in the unit of the file; NaN where it has none.
    rows : pandas.DataFrame
        Status of each row (``local``, ``not_local``, ``unknown``), one column an option,
        in the order and with the index of the file.
    """

    by_option: pd.DataFrame
    rows: pd.DataFrame


def replay_spend(
    frame_or_path: pd.DataFrame | Path,
    options: Sequence[Option],
    council: Council,
    *,
    postcode_column: str,
    amount_column: str | None,
    store: DataStore | None = None,
) -> Replay:
    """
    Check every row of a file under every option.

    Parameters
    ----------
    frame_or_path : pandas.DataFrame or pathlib.Path
        The payments, or a CSV file of them.
    options : sequence of Option
        The options; the first is what changes are told against.
    council : Council
        Not needed for the figures; taken so that all measures are called alike.
    postcode_column : str
        Column of postcodes, as people type them; a missing one counts as blank.
    amount_column : str or None
        Column of numbers; a missing one counts as nought. None for a file without.
    store : DataStore, optional
        Where the tables are; by default those of the package.

    Returns
    -------
    Replay
        Sums by option, and the status of every row.

    Raises
    ------
    InputError
        If there is no option.
    ColumnNotFoundError
        If a column is not there.
    """
    import pyarrow as pa

    if not options:
        raise InputError("there is no option to replay the file under; name at least one")
    frame = frame_or_path
    if not isinstance(frame, pd.DataFrame):
        frame = pd.read_csv(frame, dtype={postcode_column: str})
    for name in (postcode_column, *((amount_column,) if amount_column else ())):
        if name not in frame.columns:
            raise ColumnNotFoundError(name, [str(c) for c in frame.columns])
    texts = frame[postcode_column].astype(object)
    cells = pa.array(texts.where(texts.notna(), None), type=pa.string())
    status = np.array([meaning.status for meaning in MEANINGS])
    rows = pd.DataFrame(
        {
            o.id: status[Classifier(boundary_of_option(o), store=store).check_arrow(cells)]
            for o in options
        },
        index=frame.index,
    )
    amounts = _amounts(frame, amount_column)
    first = (rows[options[0].id] == "local").to_numpy()
    sums = [_sums(rows[o.id], amounts, first) for o in options]
    return Replay(pd.DataFrame(sums, index=pd.Index(rows.columns, name="option")), rows)


def _amounts(frame: pd.DataFrame, column: str | None) -> NDArray[np.float64]:
    if column is None:
        return np.full(len(frame), np.nan)
    return np.asarray(pd.to_numeric(frame[column]).fillna(0.0), dtype=np.float64)


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
