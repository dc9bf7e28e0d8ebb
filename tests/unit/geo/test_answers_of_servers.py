"""What a server sent in place of GeoJSON; texts at the edges of postcodes and places."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from localarea.errors import InputError
from localarea.geo.addresses import find_postcodes
from localarea.geo.countries import is_abroad
from localarea.geo.geojson_answers import fault_of, outline_of, read_outline, require_geojson
from localarea.geo.grid_references import read_point
from localarea.geo.unread import names_bermuda, read_unread


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ({"error": {"code": 400, "message": "bad\nquery"}}, "an error document (400: bad query)"),
        ({"error": "no such layer", "code": 7}, "an error document (7: no such layer)"),
        ({"errors": [{"status": 500, "detail": "no"}]}, "an error document (500: no)"),
        ({"errors": [5], "message": "try later"}, "an error document (try later)"),
        ({"error": True}, "an error document"),
        ({"success": False, "title": "gone"}, "an error document (gone)"),
        ({"status": 503}, "an error document (503)"),
        ({"code": "a", "description": ["b", "c"]}, "an error document (a: b; c)"),
        ({"status": "In Progress"}, "a notice that the file is still being made (In Progress)"),
        (
            {"type": "FeatureCollection", "features": [], "error": {"message": "late"}},
            "an error document (late)",
        ),
        (
            {"features": [1], "totalFeatures": "12"},
            "one page of several (1 of 12 features)",
        ),
        (
            {"features": [1, 2], "exceededTransferLimit": "TRUE"},
            "one page of several (the server stopped at 2 features: exceededTransferLimit)",
        ),
        (
            {"features": [1], "links": ["x", {"rel": "NEXT"}]},
            "one page of several (1 features and a link to the next)",
        ),
    ],
)
def test_what_came_instead_is_told(document: dict[str, Any], why: str) -> None:
    found = fault_of(outline_of(document))
    assert found is not None
    assert found.why == why
    read, again = read_outline(io.BytesIO(json.dumps(document).encode()))
    assert again == found
    assert read == outline_of(document)


@pytest.mark.parametrize(
    "document",
    [
        {"type": "FeatureCollection", "features": [1, 2], "numberMatched": 2},
        {"type": "FeatureCollection", "features": [], "numberMatched": "unknown"},
        {"type": "Polygon", "coordinates": []},
        {"type": "Feature", "numberMatched": 9},  # one feature is no page
        {"features": [1], "links": {"rel": "next"}, "numberMatched": True},
        {"answer": 42},
    ],
)
def test_what_is_whole_has_no_fault(document: dict[str, Any]) -> None:
    assert fault_of(outline_of(document)) is None


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ({"type": "FeatureCollection"}, "GeoJSON without a list of features"),
        ({"type": "Topology"}, "TopoJSON"),
        ({"b": 1, "a": 2}, "JSON, but not GeoJSON (it has a, b)"),
        ({}, "JSON, but not GeoJSON (it has no members)"),
        ({"type": "Point"}, None),
    ],
)
def test_what_is_json_but_no_geojson(document: dict[str, Any], why: str | None) -> None:
    found = require_geojson(outline_of(document))
    assert (found and found.why) == why


@pytest.mark.parametrize(
    ("text", "kind", "why"),
    [
        ("", "other", "nothing at all"),
        ("[1, 2]", None, ""),  # JSON that is no object has no members
        ('{"features": [1, {"a"', "cut", "it breaks off after 1 feature)"),
        ('{"features": [1, 2, {"a"', "cut", "it breaks off after 2 features"),
        ('{"a": 1', "cut", "(it breaks off)"),
        ("{1: 2}", "cut", "it breaks off"),
        ('{"a" 1}', "cut", "it breaks off"),
        ("[" * 100_000, "cut", "it breaks off"),
        ('{"type": "Feature"}\n{"type": "Feature"}\n{"type', "cut", "after 2 features"),
        ('\x1e{"type": "Feature"}\n\x1e{"error": "late"}\n', "error", "(late)"),
    ],
)
def test_text_that_is_read_to_its_end_or_to_where_it_breaks(
    text: str, kind: str | None, why: str
) -> None:
    stream = io.BytesIO(text.encode())
    _, fault = read_outline(stream)
    assert (fault and fault.kind) == kind
    assert fault is None or why in fault.why
    assert not stream.closed  # its owner closes it


def test_an_address_gives_the_postcodes_that_there_can_be() -> None:
    assert find_postcodes("Unit 1, E1Z 1AA") == ()  # no district ends in Z
    assert find_postcodes("Unit 1, C01 1JB") == ()  # a nought for a letter: not corrected here
    assert find_postcodes("at CO1 1JB and IP1 1AA, again CO1 1JB") == ("CO1 1JB", "IP1 1AA")


def test_texts_too_long_for_a_country_name_none() -> None:
    assert is_abroad("France" + "e" * 500) is None


@pytest.mark.parametrize("text", ["100N 200E", "600000N, 225000E", "95, 0 E"])
def test_degrees_that_are_none_are_no_grid_reference_either(text: str) -> None:
    with pytest.raises(InputError) as raised:
        read_point(text)
    assert raised.value.parameter == "at"


def test_a_sector_has_a_letter_only_where_districts_have() -> None:
    sector = read_unread("EC1A 1", 0)
    assert sector is not None
    assert sector.said == "EC1A"
    assert read_unread("CO1A 1", 0) is None


def test_bermuda_is_a_word_of_its_own() -> None:
    assert names_bermuda("Hamilton, BERMUDA")
    assert not names_bermuda("Bermudas Ltd")
