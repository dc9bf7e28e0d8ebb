"""
A definition's file that was changed by somebody who sealed it again: named as damaged, not read.

The seal tells what happens by accident (tests/fuzz/test_definition_fuzz.py); whoever can write
the file can seal it, too.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from definition_cases import APPROVAL, tiny_file

from localarea.classify.codes import MEANINGS
from localarea.definitions.decided.endings import End, end_bytes, read_end
from localarea.definitions.decided.sealed_json import sealed_bytes
from localarea.definitions.decided.take_overs import TakeOver, read_take_over, take_over_bytes
from localarea.definitions.exports import local_postcodes
from localarea.definitions.geopackage import OpenDefinition, read_definition, read_terms
from localarea.definitions.geopackage_writer import BLANK, SEAL
from localarea.definitions.postcode_rows import PostcodeRows, pack_rows
from localarea.errors import DefinitionDamagedError
from localarea.geo.postcodes import parse_postcode

if TYPE_CHECKING:
    from pathlib import Path

ID = APPROVAL.id
END = End(
    definition=ID,
    ended_on="2028-04-01",
    kind="withdrawn",
    successor=None,
    by="Dee Director",
    at="2028-03-01",
    reason="no longer",
)
TAKEN = TakeOver(
    definition=ID,
    council="haven",
    authority="Haven",
    taken_from="2028-04-01",
    order="an order",
    by="Dee Director",
    at="2028-03-01",
    reason="replaced",
)


@pytest.fixture(scope="module")
def whole() -> bytes:
    return tiny_file()


def changed(whole: bytes, statement: str, *values: Any) -> bytes:
    """Change a file as SQLite would, and seal it again."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        database.deserialize(whole)
        database.execute(statement, values)
        database.execute("UPDATE definition SET value = ? WHERE key = 'seal'", (SEAL + BLANK,))
        data = bytes(database.serialize())
    start = data.index(SEAL) + len(SEAL)
    return data[:start] + hashlib.sha256(data).hexdigest().encode() + data[start + 64 :]


def rows(**columns: int) -> bytes:
    """Pack one postcode; what is not stated is nothing."""
    kinds = {
        "slots": np.int16, "codes": np.uint8, "zones": np.int16, "districts": np.int16,
        "ended": np.int16, "eastings": np.int32, "northings": np.int32, "metres": np.int32,
        "minutes": np.uint16,
    }  # fmt: skip
    made = {name: np.array([columns.get(name, 0)], kind) for name, kind in kinds.items()}
    return pack_rows(PostcodeRows(**made))


def packed(value: Any) -> bytes:
    return zlib.compress(json.dumps(value).encode())


EMPTY: dict[str, Any] = {"zones": [], "districts": [], "endings": [], "options": []}
LISTS = "UPDATE localarea_lists SET data = ?"
POSTCODES = "INSERT INTO localarea_postcodes VALUES (1, ?)"
DOCUMENT = "UPDATE definition SET value = ? WHERE key = 'document'"


