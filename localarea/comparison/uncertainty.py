"""Uncertainty of figures: sampling error, and postcodes close to the boundary."""

from __future__ import annotations

import hashlib
from numbers import Integral
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from localarea.comparison.metrics import memberships, require_options
from localarea.datasets.nearby_zones import NearbyZones
from localarea.datasets.postcodes import are_live, numbered, read_postcodes
from localarea.datasets.store import default_store
from localarea.errors import InputError
from localarea.labour.self_containment import self_containment
from localarea.options.minutes.zone_minutes import minutes_to_anchor, stated_error
from localarea.options.zone_figures import read_zone_figures
from localarea.places.outline import zone_shapes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from localarea.datasets.nearby_zones import Extent
    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option

_ENDS = (2.5, 97.5)  # percentiles of a 95% interval
NEAR_M = 500.0
_REACH_M = np.nextafter(NEAR_M + 0.5, 0)  # rounded to the metre, like the distance of a verdict


def bootstrap_self_containment(
    options: Sequence[Option],
    council: Council,
    *,
    runs: int = 200,
    seed: int = 20190213,
    store: DataStore | None = None,
) -> pd.DataFrame:
    """
    Estimate intervals of self-containment by resampling the commuters of 2011.

    Each count of commuters between two zones is taken as the mean of a Poisson
    distribution. Sums of such counts are also Poisson, so only the three sums that make
    up the shares are drawn. They are drawn for each area apart, so its interval is the same
    whichever options it is compared with.

    Parameters
    ----------
    council : Council
        Not used; accepted so that every measure has the same signature.
    runs : int, default 200
        Draws, two or more: a single one has no interval.
    seed : int, default 20190213
        Seed of the random generator; equal seeds give equal intervals.

    Returns
    -------
    pandas.DataFrame, shape (n_options, 7)
        Indexed by option id: ``supply_side``, ``supply_low``, ``supply_high``,
        ``demand_side``, ``demand_low``, ``demand_high`` (fractions; 95% intervals, NaN
        where nobody works) and ``vintage``.

    Raises
    ------
    InputError
        If there are no options, or fewer than two draws.
    """
    require_options(options)
    draws: object = runs
    if not isinstance(draws, Integral) or runs < 2:
        raise InputError(f"runs must be a whole number from 2 on, not {draws}")
    zones = read_zone_figures(store=store)
    held = self_containment(zones.flows, memberships(options, zones))
    frame = pd.DataFrame(index=pd.Index([o.id for o in options], name="option"))
    generators = [_generator(option.zones, seed) for option in options]
    both = _draws(generators, held["live_and_work"].to_numpy(), runs)
    for side, whole in (("supply", "employed_residents"), ("demand", "jobs")):
        left = np.maximum(held[whole].to_numpy() - held["live_and_work"].to_numpy(), 0.0)
        everyone = both + _draws(generators, left, runs)
        with np.errstate(invalid="ignore"):
            shares = both / everyone
        low, high = np.percentile(shares, _ENDS, axis=0)
        frame[f"{side}_side"] = held[f"{side}_side"].to_numpy()
        frame[f"{side}_low"], frame[f"{side}_high"] = low, high
    frame["vintage"] = zones.flows.vintage
    return frame


def _generator(zones: Iterable[str], seed: int) -> np.random.Generator:
    """Return the generator of an area: a report would otherwise move the intervals of another."""
    digest = hashlib.sha256(" ".join(sorted(zones)).encode("ascii")).digest()
    return np.random.default_rng([seed, int.from_bytes(digest[:16], "big")])


def _draws(
    generators: Sequence[np.random.Generator], means: NDArray[np.float64], runs: int
) -> NDArray[np.float64]:
    """Draw counts, a column for each area."""
    drawn = [made.poisson(mean, runs) for made, mean in zip(generators, means, strict=True)]
    return np.column_stack(drawn).astype(np.float64)


def borderline_postcodes(
    options: Sequence[Option], council: Council, *, store: DataStore | None = None
) -> pd.DataFrame:
    """
    Count the postcodes in use close to the boundary of each option.

    Parameters
    ----------
    options : sequence of Option
        Options on 2011 zones.

    Returns
    -------
    pandas.DataFrame, shape (n_options, 3)
        Indexed by option id: ``live_postcodes`` inside; ``near_boundary`` (inside or
        outside, within 500 m of a zone on the other side; a coast does not count as a
        boundary); and ``near_in_minutes`` (for options by minutes alone, in zones whose
        minutes are within the model's margin of error of the limit; NaN for other options).
    """
    store = store or default_store()
    country = NearbyZones("msoa11", store=store)
    places = _live_points(store)
    rows = []
    for option in options:
        inside = np.isin(places.codes, option.zones)[places.zone]
        near = _near(country, zone_shapes(option.zones, store=store), option.zones, places, inside)
        rows.append((int(inside.sum()), near, _near_in_minutes(option, council, places, store)))
    columns = ["live_postcodes", "near_boundary", "near_in_minutes"]
    index = pd.Index([o.id for o in options], name="option")
    return pd.DataFrame(rows, columns=columns, index=index)


