"""A full network from an OpenStreetMap extract, without internet."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from localarea.errors import DataMissingError, EmptyResultError
from localarea.roads._osm_file import read_extract
from localarea.roads.osm_access import direction_of, may_drive
from localarea.roads.osm_ways import cut_pieces, make_graph
from localarea.roads.simplify import simplify

if TYPE_CHECKING:
    from localarea.roads._osm_file import Extract
    from localarea.roads.graph import RoadGraph
    from localarea.roads.osm_ways import Pieces

__all__ = ["direction_of", "may_drive", "read_osm"]


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
        reached from every other. Turns are free and never forbidden. Its ``notes`` count
        what was left out or cut.

    Raises
    ------
    DataMissingError
        If there is no such file.
    FileFormatError
        If it is cut short, is no OpenStreetMap file, or an answer of Overpass that
        broke off.
    EmptyResultError
        If it holds no road for cars, or none that can be driven there and back.
    """
    path = Path(path)
    if not path.is_file():
        raise DataMissingError(path, hint="give the path of an .osm.pbf or .osm file")
    extract = read_extract(path)
    if extract is None:
        raise EmptyResultError(f"{path} holds no road for cars; choose an extract with streets")
    pieces = cut_pieces(extract.ways, extract.nodes)
    if not len(pieces.way):
        raise EmptyResultError(
            f"{path} names roads but not where their nodes are; ask for the nodes as well"
        )
    graph = make_graph(pieces, extract.ways.rules, source=f"OpenStreetMap extract {path.name}")
    part = graph.largest_component()
    notes = (*_notes(extract, pieces), *part.notes)
    return replace(simplify(part) if simplified else part, notes=notes)


def _notes(extract: Extract, pieces: Pieces) -> list[str]:
    """Describe what of the extract is not in the graph, and where it is cut."""
    counts = {
        "roads closed to cars by their tags, left out": extract.ways_closed,
        "roads deleted in an editor, left out": extract.ways_deleted,
        "roads with missing nodes, cut there": pieces.ways_with_gaps,
        "barriers where no car passes, roads cut there": pieces.nodes_cut,
    }
    return [f"{what}: {count:,}" for what, count in counts.items() if count]