def test_a_file_that_was_only_sealed_again_is_whole(whole: bytes) -> None:
    OpenDefinition(changed(whole, "SELECT 1")).check()
    named = EMPTY | {"zones": [["E02000001", "Square"], ["E02000002", None]]}
    named |= {"endings": [[201901, 201902]], "options": [["district", ["E02000001"]]]}
    OpenDefinition(changed(whole, LISTS, packed(named))).check()
    local = [meaning.status for meaning in MEANINGS].index("local")
    one = changed(whole, POSTCODES, rows(zones=-1, districts=-1, ended=-1, codes=local))
    opened = OpenDefinition(one)
    opened.check()
    (line,) = local_postcodes(opened).decode().splitlines()[1:]
    assert parse_postcode(line).postcode == line


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        ("DELETE FROM definition WHERE key = 'document'", ()),
        (DOCUMENT, (b"\xff",)),
        (DOCUMENT, ("{",)),
        (DOCUMENT, ("[]",)),
        (DOCUMENT, ("7",)),
        (DOCUMENT, ("[" * 90_000,)),
        ("CREATE TABLE more (x)", ()),
        ("DROP TABLE outward_codes", ()),
        ("DELETE FROM zones", ()),
        ("UPDATE zones SET geom = NULL", ()),
        ("DELETE FROM boundary", ()),
        ("UPDATE boundary SET geom = x'00'", ()),
        ("UPDATE boundary SET geom = 'a text'", ()),
        ("UPDATE boundary SET geom = NULL", ()),
        ("DELETE FROM localarea_lists", ()),
        (LISTS, (b"\x00",)),
        (LISTS, ("a text",)),
        (LISTS, (zlib.compress(b"{"),)),
        (LISTS, (zlib.compress(b"[" * 90_000),)),
        (LISTS, (packed([]),)),
        (LISTS, (packed({}),)),
        (LISTS, (packed(EMPTY | {"zones": 1}),)),
        (LISTS, (packed(EMPTY | {"zones": ["E02000001"]}),)),
        (LISTS, (packed(EMPTY | {"zones": [["E02000001", 7]]}),)),
        (LISTS, (packed(EMPTY | {"districts": [["E07000071", "Colchester", "more"]]}),)),
        (LISTS, (packed(EMPTY | {"endings": [["201901", "201902"]]}),)),
        (LISTS, (packed(EMPTY | {"options": [["district", "E02000001"]]}),)),
        (LISTS, (packed(EMPTY | {"more": []}),)),
        (POSTCODES, (b"\x00",)),
        (POSTCODES, (zlib.compress(b"\x00"),)),
        (POSTCODES, (rows(zones=5, districts=-1, ended=-1),)),
        (POSTCODES, (rows(zones=-1, districts=0, ended=-1),)),
        (POSTCODES, (rows(zones=-1, districts=-1, ended=-1) + b"more",)),
        (POSTCODES, ("a text",)),
        (POSTCODES, (rows(zones=-1, districts=-1, ended=-2),)),
        (POSTCODES, (rows(zones=-1, districts=-1, ended=-1, slots=-1),)),
        (POSTCODES, (rows(zones=-1, districts=-1, ended=-1, slots=32_000),)),
        (POSTCODES.replace("(1,", "(-1,"), (rows(zones=-1, districts=-1, ended=-1),)),
        (POSTCODES.replace("(1,", "(9999999,"), (rows(zones=-1, districts=-1, ended=-1),)),
        (POSTCODES, (rows(zones=-1, districts=-1, ended=-1, codes=255),)),
    ],
)
def test_what_was_changed_and_sealed_again_is_damaged(
    whole: bytes, statement: str, values: tuple[Any, ...]
) -> None:
    with pytest.raises(DefinitionDamagedError):
        OpenDefinition(changed(whole, statement, *values)).check()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "it is empty"),
        (b"PK\x03\x04", "it is another kind of file"),
        (b"SQLite format 3\x00" + b"\x00" * 100, "it is cut short, or is not a localarea"),
    ],
)
def test_another_file_is_named_for_what_it_is(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "a.gpkg"
    path.write_bytes(data)
    with pytest.raises(DefinitionDamagedError, match=said):
        read_definition(path)
    with pytest.raises(DefinitionDamagedError):
        read_terms(path)


def test_a_file_that_is_not_there_or_is_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "none.gpkg", tmp_path):
        with pytest.raises(DefinitionDamagedError, match="it cannot be read"):
            read_definition(path)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE definition SET value = '0' WHERE key = 'terms_sha256'",
        "DELETE FROM definition WHERE key = 'terms_sha256'",
        "UPDATE definition SET value = replace(value, 'Pat', 'Sam') WHERE key = 'document'",
    ],
)
def test_terms_that_do_not_match_their_checksum(
    tmp_path: Path, whole: bytes, statement: str
) -> None:
    path = tmp_path / "a.gpkg"
    path.write_bytes(changed(whole, statement))
    with pytest.raises(DefinitionDamagedError, match="its terms do not match"):
        read_terms(path)


@pytest.mark.parametrize(
    ("read", "data", "said"),
    [
        (read_end, end_bytes(END), ""),
        (read_end, end_bytes(END).replace(b"longer", b"LONGER"), "do not match its checksum"),
        (read_end, sealed_bytes({"definition": ID}), "its keys are not those"),
        (read_end, end_bytes(replace(END, definition="other")), "it is the end of other"),
        (read_end, end_bytes(replace(END, ended_on="2028-04-31")), "the end of a definition"),
        (read_end, end_bytes(replace(END, kind="lost")), "'lost' is no way to end"),
        (read_take_over, take_over_bytes(TAKEN), ""),
        (read_take_over, sealed_bytes({"definition": ID}), "its keys are not those"),
        (read_take_over, take_over_bytes(replace(TAKEN, definition="other")), "of other"),
        (read_take_over, take_over_bytes(replace(TAKEN, taken_from="x")), "the take-over of"),
    ],
)
def test_an_end_and_a_take_over_are_read_or_told_what_is_wrong(
    tmp_path: Path, read: Any, data: bytes, said: str
) -> None:
    path = tmp_path / ID / "a-file.json"
    path.parent.mkdir()
    assert read(path) is None
    path.write_bytes(data)
    if not said:
        assert read(path) in (END, TAKEN)
        return
    with pytest.raises(DefinitionDamagedError, match=said):
        read(path)


def test_a_folder_in_place_of_an_end_cannot_be_read(tmp_path: Path) -> None:
    for read in (read_end, read_take_over):
        with pytest.raises(DefinitionDamagedError, match="it cannot be read"):
            read(tmp_path)
