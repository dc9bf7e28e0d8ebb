"""A definition in the folder: how it stands on a day, and what may stand beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from localarea.definitions.model import FOREVER
from localarea.errors import ConflictError, DefinitionNotFoundError

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.definitions.endings import End
    from localarea.definitions.model import Definition

Standing = Literal["to come", "in force", "ended"]


@dataclass(frozen=True, slots=True)
class Kept:
    """
    A definition in the folder.

    Attributes
    ----------
    definition : Definition
        As its newest edition has it.
    path : pathlib.Path
        File of the newest edition.
    editions : tuple of str
        Months of the directories indexed, the newest last.
    last_day : str
        Last day on which it holds: its own, or the day before its successor's first, or
        before it was withdrawn. Before its first day where it never held.
    superseded_by : str or None
        Id of the definition that took its place.
    end : End or None
        When, why and by whom it was ended, where that was decided by itself.
    """

    definition: Definition
    path: Path
    editions: tuple[str, ...]
    last_day: str
    superseded_by: str | None
    end: End | None = None

    def standing(self, on: str) -> Standing:
        """
        Say how it stands on a day.

        Parameters
        ----------
        on : str
            Day, ``YYYY-MM-DD``.

        Returns
        -------
        {'to come', 'in force', 'ended'}
            Whether it holds.
        """
        if self.last_day < self.definition.effective_from or on > self.last_day:
            return "ended"
        return "to come" if on < self.definition.effective_from else "in force"


def _before(successor: Definition) -> str:
    return _day_before(successor.effective_from)


def _day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def last_days(after: Definition | None, end: End | None) -> list[str]:
    """
    Tell the last days that others set to a definition.

    Parameters
    ----------
    after : Definition or None
        What takes its place.
    end : End or None
        What was decided of it.

    Returns
    -------
    list of str
        None, one or two days, ``YYYY-MM-DD``.
    """
    found = [] if after is None else [_before(after)]
    return found if end is None else [*found, _day_before(end.ended_on)]


def require_follows(made: Definition, kept: dict[str, Kept]) -> None:
    """
    Refuse to supersede what cannot be.

    Parameters
    ----------
    made : Definition
        The new one.
    kept : dict of str to Kept
        What is here, by id.

    Raises
    ------
    DefinitionNotFoundError
        If what it supersedes is not here.
    ConflictError
        If that has ended already, is for something else, or begins no earlier.
    """
    old = kept.get(made.supersedes or "")
    if old is None:
        raise DefinitionNotFoundError(made.supersedes or "", kept)
    if old.superseded_by is not None:
        raise ConflictError(f"{made.supersedes} was superseded by {old.superseded_by} already")
    if old.end is not None:
        raise ConflictError(f"{made.supersedes} was {old.end.kind} from {old.end.ended_on} already")
    theirs = (old.definition.council, old.definition.purpose)
    if theirs != (made.council, made.purpose):
        raise ConflictError(
            f"{made.supersedes} is of council {theirs[0]} for {theirs[1]}; a definition supersedes "
            "one of its own council and purpose"
        )
    if made.effective_from <= old.definition.effective_from:
        raise ConflictError(
            f"{made.supersedes} begins on {old.definition.effective_from}; what supersedes it must "
            "begin later"
        )


def require_apart(made: Definition, other: Kept) -> None:
    """
    Refuse a definition that would share a day with another one of its council and purpose.

    Parameters
    ----------
    made : Definition
        The new one.
    other : Kept
        One that is here.

    Raises
    ------
    ConflictError
        If there is such a day.
    """
    theirs = other.definition
    if (theirs.council, theirs.purpose) != (made.council, made.purpose):
        return
    last = min(other.last_day, _before(made)) if made.supersedes == theirs.id else other.last_day
    if theirs.effective_from <= made.last_day and made.effective_from <= last:
        until = "until further notice" if last == FOREVER else f"until {last}"
        raise ConflictError(
            f"definition {theirs.id} is in force from {theirs.effective_from} {until}, and two "
            "definitions of one purpose may not share a day: supersede that one, or choose "
            "other dates",
            parameter="supersede",
        )
