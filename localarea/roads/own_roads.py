"""Roads in whatever form somebody has them: a file, a graph of OSMnx or networkx, a network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from localarea.errors import InputError
from localarea.roads.graph import RoadGraph
from localarea.roads.network import RoadNetwork, full_network

if TYPE_CHECKING:
    from os import PathLike

    import networkx as nx

Roads: TypeAlias = "RoadNetwork | RoadGraph | nx.Graph[Any] | str | PathLike[str]"


def use_roads(roads: Roads, *, times: str | None = None) -> RoadNetwork:
    """
    Use somebody's own roads.

    Parameters
    ----------
    roads : RoadNetwork, RoadGraph, networkx graph, str or path
        A file of OpenStreetMap (``.osm.pbf``, ``.osm``) or of OSMnx (``.graphml``); a graph
        of OSMnx or networkx, as :func:`localarea.roads.osm.osmnx_graph.from_osmnx` takes it over;
        or a network that is ready.
    times : str, optional
        Edge attribute of a networkx graph that holds seconds, such as ``travel_time``. By
        default the speeds are ours.

    Returns
    -------
    RoadNetwork
        Of a graph or file, the largest part in which every place can be reached from every
        other; ``graph.notes`` count what was left out.

    Raises
    ------
    InputError
        If it is none of these, or ``times`` is given with roads that are no networkx graph.
    """
    import networkx as nx

    if isinstance(roads, nx.Graph):
        from localarea.roads.osm.osmnx_graph import from_osmnx

        return full_network(from_osmnx(roads, times=times).largest_component())
    if times is not None:
        raise InputError("times names an attribute of a networkx graph; leave it out otherwise")
    if isinstance(roads, RoadNetwork):
        return roads
    if isinstance(roads, RoadGraph):
        return full_network(roads)
    try:
        path = Path(roads)
    except TypeError as error:
        raise InputError(
            f"a {type(roads).__name__} is no road network; give a graph of OSMnx or networkx, or "
            "the path of an .osm.pbf, .osm or .graphml file"
        ) from error
    return full_network(_read(path))


def _read(path: Path) -> RoadGraph:
    if path.suffix.casefold() == ".graphml":
        from localarea.roads.osm.osmnx_graph import read_graphml

        return read_graphml(path)
    from localarea.roads.osm.osm_pbf import read_osm

    return read_osm(path)
