"""
The forms of decisions: what was typed, read once, with every fault beside its field.

Each model holds the fields as text, so that a page can show them again. ``read`` returns what they
mean, or None together with all faults.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, cast

from pydantic import BaseModel, Field

from localarea.definitions.faults import ID, MAX_BORDERLINE_M, MAX_BORDERLINE_MIN
from localarea.errors import InputError, SchemaError
from localarea.service.pages.forms import Days, Fault, read_day, require_day
from localarea.service.report_jobs import LONGEST
from localarea.service.study.candidates import tidy
from localarea.service.study.decision_flow import Decision, reason_for_the_past_fault
from localarea.service.study.shortlists import MOST

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from localarea.errors import LocalareaError

Reason = Annotated[str, Field(max_length=2_000)]
Text = Annotated[str, Field(max_length=20_000)]
Part = Annotated[str, Field(max_length=10)]
_REFERENCE_FAULT: Final = (
    "Reference must be 80 characters or fewer and only include lowercase letters, digits, dots and "
    "hyphens, such as colchester-measure-2026.1"
)
# Words of the faults of a definition by which their fields are known.
_FIELDS: Final = {
    "borderline minutes": "borderline_min",
    "limit in minutes": "borderline_min",
    "borderline distance": "borderline_m",
    "half of the mandate": "half_left_out",
    "say why it leaves": "half_left_out",
    "say why it begins": "backdated_because",
    "effective from": "from-day",
    "effective to": "to-day",
    "would end on": "to-day",
    "supersede": "supersedes",
    "title": "title",
    "reason": "reasons",
}


def faults_of(error: LocalareaError, field: str = "id") -> list[Fault]:
    """Hang what is wrong with a decision on the fields of its form, or else on one of them."""
    each = error.faults if isinstance(error, SchemaError) else [str(error)]
    named = getattr(error, "parameter", "")
    return [
        Fault.said(text, named or next((f for w, f in _FIELDS.items() if w in text), field))
        for text in each
    ]


class _Reading:
    """Reads fields one after another, and gathers their faults."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def day(self, field: str, read: Callable[[], date | None]) -> date | None:
        """Read a day; None if it is at fault."""
        try:
            return read()
        except InputError as error:
            self.faults.append(Fault.said(str(error), field))
            return None

    def text(self, field: str, text: str, what: str) -> None:
        """Require a text."""
        if not text.strip():
            self.faults.append(Fault.said(f"enter {what}", field))

    def number(self, field: str, text: str, what: str, most: int) -> float:
        """Read a number from 0; 0 as well if it is at fault."""
        try:
            found = float(text)
        except ValueError:
            found = -1.0
        if not 0 <= found <= most:
            self.faults.append(Fault.said(f"enter {what}, from 0 to {most:,}", field))
            return 0.0
        return found


class PutForward(BaseModel):
    """The form that puts an option or a scenario forward."""

    option: str = ""
    scenario: str = ""
    title: str = ""
    purpose: str = ""
    note: str = ""
    half_left_out: Reason = ""
    shortlist: list[Annotated[str, Field(max_length=200)]] = Field(default=[], max_length=MOST)
    report: Annotated[str, Field(max_length=LONGEST)] = ""

    @property
    def begun(self) -> bool:
        """Whether it was filled in; the page "What if" sends a scenario alone."""
        return not self.scenario or bool(self.note or self.purpose)

    def read(self) -> tuple[dict[str, Any], list[Fault]]:
        """Return the arguments of `put_forward`, and the faults."""
        reading = _Reading()
        if not (self.scenario or self.option):
            reading.faults.append(Fault.said("choose the option to put forward", "option"))
        if self.purpose not in ("measure", "reservation"):
            reading.faults.append(Fault.said("choose what the definition is for", "purpose"))
        reading.text("note", self.note, "why it is put forward")
        return {
            "option": None if self.scenario else self.option,
            "scenario": self.scenario or None,
            "title": self.title,
            "purpose": cast('Literal["measure", "reservation"]', self.purpose),
            "note": self.note,
            "half_left_out": self.half_left_out,
            "shortlist": self.shortlist,
        }, reading.faults


