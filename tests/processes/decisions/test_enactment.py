"""One truth for definitions: the record first, then the folder that checks read."""

from __future__ import annotations

import json
import threading
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from decisions_cases import ANALYST, DIRECTOR, NOW, PROPOSAL
from definition_cases import APPROVAL, tiny_file
from ready_processes import run_code

from localarea.decisions.approvals import NewDefinition, approve, withdraw
from localarea.decisions.database import Database, open_database
from localarea.decisions.proposals import put_forward
from localarea.decisions.publication import ApprovedOption, Enacted, enact, end
from localarea.decisions.reconcile import folder_faults, restore_folder
from localarea.decisions.record.audit import latest, verify
from localarea.definitions.decided.endings import END_FILE, End, end_bytes, end_of
from localarea.definitions.geopackage import OpenDefinition
from localarea.definitions.store import DefinitionStore
from localarea.errors import (
    ConflictError,
    DataError,
    DefinitionDamagedError,
    InputError,
    NotAllowedError,
    NotFoundError,
)
from localarea.options.council import read_council
from localarea.options.membership import option_zones

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.datasets.store import DataStore

ID = APPROVAL.id
SECOND = "colchester-measure-2027.1"


@pytest.fixture(scope="module")
def tables(small_tables: DataStore) -> DataStore:
    return small_tables


@pytest.fixture
def folder(tmp_path: Path) -> DefinitionStore:
    return DefinitionStore(tmp_path / "definitions")


def _new(data: bytes) -> NewDefinition:
    made = OpenDefinition(data).definition
    return NewDefinition(
        id=made.id,
        council=made.council,
        option_id=made.option,
        purpose=made.purpose,
        effective_from=date.fromisoformat(made.effective_from),
        effective_to=date.fromisoformat(made.effective_to) if made.effective_to else None,
        reasons=made.reason,
        minute_reference=made.minute or "none stated",
        directory_date=made.directory_date,
        software_version=made.software,
        content=data,
    )


def _recorded(database: Database, **changes: object) -> bytes:
    """Approve a tiny definition in the record alone."""
    data = tiny_file(**changes)
    made = OpenDefinition(data).definition
    approve(database, _new(data), actor=DIRECTOR, now=NOW, supersedes=made.supersedes)
    return data


def _faults(database: Database, folder: DefinitionStore) -> list[str]:
    with database.reading() as connection:
        return [*verify(connection).faults, *folder_faults(connection, folder)]


def _chosen(tables: DataStore, option: str = "district", **changes: object) -> ApprovedOption:
    council = read_council(store=tables)
    return ApprovedOption(
        option=option_zones(option, council, store=tables),
        council=council,
        approval=replace(APPROVAL, **changes),  # type: ignore[arg-type]
        proposal_id=None,
        options=tuple,
        store=tables,
    )


def test_the_folder_is_made_again_from_the_record(
    database: Database, folder: DefinitionStore
) -> None:
    data = _recorded(database)
    assert "not in the folder" in _faults(database, folder)[0]
    assert restore_folder(database, folder).written == (ID,)
    assert (folder.root / ID / "2025-11.gpkg").read_bytes() == data
    assert _faults(database, folder) == []
    _recorded(database, id=SECOND, effective_from="2027-04-01", supersedes=ID)
    withdraw(database, SECOND, "no longer", on=date(2028, 4, 1), actor=DIRECTOR, now=NOW)
    written = restore_folder(database, folder).written
    assert sorted(written) == sorted([SECOND, f"end of {ID}", f"end of {SECOND}"])
    assert restore_folder(database, folder).written == ()
    on = {"2026-03-31": None, "2026-04-01": ID, "2027-03-31": ID, "2027-04-01": SECOND}
    on |= {"2028-03-31": SECOND, "2028-04-01": None}
    for day, expected in on.items():
        found = folder.in_force(day)
        assert (found and found.definition.id) == expected, day
    first, second = folder.kept()
    assert (first.last_day, first.superseded_by) == ("2027-03-31", SECOND)
    assert (second.last_day, second.superseded_by) == ("2028-03-31", None)
    with pytest.raises(InputError, match="is in force from 1 April 2027 to 31 March 2028"):
        folder.require_in_force(SECOND, "2028-04-01")
    assert _faults(database, folder) == []


