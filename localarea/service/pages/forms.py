"""What forms send: days in three boxes or as text, and the boundary that is asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from localarea.definitions.boundary_choice import BoundaryChoice
from localarea.errors import InputError, LocalareaError, NotFoundError

if TYPE_CHECKING:
    from localarea.service.state.state import State

_MONTHS: Final = (
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
)
_TEXT: Final = re.compile(r"(\d{1,2})[\s./-]+(\d{1,2}|[a-z]{3,9})[\s./-]+(\d{4})", re.I | re.ASCII)
_ISO: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_FILE: Final = re.compile(r"[^:]{1,200}\.[a-z0-9]{1,8}(?: \[[^]]*\])?: ", re.I | re.ASCII)
DEFINITION: Final = "definition:"
OPTION: Final = "option:"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a field of a form: words, and the id of the field."""

    text: str
    field: str

    @classmethod
    def of(cls, error: LocalareaError, default: str) -> Fault:
        """Hang an error on the field that it names, or on another."""
        unknown = isinstance(error, NotFoundError)  # a form names nothing else that can be missing
        named = "under" if unknown else str(getattr(error, "parameter", ""))
        field = {"on": "on-day", "definition": "under", "option": "under"}.get(named, named)
        return cls.said(str(error), field or default)

    @classmethod
    def said(cls, text: str, field: str) -> Fault:
        """Begin the words with a capital, unless that would change the name of a file."""
        named = _FILE.match(text) is not None
        return cls(text if named else text[:1].upper() + text[1:], field)


@dataclass(frozen=True, slots=True)
class Days:
    """A day as it was typed, so that a form can show it again."""

    day: str = ""
    month: str = ""
    year: str = ""

    @property
    def parts(self) -> tuple[str, str, str]:
        """Return the three boxes."""
        return self.day, self.month, self.year


def read_day(day: str, month: str, year: str, what: str) -> date | None:
    """Read a day from three boxes; a whole date in the first of them will do."""
    parts = [part.strip() for part in (day, month, year)]
    if not any(parts):
        return None
    text = parts[0] if not any(parts[1:]) else " ".join(part or "?" for part in parts)
    return parse_day(text, what)


def parse_day(text: str, what: str) -> date | None:
    """
    Read a day as people type it: ``1/3/2026``, ``31.03.2026``, ``1 March 2026``, ``2026-03-01``.

    InputError if it is no day of the calendar. An American date is taken for a British one, or
    refused.
    """
    plain = text.strip()
    if not plain:
        return None
    try:
        iso = _ISO.fullmatch(plain)
        if iso:
            return date.fromisoformat(plain)
        found = _TEXT.fullmatch(plain)
        if found:
            return date(int(found[3]), _month(found[2]), int(found[1]))
    except ValueError:
        pass
    raise InputError(f"{what} must be a real date, such as 27 3 2026", parameter="on") from None


def _month(text: str) -> int:
    """Give the number of a month, by number or name."""
    if text.isdecimal():
        return int(text)
    number = _MONTHS.index(text[:3].lower()) + 1
    whole = f"{date(2000, number, 1):%B}".lower()
    if not whole.startswith(text.lower()):
        raise ValueError(text)
    return number


def day_ahead(today: date, day: int, month: int, *, years: int = 0) -> str:
    """
    Return the next day of that date after today as a form's example; or so many years later.

    Examples
    --------
    >>> day_ahead(date(2026, 4, 1), 1, 4), day_ahead(date(2026, 3, 31), 1, 4)
    ('1 4 2027', '1 4 2026')
    """
    year = today.year + (date(today.year, month, day) <= today)
    return f"{day} {month} {year + years}"


def postcode_example(anchor: str) -> str:
    """
    Return a postcode as a form's example: of Colchester for its council, for others GOV.UK's own.

    Examples
    --------
    >>> postcode_example("Colchester"), postcode_example("Gwynedd")
    ('CO1 1JB', 'SW1A 2AA')
    """
    return "CO1 1JB" if anchor == "Colchester" else "SW1A 2AA"


def require_day(day: str, month: str, year: str, what: str) -> date:
    """Read a day that has to be stated."""
    found = read_day(day, month, year, what)
    if found is None:
        raise InputError(f"enter {what}")
    return found


def asked_under(under: str, on: date | None) -> BoundaryChoice:
    """Give what a form asks for: a definition or option by its name, or whatever holds on a day."""
    day = on.isoformat() if on else None
    if not under:
        return BoundaryChoice(on=day)
    if under.startswith(DEFINITION):
        return BoundaryChoice(definition=under.removeprefix(DEFINITION), on=day)
    if under.startswith(OPTION):
        return BoundaryChoice(option=under.removeprefix(OPTION), on=day)
    raise InputError("choose a definition or an option from the list", parameter="under")


def boundary_choices(state: State) -> list[dict[str, Any]]:
    """
    List what a check can be made under, in groups, for a drop-down list.

    The service's own council may name a definition of any, as its contracts do; for another
    council there are its own.
    """
    kept = [
        {
            "value": DEFINITION + k.definition.id,
            "text": f"{k.definition.title} ({k.definition.id}, {k.standing(state.today)})",
        }
        for k in reversed(state.definitions.kept())
        if state.is_own or k.first_day_for(state.council.key) is not None
    ]
    groups = [{"label": "Definitions", "items": kept}] if kept else []
    specs = [
        {"value": OPTION + spec.id, "text": f"{spec.title} ({spec.id})"}
        for spec in state.council.options
    ]
    return [*groups, {"label": "Options, which nobody has approved", "items": specs}]
