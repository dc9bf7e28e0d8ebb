"""
Tell a whole GeoJSON from what servers send in its place: an error, a queue, one page of several.

All of these come with status 200, and a page reads as a whole file that merely has fewer
features. A document is read a feature at a time, so that its size does not matter.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal["error", "pending", "page", "cut", "other"]

_GEOJSON_TYPES: Final = frozenset(
    [
        "FeatureCollection",
        "Feature",
        "GeometryCollection",
        "Point",
        "MultiPoint",
        "LineString",
        "MultiLineString",
        "Polygon",
        "MultiPolygon",
    ]
)
# How ArcGIS, the ONS portal (Hub) and others say in JSON that a file is being made.
_PENDING: Final = frozenset(
    [
        "pending",
        "processing",
        "inprogress",
        "in_progress",
        "exporting",
        "exportingdata",
        "queued",
        "creating",
        "updating",
        "started",
        "running",
        "accepted",
        "esrijobsubmitted",
        "esrijobexecuting",
    ]
)
_FAILED: Final = frozenset(["failed", "failure", "error", "errored", "esrijobfailed"])
_FAULTS: Final = ("error", "errors", "exceptions", "exception", "fault")
_TOLD: Final = ("message", "messages", "description", "detail", "exceptionText", "text", "title")
_SAID: Final = ("message", "messages", "detail", "exceptionText", "statusCode")
_HINTS: Final[Mapping[Kind, str]] = {
    "error": "fetch it again from the publisher's page",
    "pending": "fetch it again in some minutes",
    "page": "fetch the whole file from the publisher's page, or every page, and join them",
    "cut": "fetch it again",
    "other": "export it again as GeoJSON or GeoPackage",
}
_CODES: Final = ("code", "status", "statusCode", "exceptionCode")
_BLANK: Final = re.compile(r"[\s\x1e\ufeff]*")  # GeoJSON text sequences begin each with 1e
_CHUNK: Final = 1 << 20
_LONGEST: Final = 160


@dataclass(frozen=True, slots=True)
class Fault:
    """
    Why a document is no whole GeoJSON.

    Attributes
    ----------
    kind : {"error", "pending", "page", "cut", "other"}
        An error of the server, a file still being made, one page of several, a document
        that breaks off, or JSON of another sort.
    why : str
        What it is, such as ``an error document (400: ...)``.
    """

    kind: Kind
    why: str

    @property
    def hint(self) -> str:
        """
        Say what to do next.

        Returns
        -------
        str
            Words that follow a semicolon.
        """
        return _HINTS[self.kind]


@dataclass(frozen=True, slots=True)
class Outline:
    """
    A document without its features.

    Attributes
    ----------
    members : mapping
        What stands at its top beside ``features``; empty for what is no object.
    features : int or None
        Number of features; None where there is no list of them.
    """

    members: Mapping[str, Any] = field(default_factory=dict)
    features: int | None = None

    @property
    def kind(self) -> str:
        """
        Give the type that it says.

        Returns
        -------
        str
            Such as ``FeatureCollection``; empty when it says none.
        """
        said = self.members.get("type")
        return said if isinstance(said, str) else ""


def outline_of(document: Mapping[str, Any]) -> Outline:
    """
    Outline a document that is in memory.

    Parameters
    ----------
    document : mapping
        The document.

    Returns
    -------
    Outline
        Its members, and how many features it has.
    """
    features = document.get("features")
    count = len(features) if isinstance(features, list | tuple) else None
    return Outline({k: v for k, v in document.items() if k != "features" or count is None}, count)


def read_outline(stream: IO[bytes]) -> tuple[Outline, Fault | None]:
    """
    Read GeoJSON, or lines of it, to its end.

    Parameters
    ----------
    stream : binary file
        The text, in UTF-8.

    Returns
    -------
    outline : Outline
        Of the first document.
    fault : Fault or None
        What is wrong with the first that is not whole.
    """
    first: Outline | None = None
    scanner = _Scanner(stream)
    try:
        for outline in scanner.documents():
            first = first or outline
            fault = fault_of(outline)
            if fault is not None:
                return first, fault
    except (ValueError, RecursionError):
        counted = "1 feature" if scanner.features == 1 else f"{scanner.features:,} features"
        after = f" after {counted}" if scanner.features else ""
        why = f"JSON that is cut short or damaged (it breaks off{after})"
        return first or Outline(), Fault("cut", why)
    return first or Outline(), None if first else Fault("other", "nothing at all")


def fault_of(outline: Outline) -> Fault | None:
    """
    Describe why a document is not a complete one of its kind.

    Parameters
    ----------
    outline : Outline
        The document.

    Returns
    -------
    Fault or None
        None for whole GeoJSON, and for JSON that tells of no error.
    """
    members = outline.members
    if outline.kind in _GEOJSON_TYPES or outline.features is not None:
        failed = isinstance(members.get("error"), Mapping)
        return _error(members) if failed else _page(outline)
    state = members.get("status")
    said = state.casefold().replace(" ", "") if isinstance(state, str) else ""
    if said in _PENDING:
        return Fault("pending", f"a notice that the file is still being made ({_plain(state)})")
    refused = isinstance(state, int) and state >= 400
    told = not outline.kind and (
        any(members.get(name) for name in _SAID) or {"code", "description"} <= members.keys()
    )
    failed = any(members.get(name) for name in _FAULTS) or members.get("success") is False
    return _error(members) if failed or refused or told or said in _FAILED else None


def require_geojson(outline: Outline) -> Fault | None:
    """
    Report that a document, otherwise sound, is not GeoJSON.

    Parameters
    ----------
    outline : Outline
        The document.

    Returns
    -------
    Fault or None
        None for GeoJSON.
    """
    if outline.kind == "FeatureCollection" and outline.features is None:
        return Fault("other", "GeoJSON without a list of features")
    if outline.kind in _GEOJSON_TYPES:
        return None
    if outline.kind == "Topology":
        return Fault("other", "TopoJSON")
    names = ", ".join(sorted(_plain(name) for name in outline.members)[:6])
    return Fault("other", f"JSON, but no GeoJSON (it has {names or 'no members'})")


def _page(outline: Outline) -> Fault | None:
    """Recognise a page by what OGC API Features, WFS and ArcGIS say about features left out."""
    members, came = outline.members, outline.features
    if came is None:
        return None
    matched = [_count(members.get(n)) for n in ("numberMatched", "totalFeatures", "numberReturned")]
    most = max(matched)
    if most > came:
        return Fault("page", f"one page of several ({came:,} of {most:,} features)")
    about = members.get("properties")
    cut = [part.get("exceededTransferLimit") for part in (members, about or {}) if _is(part)]
    if any(said is True or str(said).casefold() == "true" for said in cut):
        why = f"the server stopped at {came:,} features: exceededTransferLimit"
        return Fault("page", f"one page of several ({why})")
    links = members.get("links")
    links = links if isinstance(links, list | tuple) else ()
    if any(_is(link) and str(link.get("rel")).casefold() == "next" for link in links):
        return Fault("page", f"one page of several ({came:,} features and a link to the next)")
    return None


def _is(part: object) -> bool:
    return isinstance(part, Mapping)


def _count(said: object) -> int:
    """Read a number of features; servers also write ``unknown``, or the number as text."""
    if isinstance(said, int) and not isinstance(said, bool):
        return said
    text = said[:12] if isinstance(said, str) else ""
    return int(text) if text.isascii() and text.isdigit() else 0


def _error(members: Mapping[str, Any]) -> Fault:
    """Repeat the server's code and words, wherever its kind of error has them."""
    body: Any = next((members[name] for name in _FAULTS if members.get(name)), members)
    if isinstance(body, Sequence) and not isinstance(body, str):
        body = body[0]
    if isinstance(body, str):
        body = {**members, "message": body}
    if not isinstance(body, Mapping):
        body = members
    code = next((body[name] for name in _CODES if body.get(name)), "")
    words = next((body[name] for name in _TOLD if body.get(name)), "")
    told = ": ".join(filter(None, (_plain(code), _plain(words))))
    return Fault("error", f"an error document ({told})" if told else "an error document")


