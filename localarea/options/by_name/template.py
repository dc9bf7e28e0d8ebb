"""A council's file to start from: every option, with comments that say what to change."""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING, Any, Final

from localarea.errors import ComputeError
from localarea.options.by_name.any_council import plain_council
from localarea.options.by_name.disputed import MOST_DISPUTED, disputed_key, find_disputed
from localarea.options.council import parse_council
from localarea.options.membership import option_zones
from localarea.options.minutes.anchor_minutes import has_roads
from localarea.options.minutes.centre import describe_centre

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localarea.datasets.store import DataStore
    from localarea.options.by_name.disputed import Disputed
    from localarea.options.council import Council, OptionSpec

_HEAD: Final = """\
# {title}: a file to start from, written by "localarea council new". The council has decided
# nothing in it: the options are the methods of localarea with their usual parameters. Change
# what does not fit, delete the options that nobody needs, and keep the file under a name of
# lowercase letters, digits and hyphens. docs/options.md describes every key.
"""
_MANDATE: Final = """\
# Under what authority the boundary is decided; the report quotes it. To state it, delete the
# mark at the beginning of each line.
# [mandate]
# words = "the words of the resolution"
# source = "the body, the date and the minute"
# role = "who decides the boundary"
"""
#: What a comment says of a method.
_WORDS: Final = {
    "district": "The administrative baseline.",
    "districts": """\
The anchor's district with those that border it. To name your own, delete the line with
# neighbours, and state a table of members:
# [options.districts.members]
# {code} = {district}""",
    "ttwa-official": """\
As published by the ONS. Without ttwa11cd, the area where most residents of the anchor live.""",
    "ttwa-computed": """\
The official method, calculated again; min_size, target_size, min_sc and target_sc change it.""",
    "ttwa-cluster": """\
The official area, with those it takes to hold the share target_sc of its commuters.""",
    "catchment": """\
Zones that send at least the share min_share of their commuters to the anchor.""",
    "drive": "Door to door by car from {centre}.",
    "composite": """\
Link and drive time together: zones that send the share min_link or more to the anchor, or
# fill so many of their jobs from it, at most max_minutes away.""",
}


def council_file_text(anchor: str, *, store: DataStore | None = None) -> str:
    """
    Write the file of a council that has none, with comments, to be changed by people.

    Parameters
    ----------
    anchor : str
        District, town, postcode or ``lat,lon``.

    Returns
    -------
    str
        TOML that :func:`localarea.options.council.parse_council` reads to the council's
        default configuration, with the places in dispute that the data show.

    Raises
    ------
    PlaceNotFoundError
        If the anchor is not known; the message suggests the nearest names.
    """
    council = plain_council(anchor, store=store)
    disputed = find_disputed(council, store=store)
    text = "\n".join(_parts(council, disputed, store))
    parse_council(tomllib.loads(text), key=council.key)  # what is not read back helps nobody
    return text


def _parts(
    council: Council, disputed: tuple[Disputed, ...], store: DataStore | None
) -> Iterator[str]:
    yield _HEAD.format(title=council.title)
    yield f"title = {_text(council.title)}"
    yield f"anchor = {_text(council.anchor)}"
    yield f"zone_system = {_text(council.zone_system)}"
    yield f"default_option = {_text(council.default_option)}\n"
    yield _MANDATE
    yield from _contested(disputed)
    words = _comments(council, store)
    for spec in council.options:
        yield from _option(spec, council, words, store)


def _contested(disputed: tuple[Disputed, ...]) -> Iterator[str]:
    """Yield the places in dispute, and in a comment those that could be."""
    if not disputed:
        yield "# The methods agree on every neighbour: no place is in dispute. To state one:"
        yield '# [contested.place]\n# place = "Place"\n'
        return
    yield "# Neighbours on which the methods differ, with the most workers at stake. Options are"
    yield "# shown with and without each of them: every further place doubles their number."
    for one in disputed[:MOST_DISPUTED]:
        yield f"# {_at_stake(one)}"
        yield f"[contested.{disputed_key(one.name)}]\nplace = {_text(one.name)}\n"
    rest = disputed[MOST_DISPUTED:]
    if rest:
        yield "# The methods differ on these too:"
        yield from (f"# {_at_stake(one)}" for one in rest[:8])
        yield ""


def _at_stake(one: Disputed) -> str:
    sides = f"inside under {', '.join(one.inside)}; outside under {', '.join(one.outside)}"
    return f"{one.name}: {sides}; {one.workers_at_stake:,} workers live where they differ (2011)."


def _option(
    spec: OptionSpec, council: Council, words: dict[str, str], store: DataStore | None
) -> Iterator[str]:
    said = _WORDS.get(spec.method, "").format(**words)
    try:
        count = len(option_zones(spec.id, council, store=store).zones)
        said += f"\n# With these parameters: {count:,} zones." if said else ""
    except ComputeError as error:
        said += f"\n# With these parameters it has no answer: {error}."
    if said:
        yield f"# {said}"
    yield f"[options.{spec.id}]"
    yield f"method = {_text(spec.method)}"
    yield f"title = {_text(spec.title)}"
    if spec.description:
        yield f"description = {_text(spec.description)}"
    for name, value in spec.settings:
        yield f"{name} = {_value(value)}"
    yield ""


def _comments(council: Council, store: DataStore | None) -> dict[str, str]:
    from localarea.options.methods.base import anchor_district
    from localarea.places.gazetteer import read_gazetteer

    code = anchor_district(council, store=store)
    name = read_gazetteer("msoa11", store=store).districts[code]
    centre = describe_centre(council.anchor, store=store) if has_roads(store) else "the centre"
    return {"code": code, "district": _text(name), "centre": centre}


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _value(value: Any) -> str:
    return _text(value) if isinstance(value, str) else json.dumps(value)
