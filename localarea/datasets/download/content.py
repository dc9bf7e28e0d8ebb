"""Detect the type of a file from its first bytes: names and content types are often wrong."""

from __future__ import annotations

import html
import re
from typing import Final, Literal

Content = Literal[
    "empty", "html", "json", "xml", "zip", "gzip", "7z", "old_excel", "pdf", "parquet", "sqlite",
    "text", "binary",
]  # fmt: skip
HEAD_BYTES: Final = 4096
_HTML_HEAD: Final = 2048  # bytes in which a web page has its first tags
_TEXT_PER_CONTROL: Final = 50  # text has at most one control character in so many bytes

_SIGNATURES: Final[tuple[tuple[bytes, Content], ...]] = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),  # an empty archive
    (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_excel"),
    (b"%PDF", "pdf"),
    (b"PAR1", "parquet"),
    (b"SQLite format 3\x00", "sqlite"),
)
_CONTROLS: Final = bytes(set(range(32)) - set(b"\t\n\r\f"))
_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_HTML: Final = re.compile(rb"<!doctype\s+html|<html|<head|<body|<script", re.IGNORECASE)
_TITLE: Final = re.compile(rb"<(?:title|h1)[^>]*>\s*([^<]{1,120})", re.IGNORECASE)

IN_WORDS: Final[dict[Content, str]] = {
    "empty": "nothing at all",
    "html": "a web page",
    "json": "a JSON document",
    "xml": "an XML document",
    "zip": "a zip archive",
    "gzip": "a gzip file",
    "7z": "a 7-Zip archive",
    "old_excel": "an Excel workbook",
    "pdf": "a PDF",
    "parquet": "a Parquet file",
    "sqlite": "a GeoPackage or other SQLite file",
    "text": "plain text",
    "binary": "binary data",
}


def content_of(head: bytes) -> Content:
    """Return the type of a file's content from its first bytes."""
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    if head.startswith(_UTF16_MARKS):
        return "text"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        return "empty"
    if start.startswith(b"<"):
        return "html" if _HTML.search(head[:_HTML_HEAD]) else "xml"
    if start.startswith((b"{", b"[{")):
        return "json"
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return "binary" if controls > len(head) // _TEXT_PER_CONTROL else "text"


def in_words(kind: Content, head: bytes = b"") -> str:
    """Describe the content in a phrase, with the title of a web page or the start of a JSON."""
    if kind == "html" and (title := _TITLE.search(head)):
        text = html.unescape(title.group(1).decode("utf-8", "replace"))
        return f"a web page ({' '.join(text.split())!r})"
    if kind == "json":
        return f"a JSON document ({' '.join(head[:80].decode('utf-8', 'replace').split())})"
    return IN_WORDS[kind]
