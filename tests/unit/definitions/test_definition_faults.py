"""What a definition may not say, and what a check may not ask for: each fault with its sentence."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from definition_cases import tiny_file

from localarea.definitions.geopackage import OpenDefinition
from localarea.definitions.model import Definition, definition_of
from localarea.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(scope="module")
def made() -> Definition:
    return OpenDefinition(tiny_file(), "a square").definition


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id": "Capitals-2026.1"}, "the id must be 1 to 80 lowercase letters"),
        ({"id": "a" * 81}, "the id must be 1 to 80 lowercase letters"),
        ({"purpose": "both"}, "the purpose must be measure or reservation, not 'both'"),
        ({"approved_by": ""}, "approved by must be stated"),
        ({"title": "a" * 10_001}, "title is too long or has control characters"),
        ({"reason": "a bell \a"}, "reason is too long or has control characters"),
        ({"format": 99}, "the file format is 99"),
        ({"effective_from": "2026-02-30"}, "effective from must be a date such as 2026-04-01"),
        ({"approved_on": "20260302"}, "approved on must be a date such as 2026-04-01"),
        ({"effective_to": "2026-03-31"}, "it would end on 2026-03-31, before 2026-04-01"),
        ({"directory_date": "2025-13"}, "the month of the directory is '2025-13'"),
        ({"supersedes": "colchester-measure-2026.1"}, "it cannot supersede itself"),
        ({"zones": ()}, "there must be at least one zone"),
        ({"zones": ("E02000002", "E02000001")}, "zones must be sorted and unique"),
        ({"zones": ("E02000001", "E02000001")}, "zones must be sorted and unique"),
        ({"borderline_m": -0.5}, "the borderline distance must be 0 to 1,000,000 metres, not -0.5"),
        ({"borderline_m": float("nan")}, "the borderline distance must be 0 to 1,000,000 metres"),
        ({"borderline_m": "far"}, "the borderline distance must be 0 to 1,000,000 metres, not far"),
        ({"borderline_min": 601}, "the borderline minutes must be 0 to 600, not 601"),
        ({"borderline_min": "5"}, "the borderline minutes must be 0 to 600, not '5'"),
        ({"borderline_min": 5}, "an option by district has no limit in minutes"),
        ({"zone_system": "lsoa21"}, "zones of the system 'lsoa21' cannot be indexed"),
    ],
)
def test_a_fault_is_said(made: Definition, change: dict[str, Any], said: str) -> None:
    with pytest.raises(SchemaError) as raised:
        replace(made, **change)
    assert said in str(raised.value)


@pytest.mark.parametrize(
    "change",
    [
        {"reason": "two\nlines\tand a tab"},
        {"id": "a"},
        {"id": "a" * 80},
        {"effective_to": "2026-04-01"},
        {"borderline_m": 0},
        {"borderline_m": 1_000_000},
    ],
)
def test_the_last_that_is_allowed_is_allowed(made: Definition, change: dict[str, Any]) -> None:
    (name,) = change
    assert getattr(replace(made, **change), name) == change[name]


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda d: d.pop("zones"), "missing or unknown keys: zones"),
        (lambda d: d.update(colour="red"), "missing or unknown keys: colour"),
        (lambda d: d.update(zones="E02000001"), "zones must be a list"),
        (lambda d: d.update(inputs={}), "inputs must be a list"),
    ],
    ids=["missing", "unknown", "a text for zones", "a table for inputs"],
)
def test_a_document_of_another_form_is_refused(
    made: Definition, edit: Callable[[dict[str, Any]], object], said: str
) -> None:
    document = made.as_document()
    edit(document)
    with pytest.raises(SchemaError, match=said):
        definition_of(document)


def test_a_document_is_read_as_the_definition_that_it_was_of(made: Definition) -> None:
    assert definition_of(made.as_document()) == made
