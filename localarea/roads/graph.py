"""A graph of roads as plain arrays, which is fast to search and can be memory-mapped."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from localarea.errors import DataMissingError, EmptyResultError, FileFormatError, SchemaError
from localarea.once import once_property
from localarea.roads._parts import label_parts
from localarea.roads.shapes import Shapes, take_shapes

if TYPE_CHECKING:
    from pathlib import Path

    from scipy.spatial import cKDTree

    from localarea.roads.search.hierarchy import Hierarchy

FORMAT = "localarea-road-graph-1"
ABOUT_FILE = "graph.json"


@dataclass(frozen=True)
class RoadGraph:
    """
    A directed graph in compressed sparse rows, with coordinates for every node.

    The arcs that leave node i are ``indptr[i]`` up to ``indptr[i + 1]``. A two-way road is two
    arcs. Create a graph with `from_arcs`, which validates and sorts.

    Attributes
    ----------
    indptr : numpy.ndarray of int32, shape (n_nodes + 1,)
        First arc of each node.
    indices : numpy.ndarray of int32, shape (n_arcs,)
        Head of each arc.
    minutes : numpy.ndarray of float64, shape (n_arcs,)
        Driving time at the speed of the source, without peak or terminal time; >= 0.
    length_m : numpy.ndarray of float32, shape (n_arcs,)
        Length along the road, metres.
    road_class : numpy.ndarray of uint8, shape (n_arcs,)
        Index into ``class_names``.
    points : numpy.ndarray of float64, shape (n_nodes, 2)
        Easting and northing, EPSG:27700, metres.
    node_ids : numpy.ndarray of int64, shape (n_nodes,)
        Id of the node in its source, such as OpenStreetMap.
    shapes : Shapes, optional
        Lines of the arcs; if None, they are straight.
    notes : tuple of str
        Descriptions, with counts, of what the graph omits from its source.
    """

    indptr: np.ndarray
    indices: np.ndarray
    minutes: np.ndarray
    length_m: np.ndarray
    road_class: np.ndarray
    points: np.ndarray
    node_ids: np.ndarray
    class_names: tuple[str, ...] = ("road",)
    shapes: Shapes | None = None
    source: str = ""
    notes: tuple[str, ...] = ()

    @property
    def n_nodes(self) -> int:
        """Number of nodes: all nodes, with or without arcs."""
        return len(self.indptr) - 1

    @property
    def n_arcs(self) -> int:
        """Number of arcs: a two-way road counts twice."""
        return len(self.indices)

    @once_property
    def tails(self) -> np.ndarray:
        """
        Tail of each arc.

        Returns
        -------
        numpy.ndarray of int32, shape (n_arcs,)
            In the order of arcs, so non-decreasing.
        """
        return np.repeat(np.arange(self.n_nodes, dtype=np.int32), np.diff(self.indptr))

    @once_property
    def tree(self) -> cKDTree:
        """Search tree of the nodes."""
        from scipy.spatial import cKDTree

        return cKDTree(self.points)

    @once_property
    def hierarchy(self) -> Hierarchy:
        """
        Hierarchy of the nodes, for journeys from many origins; cached.

        See :func:`localarea.roads.search.hierarchy.build_hierarchy`.
        """
        from localarea.roads.search.hierarchy import build_hierarchy

        return build_hierarchy(self.indptr, self.indices, self.minutes)

    def line(self, arc: int) -> np.ndarray:
        """
        Return the line of an arc.

        Returns
        -------
        numpy.ndarray, shape (n_corners, 2)
            From tail to head, EPSG:27700, metres.
        """
        if self.shapes is None:
            return self.points[[self.tails[arc], self.indices[arc]]]
        return self.shapes.corners[self.shapes.start[arc] : self.shapes.start[arc + 1]]

    def reversed(self) -> RoadGraph:
        """
        Return a graph with every arc reversed.

        Times from a node become times to it. It has no shapes.
        """
        return from_arcs(
            self.indices,
            self.tails,
            minutes=self.minutes,
            length_m=self.length_m,
            points=self.points,
            road_class=self.road_class,
            node_ids=self.node_ids,
            class_names=self.class_names,
            source=self.source,
        )

    def largest_component(self) -> RoadGraph:
        """
        Return the largest strongly connected component.

        A graph in which every node can be reached from every other. The number of omitted nodes is
        added to ``notes``. EmptyResultError if no arc is left, because no road can be driven there
        and back.
        """
        label = label_parts(self.indptr, self.indices, "strong")
        keep = label == np.argmax(np.bincount(label, minlength=1))
        lost = self.n_nodes - int(keep.sum())
        note = f"omitted nodes that cannot be reached from the rest and back: {lost:,}"
        part = self.subgraph(keep)
        if not part.n_arcs:
            why = "has no road that can be driven there and back; choose a larger area"
            raise EmptyResultError(f"{self.source or 'the graph'} {why}")
        return replace(part, notes=(*self.notes, note) if lost else self.notes)

    def subgraph(self, keep: np.ndarray) -> RoadGraph:
        """
        Return the subgraph of some nodes and the arcs between them.

        Parameters
        ----------
        keep : numpy.ndarray of bool, shape (n_nodes,)
            Mask of the nodes to keep.

        Returns
        -------
        RoadGraph
            Nodes in the same order, renumbered.
        """
        arcs = np.flatnonzero(keep[self.tails] & keep[self.indices])
        number = np.cumsum(keep) - 1
        return from_arcs(
            number[self.tails[arcs]],
            number[self.indices[arcs]],
            minutes=self.minutes[arcs],
            length_m=self.length_m[arcs],
            points=self.points[keep],
            road_class=self.road_class[arcs],
            node_ids=self.node_ids[keep],
            class_names=self.class_names,
            shapes=None if self.shapes is None else take_shapes(self.shapes, arcs),
            source=self.source,
        )

    def save(self, folder: Path) -> None:
        """
        Write the graph as one file per array.

        ``folder``: created if missing; files of an older graph in it are overwritten.
        """
        folder.mkdir(parents=True, exist_ok=True)
        for name, array in _arrays(self).items():
            np.save(folder / f"{name}.npy", array)
        about = {
            "format": FORMAT,
            "source": self.source,
            "class_names": self.class_names,
            "shapes": self.shapes is not None,
            "notes": self.notes,
        }
        (folder / ABOUT_FILE).write_text(json.dumps(about, indent=1), encoding="utf-8")


ARRAYS = tuple(f.name for f in fields(RoadGraph))[:7]


def _arrays(graph: RoadGraph) -> dict[str, np.ndarray]:
    arrays = {name: getattr(graph, name) for name in ARRAYS}
    if graph.shapes is not None:
        arrays |= {"shape_start": graph.shapes.start, "shape_corners": graph.shapes.corners}
    return arrays


def load_graph(folder: Path, *, mapped: bool = True) -> RoadGraph:
    """
    Read a graph that `RoadGraph.save` wrote.

    Parameters
    ----------
    mapped : bool
        Memory-map the files, which is immediate and lets processes share them.

    Returns
    -------
    RoadGraph
        Its arrays are read-only if mapped.

    Raises
    ------
    DataMissingError
        If the folder holds no graph.
    FileFormatError
        If it has another format or a file is cut short.
    """
    about_file = folder / ABOUT_FILE
    if not about_file.is_file():
        raise DataMissingError(about_file, hint="save a graph there with RoadGraph.save")
    try:
        about = json.loads(about_file.read_text(encoding="utf-8"))
        mode: Literal["r"] | None = "r" if mapped else None
        arrays = {n: np.load(folder / f"{n}.npy", mmap_mode=mode) for n in ARRAYS}
        shapes = None
        if about["shapes"]:
            names = ("shape_start", "shape_corners")
            shapes = Shapes(*(np.load(folder / f"{n}.npy", mmap_mode=mode) for n in names))
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise FileFormatError(folder, f"does not hold a whole road graph ({error})") from error
    if about.get("format") != FORMAT:
        raise FileFormatError(about_file, f"is not in the format {FORMAT}")
    graph = RoadGraph(
        **arrays,
        class_names=tuple(about["class_names"]),
        shapes=shapes,
        source=about["source"],
        notes=tuple(about.get("notes", ())),
    )
    if graph.n_arcs != graph.indptr[-1] or graph.n_nodes != len(graph.points):
        raise FileFormatError(folder, "its arrays do not match", hint="save it again")
    return graph


def from_arcs(
    tails: np.ndarray,
    heads: np.ndarray,
    *,
    minutes: np.ndarray,
    length_m: np.ndarray,
    points: np.ndarray,
    road_class: np.ndarray | None = None,
    node_ids: np.ndarray | None = None,
    class_names: tuple[str, ...] = ("road",),
    shapes: Shapes | None = None,
    source: str = "",
) -> RoadGraph:
    """
    Build a graph from a list of arcs.

    Parameters
    ----------
    tails, heads : numpy.ndarray of int, shape (n_arcs,)
        Ends of each arc, 0 to n_nodes - 1. Parallel arcs and loops are allowed.
    minutes : numpy.ndarray, shape (n_arcs,)
        Driving time; finite, >= 0.
    length_m : numpy.ndarray, shape (n_arcs,)
        Length, metres; finite, >= 0.
    points : numpy.ndarray, shape (n_nodes, 2)
        Easting and northing, EPSG:27700, metres.
    road_class : numpy.ndarray of int, shape (n_arcs,), optional
        Index into ``class_names``; 0 by default.
    node_ids : numpy.ndarray of int, shape (n_nodes,), optional
        Id in the source; 0, 1, ... by default.
    shapes : Shapes, optional
        Lines of the arcs, in the same order.

    Returns
    -------
    RoadGraph
        Arcs sorted by tail, then head, then time.

    Raises
    ------
    SchemaError
        If an array has the wrong length or an invalid value.
    """
    n_nodes, n_arcs = len(points), len(tails)
    classes = np.zeros(n_arcs, np.uint8) if road_class is None else np.asarray(road_class)
    numbers = np.arange(n_nodes) if node_ids is None else np.asarray(node_ids)
    tails, heads = np.asarray(tails, np.int64), np.asarray(heads, np.int64)
    minutes, length_m = np.asarray(minutes, np.float64), np.asarray(length_m, np.float64)
    faults = _faults(n_nodes, tails, heads, minutes, length_m, classes, len(class_names))
    if len(numbers) != n_nodes:
        faults.append(f"node_ids has {len(numbers)} rows for {n_nodes} nodes")
    if faults:
        raise SchemaError("road graph", faults)
    order = _by_ends(tails, heads, minutes, n_nodes)
    return RoadGraph(
        indptr=np.searchsorted(tails[order], np.arange(n_nodes + 1)).astype(np.int32),
        indices=heads[order].astype(np.int32),
        minutes=minutes[order],
        length_m=length_m[order].astype(np.float32),
        road_class=classes[order].astype(np.uint8),
        points=np.ascontiguousarray(points, dtype=np.float64).reshape(n_nodes, 2),
        node_ids=numbers.astype(np.int64),
        class_names=tuple(class_names),
        shapes=None if shapes is None else take_shapes(shapes, order),
        source=source,
    )


def _by_ends(tails: np.ndarray, heads: np.ndarray, minutes: np.ndarray, n_nodes: int) -> np.ndarray:
    """Return the order of the arcs by tail, head and time."""
    ends = tails * n_nodes + heads
    order = np.argsort(ends, kind="stable")
    if (np.diff(ends[order]) == 0).any():  # by time as well, which takes ten times as long
        order = np.lexsort((minutes, ends))
    return order


def _faults(
    n_nodes: int,
    tails: np.ndarray,
    heads: np.ndarray,
    minutes: np.ndarray,
    length_m: np.ndarray,
    classes: np.ndarray,
    n_classes: int,
) -> list[str]:
    """Return the faults of a list of arcs."""
    n_arcs = len(tails)
    named = {"heads": heads, "minutes": minutes, "length_m": length_m, "road_class": classes}
    faults = [
        f"{n} has {len(a)} rows for {n_arcs} arcs" for n, a in named.items() if len(a) != n_arcs
    ]
    ends = np.concatenate([tails, heads])
    if ends.size and (ends.min() < 0 or ends.max() >= n_nodes):
        faults.append(f"an arc has a node that is not among the {n_nodes}")
    for name, values in (("minutes", minutes), ("length_m", length_m)):
        if not (np.isfinite(values) & (values >= 0)).all():
            faults.append(f"{name} must be finite and not negative; check the speeds")
    if classes.size and classes.max() >= n_classes:
        faults.append("road_class has a class that is not in class_names")
    return faults
