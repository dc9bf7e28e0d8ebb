"""Agreement between options: the zones that are local under all of them, and under some."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from localarea.comparison.figure_catalogue import share_beside
from localarea.comparison.metrics import memberships
from localarea.datasets.postcodes import read_postcodes
from localarea.datasets.store import default_store
from localarea.datasets.zones import zone_names
from localarea.errors import InputError, LocalareaError
from localarea.geo.postcodes import postcode_of
from localarea.labour.catchment import commuting_share
from localarea.options.membership import option_title, place_near_anchor
from localarea.options.methods.base import anchor_zones
from localarea.options.minutes.zone_minutes import minutes_to_anchor
from localarea.options.option_ids import split_option_id
from localarea.options.titles import spoken_name
from localarea.options.zone_figures import commuter_matrix, read_zone_figures
from localarea.places.gazetteer import read_gazetteer
from localarea.records import whole_minutes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option

# What a method decides by, in words; other methods are named.
_GOES_BY: Final = {
    "district": "“{base}”",
    "districts": "“{base}”",
    "ttwa-official": "its travel to work area",
    "ttwa-computed": "its recalculated travel to work area",
    "ttwa-cluster": "its cluster of travel to work areas",
    "catchment": "the share of its commuters who go to {anchor}{share}",
    "drive": "its minutes door to door by car{minutes}",
    "composite": "its link and its minutes door to door by car together",
    "ttwa-region": "where most of its travel to work area's residents live",
    "composite-region": "its link with the mandate's area",
}
#: Methods that always take in the anchor's own zones, whatever their numbers.
_TAKES_ITS_ANCHOR: Final = frozenset({"catchment", "composite"})


@dataclass(frozen=True, slots=True, eq=False)
class Robustness:
    """
    Number of options under which each zone is local.

    Attributes
    ----------
    zones : pandas.DataFrame
        Zones in at least one option, indexed by ``msoa11cd``: ``name``,
        ``lad25cd``, ``district``, ``n_local`` and ``n_options`` (options), ``standing``
        (``core``: local under all; ``fringe``: under some), ``live_postcodes``,
        ``employed_residents`` and ``jobs`` (persons, 2011), ``share_to_anchor`` (of the
        zone's commuters, fraction) and ``minutes`` (by road; NaN if unknown).
    contested : pandas.DataFrame
        The fringe, with ``decided_by``: a sentence on what puts the zone inside or outside.
    """

    options: tuple[str, ...]
    zones: pd.DataFrame
    membership: pd.DataFrame
    contested: pd.DataFrame


def measure_robustness(
    options: Sequence[Option], council: Council, *, store: DataStore | None = None
) -> Robustness:
    """
    Count the options under which each zone is local.

    ``options``: one or more, on 2011 zones. InputError if there are no options.
    """
    if not options:
        raise InputError("there are no options to compare; name at least one")
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
            "minutes": _minutes(codes.tolist(), council, store),
        },
        index=index,
    )
    contested = zones[zones["standing"] == "fringe"].copy()
    decided = _decided_by(options, contested, membership, council, store)
    contested["decided_by"] = pd.Series(decided, index=contested.index, dtype=object)
    return Robustness(ids, zones, membership, contested)


def _minutes(codes: Sequence[str], council: Council, store: DataStore) -> NDArray[np.float64]:
    minutes = minutes_to_anchor(council, store=store)
    return np.array([minutes.get(code, np.nan) for code in codes], dtype=np.float64)


def count_postcodes(robustness: Robustness, *, store: DataStore | None = None) -> pd.DataFrame:
    """
    Count the options under which each postcode in use is local.

    Returns
    -------
    pandas.DataFrame
        Live postcodes of zones in at least one option, sorted: ``postcode``,
        ``msoa11cd``, ``n_local``, ``n_options`` and ``standing``.
    """
    table = read_postcodes(["key", "msoa11cd", "status"], store=store)
    frame = table.filter(pc.equal(table["status"], "live")).select(["key", "msoa11cd"]).to_pandas()
    frame = frame[frame["msoa11cd"].isin(robustness.zones.index)]
    zone = frame["msoa11cd"].astype(str)
    standing = robustness.zones[["n_local", "n_options", "standing"]].loc[zone]
    return pd.DataFrame(
        {
            "postcode": [postcode_of(int(key)) for key in frame["key"]],
            "msoa11cd": zone.to_numpy(),
            **{name: standing[name].to_numpy() for name in standing},
        }
    )


def _decided_by(
    options: Sequence[Option],
    zones: pd.DataFrame,
    inside: pd.DataFrame,
    council: Council,
    store: DataStore,
) -> list[str]:
    """Describe for each zone what puts it inside some options and outside others."""
    added = {o.id: _changed(o, "include", council, store) for o in options}
    removed = {o.id: _changed(o, "exclude", council, store) for o in options}
    keys, sentences = [c.key for c in council.contested], []
    own, anchor = set(anchor_zones(council, store=store)), spoken_name(council.anchor)
    for zone, row in zones.iterrows():
        row_inside = inside.loc[str(zone)]
        grounds: tuple[dict[str, None], dict[str, None]] = ({}, {})  # an ordered set
        for option in options:
            held = bool(row_inside[option.id])
            placed = (added if held else removed)[option.id].get(str(zone))
            by = _GOES_BY.get(option.method, option.method)
            if held and zone in own and option.method in _TAKES_ITS_ANCHOR:
                by = "being a part of {anchor}"
            base = _base_title(option, keys, council)
            named = by.format(anchor=anchor, base=base, **_figures(row, option))
            word = "adding" if held else "removing"
            grounds[held][f"{word} {placed}" if placed else named] = None
        within, without = _list(list(grounds[True])), _list(list(grounds[False]))
        sentences.append(f"Lies in {row['district']}. Inside by {within}; outside by {without}.")
    return sentences


def _base_title(option: Option, keys: Sequence[str], council: Council) -> str:
    base = split_option_id(option.id, keys)[0]
    title = option_title(base, council)
    return option.title if title == base else title  # not one of the council's own options


def minutes_beside(minutes: float, limit: float) -> str:
    """
    Write whole minutes so that they do not say otherwise than the limit they are held against.

    ``minutes``: minutes of a zone; NaN or infinite if not known. ``limit``: minutes up to which a
    zone is inside; infinite if there is no limit. In brackets, after a space; empty if not known.

    Examples
    --------
    >>> minutes_beside(28.6, 30.0), minutes_beside(30.3, 30.0), minutes_beside(30.6, 30.0)
    (' (29)', ' (just over 30)', ' (31)')
    """
    if not np.isfinite(minutes):
        return ""
    whole = whole_minutes(minutes)
    return f" (just over {limit:g})" if whole <= limit < minutes else f" ({whole})"


def _figures(row: pd.Series, option: Option) -> dict[str, str]:
    # The share is of the commuters of 2011; where others chose the zones, it decided nothing.
    least = option.parameters.get("min_share")
    others = option.parameters.get("vintage", 2011) != 2011 or "flows" in option.parameters
    share = float(row["share_to_anchor"])
    known = "" if least is None or others or not np.isfinite(share) else share_beside(share, least)
    return {
        "share": f" ({known})" if known else "",
        "minutes": minutes_beside(row["minutes"], option.parameters.get("minutes", np.inf)),
    }


def _changed(option: Option, change: str, council: Council, store: DataStore) -> dict[str, str]:
    """Map the zones of each added or removed place to the name of the place."""
    held: dict[str, str] = {}
    for place in option.parameters.get(change, ()):
        try:
            zones = place_near_anchor(place, council, store=store).zones
        except LocalareaError:  # a polygon, whose name cannot be resolved
            continue
        held.update(dict.fromkeys(zones, place))
    return held


def _list(items: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))
