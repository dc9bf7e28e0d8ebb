"""What the pages and the API ask of a place in dispute and of a zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localarea.comparison.contested.answer import answer_question
from localarea.comparison.contested.question import ask_about
from localarea.comparison.reasons.why import why_zone
from localarea.options.membership import option_zones
from localarea.service.state.once import kept_once
from localarea.service.study import study

if TYPE_CHECKING:
    from localarea.comparison.contested.answer import Answer
    from localarea.comparison.reasons.reason import ZoneReason
    from localarea.comparison.scenario import Scenario
    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option
    from localarea.service.state.state import State


def answer_about(state: State, place: str, option: str) -> Answer:
    """Answer the question of a place."""
    council, asked = state.council, " ".join(place.split())
    known = (c.key for c in council.contested if asked.casefold() in (c.key, c.place.casefold()))
    # One answer for every way to write it: the page and its two pictures ask differently.
    named, base = next(known, asked), option or council.default_option
    return _answered(council, state.store, named, base)


@kept_once(32)
def _answered(council: Council, store: DataStore, place: str, option: str) -> Answer:
    question = ask_about(place, council, option, store=store)
    methods = [option_zones(spec.id, council, store=store) for spec in council.options]
    return answer_question(question, methods, store=store)


def reason_of(state: State, option_id: str, zone: str) -> tuple[Option, ZoneReason]:
    """Explain why a zone is in an option or out of it."""
    option = study.find_option(state, option_id)
    what_if = study.what_if_of(state, option_id)
    return option, _reason(state.council, state.store, option.id, zone, what_if)


@kept_once(256)
def _reason(
    council: Council, store: DataStore, option_id: str, zone: str, what_if: Scenario | None
) -> ZoneReason:
    methods = [option_zones(spec.id, council, store=store) for spec in council.options]
    if what_if is not None:
        option = what_if.option(council, store=store)
        return why_zone(zone, option, council, methods, what_if=what_if, store=store)
    option = option_zones(option_id, council, store=store)
    return why_zone(zone, option, council, methods, store=store)
