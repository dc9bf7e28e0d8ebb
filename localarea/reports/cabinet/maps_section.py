"""Section with a map and a one-sentence description of each option."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from localarea.reports.cabinet.model import Block, Heading, Paragraph
from localarea.reports.cabinet.wording import count, join, plural

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localarea.records import Option
    from localarea.reports.cabinet.facts import Facts
    from localarea.reports.cabinet.model import Picture

COMMUTING_MAP: Final = "commuting"
MINUTES_MAP: Final = "minutes"
_BY_CAR: Final = frozenset({"drive", "composite"})


def maps(facts: Facts, pictures: Mapping[str, Picture]) -> tuple[Block, ...]:
    """
    Show each option on a map.

    ``pictures``: a map for each option, by its id. Returns a heading, a sentence and the map for
    each option; then commuting to the anchor and minutes by road.
    """
    blocks: list[Block] = [Heading("The options on the map")]
    for option in facts.options:
        blocks.append(Heading(f"Option {facts.letters[option.id]}: {option.title}", level=2))
        blocks.append(Paragraph(_sentence(facts, option), keep=True))
        blocks.append(pictures[option.id])
    blocks += _ground(facts, pictures)
    return tuple(blocks)


def _ground(facts: Facts, pictures: Mapping[str, Picture]) -> list[Block]:
    """Show the data behind the options: commuting and travel times."""
    anchor = facts.council.anchor
    shown: list[Block] = []
    for name, title in (
        (COMMUTING_MAP, f"Where people who work in {anchor} live"),
        (MINUTES_MAP, f"How long it takes to {anchor} by car, door to door"),
    ):
        if name in pictures:
            shown += [Heading(title, level=2), pictures[name]]
    return shown


def _sentence(facts: Facts, option: Option) -> str:
    row = facts.row(option.id)
    parts = int(row["parts"])
    shape = "in one piece" if parts == 1 else f"in {parts} separate parts"
    cut = int(row["districts_cut"])
    districts = plural(row["districts_touched"], "district")
    of_them = f", {cut} of them only in part" if cut else ", each of them wholly"
    how = f"{option.description}. " if option.description else ""
    start = facts.counted_from if option.method in _BY_CAR else ""
    firms = facts.in_its_year("active enterprises (2022)", "enterprises_2022")
    return (
        f"{how}{plural(row['zones'], 'zone')} in {districts}{of_them}; "
        f"{count(row['area_km2'])} square kilometres, {shape}; "
        f"{count(row['population_2021'])} residents (2021), "
        f"{count(row['jobs'])} jobs (2011), {count(row['enterprises_2022'])} {firms}, "
        f"{count(row['live_postcodes'])} live postcodes. "
        f"Districts: {join(facts.districts[option.id])}.{start}{same_as(facts, option)}"
    )


def same_as(facts: Facts, option: Option) -> str:
    """Say which option above takes in the same zones, which two maps of islands do not tell."""
    before = facts.options[: [one.id for one in facts.options].index(option.id)]
    same = [facts.letters[one.id] for one in before if set(one.zones) == set(option.zones)]
    return f" It is the same area as option {same[0]}." if same else ""
