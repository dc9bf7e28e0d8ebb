"""Read an OpenStreetMap file with osmium, and check what osmium does not report."""

from __future__ import annotations

import bz2
import gzip
import zlib
from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO, Final
from xml.parsers import expat

import numpy as np

from localarea.errors import FileFormatError
from localarea.roads.osm_access import is_public_road, keeps_cars_out, may_drive
from localarea.roads.osm_ways import Nodes, WayRules, Ways, rules_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

XML: Final = {"osm", "xml"}
AGAIN: Final = "download it again"


@dataclass(slots=True)
class XmlNotes:
    """Parts of an XML file that osmium ignores silently."""

    deleted_nodes: set[int] = field(default_factory=set)  # marked `action="delete"` by an editor
    deleted_ways: set[int] = field(default_factory=set)
    remark: str = ""  # Overpass's note that its answer is incomplete


@dataclass(frozen=True, slots=True)
class Extract:
    """The ways for cars and their nodes, and the numbers of omitted ways."""

    ways: Ways
    nodes: Nodes
    ways_closed: int
    ways_deleted: int


def read_extract(path: Path) -> Extract | None:
    """
    Read the roads of an OpenStreetMap file, in any order.

    Ways are read first, then their nodes, because Overpass may list ways first. Return None if
    there is no road for cars.
    """
    notes = _read_xml_notes(path)
    if notes.remark:
        raise FileFormatError(
            path,
            f"is an incomplete answer: Overpass reports {notes.remark!r}",
            hint="repeat the query for a smaller area or with a longer timeout",
        )
    from osmium import InvalidLocationError

    wrong = (RuntimeError, OSError, ValueError, InvalidLocationError)
    try:
        return _read(path, notes)
    except wrong as error:  # osmium raises these for any fault in the data
        raise FileFormatError(
            path, f"cannot be read as OpenStreetMap data ({error})", hint=AGAIN
        ) from error


def _suffixes(path: Path) -> list[str]:
    return path.name.casefold().split(".")[1:][-2:]


def _read_xml_notes(path: Path) -> XmlNotes:
    """Read XML to the end, because osmium accepts a truncated file silently."""
    notes = XmlNotes()
    kinds = _suffixes(path)
    packing = kinds.pop() if kinds and kinds[-1] in ("gz", "bz2") else ""
    if not kinds or kinds[-1] not in XML:
        return notes
    try:
        with _open(path, packing) as stream:
            _parser(notes).ParseFile(stream)
    except (expat.ExpatError, EOFError, zlib.error, OSError, ValueError, LookupError) as error:
        raise FileFormatError(path, f"is cut short or not XML ({error})", hint=AGAIN) from error
    return notes


def _open(path: Path, packing: str) -> BinaryIO | gzip.GzipFile | bz2.BZ2File:
    if packing:
        return gzip.open(path, "rb") if packing == "gz" else bz2.open(path, "rb")
    return path.open("rb")


def _parser(notes: XmlNotes) -> expat.XMLParserType:
    parser = expat.ParserCreate()
    deleted = {"node": notes.deleted_nodes, "way": notes.deleted_ways}
    remark: list[str] = []

    def end(name: str) -> None:
        if name == "remark":
            parser.CharacterDataHandler = None
            notes.remark = " ".join("".join(remark).split()) or "no reason"

    def start(name: str, about: dict[str, str]) -> None:
        if name == "remark":
            parser.CharacterDataHandler = remark.append
        elif about.get("action") == "delete" and name in deleted:
            deleted[name].add(int(about.get("id", 0)))

    parser.StartElementHandler, parser.EndElementHandler = start, end
    return parser


def _read(path: Path, notes: XmlNotes) -> Extract | None:
    refs: list[np.ndarray] = []
    rules: list[WayRules] = []
    places = _Locations()  # locations may also be in the ways themselves
    closed = deleted = 0
    for way in _objects(path, "WAY", "highway", "route"):
        tags = _tags(way)
        if not may_drive(tags):
            closed += is_public_road(tags)
        elif way.deleted or way.id in notes.deleted_ways:
            deleted += 1
        else:
            refs.append(np.array([n.ref for n in way.nodes], dtype=np.int64))
            rules.append(rules_of(tags))
            for node in way.nodes:
                places.add(node.ref, node.location)
    if not refs:
        return None
    number = np.repeat(np.arange(len(refs)), [len(r) for r in refs])
    ways = Ways(np.concatenate(refs), number, rules)
    nodes = _read_nodes(path, np.unique(ways.refs), places, notes.deleted_nodes)
    return Extract(ways, nodes, closed, deleted)


def _read_nodes(path: Path, wanted: np.ndarray, places: _Locations, deleted: set[int]) -> Nodes:
    from pyproj import Transformer

    closed, gone = [], list(deleted)
    for node in _objects(path, "NODE", ids=wanted):
        places.add(node.id, node.location)
        if node.deleted:
            gone.append(node.id)
        elif len(node.tags) and keeps_cars_out(_tags(node)):
            closed.append(node.id)
    ids, lon, lat = places.last()
    keep = np.isin(ids, wanted) & ~np.isin(ids, gone)
    to_grid = Transformer.from_crs(4326, 27700, always_xy=True).transform
    points = np.stack(to_grid(lon[keep], lat[keep]), axis=1)
    return Nodes(ids[keep], points, np.isin(ids[keep], closed))


class _Locations:
    """Compact storage of node locations, of which a country has millions."""

    def __init__(self) -> None:
        self._ids, self._places = array("q"), array("d")

    def add(self, number: int, location: Any) -> None:
        """Add a node, if its location is known."""
        if location.valid():
            self._ids.append(number)
            self._places.extend((location.lon, location.lat))

    def last(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return sorted ids, longitudes and latitudes; the last location of each node counts."""
        ids, places = np.array(self._ids), np.array(self._places).reshape(-1, 2)
        order, place = np.unique(ids[::-1], return_index=True)
        lon, lat = places[::-1][place].T
        return order, lon, lat


def _objects(path: Path, kind: str, *keys: str, ids: np.ndarray | None = None) -> Iterator[Any]:
    """Iterate over ways with any of the keys, or nodes with these ids (and perhaps others)."""
    import osmium

    file = osmium.io.File(str(path), ".".join(_suffixes(path)))
    reader = osmium.FileProcessor(file, getattr(osmium.osm, kind))
    if keys:
        reader = reader.with_filter(osmium.filter.KeyFilter(*keys))
    if ids is not None and len(ids) and ids[0] > 0:  # the filter does not support negative ids
        reader = reader.with_filter(osmium.filter.IdFilter(map(int, ids)))
    yield from reader


def _tags(thing: Any) -> dict[str, str]:
    return {tag.k: tag.v for tag in thing.tags}
