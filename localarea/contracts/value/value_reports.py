"""
The reports on social value that were made: what each was made of, and its files.

A report is asked for first, with its date, what was learnt and the proxy values that hold; its
files follow once they are made. Neither changes afterwards.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import sqlalchemy as sa

from localarea.contracts.value.worth import held_proxies
from localarea.decisions.proposals import utc_stamp
from localarea.decisions.record.receipt_faults import row_facts, subject_of
from localarea.decisions.record.schema import VALUE_REPORT_FILES, VALUE_REPORTS
from localarea.definitions.model import canonical_json
from localarea.errors import ConflictError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy.engine import Connection, RowMapping

    from localarea.decisions.database import Database
    from localarea.decisions.record.roles import Actor

Format = Literal["pdf", "docx", "html"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)
MOST_KEPT: Final = 500  # of a council


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file of a report, without its content."""

    format: Format
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class ValueReport:
    """
    A report on social value.

    Attributes
    ----------
    dated : str
        Day on the report, ``YYYY-MM-DD``.
    files : tuple of KeptFile
        None while it is being made.
    """

    number: int
    dated: str
    lessons: tuple[str, ...]
    proxies: int | None
    by: str
    at: str
    files: tuple[KeptFile, ...] = ()


def ask_value_report(
    database: Database,
    *,
    council: str,
    dated: date,
    lessons: Sequence[str],
    actor: Actor,
    now: datetime,
) -> ValueReport:
    """Enter that a report is to be made; ConflictError if too many are kept."""
    with database.writing(actor, at=utc_stamp(now)) as ledger:
        connection = ledger.connection
        query = sa.select(sa.func.max(VALUE_REPORTS.c.number))
        last = connection.execute(query.where(VALUE_REPORTS.c.council == council)).scalar() or 0
        if last >= MOST_KEPT:
            raise ConflictError(f"{MOST_KEPT} reports are kept, which is the most")
        worth = held_proxies(connection, council)
        stated = {
            "dated": dated.isoformat(),
            "lessons": list(lessons),
            "proxies": worth.number if worth else None,
        }
        document = canonical_json(stated).decode("utf-8")
        facts = {"council": council, "number": last + 1}
        kept = {**facts, "document": document, "by": ledger.actor.name, "at": ledger.at}
        connection.execute(sa.insert(VALUE_REPORTS).values(kept))
        ledger.record(
            "ask_value_report", subject_of(VALUE_REPORTS, facts), row_facts(facts, document)
        )
        return find_value_report(connection, council, last + 1)


def keep_value_report(
    database: Database,
    number: int,
    files: Mapping[Format, bytes],
    *,
    council: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Keep the files of a report, all at once; those that are there already stay."""
    with database.writing(actor, at=utc_stamp(now)) as ledger:
        if find_value_report(ledger.connection, council, number).files:
            return
        for form, content in files.items():
            facts = {
                "council": council,
                "number": number,
                "format": form,
                "content_sha256": hashlib.sha256(content).hexdigest(),
                "size_bytes": len(content),
            }
            row = {**facts, "content": content, "by": ledger.actor.name, "at": ledger.at}
            ledger.connection.execute(sa.insert(VALUE_REPORT_FILES).values(row))
            ledger.record(
                "keep_value_report", subject_of(VALUE_REPORT_FILES, facts), row_facts(facts)
            )


def value_reports(connection: Connection, council: str) -> list[ValueReport]:
    """List the reports of a council, the newest first."""
    table = VALUE_REPORTS.c
    query = sa.select(VALUE_REPORTS).where(table.council == council)
    rows = connection.execute(query.order_by(table.number.desc())).mappings()
    files = _files(connection, council)
    return [_report(row, files.get(row["number"], ())) for row in rows]


def find_value_report(connection: Connection, council: str, number: int) -> ValueReport:
    """Look up a report; NotFoundError if there is none of that number."""
    table = VALUE_REPORTS.c
    query = sa.select(VALUE_REPORTS).where(table.council == council, table.number == number)
    row = connection.execute(query).mappings().first()
    if row is None:
        raise NotFoundError(f"there is no report {number} on social value")
    return _report(row, _files(connection, council, number).get(number, ()))


def value_report_file(connection: Connection, council: str, number: int, form: Format) -> bytes:
    """
    Return a file of a report.

    NotFoundError if there is no such report. ConflictError if it is still being made.
    """
    find_value_report(connection, council, number)
    table = VALUE_REPORT_FILES.c
    query = sa.select(table.content).where(
        table.council == council, table.number == number, table.format == form
    )
    content = connection.execute(query).scalar_one_or_none()
    if content is None:
        raise ConflictError("the report is still being made; ask again in a few seconds")
    return bytes(content)


def _files(
    connection: Connection, council: str, number: int | None = None
) -> dict[int, tuple[KeptFile, ...]]:
    table = VALUE_REPORT_FILES.c
    query = sa.select(table.number, table.format, table.content_sha256, table.size_bytes)
    query = query.where(table.council == council)
    if number is not None:
        query = query.where(table.number == number)
    found: dict[int, list[KeptFile]] = {}
    for row in connection.execute(query).mappings():
        one = KeptFile(row["format"], row["content_sha256"], row["size_bytes"])
        found.setdefault(row["number"], []).append(one)
    return {
        name: tuple(sorted(kept, key=lambda one: FORMATS.index(one.format)))
        for name, kept in found.items()
    }


def _report(row: RowMapping, files: tuple[KeptFile, ...]) -> ValueReport:
    stated: dict[str, Any] = json.loads(row["document"])
    return ValueReport(
        row["number"], stated["dated"], tuple(stated["lessons"]), stated["proxies"], row["by"],
        row["at"], files,
    )  # fmt: skip
