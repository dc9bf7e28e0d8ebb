"""The official travel to work areas of 2011 by zone, and the measure that puts a zone in one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from localarea.comparison.reasons.reason import DecidingNumber, source_of
from localarea.datasets.ttwa import read_ttwa11_msoa11

if TYPE_CHECKING:
    import pandas as pd

    from localarea.comparison.reasons.reason import Asked
    from localarea.datasets.store import DataStore

_MOSTLY: Final = "Whole zones go to the area in which most of their residents of 2011 lived."


def official_areas(store: DataStore) -> tuple[pd.Series, dict[str, str]]:
    """Return the official area of each zone, and the names of areas."""
    table = read_ttwa11_msoa11(store=store).set_index("msoa11cd").astype(
        {"ttwa11cd": str, "ttwa11nm": str}
    )  # fmt: skip
    names = dict(zip(table["ttwa11cd"], table["ttwa11nm"], strict=True))
    return table["ttwa11cd"], names


def official_area_of(asked: Asked) -> tuple[str, float]:
    """Return the official area of the zone, and the share of its residents who live there."""
    table = read_ttwa11_msoa11(store=asked.store)
    (row,) = table[table["msoa11cd"] == asked.zone].to_dict("records")
    return str(row["ttwa11cd"]), float(row["share"])


def majority(share: float, area: str, store: DataStore) -> DecidingNumber:
    """Measure how much of a zone lies in its official area."""
    words = f"Share of its residents who live in the area of {area}"
    source = source_of(store, "ttwa11_msoa11")
    return DecidingNumber("majority", words, share, "share", _MOSTLY, source, 0.5)
