"""What is likely to be a mistake in the terms of a contract, in a sentence each."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from contract_cases import FIRST, SECOND, TERMS, published
from definition_cases import tiny_file

from localarea.contracts.freezing import freeze
from localarea.contracts.in_force import notes_on_period
from localarea.contracts.model import Contract, parse_contract
from localarea.contracts.terms_notes import notes_on_terms

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.definitions.store import DefinitionStore


@pytest.fixture(scope="module")
def definitions(tmp_path_factory: pytest.TempPathFactory) -> DefinitionStore:
    """Return one from 1 April 2026 to 31 March 2027, and one that follows it."""
    folder: Path = tmp_path_factory.mktemp("definitions")
    made = published(folder)
    ending = tiny_file(id=FIRST, effective_from="2026-04-01", effective_to="2027-03-31")
    (folder / FIRST / "2025-11.gpkg").write_bytes(ending)
    return made


def contract(first: str, definition: str, definitions: DefinitionStore, **changes: Any) -> Contract:
    days = {"first_day": first, "last_day": "2029-03-31", "definition": definition}
    made = parse_contract(TERMS | days | {"pledges": []} | changes)
    return freeze(made, definitions, council="colchester")


@pytest.mark.parametrize(
    ("first", "definition"),
    [("2026-04-01", FIRST), ("2027-03-31", FIRST), ("2027-04-01", SECOND)],
)
def test_nothing_is_said_of_a_definition_in_force(
    first: str, definition: str, definitions: DefinitionStore
) -> None:
    assert notes_on_period(contract(first, definition, definitions), definitions) == []


@pytest.mark.parametrize(
    ("first", "definition", "says"),
    [
        (
            "2025-04-01", FIRST,
            f"The contract begins on 1 April 2025, before {FIRST} is in force (from 1 April 2026). "
            f"All its returns are measured under {FIRST}.",
        ),
        (
            "2027-03-31", SECOND,
            f"The contract begins on 31 March 2027, before {SECOND} is in force (from 1 April "
            f"2027). On that day {FIRST} is in force. All its returns are measured under {SECOND}.",
        ),
        (
            "2027-04-01", FIRST,
            f"The contract begins on 1 April 2027, after {FIRST} ended (on 31 March 2027). On that "
            f"day {SECOND} is in force. All its returns are measured under {FIRST}.",
        ),
    ],
)  # fmt: skip
def test_it_is_said_where_another_definition_or_none_is_in_force(
    first: str, definition: str, says: str, definitions: DefinitionStore
) -> None:
    made = contract(first, definition, definitions)
    assert made.first_day == date.fromisoformat(first)
    assert notes_on_period(made, definitions) == [says]


def milestone(due: str, target: str = "", measure: str = "NT18") -> dict[str, str]:
    return {"title": "Step", "due": due} | (
        {"measure": measure, "target": target} if target else {}
    )


@pytest.mark.parametrize(
    ("milestones", "says"),
    [
        ([milestone("2026-04-01", "500"), milestone("2029-03-31", "1000")], []),
        ([milestone("2029-04-01")], ["The milestone of 1 April 2029 is outside the days of the"]),
        (
            [milestone("2026-06-30", "5000"), milestone("2026-05-31", "10")],
            ["The milestone of 30 June 2026 expects 5,000 GBP of NT18, and 1,000 is pledged"],
        ),
        (
            [milestone("2026-06-30", "500"), milestone("2026-09-30", "400")],
            ["The milestone of 30 September 2026 expects 400 GBP of NT18, less than"],
        ),
        (
            [milestone("2026-06-30", "1.5", "NT1")],
            ["The milestone of 30 June 2026 expects 1.5 FTE of NT1, and nothing of it is pledged"],
        ),
    ],
)
def test_milestones_that_cannot_be_meant_so_are_told(
    milestones: list[dict[str, str]], says: list[str], definitions: DefinitionStore
) -> None:
    pledges = [{"measure": "NT18", "target": "1000"}]
    made = contract("2026-04-01", FIRST, definitions, pledges=pledges, milestones=milestones)
    told = notes_on_terms(made, definitions)
    assert [note[: len(says[at])] for at, note in enumerate(told)] == says
