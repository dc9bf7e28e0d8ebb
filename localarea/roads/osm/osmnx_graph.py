"""Convert graphs from OSMnx, and to networkx."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from localarea.errors import (
    DataMissingError,
    DownloadError,
    EmptyResultError,
    FileFormatError,
    SchemaError,
)
from localarea.extras import extra
from localarea.roads.graph import RoadGraph, from_arcs
from localarea.roads.osm.osm_speeds import (
    CLASS_NAMES,
    class_numbers,
    find_urban,
    osm_kph,
    parse_maxspeed,
)
from localarea.roads.shapes import Shapes
from localarea.roads.speeds import METRES_AT_KPH

if TYPE_CHECKING:
    from pathlib import Path

    import networkx as nx
    import shapely
    from pyproj import CRS, Transformer

SECONDS: Final = 60.0  # in a minute
_FAR_LONGER: Final = 1_000  # a road winds, but not so
_ADVICE: Final = {
    "length": " (metres); osmnx.distance.add_edge_lengths adds it",
    "travel_time": " (seconds); osmnx.add_edge_travel_times adds it",
}


def from_osmnx(graph: nx.MultiDiGraph, *, times: str | None = None) -> RoadGraph:
    """
    Convert an OSMnx graph.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        Nodes with ``x`` and ``y`` in the CRS ``graph.graph["crs"]``; edges with ``length``
        (metres) and, if known, ``highway``, ``maxspeed`` and ``geometry``. Every edge of an
        undirected graph is two-way, unless its ``oneway`` is true and its ``from`` and ``to``
        give the direction.
    times : str, optional
        Edge attribute in seconds, such as OSMnx's ``travel_time``. By default, times are from
        `osm_kph`: signed limits, or typical speeds of the class in Britain.

    Returns
    -------
    RoadGraph
        In EPSG:27700; nodes in the order of the graph. Its ``notes`` count the one-way edges
        whose direction is unknown, which become two-way.

    Raises
    ------
    SchemaError
        If a required attribute is missing or not a number.
    EmptyResultError
        If the graph has no edges.
    """
    if graph.number_of_edges() == 0:
        raise EmptyResultError("the OSMnx graph has no edges; choose a larger area")
    ids = list(graph.nodes)
    number = {node: i for i, node in enumerate(ids)}
    crs = graph.graph.get("crs")
    if crs is None:
        raise SchemaError("OSMnx graph", ["no coordinate reference system: set graph.graph['crs']"])
    points = _on_grid(_column([graph.nodes[n] for n in ids], ("x", "y"), "node"), crs)
    _require_places(points, crs)
    edges, lost = _arcs_of(graph, number)
    tails, heads = (np.array([e[i] for e in edges], dtype=np.int64) for i in (0, 1))
    rows = [e[2] for e in edges]
    length = _column(rows, ("length",), "edge")[:, 0]
    _require_metres(np.hypot(*(points[tails] - points[heads]).T), length, crs)
    classes = class_numbers([row.get("highway") for row in rows])
    if times is not None:
        minutes = _column(rows, (times,), "edge")[:, 0] / SECONDS
    else:
        limits = [parse_maxspeed(row.get("maxspeed")) for row in rows]
        middle = (points[tails] + points[heads]) / 2
        urban = find_urban(middle, points)
        kph = osm_kph(classes, np.array([np.nan if x is None else x for x in limits]), urban)
        minutes = length / kph * METRES_AT_KPH
    made = from_arcs(
        tails,
        heads,
        minutes=minutes,
        length_m=length,
        points=points,
        road_class=classes,
        node_ids=_node_ids(ids),
        class_names=CLASS_NAMES,
        shapes=_shapes(rows, points[tails], points[heads], crs),
        source="OSMnx",
    )
    note = f"one-way roads of unknown direction, treated as two-way: {lost:,}"
    return replace(made, notes=(note,)) if lost else made


def _arcs_of(
    graph: nx.MultiDiGraph | nx.MultiGraph, number: dict[Any, int]
) -> tuple[list[tuple[int, int, dict[str, Any]]], int]:
    """List the arcs of a graph, mostly two for each edge of an undirected one."""
    edges = [(number[u], number[v], data) for u, v, data in graph.edges(data=True)]
    if graph.is_directed():
        return edges, 0
    by_text = {str(node): i for node, i in number.items()}  # `from` and `to` are text in a file
    arcs, lost = [], 0
    for u, v, data in edges:
        tail, head = (by_text.get(str(data.get(key))) for key in ("from", "to"))
        one_way = _is_one_way(data.get("oneway"))
        if one_way and tail is not None and head is not None and {tail, head} == {u, v}:
            arcs.append((tail, head, data))
            continue
        lost += one_way and u != v
        arcs += [(u, v, data)] if u == v else [(u, v, data), (v, u, data)]
    return arcs, lost


def _is_one_way(oneway: object) -> bool:
    if isinstance(oneway, list | tuple):
        return bool(oneway) and all(_is_one_way(part) for part in oneway)
    return str(oneway).casefold() in ("true", "yes", "1")


def _node_ids(ids: list[Any]) -> np.ndarray:
    whole = all(isinstance(i, int | np.integer) for i in ids)
    return np.array(ids, dtype=np.int64) if whole else np.arange(len(ids))


def _column(rows: list[dict[str, Any]], names: tuple[str, ...], what: str) -> np.ndarray:
    """Return an attribute as numbers, or raise an error with the number of missing ones."""
    missing = {name: sum(row.get(name) is None for row in rows) for name in names}
    faults = [
        f"{_some(count, what)} {name!r}{_ADVICE.get(name, '')}"
        for name, count in missing.items()
        if count
    ]
    if faults:
        raise SchemaError("OSMnx graph", faults)
    try:
        return np.array([[float(row[name]) for name in names] for row in rows])
    except (TypeError, ValueError) as error:
        raise SchemaError("OSMnx graph", [f"{', '.join(names)}: {error}"]) from error


def _some(count: int, what: str) -> str:
    return f"{count:,} {what} lacks" if count == 1 else f"{count:,} {what}s lack"


def _require_places(points: np.ndarray, crs: object) -> None:
    """Refuse nodes that are nowhere: most often, their numbers are not in the system stated."""
    lost = int((~np.isfinite(points).all(axis=1)).sum())
    if lost:
        faults = [
            f"x and y of {lost:,} of {len(points):,} nodes are no place in {crs}; check "
            "graph.graph['crs'] and the nodes"
        ]
        raise SchemaError("OSMnx graph", faults)


def _require_metres(straight: np.ndarray, length: np.ndarray, crs: object) -> None:
    """Refuse degrees that are said to be metres: edges are then far longer than their ends say."""
    if 0 < straight.sum() * _FAR_LONGER < length.sum() < np.inf:
        faults = [
            f"edges are {length.sum() / straight.sum():,.0f} times as long as between their nodes: "
            f"x and y look like degrees, and graph.graph['crs'] says {crs}; set 'EPSG:4326'"
        ]
        raise SchemaError("OSMnx graph", faults)


def _on_grid(points: np.ndarray, crs: object) -> np.ndarray:
    from pyproj import CRS

    from localarea.geo.crs import BRITISH_NATIONAL_GRID, parse_crs

    if isinstance(crs, int | np.integer):
        crs = f"EPSG:{crs}"
    if not isinstance(crs, CRS):  # in a file, it is text
        crs = CRS(parse_crs(crs))
    if crs == CRS(BRITISH_NATIONAL_GRID):
        return points
    return np.stack(_to_grid(crs).transform(points[:, 0], points[:, 1]), axis=1)


@lru_cache(maxsize=4)  # asked for three times for one graph, and slow to make
def _to_grid(crs: CRS) -> Transformer:
    from pyproj import Transformer

    from localarea.geo.crs import BRITISH_NATIONAL_GRID

    return Transformer.from_crs(crs, BRITISH_NATIONAL_GRID, always_xy=True)


def _shapes(
    rows: list[dict[str, Any]], starts: np.ndarray, ends: np.ndarray, crs: object
) -> Shapes:
    """Return the lines of edges from tail to head, straight for those without geometry."""
    import shapely

    given = [row.get("geometry") for row in rows]
    curved = np.array([line is not None for line in given])
    lines = np.array([line for line in given if line is not None], dtype=object)
    if not shapely.is_geometry(lines).all():
        hint = "edges have a geometry that is no line; read a file with osmnx.load_graphml"
        raise SchemaError("OSMnx graph", [hint])
    first, last = (
        _on_grid(shapely.get_coordinates(shapely.get_point(lines, i)), crs) for i in (0, -1)
    )
    turned = np.hypot(*(first - starts[curved]).T) > np.hypot(*(last - starts[curved]).T)
    lines[turned] = shapely.reverse(lines[turned])
    corners, of_line = shapely.get_coordinates(lines, return_index=True)
    counts = np.full(len(rows), 2, dtype=np.int64)
    counts[curved] = np.bincount(of_line, minlength=len(lines))
    start = np.concatenate([[0], np.cumsum(counts)])
    everything = np.empty((start[-1], 2))
    of_arc = np.repeat(curved, counts)
    everything[of_arc] = _on_grid(corners, crs)
    everything[~of_arc] = np.stack([starts[~curved], ends[~curved]], axis=1).reshape(-1, 2)
    return Shapes(start, everything)


def to_networkx(graph: RoadGraph) -> nx.MultiDiGraph:
    """
    Convert a graph to networkx, with the attributes that OSMnx expects.

    Returns
    -------
    networkx.MultiDiGraph
        Nodes 0, 1, ... with ``x``, ``y`` (EPSG:27700, metres) and ``osmid``; edges with
        ``length`` (metres), ``travel_time`` (seconds), ``speed_kph``, ``highway`` and, if the
        line is known, ``geometry``. ``graph["crs"]`` is set.
    """
    import networkx as nx
    import shapely

    from localarea.geo.crs import BRITISH_NATIONAL_GRID

    made = nx.MultiDiGraph(crs=BRITISH_NATIONAL_GRID, source=graph.source, simplified=True)
    for node, ((x, y), osmid) in enumerate(
        zip(graph.points.tolist(), graph.node_ids.tolist(), strict=True)
    ):
        made.add_node(node, x=x, y=y, osmid=osmid)
    for arc, (tail, head) in enumerate(
        zip(graph.tails.tolist(), graph.indices.tolist(), strict=True)
    ):
        length, minutes = float(graph.length_m[arc]), float(graph.minutes[arc])
        data = {
            "length": length,
            "travel_time": minutes * SECONDS,
            "speed_kph": length / minutes * METRES_AT_KPH if minutes > 0 else np.nan,
            "highway": graph.class_names[graph.road_class[arc]],
        }
        if graph.shapes is not None:
            data["geometry"] = shapely.LineString(graph.line(arc))
        made.add_edge(tail, head, **data)
    return made


def read_graphml(path: Path) -> RoadGraph:
    """
    Read a graph that OSMnx saved as GraphML.

    In EPSG:27700, with times from `osm_kph`: the largest strongly connected component. Its
    ``notes`` count what was omitted.

    Raises
    ------
    DataMissingError
        If there is no such file.
    FileFormatError
        If it is not a GraphML file from OSMnx.
    EmptyResultError
        If it has no edges, or none that can be driven there and back.
    """
    with extra("roads"):
        import osmnx as ox

    if not path.is_file():
        raise DataMissingError(path, hint="use the path of a file saved by osmnx.save_graphml")
    try:
        loaded = ox.load_graphml(path)
    except Exception as error:
        raise FileFormatError(path, f"is not a GraphML file from OSMnx ({error})") from error
    return from_osmnx(loaded).largest_component()


def fetch_osmnx(area: str | shapely.Polygon) -> RoadGraph:
    """
    Download the roads of a place with OSMnx.

    Parameters
    ----------
    area : str or shapely.Polygon
        Name of a place for OpenStreetMap's search, or a polygon in EPSG:4326.

    Returns
    -------
    RoadGraph
        Roads for cars: the largest strongly connected component.

    Raises
    ------
    DownloadError
        If there is no internet connection or the place is not found.
    """
    with extra("roads"):
        import osmnx as ox

    try:
        if isinstance(area, str):
            loaded = ox.graph_from_place(area, network_type="drive")
        else:
            loaded = ox.graph_from_polygon(area, network_type="drive")
    except Exception as error:
        raise DownloadError("OpenStreetMap through OSMnx", str(error)) from error
    return from_osmnx(loaded).largest_component()
