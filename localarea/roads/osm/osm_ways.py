"""Convert OpenStreetMap ways to arcs, cut at barriers and missing nodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from localarea.roads.graph import RoadGraph, from_arcs
from localarea.roads.osm.osm_access import BACKWARD, FORWARD, ROUND, is_public_road, open_directions
from localarea.roads.osm.osm_speeds import (
    CLASS_NAMES,
    FERRY,
    class_numbers,
    find_urban,
    osm_kph,
    parse_duration,
    parse_maxspeed,
)
from localarea.roads.speeds import METRES_AT_KPH

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class WayRules:
    """
    The rules for driving along a way, from its tags.

    Attributes
    ----------
    road_class : str
        ``highway`` tag, or ``"ferry"``.
    along, against : bool
        Whether cars may go in the direction of the way, and against it.
    limit_along_kph, limit_against_kph : float
        Signed limit in each direction; NaN if there is none.
    duration_min : float
        Time of a ferry from end to end; NaN if not tagged.
    round : bool
        Whether it is part of a roundabout.
    """

    road_class: str
    along: bool
    against: bool
    limit_along_kph: float
    limit_against_kph: float
    duration_min: float
    round: bool = False


@dataclass(frozen=True, slots=True)
class Ways:
    """
    The ways of an extract that cars may use.

    Attributes
    ----------
    refs : numpy.ndarray of int64, shape (n_refs,)
        OpenStreetMap ids of their nodes, one way after another.
    way : numpy.ndarray of int64, shape (n_refs,)
        Number of the way of each.
    """

    refs: np.ndarray
    way: np.ndarray
    rules: list[WayRules]


@dataclass(frozen=True, slots=True)
class Nodes:
    """
    The nodes of an extract with known coordinates.

    Attributes
    ----------
    ids : numpy.ndarray of int64, shape (n_nodes,)
        OpenStreetMap ids, sorted; negative for nodes that an editor created.
    points : numpy.ndarray, shape (n_nodes, 2)
        EPSG:27700, metres.
    closed : numpy.ndarray of bool, shape (n_nodes,)
        Whether cars cannot pass.
    """

    ids: np.ndarray
    points: np.ndarray
    closed: np.ndarray


@dataclass(frozen=True, slots=True)
class WaySegments:
    """
    Segments of ways between two nodes.

    Attributes
    ----------
    tails, heads : numpy.ndarray of int64, shape (n_pieces,)
        Numbers of their ends, in the direction of the way.
    way : numpy.ndarray of int64, shape (n_pieces,)
        Number of the way of each.
    ids : numpy.ndarray of int64, shape (n_ends,)
        OpenStreetMap ids; a closed node appears once for every piece that it ends.
    points : numpy.ndarray, shape (n_ends, 2)
        EPSG:27700, metres.
    nodes_cut : int
        Number of closed nodes at which pieces meet.
    """

    tails: np.ndarray
    heads: np.ndarray
    way: np.ndarray
    ids: np.ndarray
    points: np.ndarray
    ways_with_gaps: int
    nodes_cut: int


def rules_of(tags: Mapping[str, str]) -> WayRules:
    """
    Parse the rules for driving along a way from its tags.

    The limit of a direction (``maxspeed:forward``) overrides that of both.
    """
    road = is_public_road(tags)
    limits = [parse_maxspeed(tags.get("maxspeed" + side)) for side in (FORWARD, BACKWARD, "")]
    along, against = (
        next((x for x in (limit, limits[2]) if x is not None), np.nan) for limit in limits[:2]
    )
    duration = None if road else parse_duration(tags.get("duration"))
    return WayRules(
        tags["highway"] if road else FERRY,
        *open_directions(tags),
        limit_along_kph=along,
        limit_against_kph=against,
        duration_min=np.nan if duration is None else duration,
        round=tags.get("junction") in ROUND,
    )


def cut_pieces(ways: Ways, nodes: Nodes) -> WaySegments:
    """
    Cut ways into pieces between nodes, separate where cars cannot pass.

    Without pieces at a missing node, where a clipped way has a gap. At a closed node every piece
    has its own end, so that they are not connected.
    """
    place = np.searchsorted(nodes.ids, ways.refs)
    known = place < len(nodes.ids)
    known[known] = nodes.ids[place[known]] == ways.refs[known]
    piece = np.flatnonzero(
        (ways.way[1:] == ways.way[:-1]) & known[1:] & known[:-1] & (ways.refs[1:] != ways.refs[:-1])
    )
    ends = np.concatenate([place[piece], place[piece + 1]])
    shut = nodes.closed[ends]
    meeting = np.bincount(ends[shut], minlength=1)
    origin = np.concatenate([np.arange(len(nodes.ids)), ends[shut]])
    ends[shut] = len(nodes.ids) + np.arange(shut.sum())
    used, ends = np.unique(ends, return_inverse=True)
    tails, heads = ends.reshape(2, -1)
    return WaySegments(
        tails=tails,
        heads=heads,
        way=ways.way[piece],
        ids=nodes.ids[origin[used]],
        points=nodes.points[origin[used]],
        ways_with_gaps=len(np.unique(ways.way[~known])),
        nodes_cut=int((meeting > 1).sum()),
    )


def make_graph(pieces: WaySegments, rules: Sequence[WayRules], *, source: str) -> RoadGraph:
    """Build a graph from pieces of ways, with a node at every bend and two arcs if two-way."""
    tails, heads, way = pieces.tails, pieces.heads, pieces.way
    start, end = pieces.points[tails], pieces.points[heads]
    length = np.hypot(*(start - end).T)
    meeting = np.bincount(np.concatenate([tails, heads]), minlength=len(pieces.ids))
    urban = find_urban((start + end) / 2, pieces.points[meeting != 2])
    classes = class_numbers([rule.road_class for rule in rules])[way]
    sailing = _sailing_minutes(length, way, np.array([rule.duration_min for rule in rules]))

    def minutes(limits_kph: list[float]) -> np.ndarray:
        driving = length / osm_kph(classes, np.array(limits_kph)[way], urban) * METRES_AT_KPH
        return np.where(np.isnan(sailing), driving, sailing)

    along = np.array([rule.along for rule in rules])[way]
    against = np.array([rule.against for rule in rules])[way]
    there = minutes([rule.limit_along_kph for rule in rules])
    back = minutes([rule.limit_against_kph for rule in rules])
    return from_arcs(
        np.concatenate([tails[along], heads[against]]),
        np.concatenate([heads[along], tails[against]]),
        minutes=np.concatenate([there[along], back[against]]),
        length_m=np.concatenate([length[along], length[against]]),
        points=pieces.points,
        road_class=np.concatenate([classes[along], classes[against]]),
        node_ids=pieces.ids,
        class_names=CLASS_NAMES,
        source=source,
    )


def _sailing_minutes(length: np.ndarray, way: np.ndarray, duration_min: np.ndarray) -> np.ndarray:
    """Distribute the duration of a ferry along its way; NaN for ways without a duration."""
    whole = np.bincount(way, length, minlength=len(duration_min))[way]
    share = np.divide(length, whole, out=np.zeros_like(length), where=whole > 0)
    sailing: np.ndarray = duration_min[way] * share
    return sailing
