"""What a page shows of a proposal's area, as plain values, so that it can be stored."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Final

from localarea.classify.boundary import drive_limit
from localarea.comparison.comparison import compare_options
from localarea.comparison.figure_catalogue import contested_figure, write_figure
from localarea.comparison.mandate.figures import first_mandate_figures
from localarea.comparison.metrics import compute_metrics, figures_of
from localarea.decisions.record.grounds import Grounds
from localarea.hashing import text_sha256
from localarea.records import Option
from localarea.service.state.once import kept_once
from localarea.service.state.side_by_side import side_by_side
from localarea.service.study.candidates import (
    backdating,
    candidate_of,
    held_before,
    left_out_of,
    warning_of,
)
from localarea.service.study.pictures import option_picture

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from localarea.comparison.figure_catalogue import Figure
    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import ZoneSystem
    from localarea.service.state.state import State

# Enough to see what an area is; the others stand below them.
_FIRST: Final = (
    "zones",
    "population_2021",
    "enterprises_2022",
    "employed_residents",
    "jobs",
    "supply_side",
    "demand_side",
    "valid",
    "anchor_residents_inside_share",
    "anchor_jobs_inside_share",
    "districts_touched",
    "districts_cut",
    "parts",
)


def look(
    state: State, proposal: dict[str, Any], *, title: str = "", first: date | None = None
) -> Grounds:
    """
    Gather what a page shows of a proposal's area before it is decided.

    ``title`` is the public name that the approver gives it, and ``first`` its first day.
    """
    area = candidate_of(state, proposal)
    if title:
        area = replace(area, title=title)
    held, why = held_before(state, proposal["purpose"], first)
    picture, alt = option_picture(area, state)
    warning = warning_of(state, area, proposal["purpose"])
    past = backdating(state, proposal, first) if first else None
    limit = drive_limit(area.method, area.parameters, area.anchor)
    shown = {
        "zones_sha256": text_sha256("\n".join(area.zones)),
        "held": held.id,
        "held_title": held.title,
        "why_held": why,
        "alt": alt,
        "warning": warning and warning["words"],
        "left_out": left_out_of(state, area),
        "limit": limit and {"limit_min": limit.limit_min, "error_min": limit.error_min},
        "past": past and asdict(past),
        "directory_date": state.directory_date,
        **_beside(state, area, held),
    }
    return Grounds(shown, picture)


def _beside(state: State, area: Option, held: Option) -> dict[str, Any]:
    """Compare an area with the one before it; if they are the same, return its own figures."""
    pair = [area] if area.id == held.id else [held, area]
    told = _told(tuple(_key_of(option) for option in pair), state.council, state.store)
    return {
        "pair": [_named(option) for option in pair],
        **_ranked(state, told["sides"]),
        "changes": [[name, change, list(cells)] for name, change, cells in told["changes"]],
        "change_heads": list(told["change_heads"]),
    }


_Key = tuple[str, tuple[str, ...], str, "ZoneSystem"]


def _key_of(option: Option) -> _Key:
    return option.id, option.zones, option.anchor, option.zone_system


@kept_once(32)
def _told(pair: tuple[_Key, ...], council: Council, store: DataStore) -> dict[str, Any]:
    """Write the figures of areas; kept, for whoever decides sees the same two three times over."""
    options = [Option(name, "", "", system, zones, anchor) for name, zones, anchor, system in pair]
    if len(options) > 1:
        return side_by_side(compare_options(options, council, store=store))
    own = compute_metrics(options, council, store=store).iloc[0]
    sides = [(f, write_figure(own[f.name], f.kind)) for f in figures_of(council, store=store)]
    return {"sides": sides, "changes": [], "change_heads": []}


def _named(option: Option) -> dict[str, str]:
    return {"id": option.id, "title": option.title}


def _ranked(state: State, sides: Sequence[tuple[Figure, *tuple[str, ...]]]) -> dict[str, Any]:
    """Return the figures that come first and the others, each with its heading and its meaning."""
    disputed = {contested_figure(c.key, c.place).name for c in state.council.contested}
    mandate = (figure.name for figure in first_mandate_figures(state.council))
    first = disputed.union(_FIRST, mandate)
    ranked: dict[str, list[Any]] = {"sides": [], "further": []}
    for figure, *texts in sides:
        plain = {"heading": figure.heading, "definition": figure.definition}
        ranked["sides" if figure.name in first else "further"].append([plain, *texts])
    return ranked
