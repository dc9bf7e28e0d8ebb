"""Say which returns were counted for other days than those that their contract has now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localarea.contracts.quarters import quarter_days
from localarea.definitions.model import day_name
from localarea.measures.catalogue import MEASURE_OF

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from localarea.contracts.kept import KeptContract, KeptReturn
    from localarea.contracts.model import Contract


def notes_on_recounting(entered: Sequence[KeptContract], sent: Sequence[KeptReturn]) -> list[str]:
    """
    Name the returns of staff that are to be sent again, since the contract's days were corrected.

    No day of staff counts before the first or after the last day of a contract, and no row is kept
    of which those days could be taken out.

    Parameters
    ----------
    entered : sequence of KeptContract
        Every version of the contract, the first one first.
    sent : sequence of KeptReturn
        Every version of its returns, by quarter and version.

    Returns
    -------
    list of str
        A sentence for each quarter whose newest return was counted for other days.
    """
    then = {one.version: one.contract for one in entered}
    newest = {one.counted.quarter: one for one in sent if one.state != "returned"}
    found = []
    for quarter, one in newest.items():
        if not any(MEASURE_OF[ref].kind == "staff" for ref in one.counted.figures):
            continue
        counted = _days_in(then[one.contract_version], quarter)
        now = _days_in(entered[-1].contract, quarter)
        if counted != now:
            found.append(
                f"The return of {quarter} counts staff from {_period(counted)}, and the contract "
                f"now runs from {_period(now)} in that quarter: send that return again."
            )
    return found


def _days_in(contract: Contract, quarter: str) -> tuple[date, date]:
    first, last = quarter_days(quarter)
    return max(first, contract.first_day), min(last, contract.last_day)


def _period(days: tuple[date, date]) -> str:
    return f"{day_name(str(days[0]))} to {day_name(str(days[1]))}"
