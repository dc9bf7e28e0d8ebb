"""The major roads of an OpenStreetMap extract, in the form of the embedded network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from localarea.errors import EmptyResultError
from localarea.roads._chains import follow_chains
from localarea.roads.graph import from_arcs
from localarea.roads.osm._osm_file import month_of, read_extract
from localarea.roads.osm.osm_ways import cut_pieces
from localarea.roads.simplify import find_ends

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from localarea.roads.graph import RoadGraph
    from localarea.roads.osm.osm_ways import WayRules, WaySegments

LINK: Final = "_link"
HIGHWAYS: Final = tuple(
    one + link for one in ("motorway", "trunk", "primary") for link in ("", LINK)
)
SINGLE, DUAL, MOTORWAY = 0, 1, 2
KINDS: Final = ("single", "dual", "motorway")
EVERY_M: Final = 500.0  # widest gap between the places listed along a road


@dataclass(frozen=True, slots=True)
class MajorRoads:
    """
    Motorways, trunk and primary roads with their slip roads, between junctions of these.

    Attributes
    ----------
    nodes : pandas.DataFrame
        ``easting`` and ``northing`` (EPSG:27700, whole metres), by OpenStreetMap's ids.
    edges : pandas.DataFrame
        ``u`` < ``v`` (node numbers), ``km``, ``dual`` and ``motorway`` (shares of the length) and
        ``surveyed`` (always true: the tags tell the carriageway), sorted; every edge is two-way.
    along : numpy.ndarray, shape (n, 2)
        Places on the roads, at most 500 m apart.
    month : str or None
        Month of the data, ``YYYY-MM``, if the file tells it.
    """

    nodes: pd.DataFrame
    edges: pd.DataFrame
    along: np.ndarray
    month: str | None


def read_major_roads(path: Path) -> MajorRoads:
    """
    Read the major roads of an OpenStreetMap extract.

    Each carriageway of a dual road is an edge of its own. Of several roads between the same two
    junctions the shortest counts; roads that lead back to where they began are left out.

    Raises
    ------
    FileFormatError
        If it is cut short, or is not an OpenStreetMap file.
    EmptyResultError
        If it has no major road.
    """
    month = month_of(path)
    extract = read_extract(path, HIGHWAYS)
    pieces = None if extract is None else cut_pieces(extract.ways, extract.nodes)
    if extract is None or pieces is None or not len(pieces.way):
        raise EmptyResultError(
            f"{path} has no motorway, trunk or primary road for cars with the places of its nodes; "
            "download an extract with roads"
        )
    graph = _both_ways(pieces, extract.ways.rules)
    ends = find_ends(graph)
    edges = _edges(graph, ends)
    used = np.unique(edges[["u", "v"]].to_numpy())
    points = np.round(graph.points[used]).astype(np.int64)
    for end in ("u", "v"):
        edges[end] = np.searchsorted(used, edges[end])
    nodes = pd.DataFrame({"easting": points[:, 0], "northing": points[:, 1]})
    return MajorRoads(nodes, edges, _along(pieces), month)


def _kinds(rules: Sequence[WayRules]) -> np.ndarray:
    """Return the kind of carriageway of each way: dual is what is one-way and no slip road."""

    def kind(rule: WayRules) -> int:
        if rule.road_class == "motorway":
            return MOTORWAY
        one_way = rule.along != rule.against
        return DUAL if one_way and not rule.round and not rule.road_class.endswith(LINK) else SINGLE

    return np.array([kind(rule) for rule in rules], dtype=np.uint8)


def _both_ways(pieces: WaySegments, rules: Sequence[WayRules]) -> RoadGraph:
    """Build a graph with a node at every bend and its kind of carriageway as the class."""
    length = np.hypot(*(pieces.points[pieces.tails] - pieces.points[pieces.heads]).T)
    kinds = _kinds(rules)[pieces.way]
    return from_arcs(
        np.concatenate([pieces.tails, pieces.heads]),
        np.concatenate([pieces.heads, pieces.tails]),
        minutes=np.zeros(2 * len(length)),
        length_m=np.tile(length, 2),
        points=pieces.points,
        road_class=np.tile(kinds, 2),
        node_ids=pieces.ids,
        class_names=KINDS,
    )


def _edges(graph: RoadGraph, ends: np.ndarray) -> pd.DataFrame:
    arcs, start = follow_chains(graph.indptr, graph.indices, ends)
    n_chains = len(start) - 1
    chain = np.repeat(np.arange(n_chains), np.diff(start))
    length = graph.length_m[arcs].astype(float)
    kind = graph.road_class[arcs]
    whole = np.bincount(chain, length, n_chains)

    def share(least: int) -> np.ndarray:
        part = np.bincount(chain, length * (kind >= least), n_chains)
        return np.round(np.divide(part, whole, out=np.zeros(n_chains), where=whole > 0), 2)

    edges = pd.DataFrame(
        {
            "u": graph.tails[arcs[start[:-1]]].astype(np.int64),
            "v": graph.indices[arcs[start[1:] - 1]].astype(np.int64),
            "km": np.round(whole / 1000, 3),
            "dual": share(DUAL),
            "motorway": share(MOTORWAY),
            "surveyed": True,
        }
    )
    edges = edges[edges["u"] < edges["v"]].sort_values(["u", "v", "km"])
    return edges.drop_duplicates(["u", "v"], ignore_index=True)


def _along(pieces: WaySegments) -> np.ndarray:
    """Return both ends of each piece, and places between where it is long."""
    start, end = pieces.points[pieces.tails], pieces.points[pieces.heads]
    steps = np.ceil(np.hypot(*(end - start).T) / EVERY_M).astype(int) + 1
    piece = np.repeat(np.arange(len(steps)), steps)
    number = np.arange(len(piece)) - np.repeat(np.cumsum(steps) - steps, steps)
    share = (number / np.maximum(steps[piece] - 1, 1))[:, None]
    along: np.ndarray = start[piece] + share * (end - start)[piece]
    return along