def test_one_withdrawn_before_it_began_never_held(
    database: Database, folder: DefinitionStore
) -> None:
    _recorded(database)
    withdraw(database, ID, "a mistake", on=date(2026, 4, 1), actor=DIRECTOR, now=NOW)
    restore_folder(database, folder)
    (kept,) = folder.kept()
    assert {kept.standing(day) for day in ("2026-03-01", "2026-04-01", "2030-01-01")} == {"ended"}


def test_what_is_damaged_is_named_and_left_alone(
    database: Database, folder: DefinitionStore
) -> None:
    _recorded(database)
    withdraw(database, ID, "no longer", on=date(2028, 4, 1), actor=DIRECTOR, now=NOW)
    restore_folder(database, folder)
    file, ended = folder.root / ID / "2025-11.gpkg", folder.root / ID / END_FILE
    said = ended.read_bytes()
    ended.chmod(0o644)
    ended.write_bytes(said.replace(b"2028-04-01", b"2029-04-01"))
    with pytest.raises(DefinitionDamagedError, match="do not match its checksum"):
        folder.kept()
    (fault,) = restore_folder(database, folder).damaged
    assert "do not match its checksum" in fault
    assert any("the end of definition" in fault for fault in _faults(database, folder))
    facts = json.loads(said)
    del facts["sha256"]
    ended.write_bytes(end_bytes(End(**{**facts, "ended_on": "2029-04-01"})))
    (fault,) = restore_folder(database, folder).damaged
    assert "the record of decisions says otherwise" in fault
    ended.unlink()
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[:-1] + b"!")
    done = restore_folder(database, folder)
    assert done.written == (f"end of {ID}",)
    assert "its file is not the one that was approved" in done.damaged[0]
    file.unlink()
    assert restore_folder(database, folder).written == (ID,)
    assert _faults(database, folder) == []


