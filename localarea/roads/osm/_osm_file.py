"""Read an OpenStreetMap file with osmium, and check what osmium does not report."""

from __future__ import annotations

import bz2
import gzip
import re
import zlib
from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO, Final
from xml.parsers import expat

import numpy as np

from localarea.errors import FileFormatError
from localarea.extras import extra
from localarea.geo.datum_shifts import to_national_grid
from localarea.roads.osm.osm_access import is_public_road, keeps_cars_out, may_drive
from localarea.roads.osm.osm_ways import Nodes, WayRules, Ways, rules_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

XML: Final = {"osm", "xml"}
WITH_ROADS: Final = ("highway", "route")  # keys of ways for cars; "route" of ferries
AGAIN: Final = "download it again"
_MONTH: Final = r"(0[1-9]|1[0-2])"
_TIME: Final = re.compile(rf"(20\d\d)-{_MONTH}-")
_DAY_OF_NAME: Final = re.compile(  # wales-260101.osm.pbf, newport-2023-06-13.osm.pbf
    rf"-(?:20)?(\d\d)-?{_MONTH}-?[0-3]\d\."
)


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


def read_extract(path: Path, highways: tuple[str, ...] = ()) -> Extract | None:
    """
    Read the roads of an OpenStreetMap file, in any order: all of them, or those of some classes.

    Ways are read first, then their nodes, because Overpass may list ways first. Return None if
    there is no such road for cars.
    """
    notes = _read_xml_notes(path)
    if notes.remark:
        raise FileFormatError(
            path,
            f"is an incomplete answer: Overpass reports {notes.remark!r}",
            hint="repeat the query for a smaller area or with a longer timeout",
        )
    with extra("roads"):
        from osmium import InvalidLocationError

    wrong = (RuntimeError, OSError, ValueError, InvalidLocationError)
    try:
        return _read(path, notes, highways)
    except wrong as error:  # osmium raises these for any fault in the data
        raise FileFormatError(
            path, f"cannot be read as OpenStreetMap data ({error})", hint=AGAIN
        ) from error


def month_of(path: Path) -> str | None:
    """Return the month of the data, ``YYYY-MM``, as the head of the file or its name tells it."""
    with extra("roads"):
        import osmium

    try:
        with osmium.io.Reader(
            osmium.io.File(str(path), ".".join(_suffixes(path))), osmium.osm.NOTHING
        ) as reader:
            stated = reader.header().get("osmosis_replication_timestamp", "")
    except (RuntimeError, OSError, ValueError) as error:
        raise FileFormatError(
            path, f"cannot be read as OpenStreetMap data ({error})", hint=AGAIN
        ) from error
    if match := _TIME.match(stated):
        return f"{match[1]}-{match[2]}"
    named = _DAY_OF_NAME.search(path.name)
    return f"20{named[1]}-{named[2]}" if named else None


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


def _read(path: Path, notes: XmlNotes, highways: tuple[str, ...]) -> Extract | None:
    refs: list[np.ndarray] = []
    rules: list[WayRules] = []
    places = _Locations()  # locations may also be in the ways themselves
    closed = deleted = 0
    for way in _objects(path, "WAY", highways=highways):
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
    closed, gone = [], list(deleted)
    for node in _objects(path, "NODE", ids=wanted):
        places.add(node.id, node.location)
        if node.deleted:
            gone.append(node.id)
        elif len(node.tags) and keeps_cars_out(_tags(node)):
            closed.append(node.id)
    ids, lon, lat = places.last()
    keep = np.isin(ids, wanted) & ~np.isin(ids, gone)
    return Nodes(ids[keep], to_national_grid(lon[keep], lat[keep]), np.isin(ids[keep], closed))


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


def _objects(
    path: Path, kind: str, *, highways: tuple[str, ...] = (), ids: np.ndarray | None = None
) -> Iterator[Any]:
    """Iterate over ways with roads, or roads of some classes, or these nodes (perhaps others)."""
    with extra("roads"):
        import osmium

    file = osmium.io.File(str(path), ".".join(_suffixes(path)))
    reader = osmium.FileProcessor(file, getattr(osmium.osm, kind))
    if highways:
        classes = [("highway", one) for one in highways]
        reader = reader.with_filter(osmium.filter.TagFilter(*classes))
    elif ids is None:
        reader = reader.with_filter(osmium.filter.KeyFilter(*WITH_ROADS))
    elif len(ids) and ids[0] > 0:  # the filter does not support negative ids
        reader = reader.with_filter(osmium.filter.IdFilter(map(int, ids)))
    yield from reader


def _tags(thing: Any) -> dict[str, str]:
    return {tag.k: tag.v for tag in thing.tags}
