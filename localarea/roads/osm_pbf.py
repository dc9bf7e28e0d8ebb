"""A full network from an OpenStreetMap extract, without internet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from localarea.errors import DataMissingError, EmptyResultError, FileFormatError
from localarea.roads.graph import RoadGraph, from_arcs
from localarea.roads.osm_speeds import (
    CLASS_NAMES,
    class_numbers,
    find_urban,
    osm_kph,
    parse_maxspeed,
)
from localarea.roads.simplify import simplify

if TYPE_CHECKING:
    from collections.abc import Mapping

# Ways that a car may not use, or that lead nowhere: the "drive" filter of OSMnx.
NOT_FOR_DRIVING: Final = frozenset(
    [
        *("abandoned", "bridleway", "bus_guideway", "busway", "construction", "corridor"),
        *("cycleway", "elevator", "escalator", "footway", "no", "path", "pedestrian", "planned"),
        *("platform", "proposed", "raceway", "razed", "rest_area", "service", "services"),
        *("steps", "track"),
    ]
)
CLOSED: Final = {
    "area": {"yes"},
    "access": {"private"},
    "motor_vehicle": {"no"},
    "motorcar": {"no"},
    "service": {"alley", "driveway", "emergency_access", "parking", "parking_aisle", "private"},
}
ONE_WAY, BACKWARDS, BOTH_WAYS = {"yes", "true", "1"}, {"-1", "reverse"}, {"no", "false", "0"}
TAIL_BYTES: Final = 256
ROUND: Final = {"roundabout", "circular"}


@dataclass(frozen=True, slots=True)
class _Ways:
    """The ways of an extract, one piece between two nodes after another."""

    tails: np.ndarray  # OpenStreetMap ids
    heads: np.ndarray
    way: np.ndarray  # number of the way of each piece
    direction: np.ndarray  # of each way: 0 both, 1 along, -1 against
    classes: np.ndarray
    limits_kph: np.ndarray
    ids: np.ndarray  # nodes, sorted
    points: np.ndarray


def may_drive(tags: Mapping[str, str]) -> bool:
    """
    Say whether cars may use a way.

    Parameters
    ----------
    tags : mapping of str to str
        Tags of the way.

    Returns
    -------
    bool
        True for public roads; False for service roads, tracks, paths and closed ways.

    Examples
    --------
    >>> may_drive({"highway": "residential"}), may_drive({"highway": "footway"})
    (True, False)
    """
    if tags.get("highway", "no") in NOT_FOR_DRIVING:
        return False
    return not any(tags.get(key) in values for key, values in CLOSED.items())


def direction_of(tags: Mapping[str, str]) -> int:
    """
    Say in which direction a way may be driven.

    Parameters
    ----------
    tags : mapping of str to str
        Tags of the way.

    Returns
    -------
    int
        1 along the way, -1 against it, 0 both. Motorways and roundabouts are one-way
        unless tagged otherwise.

    Examples
    --------
    >>> direction_of({"highway": "motorway"}), direction_of({"highway": "primary"})
    (1, 0)
    """
    oneway = tags.get("oneway", "")
    if oneway in BACKWARDS:
        return -1
    if oneway in BOTH_WAYS:
        return 0
    implied = tags.get("highway") == "motorway" or tags.get("junction") in ROUND
    return 1 if oneway in ONE_WAY or implied else 0


def read_osm(path: Path | str, *, simplified: bool = True) -> RoadGraph:
    """
    Read the roads of an OpenStreetMap extract.

    Parameters
    ----------
    path : pathlib.Path or str
        ``.osm.pbf`` or ``.osm`` (also compressed, as far as osmium reads it).
    simplified : bool
        Take out the nodes where nothing is decided; the lines are kept.

    Returns
    -------
    RoadGraph
        Roads for cars, in EPSG:27700, the largest part in which every place can be
        reached from every other. Turns are free and never forbidden.

    Raises
    ------
    DataMissingError
        If there is no such file.
    FileFormatError
        If it is cut short or is no OpenStreetMap file.
    EmptyResultError
        If it holds no road for cars.
    """
    path = Path(path)
    if not path.is_file():
        raise DataMissingError(path, hint="give the path of an .osm.pbf or .osm file")
    _require_end(path)
    try:
        ways = _read_ways(path)
    except (RuntimeError, OSError) as error:  # osmium raises these for whatever is wrong inside
        raise FileFormatError(
            path, f"cannot be read as OpenStreetMap data ({error})", hint="download it again"
        ) from error
    if ways is None:
        raise EmptyResultError(f"{path} holds no road for cars; choose an extract with streets")
    graph = _build(ways, source=f"OpenStreetMap extract {path.name}")
    return (simplify(graph) if simplified else graph).largest_component()


def _require_end(path: Path) -> None:
    """Refuse XML without its last tag: osmium takes what is there without a word."""
    if path.suffix != ".osm":
        return
    with path.open("rb") as stream:
        stream.seek(max(path.stat().st_size - TAIL_BYTES, 0))
        if b"</osm>" not in stream.read():
            raise FileFormatError(path, "is cut short or no XML", hint="download it again")


def _read_ways(path: Path) -> _Ways | None:
    import osmium
    from pyproj import Transformer

    refs: list[np.ndarray] = []
    places: list[np.ndarray] = []
    tags_of: list[tuple[str, float, int]] = []
    reader = osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY)
    only_ways = osmium.filter.EntityFilter(osmium.osm.WAY)
    tagged = osmium.filter.KeyFilter("highway")
    way: Any  # what is left are ways, which osmium's types do not say
    for way in reader.with_locations().with_filter(only_ways).with_filter(tagged):
        tags = _tags(way)
        nodes = [(n.ref, n.location.lon, n.location.lat) for n in way.nodes if n.location.valid()]
        if len(nodes) < 2 or not may_drive(tags):
            continue
        line = np.array(nodes, dtype=np.float64)
        refs.append(np.array([n[0] for n in nodes], dtype=np.int64))
        places.append(line[:, 1:])
        limit = parse_maxspeed(tags.get("maxspeed"))
        tags_of.append((tags["highway"], np.nan if limit is None else limit, direction_of(tags)))
    if not refs:
        return None
    ids, first = np.unique(np.concatenate(refs), return_index=True)
    lon, lat = np.concatenate(places)[first].T
    to_grid = Transformer.from_crs(4326, 27700, always_xy=True).transform
    return _Ways(
        tails=np.concatenate([r[:-1] for r in refs]),
        heads=np.concatenate([r[1:] for r in refs]),
        way=np.repeat(np.arange(len(refs)), [len(r) - 1 for r in refs]),
        direction=np.array([t[2] for t in tags_of]),
        classes=class_numbers([t[0] for t in tags_of]),
        limits_kph=np.array([t[1] for t in tags_of]),
        ids=ids,
        points=np.stack(to_grid(lon, lat), axis=1),
    )


def _tags(way: Any) -> dict[str, str]:
    return {tag.k: tag.v for tag in way.tags}


def _build(ways: _Ways, *, source: str) -> RoadGraph:
    """Turn pieces of ways into arcs, each road open both ways into two."""
    tails, heads = (np.searchsorted(ways.ids, x) for x in (ways.tails, ways.heads))
    start, end = ways.points[tails], ways.points[heads]
    length = np.hypot(*(start - end).T)
    ends = np.bincount(np.concatenate([tails, heads]), minlength=len(ways.ids))
    urban = find_urban((start + end) / 2, ways.points[ends != 2])
    kph = osm_kph(ways.classes[ways.way], ways.limits_kph[ways.way], urban)
    direction = ways.direction[ways.way]
    along, against = direction >= 0, direction <= 0
    arcs = [(tails[along], heads[along], along), (heads[against], tails[against], against)]
    return from_arcs(
        np.concatenate([a[0] for a in arcs]),
        np.concatenate([a[1] for a in arcs]),
        minutes=np.concatenate([(length / kph * 0.06)[a[2]] for a in arcs]),
        length_m=np.concatenate([length[a[2]] for a in arcs]),
        points=ways.points,
        road_class=np.concatenate([ways.classes[ways.way][a[2]] for a in arcs]),
        node_ids=ways.ids,
        class_names=CLASS_NAMES,
        source=source,
    )
