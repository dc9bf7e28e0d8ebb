"""How much of a labour market each option leaves out, cuts or makes local."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from localarea.comparison.figure_catalogue import Figure
from localarea.comparison.metrics import memberships
from localarea.options.membership import contested_zones
from localarea.options.methods.base import anchor_zones
from localarea.options.zone_figures import read_zone_figures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option


def measure_exposure(
    options: Sequence[Option], council: Council, *, store: DataStore | None = None
) -> pd.DataFrame:
    """
    Measure whose workers an option holds, and how many commuters its boundary cuts.

    Parameters
    ----------
    options : sequence of Option
        Options on 2011 zones.
    council : Council
        Whose anchor and contested places are meant.
    store : DataStore, optional
        Folder of the tables; defaults to those shipped with the package.

    Returns
    -------
    pandas.DataFrame, shape (n_options, n_figures)
        Indexed by option id; census of 2011, shares as fractions, NaN where the divisor
        is zero. ``anchor_firms_workers_outside_share``: of the people who work in the
        anchor, those who live outside the option. For each contested place, hyphens of
        its key written as underscores: ``KEY_residents_local_share`` (of its employed
        residents), ``KEY_jobs_local_share`` (of the jobs in it) and
        ``KEY_firms_workers_local_share`` (of the people who work in it) are those
        inside. ``commuters_cut``: persons who live inside and work outside, wherever
        that is, and those who live outside and work inside.

    Raises
    ------
    SchemaError
        If an option has a zone that is missing from the commuting data.
    """
    zones = read_zone_figures(store=store)
    flows, inside = zones.flows, memberships(options, zones).astype(np.float64)
    core = flows.indicator(anchor_zones(council, store=store)).astype(np.float64)
    work_in_anchor = flows.matrix @ core
    columns = {"anchor_firms_workers_outside_share": 1.0 - _held(inside, work_in_anchor)}
    for key, codes in contested_zones(council, store=store).items():
        name, place = key.replace("-", "_"), flows.indicator(codes).astype(np.float64)
        columns[f"{name}_residents_local_share"] = _held(inside, place * flows.employed_residents)
        columns[f"{name}_jobs_local_share"] = _held(inside, place * flows.jobs)
        columns[f"{name}_firms_workers_local_share"] = _held(inside, flows.matrix @ place)
    both = np.asarray((inside @ flows.matrix) * inside).sum(axis=1)
    columns["commuters_cut"] = inside @ flows.employed_residents + inside @ flows.jobs - 2 * both
    return pd.DataFrame(columns, index=pd.Index([o.id for o in options], name="option"))


def _held(inside: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the share of a weight that each set holds."""
    whole = float(weights.sum())
    held = inside @ weights
    return np.asarray(held / whole if whole else np.full(held.shape, np.nan), dtype=np.float64)


_GROUP: Final = "Whose labour market is inside (2011)"
_PLACE_WORDS: Final = {
    "_residents_local_share": (
        "{place}: residents at work, local",
        "Share of the employed residents of {place} who live inside.",
    ),
    "_firms_workers_local_share": (
        "{place}: its firms' workers, local",
        "Share of the people who work in {place} who live inside.",
    ),
    "_jobs_local_share": ("{place}: jobs, local", "Share of the jobs in {place} that are inside."),
}


def exposure_figures(exposure: pd.DataFrame) -> tuple[Figure, ...]:
    """
    Describe the columns of an exposure frame.

    Parameters
    ----------
    exposure : pandas.DataFrame
        As :func:`measure_exposure` gives it.

    Returns
    -------
    tuple of Figure
        One for each column, in order; a contested place is named after its key.
    """
    return tuple(_figure(str(name)) for name in exposure.columns)


def _figure(name: str) -> Figure:
    if name == "commuters_cut":
        said = "People who live inside and work outside, and the reverse."
        return Figure(name, "Commuters cut by the boundary (persons)", "count", _GROUP, said)
    for ending, (heading, said) in _PLACE_WORDS.items():
        if name.endswith(ending):
            place = name.removesuffix(ending).replace("_", " ").title()
            words = heading.format(place=place), said.format(place=place)
            return Figure(name, words[0], "share", _GROUP, words[1])
    said = "Share of the people who work in the anchor who live outside the area."
    return Figure(name, "Anchor's firms: workers from outside", "share", _GROUP, said)