class Saying(BaseModel):
    """The form of a comment, with which a proposal is also returned or withdrawn."""

    text: Text = ""

    def read(self) -> tuple[str, list[Fault]]:
        """Return the comment, and the faults."""
        reading = _Reading()
        reading.text("text", self.text, "a comment: the record needs it")
        return tidy(self.text), reading.faults


class Withdrawing(BaseModel):
    """The form that ends a definition."""

    reason: Text = ""
    on_day: Part = ""
    on_month: Part = ""
    on_year: Part = ""

    @property
    def on(self) -> Days:
        """The day as it was typed."""
        return Days(self.on_day, self.on_month, self.on_year)

    def read(self) -> tuple[date | None, list[Fault]]:
        """Return the first day on which it no longer holds, and the faults."""
        reading = _Reading()
        what = "the first day on which it no longer applies"
        day = reading.day("on-day", lambda: require_day(*self.on.parts, what))
        reading.text("reason", self.reason, "the reasons")
        return day, reading.faults


class Approving(BaseModel):
    """The form of an approval."""

    step: str = "look"
    id: str = ""
    title: Annotated[str, Field(max_length=300)] = ""
    backdated_because: Reason = ""
    half_left_out: Reason = ""
    from_day: str = ""
    from_month: str = ""
    from_year: str = ""
    to_day: str = ""
    to_month: str = ""
    to_year: str = ""
    reasons: str = ""
    minute_reference: str = ""
    supersedes: str = ""
    borderline_m: str = "500"
    borderline_min: str = ""
    seen: Annotated[str, Field(max_length=64)] = ""

    @property
    def first(self) -> Days:
        """The first day as it was typed."""
        return Days(self.from_day, self.from_month, self.from_year)

    @property
    def last(self) -> Days:
        """The last day as it was typed."""
        return Days(self.to_day, self.to_month, self.to_year)

    def read(
        self, today: date | None, name: Callable[[date], str]
    ) -> tuple[Decision | None, list[Fault]]:
        """
        Return what is decided, or None and the faults.

        ``today``: the day before which a first day needs a reason; None for a decision sent again.
        ``name``: gives the reference of a definition from its first day, where it is left blank.
        """
        reading = _Reading()
        identity = tidy(self.id)
        if identity and not ID.fullmatch(identity):
            reading.faults.append(Fault(_REFERENCE_FAULT, "id"))
        first = reading.day("from-day", lambda: require_day(*self.first.parts, "the first day"))
        if first is not None and today is not None:
            past = reason_for_the_past_fault(first, self.backdated_because, today)
            reading.faults += [Fault.said(past, "backdated_because")] if past else []
        last = reading.day("to-day", lambda: read_day(*self.last.parts, "the last day"))
        if first is not None and last is not None and last < first:
            reading.faults.append(Fault.said("the last day is before the first day", "to-day"))
        reading.text("reasons", self.reasons, "the reasons")
        minute = "the minute that gives you the authority"
        reading.text("minute_reference", self.minute_reference, minute)
        metres = reading.number(
            "borderline_m", self.borderline_m, "the borderline distance in metres", MAX_BORDERLINE_M
        )
        minutes = None
        if self.borderline_min.strip():
            minutes = reading.number(
                "borderline_min", self.borderline_min, "the borderline minutes", MAX_BORDERLINE_MIN
            )
        if first is None or reading.faults:
            return None, reading.faults
        return Decision(
            id=identity or name(first),
            title=self.title,
            backdated_because=self.backdated_because,
            half_left_out=self.half_left_out,
            seen=self.seen,
            effective_from=first,
            effective_to=last,
            reasons=self.reasons,
            minute_reference=self.minute_reference,
            supersedes=self.supersedes or None,
            borderline_m=metres,
            borderline_min=minutes,
        ), []
