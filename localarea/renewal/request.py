"""What is asked of a refresh, what a road makes of a file, and what was done."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from localarea.datasets.storage.parquet_layout import ParquetLayout

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pyarrow as pa

    from localarea.datasets.storage.registry import TableInfo
    from localarea.datasets.store import DataStore
    from localarea.definitions.store import DefinitionStore
    from localarea.renewal.differences import Differences
    from localarea.renewal.verdicts import Resting


@dataclass(frozen=True, slots=True)
class Request:
    """
    What is asked of a road.

    Attributes
    ----------
    now : str
        Time of the refresh, ISO 8601 in UTC.
    edition : str or None
        Date of the file as the user states it; by default the file's own.
    origin : str or None
        Where the file comes from, for the record; by default, its name.
    accept_loss : bool
        Whether to accept an older file, and one that loses more than 1%.
    districts : frozenset of str
        Codes of the council's districts, reported on apart.
    anchors : tuple of str
        Districts whose minutes by road are made again where they change.
    progress : callable
        Called with the name of each step as it begins.
    definitions : DefinitionStore or None
        Published definitions, of which it is said which rest on the tables.
    """

    path: Path
    store: DataStore
    folder: Path
    now: str
    edition: str | None = None
    origin: str | None = None
    dry_run: bool = False
    accept_loss: bool = False
    districts: frozenset[str] = frozenset()
    anchors: tuple[str, ...] = ()
    progress: Callable[[str], None] = lambda _: None
    definitions: DefinitionStore | None = None
    known_minutes: Path | None = None


@dataclass(frozen=True, slots=True)
class NewTable:
    """
    A table that was made.

    ``info``: what it is; file, rows, checksum and inputs are filled in when it is written.
    """

    info: TableInfo
    table: pa.Table
    layout: ParquetLayout = field(default_factory=ParquetLayout)
    made_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """
    What a road made of a file.

    Attributes
    ----------
    tables : tuple of NewTable
        The tables, those that others are made from first.
    notes : tuple of str
        What was worked out, left out or left as it is, and why.
    """

    tables: tuple[NewTable, ...]
    changes: tuple[Differences, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RefreshResult:
    """
    What a refresh did, or would do.

    Attributes
    ----------
    edition : int or None
        Number of the edition now in use; None for a dry run.
    tables : tuple of str
        The tables that were made, and those that were brought along unchanged; for a dry run,
        those that would be made.
    notes : tuple of str
        What was worked out, left out or left as it is, and why.
    verdicts : tuple of Resting
        Published definitions that rest on a table that differs.
    left : tuple of str
        Tables that were made from one that differs, and stay as they are.
    """

    of: str
    edition: int | None
    changes: tuple[Differences, ...]
    tables: tuple[str, ...]
    notes: tuple[str, ...]
    source_sha256: str
    verdicts: tuple[Resting, ...] = ()
    left: tuple[str, ...] = ()
