"""
The XML of a spreadsheet in the one form that the rest of this package reads.

The form is that of every usual program: UTF-8, the usual prefixes, and no comments, CDATA sections
or processing instructions. Then a tag is found by its bytes. Expat reads every byte first, so
whatever is not well formed is refused, and XML in another form is rewritten.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any, Final
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCK: Final = 1 << 20
_OASIS: Final = "urn:oasis:names:tc:opendocument:xmlns:"
NAMESPACES: Final = {
    "office": f"{_OASIS}office:1.0",
    "table": f"{_OASIS}table:1.0",
    "text": f"{_OASIS}text:1.0",
    "style": f"{_OASIS}style:1.0",
    "number": f"{_OASIS}datastyle:1.0",
    "fo": f"{_OASIS}xsl-fo-compatible:1.0",
}
_PREFIXES: Final = {uri: prefix for prefix, uri in NAMESPACES.items()}
_UTF8: Final = frozenset({None, "utf-8", "utf8", "us-ascii", "ascii"})
_BETWEEN: Final = "\x1f"  # between the parts of a name; no XML holds it


class UnusualXmlError(Exception):
    """The XML is well formed, but not in the usual form."""


class EntitiesError(Exception):
    """The XML declares a document type, by which a few bytes can expand to gigabytes."""


def checked_blocks(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the blocks of a stream once they are known to be well formed and in the usual form."""
    parser = expat.ParserCreate(namespace_separator=_BETWEEN)
    parser.StartNamespaceDeclHandler = _require_usual_prefix
    parser.StartDoctypeDeclHandler = _refuse_document_type
    parser.XmlDeclHandler = _require_utf8
    parser.CommentHandler = parser.StartCdataSectionHandler = _not_plain
    parser.ProcessingInstructionHandler = _not_plain
    first = True
    while block := stream.read(BLOCK):
        if first and block.startswith((b"\xfe\xff", b"\xff\xfe", b"\x00", b"<\x00")):
            raise UnusualXmlError
        first = False
        parser.Parse(block, False)
        yield block
    parser.Parse(b"", True)


def _require_usual_prefix(prefix: str | None, uri: str) -> None:
    if NAMESPACES.get(prefix or "", uri) != uri or _PREFIXES.get(uri, prefix) != prefix:
        raise UnusualXmlError


def _require_utf8(_version: str, encoding: str | None, _standalone: int) -> None:
    if (encoding.lower() if encoding else None) not in _UTF8:
        raise UnusualXmlError


def _refuse_document_type(*_: Any) -> None:
    raise EntitiesError


def _not_plain(*_: Any) -> None:
    raise UnusualXmlError


def rewrite(stream: IO[bytes], out: IO[bytes]) -> None:
    """Write the XML of a stream in the usual form."""
    writer = _Rewriter(out)
    parser = expat.ParserCreate(namespace_separator=_BETWEEN)
    parser.namespace_prefixes = True
    parser.ordered_attributes = True
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_document_type
    parser.StartNamespaceDeclHandler = writer.declare
    parser.StartElementHandler = writer.start
    parser.EndElementHandler = writer.end
    parser.CharacterDataHandler = writer.text
    out.write(b'<?xml version="1.0" encoding="UTF-8"?>\n')
    while block := stream.read(BLOCK):
        parser.Parse(block, False)
    parser.Parse(b"", True)


class _Rewriter:
    """Writes the events of a parser as XML in the usual form."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._declared: list[tuple[str, str]] = []

    def declare(self, prefix: str | None, uri: str | None) -> None:
        self._declared.append((_prefix(prefix or "", uri or ""), uri or ""))

    def start(self, name: str, about: list[str]) -> None:
        parts = [f"<{_name(name)}"]
        for prefix, uri in dict.fromkeys(self._declared):
            parts.append(f" xmlns{':' if prefix else ''}{prefix}={quoteattr(uri)}")
        self._declared.clear()
        for key, value in zip(about[::2], about[1::2], strict=True):
            parts.append(f" {_name(key)}={_quoted(value)}")
        self._write("".join(parts) + ">")

    def end(self, name: str) -> None:
        self._write(f"</{_name(name)}>")

    def text(self, text: str) -> None:
        self._write(escape(text, {"\r": "&#13;"}))

    def _write(self, text: str) -> None:
        self._out.write(text.encode())


def _name(triple: str) -> str:
    uri, _, rest = triple.rpartition(_BETWEEN) if triple.count(_BETWEEN) == 1 else ("", "", triple)
    local, prefix = rest, ""
    if triple.count(_BETWEEN) > 1:
        uri, local, prefix = triple.split(_BETWEEN)
    usual = _prefix(prefix, uri)
    return f"{usual}:{local}" if usual else local


def _prefix(prefix: str, uri: str) -> str:
    if uri in _PREFIXES:
        return _PREFIXES[uri]
    return f"{prefix}-other" if prefix in NAMESPACES else prefix


def _quoted(value: str) -> str:
    return quoteattr(value, {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})
