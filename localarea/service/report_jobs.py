"""
Reports to Cabinet, made one at a time for everybody, and kept while they may be asked for.

A report takes some tens of seconds. Whoever asks first has it made, in a thread of its own; a page
waits by loading itself again, a program by asking again. What a report is made of is in its
reference, so that every process of the service can make it and nothing has to be remembered.
"""

from __future__ import annotations

import base64
import binascii
import json
import threading
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotDoneError
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Annotated, Final, Literal

from fastapi import Depends, Request

from localarea.decisions.traces import ReportToKeep
from localarea.errors import ConflictError, InputError, NotFoundError, TooManyRequestsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localarea.records import Option
    from localarea.service.state.state import State

ReportFormat = Literal["pdf", "docx", "html"]
FORMATS: Final[dict[str, str]] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html; charset=utf-8",
}
MOST_OPTIONS: Final = 6  # what a page of small maps has room for
MOST_KEPT: Final = 12  # of some megabytes each
MOST_WAITING: Final = 4  # that are still to be made
RETRY_S: Final = 5
LONGEST: Final = 2_000  # characters of a reference


@dataclass(frozen=True, slots=True)
class ReportAsked:
    """
    What a report is made of.

    Attributes
    ----------
    options : tuple of str
        Ids of options; the first is the one that the others are compared with.
    council : str
        As an address names a council; blank for the service's own.
    """

    options: tuple[str, ...]
    format: ReportFormat
    council: str
    on: str

    @property
    def reference(self) -> str:
        """Return what it is made of in one word of an address."""
        text = json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def asked_by(reference: str) -> ReportAsked:
    """Return what a reference asks for."""
    unknown = NotFoundError("there is no such report; ask for it again")
    try:
        padded = reference + "=" * (-len(reference) % 4)
        facts = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if set(facts) != {f.name for f in fields(ReportAsked)} or facts["format"] not in FORMATS:
            raise unknown
        options = facts["options"]
        texts = [*options, facts["council"]] if isinstance(options, list) else [options]
        if not all(isinstance(text, str) for text in texts):
            raise unknown
        date.fromisoformat(facts["on"])
        asked = ReportAsked(**{**facts, "options": tuple(options)})
    except (binascii.Error, ValueError, TypeError, KeyError, RecursionError) as error:
        raise unknown from error
    require_options(asked.options)
    return asked


def require_options(options: Sequence[str]) -> None:
    """Check how many options a report is asked for."""
    if not 1 <= len(options) <= MOST_OPTIONS:
        raise InputError(
            f"choose 1 to {MOST_OPTIONS} options for a report, not {len(options)}",
            parameter="options",
        )
    if len(set(options)) < len(options):
        raise InputError("each option is in a report once", parameter="options")


class Making:
    """A report that is made, or being made: how far it is, and its bytes in the end."""

    def __init__(self, state: State) -> None:
        self.state = state  # held, so that no other state gets its identity
        self.step = "waiting for its turn"
        self.done: Future[bytes] = Future()

    def tell(self, step: str) -> None:
        """Keep what is being done now."""
        self.step = step

    def result(self, wait_s: float = 0.0) -> bytes | None:
        """
        Return the file; None if it is still being made.

        Exception what went wrong while it was made.
        """
        try:
            return self.done.result(timeout=wait_s)
        except NotDoneError:
            return None


class Reports:
    """The reports of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[int, ReportAsked], Making] = OrderedDict()
        self._one_by_one = ThreadPoolExecutor(1, thread_name_prefix="localarea-report")

    def find(self, asked: ReportAsked, state: State) -> Making:
        """Return a report, begun now if it is not known."""
        key = (id(state), asked)  # a state is another one once its tables are renewed
        with self._lock:
            found = self._known.get(key)
            if found is not None and not (found.done.done() and found.done.exception()):
                self._known.move_to_end(key)
                return found
        options = options_of(asked, state)  # a misspelt name is told at once
        with self._lock:
            if sum(not other.done.done() for other in self._known.values()) >= MOST_WAITING:
                raise TooManyRequestsError(RETRY_S)
            found = self._known[key] = Making(state)
            self._known.move_to_end(key)
            for old in [name for name, other in self._known.items() if other.done.done()]:
                if len(self._known) > MOST_KEPT:
                    del self._known[old]
        self._one_by_one.submit(_make, found, asked, options, state)
        return found

    def close(self) -> None:
        """Begin nothing more."""
        self._one_by_one.shutdown(wait=False, cancel_futures=True)


def options_of(asked: ReportAsked, state: State) -> list[Option]:
    """Return the options of a report."""
    from localarea.service.study import study

    return [study.find_option(state, name) for name in asked.options]


def report_to_keep(reports: Reports, reference: str, state: State) -> ReportToKeep:
    """Return a report that is ready, to be kept with a proposal."""
    asked = asked_by(reference)
    if asked.council:
        raise InputError(
            "the report is of another council; make one of your own council's options",
            parameter="report",
        )
    content = reports.find(asked, state).result()
    if content is None:
        raise ConflictError(
            "the report is still being made; send this again in half a minute", parameter="report"
        )
    titles = [{"id": one.id, "title": one.title} for one in options_of(asked, state)]
    return ReportToKeep(content, asked.format, asked.on, titles)


def _make(found: Making, asked: ReportAsked, options: list[Option], state: State) -> None:
    from localarea.reports.cabinet.document import build_report
    from localarea.reports.cabinet.formats.write import renderer_of

    try:
        made = build_report(
            options,
            state.council,
            dated=date.fromisoformat(asked.on),
            store=state.store,
            tell=found.tell,
        )
        found.tell("laying out the report")
        found.done.set_result(renderer_of(f".{asked.format}")(made))
    except BaseException as error:
        found.done.set_exception(error)


async def reports_of(request: Request) -> Reports:
    """Return the reports of the application."""
    reports: Reports = request.app.state.reports
    return reports


TheReports = Annotated[Reports, Depends(reports_of)]
