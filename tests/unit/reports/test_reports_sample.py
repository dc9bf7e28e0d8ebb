"""The bundled sample: invented suppliers, real public places, and every awkward cell."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest

from localarea.datasets.postcodes import read_postcode_rows
from localarea.errors import PostcodeFormatError
from localarea.geo.postcodes import parse_postcode


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    text = files("localarea.reports").joinpath("sample", "suppliers.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines(keepends=True)))


def test_two_hundred_rows_of_seven_columns(rows: list[dict[str, str]]) -> None:
    assert len(rows) == 200
    assert all(None not in row and None not in row.values() for row in rows)
    assert list(rows[0]) == [
        "supplier_id",
        "supplier_name",
        "trading_postcode",
        "address_type",
        "annual_spend_gbp",
        "size",
        "note",
    ]


def test_every_plain_row_is_at_a_live_postcode_with_a_place(rows: list[dict[str, str]]) -> None:
    plain = [r["trading_postcode"] for r in rows if r["note"].startswith("postcode of ")]
    keys = {parse_postcode(p).key for p in plain}
    assert None not in keys
    found = read_postcode_rows(sorted(k for k in keys if k is not None)).to_pylist()
    assert len(keys) == len(plain) == len(found) == 149
    assert {r["status"] for r in found} == {"live"}
    assert all(r["easting"] and r["northing"] for r in found)


@pytest.mark.parametrize(
    "cell",
    [
        "co1 1jb",
        "CO11JB",
        "CO4  3SQ",
        "CO15 1SE   ",
        "CO1\u00a01PJ",
        "CO3 OSL",
        "C04 5JL",
        "CO2 7DR",
        "CO7",
        "",
        "   ",
        "N/A",
        "CO1 1JB / IP1 2DE",
        "EH8 8DX",
        "BT1 5GS",
        "IM1 3PW",
        "JE2 4WH",
        "GIR 0AA",
        "BX4 7SB",
        "CO4 9ZX",
        "=B2",
    ],
)
def test_the_awkward_cells_are_there_untouched(cell: str, rows: list[dict[str, str]]) -> None:
    assert cell in {r["trading_postcode"] for r in rows}


def test_names_try_a_reader_of_csv(rows: list[dict[str, str]]) -> None:
    names = [r["supplier_name"] for r in rows]
    for mark in ('"', ",", "\n", "é", "Ł", "="):
        assert any(mark in n for n in names), mark
    assert max(map(len, names)) > 300
    assert any(n[:1] in "=+-@" for n in names if n)
    assert all(r["supplier_id"].startswith("00") for r in rows)


def test_some_cells_cannot_be_read_and_some_places_are_local(rows: list[dict[str, str]]) -> None:
    def readable(text: str) -> bool:
        try:
            return parse_postcode(text).key is not None
        except PostcodeFormatError:
            return False

    good = sum(readable(r["trading_postcode"]) for r in rows)
    assert 160 < good < 190
