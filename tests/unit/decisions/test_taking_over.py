"""A definition outlives its council: a successor takes it over, on the record."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from decisions_cases import ANALYST, DIRECTOR, NOW, another
from definition_cases import APPROVAL, tiny_file

from localarea.decisions import validity
from localarea.decisions.approvals import approve
from localarea.decisions.reconcile import folder_faults, restore_folder
from localarea.decisions.record.audit import latest, verify
from localarea.decisions.record.taken_over import take_overs
from localarea.decisions.taking_over import take_over
from localarea.definitions.decided.take_overs import TAKE_OVER_FILE
from localarea.definitions.store import DefinitionStore
from localarea.errors import (
    ConflictError,
    DefinitionDamagedError,
    DefinitionNotFoundError,
    InputError,
    NotAllowedError,
)
from localarea.places.authorities import Authority

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.decisions.database import Database

ID = APPROVAL.id
HAVEN = Authority(
    "Invented Haven", ("E07000071", "E07000076"), "haven", date(2028, 4, 1), "an invented order"
)
LATER = datetime(2028, 4, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> DefinitionStore:
    made = DefinitionStore(tmp_path / "definitions")
    made.add(tiny_file())
    return made


def taken(database: Database, folder: DefinitionStore, by: Authority = HAVEN) -> None:
    take_over(database, folder, ID, by, "the council was replaced", actor=DIRECTOR, now=LATER)


def in_force(folder: DefinitionStore, day: str, council: str) -> str | None:
    found = folder.in_force(day, council=council)
    return found.definition.id if found else None


def test_it_is_the_successors_from_its_first_day_and_stays_the_old_councils(
    database: Database, folder: DefinitionStore
) -> None:
    before = folder.open(ID).sha256
    assert in_force(folder, "2028-04-01", "haven") is None
    taken(database, folder)
    assert in_force(folder, "2028-03-31", "haven") is None
    assert in_force(folder, "2028-04-01", "haven") == ID
    assert in_force(folder, "2028-04-01", "colchester") == ID
    assert folder.open(ID).sha256 == before
    entry = _entries(database)[-1]
    assert (entry["actor"], entry["action"], entry["subject"]) == (
        "Dee Director", "take_over", f"definition:{ID}",
    )  # fmt: skip
    assert entry["details"] == {
        "council": "haven",
        "authority": "Invented Haven",
        "taken_from": "2028-04-01",
        "order": "an invented order",
        "reason": "the council was replaced",
    }
    with database.reading() as connection:
        assert not verify(connection).faults


def _entries(database: Database) -> list[dict[str, object]]:
    with database.reading() as connection:
        return latest(connection, 10)


def test_asked_twice_it_is_entered_once(database: Database, folder: DefinitionStore) -> None:
    taken(database, folder)
    taken(database, folder)
    assert [entry["action"] for entry in _entries(database)] == ["take_over"]
    other = replace(HAVEN, name="Invented Heath", council="heath")
    with pytest.raises(ConflictError, match="was taken over by Invented Haven from 1 April 2028"):
        taken(database, folder, other)


def test_what_the_folder_lost_is_restored_and_what_differs_is_told(
    database: Database, folder: DefinitionStore
) -> None:
    taken(database, folder)
    path = folder.root / ID / TAKE_OVER_FILE
    kept = path.read_bytes()
    path.unlink()
    with database.reading() as connection:
        (fault,) = folder_faults(connection, folder)
    assert fault.startswith(f"the take-over of definition {ID} is missing in the folder; run: ")
    assert restore_folder(database, folder).written == (f"take-over of {ID}",)
    assert path.read_bytes() == kept
    path.write_bytes(kept.replace(b"haven", b"heath"))
    with pytest.raises(DefinitionDamagedError, match="do not match its checksum"):
        folder.take_over(ID)
    with database.reading() as connection:
        (fault,) = folder_faults(connection, folder)
    assert "do not match its checksum" in fault


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"districts": ("E07000200",)}, InputError, "Invented Haven replaces Babergh, so it does"),
        ({"council": "colchester"}, ConflictError, "already one of colchester"),
    ],
)
def test_a_successor_of_another_place_or_the_same_council_is_refused(
    database: Database,
    folder: DefinitionStore,
    change: dict[str, object],
    error: type[Exception],
    words: str,
) -> None:
    with pytest.raises(error, match=words):
        taken(database, folder, replace(HAVEN, **change))  # type: ignore[arg-type]
    assert _entries(database) == []
    assert folder.take_over(ID) is None


def test_only_an_approver_takes_over_and_only_what_is_there(
    database: Database, folder: DefinitionStore
) -> None:
    with pytest.raises(NotAllowedError):
        take_over(database, folder, ID, HAVEN, "why", actor=ANALYST, now=LATER)
    with pytest.raises(InputError, match="reason"):
        take_over(database, folder, ID, HAVEN, " ", actor=DIRECTOR, now=LATER)
    with pytest.raises(DefinitionNotFoundError):
        take_over(database, folder, "another-1", HAVEN, "why", actor=DIRECTOR, now=LATER)


def test_one_that_ended_before_the_successor_begins_is_refused(
    database: Database, tmp_path: Path
) -> None:
    folder = DefinitionStore(tmp_path / "ended")
    folder.add(tiny_file(effective_to="2028-03-31"))
    with pytest.raises(ConflictError, match="ends on 31 March 2028, before Invented Haven begins"):
        taken(database, folder)


def test_two_for_one_purpose_never_share_a_day(database: Database, folder: DefinitionStore) -> None:
    """Of the definitions of two councils that become one, the successor takes over one."""
    folder.add(tiny_file(id="tendring-measure-2026.1", council="tendring", anchor="Tendring"))
    taken(database, folder)
    with pytest.raises(
        ConflictError, match=f"{ID} is in force for Invented Haven from 1 April 2028"
    ):
        take_over(
            database, folder, "tendring-measure-2026.1", HAVEN, "why", actor=DIRECTOR, now=LATER
        )
    with pytest.raises(ConflictError, match=f"{ID} is in force from 1 April 2028 until further"):
        folder.add(tiny_file(id="haven-1", council="haven", effective_from="2028-06-01"))
    folder.add(tiny_file(id="haven-1", council="haven", effective_from="2028-06-01", supersedes=ID))
    assert in_force(folder, "2028-05-31", "haven") == ID
    assert in_force(folder, "2028-06-01", "haven") == "haven-1"


def test_the_successor_cannot_supersede_it_before_it_is_its_own(
    database: Database, folder: DefinitionStore
) -> None:
    taken(database, folder)
    with pytest.raises(ConflictError, match="must begin later"):
        folder.add(
            tiny_file(id="haven-1", council="haven", effective_from="2028-03-01", supersedes=ID)
        )


def test_the_record_knows_the_periods_of_the_successor(
    database: Database, folder: DefinitionStore
) -> None:
    approve(database, another(ID), actor=DIRECTOR, now=NOW)
    taken(database, folder)
    with database.reading() as connection:
        assert set(take_overs(connection)) == {ID}
        days = [
            validity.in_force(connection, council="haven", purpose="measure", on=day)
            for day in (date(2028, 3, 31), date(2028, 4, 1))
        ]
        assert [row and row["id"] for row in days] == [None, ID]
        assert validity.standing(connection, "haven", "measure") == ((ID, "9999-12-31"),)
    own = another("haven-1", council="haven", effective_from=date(2028, 6, 1))
    with pytest.raises(ConflictError, match=f"{ID} is in force from 1 April 2028 for the same"):
        approve(database, own, actor=DIRECTOR, now=LATER)
    approve(database, own, actor=DIRECTOR, now=LATER, supersedes=ID)
    with database.reading() as connection:
        found = validity.in_force(
            connection, council="haven", purpose="measure", on=date(2028, 6, 1)
        )
    assert found is not None
    assert found["id"] == "haven-1"
