"""The folder of definitions against the record: every difference told, none of them mended away."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from decisions_cases import DIRECTOR, NOW, another, let_anything_happen
from definition_cases import APPROVAL, tiny_file

from localarea.decisions.approvals import approve, withdraw
from localarea.decisions.database import Database, open_database
from localarea.decisions.publication import end
from localarea.decisions.reconcile import end_of_definition, folder_faults, restore_folder
from localarea.decisions.record.schema import DEFINITIONS
from localarea.decisions.refreshing import keep_refreshed
from localarea.definitions.refresh import Refresh
from localarea.definitions.store import DefinitionStore
from localarea.errors import DataError, InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ID = APPROVAL.id
NONE = {"local": 0, "not_local": 0, "unknown": 0}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Give a record of one definition; what is asked of it is the same on both databases."""
    opened = open_database(f"sqlite:///{tmp_path / 'store.sqlite'}")
    new = another(ID, content=tiny_file(), effective_from=date.fromisoformat("2026-04-01"))
    approve(opened, new, actor=DIRECTOR, now=NOW)
    yield opened
    opened.close()


@pytest.fixture
def folder(database: Database, tmp_path: Path) -> DefinitionStore:
    made = DefinitionStore(tmp_path / "definitions")
    assert restore_folder(database, made).written == (ID,)
    assert faults(database, made) == []
    return made


def faults(database: Database, folder: DefinitionStore) -> list[str]:
    with database.reading() as connection:
        return folder_faults(connection, folder)


def refreshed(database: Database, folder: DefinitionStore, data: bytes) -> Path:
    """Enter an edition of February in the record and the folder."""
    done = Refresh(
        definition=ID, before="2025-11", after="2026-02", data=data,
        added=NONE, removed=NONE, terminated=NONE, revived=NONE, moved=0, changed=(),
    )  # fmt: skip
    path, _ = keep_refreshed(database, folder, done, actor=DIRECTOR, now=NOW)
    return path


def test_a_file_that_cannot_be_read_is_told(database: Database, folder: DefinitionStore) -> None:
    path = folder.root / ID / "2025-11.gpkg"
    path.unlink()
    path.mkdir()
    assert any("its file cannot be read" in fault for fault in faults(database, folder))
    assert any("its file cannot be read" in why for why in restore_folder(database, folder).damaged)


def test_a_later_edition_of_other_terms_is_told(
    database: Database, folder: DefinitionStore
) -> None:
    path = folder.root / ID / "2026-02.gpkg"
    path.write_bytes(tiny_file(directory_date="2026-02", title="Another square"))
    assert faults(database, folder) == [f"definition {ID}: its edition 2026-02 has different terms"]
    path.write_bytes(b"no definition")
    assert f"definition {ID}: an edition is not sound:" in faults(database, folder)[0]
    path.write_bytes(tiny_file(directory_date="2026-02"))
    assert faults(database, folder) == []


def test_an_edition_that_the_record_knows_is_missed_and_known_again(
    database: Database, folder: DefinitionStore
) -> None:
    edition = tiny_file(directory_date="2026-02")
    path = refreshed(database, folder, edition)
    assert faults(database, folder) == []
    path.unlink()
    (fault,) = faults(database, folder)
    assert fault.startswith(f"definition {ID}: its edition 2026-02 is on record but not in the fol")
    assert fault.endswith(f"run: localarea definitions refresh {ID}")
    path.write_bytes(tiny_file(directory_date="2026-02", software="another version"))
    assert f"definition {ID}: its edition 2026-02 is not the one on record" in faults(
        database, folder
    )
    path.write_bytes(edition)
    assert faults(database, folder) == []


@pytest.mark.parametrize(
    "changed", [{"id": "../outside"}, {"directory_date": "../2025-11"}, {"id": ""}]
)
def test_a_name_that_is_a_path_is_never_written(
    database: Database, folder: DefinitionStore, changed: dict[str, str]
) -> None:
    with database.transaction() as connection:
        let_anything_happen(connection)
        connection.execute(sa.update(DEFINITIONS).values(**changed))
    assert any("no such names" in fault for fault in faults(database, folder))
    done = restore_folder(database, folder)
    assert done.written == ()
    assert "no such names" in done.damaged[0]
    assert {path.name for path in folder.root.parent.iterdir()} <= {
        "definitions", "store.sqlite", "store.sqlite-shm", "store.sqlite-wal",
    }  # fmt: skip


def test_definitions_of_the_folder_alone_are_no_fault(
    database: Database, folder: DefinitionStore
) -> None:
    folder.add(tiny_file(id="imported-2027.1", council="babergh"))
    assert faults(database, folder) == []


def test_a_folder_that_may_only_be_read_is_told_and_where_it_is_whole_needs_nothing(
    database: Database, folder: DefinitionStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    withdraw(database, ID, "Decided otherwise", on=date(2027, 1, 1), actor=DIRECTOR, now=NOW)
    assert restore_folder(database, folder).written == (f"end of {ID}",)
    plain = type(folder.root).open

    def opened(path: Path, mode: str = "r", *more: Any, **how: Any) -> Any:
        if mode != "rb":
            raise PermissionError(13, "Permission denied", str(path))
        return plain(path, mode, *more, **how)

    monkeypatch.setattr(type(folder.root), "open", opened)
    assert restore_folder(database, folder).written == ()  # it is whole
    (tmp_path / "other").mkdir()
    with pytest.raises(InputError, match="other cannot be written: Permission denied"):
        restore_folder(database, DefinitionStore(tmp_path / "other"))
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="folder cannot be written: Not a directory"):
        restore_folder(database, DefinitionStore(tmp_path / "file" / "folder"))


def test_nothing_is_decided_where_checks_could_not_follow(
    database: Database, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    closed = DefinitionStore(tmp_path / "file" / "folder")
    with pytest.raises(
        DataError, match=r"nothing was decided, because .* Not a directory; make ro"
    ):
        end(database, closed, ID, "Flawed", on=date(2027, 1, 1), actor=DIRECTOR, now=NOW)
    with database.reading() as connection:
        assert end_of_definition(connection, ID) is None
