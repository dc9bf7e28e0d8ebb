"""Which way a file is checked: by its kind, with a bar on a terminal while it is long."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localarea.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from localarea.classify.classifier import Classifier
    from localarea.classify.files import FileReport
    from localarea.classify.parquet_files import ParquetReport
    from localarea.classify.row_evidence import RowEvidence


@dataclass(frozen=True, slots=True)
class FileRequest:
    """What the command ``check-file`` was asked for."""

    source: Path
    out: Path | None
    columns: tuple[str, ...]
    sheet: str | None
    cluster: str | None
    evidence: RowEvidence | None = None


def check_any(request: FileRequest, classifier: Classifier) -> FileReport | ParquetReport:
    """Check a text file, a workbook, a Parquet file or a folder of Parquet files."""
    from localarea.classify.workbook_files import WORKBOOKS, is_archive

    source = request.source
    if source.is_dir() or source.suffix.lower() == ".parquet":
        return _parquet(request, classifier)
    _refuse(request.cluster, "--cluster is for a folder of Parquet files")
    if source.suffix.lower() in WORKBOOKS or is_archive(source):
        from localarea.classify.workbook_files import check_workbook

        with _bar("Checking rows") as advance:
            return check_workbook(
                source,
                classifier,
                out=request.out,
                columns=request.columns,
                sheet=request.sheet,
                progress=advance,
                evidence=request.evidence,
            )
    _refuse(request.sheet, "--sheet is for a workbook, and this is a text file")
    from localarea.classify.files import check_file

    with _bar("Checking rows") as advance:
        return check_file(
            source,
            classifier,
            out=request.out,
            column=request.columns,
            evidence=request.evidence,
            progress=advance,
        )


def _parquet(request: FileRequest, classifier: Classifier) -> ParquetReport:
    from localarea.classify.parquet_files import check_parquet

    _refuse(request.sheet, "--sheet is for a workbook, and this is Parquet")
    if request.cluster and not request.source.is_dir():
        raise InputError("--cluster is for a folder of Parquet files; this is one file")
    said = "Checking files" if request.source.is_dir() else "Checking rows"
    with _client(request.cluster) as client, _bar(said) as advance:
        return check_parquet(
            request.source,
            classifier,
            out=request.out,
            column=_one(request.columns),
            client=client,
            progress=lambda done, of: advance(0, of, done),
            evidence=request.evidence,
        )


def _refuse(stated: str | None, why: str) -> None:
    if stated is not None:
        raise InputError(why)


def _one(columns: tuple[str, ...]) -> str | None:
    if len(columns) > 1:
        raise InputError("of Parquet one column can be named; choose it with --column")
    return columns[0] if columns else None


@contextmanager
def _client(address: str | None) -> Iterator[Any]:
    if address is None:
        yield None
        return
    try:
        from distributed import Client
    except ModuleNotFoundError as error:
        raise InputError("--cluster needs Dask: pip install 'localarea[cluster]'") from error
    try:
        client = Client(address, timeout="10s")  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise InputError(f"no Dask scheduler answers at {address!r}: {error}") from error
    try:
        yield client
    finally:
        client.close()  # type: ignore[no-untyped-call]


@contextmanager
def _bar(said: str) -> Iterator[Callable[..., None]]:
    """Show progress on a terminal; nothing in a pipe."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda *_: None
        return
    looks = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*looks, console=console, transient=True) as progress:
        task = progress.add_task(said, total=None)

        def advance(step: int, total: int | None = None, done: int | None = None) -> None:
            progress.update(task, advance=None if done else step, total=total, completed=done)

        yield advance
