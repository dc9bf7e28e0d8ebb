"""
Recognise what servers send instead of a whole GeoJSON file: an error, a notice or one page.

All of these come with status 200, and a page looks like a whole file with fewer features. A
document is read one feature at a time, so that its size does not matter.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import IO, TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

FaultKind = Literal["error", "pending", "page", "cut", "other"]

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
# States in which ArcGIS, the ONS portal (Hub) and others report that a file is being made.
_PENDING_STATES: Final = frozenset(
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
_FAILED_STATES: Final = frozenset(["failed", "failure", "error", "errored", "esrijobfailed"])
_ERROR_MEMBERS: Final = ("error", "errors", "exceptions", "exception", "fault")
_MESSAGE_MEMBERS: Final = (
    "message",
    "messages",
    "description",
    "detail",
    "exceptionText",
    "text",
    "title",
)
_MEMBERS_OF_ERRORS: Final = ("message", "messages", "detail", "exceptionText", "statusCode")
_HINTS: Final[Mapping[FaultKind, str]] = {
    "error": "fetch it again from the publisher's page",
    "pending": "fetch it again in some minutes",
    "page": "fetch the whole file from the publisher's page, or every page, and join them",
    "cut": "fetch it again",
    "other": "export it again as GeoJSON or GeoPackage",
}
_CODE_MEMBERS: Final = ("code", "status", "statusCode", "exceptionCode")
_BLANK: Final = re.compile(r"[\s\x1e\ufeff]*")  # GeoJSON text sequences start each document with 1e
_CHUNK: Final = 1 << 20  # characters
_LONGEST_MESSAGE: Final = 160  # characters


@dataclass(frozen=True, slots=True)
class GeoJsonFault:
    """
    The reason why a document is not a whole GeoJSON file.

    Attributes
    ----------
    kind : {"error", "pending", "page", "cut", "other"}
        A server's error, a file still being made, one page of several, a document that is cut
        short, or some other JSON.
    why : str
        What the document is, such as ``an error document (400: ...)``.
    """

    kind: FaultKind
    why: str

    @property
    def hint(self) -> str:
        """Describe what to do next: text to put after a semicolon."""
        return _HINTS[self.kind]


@dataclass(frozen=True, slots=True)
class Outline:
    """
    A document without its features.

    Attributes
    ----------
    members : mapping
        The top-level members other than ``features``; empty if it is not an object.
    features : int or None
        Number of features; None if there is no list of them.
    """

    members: Mapping[str, Any] = field(default_factory=dict)
    features: int | None = None

    @property
    def kind(self) -> str:
        """
        Return the ``type`` of the document.

        Such as ``FeatureCollection``; empty if there is none.
        """
        stated = self.members.get("type")
        return stated if isinstance(stated, str) else ""


def outline_of(document: Mapping[str, Any]) -> Outline:
    """Return the outline of a document that is in memory."""
    features = document.get("features")
    count = len(features) if isinstance(features, list | tuple) else None
    return Outline({k: v for k, v in document.items() if k != "features" or count is None}, count)


def read_outline(stream: IO[bytes]) -> tuple[Outline, GeoJsonFault | None]:
    """
    Read a GeoJSON document, or several in lines, to the end.

    Parameters
    ----------
    stream : binary file
        The text, in UTF-8.

    Returns
    -------
    outline : Outline
        Of the first document.
    fault : GeoJsonFault or None
        The fault of the first document that is not whole.
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
        return first or Outline(), GeoJsonFault("cut", why)
    return first or Outline(), None if first else GeoJsonFault("other", "nothing at all")


def fault_of(outline: Outline) -> GeoJsonFault | None:
    """
    Return the reason why a document is incomplete or an error.

    None for whole GeoJSON, and for other JSON that reports no error.
    """
    members = outline.members
    if outline.kind in _GEOJSON_TYPES or outline.features is not None:
        failed = isinstance(members.get("error"), Mapping)
        return _error(members) if failed else _page(outline)
    state = members.get("status")
    state_key = state.casefold().replace(" ", "") if isinstance(state, str) else ""
    if state_key in _PENDING_STATES:
        return GeoJsonFault(
            "pending", f"a notice that the file is still being made ({_one_line(state)})"
        )
    refused = isinstance(state, int) and state >= HTTPStatus.BAD_REQUEST
    has_message = not outline.kind and (
        any(members.get(name) for name in _MEMBERS_OF_ERRORS)
        or {"code", "description"} <= members.keys()
    )
    failed = any(members.get(name) for name in _ERROR_MEMBERS) or members.get("success") is False
    return (
        _error(members) if failed or refused or has_message or state_key in _FAILED_STATES else None
    )


def require_geojson(outline: Outline) -> GeoJsonFault | None:
    """Return the reason why a document without other faults is not GeoJSON."""
    if outline.kind == "FeatureCollection" and outline.features is None:
        return GeoJsonFault("other", "GeoJSON without a list of features")
    if outline.kind in _GEOJSON_TYPES:
        return None
    if outline.kind == "Topology":
        return GeoJsonFault("other", "TopoJSON")
    names = ", ".join(sorted(_one_line(name) for name in outline.members)[:6])
    return GeoJsonFault("other", f"JSON, but not GeoJSON (it has {names or 'no members'})")


