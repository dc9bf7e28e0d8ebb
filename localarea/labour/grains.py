"""Commuting at another grain: flows of small areas summed to the larger areas that hold them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal, get_args

import numpy as np
from scipy import sparse

from localarea.errors import InputError, SchemaError

if TYPE_CHECKING:
    import pandas as pd

    from localarea.datasets.store import DataStore
    from localarea.labour.flow_matrix import FlowMatrix

Grain = Literal["oa11", "lsoa11", "msoa11"]
GRAINS: Final[tuple[Grain, ...]] = get_args(Grain)  # from the finest to the coarsest


def aggregate_flows(flows: FlowMatrix, larger: pd.Series, zone_system: Grain) -> FlowMatrix:
    """
    Sum the flows of zones to those of larger zones.

    Parameters
    ----------
    larger : pandas.Series of str
        The larger zone of each smaller one, indexed by the code of the smaller.

    Returns
    -------
    FlowMatrix
        The same workers. Those who live and work in one larger zone stay in it.

    Raises
    ------
    SchemaError
        If a zone of the flows is not in `larger`.

    Examples
    --------
    >>> import pandas as pd
    >>> from localarea.labour.flow_matrix import build_flow_matrix
    >>> pairs = pd.DataFrame(
    ...     {"origin": ["a", "b"], "destination": ["b", "c"], "workers": [4, 3]}
    ... )
    >>> one_less = pd.Series({"a": "X", "b": "X", "c": "Y"})
    >>> aggregate_flows(build_flow_matrix(pairs), one_less, "msoa11").matrix.toarray()
    array([[4., 3.],
           [0., 0.]])
    """
    labels = larger.reindex(flows.codes)
    unknown = flows.codes[labels.isna().to_numpy()]
    if unknown.size:
        raise SchemaError(
            "zones",
            [
                f"{unknown.size:,} zones of the flows are not in the lookup to {zone_system}, "
                f"such as {', '.join(unknown[:3])}"
            ],
        )
    codes, group = np.unique(labels.to_numpy(dtype=str), return_inverse=True)
    ones = np.ones(flows.n_zones)
    sums = sparse.csr_array(
        (ones, (group, np.arange(flows.n_zones))), shape=(codes.size, flows.n_zones)
    )
    matrix = sparse.csr_array(sums @ flows.matrix @ sums.T)
    matrix.sum_duplicates()
    residents = np.asarray(sums @ flows.employed_residents, dtype=np.float64)
    return replace(
        flows, codes=codes, matrix=matrix, employed_residents=residents, zone_system=zone_system
    )


def flows_at(flows: FlowMatrix, grain: str, *, store: DataStore | None = None) -> FlowMatrix:
    """
    Return the flows of a census of 2011 at another grain.

    Parameters
    ----------
    flows : FlowMatrix
        Flows between output areas, LSOAs or MSOAs of 2011.
    grain : str
        ``oa11``, ``lsoa11`` or ``msoa11``: that of the flows, or a coarser one.

    Returns
    -------
    FlowMatrix
        The flows themselves if they have this grain already.

    Raises
    ------
    InputError
        If the grain is not known, is finer than that of the flows, or the flows are not between
        zones of 2011.
    SchemaError
        If a zone of the flows is not in the lookup.
    """
    if grain not in GRAINS:
        raise InputError(
            f"level {grain!r} is not known; the levels are {', '.join(GRAINS)}", parameter="level"
        )
    if flows.zone_system == grain:
        return flows
    if flows.zone_system not in GRAINS:
        raise InputError(
            f"only flows between zones of 2011 can be summed to {grain}, and these are between "
            f"zones of the system {flows.zone_system!r}",
            parameter="level",
        )
    if GRAINS.index(flows.zone_system) > GRAINS.index(grain):
        raise InputError(
            f"flows between {flows.zone_system} zones cannot be divided into {grain}; "
            "use a file of smaller zones",
            parameter="level",
        )
    from localarea.datasets.small_areas import read_oa11_lookup

    lookup = read_oa11_lookup(store=store)
    own, wanted = f"{flows.zone_system}cd", f"{grain}cd"
    pairs = lookup.drop_duplicates(own).set_index(own)[wanted]
    return aggregate_flows(flows, pairs, grain)


def official_areas(grain: str, *, store: DataStore | None = None) -> pd.Series:
    """
    Return the official travel to work area of 2011 of each zone of England and Wales.

    Parameters
    ----------
    grain : str
        ``oa11``, ``lsoa11`` (the grain of the official areas) or ``msoa11`` (the area of most of
        the zone's residents).

    Returns
    -------
    pandas.Series of str
        Name of the area, indexed by zone code in sorted order.

    Raises
    ------
    InputError
        If there are no official areas for such zones.
    """
    from localarea.datasets.small_areas import read_oa11_lookup
    from localarea.datasets.ttwa import read_ttwa11_lookup, read_ttwa11_msoa11

    if grain == "msoa11":
        zones = read_ttwa11_msoa11(store=store).set_index("msoa11cd")["ttwa11nm"]
    elif grain in GRAINS:
        table = read_ttwa11_lookup(store=store).dropna(subset=["msoa11cd"])
        zones = table.set_index("lsoa11cd")["ttwa11nm"]
        if grain == "oa11":
            lookup = read_oa11_lookup(store=store)
            zones = lookup.set_index("oa11cd")["lsoa11cd"].map(zones)
    else:
        raise InputError(
            "the official areas of 2011 consist of zones of 2011, and these flows are between "
            f"zones of the system {grain!r}; use flows of 2011 by oa11, lsoa11 or msoa11",
            parameter="against",
        )
    return zones.rename("ttwa11nm").sort_index()
