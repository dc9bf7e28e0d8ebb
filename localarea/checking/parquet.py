"""
Check the postcodes of a Parquet file or a folder of them, on one machine or a cluster.

Files are read in batches, so memory use does not depend on their size. Every column of the input
is kept, with its type, and the verdicts are appended. The output file or folder appears only when
complete.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from localarea.checking.frames import ADDED, ADDED_EVIDENCE, check_table, choose_arrow_column
from localarea.checking.rows.counts import Counts
from localarea.errors import FileFormatError, InputError
from localarea.tables.atomic import require_folder
from localarea.tables.file_kinds import FOLDER_HINT, require_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    import pyarrow as pa

    from localarea.checking.rows.row_evidence import RowEvidence
    from localarea.classify.classifier import Classifier

_NAME_KEPT: Final = 100  # characters of a name in that of its temporary file
_BATCH: Final = 1 << 18  # rows; a few tens of megabytes of a typical table


@dataclass(frozen=True, slots=True)
class ParquetReport:
    """
    Report of a checked file or folder.

    Attributes
    ----------
    rows : int
        Rows checked; every row of the input is in the output.
    by_status_and_reason : dict of str to dict of str to int
        Rows of each reason within each status; a reason can occur with several.
    """

    source: str
    out: str
    files: int
    rows: int
    column: str
    by_status: dict[str, int]
    by_reason: dict[str, int]
    by_status_and_reason: dict[str, dict[str, int]]
    borderline: int


Tally = Counter[tuple[str, str, bool]]


def check_parquet(
    source: Path,
    classifier: Classifier,
    *,
    out: Path | None = None,
    column: str | None = None,
    client: Any = None,
    progress: Callable[[int, int], None] | None = None,
    evidence: RowEvidence | None = None,
) -> ParquetReport:
    """
    Check every row of a Parquet file, or of all files in a folder.

    Parameters
    ----------
    source : pathlib.Path
        File, or folder whose ``*.parquet`` files are checked, including those in subfolders.
    out : pathlib.Path, optional
        File or folder to write; defaults to one beside the source, with ``.checked`` in its
        name. A folder must not exist.
    column : str, optional
        Postcode column of all files; detected from the first file if None.
    client : distributed.Client, optional
        Cluster that checks a folder, with one task per file. Its workers must have access
        to both folders.
    progress : callable, optional
        Called with the number done and the total: of files, after every file of a folder; of
        rows, after every batch of a single file.

    Raises
    ------
    FileFormatError
        If a file is not a Parquet file, or cannot be read or written.
    ColumnNotFoundError
        If the column is missing, or no column holds postcodes.
    InputError
        If a file already has the columns to be added, or the output exists.
    """
    target, added = out or _default_out(source), _added(evidence)
    if not source.exists():
        raise FileFormatError(source, "there is no such file or folder", hint="check the path")
    if source.is_dir():
        return _check_folder(source, target, classifier, column, client, progress, evidence)
    require_folder(target, parameter="out")
    if target.exists() and target.samefile(source):
        raise InputError(
            f"{source} would be overwritten; name another file to write", parameter="out"
        )
    name = _column_of(source, column, added)
    require_rows(source, _rows_of(source))
    tally = check_parquet_file(source, target, classifier, name, evidence, progress)
    return _report(source, target, 1, name, tally)


def _rows_of(source: Path) -> int:
    import pyarrow.parquet as pq

    with pq.ParquetFile(source) as file:
        return int(file.metadata.num_rows)


def _default_out(source: Path) -> Path:
    if source.is_dir():
        return source.with_name(f"{source.name}.checked")
    return source.with_name(f"{source.stem}.checked.parquet")


def _check_folder(
    source: Path,
    target: Path,
    classifier: Classifier,
    column: str | None,
    client: Any,
    progress: Callable[[int, int], None] | None,
    evidence: RowEvidence | None,
) -> ParquetReport:
    files = sorted(path for path in source.rglob("*.parquet") if path.is_file())
    if not files:
        raise FileFormatError(source, "it has no *.parquet files", hint=FOLDER_HINT)
    if target.exists():
        raise InputError(f"{target} already exists; name another folder", parameter="out")
    if source.resolve() in target.resolve().parents:
        raise InputError(f"{target} is inside {source}; name a folder outside it", parameter="out")
    name = _column_of(files[0], column, _added(evidence))
    total: Tally = Counter()
    with _new_folder(target) as unfinished:
        jobs = [(path, unfinished / path.relative_to(source)) for path in files]
        tallies = _tallies(jobs, classifier, name, client, evidence)
        for done, tally in enumerate(tallies, start=1):
            total.update(tally)
            if progress:
                progress(done, len(jobs))
        require_rows(source, sum(total.values()))
    return _report(source, target, len(files), name, total)


def _tallies(
    jobs: list[tuple[Path, Path]],
    classifier: Classifier,
    column: str,
    client: Any,
    evidence: RowEvidence | None,
) -> Iterable[Tally]:
    if client is None:
        for path, out in jobs:
            yield check_parquet_file(path, out, classifier, column, evidence)
        return
    from distributed import as_completed

    paths, outs = zip(*jobs, strict=True)
    # A task that runs twice, after a worker was lost, writes the same file again.
    given = {"classifier": classifier, "column": column, "evidence": evidence}
    futures = client.map(check_parquet_file, paths, outs, pure=False, **given)
    try:
        for future in as_completed(futures):  # type: ignore[no-untyped-call]
            yield future.result()
    finally:
        client.cancel(futures)


def check_parquet_file(
    source: Path,
    out: Path,
    classifier: Classifier,
    column: str,
    evidence: RowEvidence | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Tally:
    """
    Check one Parquet file.

    Parameters
    ----------
    out : pathlib.Path
        File to write atomically; its folder is created.
    progress : callable, optional
        Called after every batch with the number of rows done and the total.

    Returns
    -------
    collections.Counter
        Number of rows by status, reason and borderline flag.

    Raises
    ------
    FileFormatError
        If it is not a Parquet file, lacks the column, or cannot be read or written.
    InputError
        If it already has the columns to be added.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    tally: Tally = Counter()
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with pq.ParquetFile(source) as file, _replacing(out) as unfinished:
            _require_column(source, file.schema_arrow, column)
            # Checking an empty batch gives the output schema, even for a file without rows.
            empty = file.schema_arrow.empty_table()
            form = check_table(empty, classifier, column, evidence).schema
            with pq.ParquetWriter(unfinished, form, compression="zstd") as writer:
                for batch in file.iter_batches(batch_size=_BATCH):
                    part = pa.Table.from_batches([batch])
                    checked = check_table(part, classifier, column, evidence)
                    writer.write_table(checked.cast(form))
                    tally.update(_count(checked))
                    if progress:
                        progress(sum(tally.values()), file.metadata.num_rows)
    except pa.ArrowInvalid as error:
        raise FileFormatError(source, f"not a complete Parquet file: {error}") from error
    except OSError as error:
        raise FileFormatError.of_system(error, source) from error
    return tally