def _near_in_minutes(option: Option, council: Council, places: _Places, store: DataStore) -> float:
    limit = option.parameters.get("minutes")
    if option.method != "drive" or limit is None:
        return float("nan")
    minutes = minutes_to_anchor(council, store=store)
    gaps = np.array([abs(minutes.get(str(c), np.inf) - float(limit)) for c in places.codes])
    return float((gaps <= stated_error(float(limit)))[places.zone].sum())


class _Places(NamedTuple):
    """Postcodes in use that have a location and a zone; ``zone`` is a position in ``codes``."""

    east: NDArray[np.float64]
    north: NDArray[np.float64]
    zone: NDArray[np.intp]
    codes: NDArray[np.str_]


def _live_points(store: DataStore) -> _Places:
    table = read_postcodes(["easting", "northing", "msoa11cd", "status"], store=store)
    zone, codes = numbered(table, "msoa11cd")
    known = pc.is_valid(table["easting"]).to_numpy() & (zone < len(codes))
    rows = np.flatnonzero(are_live(table) & known)
    return _Places(
        table["easting"].to_numpy()[rows].astype(np.float64),
        table["northing"].to_numpy()[rows].astype(np.float64),
        zone[rows].astype(np.intp),
        np.array(codes, dtype=str),
    )


def _near(
    country: NearbyZones,
    own_shapes: NDArray[np.object_],
    zones: Sequence[str],
    places: _Places,
    inside: NDArray[np.bool_],
) -> int:
    import shapely

    east, north = places.east, places.north
    west, south, right, top = shapely.total_bounds(own_shapes)
    around = (east > west - NEAR_M) & (east < right + NEAR_M)
    around &= (north > south - NEAR_M) & (north < top + NEAR_M)
    window = west - 2 * NEAR_M, south - 2 * NEAR_M, right + 2 * NEAR_M, top + 2 * NEAR_M
    codes, nearby = _zones_in(country, window)
    own = np.isin(codes, zones)
    rows = np.flatnonzero(around)
    at, zone = np.column_stack([east[rows], north[rows]]), places.zone[rows]
    boxes, within = _boxes(at, zone, len(places.codes)), inside[rows]
    count = 0
    for side, other in ((True, ~own), (False, own)):
        # Most postcodes lie in zones that have none so near: to make points of all takes long.
        across = nearby[other]
        meets = shapely.STRtree(across).query(boxes, predicate="dwithin", distance=_REACH_M)[0]
        may_be = np.zeros(len(boxes), dtype=bool)
        may_be[meets] = True
        points = shapely.points(at[(within == side) & may_be[zone]])
        tree = shapely.STRtree(points)
        _, found = tree.query(across, predicate="dwithin", distance=_REACH_M)
        count += np.unique(found).size
    # A few postcodes are inside by their zone although their point is far outside of it.
    far = np.column_stack([east[inside & ~around], north[inside & ~around]])
    if not far.size:
        return count
    reach = (*(far.min(axis=0) - NEAR_M * 2).tolist(), *(far.max(axis=0) + NEAR_M * 2).tolist())
    codes, around_them = _zones_in(country, reach)
    tree = shapely.STRtree(around_them[~np.isin(codes, zones)])
    found, _ = tree.query(shapely.points(far), predicate="dwithin", distance=_REACH_M)
    return count + np.unique(found).size


def _zones_in(country: NearbyZones, window: Extent) -> tuple[NDArray[np.str_], NDArray[np.object_]]:
    """Return the zones that meet a window, their codes and shapes."""
    import shapely

    groups = list(country.within(window))
    codes = np.array([code for group in groups for code in group.codes], dtype=str)
    shapes = np.array([shape for group in groups for shape in group.shapes], dtype=object)
    meets = shapely.intersects(shapes, shapely.box(*window))
    return codes[meets], shapes[meets]


def _boxes(at: NDArray[np.float64], zone: NDArray[np.intp], n_zones: int) -> NDArray[np.object_]:
    """Return the box of each zone's postcodes, which is empty if the zone has none there."""
    import shapely

    low, high = np.full((n_zones, 2), np.inf), np.full((n_zones, 2), -np.inf)
    np.minimum.at(low, zone, at)
    np.maximum.at(high, zone, at)
    boxes = np.full(n_zones, shapely.Polygon(), dtype=object)
    held = np.unique(zone)
    # A little wider: a box without area, of one postcode alone, is near to nothing.
    boxes[held] = shapely.box(*(low[held] - 1).T, *(high[held] + 1).T)
    return boxes
