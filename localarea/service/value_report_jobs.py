"""
Reports on social value, made one at a time in a thread of their own, and kept.

What a report is made of is on record before it is begun. So every process of the service can go
on with one that another was stopped at, and nothing has to be remembered.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import Depends, Request

from localarea.contracts.value.value_reports import (
    FORMATS,
    ValueReport,
    ask_value_report,
    find_value_report,
    keep_value_report,
)
from localarea.contracts.value.worth import held_proxies
from localarea.errors import TooManyRequestsError
from localarea.service.own_contracts import returns_by_reference, series_for
from localarea.service.report_jobs import RETRY_S
from localarea.service.state import clock
from localarea.service.study.pictures import DRAWING

if TYPE_CHECKING:
    from localarea.contracts.value.value_reports import Format
    from localarea.reports.cabinet.model import Report
    from localarea.service.auth.identity import Identity
    from localarea.service.state.state import State

MOST_WAITING: Final = 4  # that are still to be made
_NAMES: Final[dict[Format, str]] = {
    "pdf": "writing the PDF",
    "docx": "writing the Word document",
    "html": "writing the web page",
}


class ValueMaking:
    """A report that is being made: how far it is, and what went wrong."""

    def __init__(self) -> None:
        self.step = "waiting for its turn"
        self.done: Future[None] = Future()


class ValueReportJobs:
    """The reports that this process is making."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # By council and number, without the state: one that is replaced must not be held for it.
        self._known: dict[tuple[str, int], ValueMaking] = {}
        self._one_by_one = ThreadPoolExecutor(1, thread_name_prefix="localarea-value-report")

    def ask(self, state: State, who: Identity, lessons: tuple[str, ...]) -> ValueReport:
        """
        Enter a report and begin to make it.

        TooManyRequestsError if too many others are still to be made.
        """
        with self._lock:
            if sum(not one.done.done() for one in self._known.values()) >= MOST_WAITING:
                raise TooManyRequestsError(RETRY_S)
        asked = ask_value_report(
            state.database,
            council=state.council.key,
            dated=date.fromisoformat(state.today),
            lessons=lessons,
            actor=who.acting("measure"),
            now=clock.now(),
        )
        self.step_of(state, who, asked)
        return asked

    def step_of(self, state: State, who: Identity, asked: ValueReport) -> str:
        """
        Return what is being done for a report, begun now if nobody has; blank once it is kept.

        Exception what went wrong while it was made; the next time it is tried again.
        """
        key = (state.council.key, asked.number)
        with self._lock:
            if asked.files:
                self._known.pop(key, None)
                return ""
            found = self._known.get(key)
            if found is None:
                found = self._known[key] = ValueMaking()
                self._one_by_one.submit(self._make, found, state, who, asked)
            elif found.done.done():
                del self._known[key]
                found.done.result()
                return ""
        return found.step

    def _make(self, found: ValueMaking, state: State, who: Identity, asked: ValueReport) -> None:
        from localarea.reports.cabinet.formats.write import renderer_of

        try:
            found.step = "gathering the figures and drawing the charts"
            made = composed(state, who, asked)
            files: dict[Format, bytes] = {}
            for form in FORMATS:
                found.step = _NAMES[form]
                files[form] = renderer_of(f".{form}")(made)
            found.step = "keeping the files"
            keep_value_report(
                state.database,
                asked.number,
                files,
                council=state.council.key,
                actor=who.acting("measure"),
                now=clock.now(),
            )
            found.done.set_result(None)
        except BaseException as error:
            found.done.set_exception(error)

    def close(self) -> None:
        """Begin nothing more."""
        self._one_by_one.shutdown(wait=False, cancel_futures=True)


def composed(state: State, who: Identity, asked: ValueReport) -> Report:
    """Compose a report, with small counts withheld: it is a release."""
    from localarea.contracts.in_force import notes_on_period
    from localarea.reports.contracts.document import social_value_document
    from localarea.reports.contracts.facts import SocialValueFacts, titles_of

    day = date.fromisoformat(asked.dated)
    series = series_for(state, who, internal=False)
    kept, sent = returns_by_reference(state)
    with state.database.reading() as connection:
        held = held_proxies(connection, state.council.key, asked.proxies) if asked.proxies else None
    facts = SocialValueFacts(
        tuple(series), tuple(kept), sent, day,
        priority=tuple(state.council.priority_measures), titles=titles_of(state.definitions),
        lessons=asked.lessons, proxies=held.proxies if held else None,
        notes={
            one.contract.reference: notes_on_period(one.contract, state.definitions) for one in kept
        },
    )  # fmt: skip
    with DRAWING:
        return social_value_document(facts, author=state.council.title, dated=day)


def report_of(state: State, number: int) -> ValueReport:
    """Look up a report of the council."""
    with state.database.reading() as connection:
        return find_value_report(connection, state.council.key, number)


async def jobs_of(request: Request) -> ValueReportJobs:
    """Return the jobs of the application."""
    jobs: ValueReportJobs = request.app.state.value_reports
    return jobs


TheValueReports = Annotated[ValueReportJobs, Depends(jobs_of)]
