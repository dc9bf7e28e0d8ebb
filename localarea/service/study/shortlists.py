"""Shortlists: a few options beside one another on every criterion, as they are kept and drawn."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from localarea.errors import InputError
from localarea.hashing import text_sha256
from localarea.reports.cabinet.criteria import (
    best_on,
    criteria_of,
    known_criteria,
    passed_by_all,
)
from localarea.service.study import study

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option
    from localarea.service.state.state import State

LEAST: Final = 2
MOST: Final = 4  # what stands in one row


def require_shortlist(names: Sequence[str]) -> None:
    """Check how many options a shortlist has."""
    if len(set(names)) < len(names):
        raise InputError("each option is on the shortlist once", parameter="shortlist")
    if not LEAST <= len(names) <= MOST:
        raise InputError(
            f"choose {LEAST} to {MOST} options for the shortlist, not {len(names)}",
            parameter="shortlist",
        )


def shortlisted(state: State, names: Sequence[str]) -> list[Option]:
    """Find the options of a shortlist."""
    require_shortlist(names)
    return [study.find_option(state, name) for name in names]


def shortlist_document(state: State, options: Sequence[Option]) -> dict[str, Any]:
    """
    Return a shortlist with its figures as they are shown; this is kept with a proposal.

    ``options`` has id, title and a checksum of the zones of each; ``criteria`` the label, the
    unit, which direction is better, the figures as text and which of them do best.
    """
    known = state.session.metrics
    metrics = pd.DataFrame(
        [
            known.loc[o.id] if o.id in known.index else study.figures_of_option(state, o)
            for o in options
        ]
    )
    criteria = []
    for criterion in known_criteria(metrics, criteria_of(state.council)):
        best = best_on(criterion, metrics)
        passed = passed_by_all(criterion, metrics)
        criteria.append(
            {
                "words": criterion.words.format(anchor=state.council.anchor),
                "unit": f"{criterion.unit}; all pass" if passed else criterion.unit,
                "better": "" if passed else criterion.better,
                "figures": [criterion.write(value) for value in metrics[criterion.name]],
                "best": [o.id in best for o in options],
            }
        )
    return {
        "options": [
            {
                "id": o.id,
                "title": o.title,
                "zones_sha256": text_sha256("\n".join(o.zones)),
            }
            for o in options
        ],
        "criteria": criteria,
        "directory_date": state.directory_date,
    }


def shortlist_maps(state: State, options: Sequence[Option]) -> tuple[str, ...]:
    """Draw the options on small maps in one frame, as SVG."""
    keys = tuple((o.id, o.title, o.method, o.zones, o.anchor) for o in options)
    return _maps(keys, state.council, state.store)


@lru_cache(maxsize=32)
def _maps(
    keys: tuple[tuple[str, str, str, tuple[str, ...], str], ...],
    council: Council,
    store: DataStore,
) -> tuple[str, ...]:
    from localarea.records import Option
    from localarea.reports.resident_map.small_maps import draw_small_maps

    options = [
        Option(name, title, method, "msoa11", zones, anchor)
        for name, title, method, zones, anchor in keys
    ]
    return tuple(draw_small_maps(options, council, store=store))
