"""Bring the directories together: one row for every postcode that is or ever was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from building.directories import (
    read_code_point_2024,
    read_code_point_2025,
    read_directory,
    read_ons_lookup,
)
from building.placing import zone_of_points
from building.terminations import terminations
from building.totals import require_total
from localarea.renewal.making.columns import dictionary_column, whole_numbers

if TYPE_CHECKING:
    from building.sources import Sources


@dataclass(frozen=True, slots=True)
class ZoneShapes:
    """Codes and full (not simplified) polygons of a zone system, in the same order."""

    codes: np.ndarray
    polygons: np.ndarray


def assemble_postcodes(sources: Sources, msoa11: ZoneShapes, msoa21: ZoneShapes) -> pd.DataFrame:
    """
    Read the four directories and give the ``postcodes`` table of docs/data.md.

    One further column, ``lad22cd``, is the district of May 2022, for following districts.
    """
    frame = _merge(sources)
    _place(frame, msoa11, msoa21)
    return frame


def _merge(sources: Sources) -> pd.DataFrame:
    directory, lookup = read_directory(sources), read_ons_lookup(sources)
    older, newer = read_code_point_2024(sources), read_code_point_2025(sources)
    totals = sources.totals
    for found, expected, what in (
        (directory["key"].nunique(), totals.postcodes, "number of postcodes in the directory"),
        (len(lookup), totals.ons_lookup_postcodes, "number of postcodes in the ONS lookup"),
        (
            len(older),
            totals.code_point_2024_postcodes,
            "number of postcodes in Code-Point Open 2024",
        ),
        (
            len(newer),
            totals.code_point_2025_postcodes,
            "number of postcodes in Code-Point Open 2025",
        ),
    ):
        require_total("postcodes", found, expected, what)
    frame = directory.merge(lookup, on="key", how="left", validate="one_to_one")
    for keys, what in ((lookup["key"], "ONS lookup"), (older, "2024"), (newer, "2025")):
        strange = int((~np.isin(keys, frame["key"])).sum())
        require_total("postcodes", strange, 0, f"number of postcodes of {what} not in directory")
    ends = terminations(
        frame["key"].to_numpy(),
        in_ons_lookup=np.isin(frame["key"], lookup["key"]),
        doterm=frame.pop("doterm"),
        in_code_point_2024=np.isin(frame["key"], older),
        in_code_point_2025=np.isin(frame["key"], newer),
    )
    return pd.concat([frame, ends], axis=1)


def _place(frame: pd.DataFrame, msoa11: ZoneShapes, msoa21: ZoneShapes) -> None:
    """Add both zones and where each comes from, in place."""
    in_england_and_wales = frame["lad25cd"].str.startswith(("E", "W"), na=False)
    by_lookup = frame["msoa11cd"].where(in_england_and_wales)
    _take(frame, "msoa11", by_lookup, "ons_lookup", msoa11, in_england_and_wales)
    kept = frame["msoa11cd"].where(frame["msoa11cd"].isin(msoa21.codes))
    _take(frame, "msoa21", kept, "same_code_as_msoa11", msoa21, in_england_and_wales)


def _take(
    frame: pd.DataFrame,
    system: str,
    known: pd.Series,
    source_of_known: str,
    shapes: ZoneShapes,
    wanted: pd.Series,
) -> None:
    """Take the known codes, and place the other wanted postcodes by their points."""
    code = known.to_numpy(dtype=object, na_value=None)
    source = np.where(known.notna(), source_of_known, None)
    rest = np.flatnonzero((wanted & known.isna() & frame["easting"].notna()).to_numpy())
    points = frame.iloc[rest]
    zone, inside = zone_of_points(
        points["easting"].to_numpy(np.int64), points["northing"].to_numpy(np.int64), shapes.polygons
    )
    found = zone >= 0
    code[rest[found]] = shapes.codes[zone[found]]
    source[rest[found]] = np.where(inside[found], "polygon", "nearest_polygon")
    frame[f"{system}cd"] = pd.array(code, dtype="str")
    frame[f"{system}_source"] = pd.array(source, dtype="str")


def postcodes_table(frame: pd.DataFrame) -> pa.Table:
    """Return the columns of the table, in order."""
    texts = ("lad25cd", "msoa11cd", "msoa21cd", "msoa11_source", "msoa21_source", "status")
    columns: dict[str, pa.Array] = {"key": pa.array(frame["key"].to_numpy(), pa.uint32())}
    columns |= {name: whole_numbers(frame[name]) for name in ("easting", "northing")}
    columns |= {name: dictionary_column(frame[name]) for name in texts}
    columns |= {name: whole_numbers(frame[name]) for name in ("terminated_from", "terminated_to")}
    return pa.table(columns)
