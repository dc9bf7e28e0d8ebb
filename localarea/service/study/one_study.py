"""What the page and the API say of a study: a state in, its figures, sentence and links out."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

import shapely

from localarea.comparison.documents import json_value
from localarea.comparison.scenario import Scenario
from localarea.comparison.study.ground import Ground, make_ground
from localarea.comparison.study.limits import TARGET, limits_of, moved_base, own_number
from localarea.comparison.study.state import Move, StudyState, move
from localarea.comparison.study.words import Told, sentence, told_figures, write_told
from localarea.datasets.zones import read_zone_shapes
from localarea.errors import InputError, LocalareaError, NotFoundError, PlaceNotFoundError
from localarea.options.anchors.place import anchor_point
from localarea.places.gazetteer import fold, read_gazetteer
from localarea.places.outline import zone_shapes
from localarea.reports.resident_map.places import WATER, named_places
from localarea.service.study.candidates import left_out_of
from localarea.service.study.study import find_option, read_scenario

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from localarea.comparison.study.ground import Studied
    from localarea.comparison.study.limits import Key
    from localarea.places.place import Place
    from localarea.records import Option
    from localarea.service.state.state import State

_KEPT: Final = "ground of the studies"
_EVERYWHERE: Final = (0.0, 0.0, 700_000.0, 1_300_000.0)  # of EPSG:27700


@dataclass(frozen=True, slots=True)
class StudyGround:
    """The ground of a council's studies, with the words of its figures."""

    ground: Ground
    told: tuple[Told, ...]


def ground_of(state: State) -> StudyGround:
    """Return the ground of a council's studies: worked out once, in some seconds."""
    made: StudyGround = state.drawn(_KEPT, lambda: _make(state))
    return made


def _make(state: State) -> StudyGround:
    ground = make_ground(state.council, state.session.options, state.store)
    with suppress(LocalareaError):  # every list of names is read now: no visitor waits for one
        anchor_point(ground.council.anchor, ground.store)
        ground.place(next(iter(read_gazetteer("msoa11", store=ground.store).ttwas)))
        _read(ground, "no place")  # which is looked up in all of them
    start = ground.start(StudyState(state.council.default_option))
    return StudyGround(ground, told_figures(ground, ground.figures(start.zones)))


def moved(
    ground: Ground, asked: StudyState, place: str, how: Move | str
) -> tuple[StudyState, list[str]]:
    """
    Move a place of a study, and say what should be known of it.

    Parameters
    ----------
    how : {'in', 'out', 'as_drawn', 'turn'}
        ``turn`` takes out a place that is in as a whole, and puts in any other.

    Returns
    -------
    StudyState
        The state with the place moved.
    list of str
        Notes: how the name was read, and that nothing changed.
    """
    found, named = _read(ground, place)
    before = ground.study(asked)
    state, held = before.state, set(before.zones)
    if how == "turn":
        how = "out" if set(found.zones) <= held else "in"
    written = ground.written(named, found)
    after = move(
        state,
        written,
        how,  # type: ignore[arg-type]  # the request allows no other
        drawn=before.drawn,
        zones_of=ground.zones_of,
    )
    notes = _notes(place, found, written, how, changed=after != state)
    return after, notes + _far_away(ground, found)


def _read(ground: Ground, text: str) -> tuple[Place, str]:
    """
    Return the place that a text names, and what to write for it.

    A village on the map that no zone is named after is the zone in which it lies, and so is one
    whose name the tables know only of a place far away.
    """
    found: Place | None = None
    try:
        found = ground.place(text)
        if ":" in text or ground.landscape.mask(found.zones) is not None:
            return found, text
        zone = _zone_on_map(ground, text)
    except PlaceNotFoundError:
        zone = _zone_on_map(ground, text)
        if zone is None:
            raise
    if zone is None:
        return found or ground.place(text), text
    held = ground.place(zone)
    note = f"{text.strip()} is read from the map: it is in {held.name}, which is moved as a whole"
    return replace(held, note=note), zone


def _zone_on_map(ground: Ground, text: str) -> str | None:
    """Return the zone around a council in which a place that the map names lies."""
    named = next((p for p in named_places(_EVERYWHERE) if fold(p[0]) == fold(text)), None)
    if named is None or named[1] == WATER:
        return None
    codes = ground.landscape.codes.tolist()
    within = shapely.covers(zone_shapes(codes, store=ground.store), shapely.Point(named[2:]))
    return next((code for code, covers in zip(codes, within.tolist(), strict=True) if covers), None)


