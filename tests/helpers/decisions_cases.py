"""People, times and definitions that the tests of the store share."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from localarea.decisions.approvals import NewDefinition
from localarea.decisions.proposals import Proposal
from localarea.decisions.record.grounds import Grounds
from localarea.decisions.record.roles import Actor

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

ANALYST = Actor("Ada Analyst", "analyst")
DIRECTOR = Actor("Dee Director", "approver", post="Assistant Director")
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

PROPOSAL = Proposal(
    council="colchester",
    option_id="ttwa-official",
    title="Colchester travel to work area of 2011",
    purpose="measure",
    note="The official area, as the minute of 2019 suggests",
    scenario='base = "ttwa-official"',
)
FIRST = NewDefinition(
    id="colchester-measure-2026.1",
    council="colchester",
    option_id="ttwa-official",
    purpose="measure",
    effective_from=date(2026, 4, 1),
    effective_to=None,
    reasons="Travel to work and labour market criteria",
    minute_reference="Cabinet, 13 February 2019",
    directory_date="2025-11",
    software_version="0.1.0",
    content=b"zones of the first definition",
)
SEEN = Grounds({"held": "district", "sides": [["Zones", "21", "34", "+13"]]}, b"a map")


def another(identity: str, **changes: Any) -> NewDefinition:
    """Give a definition like the first under another id."""
    return replace(FIRST, id=identity, **changes)


def let_anything_happen(connection: Connection) -> None:
    """Take the triggers away, as an intruder with the database's password could."""
    if connection.dialect.name == "sqlite":
        names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in names.fetchall():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    else:
        connection.exec_driver_sql("DROP FUNCTION localarea_refuse_change() CASCADE")
