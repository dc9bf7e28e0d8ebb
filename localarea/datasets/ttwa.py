"""The official Travel to Work Areas of 2011, by small area and by MSOA11."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from localarea.datasets.storage.arrow import text_frame, texts_of
from localarea.datasets.store import DataStore, default_store
from localarea.errors import PlaceNotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    import pyarrow as pa

ZONES = "ttwa11_msoa11"


def read_ttwa11_lookup(*, store: DataStore | None = None) -> pd.DataFrame:
    """
    Read the TTWA of 2011 of every small area of the United Kingdom.

    Returns
    -------
    pandas.DataFrame, shape (42619, 6)
        ``lsoa11cd`` (LSOA, data zone or super output area), ``msoa11cd`` and ``lad25cd``
        (missing in Scotland and Northern Ireland), ``ttwa11cd``, ``ttwa11nm`` (text) and
        ``residents_2011`` (Int32; missing likewise).
    """
    frame: pd.DataFrame = (store or default_store()).read("ttwa11_lookup").to_pandas()
    texts = dict.fromkeys(("msoa11cd", "lad25cd", "ttwa11cd", "ttwa11nm"), "str")
    return frame.astype(texts | {"residents_2011": "Int32"})


def ttwa11_zone_table(*, store: DataStore | None = None) -> pa.Table:
    """
    Read the TTWA of 2011 of every MSOA11, without pandas.

    Returns
    -------
    pyarrow.Table
        ``msoa11cd``, ``ttwa11cd``, ``ttwa11nm`` and ``share`` (fraction of the zone's
        residents of 2011 who live in LSOAs of that TTWA, the largest), sorted.
    """
    return (store or default_store()).read(ZONES)


def read_ttwa11_msoa11(*, store: DataStore | None = None) -> pd.DataFrame:
    """
    Read the TTWA of 2011 in which most residents of each MSOA11 live.

    Returns
    -------
    pandas.DataFrame, shape (7201, 4)
        The columns of `ttwa11_zone_table`, codes and names as text.
    """
    return text_frame(ttwa11_zone_table(store=store), ("ttwa11cd", "ttwa11nm"))


def ttwa11_zones(ttwa11cd: str, *, store: DataStore | None = None) -> tuple[str, ...]:
    """
    Return the MSOA11 zones of a TTWA, without pandas.

    Parameters
    ----------
    ttwa11cd : str
        Code of the area, such as ``E30000193`` (Colchester).

    Raises
    ------
    PlaceNotFoundError
        If no zone of England or Wales is mostly in such an area.
    """
    held = _zones_by_area(store or default_store())
    if ttwa11cd not in held:
        raise PlaceNotFoundError(ttwa11cd, held)
    return held[ttwa11cd]


@lru_cache(maxsize=2)
def _zones_by_area(store: DataStore) -> Mapping[str, tuple[str, ...]]:
    table = ttwa11_zone_table(store=store)
    areas, codes = (texts_of(table.column(name)) for name in ("ttwa11cd", "msoa11cd"))
    found: dict[str, list[str]] = {}
    for code, area in sorted(zip(codes, areas, strict=True)):
        found.setdefault(area, []).append(code)
    return {area: tuple(zones) for area, zones in found.items()}
