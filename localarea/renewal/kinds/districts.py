"""Refresh the districts: names and codes of a later year, and what each district became part of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from localarea.datasets.districts import read_district_names, read_districts
from localarea.datasets.download.content import content_of
from localarea.datasets.publishers._delimited import Faults
from localarea.datasets.publishers.districts import DISTRICT, LAD_CODE, read_district_list
from localarea.renewal.differences import compare_frames
from localarea.renewal.kinds._followers import tables_that_follow
from localarea.renewal.kinds._shared import (
    described,
    districts_here,
    require_stated,
    year_of,
)
from localarea.renewal.kinds._topology import is_of_all_years, read_or_refuse
from localarea.renewal.making.districts import names_table, read_districts_of_all_years
from localarea.renewal.making.outlines import read_outlines
from localarea.renewal.making.successors import followed_names, successors_by_area
from localarea.renewal.request import Made, NewTable

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.renewal.request import Request

TABLE: Final = "districts_names"
_ALL_YEARS: Final = "ONS local authority districts, all years"
_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class _Districts:
    """Districts of all years as a file makes them, and what becomes of those in use."""

    names: pd.DataFrame
    moves: dict[str, str]
    vintage: str
    source: str


def make(request: Request) -> Made:
    """
    Refresh the districts from those of a later year.

    Where a district in use has become part of another, every table that names districts follows.
    SchemaError if a new district is given without its outline, or one in use is divided or lies in
    none.
    """
    older = read_district_names(store=request.store)
    found = _read(request, older)
    before = request.store.info(TABLE)
    changes = compare_frames(
        older,
        found.names,
        table=TABLE,
        vintages=(before.vintage, found.vintage),
        keys=("lad_cd",),
        is_here=districts_here(request, "lad_cd"),
        what="districts of all years",
    )
    info = described(request, TABLE, vintage=found.vintage, source=found.source)
    names = NewTable(info, names_table(found.names))
    followers, notes = tables_that_follow(request, found.names, found.moves, found.vintage)
    return Made((names, *followers), (changes,), notes)


def _read(request: Request, older: pd.DataFrame) -> _Districts:
    if is_of_all_years(request.path):
        return _of_all_years(request)
    if _is_table(request.path):
        listed, year = read_district_list(request.path)
        source = f"ONS names and codes of districts ({year})"
        require_stated(request, year)
        return _of_a_year(older, listed, _unmoved(older, listed), year, source)
    listed, shapes = read_outlines(request.path, LAD_CODE, DISTRICT)
    column = next(str(name) for name in listed.columns if LAD_CODE.fullmatch(str(name)))
    year = 2000 + int(column[3:5])
    require_stated(request, year)
    name = column.replace("cd", "nm")
    if name not in listed:
        faults = Faults(f"districts {request.path.name}")
        faults.add(f"no column {name}; the columns are {', '.join(map(str, listed.columns))}")
        faults.stop()
    listed = listed[["code", name]].set_axis(["code", "name"], axis=1)
    ours = read_districts(store=request.store)
    moves = successors_by_area(
        ours.index.to_numpy(dtype=object),
        ours.geometry.to_numpy(),
        listed["code"].to_numpy(dtype=object),
        shapes,
    )
    source = f"ONS local authority districts ({year}) boundaries"
    return _of_a_year(older, listed, moves, year, source)


def _is_table(path: Path) -> bool:
    """Check whether a file is a table of text and not a map: by its ending, in an archive too."""
    with path.open("rb") as stream:
        kind = content_of(stream.read(4_096))
    if kind != "zip":
        return kind in ("text", "empty", "html") or path.name.casefold().endswith(".csv.gz")
    from localarea.datasets.publishers._archives import names_in

    names = names_in(path)
    maps = (".shp", ".gpkg", ".geojson", ".json", ".geojsonl")
    return not any(name.casefold().endswith(maps) for name in names)


def _of_all_years(request: Request) -> _Districts:
    names, _ = read_or_refuse(request.path, read_districts_of_all_years)
    now = names.set_index("lad_cd")["lad25cd"]
    in_use = read_districts(store=request.store).index
    faults = Faults(f"districts {request.path.name}")
    missing = sorted(set(in_use) - set(now.index))
    if missing:
        shown = ", ".join(missing[:_SHOWN])
        faults.add(f"{len(missing):,} districts in use are not in the file, such as {shown}")
    faults.stop()
    moves = {code: now[code] for code in in_use if now[code] != code}
    before = request.store.info(TABLE).vintage
    years = names["start"].dropna().max()
    last = max(int(years) if pd.notna(years) else 0, int(before[-4:]))
    vintage = f"{before[:4]}-{year_of(request, last)}"
    return _Districts(names, moves, vintage, _ALL_YEARS)


def _unmoved(older: pd.DataFrame, listed: pd.DataFrame) -> dict[str, str]:
    """Raise an error for districts that are not in use: a list does not say where they lie."""
    standing = older.loc[older["end"].isna(), "lad_cd"]
    standing = standing[standing.str.startswith(("E", "W"))]
    given = listed["code"][listed["code"].str.startswith(("E", "W"))]
    faults = Faults("districts")
    for codes, what in (
        (sorted(set(given) - set(standing)), "are new"),
        (sorted(set(standing) - set(given)), "are not in the list"),
    ):
        if codes:
            faults.add(
                f"{len(codes):,} districts {what}, such as {', '.join(codes[:_SHOWN])}, and a list "
                "does not say what became of them; use the boundaries of that year"
            )
    faults.stop()
    return {}


def _of_a_year(
    older: pd.DataFrame, listed: pd.DataFrame, found: dict[str, str], year: int, source: str
) -> _Districts:
    moves = {code: new for code, new in found.items() if code != new}
    names = followed_names(older, listed, moves, year)
    first = int(older["start"].min()) if older["start"].notna().any() else year
    return _Districts(names, moves, f"{min(2014, first)}-{year}", source)
