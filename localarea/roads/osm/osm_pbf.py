"""Build a full network from an OpenStreetMap extract, offline."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from localarea.errors import DataMissingError, EmptyResultError
from localarea.roads.osm._osm_file import read_extract
from localarea.roads.osm.osm_access import direction_of, may_drive
from localarea.roads.osm.osm_ways import cut_pieces, make_graph
from localarea.roads.simplify import simplify

if TYPE_CHECKING:
    from localarea.roads.graph import RoadGraph
    from localarea.roads.osm._osm_file import Extract
    from localarea.roads.osm.osm_ways import WaySegments

__all__ = ["direction_of", "may_drive", "read_osm"]


def read_osm(path: Path | str, *, simplified: bool = True) -> RoadGraph:
    """
    Read the roads of an OpenStreetMap extract.

    Parameters
    ----------
    path : pathlib.Path or str
        ``.osm.pbf`` or ``.osm``, also in the compressions that osmium supports.
    simplified : bool
        Remove nodes that are not junctions; the lines are kept.

    Returns
    -------
    RoadGraph
        Roads for cars, in EPSG:27700: the largest strongly connected component. Turns take
        no time and are never restricted. Its ``notes`` count what was omitted or cut.

    Raises
    ------
    DataMissingError
        If there is no such file.
    FileFormatError
        If it is cut short, is not an OpenStreetMap file, or is an incomplete answer of
        Overpass.
    EmptyResultError
        If it has no road for cars, or none that can be driven there and back.
    """
    path = Path(path)
    if not path.is_file():
        raise DataMissingError(path, hint="use the path of an .osm.pbf or .osm file")
    extract = read_extract(path)
    if extract is None:
        raise EmptyResultError(f"{path} has no road for cars; choose an extract with streets")
    pieces = cut_pieces(extract.ways, extract.nodes)
    if not len(pieces.way):
        raise EmptyResultError(
            f"{path} has roads without the coordinates of their nodes; download the nodes as well"
        )
    graph = make_graph(pieces, extract.ways.rules, source=f"OpenStreetMap extract {path.name}")
    part = graph.largest_component()
    notes = (*_notes(extract, pieces), *part.notes)
    return replace(simplify(part) if simplified else part, notes=notes)


def _notes(extract: Extract, pieces: WaySegments) -> list[str]:
    """Describe what the graph omits from the extract, and where roads are cut."""
    counts = {
        "omitted roads that their tags close to cars": extract.ways_closed,
        "omitted roads that were deleted in an editor": extract.ways_deleted,
        "roads cut at missing nodes": pieces.ways_with_gaps,
        "barriers to cars at which roads are cut": pieces.nodes_cut,
    }
    return [f"{what}: {count:,}" for what, count in counts.items() if count]
