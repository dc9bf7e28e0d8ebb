"""Published definitions: whether one is in force on a day, and which may coexist."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from localarea.definitions.model import FOREVER, day_name
from localarea.errors import ConflictError, DefinitionNotFoundError

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.definitions.decided.endings import End
    from localarea.definitions.decided.take_overs import TakeOver
    from localarea.definitions.model import Definition

Standing = Literal["to come", "in force", "ended"]


@dataclass(frozen=True, slots=True)
class PublishedDefinition:
    """
    A published definition in the folder.

    Attributes
    ----------
    editions : tuple of str
        Months of the directories indexed, newest last.
    last_day : str
        Last day in force: as stated, the day before its successor's first, or the day before
        it was withdrawn. Earlier than its first day if it was never in force.
    end : End or None
        When, why and by whom it was ended, if by a separate decision.
    taken : TakeOver or None
        Which successor of its council took it over, and from which day.
    """

    definition: Definition
    path: Path
    editions: tuple[str, ...]
    last_day: str
    superseded_by: str | None
    end: End | None = None
    taken: TakeOver | None = None

    @property
    def never(self) -> bool:
        """Return whether it ended before it began, so that it is in force on no day."""
        return self.last_day < self.definition.effective_from

    def first_day_for(self, council: str) -> str | None:
        """
        Return the first day on which it is in force for a council.

        None if it is neither the council's own nor taken over by it. What a council approved
        stays that council's too, so that questions under its old name are answered as before.
        """
        if council == self.definition.council:
            return self.definition.effective_from
        if self.taken is None or council != self.taken.council:
            return None
        return max(self.taken.taken_from, self.definition.effective_from)

    def standing(self, on: str) -> Standing:
        """
        Return whether the definition is in force on a day.

        Returns
        -------
        {'to come', 'in force', 'ended'}
            Its state on that day.
        """
        if self.never or on > self.last_day:
            return "ended"
        return "to come" if on < self.definition.effective_from else "in force"


def _day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def last_days(after: Definition | None, end: End | None) -> list[str]:
    """
    List the last days that a successor or a decision imposes on a definition.

    ``after``: definition that replaces it. ``end``: end that was decided. Up to two days,
    ``YYYY-MM-DD``.
    """
    found = [] if after is None else [_day_before(after.effective_from)]
    return found if end is None else [*found, _day_before(end.ended_on)]


def require_follows(made: Definition, kept: dict[str, PublishedDefinition]) -> None:
    """
    Raise an error if a definition cannot supersede the one it names.

    ``kept``: definitions in the folder, by id. DefinitionNotFoundError if the definition that it
    supersedes is not in the folder. ConflictError if that one has already ended, has another
    purpose, or does not begin earlier.
    """
    old = kept.get(made.supersedes or "")
    if old is None:
        raise DefinitionNotFoundError(made.supersedes or "", kept)
    if old.superseded_by is not None:
        raise ConflictError(
            f"definition {made.supersedes} has already been superseded by {old.superseded_by}"
        )
    if old.end is not None:
        raise ConflictError(
            f"definition {made.supersedes} was already {old.end.kind} from "
            f"{day_name(old.end.ended_on)}"
        )
    first, purpose = old.first_day_for(made.council), old.definition.purpose
    if first is None or purpose != made.purpose:
        raise ConflictError(
            f"definition {made.supersedes} is of council {old.definition.council} for {purpose}; "
            "only one of that council, or of one that took it over, can supersede it, for the same "
            "purpose"
        )
    if made.effective_from <= old.definition.effective_from or made.effective_from < first:
        raise ConflictError(
            f"definition {made.supersedes} begins on {day_name(first)}; what supersedes it must "
            "begin later. To put another in its place from that day, withdraw it from that day on, "
            "then approve the other without superseding anything"
        )


def require_apart(made: Definition, other: PublishedDefinition) -> None:
    """Raise ConflictError if two definitions of one council and purpose share a day."""
    theirs, first = other.definition, other.first_day_for(made.council)
    if first is None or theirs.purpose != made.purpose:
        return
    last = (
        min(other.last_day, _day_before(made.effective_from))
        if made.supersedes == theirs.id
        else other.last_day
    )
    if last < first:  # it ended before it began, so it holds no day
        return
    if first <= made.last_day and made.effective_from <= last:
        until = "until further notice" if last == FOREVER else f"until {day_name(last)}"
        raise ConflictError(
            f"definition {theirs.id} is in force from {day_name(first)} {until}, and two "
            "definitions of one purpose may not share a day: say that this one replaces it, or "
            "choose other dates",
            parameter="supersede",
        )


def require_may_take(
    old: PublishedDefinition, taken: TakeOver, kept: list[PublishedDefinition]
) -> None:
    """
    Raise an error if a definition cannot be taken over as asked.

    ConflictError if it is the successor's already, has ended by then, or would share a day with
    another definition of the successor for the same purpose.
    """
    made = old.definition
    if taken.council == made.council:
        raise ConflictError(f"definition {made.id} is already one of {taken.council}")
    if old.taken is not None and old.taken != taken:
        raise ConflictError(
            f"definition {made.id} was taken over by {old.taken.authority} from "
            f"{day_name(old.taken.taken_from)}"
        )
    first = max(taken.taken_from, made.effective_from)
    if old.last_day < first:
        raise ConflictError(
            f"definition {made.id} ends on {day_name(old.last_day)}, before "
            f"{taken.authority} begins"
        )
    for other in kept:
        theirs = other.definition
        begins = other.first_day_for(taken.council)
        if theirs.id == made.id or begins is None or theirs.purpose != made.purpose:
            continue
        if begins <= old.last_day and first <= other.last_day:
            raise ConflictError(
                f"{theirs.id} is in force for {taken.authority} from {day_name(begins)}, and "
                "two definitions "
                "of one purpose may not share a day: take over one of them, and withdraw the other"
            )
