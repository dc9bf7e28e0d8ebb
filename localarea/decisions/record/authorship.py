"""Compare who entered each row of the record, and when, with the entries of the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from localarea.decisions.record.receipt_faults import contract_subject, return_subject, subject_of
from localarea.decisions.record.schema import (
    CONTRACT_ACCESS,
    CONTRACT_RETURNS,
    CONTRACTS,
    DEFINITION_ENDS,
    DEFINITIONS,
    PROPOSAL_REPORTS,
    PROXY_VALUES,
    RECEIPTS,
    RELEASES,
    RETURN_DECISIONS,
    SHORTLISTS,
    VALUE_REPORT_FILES,
    VALUE_REPORTS,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sqlalchemy.engine import Connection, RowMapping

# Action -> what it is called here, for several are entered with a definition as their subject.
OF_DEFINITIONS: Final = {
    "approve": "the approval of ",
    "supersede": "the end of ",
    "withdraw": "the end of ",
}


def _of_register(table: sa.Table) -> Callable[[RowMapping], str]:
    return lambda row: subject_of(table, {str(name): value for name, value in row.items()})


# Table -> the subject of the entry that a row was made with.
_SUBJECTS: Final[Mapping[sa.Table, Callable[[RowMapping], str]]] = {
    DEFINITION_ENDS: lambda row: f"the end of definition:{row['definition_id']}",
    RECEIPTS: lambda row: f"receipt:{row['reference']}",
    SHORTLISTS: lambda row: f"shortlist:{row['proposal_id']}",
    PROPOSAL_REPORTS: lambda row: f"report:{row['proposal_id']}:{row['sha256']}",
    CONTRACTS: lambda row: contract_subject(row["reference"], row["version"]),
    CONTRACT_RETURNS: lambda row: return_subject(row["reference"], row["quarter"], row["version"]),
    **{
        table: _of_register(table)
        for table in (
            *(RETURN_DECISIONS, CONTRACT_ACCESS, RELEASES, PROXY_VALUES, VALUE_REPORTS),
            VALUE_REPORT_FILES,
        )
    },
}
_LARGE: Final = ("content", "document")


def authorship_faults(
    connection: Connection, entered: Mapping[str, tuple[str, str]]
) -> Iterable[str]:
    """
    Compare who entered each row, and when, with the entries of the audit log.

    ``entered``: name and time of each entry, by subject; that of an approval or an end begins as in
    `OF_DEFINITIONS`. Yields a sentence for each fault; a row without an entry is told elsewhere.
    """
    approvals = sa.select(DEFINITIONS.c.id, DEFINITIONS.c.approved_by, DEFINITIONS.c.approved_at)
    for name, by, at in connection.execute(approvals):
        yield from _faults(entered, f"the approval of definition:{name}", by, at)
    for table, subject in _SUBJECTS.items():
        columns: list[Any] = [column for column in table.c if column.name not in _LARGE]
        for row in connection.execute(sa.select(*columns)).mappings():
            yield from _faults(entered, subject(row), row["by"], row["at"])


def _faults(
    entered: Mapping[str, tuple[str, str]], subject: str, by: str, at: str
) -> Iterable[str]:
    found = entered.get(subject, (by, at))
    other = [name for name, a, b in zip(("who", "when"), found, (by, at), strict=True) if a != b]
    if other:
        yield f"{subject}: the log says otherwise {' and '.join(other)} entered it"
