"""Whether the definition of a contract is in force on its first day, in a sentence."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from contract_cases import FIRST, SECOND, TERMS, published
from definition_cases import tiny_file

from localarea.contracts.freezing import freeze
from localarea.contracts.in_force import notes_on_period
from localarea.contracts.model import Contract, parse_contract

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


def contract(first: str, definition: str, definitions: DefinitionStore) -> Contract:
    days = {"first_day": first, "last_day": "2029-03-31", "definition": definition}
    return freeze(parse_contract(TERMS | days | {"pledges": []}), definitions, council="colchester")


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
