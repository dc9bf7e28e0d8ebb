"""Check a file of any kind, with a progress bar on a terminal."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localarea.errors import InputError
from localarea.extras import extra

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from localarea.checking.csv_file import FileReport
    from localarea.checking.parquet import ParquetReport
    from localarea.checking.row_evidence import RowEvidence
    from localarea.checking.unresolved_sheet import UnresolvedSheet
    from localarea.classify.classifier import Classifier
    from localarea.tables.finding.own_columns import Wording


@dataclass(frozen=True, slots=True)
class FileRequest:
    """Arguments of the ``check-file`` command."""

    source: Path
    out: Path | None
    columns: tuple[str, ...]
    sheet: str | None
    cluster: str | None
    evidence: RowEvidence | None = None
    on: str | None = None
    wording: Wording = "codes"
    unresolved: dict[str, UnresolvedSheet] | None = None


def check_any(request: FileRequest, classifier: Classifier) -> FileReport | ParquetReport:
    """Check a text file, a workbook, a Parquet file or a folder of Parquet files."""
    from localarea.checking import check_file as any_file

    if request.cluster is not None and not request.source.is_dir():
        raise InputError("--cluster is for a folder of Parquet files; this is one file")
    title = "Checking files" if request.source.is_dir() else "Checking rows"
    with cluster_client(request.cluster) as client, progress_bar(title) as advance:
        return any_file.check_any(
            request.source,
            classifier,
            out=request.out,
            columns=request.columns,
            sheet=request.sheet,
            client=client,
            progress=advance,
            evidence=request.evidence,
            on=request.on,
            wording=request.wording,
            unresolved=request.unresolved,
        )


@contextmanager
def cluster_client(address: str | None) -> Iterator[Any]:
    """Connect to a Dask scheduler; give None where no address is named."""
    if address is None:
        yield None
        return
    with extra("cluster"):
        from distributed import Client
    try:
        client = Client(address, timeout="10s")  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise InputError(f"no Dask scheduler answers at {address!r}: {error}") from error
    try:
        yield client
    finally:
        client.close()  # type: ignore[no-untyped-call]


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[..., None]]:
    """Show a progress bar if standard error is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda *_: None
        return
    looks = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*looks, console=console, transient=True) as progress:
        task = progress.add_task(title, total=None)

        def advance(step: int, total: int | None = None, done: int | None = None) -> None:
            progress.update(task, advance=None if done else step, total=total, completed=done)

        yield advance
