"""Large matrices of minutes from origins to destinations, written block by block."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from localarea.atomic import moved_into_place
from localarea.errors import InputError
from localarea.roads.access import require_points
from localarea.roads.travel_time import travel_minutes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    from localarea.roads.network import RoadNetwork

ROWS_AT_ONCE: Final = 4_000_000


def write_travel_minutes(
    network: RoadNetwork,
    origins: tuple[Sequence[str], np.ndarray],
    destinations: tuple[Sequence[str], np.ndarray],
    path: Path,
    *,
    limit_min: float = np.inf,
    peak: float = 1.0,
    workers: int = 2,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """
    Calculate a matrix of minutes, and write it to Parquet without holding it in memory.

    Parameters
    ----------
    origins, destinations : tuple of (sequence of str, numpy.ndarray of shape (n, 2))
        Codes and points, EPSG:27700, metres.
    path : pathlib.Path
        The file, which appears only when complete.
    limit_min : float
        Journeys longer than this count as unreachable.
    peak : float
        Factor on driving times.
    workers : int
        Number of threads, without an executor.
    executor : concurrent.futures.Executor, optional
        A process pool, or that of a Dask client.
    progress : callable, optional
        Called with the number of origins done and their total.

    Returns
    -------
    int
        Number of rows written, one for each pair: ``origin``, ``destination`` and ``minutes``
        (float32, infinity if unreachable).

    Raises
    ------
    InputError
        If codes and points differ in number.
    """
    for codes, points in (origins, destinations):
        if len(codes) != len(require_points(points)):
            raise InputError(
                f"there are {len(codes)} codes for {len(points)} points; pass one for each"
            )
    names, ends = (pa.array(list(codes), pa.string()) for codes, _ in (origins, destinations))
    text = pa.dictionary(pa.int32(), pa.string())
    schema = pa.schema([("origin", text), ("destination", text), ("minutes", pa.float32())])
    step = max(1, ROWS_AT_ONCE // max(len(ends), 1))
    with (
        moved_into_place(path) as partial,
        pq.ParquetWriter(partial, schema, compression="zstd") as writer,
    ):
        for first in range(0, len(names), step):
            last = min(first + step, len(names))
            minutes = travel_minutes(
                network, origins[1][first:last], destinations[1],
                limit_min=limit_min, peak=peak, workers=workers, executor=executor,
            )  # fmt: skip
            rows = np.repeat(np.arange(first, last, dtype=np.int32), len(ends))
            columns = np.tile(np.arange(len(ends), dtype=np.int32), last - first)
            writer.write_table(
                pa.table(
                    [
                        pa.DictionaryArray.from_arrays(rows, names),
                        pa.DictionaryArray.from_arrays(columns, ends),
                        pa.array(minutes.reshape(-1).astype(np.float32)),
                    ],
                    schema=schema,
                )
            )
            if progress is not None:
                progress(last, len(names))
    return len(names) * len(ends)


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[int, int], None]]:
    """
    Show a progress bar on a terminal, but not in a pipe or a log.

    Argument for ``progress`` of `write_travel_minutes` and `travel_minutes`.
    """
    from rich.console import Console
    from rich.progress import Progress

    with Progress(
        console=Console(file=sys.stderr), disable=not sys.stderr.isatty(), transient=True
    ) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