def _added(evidence: RowEvidence | None) -> tuple[str, ...]:
    return ADDED if evidence is None else (*ADDED, *ADDED_EVIDENCE)


def _column_of(path: Path, column: str | None, added: tuple[str, ...]) -> str:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            batch = next(file.iter_batches(batch_size=1_000), None)
            schema = file.schema_arrow
    except (pa.ArrowInvalid, OSError) as error:
        raise FileFormatError(path, f"not a complete Parquet file: {error}") from error
    head = schema.empty_table() if batch is None else pa.Table.from_batches([batch])
    return choose_arrow_column(head, column, added)


def _require_column(path: Path, schema: pa.Schema, column: str) -> None:
    if column not in schema.names:
        raise FileFormatError(
            path, f"it has no column {column!r}", hint="check this file separately"
        )


def _count(checked: pa.Table) -> Tally:
    names = list(ADDED[:3])
    grouped = checked.select(names).group_by(names).aggregate([([], "count_all")])
    counts: Tally = Counter()
    for row in grouped.to_pylist():
        status, borderline, reason = (row[name] for name in names)
        counts[status, reason, borderline] += row["count_all"]
    return counts


def _report(source: Path, out: Path, files: int, column: str, tally: Tally) -> ParquetReport:
    counts = Counts.of((*key, count) for key, count in tally.items())
    return ParquetReport(
        source=str(source),
        out=str(out),
        files=files,
        column=column,
        **counts.fields(),
    )


@contextmanager
def _replacing(target: Path) -> Iterator[Path]:
    unfinished = target.with_name(f".{target.name[:_NAME_KEPT]}.{os.getpid()}.part")
    try:
        yield unfinished
        unfinished.replace(target)
    finally:
        with suppress(OSError):
            unfinished.unlink()


@contextmanager
def _new_folder(target: Path) -> Iterator[Path]:
    unfinished = target.with_name(f".{target.name[:_NAME_KEPT]}.{os.getpid()}.part")
    unfinished.mkdir(parents=True)
    try:
        yield unfinished
        unfinished.rename(target)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
