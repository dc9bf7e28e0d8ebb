"""The parts of an .xlsx workbook: content types, relationships, and what replaces or joins them."""

from __future__ import annotations

import posixpath
import zipfile
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import unquote

from lxml import etree

from localarea.tables.xlsx.parts.trees import MOST_TREE, parse_xml, xml_bytes
from localarea.tables.zip_copy import copy_entry, new_archive, write_entry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

TRANSITIONAL: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT: Final = "http://purl.oclc.org/ooxml/spreadsheetml/main"
SPREADSHEETS: Final = (TRANSITIONAL, STRICT)
_TYPES: Final = "[Content_Types].xml"
_TYPES_NAMESPACE: Final = "http://schemas.openxmlformats.org/package/2006/content-types"
_BOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_OTHER_BOOKS: Final = (
    "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml",
    "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    "application/vnd.ms-excel.template.macroEnabled.main+xml",
)
_RELATIONS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_RELATION_TYPES: Final = {
    TRANSITIONAL: "http://schemas.openxmlformats.org/officeDocument/2006/relationships/",
    STRICT: "http://purl.oclc.org/ooxml/officeDocument/relationships/",
}


class Package:
    """
    The parts of a workbook that is to be written with changes.

    Parameters
    ----------
    path : pathlib.Path
        Workbook, checked by `open_safely`.

    Attributes
    ----------
    namespace : str
        Namespace of its elements, which says whether it is Strict or Transitional.
    """

    def __init__(self, path: Path) -> None:
        self.archive = zipfile.ZipFile(path)
        try:
            self._open()
        except BaseException:  # whoever asked for it has nothing that could be closed
            self.archive.close()
            raise

    def _open(self) -> None:
        names = self.archive.namelist()
        self._parts = {_key(name): name for name in names}
        if len(self._parts) < len(names):
            raise ValueError("it holds two parts of one name")
        self._trees: dict[str, Any] = {}
        self._changed: set[str] = set()
        self._late: set[str] = set()
        self._dropped: set[str] = set()
        self._streams: dict[str, tuple[Callable[[], Iterable[bytes]], int]] = {}
        self._new: dict[str, Callable[[], bytes]] = {}
        self.workbook = self._find_workbook()
        self.namespace = etree.QName(self.tree(self.workbook)).namespace or ""
        if self.namespace not in SPREADSHEETS:
            raise ValueError(f"{self.workbook} is not the part of a workbook")

    def __enter__(self) -> Self:
        """Enter the context."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the archive."""
        self.archive.close()

    def _find_workbook(self) -> str:
        for _, kind, target in self.relations(""):
            if kind == "officeDocument" and self.has(target):
                return target
        return self.find("xl/workbook.xml")

    def has(self, name: str) -> bool:
        """Return whether there is such a part."""
        return _key(name) in self._parts

    def find(self, name: str) -> str:
        """
        Return the name of an entry as the archive spells it.

        ``name``: name of a part, in any case. KeyError if there is none.
        """
        found = self._parts.get(_key(name))
        if found is None:
            raise KeyError(f"there is no part {name}")
        return found

    def tree(self, name: str) -> Any:
        """
        Return the tree of a part, which stays the same for each call.

        Its root; call :meth:`change` if you change it.
        """
        entry = self.find(name)
        if entry not in self._trees:
            if self.archive.getinfo(entry).file_size > MOST_TREE:
                raise ValueError(f"its part {entry} is too large")
            self._trees[entry] = parse_xml(self.archive.read(entry), entry)
        return self._trees[entry]

    def change(self, name: str, *, late: bool = False) -> None:
        """
        Write a part from its tree.

        ``name``: name of a part whose :meth:`tree` was changed. ``late``: whether it changes while
        other parts are streamed, so must be written after them.
        """
        self._changed.add(self.find(name))
        if late:
            self._late.add(self.find(name))

    def stream(self, name: str, blocks: Callable[[], Iterable[bytes]], expected: int) -> None:
        """
        Write a part from blocks.

        ``blocks``: returns its content, when it is written. ``expected``: about how many bytes it
        will have.
        """
        self._streams[self.find(name)] = (blocks, expected)

    def replace(self, name: str, content: Callable[[], bytes]) -> None:
        """Replace a part by what ``content`` returns, after the others are written."""
        self.stream(name, lambda: [content()], 0)
        self._late.add(self.find(name))

    def drop(self, name: str) -> None:
        """Leave out a part, with its content type."""
        entry = self.find(name)
        self._dropped.add(entry)
        types = self.tree(_TYPES)
        for override in types.findall(f"{{{_TYPES_NAMESPACE}}}Override"):
            if _key(override.get("PartName", "")) == _key(entry):
                types.remove(override)
                self.change(_TYPES)

    def add(self, name: str, content: Callable[[], bytes], content_type: str) -> None:
        """Add a part, after the others are written."""
        self._new[name] = content
        self._parts[_key(name)] = name
        types = self.tree(_TYPES)
        override = etree.SubElement(types, f"{{{_TYPES_NAMESPACE}}}Override")
        override.set("PartName", f"/{name}")
        override.set("ContentType", content_type)
        self.change(_TYPES)

    def call_workbook(self) -> None:
        """
        State that it is an ordinary workbook, as Excel wants of one whose name ends in .xlsx.

        A template, or a workbook that may have macros and has none, states otherwise.
        """
        types = self.tree(_TYPES)
        for override in types.iter(f"{{{_TYPES_NAMESPACE}}}Override"):
            if _key(override.get("PartName", "")) != _key(self.workbook):
                continue
            if override.get("ContentType") in _OTHER_BOOKS:
                override.set("ContentType", _BOOK)
                self.change(_TYPES)

    def relations(self, part: str) -> list[tuple[str, str, str]]:
        """
        Return the internal relationships of a part.

        ``part``: name of the part; empty for the package. Returns id, last word of the type, and
        name of the target.
        """
        name = _relations_of(part)
        if not self.has(name):
            return []
        found = []
        for relation in self.tree(name).iter(f"{{{_RELATIONS}}}Relationship"):
            if relation.get("TargetMode") != "External":
                kind = relation.get("Type", "").rpartition("/")[2]
                target = _resolved(part, relation.get("Target", ""))
                found.append((relation.get("Id", ""), kind, target))
        return found

    def relate(self, part: str, kind: str, target: str) -> str:
        """Add a relationship; ``kind`` is the last word of the type."""
        name = _relations_of(part)
        root = self.tree(name)
        taken = {relation.get("Id") for relation in root}
        number = next(n for n in range(1, len(taken) + 2) if f"rId{n}" not in taken)
        relation = etree.SubElement(root, f"{{{_RELATIONS}}}Relationship")
        relation.set("Id", f"rId{number}")
        relation.set("Type", _RELATION_TYPES[self.namespace] + kind)
        relation.set("Target", f"/{target}")
        self.change(name)
        return f"rId{number}"

    def free_name(self, pattern: str) -> str:
        """Return the first free name of a part."""
        number = 1
        while self.has(pattern.format(number)):
            number += 1
        return pattern.format(number)

    def write(self, out: Path) -> None:
        """Write the workbook: changed and streamed parts again, all others byte for byte."""
        with new_archive(out) as target:
            target.comment = self.archive.comment
            entries = [name for name in self.archive.namelist() if name not in self._dropped]
            for entry in sorted(entries, key=self._late.__contains__):
                if entry in self._streams:
                    blocks, expected = self._streams[entry]
                    write_entry(target, entry, blocks(), expected=expected)
                elif entry in self._changed:
                    write_entry(target, entry, [xml_bytes(self._trees[entry])])
                else:
                    copy_entry(self.archive, target, entry)
            for name, content in self._new.items():
                write_entry(target, name, [content()])


def _key(name: str) -> str:
    """Return what two names of one part have in common: they differ in case and slashes."""
    return name.replace("\\", "/").lstrip("/").casefold()


def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part.replace("\\", "/"))
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _resolved(part: str, target: str) -> str:
    target = unquote(target).replace("\\", "/")
    if target.startswith("/"):
        return target.lstrip("/")
    folder = posixpath.dirname(part.replace("\\", "/"))
    return posixpath.normpath(posixpath.join(folder, target)).lstrip("/")