def _plain(said: object) -> str:
    """Return foreign text as one short line."""
    if isinstance(said, list | tuple):
        said = "; ".join(str(part) for part in said[:3])
    text = "".join(c if c.isprintable() else " " for c in str(said)[: 4 * _LONGEST])
    return " ".join(text.split())[:_LONGEST]


class _Scanner:
    """Read JSON value by value, holding one feature at a time."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = io.TextIOWrapper(stream, encoding="utf-8", errors="replace")
        self._decode = json.JSONDecoder().raw_decode
        self._text, self._at = "", 0
        self.features = 0

    def documents(self) -> Iterator[Outline]:
        """Yield one document, or each in turn where there is one to a line."""
        try:
            while self._next():
                yield self._document()
        finally:
            self._stream.detach()  # the file belongs to who opened it

    def _document(self) -> Outline:
        if self._next() != "{":
            self._value()
            return Outline()
        members: dict[str, Any] = {}
        count: int | None = None
        for name in self._items("{", "}"):
            if self._take(":") and name == "features" and self._next() == "[":
                count = sum(1 for _ in self._items("[", "]"))
            else:
                members[str(name)] = self._value()
        self.features += members.get("type") == "Feature"
        return Outline(members, count)

    def _items(self, first: str, last: str) -> Iterator[Any]:
        """Yield the values of a list, or the names of an object whose values the caller reads."""
        self._take(first)
        empty = self._next() == last
        while not empty:
            value = self._value()
            if first == "[":
                self.features += 1
            elif not isinstance(value, str):
                raise ValueError("a name must be text")
            yield value
            if self._next() == last:
                break
            self._take(",")
        self._take(last)

    def _take(self, char: str) -> bool:
        if self._next() != char:
            raise ValueError(f"no {char}")
        self._at += 1
        return True

    def _next(self) -> str:
        """Return the next character that is not blank; empty at the end."""
        while True:
            blank = _BLANK.match(self._text, self._at)
            self._at = blank.end() if blank else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def _value(self) -> Any:
        self._next()
        while True:
            try:
                value, end = self._decode(self._text, self._at)
            except json.JSONDecodeError:
                if not self._more():
                    raise
                continue
            if end == len(self._text) and self._more():
                continue  # a number may go on
            self._at = end
            return value

    def _more(self) -> bool:
        """Read on as much again as is held, so that the whole costs no more than twice."""
        held = self._text[self._at :]
        chunk = self._stream.read(max(_CHUNK, len(held)))
        self._text, self._at = held + chunk, 0
        return bool(chunk)
