"""Fetch publishers' files into the cache, with a progress bar on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from localarea.datasets.download.sources import PublishedFile
    from localarea.datasets.download.update import Outcome


def cache_folder() -> Path:
    """Return the folder of the cache into which files are fetched."""
    from localarea.settings import read_settings

    cache = read_settings().cache_dir
    if cache is None:
        from platformdirs import user_cache_path

        cache = user_cache_path("localarea")
    return cache / "raw"


def fetch(
    sources: Sequence[PublishedFile],
    folder: Path,
    base: str | None,
    *,
    again: bool,
    accept_changed: bool,
) -> list[Outcome]:
    """Fetch with a progress bar for each file on a terminal."""
    from functools import partial

    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    from localarea.datasets.download.update import fetch_sources

    work = partial(
        fetch_sources, sources, folder, base=base, again=again, accept_changed=accept_changed,
        notice=lambda source, text: typer.echo(f"localarea: {source.name}: {text}", err=True),
    )  # fmt: skip
    console = Console(stderr=True)
    if not console.is_terminal:
        return work()
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, TransferSpeedColumn(), console=console) as bars:
        tasks = {source.name: bars.add_task(source.name, total=None) for source in sources}
        return work(
            progress=lambda source, done, whole: bars.update(
                tasks[source.name], completed=done, total=whole
            )
        )


def fetch_edition(name: str, address: str | None) -> Path:
    """Fetch an edition of a publisher's file, from an address or the publisher's own."""
    from localarea.datasets.download.sources import SOURCES, any_source, at_address

    known = SOURCES.get(name) or any_source(name)
    source = known if address is None else at_address(known, address)
    folder = cache_folder() / "refresh"  # apart from the inputs of the build, which are pinned
    (outcome,) = fetch([source], folder, None, again=address is not None, accept_changed=True)
    if outcome.error is not None:
        raise outcome.error
    return outcome.path
