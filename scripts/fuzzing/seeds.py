"""What the targets begin with: small files of the kinds that people send, whole or by part."""

from __future__ import annotations

import io
import sqlite3
import tempfile
import zipfile
import zlib
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_REPOSITORY: Final = Path(__file__).resolve().parents[2]
_ROWS: Final = (
    ("Supplier", "Postcode", "Paid", "Date"),
    ("A Ltd", "CO1 1JB", "12.50", "2026-04-01"),
    ("B, Sons & Co", "33 High St, Ipswich IP1 2DE", "-7", "01/05/2026"),
    ("", "n/a", "", ""),
    ("Total", "", "5.50", ""),
)
_NAMES: Final = "urn:oasis:names:tc:opendocument:xmlns:"


@cache
def workbook() -> bytes:
    """Make a workbook with formulas, a merge, a table and a hidden sheet."""
    import openpyxl
    from openpyxl.worksheet.table import Table

    book: Any = openpyxl.Workbook()
    for row in _ROWS:
        book.active.append(row)
    book.active["E2"] = "=C2*2"
    book.active.add_table(Table(displayName="Paid", ref="A1:D5"))
    book.active.auto_filter.ref = "A1:D5"
    other = book.create_sheet("Notes")
    other["B2"] = "kept"
    other.merge_cells("B2:C3")
    other.sheet_state = "hidden"
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


@cache
def open_document() -> bytes:
    """Make an OpenDocument spreadsheet."""
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{_xml(cell)}</text:p>'
            "</table:table-cell>"
            for cell in row
        )
        + '<table:table-cell table:number-columns-repeated="3"/></table:table-row>'
        for row in _ROWS
    )
    content = (
        f'<office:document-content xmlns:office="{_NAMES}office:1.0" '
        f'xmlns:table="{_NAMES}table:1.0" xmlns:text="{_NAMES}text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="Pay">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{_NAMES}manifest:1.0"><manifest:file-entry '
            f'manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>',
        )
    return made.getvalue()


