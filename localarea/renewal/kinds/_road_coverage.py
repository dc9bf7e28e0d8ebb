"""What an extract of roads covers of the roads in use, region by region."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from localarea.errors import InputError
from localarea.renewal.bringing import MOST_LOST
from localarea.renewal.differences import Differences

if TYPE_CHECKING:
    import geopandas as gpd

NEAR_M: Final = 1_000.0  # a road this near is the same: those of the package are good to 100 m
EVERY_M: Final = 500.0
NODES, EDGES = "roads_nodes", "roads_edges"
COUNTRY: Final = "England and Wales"


@dataclass(frozen=True, slots=True)
class Roads:
    """
    Major roads, with where each lies.

    Attributes
    ----------
    points : numpy.ndarray, shape (n_nodes, 2)
        Junctions, EPSG:27700, whole metres.
    edges : pandas.DataFrame
        ``u``, ``v`` and ``km``.
    along : numpy.ndarray, shape (n, 2)
        Places on the roads.
    district : numpy.ndarray of int, shape (n_nodes,)
        Number of the district of each junction; -1 beyond England and Wales.
    """

    points: np.ndarray
    edges: pd.DataFrame
    along: np.ndarray
    district: np.ndarray

    def district_of_edges(self) -> np.ndarray:
        """Return the district of each edge: that of its first end which has one."""
        first, second = (self.district[self.edges[end]] for end in ("u", "v"))
        of_edges: np.ndarray = np.where(first >= 0, first, second)
        return of_edges

    def far_from(self, other: Roads) -> np.ndarray:
        """Return a mask of the junctions that no road of others is near."""
        away, _ = cKDTree(other.along).query(self.points, distance_upper_bound=NEAR_M)
        return np.asarray(~np.isfinite(away))

    def edges_far_from(self, other: Roads) -> np.ndarray:
        """Return a mask of the edges of which an end is far from roads of others."""
        far = self.far_from(other)
        of_edges: np.ndarray = far[self.edges["u"]] | far[self.edges["v"]]
        return of_edges


@dataclass(frozen=True, slots=True)
class Coverage:
    """
    How much of the roads in use other roads cover.

    Attributes
    ----------
    regions : pandas.DataFrame
        ``nodes``, ``nodes_lost``, ``km`` and ``km_lost``, indexed by region.
    beyond_lost : int
        Junctions beyond England and Wales that are lost.
    """

    regions: pd.DataFrame
    beyond_lost: int
    changes: tuple[Differences, ...]

    def require(self) -> None:
        """
        Raise an error if more than 1% of the junctions or of the length is lost.

        InputError if they do; it says how much is lost of each region.
        """
        whole = self.regions.sum()
        if all(whole[f"{one}_lost"] <= MOST_LOST * whole[one] for one in ("nodes", "km")):
            return
        raise InputError(
            f"{whole['km_lost']:,.0f} of {whole['km']:,.0f} km of major roads and "
            f"{whole['nodes_lost']:,.0f} of {whole['nodes']:,.0f} junctions of {COUNTRY} would be "
            f"lost, more than {MOST_LOST:.0%}: {'; '.join(self.by_region())}. The file is probably "
            "of a part of the country; take the extract of Great Britain, or accept the loss",
            parameter="accept-loss",
        )

    def by_region(self) -> tuple[str, ...]:
        """Return in words what is lost of each region that loses anything."""
        lost = self.regions[(self.regions["nodes_lost"] > 0) | (self.regions["km_lost"] > 0)]
        return tuple(
            f"{row.Index} {row.km_lost:,.0f} of {row.km:,.0f} km" for row in lost.itertuples()
        )


def roads_in(
    points: np.ndarray,
    edges: pd.DataFrame,
    districts: gpd.GeoDataFrame,
    along: np.ndarray | None = None,
) -> Roads:
    """
    Find where roads lie.

    Parameters
    ----------
    points : numpy.ndarray, shape (n_nodes, 2)
        Junctions, EPSG:27700, metres.
    edges : pandas.DataFrame
        ``u``, ``v`` and ``km``.
    along : numpy.ndarray, shape (n, 2), optional
        Places on the roads; by default, on the straight lines between their ends.
    """
    if along is None:
        lines = shapely.linestrings(points[edges[["u", "v"]].to_numpy()])
        along = shapely.get_coordinates(shapely.segmentize(lines, EVERY_M))
    district = np.full(len(points), -1)
    tree = shapely.STRtree(districts.geometry.to_numpy())
    node, number = tree.query(shapely.points(points), predicate="intersects")
    district[node[::-1]] = number[::-1]  # the first, for one on a boundary
    return Roads(points, edges, along, district)


def compare_roads(
    older: Roads,
    newer: Roads,
    districts: gpd.GeoDataFrame,
    *,
    vintages: tuple[str, str],
    here: frozenset[str] = frozenset(),
) -> Coverage:
    """
    Compare the roads in use with new ones: what is lost, and what is new.

    A junction is lost if no newer major road is within a kilometre, and an edge if one of its ends
    is. Roads are not compared one by one: two surveys have other junctions on the same road.

    Parameters
    ----------
    districts : geopandas.GeoDataFrame
        Districts of England and Wales, with ``region``.
    """
    region = districts["region"].to_numpy(dtype=object)
    inside = np.isin(districts.index.to_numpy(dtype=object), list(here))
    lost, km_lost = older.far_from(newer), older.edges_far_from(newer)
    new, km_new = newer.far_from(older), newer.edges_far_from(older)
    frames, changes = [], []
    for table, what, sides in (
        (NODES, f"junctions of major roads in {COUNTRY}", (
            _Parts(older.district, np.ones(len(lost)), lost, _moved(older, newer) & ~lost),
            _Parts(newer.district, np.ones(len(new)), new, np.zeros_like(new)),
        )),
        (EDGES, f"km of major roads in {COUNTRY}", (
            _Parts(older.district_of_edges(), older.edges["km"].to_numpy(float), km_lost,
                   _changed(older, newer) & ~km_lost),
            _Parts(newer.district_of_edges(), newer.edges["km"].to_numpy(float), km_new,
                   np.zeros_like(km_new)),
        )),
    ):  # fmt: skip
        frames.append(_by_region(sides[0], region))
        changes.append(_differences(table, what, sides, vintages, inside if here else None))
    names = {0: "nodes", 1: "km"}
    regions = pd.concat(
        [frame.set_axis([names[k], f"{names[k]}_lost"], axis=1) for k, frame in enumerate(frames)],
        axis=1,
    ).fillna(0.0)
    beyond = int((lost & (older.district < 0)).sum())
    return Coverage(regions, beyond, tuple(changes))


@dataclass(frozen=True, slots=True)
class _Parts:
    """Junctions or edges: district, size, and which are far from the others or otherwise."""

    district: np.ndarray
    size: np.ndarray
    far: np.ndarray
    other: np.ndarray

    def total(self, chosen: np.ndarray, inside: np.ndarray | None = None) -> int:
        known = self.district >= 0
        if inside is not None:
            known &= inside[self.district]
        return round(float(self.size[known & chosen].sum()))


def _by_region(parts: _Parts, region: np.ndarray) -> pd.DataFrame:
    known = parts.district >= 0
    frame = pd.DataFrame(
        {
            "region": region[parts.district[known]],
            "all": parts.size[known],
            "lost": (parts.size * parts.far)[known],
        }
    )
    return frame.groupby("region")[["all", "lost"]].sum()


def _differences(
    table: str,
    what: str,
    sides: tuple[_Parts, _Parts],
    vintages: tuple[str, str],
    inside: np.ndarray | None,
) -> Differences:
    older, newer = sides

    def counts(of: np.ndarray | None) -> dict[str, int]:
        return {
            "new": newer.total(newer.far, of),
            "gone": older.total(older.far, of),
            "changed": older.total(older.other, of),
        }

    everything = [np.ones(len(side.size), dtype=bool) for side in sides]
    return Differences(
        table,
        *vintages,
        older.total(everything[0]),
        newer.total(everything[1]),
        counts(None),
        {} if inside is None else counts(inside),
        what=what,
    )


def _moved(older: Roads, newer: Roads) -> np.ndarray:
    """Return a mask of the junctions at whose place there is none now."""
    first, second = (pd.MultiIndex.from_arrays(list(one.points.T)) for one in (older, newer))
    return np.asarray(~first.isin(second))


def _changed(older: Roads, newer: Roads) -> np.ndarray:
    """Return a mask of the edges of which there is none now with the same ends and length."""
    first, second = (_keys(one) for one in (older, newer))
    return np.asarray(~first.isin(second))


def _keys(roads: Roads) -> pd.MultiIndex:
    ends = roads.points[roads.edges[["u", "v"]].to_numpy()].reshape(-1, 4)
    other = ends[:, [2, 3, 0, 1]]
    swap = (ends[:, 0] > ends[:, 2]) | ((ends[:, 0] == ends[:, 2]) & (ends[:, 1] > ends[:, 3]))
    sorted_ends = np.where(swap[:, None], other, ends)
    metres = np.round(roads.edges["km"].to_numpy(float) * 1000)
    return pd.MultiIndex.from_arrays([*sorted_ends.T, metres])
