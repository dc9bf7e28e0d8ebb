"""
The year that a figure is of, where the name of the figure has a year of its own.

A published name never changes, but the table behind it can be refreshed with another year. So
headings, meanings and notes take the year from the table in use.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from localarea.datasets.storage.editions import newest_of
from localarea.datasets.store import DataStore, default_store

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class _Named:
    """Table behind a figure, the year in the figure's name, and what it counts."""

    table: str
    year: int
    what: str


_NAMED: Final = {
    "employees_2024": _Named("jobs_msoa21_2024", 2024, "employee jobs"),
    "enterprises_2022": _Named("enterprises_lad", 2022, "enterprises"),
}


def vintages_of_figures(store: DataStore | None = None) -> dict[str, str]:
    """Return the vintages of the tables behind the figures that have a year in their names."""
    return (store or default_store()).vintages(*(named.table for named in _NAMED.values()))


def year_of_figure(name: str, vintages: Mapping[str, str]) -> int:
    """
    Return the year that a figure is of.

    ``name``: ``employees_2024`` or ``enterprises_2022``. ``vintages``: vintage of each table in
    use; the year in the name stands for one that is not there.

    Examples
    --------
    >>> year_of_figure("enterprises_2022", {"enterprises_lad": "2017-2023"})
    2023
    """
    named = _NAMED[name]
    year, _ = newest_of(vintages.get(named.table, ""))
    return year or named.year


def years_of_figures(vintages: Mapping[str, str]) -> dict[str, int]:
    """Return the year of each figure that has a year in its name and can be of another."""
    return {name: year_of_figure(name, vintages) for name in _NAMED}


def in_its_year(text: str, name: str, vintages: Mapping[str, str]) -> str:
    """
    Insert the year of the table in use into words about a figure.

    ``text``: words with the year that is in the figure's name. ``name``: name of the figure; the
    words of one without a year in question stay as they are.

    Examples
    --------
    >>> in_its_year("Firms 2022", "enterprises_2022", {"enterprises_lad": "2017-2023"})
    'Firms 2023'
    """
    if name not in _NAMED:
        return text
    return text.replace(str(_NAMED[name].year), str(year_of_figure(name, vintages)))


def year_notes(vintages: Mapping[str, str]) -> tuple[str, ...]:
    """
    List the figures that are of another year than that in their names.

    Examples
    --------
    >>> year_notes({"jobs_msoa21_2024": "2025", "enterprises_lad": "2017-2022"})
    ('The name employees_2024 stays as it was published; the employee jobs are those of 2025.',)
    """
    notes = (year_note(name, vintages) for name in _NAMED)
    return tuple(note for note in notes if note)


def year_note(name: str, vintages: Mapping[str, str]) -> str:
    """Return the note that a figure is of another year than its name states; empty if it is not."""
    if name not in _NAMED:
        return ""
    named, year = _NAMED[name], year_of_figure(name, vintages)
    if year == named.year:
        return ""
    return f"The name {name} stays as it was published; the {named.what} are those of {year}."
