"""Extracts of OpenStreetMap in the binary format, written of roads on the National Grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import osmium
from pyproj import Transformer

from localarea.geo.datum_shifts import to_national_grid

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

TAGS = {
    "single": {"highway": "primary"},
    "dual": {"highway": "trunk", "oneway": "yes"},
    "motorway": {"highway": "motorway"},
}


def degrees(points: np.ndarray) -> np.ndarray:
    """Return longitude and latitude of places on the grid, so that they are read as they are."""
    back = Transformer.from_crs(27700, 4326, always_xy=True).transform
    found = np.column_stack(back(*points.T))
    for _ in range(3):  # what PROJ means by the grid may be 2 m elsewhere
        off = points - to_national_grid(*found.T)
        found += np.column_stack(back(*(points + off).T)) - np.column_stack(back(*points.T))
    return found


def write_extract(
    path: Path,
    places: dict[int, tuple[float, float]],
    ways: list[tuple[list[int], dict[str, str]]],
    *,
    at: str | None = "2026-01-05T21:20:00Z",
) -> Path:
    """Write nodes at places on the grid (EPSG:27700) and ways with tags; and when it was made."""
    header = osmium.io.Header()
    if at:
        header.set("osmosis_replication_timestamp", at)
    numbers = sorted(places)
    lonlat = degrees(np.array([places[n] for n in numbers], dtype=float))
    with osmium.SimpleWriter(str(path), header=header) as writer:
        for number, place in zip(numbers, lonlat.tolist(), strict=True):
            writer.add_node(osmium.osm.mutable.Node(id=number, version=1, location=tuple(place)))
        for number, (nodes, tags) in enumerate(ways, start=1):
            writer.add_way(osmium.osm.mutable.Way(id=number, version=1, nodes=nodes, tags=tags))
    return path


def write_roads(path: Path, nodes: pd.DataFrame, edges: pd.DataFrame, **asked: Any) -> Path:
    """
    Write roads as tables have them: each edge with a bend that makes it as long as it is.

    An edge that is shorter than the straight line is written straight. One that is half dual or
    half motorway changes at its bend. Where only two roads meet, a longer way beside one of them
    makes a junction, as the other carriageway does.
    """
    meeting = np.bincount(edges[["u", "v"]].to_numpy().ravel(), minlength=len(nodes))
    points = nodes[["easting", "northing"]].to_numpy(float)
    places = {k + 1: (x, y) for k, (x, y) in enumerate(points.tolist())}
    ways: list[tuple[list[int], dict[str, str]]] = []
    for edge in edges.itertuples():
        start, end = points[edge.u], points[edge.v]
        both = (meeting[edge.u], meeting[edge.v])
        if 2 in both and 1 not in both:
            meeting[[edge.u, edge.v]] = 0
            beside = len(places) + 1
            places[beside] = tuple((start + end) / 2 + (edge.km * 1000, edge.km * 1000))
            ways.append(([edge.u + 1, beside, edge.v + 1], TAGS["single"]))
        straight, wanted = np.hypot(*(end - start)), edge.km * 1000
        aside = np.sqrt(max(wanted**2 - straight**2, 0.0)) / 2
        across = np.array([start[1] - end[1], end[0] - start[0]]) / max(straight, 1e-9)
        bend = len(places) + 1
        places[bend] = tuple((start + end) / 2 + aside * across)
        halves = [
            "motorway" if edge.motorway > least else "dual" if edge.dual > least else "single"
            for least in (0.0, 0.5)
        ]
        if halves[0] == halves[1]:
            ways.append(([edge.u + 1, bend, edge.v + 1], TAGS[halves[0]]))
        else:
            ways.append(([edge.u + 1, bend], TAGS[halves[0]]))
            ways.append(([bend, edge.v + 1], TAGS[halves[1]]))
    return write_extract(path, places, ways, **asked)
