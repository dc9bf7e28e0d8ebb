"""What the mandate says of a place: its words, and whether the place lies in what it names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from localarea.comparison.figure_catalogue import part_of
from localarea.options.titles import join_names
from localarea.options.zone_figures import read_zone_figures

if TYPE_CHECKING:
    from collections.abc import Iterable

    from localarea.comparison.contested.question import Question
    from localarea.datasets.store import DataStore
    from localarea.options.mandate_area import Reading


@dataclass(frozen=True, slots=True)
class Mandated:
    """
    What the mandate says of a place.

    Attributes
    ----------
    words, source, role : str
        The quotation, where it stands, and who decides.
    readings : tuple of (str, float)
        What each reading of its area takes in, with the share of the place's working residents
        who live there; empty if the file states no area.
    sentence : str
        Where the place lies, in words; blank if the file states no area.
    """

    words: str
    source: str
    role: str
    readings: tuple[tuple[str, float], ...]
    sentence: str


def find_mandated(question: Question, *, store: DataStore | None = None) -> Mandated | None:
    """Read what the mandate says of a place; None if the council's file states no mandate."""
    mandate = question.council.mandate
    if mandate is None:
        return None
    if mandate.area is None:
        return Mandated(mandate.words, mandate.source, mandate.role, (), "")
    figures = read_zone_figures(store=store)
    residents = dict(
        zip(figures.flows.codes.tolist(), figures.flows.employed_residents.tolist(), strict=True)
    )
    district = dict(zip(figures.flows.codes.tolist(), figures.lad25cd.tolist(), strict=True))
    readings = tuple(
        (
            _words_of(reading),
            share_within([district[z] for z in question.zones], reading.codes,
                         [residents[z] for z in question.zones]),
        )
        for reading in mandate.area.readings
    )  # fmt: skip
    sentence = _sentence(question.place, mandate.area.title, readings)
    return Mandated(mandate.words, mandate.source, mandate.role, readings, sentence)


def share_within(
    districts: Iterable[str], codes: Iterable[str], residents: Iterable[float]
) -> float:
    """
    Return the share of residents whose zone lies in some districts; NaN if there are none.

    Parameters
    ----------
    districts : iterable of str
        District of each zone.
    codes : iterable of str
        The districts that are meant.
    residents : iterable of float
        Residents of each zone.

    Examples
    --------
    >>> share_within(["A", "B"], ["A"], [30.0, 10.0])
    0.75
    """
    wanted, inside, whole = set(codes), 0.0, 0.0
    for code, count in zip(districts, residents, strict=True):
        whole += count
        inside += count if code in wanted else 0.0
    return inside / whole if whole else float("nan")


def _words_of(reading: Reading) -> str:
    return join_names([f"{half.title} ({half.names})" for half in reading.halves])


def _sentence(place: str, title: str, readings: tuple[tuple[str, float], ...]) -> str:
    if all(share == 0 for _, share in readings):
        ways = "as the council's file reads it" if len(readings) == 1 else "by any reading of it"
        return f"No part of {place} lies in {title}, {ways}."
    if all(share == 1 for _, share in readings):
        ways = "as the council's file reads it" if len(readings) == 1 else "by every reading of it"
        return f"All of {place} lies in {title}, {ways}."
    shares = join_names([f"{_part(share)} (read as {words})" for words, share in readings])
    return f"Of {place}'s working residents these live in {title}: {shares}."


def _part(share: float) -> str:
    return part_of(share) if 0 < share < 1 else f"{share:.0%}"
