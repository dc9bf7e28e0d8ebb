"""Check a file of any kind, with a progress bar on a terminal."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from localarea.errors import InputError
from localarea.extras import extra

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@contextmanager
def checking(source: Path, cluster: str | None) -> Iterator[tuple[Any, Callable[..., None]]]:
    """Give the cluster to check a file or a folder on, if one is named, and a progress bar."""
    if cluster is not None and not source.is_dir():
        raise InputError("--cluster is for a folder of Parquet files; this is one file")
    title = "Checking files" if source.is_dir() else "Checking rows"
    with cluster_client(cluster) as client, progress_bar(title) as advance:
        yield client, advance


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
