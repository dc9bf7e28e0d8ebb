"""
The official travel to work areas of the mandate's region, joined: the option ``ttwa-region``.

An area belongs if at least half of its employed residents live in the region. That is a rule
about each area, not about the region: a half that no area lies mostly in gets none, and a note
says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from localarea.datasets.ttwa import read_ttwa11_msoa11
from localarea.errors import EmptyResultError, SettingError
from localarea.options.mandate_area import require_districts
from localarea.options.methods.base import MethodResult
from localarea.options.methods.mandate_reading import mandate_reading
from localarea.options.stated import is_number
from localarea.options.titles import join_names, write_threshold
from localarea.options.zone_figures import flow_matrix
from localarea.places.gazetteer import read_gazetteer

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.options.mandate_area import Reading

DEFAULT_MIN_INSIDE: Final = 0.5


def choose_ttwa_region(
    parameters: Mapping[str, Any], council: Council, store: DataStore | None
) -> MethodResult:
    """
    Choose the zones of the official areas that lie mostly in the region.

    Parameters
    ----------
    parameters : mapping
        ``reading`` (the first of the file) and ``min_inside``, the least share of an area's
        employed residents who live in the region (0.5).

    Raises
    ------
    SettingError
        If a parameter is not allowed or the council's file states no area of its mandate.
    EmptyResultError
        If no area lies so far in the region.
    """
    reading = mandate_reading(parameters, council)
    least = _share(parameters.get("min_inside", DEFAULT_MIN_INSIDE))
    areas = areas_by_share(reading, council, store)
    joined = areas[areas["share"] >= least]
    if joined.empty:
        most = f" (the most: {_listed(areas.head(1))})" if len(areas) else ""
        raise EmptyResultError(
            f"no official travel to work area has {write_threshold(least)} or more of its employed "
            f"residents in {join_names([half.title for half in reading.halves])}{most}; choose "
            "another option, or lower min_inside"
        )
    zones = sorted(zone for zones in joined["zones"] for zone in zones)
    known = {
        "reading": reading.key,
        "min_inside": least,
        "joined": tuple(joined["name"]),
        "assignment": "zones by the majority of their residents of 2011",
        "notes": _notes(areas, joined, zones, reading, store),
    }
    tables = ("ttwa11_msoa11", "flows_2011", "flows_2011_special", "zones_msoa11")
    return MethodResult(tuple(zones), known, tables)


def _share(value: object) -> float:
    if not is_number(value) or not 0 < value <= 1:
        raise SettingError(f"min_inside is {value!r}; it must be a share above 0 and at most 1")
    return float(value)


def areas_by_share(reading: Reading, council: Council, store: DataStore | None) -> pd.DataFrame:
    """
    List the official areas with anybody in the region.

    Returns
    -------
    pandas.DataFrame
        ``name``, ``zones`` (their codes), ``employed_residents`` (persons) and ``share`` (of
        them who live in the region), indexed by ``ttwa11cd``, from the highest share down.
    """
    if council.mandate_area is not None:
        require_districts(council.mandate_area, store)
    table = read_ttwa11_msoa11(store=store).astype({"ttwa11cd": str, "ttwa11nm": str})
    flows = flow_matrix(2011, store=store)
    residents = dict(zip(flows.codes.tolist(), flows.employed_residents.tolist(), strict=True))
    district_of = read_gazetteer("msoa11", store=store).zone_district
    of = table["msoa11cd"].map(residents).fillna(0.0)
    inside = table["msoa11cd"].map(district_of).isin(reading.codes)
    table = table.assign(employed_residents=of, there=np.where(inside, of, 0.0))
    areas = table.groupby("ttwa11cd").agg(
        name=("ttwa11nm", "first"),
        zones=("msoa11cd", lambda codes: tuple(sorted(codes))),
        employed_residents=("employed_residents", "sum"),
        there=("there", "sum"),
    )
    areas = areas[areas["there"] > 0]
    areas["share"] = areas["there"] / areas["employed_residents"]
    return areas.drop(columns="there").sort_values(
        ["share", "name"], ascending=[False, True], kind="stable"
    )


def _notes(
    areas: pd.DataFrame,
    joined: pd.DataFrame,
    zones: list[str],
    reading: Reading,
    store: DataStore | None,
) -> tuple[str, ...]:
    notes = [f"areas joined, with the share of their residents in the region: {_listed(joined)}"]
    rest = areas.drop(index=joined.index)
    if len(rest):
        notes.append(f"areas with a smaller share there, which are not joined: {_listed(rest)}")
    district_of = read_gazetteer("msoa11", store=store).zone_district
    touched = {district_of[zone] for zone in zones}
    empty = [half.title for half in reading.halves if not touched.intersection(half.codes)]
    if empty:
        notes.append(
            f"no official area lies so far in the region that it brings in any of "
            f"{join_names(empty)}, so the option holds no zone of it"
        )
    return tuple(notes)


def _listed(areas: pd.DataFrame) -> str:
    pairs = zip(areas["name"], areas["share"], strict=True)
    return join_names([f"{name} ({share:.1%})" for name, share in pairs])
