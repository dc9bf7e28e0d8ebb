"""Published definitions: whether one is in force on a day, and which may coexist."""

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
class PublishedDefinition:
    """
    A published definition in the folder.

    Attributes
    ----------
    definition : Definition
        Definition, from its newest edition.
    path : pathlib.Path
        File of the newest edition.
    editions : tuple of str
        Months of the directories indexed, newest last.
    last_day : str
        Last day in force: as stated, the day before its successor's first, or the day before
        it was withdrawn. Earlier than its first day if it was never in force.
    superseded_by : str or None
        Id of the definition that replaced it.
    end : End or None
        When, why and by whom it was ended, if by a separate decision.
    """

    definition: Definition
    path: Path
    editions: tuple[str, ...]
    last_day: str
    superseded_by: str | None
    end: End | None = None

    def standing(self, on: str) -> Standing:
        """
        Return whether the definition is in force on a day.

        Parameters
        ----------
        on : str
            Day, ``YYYY-MM-DD``.

        Returns
        -------
        {'to come', 'in force', 'ended'}
            Its state on that day.
        """
        if self.last_day < self.definition.effective_from or on > self.last_day:
            return "ended"
        return "to come" if on < self.definition.effective_from else "in force"


def _day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def last_days(after: Definition | None, end: End | None) -> list[str]:
    """
    List the last days that a successor or a decision imposes on a definition.

    Parameters
    ----------
    after : Definition or None
        Definition that replaces it.
    end : End or None
        End that was decided.

    Returns
    -------
    list of str
        Up to two days, ``YYYY-MM-DD``.
    """
    found = [] if after is None else [_day_before(after.effective_from)]
    return found if end is None else [*found, _day_before(end.ended_on)]


def require_follows(made: Definition, kept: dict[str, PublishedDefinition]) -> None:
    """
    Raise an error if a definition cannot supersede the one it names.

    Parameters
    ----------
    kept : dict of str to PublishedDefinition
        Definitions in the folder, by id.

    Raises
    ------
    DefinitionNotFoundError
        If the definition that it supersedes is not in the folder.
    ConflictError
        If that one has already ended, has another purpose, or does not begin earlier.
    """
    old = kept.get(made.supersedes or "")
    if old is None:
        raise DefinitionNotFoundError(made.supersedes or "", kept)
    if old.superseded_by is not None:
        raise ConflictError(f"{made.supersedes} has already been superseded by {old.superseded_by}")
    if old.end is not None:
        raise ConflictError(f"{made.supersedes} was already {old.end.kind} from {old.end.ended_on}")
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


def require_apart(made: Definition, other: PublishedDefinition) -> None:
    """
    Raise an error if two definitions of one council and purpose share a day.

    Raises
    ------
    ConflictError
        If they share a day.
    """
    theirs = other.definition
    if (theirs.council, theirs.purpose) != (made.council, made.purpose):
        return
    last = (
        min(other.last_day, _day_before(made.effective_from))
        if made.supersedes == theirs.id
        else other.last_day
    )
    if last < theirs.effective_from:  # it ended before it began, so it holds no day
        return
    if theirs.effective_from <= made.last_day and made.effective_from <= last:
        until = "until further notice" if last == FOREVER else f"until {last}"
        raise ConflictError(
            f"definition {theirs.id} is in force from {theirs.effective_from} {until}, and two "
            "definitions of one purpose may not share a day: supersede that one, or choose "
            "other dates",
            parameter="supersede",
        )