def _xml(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


@cache
def _tables() -> dict[str, list[dict[str, str]]]:
    from localarea.contracts.exchange.columns import TABLES

    known = {
        "reference": "C1", "contract": "C1", "title": "Repair", "supplier": "Roads Ltd",
        "department": "Highways", "value": "1000.00", "first_day": "2026-04-01",
        "last_day": "2027-09-30", "definition": "colchester-measure-2026.1", "rule": "",
        "version": "", "measure": "NT1", "quarter": "2026-27 Q1", "target": "1.5",
        "due": "2026-09-30", "figure": "2",
    }  # fmt: skip
    return {
        kind: [{name: known.get(name, "1") for name in table.columns}]
        for kind, table in TABLES.items()
    }


@cache
def register() -> bytes:
    """Make a workbook of the register's tables."""
    from localarea.contracts.exchange.files import write_exchange

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.xlsx"
        write_exchange(_tables(), path)
        return path.read_bytes()


def _register_texts() -> list[bytes]:
    from localarea.contracts.exchange.files import write_exchange

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register"
        write_exchange(_tables(), path)
        return [one.read_bytes() for one in sorted(path.iterdir())]


TEMPLATES: Final[dict[str, Callable[[], bytes]]] = {
    "xlsx": workbook,
    "ods": open_document,
    "register": register,
}


@cache
def definition() -> bytes:
    """Make a definition's file of one square and one postcode."""
    import hashlib

    import numpy as np
    import shapely

    from localarea.definitions.geopackage_writer import Contents, definition_bytes
    from localarea.definitions.model import Definition
    from localarea.definitions.postcode_rows import PostcodeRows, pack_rows
    from localarea.geo.postcodes import outward_number

    square = shapely.to_wkb(shapely.MultiPolygon([shapely.box(0, 0, 1000, 1000)]), byte_order=1)
    made = Definition(
        id="a-square", purpose="measure", council="colchester", title="A square", option="square",
        method="district", anchor="Colchester", parameters={}, zone_system="msoa11",
        zones=("E02000001",), districts=("E07000071",), whole_districts=True,
        boundary_sha256=hashlib.sha256(square).hexdigest(), effective_from="2026-04-01",
        approved_by="Pat Example", role="Director", approved_on="2026-03-02", reason="a test",
        directory_date="2025-11", software="localarea",
    )  # fmt: skip
    kinds = (np.int16, np.uint8, *[np.int16] * 3, *[np.int32] * 3, np.uint16)
    row = PostcodeRows(*(np.zeros(1, kind) for kind in kinds))
    return definition_bytes(
        Contents(
            definition=made,
            outline=square,
            extent=(0, 0, 1000, 1000),
            zones=[("E02000001", "Square", "E07000071", "Colchester", square)],
            outward_codes=[("CO1", "local", 1, 0)],
            lists={
                "zones": [["E02000001", "Square"]],
                "districts": [["E07000071", "Colchester"]],
                "endings": [[201901, 201902]],
                "options": [["square", ["E02000001"]]],
            },
            postcodes=[(outward_number("CO1"), pack_rows(row))],
        )
    )


def _definition_parts() -> list[bytes]:
    """Give each part of a definition's file that can be replaced, behind the byte for it."""
    made = []
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(definition())
        for at, (table, column, where) in enumerate(DEFINITION_PARTS):
            asked = f"SELECT {column} FROM {table} {where}"  # noqa: S608 -- our own words
            held = database.execute(asked).fetchone()[0]
            held = held.encode() if isinstance(held, str) else held
            made.append(bytes([at]) + (zlib.decompress(held) if held[:1] == b"x" else held))
    return made


# Of a definition's file: what is replaced; what is compressed in it is compressed again.
DEFINITION_PARTS: Final = (
    ("definition", "value", "WHERE key = 'document'"),
    ("localarea_lists", "data", ""),
    ("localarea_postcodes", "data", ""),
    ("boundary", "geom", ""),
    ("zones", "geom", ""),
    ("zones", "code", ""),
    ("outward_codes", "status", ""),
)


def _parts(name: str, lead: bytes = b"") -> list[bytes]:
    """Give each part of a template with the byte that chooses it."""
    with zipfile.ZipFile(io.BytesIO(TEMPLATES[name]())) as archive:
        names = archive.namelist()
        return [lead + bytes([at]) + archive.read(one) for at, one in enumerate(names)]


def _texts() -> list[bytes]:
    made = [
        end.join(delimiter.join(f'"{c}"' if delimiter in c else c for c in row) for row in _ROWS)
        for delimiter, end in ((",", "\r\n"), (";", "\n"), ("\t", "\r"))
    ]
    return [text.encode(codec) for text in made for codec in ("utf-8-sig", "cp1252", "utf-16")]


_SCENARIO: Final = """option = "ttwa-official"
title = "With Ipswich"
notes = "asked on 3 March"
[[changes]]
action = "include"
place = "Ipswich"
[[changes]]
action = "exclude"
place = "drawn"
polygon = "POLYGON ((0.9 51.8, 1.0 51.8, 1.0 51.9, 0.9 51.8))"
"""


def _queries() -> list[bytes]:
    from fuzzing.asking import seeds
    from fuzzing.targets import client

    return seeds(client().app)


def seeds_of(target: str) -> list[bytes]:
    """Give what a target begins with."""
    return _SEEDS[target]()


_SEEDS: Final[dict[str, Callable[[], list[bytes]]]] = {
    "postcodes": lambda: [
        text.encode()
        for text in ("CO1 1JB", "co11jb", "C01 IJB", "SW1A", "33 High St, CO1 1JB", "GIR 0AA", "")
    ],
    "delimited-text": _texts,
    "xlsx-parts": lambda: _parts("xlsx"),
    "ods-parts": lambda: _parts("ods"),
    "scenario-files": lambda: [_SCENARIO.encode()],
    "council-files": lambda: [
        path.read_bytes() for path in sorted((_REPOSITORY / "data" / "councils").glob("*.toml"))
    ],
    "query-strings": _queries,
    "definition-files": _definition_parts,
    "contract-imports": lambda: _register_texts() + _parts("register", b"\xff"),
}
TARGET_NAMES: Final = tuple(_SEEDS)
