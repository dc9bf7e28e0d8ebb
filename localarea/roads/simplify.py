"""Remove the nodes that are not junctions, by the rules of OSMnx."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from localarea.roads._chains import follow_chains
from localarea.roads._parts import label_parts
from localarea.roads.graph import RoadGraph, from_arcs
from localarea.roads.shapes import Shapes

if TYPE_CHECKING:
    from numpy.typing import NDArray


def find_ends(graph: RoadGraph) -> np.ndarray:
    """
    Return a mask of junctions, dead ends, and nodes where a one-way road starts or ends.

    Returns
    -------
    numpy.ndarray of bool, shape (n_nodes,)
        True for a node to keep. A node is removed if it has exactly two neighbours and either
        one arc in and one out, or two in and two out [1]_. A ring of which no node would
        remain keeps all of them.

    References
    ----------
    .. [1] Boeing, G. (2025), Modeling and Analyzing Urban Networks and Amenities with
       OSMnx, Geographical Analysis 57, 567-577: topological simplification.
    """
    tails, heads = graph.tails.astype(np.int64), graph.indices.astype(np.int64)
    out_degree, in_degree = (np.bincount(x, minlength=graph.n_nodes) for x in (tails, heads))
    both = np.concatenate([tails, heads]) * graph.n_nodes + np.concatenate([heads, tails])
    neighbours = np.bincount(np.unique(both) // graph.n_nodes, minlength=graph.n_nodes)
    degree = out_degree + in_degree
    plain = (neighbours == 2) & ((degree == 2) | (degree == 4)) & (out_degree > 0) & (in_degree > 0)
    ends: np.ndarray = ~plain
    ends[tails[tails == heads]] = True
    ends |= _on_bare_rings(graph, ends)
    return ends


def _on_bare_rings(graph: RoadGraph, ends: np.ndarray) -> np.ndarray:
    """Return a mask of the nodes of components without ends, all of which would be removed."""
    label = label_parts(graph.indptr, graph.indices, "weak")
    bare: np.ndarray = np.bincount(label, ends)[label] == 0
    return bare


def simplify(graph: RoadGraph) -> RoadGraph:
    """
    Merge arcs through the nodes that are not junctions.

    Parameters
    ----------
    graph : RoadGraph
        The graph, a node at every bend, without shapes.

    Returns
    -------
    RoadGraph
        With summed minutes and lengths, the class of the longest piece, and the line in
        ``shapes``. Rings without a junction do not change.
    """
    ends = find_ends(graph)
    arcs, start = follow_chains(graph.indptr, graph.indices, ends)
    n_chains = len(start) - 1
    chain = np.repeat(np.arange(n_chains), np.diff(start))
    number = np.cumsum(ends) - 1
    first, last = arcs[start[:-1]], arcs[start[1:] - 1]
    length = graph.length_m[arcs]
    longest = np.lexsort((-length, chain))[start[:-1]]
    return from_arcs(
        number[graph.tails[first]],
        number[graph.indices[last]],
        minutes=np.bincount(chain, graph.minutes[arcs], n_chains),
        length_m=np.bincount(chain, length, n_chains),
        points=graph.points[ends],
        road_class=graph.road_class[arcs[longest]],
        node_ids=graph.node_ids[ends],
        class_names=graph.class_names,
        shapes=_lines(graph, arcs, start),
        source=graph.source,
    )


def _lines(graph: RoadGraph, arcs: NDArray[np.int64], start: NDArray[np.int64]) -> Shapes:
    """Build the line of each chain: the first tail, then every head."""
    n_chains = len(start) - 1
    begin = start + np.arange(n_chains + 1)
    corners = np.empty((len(arcs) + n_chains, 2))
    is_first = np.zeros(len(corners), dtype=bool)
    is_first[begin[:-1]] = True
    first: NDArray[np.int64] = graph.tails[arcs[start[:-1]]]
    corners[is_first] = graph.points[first]
    corners[~is_first] = graph.points[graph.indices[arcs]]
    return Shapes(begin.astype(np.int64), corners)
