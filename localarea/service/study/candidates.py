"""What a proposal is about: its area, what it is compared with, and warnings about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from localarea.comparison.scenario import Scenario
from localarea.definitions.model import day_name
from localarea.definitions.terms import districts_cut
from localarea.errors import InputError
from localarea.options.mandate_left_out import halves_left_out, left_out_sentence
from localarea.options.membership import option_title
from localarea.options.reservation import in_england, reservation_fault
from localarea.options.reserving import RESERVING
from localarea.options.zone_figures import read_zone_figures
from localarea.records import Option
from localarea.service.state import clock
from localarea.service.study.study import find_option, read_scenario

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from localarea.decisions.validity import Purpose
    from localarea.service.state.state import State

NOT_ADVICE: Final = (
    "A contract may be reserved only to the authority's own area, or the whole county or London "
    "borough that it lies within, alone or with those that border it. Whether the area is lawful "
    "for a contract is for a lawyer to say. This is not legal advice."
)


def tidy(text: str) -> str:
    """Convert the line ends of a form to those of the record."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def candidate(state: State, option: str | None, scenario: str | None) -> Option:
    """Calculate the area that is put forward."""
    if bool(option) == bool(scenario):
        raise InputError("give an option or a scenario, but not both")
    if scenario:
        return state.session.option(read_scenario(tidy(scenario)))
    return find_option(state, str(option))


def candidate_of(state: State, proposal: dict[str, Any]) -> Option:
    """Calculate again the area that a proposal puts forward."""
    if proposal["scenario"]:  # what is kept is read, however many changes it has
        return state.session.option(Scenario.from_toml(tidy(proposal["scenario"])))
    return candidate(state, proposal["option_id"], None)


def warning_of(state: State, option: Option, purpose: str) -> dict[str, Any] | None:
    """Return why contracts may not be reserved to an area; None if there is no such reason."""
    if purpose != "reservation":
        return None
    fault = reservation_fault(option, state.council, store=state.store)
    if fault is None:
        return None
    cut = districts_cut(option, store=state.store)
    kind = "not_whole_districts" if cut else "not_an_area_for_reserving"
    words = f"It cannot be approved for this purpose: {fault}"
    return {"kind": kind, "districts_cut": cut, "words": words}


def to_put_forward(state: State) -> dict[str, list[tuple[str, str]]]:
    """List id and title of the options that can be put forward, those for reserving apart."""
    lawful = RESERVING if in_england(state.council, store=state.store) else ()
    return {
        "options": [(made.id, made.title) for made in state.session.options],
        "reserving": [(name, option_title(name, state.council)) for name in lawful],
    }


def purpose_of(names: Sequence[str]) -> Purpose | Literal[""]:
    """Return the one purpose that ids of options can be put forward for; blank if they differ."""
    found = {"reservation" if name.startswith(RESERVING) else "measure" for name in names}
    return cast("Purpose", found.pop()) if len(found) == 1 else ""


def left_out_of(state: State, option: Option) -> str:
    """Name the halves of the mandate of which an option holds no zone; blank if there is none."""
    halves = halves_left_out(option.zones, option.zone_system, state.council, store=state.store)
    return left_out_sentence(halves)


_NOW: Final = "which is in force now"
_UNTIL_THEN: Final = "which checks use until a definition is in force"
_KEPT: Final = {_NOW: "which was in force then", _UNTIL_THEN: "which checks used then"}


def said_then(why: str) -> str:
    """Turn the words of :func:`held_before` that were kept: they say "now" of that day."""
    return _KEPT.get(why, why)


def held_before(state: State, purpose: str, first: date | None) -> tuple[Option, str]:
    """
    Return the area that a decision takes the place of, and in words when that is in use.

    The one in use today; where the decision begins on a day to come, the one of the day before,
    for by then another may have begun or ended.
    """
    if first is None or first.isoformat() <= state.today:
        held, in_force = held_on(state, purpose, state.today)
        return held, _NOW if in_force else _UNTIL_THEN
    day = (first - timedelta(days=1)).isoformat()
    held, in_force = held_on(state, purpose, day)
    what = "in force" if in_force else "which checks use, with no definition in force,"
    return held, f"{what} on {day_name(day)}, the day before this begins"


def held_on(state: State, purpose: str, day: str) -> tuple[Option, bool]:
    """
    Return the area that decides on a day, and whether a definition that is in force says so.

    It is that of the definition in force for the purpose, the council's own or one that it took
    over; where there is none, or it is of other zones than figures are computed on, the option
    that checks use by default.
    """
    for kept in state.definitions.kept():
        made, first = kept.definition, kept.first_day_for(state.council.key)
        if (
            made.purpose == purpose
            and first is not None
            and first <= day
            and kept.standing(day) == "in force"
            and made.zone_system == "msoa11"
        ):
            area = Option(
                made.id, made.title, made.method, made.zone_system, made.zones, made.anchor
            )
            return area, True
    return state.session.option(state.council.default_option), False


@dataclass(frozen=True, slots=True)
class Backdating:
    """A first day in the past, and what it changes about answers that were given since."""

    days: int
    answers: int
    against: str


def backdating(state: State, proposal: dict[str, Any], first: date) -> Backdating | None:
    """
    Return how far in the past a definition would begin, and how many answers would change.

    Answers are postcodes in use of zones that are in one of the two areas: the one proposed,
    and the one that decided on that day.
    """
    today = clock.day()
    if first >= today:
        return None
    held, _ = held_on(state, proposal["purpose"], first.isoformat())
    changed = set(candidate_of(state, proposal).zones) ^ set(held.zones)
    figures = read_zone_figures(store=state.store)
    here = [code in changed for code in figures.flows.codes.tolist()]
    answers = int(figures.live_postcodes[here].sum())
    return Backdating((today - first).days, answers, held.title)
