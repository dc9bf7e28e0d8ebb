"""What several roads have in common: whose area, which date, which codes are known."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from localarea.datasets.publishers._delimited import Faults
from localarea.datasets.zones import zone_districts
from localarea.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pandas as pd

    from localarea.datasets.storage.registry import TableInfo
    from localarea.datasets.zones import System
    from localarea.renewal.request import Request

_YEAR: Final = re.compile(r"20\d\d")
_SHOWN: Final = 3


def districts_of_zones(request: Request, system: System) -> dict[str, str]:
    """Return the district in use of each zone."""
    table = zone_districts(system, store=request.store)
    pairs = zip(table["code"].to_pylist(), table["lad25cd"].to_pylist(), strict=True)
    return dict(pairs)


def zones_here(
    request: Request, system: System, column: str
) -> Callable[[pd.DataFrame], pd.Series] | None:
    """Return what tells the rows of the council's zones; None if it has none."""
    if not request.districts:
        return None
    districts = districts_of_zones(request, system)
    inside = {zone for zone, district in districts.items() if district in request.districts}
    return lambda rows: rows[column].isin(inside)


def districts_here(request: Request, column: str) -> Callable[[pd.DataFrame], pd.Series] | None:
    """Return what tells the rows of the council's districts; None if it has none."""
    if not request.districts:
        return None
    return lambda rows: rows[column].isin(request.districts)


def year_of(request: Request, found: int | None) -> int:
    """Return the year of a file: as stated, or its own."""
    if request.edition is not None:
        if not _YEAR.fullmatch(request.edition):
            raise InputError(
                f"the year {request.edition!r} is not valid; write it with four digits",
                parameter="edition",
            )
        return int(request.edition)
    if found is None:
        raise InputError(
            f"neither the file {request.path.name!r} nor its name says of which year it is; state "
            "the year",
            parameter="edition",
        )
    return found


def require_stated(request: Request, found: int) -> None:
    """Refuse a stated year that is not the one in the column names of the file."""
    if request.edition not in (None, str(found)):
        raise InputError(
            f"the column names of the file are of {found}, and {request.edition!r} is stated; "
            "leave the year out",
            parameter="edition",
        )


def require_known(
    table: str, found: Iterable[str], known: Iterable[str], what: str, hint: str
) -> None:
    """Raise an error for codes that are not in use."""
    strange = sorted(set(found) - set(known))
    if strange:
        faults = Faults(table)
        shown = ", ".join(strange[:_SHOWN])
        verb = "is" if len(strange) == 1 else "are"
        faults.add(f"{len(strange):,} of the {what} {verb} not known here, such as {shown}; {hint}")
        faults.stop()


def described(request: Request, name: str, *, vintage: str, source: str) -> TableInfo:
    """Return what a new edition of a table is; its licence and title are those of the old one."""
    origin = request.origin or request.path.name
    return replace(
        request.store.info(name), vintage=vintage, source=f"{source}, from {origin}", inputs=()
    )
