"""The record of decisions: whether it is whole, its entries, and those of them as a file."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pandas as pd
from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, Response

from localarea.decisions.queries import EntryChoice, list_actions, list_entries
from localarea.errors import InputError
from localarea.service.auth.identity import TheState, require
from localarea.service.pages.contracts.contract_words import attached
from localarea.service.pages.forms import Fault, parse_day
from localarea.service.pages.rendering import render
from localarea.service.study import decision_flow as deciding
from localarea.tables.plain_cells import without_formulas

if TYPE_CHECKING:
    from localarea.service.state.state import State

router = APIRouter(dependencies=[Depends(require("view"))])

_SHOWN: Final = 20
_LONDON: Final = ZoneInfo("Europe/London")
_FILE: Final = ("seq", "at", "action", "subject", "actor", "role", "details", "previous", "hash")


class Asked(BaseModel):
    """Which entries of the record are asked for."""

    action: str = Field("", max_length=40)
    words: str = Field("", max_length=200)
    since: str = Field("", max_length=40)
    until: str = Field("", max_length=40)

    def choice(self) -> EntryChoice:
        """Return it as a question to the record."""
        first = _day(self.since, "the first day", "since")
        last = _day(self.until, "the last day", "until")
        if first and last and last < first:
            raise InputError("the last day is before the first", parameter="until")
        return EntryChoice(
            self.action.strip(),
            self.words.strip(),
            _midnight(first) if first else "",
            _midnight(last + timedelta(days=1)) if last and last < date.max else "",
        )

    @property
    def query(self) -> str:
        """Return what an address says of it."""
        return urlencode([(key, value) for key, value in self.model_dump().items() if value])


class AskedPage(Asked):
    """The same, and from which entry on."""

    cursor: int | None = Field(None, ge=1, le=2**31 - 1)


def _day(text: str, what: str, field: str) -> date | None:
    try:
        return parse_day(text, what)
    except InputError as error:
        raise InputError(str(error), parameter=field) from error


def _midnight(day: date) -> str:
    """Return when a day begins in the United Kingdom, as the record writes times."""
    began = datetime(day.year, day.month, day.day, tzinfo=_LONDON)
    return began.astimezone(UTC).isoformat(timespec="seconds")


@router.get("/audit", response_class=HTMLResponse)
def audit(request: Request, state: TheState, asked: Annotated[AskedPage, Query()]) -> HTMLResponse:
    """Show the log, and whether it is complete and unchanged."""
    faults: list[Fault] = []
    found: list[dict[str, Any]] = []
    after: int | None = None
    try:
        chosen = asked.choice()
    except InputError as error:
        faults = [Fault.of(error, "since")]
    else:
        found, after = deciding.entries_page(
            state, before=asked.cursor, count=_SHOWN, chosen=chosen
        )
    values: dict[str, Any] = {
        "report": deciding.verified(state),
        "entries": found,
        "next": after,
        "asked": asked,
        "query": Asked(**asked.model_dump(exclude={"cursor"})).query,
        "actions": _actions(state),
        "faults": faults,
    }
    return render(request, "audit.html", values, status_code=422 if faults else 200)


def _actions(state: State) -> list[str]:
    with state.database.reading() as connection:
        return list_actions(connection)


@router.get("/audit/entries.csv")
def entries_file(state: TheState, asked: Annotated[Asked, Query()]) -> Response:
    """Return the entries that are asked for, the oldest first, for Excel."""
    with state.database.reading() as connection:
        found = list_entries(connection, before=None, count=None, chosen=asked.choice())
    table = pd.DataFrame(found[::-1], columns=list(_FILE))
    table["details"] = [json.dumps(one, ensure_ascii=False) for one in table["details"]]
    body = "\N{BYTE ORDER MARK}" + without_formulas(table).to_csv(index=False)
    return attached(body.encode(), "record.csv", "csv")
