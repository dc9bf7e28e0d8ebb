"""Refresh the county of each district of England."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from localarea.datasets import counties as in_use
from localarea.datasets.districts import read_district_names
from localarea.datasets.publishers.districts import read_county_lookup
from localarea.datasets.storage.editions import newest_of
from localarea.renewal.differences import compare_frames
from localarea.renewal.kinds._shared import (
    described,
    districts_here,
    require_known,
    require_stated,
    year_of,
)
from localarea.renewal.kinds._topology import is_of_all_years, read_or_refuse
from localarea.renewal.making.districts import counties_table, read_counties
from localarea.renewal.request import Made, NewTable

if TYPE_CHECKING:
    from localarea.renewal.request import Request

TABLE: Final = "counties_lad25"
_ALL_YEARS: Final = "ONS local authority districts, counties and metropolitan counties, all years"


def make(request: Request) -> Made:
    """
    Refresh the counties from a list of another year.

    SchemaError if a district is not known here, or has no county.
    """
    older = in_use.read_counties(store=request.store)
    before = request.store.info(TABLE)
    notes: tuple[str, ...] = ()
    if is_of_all_years(request.path):
        newer = read_or_refuse(request.path, read_counties)
        year = year_of(request, newest_of(before.vintage)[0])
        vintage, source = str(year), _ALL_YEARS
    else:
        lookup, year = read_county_lookup(request.path)
        require_stated(request, year)
        newer, notes = _whole(lookup, older)
        vintage, source = str(year), f"ONS lookup of districts and counties ({year})"
    names = read_district_names(store=request.store)
    standing = names["lad_cd"][names["end"].isna()]
    hint = "refresh the districts first"
    require_known("counties", newer["lad25cd"], standing, "districts", hint)
    changes = compare_frames(
        older,
        newer,
        table=TABLE,
        vintages=(before.vintage, vintage),
        keys=("lad25cd",),
        is_here=districts_here(request, "lad25cd"),
        what="districts",
    )
    info = described(request, TABLE, vintage=vintage, source=source)
    return Made((NewTable(info, counties_table(newer)),), (changes,), notes)


def _whole(lookup: pd.DataFrame, older: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Add what a lookup of counties leaves out: authorities that are their own county."""
    newer = lookup.rename(columns={"lad_cd": "lad25cd"})
    left_out = older[~older["lad25cd"].isin(newer["lad25cd"])]
    own = left_out[left_out["lad25cd"] == left_out["county_cd"]]
    whole = pd.concat([newer, own]).sort_values("lad25cd", ignore_index=True)
    if own.empty:
        return whole, ()
    if len(own) == 1:
        said = "1 unitary authority or London borough is not in the file, and stays its own county"
    else:
        said = (
            f"{len(own):,} unitary authorities and London boroughs are not in the file, and stay "
            "their own county"
        )
    return whole, (said,)