def _far_away(ground: Ground, found: Place) -> list[str]:
    """Describe how far away a place is that no study of the council would look at."""
    if ground.landscape.mask(found.zones) is not None:
        return []
    anchor = ground.council.anchor
    here = shapely.Point(anchor_point(anchor, ground.store))
    shapes = read_zone_shapes(list(found.zones), "msoa11", store=ground.store)
    km = round(min(shape.distance(here) for shape in shapes) / 1000)
    return [
        f"{found.name} is about {km} kilometres from {anchor}, further than any option reaches. "
        "If you meant another place of that name, undo this and enter a postcode in it."
    ]


def _notes(place: str, found: Place, written: str, how: str, *, changed: bool) -> list[str]:
    notes = [found.note] if found.note and place not in (found.code, written) else []
    if not changed and how != "as_drawn":
        held = "inside" if how == "in" else "outside"
        notes.append(f"{found.name} is {held} already, so nothing changes")
    return [f"{note[:1].upper()}{note[1:]}." for note in notes]


def answer(state: State, asked: StudyState, named: Mapping[str, str]) -> dict[str, Any]:
    """
    Return all that is said of a state, as JSON values.

    ``named``: the parameter that names the council in an address; empty for the service's own.
    """
    made = ground_of(state)
    studied = made.ground.study(asked)
    start = studied.start
    if made.ground.draws_anew(start):
        state.drawn(("ahead", start.id), lambda: state.begin("study", made.ground.ahead(start)))
    return {
        "query": urlencode(studied.state.pairs()),
        "title": studied.title,
        "sentence": sentence(made.ground, studied),
        "start": {"id": studied.start.id, "title": studied.start.title},
        "zones": list(studied.zones),
        "gained": studied.gained,
        "lost": studied.lost,
        "limits": limits(made.ground, studied),
        "switches": switches(made.ground, studied),
        "places": _places(made.ground, studied),
        "figures": [
            {
                "name": told.figure.name,
                "value": json_value(studied.figures[told.figure.name]),
                **write_told(told, studied),
                "better": told.better,
            }
            for told in made.told
        ],
        "notes": _left_out(state, studied),
        "others": _others(made.ground, studied.state, named),
        "is_option": bool(option_id(made.ground, studied)),
        "links": links(state, studied, named),
    }


def limits(ground: Ground, studied: Studied) -> list[dict[str, Any]]:
    """Return the sliders of a state: their ends, where they stand and what they do."""
    anchor = ground.council.anchor
    return [
        {
            "key": limit.key,
            "label": limit.label,
            "hint": limit.hint.format(anchor=anchor),
            "unit": limit.unit,
            "least": limit.least,
            "most": limit.most,
            "own": own_number(limit, studied.start),
            "now": studied.state.numbers.get(limit.key, own_number(limit, studied.start)),
        }
        for limit in limits_of(studied.start.method)
    ]


def switches(ground: Ground, studied: Studied) -> list[dict[str, Any]]:
    """Return the places in dispute: how each was set, and how much of it is in."""
    found = []
    for contested in ground.council.contested:
        zones = ground.zones_of(contested.place)
        held = len(zones & set(studied.zones))
        written = ground.written(contested.place)
        state = studied.state
        found.append(
            {
                "place": contested.place,
                "set": "in"
                if written in state.include
                else ("out" if written in state.exclude else "as_drawn"),
                "inside": "whole" if held == len(zones) else ("part" if held else "none"),
            }
        )
    return found


def _places(ground: Ground, studied: Studied) -> list[dict[str, Any]]:
    """Return the places that were moved, with names for people."""
    moves = [(text, True) for text in studied.state.include]
    moves += [(text, False) for text in studied.state.exclude]
    return [
        {"place": text, "name": named_place(ground, text), "inside": inside}
        for text, inside in moves
    ]


def named_place(ground: Ground, text: str) -> str:
    """Return what to call a place: a zone with its district, any other as it is written."""
    place = ground.place(text)
    if place.kind != "zone":
        return text.partition(":")[2] or text
    names = read_gazetteer("msoa11", store=ground.store)
    code = place.zones[0]
    return f"{names.zone_names[code]}, {names.districts[names.zone_district[code]]}"


def _others(ground: Ground, state: StudyState, named: Mapping[str, str]) -> list[dict[str, str]]:
    """Return, for each name that several places share, the states in which another is meant."""
    found = []
    for held in ("include", "exclude"):
        places: tuple[str, ...] = getattr(state, held)
        for text in places:
            for other in ground.place(text).others:
                instead = tuple(other if place == text else place for place in places)
                moved = (
                    replace(state, include=instead)
                    if held == "include"
                    else replace(state, exclude=instead)
                )
                pairs = moved.pairs()
                words = f"Take {other} instead of {text}"
                address = _address("/study", pairs, named)
                found.append({"words": words, "query": urlencode(pairs), "address": address})
    return found


def _left_out(state: State, studied: Studied) -> list[str]:
    said = left_out_of(state, replace(studied.start, zones=studied.zones))
    return [said] if said else []


