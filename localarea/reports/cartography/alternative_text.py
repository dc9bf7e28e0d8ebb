"""Alternative text: what a picture shows, in words and figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from localarea.places.gazetteer import read_gazetteer
from localarea.records import whole_minutes

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import geopandas as gpd
    import pandas as pd

    from localarea.comparison.robustness import Robustness
    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option

_MAX_NAMED = 6  # districts named in a sentence; more would be tiring to hear


def say_part(place: Collection[str], inside: Collection[str]) -> str:
    """
    Describe how much of a place is inside an option.

    ``inside``, ``outside`` or ``3 of 10 zones inside``.

    Examples
    --------
    >>> say_part(["a", "b"], ["a"]), say_part(["a"], ["b"]), say_part(["a"], ["a", "b"])
    ('1 of 2 zones inside', 'outside', 'inside')
    """
    n_inside = len(set(place) & set(inside))
    if n_inside == 0:
        return "outside"
    return (
        "inside" if n_inside == len(set(place)) else f"{n_inside} of {len(set(place))} zones inside"
    )


def _stands(place: Collection[str], inside: Collection[str]) -> str:
    """Describe the same as a part of a sentence."""
    part = say_part(place, inside)
    return (
        part
        if part in ("inside", "outside")
        else (f"inside with {len(set(place) & set(inside))} of its {len(set(place))} zones")
    )


def changed_zones(first: Option, second: Option) -> dict[str, tuple[str, ...]]:
    """
    Split the zones of two options into shared, gained and lost.

    Parameters
    ----------
    first, second : Option
        Options of the same zone system.

    Returns
    -------
    dict
        ``both``, ``gained`` (only in the second) and ``lost`` (only in the first), each
        sorted.
    """
    one, two = set(first.zones), set(second.zones)
    return {
        "both": tuple(sorted(one & two)),
        "gained": tuple(sorted(two - one)),
        "lost": tuple(sorted(one - two)),
    }


def _list(items: Sequence[str]) -> str:
    if len(items) > _MAX_NAMED:
        items = [*items[:_MAX_NAMED], f"{len(items) - _MAX_NAMED} more"]
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def _count(number: float, one: str, many: str) -> str:
    return f"{number:,.0f} {one if round(number) == 1 else many}"


def _zones(number: int) -> str:
    return _count(number, "zone", "zones")


def describe_option(
    option: Option,
    council: Council,
    inside: gpd.GeoDataFrame,
    disputed: Mapping[str, Collection[str]],
    *,
    store: DataStore | None = None,
) -> str:
    """
    Describe the map of one option.

    Parameters
    ----------
    inside : geopandas.GeoDataFrame
        Its zones, from :func:`localarea.reports.cartography.study_area.read_study_zones`.
    disputed : mapping of str to collection of str
        Zones of each contested place.
    """
    every = read_gazetteer("msoa11", store=store).zone_district
    of_all = {code: sum(d == code for d in every.values()) for code in set(inside["lad25cd"])}
    held = (
        inside.groupby(["lad25cd", "district"]).size().sort_values(ascending=False, kind="stable")
    )
    parts = [
        f"all of {name}" if n == of_all[code] else f"{n} of the {of_all[code]} zones of {name}"
        for (code, name), n in held.items()
    ]
    sentences = [
        f"Map of the option “{option.title}” around {council.anchor}: {_zones(len(inside))} with "
        f"{inside['employed_residents'].sum():,.0f} residents at work and "
        f"{inside['jobs'].sum():,.0f} jobs (2011).",
        f"It holds {_list(parts)}.",
    ]
    sentences += [
        f"{place} is {_stands(codes, option.zones)}." for place, codes in disputed.items()
    ]
    return " ".join(sentences)


def describe_commuting(
    council: Council,
    zones: gpd.GeoDataFrame,
    options: Sequence[Option],
    disputed: Mapping[str, Collection[str]],
) -> str:
    """
    Describe the map of commuting to the anchor.

    Parameters
    ----------
    zones : geopandas.GeoDataFrame
        Zones on the map with ``share_to_anchor``, ``to_anchor`` and ``commuters``.
    options : sequence of Option
        Options whose boundaries are drawn.
    """
    share = zones["share_to_anchor"]
    top = share.idxmax()
    sentences = [
        f"Map of the zones around {council.anchor}, shaded by the share of their commuters "
        f"who work in {council.anchor} (2011; people who work at home are left out).",
        f"On the map: half or more from {_zones(int((share >= 0.5).sum()))}, "
        f"15% or more from {_zones(int((share >= 0.15).sum()))} and "
        f"5% or more from {_zones(int((share >= 0.05).sum()))}; the most is {share[top]:.0%} "
        f"from {zones.loc[top, 'name']} ({zones.loc[top, 'district']}).",
    ]
    for place, codes in disputed.items():
        part = zones.loc[list(codes)]
        whole = part["to_anchor"].sum() / part["commuters"].sum()
        sentences.append(
            f"Of the commuters of {place}, {whole:.1%} "
            f"({part['to_anchor'].sum():,.0f} people) work in {council.anchor}."
        )
    return " ".join([*sentences, *_boundaries(options)])


def describe_minutes(
    council: Council,
    zones: gpd.GeoDataFrame,
    options: Sequence[Option],
    disputed: Mapping[str, Collection[str]],
) -> str:
    """
    Describe the map of drive times.

    Parameters
    ----------
    zones : geopandas.GeoDataFrame
        Zones on the map with ``minutes`` (inf if not reachable).
    """
    minutes = zones["minutes"]
    within = [
        f"{_zones(int((minutes <= limit).sum()))} within {limit} minutes "
        f"({zones.loc[minutes <= limit, 'employed_residents'].sum():,.0f} residents at work)"
        for limit in (15, 30, 45)
    ]
    sentences = [
        f"Map of the zones around {council.anchor}, shaded by minutes door to door by car from "
        "there.",
        f"On the map: {_list(within)}.",  # others may lie beyond its edge
    ]
    for place, codes in disputed.items():
        part = zones.loc[list(codes), "minutes"]
        part = part[np.isfinite(part)]
        if len(part):
            near, far = whole_minutes(part.min()), whole_minutes(part.max())
            sentences.append(f"The zones of {place} lie {near} to {far} minutes away.")
    for option in options:
        part = minutes.loc[list(option.zones)]
        reached = part[np.isfinite(part)]
        if len(reached):
            last = zones.loc[reached.idxmax()]
            sentences.append(
                f"The farthest zone of “{option.title}” is {last['name']} ({last['district']}), "
                f"{whole_minutes(reached.max())} minutes away."
            )
    return " ".join([*sentences, *_boundaries(options)])


def _boundaries(options: Sequence[Option]) -> list[str]:
    if not options:
        return []
    return [f"Boundaries drawn: {'; '.join(o.title for o in options)}."]


def describe_robustness(robustness: Robustness, council: Council) -> str:
    """
    Describe the map of robustness.

    ``robustness``: as returned by :func:`localarea.comparison.robustness.measure_robustness`.
    """
    zones: pd.DataFrame = robustness.zones
    n_options = len(robustness.options)
    core = zones["n_local"] == n_options
    once = int(((zones["n_local"] == 1) & ~core).sum())
    fringe = zones[~core]
    sentences = [
        f"Map of {_zones(len(zones))} that are local in at least one of {n_options} options for "
        f"{council.title}.",
        f"The core, local in every option, is {_zones(int(core.sum()))} with "
        f"{zones.loc[core, 'employed_residents'].sum():,.0f} residents at work and "
        f"{zones.loc[core, 'jobs'].sum():,.0f} jobs (2011).",
        f"The fringe is {_zones(len(fringe))} with {fringe['employed_residents'].sum():,.0f} "
        f"residents at work; {_zones(once)} of it {'is' if once == 1 else 'are'} local in one "
        "option only.",
    ]
    if len(fringe):
        most = fringe.groupby("district")["employed_residents"].sum()
        order = most.sort_values(ascending=False, kind="stable").index[:3]
        sentences.append(f"Most of the fringe's residents at work live in {_list(list(order))}.")
    return " ".join(sentences)


def describe_comparison(
    first: Option,
    second: Option,
    council: Council,
    zones: gpd.GeoDataFrame,
    disputed: Mapping[str, Collection[str]],
) -> str:
    """
    Describe the map that compares two options.

    Parameters
    ----------
    first, second : Option
        Options to compare; gained zones are those only in the second.
    zones : geopandas.GeoDataFrame
        Zones on the map with ``district``, ``employed_residents`` and ``jobs``.
    """
    sets = changed_zones(first, second)
    sentences = [
        f"Map around {council.anchor} of the option “{second.title}” compared with "
        f"“{first.title}”: {_zones(len(sets['both']))} are in both."
    ]
    for change in ("gained", "lost"):
        part = zones.loc[list(sets[change])]
        if part.empty:
            sentences.append(f"Nothing is {change}.")
            continue
        most = part.groupby("district").size().sort_values(ascending=False, kind="stable")
        where = _list([f"{name} ({n})" for name, n in most.items()])
        sentences.append(
            f"{_zones(len(part))} with {part['employed_residents'].sum():,.0f} residents at work "
            f"and {part['jobs'].sum():,.0f} jobs (2011) {'is' if len(part) == 1 else 'are'} "
            f"{change}, by district: {where}."
        )
    for place, codes in disputed.items():
        one, two = _stands(codes, first.zones), _stands(codes, second.zones)
        sentences.append(f"{place} is {one} under the first and {two} under the second.")
    return " ".join(sentences)