def _page(outline: Outline) -> GeoJsonFault | None:
    """Recognise a page by what OGC API Features, WFS and ArcGIS report of omitted features."""
    members, came = outline.members, outline.features
    if came is None:
        return None
    matched = [_count(members.get(n)) for n in ("numberMatched", "totalFeatures", "numberReturned")]
    most = max(matched)
    if most > came:
        return GeoJsonFault("page", f"one page of several ({came:,} of {most:,} features)")
    about = members.get("properties")
    cut = [part.get("exceededTransferLimit") for part in (members, about or {}) if _is_object(part)]
    if any(flag is True or str(flag).casefold() == "true" for flag in cut):
        why = f"the server stopped at {came:,} features: exceededTransferLimit"
        return GeoJsonFault("page", f"one page of several ({why})")
    links = members.get("links")
    links = links if isinstance(links, list | tuple) else ()
    if any(_is_object(link) and str(link.get("rel")).casefold() == "next" for link in links):
        return GeoJsonFault(
            "page", f"one page of several ({came:,} features and a link to the next)"
        )
    return None


def _is_object(part: object) -> bool:
    return isinstance(part, Mapping)


def _count(value: object) -> int:
    """Parse a number of features; servers also send ``unknown``, or the number as text."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    text = value[:12] if isinstance(value, str) else ""
    return int(text) if text.isascii() and text.isdigit() else 0


def _error(members: Mapping[str, Any]) -> GeoJsonFault:
    """Quote the server's code and message, wherever its kind of error has them."""
    body: Any = next((members[name] for name in _ERROR_MEMBERS if members.get(name)), members)
    if isinstance(body, Sequence) and not isinstance(body, str):
        body = body[0]
    if isinstance(body, str):
        body = {**members, "message": body}
    if not isinstance(body, Mapping):
        body = members
    code = next((body[name] for name in _CODE_MEMBERS if body.get(name)), "")
    message = next((body[name] for name in _MESSAGE_MEMBERS if body.get(name)), "")
    quoted = ": ".join(filter(None, (_one_line(code), _one_line(message))))
    return GeoJsonFault("error", f"an error document ({quoted})" if quoted else "an error document")


def _one_line(value: object) -> str:
    """Format a server's text as one short, printable line."""
    if isinstance(value, list | tuple):
        value = "; ".join(str(part) for part in value[:3])
    text = "".join(c if c.isprintable() else " " for c in str(value)[: 4 * _LONGEST_MESSAGE])
    return " ".join(text.split())[:_LONGEST_MESSAGE]


class _Scanner:
    """Read JSON value by value, with one feature in memory at a time."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = io.TextIOWrapper(stream, encoding="utf-8", errors="replace")
        self._decode = json.JSONDecoder().raw_decode
        self._text, self._at = "", 0
        self.features = 0

    def documents(self) -> Iterator[Outline]:
        """Generate the outline of each document, of which there may be several in lines."""
        try:
            while self._peek():
                yield self._document()
        finally:
            self._stream.detach()  # leave the file open: the caller owns it

    def _document(self) -> Outline:
        if self._peek() != "{":
            self._read_value()
            return Outline()
        members: dict[str, Any] = {}
        count: int | None = None
        for name in self._items("{", "}"):
            if self._consume(":") and name == "features" and self._peek() == "[":
                count = sum(1 for _ in self._items("[", "]"))
            else:
                members[str(name)] = self._read_value()
        self.features += members.get("type") == "Feature"
        return Outline(members, count)

    def _items(self, first: str, last: str) -> Iterator[Any]:
        """Generate the values of a list, or the names of an object without their values."""
        self._consume(first)
        empty = self._peek() == last
        while not empty:
            value = self._read_value()
            if first == "[":
                self.features += 1
            elif not isinstance(value, str):
                raise ValueError("a name must be text")
            yield value
            if self._peek() == last:
                break
            self._consume(",")
        self._consume(last)

    def _consume(self, char: str) -> bool:
        if self._peek() != char:
            raise ValueError(f"no {char}")
        self._at += 1
        return True

    def _peek(self) -> str:
        """Return the next character that is not white space; empty at the end."""
        while True:
            blank = _BLANK.match(self._text, self._at)
            self._at = blank.end() if blank else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._read_more():
                return ""

    def _read_value(self) -> Any:
        self._peek()
        while True:
            try:
                value, end = self._decode(self._text, self._at)
            except json.JSONDecodeError:
                if not self._read_more():
                    raise
                continue
            if end == len(self._text) and self._read_more():
                continue  # a number may continue in the next chunk
            self._at = end
            return value

    def _read_more(self) -> bool:
        """Read at least as much again as is held, so that parsing stays linear in the size."""
        held = self._text[self._at :]
        chunk = self._stream.read(max(_CHUNK, len(held)))
        self._text, self._at = held + chunk, 0
        return bool(chunk)