def test_several_at_once_restore_one_folder(database: Database, folder: DefinitionStore) -> None:
    _recorded(database)
    withdraw(database, ID, "no longer", on=date(2028, 4, 1), actor=DIRECTOR, now=NOW)
    written: list[str] = []

    def restore() -> None:
        written.extend(restore_folder(database, folder).written)

    threads = [threading.Thread(target=restore) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(written) == sorted([ID, f"end of {ID}"])
    assert _faults(database, folder) == []


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", '{"sha256": 1}', "[" * 90_000, '{"sha256":"x","kind":[]}']
)
def test_what_is_no_end_is_refused(text: str) -> None:
    with pytest.raises(DefinitionDamagedError):
        end_of(text.encode())


def test_a_decision_is_made_once_and_superseded_and_withdrawn(
    database: Database, folder: DefinitionStore, tables: DataStore
) -> None:
    chosen = _chosen(tables)
    made = enact(database, folder, chosen, actor=DIRECTOR, now=NOW)
    assert not made.repeated
    assert folder.open(ID).sha256 == made.sha256
    later = datetime(2026, 3, 9, tzinfo=UTC)
    again = _chosen(tables, approved_on="2026-03-09")
    assert enact(database, folder, again, actor=DIRECTOR, now=later) == Enacted(
        made.definition, made.sha256, repeated=True
    )
    for changes in ({"reason": "another"}, {"borderline_m": 100.0}, {"minute": "another"}):
        with pytest.raises(ConflictError, match="use another id"):
            enact(database, folder, _chosen(tables, **changes), actor=DIRECTOR, now=later)
    with pytest.raises(NotAllowedError):
        enact(database, folder, _chosen(tables, id="x"), actor=ANALYST, now=later)
    following = {"id": SECOND, "effective_from": "2027-04-01", "supersedes": ID}
    enact(
        database,
        folder,
        _chosen(tables, "districts", half_left_out="", **following),
        actor=DIRECTOR,
        now=later,
    )
    assert folder.end(ID) is not None
    for _ in range(2):  # the second is the same again, after a lost answer
        end(database, folder, SECOND, "why", on=date(2028, 4, 1), actor=DIRECTOR, now=later)
    with pytest.raises(ConflictError, match="withdrawn with effect from 1 April 2028"):
        end(database, folder, SECOND, "other", on=date(2028, 4, 1), actor=DIRECTOR, now=later)
    with pytest.raises(NotFoundError):
        end(database, folder, "none", "why", on=date(2028, 4, 1), actor=DIRECTOR, now=later)
    assert folder.in_force("2028-04-01") is None
    assert _faults(database, folder) == []


def test_without_a_minute_the_record_says_by_which_role_it_was_approved(
    database: Database, folder: DefinitionStore, tables: DataStore
) -> None:
    enact(database, folder, _chosen(tables, minute=""), actor=DIRECTOR, now=NOW)
    with database.reading() as connection:
        entry = latest(connection, 1)[0]
    assert entry["details"]["minute_reference"] == f"none stated; approved as {APPROVAL.role}"


def test_the_same_withdrawal_sent_again_is_one_whatever_space_is_around_its_words(
    database: Database, folder: DefinitionStore, tables: DataStore
) -> None:
    enact(database, folder, _chosen(tables), actor=DIRECTOR, now=NOW)
    on = date(2026, 5, 1)
    for reason in ("Why", " Why\n"):
        end(database, folder, ID, reason, on=on, actor=DIRECTOR, now=NOW)
    with pytest.raises(ConflictError, match="withdrawn with effect from 1 May 2026"):
        end(database, folder, ID, "Another reason", on=on, actor=DIRECTOR, now=NOW)
    with database.reading() as connection:
        assert [entry["action"] for entry in latest(connection, 9)] == ["approve", "withdraw"]


def test_a_decision_that_answers_a_proposal_is_not_the_one_that_answered_none(
    database: Database, folder: DefinitionStore, tables: DataStore
) -> None:
    chosen = _chosen(tables)
    enact(database, folder, chosen, actor=DIRECTOR, now=NOW)
    number = put_forward(database, replace(PROPOSAL, option_id="district"), actor=ANALYST, now=NOW)
    with pytest.raises(ConflictError):
        enact(database, folder, replace(chosen, proposal_id=number), actor=DIRECTOR, now=NOW)


def test_of_two_that_approve_one_proposal_one_wins(
    database: Database, folder: DefinitionStore, tables: DataStore
) -> None:
    number = put_forward(database, replace(PROPOSAL, option_id="district"), actor=ANALYST, now=NOW)
    met: list[object] = []

    def decide(name: str) -> None:
        chosen = replace(_chosen(tables, id=name), proposal_id=number)
        try:
            met.append(enact(database, folder, chosen, actor=DIRECTOR, now=NOW).repeated)
        except ConflictError:
            met.append("refused")

    names = ["a", "a", "b"]  # one of them sent twice
    threads = [threading.Thread(target=decide, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert met.count(False) == 1
    assert len(folder.ids()) == 1
    assert met.count("refused") == (1 if folder.ids() == ["a"] else 2)
    assert _faults(database, folder) == []


def test_an_imported_one_needs_no_record_and_can_be_superseded(
    database: Database, folder: DefinitionStore, tables: DataStore
) -> None:
    folder.add(tiny_file())
    assert _faults(database, folder) == []
    with pytest.raises(ConflictError, match="not on the record here"):
        end(database, folder, ID, "why", on=date(2027, 1, 1), actor=DIRECTOR, now=NOW)
    with pytest.raises(ConflictError, match="may not share a day"):
        enact(database, folder, _chosen(tables, id="x"), actor=DIRECTOR, now=NOW)
    following = {"id": SECOND, "effective_from": "2027-04-01", "supersedes": ID}
    enact(database, folder, _chosen(tables, **following), actor=DIRECTOR, now=NOW)
    assert [k.last_day for k in folder.kept()] == ["2027-03-31", "9999-12-31"]
    assert _faults(database, folder) == []


def test_what_was_published_before_the_record_kept_files_still_verifies(
    database: Database, folder: DefinitionStore
) -> None:
    folder.add(tiny_file())
    terms = folder.open(ID).definition.terms_sha256
    facts = {"id": ID, "terms_sha256": terms}
    with database.writing(DIRECTOR, at=NOW.isoformat()) as ledger:
        ledger.record("publish", f"definition:{ID}", facts)
        ledger.record("publish", "definition:gone", facts | {"id": "gone"})
    (fault,) = _faults(database, folder)
    assert "definition gone was published" in fault
    path = folder.root / ID / "2025-11.gpkg"
    path.unlink()
    folder.add(tiny_file(reason="another"))
    assert any(f"{ID}: its file is not the one" in f for f in _faults(database, folder))


def test_a_folder_that_cannot_be_written_loses_no_decision(
    database: Database,
    folder: DefinitionStore,
    tables: DataStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: object) -> bool:
        raise InputError("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(DefinitionStore, "place", full)
        with pytest.raises(DataError, match="is approved and on record"):
            enact(database, folder, _chosen(tables), actor=DIRECTOR, now=NOW)
    assert folder.ids() == []
    assert enact(database, folder, _chosen(tables), actor=DIRECTOR, now=NOW).repeated
    assert folder.ids() == [ID]


def test_a_clock_that_steps_back_leaves_the_order_of_the_log(database: Database) -> None:
    put_forward(database, PROPOSAL, actor=ANALYST, now=NOW)
    before = datetime(2020, 1, 1, tzinfo=UTC)
    put_forward(database, replace(PROPOSAL, note="another"), actor=ANALYST, now=before)
    with database.reading() as connection:
        report = verify(connection)
    assert (report.faults, report.entries) == ((), 2)


KILLED = """
import os, sys
from pathlib import Path
from decisions_cases import DIRECTOR, NOW
from definition_cases import tiny_file
from localarea.definitions.geopackage import OpenDefinition
from localarea.definitions.store import DefinitionStore
from localarea.decisions import approvals, publication, reconcile
from localarea.decisions.database import open_database
publication.propose = lambda *_, **__: OpenDefinition(tiny_file()).definition
publication.publish = lambda *_, **__: tiny_file()
def die(*_, **__):
    os.kill(os.getpid(), 9)
if sys.argv[3] == "before the record":
    approvals.approve = die
elif sys.argv[3] == "within the record":
    approvals.set_status = approvals._require_free = die
else:
    DefinitionStore.place = die
class Nothing:
    option = council = store = proposal_id = grounds = standing = None
    options = tuple
    class approval: supersedes = None
database = open_database(sys.argv[1])
publication.enact(database, DefinitionStore(Path(sys.argv[2])), Nothing, actor=DIRECTOR, now=NOW)
"""


@pytest.mark.parametrize("when", ["before the record", "within the record", "before the folder"])
def test_killed_in_the_middle_it_is_decided_or_it_is_not(
    database_url: str, folder: DefinitionStore, repository: Path, when: str
) -> None:
    helpers = ["decisions_cases", "definition_cases"]
    done = run_code(KILLED, database_url, str(folder.root), when, ahead=helpers)
    assert done.returncode == -9, done.stdout
    assert folder.ids() == []
    with closing(open_database(database_url)) as database:
        decided = when == "before the folder"
        assert restore_folder(database, folder).written == ((ID,) if decided else ())
        assert _faults(database, folder) == []
