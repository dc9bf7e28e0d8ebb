"""What can be asked of the record: proposals, entries of the log, the store itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from decisions_cases import ANALYST, DIRECTOR, FIRST, NOW, PROPOSAL, SEEN, another

from localarea.decisions import approvals, proposals
from localarea.decisions.database import describe_store, open_database
from localarea.decisions.proposals import utc_stamp
from localarea.decisions.queries import (
    EntryChoice,
    list_actions,
    list_entries,
    list_proposals,
    proposal_behind,
)
from localarea.decisions.record.audit import NO_HASH
from localarea.decisions.record.engines import parsed_url
from localarea.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy.engine import Connection

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """Give a record of three proposals, of which the first was commented on and approved."""
    url = f"sqlite:///{tmp_path_factory.mktemp('record') / 'store.sqlite'}"
    database = open_database(url)
    first = proposals.put_forward(database, PROPOSAL, actor=ANALYST, now=NOW)
    proposals.comment(database, first, "50% of it is right", actor=DIRECTOR, now=NOW + HOUR)
    approvals.approve(
        database, FIRST, actor=DIRECTOR, now=NOW + 2 * HOUR, proposal_id=first, grounds=SEEN
    )
    for hours, note in ((3, "Another try"), (4, "A third")):
        other = replace(PROPOSAL, note=note)
        proposals.put_forward(database, other, actor=ANALYST, now=NOW + hours * HOUR)
    with database.reading() as reading:
        yield reading
    database.close()


def test_proposals_are_listed_newest_first_by_status_and_page(connection: Connection) -> None:
    def numbers(**asked: object) -> list[int]:
        whole = {"status": None, "before": None, "count": 10} | asked
        return [row["id"] for row in list_proposals(connection, **whole)]  # type: ignore[arg-type]

    assert numbers() == [3, 2, 1]
    assert numbers(status="put_forward") == [3, 2]
    assert numbers(before=3) == [2, 1]
    assert numbers(count=1) == [3]
    assert numbers(status="put_forward", before=2) == []


def test_a_definition_knows_the_proposal_that_it_came_from(connection: Connection) -> None:
    found = proposal_behind(connection, FIRST.id)
    assert found is not None
    assert found["id"] == 1
    assert found["definition"] == FIRST.id
    assert [comment["text"] for comment in found["comments"]] == ["50% of it is right"]
    assert proposal_behind(connection, "colchester-measure-2030.1") is None


@pytest.mark.parametrize(
    ("chosen", "entries"),
    [
        (EntryChoice(), [5, 4, 3, 2, 1]),
        (EntryChoice(action="put_forward"), [5, 4, 1]),
        (EntryChoice(action="put"), []),
        (EntryChoice(words="DEE dir"), [3, 2]),
        (EntryChoice(words="definition:"), [3]),
        (EntryChoice(words="%"), []),  # a sign of its own, not any text
        (EntryChoice(words="_"), []),
        (EntryChoice(since=utc_stamp(NOW + 2 * HOUR)), [5, 4, 3]),
        (EntryChoice(until=utc_stamp(NOW + 2 * HOUR)), [2, 1]),
        (EntryChoice(action="put_forward", since=utc_stamp(NOW + HOUR)), [5, 4]),
    ],
)
def test_entries_are_chosen(
    connection: Connection, chosen: EntryChoice, entries: list[int]
) -> None:
    found = list_entries(connection, before=None, count=None, chosen=chosen)
    assert [entry["seq"] for entry in found] == entries


def test_entries_are_found_by_eight_characters_of_their_hash(connection: Connection) -> None:
    whole = list_entries(connection, before=None, count=None)[0]["hash"]

    def found(words: str) -> list[int]:
        chosen = EntryChoice(words=words)
        return [e["seq"] for e in list_entries(connection, before=None, count=9, chosen=chosen)]

    assert found(whole[:8].upper()) == found(whole) == [5]
    assert found(whole[:7]) == []
    assert found(whole[1:]) == []
    assert whole != NO_HASH


def test_entries_come_in_pages_and_actions_each_once(connection: Connection) -> None:
    page = list_entries(connection, before=5, count=2)
    assert [entry["seq"] for entry in page] == [4, 3]
    assert isinstance(page[0]["details"], dict)
    assert list_actions(connection) == ["approve", "comment", "put_forward"]


def test_a_store_is_described_before_and_after_there_is_one(tmp_path: Path) -> None:
    path = tmp_path / "new" / "store.sqlite"
    found = describe_store(f"sqlite:///{path}")
    assert (found["form"], found["entries"], found["head"]) == (None, None, None)
    assert not path.exists()
    path.touch()  # a file that holds nothing yet
    assert describe_store(f"sqlite:///{path}")["form"] is None
    database = open_database(f"sqlite:///{path}")
    proposals.put_forward(database, PROPOSAL, actor=ANALYST, now=NOW)
    database.settle()
    database.close()
    found = describe_store(f"sqlite:///{path}")
    assert found["form"] is not None
    assert found["entries"] == 1
    assert len(str(found["head"])) == 64
    assert str(found["address"]).endswith("store.sqlite")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("store.sqlite", "cannot be read; write sqlite:///FILE"),
        ("mysql://localhost/record", "sqlite or postgresql, not on mysql"),
    ],
)
def test_an_address_of_another_kind_is_refused(url: str, said: str) -> None:
    with pytest.raises(SettingError, match=said):
        describe_store(url)
    with pytest.raises(SettingError, match=said):
        open_database(url)


def test_a_definition_that_came_from_no_proposal_has_none_behind_it(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'store.sqlite'}")
    new = another("colchester-measure-2026.2")
    approvals.approve(database, new, actor=DIRECTOR, now=NOW)
    with database.reading() as connection:
        assert proposal_behind(connection, new.id) is None
    database.close()


def test_the_driver_for_postgresql_is_the_one_that_is_installed() -> None:
    assert parsed_url("postgresql://u@h/name").drivername == "postgresql+psycopg"
    assert parsed_url("sqlite://").database is None
