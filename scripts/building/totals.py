"""Hold every table to the publisher's own totals."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from localarea.errors import FileFormatError, SchemaError, TotalsError

TOTALS = "totals.toml"
PUBLISHED = Path(__file__).with_name(TOTALS)


@dataclass(frozen=True, slots=True)
class Totals:
    """What the files of one folder add up to: numbers of rows, people and places."""

    zones_msoa11: int
    zones_msoa21: int
    districts: int
    lsoa11: int
    small_areas_uk: int
    ttwas: int
    output_areas_2011: int
    residents_2011: int
    residents_2021: int
    workers_2011: int
    workers_2021: int
    industries: int
    employees_2024: int
    enterprises_2022: dict[str, int]
    postcodes: int
    ons_lookup_postcodes: int
    code_point_2024_postcodes: int
    code_point_2025_postcodes: int
    roads_nodes: int
    roads_edges: int


def read_totals(raw: Path) -> Totals:
    """Read the totals that a folder of inputs states, or those of the publishers' whole files."""
    own = raw / TOTALS
    path = own if own.is_file() else PUBLISHED
    try:
        stated = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FileFormatError(path, f"is not TOML ({error})") from error
    known = {field.name for field in fields(Totals)}
    wrong = [f"{name} is not known" for name in sorted(stated.keys() - known)]
    wrong += [f"{name} is missing" for name in sorted(known - stated.keys())]
    if wrong:
        raise SchemaError(str(path), wrong)
    return Totals(**stated)


def require_total(table: str, found: float, expected: float, what: str) -> None:
    """Stop with a sentence that names the table and both figures unless they are equal."""
    if found != expected:
        raise TotalsError(table, expected=float(expected), found=float(found), what=what)
