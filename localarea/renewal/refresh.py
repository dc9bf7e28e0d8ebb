"""Refresh the postcode directory: read, fit, compare, make what rests on it, put into use."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from localarea.datasets.publishers.onspd import read_postcode_directory, require_directory
from localarea.datasets.storage import renewed
from localarea.datasets.storage.parquet_layout import MINUTES, POSTCODES, write_parquet
from localarea.renewal.changes import DirectoryChanges, compare_directories, require_no_loss
from localarea.renewal.directory import edition_of, fit
from localarea.renewal.stepping import (
    not_written,
    packaged,
    require_not_to_come,
    require_unchanged,
    sha256_of,
)
from localarea.renewal.verdicts import Touched, touched_verdicts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from localarea.datasets.storage.registry import TableInfo
    from localarea.datasets.store import DataStore
    from localarea.definitions.store import DefinitionStore
    from localarea.renewal.directory import Fitted
    from localarea.renewal.request import Request

TABLE: Final = "postcodes"
_LEVEL: Final = 9  # of compression: the last few percent would take minutes
_SOURCE: Final = "ONS Postcode Directory ({edition}), from {origin}"


@dataclass(frozen=True, slots=True)
class Renewal:
    """
    What a refresh did, or would do.

    Attributes
    ----------
    edition : int or None
        Number of the edition now in use; None for a dry run.
    notes : tuple of str
        What was worked out because the file does not say it.
    verdicts : tuple of Touched
        What each published definition would answer otherwise once it is refreshed.
    """

    edition: int | None
    changes: DirectoryChanges
    tables: tuple[str, ...]
    notes: tuple[str, ...]
    source_sha256: str
    verdicts: tuple[Touched, ...] = ()


def refresh_postcodes(request: Request) -> Renewal:
    """
    Refresh the postcodes from a directory: ONSPD or NSPL of any edition, as published or as CSV.

    Nothing changes until every table is complete and on the disk; then all of them come into use
    in one step. Stopped before that, the old tables stay in use. Its month is by default that in
    the file's name, and all districts are reported on if none is named.

    Raises
    ------
    InputError
        If the month is unknown or is still to come, or the directory is older, loses live
        postcodes or has many of them somewhere else, and that is not accepted.
    FileFormatError, SchemaError
        If the file is not a postcode directory; every fault is listed.
    ConflictError
        If another refresh is at work, or has been since this one began.
    """
    source, store, folder, progress = request.path, request.store, request.folder, request.progress
    require_directory(source)
    month = edition_of(source, request.edition)
    require_not_to_come(month, request.now)
    began_with = renewed.read_all(folder)
    progress("reading the directory")
    raw = read_postcode_directory(source, lad_year=_year_of_codes(month))
    sha256 = sha256_of(source)
    progress("comparing it with the one in use")
    fitted = fit(raw, month, store)
    changes = compare_directories(
        store.read(TABLE), fitted.table, store.directory_date, month, request.districts
    )
    if not request.accept_loss:
        require_no_loss(changes)
    try:
        with renewed.building(folder) as (number, work):
            before = require_unchanged(folder, began_with).get(TABLE)
            come = (request.origin or source.name, sha256)
            edition_made = _make(fitted, come, month, store, number, work, progress)
            previous = before.number if before else 0
            edition_made = replace(edition_made, previous=previous, made=request.now)
            verdicts = _verdicts(request.definitions, store.using(edition_made), progress)
            if request.dry_run:
                return Renewal(None, changes, (), fitted.notes, sha256, verdicts)
            for anchor in request.anchors:
                progress(f"working out minutes by car from {anchor}")
                table = _minutes(anchor, edition_made, work, store)
                tables = {**edition_made.tables, table.name: table}
                edition_made = replace(edition_made, tables=tables)
            progress("putting the tables into use")
            over = packaged(store.root, edition_made.tables)
            renewed.put_into_use(folder, work, replace(edition_made, over=over))
    except OSError as error:
        raise not_written(folder, error) from error
    names = tuple(sorted(edition_made.tables))
    return Renewal(number, changes, names, fitted.notes, sha256, verdicts)


def _verdicts(
    definitions: DefinitionStore | None, store: DataStore, progress: Callable[[str], None]
) -> tuple[Touched, ...]:
    if definitions is None:
        return ()
    progress("comparing published verdicts")
    return touched_verdicts(definitions, store)


def _year_of_codes(month: str) -> int | None:
    """Return the year of the district codes of editions that state none; later ones do."""
    year = int(month[:4])
    return year if year < 2025 else None


def _make(
    fitted: Fitted,
    come: tuple[str, str],
    month: str,
    store: DataStore,
    number: int,
    work: Path,
    progress: Callable[[str], None],
) -> renewed.Edition:
    progress("writing the table of postcodes")
    path = work / f"{TABLE}.parquet"
    write_parquet(fitted.table, path, POSTCODES, level=_LEVEL)
    info = replace(
        store.info(TABLE),
        file=str(path),
        source=_SOURCE.format(edition=month, origin=come[0]),
        vintage=month,
        rows=fitted.table.num_rows,
        sha256=sha256_of(path),
        inputs=(come,),
    )
    return renewed.Edition(number, 0, month, {TABLE: info}, "", come[0])


def _minutes(anchor: str, edition: renewed.Edition, work: Path, store: DataStore) -> TableInfo:
    from localarea.options.minutes.anchor_minutes import table_name
    from localarea.renewal.minutes import inputs_of_minutes, renewed_minutes

    name = table_name(anchor, None)
    tables = store.using(edition)
    made = renewed_minutes(anchor, tables, store)
    path = work / f"{name}.parquet"
    write_parquet(made, path, MINUTES, level=_LEVEL)
    return replace(
        store.info(name),
        file=str(path),
        vintage=edition.directory_date,
        rows=made.num_rows,
        sha256=sha256_of(path),
        inputs=tuple(sorted(inputs_of_minutes(tables).items())),
    )


def anchors_with_tables(store: DataStore, names: Iterable[str]) -> tuple[str, ...]:
    """
    Return the anchors whose minutes to postcodes are a table, which a refresh makes again.

    Those with a table; the minutes of others are worked out when they are asked for.
    """
    from localarea.options.minutes.anchor_minutes import table_name

    return tuple(name for name in names if table_name(name, None) in store.registry)
