"""What the report on social value rests on: figures as they leave the council, never small ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from localarea.contracts.monitoring import grouped, valued
from localarea.contracts.progress import progress
from localarea.errors import InputError, LocalareaError
from localarea.geo.addresses import find_postcodes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from localarea.contracts.kept import KeptContract, KeptReturn
    from localarea.contracts.standing import Series
    from localarea.definitions.store import DefinitionStore
    from localarea.measures.rules import Proxies

MOST_LESSONS: Final = 50
MOST_TEXT: Final = 2000  # characters of a lesson


@dataclass(frozen=True, slots=True)
class SocialValueFacts:
    """
    Everything that the report says.

    Attributes
    ----------
    series : tuple of Series
        Of the whole register, as :func:`localarea.contracts.releases.released_series` gives them.
    returns : mapping of str to sequence of KeptReturn
        Every version of every return, by reference.
    proxies : Proxies or None
        What a unit of each measure is taken to be worth; without, there is no money.
    notes : mapping of str to sequence of str
        Of :func:`localarea.contracts.in_force.notes_on_period`, by reference.
    """

    series: tuple[Series, ...]
    kept: tuple[KeptContract, ...]
    returns: Mapping[str, Sequence[KeptReturn]]
    on: date
    priority: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    lessons: tuple[str, ...] = ()
    proxies: Proxies | None = None
    notes: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def named(self, definition: str) -> str:
        """Return a definition by its name and its id."""
        title = self.titles.get(definition)
        return f"{title} ({definition})" if title else definition

    def progresses(self) -> list[dict[str, Any]]:
        """Return how far every contract has come, in the order of the contracts."""
        return [
            progress(
                self.series, one.contract, self.returns.get(one.contract.reference, ()),
                on=self.on, priority=self.priority,
            )
            for one in self.kept
        ]  # fmt: skip

    def measures(self) -> list[dict[str, Any]]:
        """Return every measure over all contracts, apart for each definition, priorities first."""
        lines = grouped(self.series, self.returns, by="measure", on=self.on)
        return sorted(
            valued(lines, self.proxies), key=lambda line: line["measure"] not in self.priority
        )


def titles_of(store: DefinitionStore) -> dict[str, str]:
    """Return the names of definitions by id; none if they cannot be read, for the id must do."""
    try:
        return {one.definition.id: one.definition.title for one in store.kept()}
    except LocalareaError:
        return {}


def read_lessons(text: str) -> tuple[str, ...]:
    r"""
    Read what was learnt, a line of text each.

    Raises
    ------
    InputError
        If there is too much, or a postcode in it, which would be published.

    Examples
    --------
    >>> read_lessons("Pledge fewer measures.\n\nAsk for returns earlier.")
    ('Pledge fewer measures.', 'Ask for returns earlier.')
    """
    lines = tuple(line.strip().lstrip("-*\u2022 ") for line in text.splitlines() if line.strip())
    if len(lines) > MOST_LESSONS or any(len(line) > MOST_TEXT for line in lines):
        raise InputError(
            f"write what was learnt in at most {MOST_LESSONS} lines of {MOST_TEXT:,} characters",
            parameter="learnt",
        )
    for number, line in enumerate(lines, start=1):
        if find_postcodes(line) or not line.isprintable():
            raise InputError(
                f"what was learnt, line {number}, holds a postcode or an unprintable character; "
                "take it out",
                parameter="learnt",
            )
    return lines
