"""
Find which definition is in force on a day.

A definition is in force from ``effective_from`` to ``effective_to``, both days included, or
until the day before it is superseded or withdrawn. For a successor authority that took it over,
it is so from the day of the take-over at the earliest.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal

import sqlalchemy as sa

from localarea.decisions.record.schema import DEFINITION_ENDS, DEFINITIONS
from localarea.decisions.record.taken_over import take_overs
from localarea.errors import NotFoundError

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, RowMapping

Purpose = Literal["measure", "reservation"]
FOREVER: Final = "9999-12-31"


Standing = tuple[tuple[str, str], ...]


def definitions_with_ends() -> sa.Select[Any]:
    """
    Select all definitions, each joined with its end if it has one.

    Columns of the definition except ``content``, with ``ended_on``, ``kind`` and ``successor``.
    """
    ends = DEFINITION_ENDS.c
    columns = [column for column in DEFINITIONS.c if column.name != "content"]
    return sa.select(*columns, ends.ended_on, ends.kind, ends.successor).join_from(
        DEFINITIONS, DEFINITION_ENDS, isouter=True, onclause=DEFINITIONS.c.id == ends.definition_id
    )


def standing(connection: Connection, council: str, purpose: str) -> Standing:
    """Return id and last day of each definition for a purpose, to notice a later decision."""
    return tuple((row["id"], last_day(row)) for row, _ in of_council(connection, council, purpose))


def of_council(connection: Connection, council: str, purpose: str) -> list[tuple[RowMapping, str]]:
    """
    List the definitions of a council for a purpose, its own and those that it took over.

    Each as for :func:`definition`, with the first day on which it is in force for the council,
    in the order of the ids.
    """
    asked = definitions_with_ends().where(DEFINITIONS.c.purpose == purpose)
    taken = take_overs(connection)
    found = []
    for row in connection.execute(asked.order_by(DEFINITIONS.c.id)).mappings():
        by = taken.get(row["id"])
        if row["council"] == council:
            found.append((row, row["effective_from"]))
        elif by is not None and by.council == council:
            found.append((row, max(row["effective_from"], by.taken_from)))
    return found


def last_day(row: RowMapping) -> str:
    """
    Return the last day on which a definition is in force.

    ``row``: with ``effective_to`` and ``ended_on``. Returns ISO date; ``9999-12-31`` if open-ended.
    It precedes the first day if the definition ended before it began.
    """
    days = [row["effective_to"] or FOREVER]
    if row["ended_on"] is not None:
        days.append((date.fromisoformat(row["ended_on"]) - timedelta(days=1)).isoformat())
    return min(days)


def definition(connection: Connection, definition_id: str) -> RowMapping:
    """
    Find a definition: columns except ``content``, with ``ended_on``, ``kind`` and ``successor``.

    NotFoundError if no definition has that id.
    """
    found = (
        connection.execute(definitions_with_ends().where(DEFINITIONS.c.id == definition_id))
        .mappings()
        .one_or_none()
    )
    if found is None:
        raise NotFoundError(f"there is no definition {definition_id!r}")
    return found


def in_force(
    connection: Connection, *, council: str, purpose: Purpose, on: date
) -> RowMapping | None:
    """
    Find the definition in force on a day.

    As for :func:`definition`; None if none is in force. There is never more than one.
    """
    day = on.isoformat()
    rows = of_council(connection, council, purpose)
    return next((row for row, first in rows if first <= day <= last_day(row)), None)
