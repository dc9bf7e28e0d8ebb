"""How much of a labour market each option leaves out, cuts or includes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from localarea.comparison.figure_catalogue import Figure
from localarea.comparison.metrics import memberships, require_options
from localarea.datasets.store import default_store
from localarea.options.membership import contested_zones
from localarea.options.methods.base import anchor_zones
from localarea.options.zone_figures import exchange, read_zone_figures

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option


def measure_exposure(
    options: Sequence[Option], council: Council, *, store: DataStore | None = None
) -> pd.DataFrame:
    """
    Measure whose workers an option includes, and how many commuters its boundary cuts.

    Parameters
    ----------
    options : sequence of Option
        Options on 2011 zones.

    Returns
    -------
    pandas.DataFrame, shape (n_options, n_figures)
        Indexed by option id; census of 2011, shares as fractions, NaN where the divisor
        is zero. ``anchor_firms_workers_outside_share``: share of the people who work in
        the anchor that live outside the option. For each contested place, with hyphens in
        its key written as underscores, the share inside the option of its employed
        residents (``KEY_residents_local_share``), of the jobs in it
        (``KEY_jobs_local_share``) and of the people who work in it
        (``KEY_firms_workers_local_share``). ``commuters_cut``: people who live inside and
        work anywhere outside, and the reverse. ``attrs["places"]`` holds the name of each
        contested place.

    Raises
    ------
    InputError
        If there are no options.
    SchemaError
        If an option has a zone that is missing from the commuting data.
    """
    require_options(options)
    store = store or default_store()
    zones = read_zone_figures(store=store)
    flows, inside = zones.flows, memberships(options, zones).astype(np.float64)
    work_in_anchor, _ = exchange(anchor_zones(council, store=store), store)
    columns = {"anchor_firms_workers_outside_share": 1.0 - _share_inside(inside, work_in_anchor)}
    for key, codes in contested_zones(council, store=store).items():
        name, place = key.replace("-", "_"), flows.indicator(codes).astype(np.float64)
        columns[f"{name}_residents_local_share"] = _share_inside(
            inside, place * flows.employed_residents
        )
        columns[f"{name}_jobs_local_share"] = _share_inside(inside, place * flows.jobs)
        work_there, _ = exchange(tuple(codes), store)
        columns[f"{name}_firms_workers_local_share"] = _share_inside(inside, work_there)
    used = np.flatnonzero(inside.any(axis=0))
    held = inside[:, used]
    both = np.asarray((held @ flows.matrix[used][:, used]) * held).sum(axis=1)
    columns["commuters_cut"] = inside @ flows.employed_residents + inside @ flows.jobs - 2 * both
    found = pd.DataFrame(columns, index=pd.Index([o.id for o in options], name="option"))
    found.attrs["places"] = names_of_contested(council)
    return found


def names_of_contested(council: Council) -> dict[str, str]:
    """Return the name of each contested place, by what the names of its figures begin with."""
    return {contested.key.replace("-", "_"): contested.place for contested in council.contested}


def _share_inside(inside: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share of the weights that is inside each option."""
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


def exposure_figures(
    exposure: Iterable[Hashable], places: Mapping[str, str] | None = None
) -> tuple[Figure, ...]:
    """
    Describe the columns of an exposure frame.

    Parameters
    ----------
    exposure : iterable of str
        The columns; a result of :func:`measure_exposure` will do.
    places : mapping of str to str, optional
        Names of the contested places, as :func:`names_of_contested` gives them; those that a
        result of :func:`measure_exposure` holds if left out.

    Returns
    -------
    tuple of Figure
        One per column, in order; a contested place without a name is named after its key.
    """
    named = places or getattr(exposure, "attrs", {}).get("places", {})
    return tuple(_figure(str(name), named) for name in exposure)


def _figure(name: str, places: Mapping[str, str]) -> Figure:
    if name == "commuters_cut":
        definition = "People who live inside and work outside, and the reverse."
        return Figure(name, "Commuters cut by the boundary (persons)", "count", _GROUP, definition)
    for ending, (heading, definition) in _PLACE_WORDS.items():
        if name.endswith(ending):
            key = name.removesuffix(ending)
            place = places.get(key, key.replace("_", " ").title())
            words = heading.format(place=place), definition.format(place=place)
            return Figure(name, words[0], "share", _GROUP, words[1])
    definition = "Share of the people who work in the anchor who live outside the area."
    return Figure(name, "The anchor's firms: workers from outside", "share", _GROUP, definition)