def option_id(ground: Ground, studied: Studied) -> str:
    """Return the id of the option that a state is; blank if it is none but a what-if."""
    base, thresholds = moved_base(studied.state.start, studied.start, studied.state.numbers)
    keys = {ground.written(one.place): one.key for one in ground.council.contested}
    state = studied.state
    if thresholds or not set(keys).issuperset((*state.include, *state.exclude)):
        return ""
    included = "".join(f"+{keys[place]}" for place in state.include)
    return base + included + "".join(f"-{keys[place]}" for place in state.exclude)


def links(state: State, studied: Studied, named: Mapping[str, str]) -> dict[str, str]:
    """Return where one can go on from a state."""
    ground, asked = ground_of(state).ground, studied.state
    base, _ = moved_base(asked.start, studied.start, asked.numbers)
    numbers = asked.numbers if base == asked.start else {}
    option = option_id(ground, studied)
    form = [("base", base), *((key, str(number)) for key, number in numbers.items())]
    form += [("include", place) for place in asked.include]
    form += [("exclude", place) for place in asked.exclude]
    change = bool(studied.gained or studied.lost)
    found = {
        "study": _address("/study", asked.pairs(), named),
        "file": _address("/study/scenario.toml", asked.pairs(), named),
        "picture": _address("/study/map.png", asked.pairs(), named),
        "scenario": _address("/scenario", form, named),
        "decide": f"/decisions/new?{urlencode({'option': option})}"
        if option
        else _address("/study/decide", asked.pairs(), {}),
    }
    pair = [("first", asked.start), *([("second", option)] if option and change else [])]
    # What is no option is compared as a what-if.
    found["compare"] = _address("/compare", pair, named) if option else found["scenario"]
    chosen = [("option", name) for name in dict.fromkeys((asked.start, option)) if name]
    found["report"] = (
        _address("/report", chosen, named)
        if option
        else _address("/study/report", asked.pairs(), named)
    )
    return found


def reported_as(state: State, asked: StudyState) -> list[str]:
    """
    Return ids by which a report names the option that a study began with, and the study itself.

    The study is left out where its id would be too long, or would be read as other zones.
    """
    ground = ground_of(state).ground
    studied = ground.study(asked)
    name = option_id(ground, studied) or studied.state.scenario(studied.start).id
    try:
        same = find_option(state, name).zones == studied.zones
    except (NotFoundError, InputError):
        same = False
    return list(dict.fromkeys((studied.state.start, name) if same else (studied.state.start,)))


def put_forward_as(state: State, asked: StudyState) -> tuple[str, str]:
    """Return the option that a state is, or else the scenario as TOML; the other is blank."""
    ground = ground_of(state).ground
    studied = ground.study(asked)
    option = option_id(ground, studied)
    return option, "" if option else studied.state.scenario(studied.start).to_toml()


def _address(path: str, pairs: Sequence[tuple[str, str]], named: Mapping[str, str]) -> str:
    return f"{path}?{urlencode([*pairs, *named.items()], quote_via=quote)}"


def state_of_file(ground: Ground, text: str) -> StudyState:
    """
    Return the state of a scenario that was saved as a file.

    InputError if it holds something that a study has no slider for, or that lies between two of its
    steps.
    """
    from localarea.places.polygons import zones_in

    stated = read_scenario(text)
    if stated.vintage != 2011:
        raise InputError(
            "the scenario takes commuters of 2021, which a study does not; open it in What if"
        )
    start = ground.start(StudyState(stated.base))
    state = StudyState(stated.base).at(_numbers_of(stated, start))
    for change in stated.changes:
        places = [change.place]
        if change.polygon is not None:
            places = list(zones_in(change.polygon, zone_system="msoa11", store=ground.store))
        for place in places:
            how = "in" if change.action == "include" else "out"
            state, _ = moved(ground, state, place, how)
    return state


def _numbers_of(stated: Scenario, start: Option) -> dict[Key, int]:
    """Return where the thresholds of a scenario are on the sliders of its option."""
    known = {limit.parameter: limit for limit in limits_of(start.method)}
    thresholds, own = dict(stated.thresholds), start.parameters
    numbers: dict[Key, int] = {}
    for name, value in thresholds.items():
        if name in known and value != own.get(name):  # an own limit may lie between two steps
            numbers[known[name].key] = known[name].number(value)
        elif name not in known and name != TARGET:
            raise _no_slider(name)
    if TARGET in thresholds and TARGET not in known:  # it may only follow the minimum
        _, follows = moved_base(stated.base, start, numbers)
        if thresholds[TARGET] != follows.get(TARGET, own.get(TARGET)):
            raise _no_slider(TARGET)
    return numbers


def _no_slider(name: str) -> InputError:
    return InputError(f"the scenario changes {name!r}, which a study has no slider for")
