"""What the options agree on: the zones that are local under all of them, and under some."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from localarea.datasets.store import default_store
from localarea.datasets.zones import zone_names
from localarea.errors import InputError
from localarea.labour.catchment import commuting_share
from localarea.options.gazetteer import read_gazetteer
from localarea.options.methods import anchor_zones
from localarea.options.metrics import memberships
from localarea.options.places import resolve_place
from localarea.options.sources import commuter_matrix, read_zone_figures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option

# What a method goes by, in words; one that is not here is named.
_GOES_BY: Final = {
    "district": "its district",
    "districts": "its district",
    "ttwa-official": "its travel to work area",
    "ttwa-computed": "its computed travel to work area",
    "ttwa-cluster": "its cluster of travel to work areas",
    "catchment": "the share of its commuters who go to {anchor}",
    "drive": "its minutes by road",
    "composite": "its link and its minutes by road together",
}


@dataclass(frozen=True, slots=True, eq=False)
class Robustness:
    """
    In how many of the options each zone is local.

    Attributes
    ----------
    options : tuple of str
        Ids of the options.
    zones : pandas.DataFrame
        The zones of at least one option, indexed by ``msoa11cd``: ``name``,
        ``lad25cd``, ``district``, ``n_local`` and ``n_options`` (options), ``standing``
        (``core``: local under all; ``fringe``: under some), ``live_postcodes``,
        ``employed_residents`` and ``jobs`` (persons, 2011), ``share_to_anchor`` (of the
        zone's commuters, fraction) and ``minutes`` (by road; NaN where not known).
    membership : pandas.DataFrame of bool
        The same zones by option.
    contested : pandas.DataFrame
        The fringe, with ``decided_by``: a sentence on what puts the zone inside.
    """

    options: tuple[str, ...]
    zones: pd.DataFrame
    membership: pd.DataFrame
    contested: pd.DataFrame


def measure_robustness(
    options: Sequence[Option], council: Council, *, store: DataStore | None = None
) -> Robustness:
    """
    Count for each zone the options under which it is local.

    Parameters
    ----------
    options : sequence of Option
        One or more; zones of 2011.
    council : Council
        Whose anchor is meant.
    store : DataStore, optional
        Where the tables are; by default those of the package.

    Returns
    -------
    Robustness
        Zones, and what decides those on which the options disagree.

    Raises
    ------
    InputError
        If there is no option.
    """
    if not options:
        raise InputError("there is no option to hold against others; name at least one")
    store = store or default_store()
    figures = read_zone_figures(store=store)
    inside = memberships(options, figures)
    used = np.flatnonzero(inside.any(axis=0))
    codes = figures.flows.codes[used]
    ids = tuple(option.id for option in options)
    index = pd.Index(codes, name="msoa11cd")
    membership = pd.DataFrame(inside[:, used].T, index=index, columns=pd.Index(ids))
    n_local = inside[:, used].sum(axis=0)
    gazetteer = read_gazetteer("msoa11", store=store)
    table = zone_names("msoa11", store=store)
    named = dict(zip(*(c.to_pylist() for c in table.columns[:2]), strict=True))
    link = commuting_share(commuter_matrix(2011, store=store), anchor_zones(council, store=store))
    zones = pd.DataFrame(
        {
            "name": [str(named[code]) for code in codes],
            "lad25cd": figures.lad25cd[used],
            "district": [gazetteer.districts[code] for code in figures.lad25cd[used]],
            "n_local": n_local,
            "n_options": len(options),
            "standing": np.where(n_local == len(options), "core", "fringe"),
            "live_postcodes": figures.live_postcodes[used],
            "employed_residents": figures.flows.employed_residents[used],
            "jobs": figures.flows.jobs[used],
            "share_to_anchor": link["to_anchor_share"].reindex(codes).to_numpy(),
            "minutes": np.nan,
        },
        index=index,
    )
    contested = zones[zones["standing"] == "fringe"].copy()
    decided = _decided_by(options, membership.loc[contested.index], council, store)
    contested["decided_by"] = pd.Series(decided, index=contested.index, dtype=object)
    return Robustness(ids, zones, membership, contested)


def _decided_by(
    options: Sequence[Option], membership: pd.DataFrame, council: Council, store: DataStore
) -> list[str]:
    placed = {option.id: _added(option, council, store) for option in options}
    said = []
    for zone, row in membership.iterrows():
        grounds: dict[str, None] = {}  # in order, without repeats
        for option in options:
            if row[option.id]:
                added = placed[option.id].get(str(zone))
                by = _GOES_BY.get(option.method, option.method).format(anchor=council.anchor)
                grounds[f"adding {added}" if added else by] = None
        said.append(f"Inside by {_list(list(grounds))}.")
    return said


def _added(option: Option, council: Council, store: DataStore) -> dict[str, str]:
    """Find the zones that a place put in brought, and the place; the method may hold some too."""
    return {
        zone: place
        for place in option.parameters.get("include", ())
        for zone in resolve_place(place, zone_system=council.zone_system, store=store).zones
    }


def _list(items: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))
