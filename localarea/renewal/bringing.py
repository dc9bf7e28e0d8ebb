"""
Bring in the tables of one publisher's file: compare, refuse a loss, make what rests on them.

The road of each kind of table reads its file and hands over what it made; everything after that is
the same for all of them, and is here.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from localarea.datasets.storage import renewed
from localarea.datasets.storage.editions import newest_of
from localarea.datasets.storage.parquet_layout import write_parquet
from localarea.errors import InputError
from localarea.renewal.carrying import bring_minutes_along, link
from localarea.renewal.foundations import resting_on
from localarea.renewal.request import Made, NewTable, RefreshResult, Request
from localarea.renewal.stepping import (
    not_written,
    packaged,
    require_not_to_come,
    require_unchanged,
    sha256_of,
)
from localarea.renewal.verdicts import resting_definitions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from localarea.datasets.storage.registry import TableInfo
    from localarea.renewal.differences import Differences
    from localarea.renewal.verdicts import Resting

MOST_LOST: Final = 0.01  # of the rows, the zones or the total: more is hardly the whole country


def bring_in(of: str, request: Request, make: Callable[[Request], Made]) -> RefreshResult:
    """
    Make tables of a file, and put them into use in one step.

    Nothing changes until every table is complete and on the disk. Stopped before that, the old
    tables stay in use.

    Parameters
    ----------
    of : str
        What is refreshed, as in `localarea.renewal.renewable`.
    make : callable
        Reads the file, and returns the tables made of it with what they change.

    Raises
    ------
    InputError
        If the stated date is to come, the file is older or loses more than 1% and that is not
        accepted, or the tables cannot be written.
    FileFormatError, SchemaError
        If the file is not what it should be; every fault is listed.
    ConflictError
        If another refresh is at work, or has been since this one began.
    """
    began_with = renewed.read_all(request.folder)
    request.progress("reading the file")
    made = make(request)
    sha256 = sha256_of(request.path)
    if request.edition:  # a file may itself have districts of a year to come
        require_not_to_come(request.edition, request.now)
    if not request.accept_loss:
        require_no_loss(made.changes)
    names = tuple(sorted(one.info.name for one in made.tables))
    if request.dry_run:
        return _told(
            RefreshResult(of, None, made.changes, names, made.notes, sha256), request, made
        )
    try:
        with renewed.building(request.folder) as (number, work):
            before = require_unchanged(request.folder, began_with).get(of)
            edition = renewed.Edition(
                number,
                before.number if before else 0,
                "",
                _written(
                    made, before, (request.origin or request.path.name, sha256), request, work
                ),
                request.now,
                request.origin or request.path.name,
                of,
            )
            edition, notes = bring_minutes_along(edition, request, work)
            verdicts = _verdicts(request, edition)
            request.progress("putting the tables into use")
            over = packaged(request.store.root, edition.tables)
            renewed.put_into_use(request.folder, work, replace(edition, over=over))
    except OSError as error:
        raise not_written(request.folder, error) from error
    tables = tuple(sorted(edition.tables))
    return RefreshResult(
        of,
        number,
        made.changes,
        tables,
        (*made.notes, *notes),
        sha256,
        verdicts,
        _left(request, edition.tables),
    )


def _told(done: RefreshResult, request: Request, made: Made) -> RefreshResult:
    """List what would depend on the tables of a dry run, which are made aside for that."""
    with TemporaryDirectory() as aside:
        tables = _written(made, None, ("", ""), request, Path(aside))
        edition = renewed.Edition(0, 0, "", tables, request.now, "", done.of)
        verdicts = _verdicts(request, edition)
    return replace(done, verdicts=verdicts, left=_left(request, tables))


def _verdicts(request: Request, edition: renewed.Edition) -> tuple[Resting, ...]:
    if request.definitions is None:
        return ()
    request.progress("comparing published verdicts")
    newer = request.store.using(edition)
    return resting_definitions(request.definitions, request.store, newer, edition.tables)


def _left(request: Request, tables: Mapping[str, TableInfo]) -> tuple[str, ...]:
    """Return the tables that were made from one that differs, and are not made again."""
    registry = request.store.registry
    differ = [
        name
        for name, info in tables.items()
        if name in registry and registry[name].sha256 != info.sha256
    ]
    return tuple(sorted({one for name in differ for one in resting_on(name, registry)} - {*tables}))


def require_no_loss(changes: tuple[Differences, ...]) -> None:
    """
    Raise an error if tables are older, or lose more than 1% of anything.

    InputError if one is older than the one in use, or has lost more than 1% of its rows or of its
    total.
    """
    for one in changes:
        if newest_of(one.after) < newest_of(one.before):
            raise InputError(
                f"this file is of {one.after}, and the table {one.table} in use is newer, of "
                f"{one.before}; accept the loss to step back all the same",
                parameter="accept-loss",
            )
        for before, lost, what in one.losses():
            if lost > MOST_LOST * before:
                raise InputError(
                    f"{lost:,} of {before:,} {what} would be lost, more than {MOST_LOST:.0%}, so "
                    "the file is probably not whole; check it, or accept the loss",
                    parameter="accept-loss",
                )


def _written(
    made: Made, before: renewed.Edition | None, come: tuple[str, str], request: Request, work: Path
) -> dict[str, TableInfo]:
    """
    Write the tables, beside those of the edition before that were not made again.

    One over which another refresh has put its own since is left out: it would come back over it.
    """
    found: dict[str, TableInfo] = {}
    for one in made.tables:
        path = work / f"{one.info.name}.parquet"
        write_parquet(one.table, path, one.layout)
        found[one.info.name] = replace(
            one.info,
            file=str(path),
            rows=one.table.num_rows,
            sha256=sha256_of(path),
            inputs=tuple(sorted((come, *_inputs(one, found)))),
        )
    kept = before.tables if before else {}
    for name, info in kept.items():
        in_use = request.store.registry.get(name) == info
        if name not in found and in_use and not name.startswith("minutes_"):
            found[name] = link(info, work)
    return found


def _inputs(one: NewTable, found: dict[str, TableInfo]) -> list[tuple[str, str]]:
    named = dict(one.info.inputs)
    for name in one.made_from:
        if name in found:
            named[f"table: {name}"] = found[name].sha256
    return [(name, sha256) for name, sha256 in named.items() if name.startswith("table: ")]
