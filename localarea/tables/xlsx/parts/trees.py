"""Small parts of a workbook as trees."""

from __future__ import annotations

from typing import Any, Final

from lxml import etree

MOST_TREE: Final = 32 << 20  # bytes of a part that is read as a tree


def parse_xml(data: bytes, name: str) -> Any:
    """
    Read a small part as a tree.

    ``data``: its content, in any encoding that XML allows. ValueError if it is too large or
    declares a document type. SyntaxError if it is not well-formed.
    """
    if len(data) > MOST_TREE:
        raise ValueError(f"{name} has {len(data) / 1e6:,.0f} MB beside its rows")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(data, parser)
    if root.getroottree().docinfo.doctype:
        raise ValueError(f"{name} declares a document type")
    return root


def xml_bytes(root: Any) -> bytes:
    """Write a tree as a part, in UTF-8 with a declaration."""
    written: bytes = etree.tostring(
        root.getroottree(), encoding="UTF-8", xml_declaration=True, standalone=True
    )
    return written
