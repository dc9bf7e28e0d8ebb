"""Figures by the councils of a day, which may have replaced the districts of 2025."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from localarea.comparison.comparison import CHANGE_FIGURES, Comparison
from localarea.places.gazetteer import read_gazetteer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from localarea.datasets.store import DataStore
    from localarea.places.authorities import Authority
    from localarea.records import Option


def changes_by_council(comparison: Comparison, councils: Mapping[str, Authority]) -> pd.DataFrame:
    """
    Sum what is gained and lost by the councils of a day.

    Parameters
    ----------
    councils : mapping
        Council of each district of 2025, from
        :func:`localarea.places.authorities.authorities_on`.

    Returns
    -------
    pandas.DataFrame
        One row for each option after the first, council and type of change: ``against``,
        ``option``, ``council``, ``change``, then the columns of ``CHANGE_FIGURES``. A figure
        that is unknown for a district is unknown for its council.
    """
    changes = comparison.changes
    named = changes.assign(council=[councils[code].name for code in changes["lad25cd"]])
    keys = ["against", "option", "council", "change"]
    figures = [figure.name for figure in CHANGE_FIGURES]
    groups = named[keys].apply(tuple, axis=1)
    unknown = named[figures].isna().groupby(groups).any().to_numpy()
    sums = named.groupby(keys)[figures].sum()  # both sorted by the keys
    found: pd.DataFrame = sums.mask(unknown).reset_index()
    found["change"] = pd.Categorical(found["change"], ["gained", "lost"])
    found["option"] = pd.Categorical(found["option"], [o.id for o in comparison.options])
    found = found.sort_values(["option", "change", "council"], ignore_index=True)
    texts = dict.fromkeys(("option", "change"), "str")
    return found.astype(texts | {"zones": "int64", "live_postcodes": "int64"})


def councils_of_option(
    option: Option, councils: Mapping[str, Authority], *, store: DataStore | None = None
) -> list[dict[str, Any]]:
    """
    List the councils of a day with a zone inside an option.

    Each with ``name``, ``lad25cd`` (codes of its districts), ``zones_inside`` and ``zones``,
    sorted by name.
    """
    gazetteer = read_gazetteer(option.zone_system, store=store)
    inside: dict[Authority, int] = {}
    for zone in option.zones:
        council = councils[gazetteer.zone_district[zone]]
        inside[council] = inside.get(council, 0) + 1
    return [
        {
            "name": council.name,
            "lad25cd": list(council.districts),
            "zones_inside": count,
            "zones": sum(len(gazetteer.district_zones[code]) for code in council.districts),
        }
        for council, count in sorted(inside.items(), key=lambda item: item[0].name)
    ]


def add_councils(
    document: dict[str, Any],
    options: Sequence[Option],
    councils: Mapping[str, Authority],
    *,
    store: DataStore | None = None,
) -> None:
    """Add ``councils`` to each option of a document of options."""
    for entry, option in zip(document["options"], options, strict=True):
        entry["councils"] = councils_of_option(option, councils, store=store)
