"""Commuting flows of the censuses of 2011 and 2021, from home zone to work zone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from localarea.datasets.publishers.nomis import read_flow_file
from localarea.datasets.store import DataStore, default_store
from localarea.errors import VintageError

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

Vintage = Literal[2011, 2021]
VINTAGES = (2011, 2021)


def read_flows(
    vintage: Vintage = 2011, *, source: Path | None = None, store: DataStore | None = None
) -> pd.DataFrame:
    """
    Read the workers of each pair of zones.

    Parameters
    ----------
    vintage : {2011, 2021}
        Census: 2011 by MSOA11, or 2021 by MSOA21, taken during a lockdown, which understates
        commuting.
    source : pathlib.Path, optional
        The publisher's file (WU01EW, WF01BEW or ODWP01EW by MSOA, from Nomis), to read
        instead of the table.

    Returns
    -------
    pandas.DataFrame, shape (n_pairs, 3)
        ``origin`` and ``destination`` (categories of zone codes) and ``workers``
        (persons, int32, > 0), sorted. A missing pair means zero. England and Wales only:
        see `read_special_flows` for other destinations.

    Raises
    ------
    VintageError
        If there is no such census.
    FileFormatError
        If ``source`` is not such a file.
    """
    if source is not None:
        return read_flow_file(source, vintage=vintage).flows
    return _read(f"flows_{_require_vintage(vintage)}", ("origin", "destination"), store)


def read_special_flows(
    vintage: Vintage = 2011, *, source: Path | None = None, store: DataStore | None = None
) -> pd.DataFrame:
    """
    Read the workers of each zone who do not work in a zone of England and Wales.

    Returns
    -------
    pandas.DataFrame, shape (n, 3)
        ``origin`` (category of zone codes), ``kind`` (category: in 2011 ``home``,
        ``no_fixed_place``; in 2021 both as ``home_or_no_fixed_place``; in both
        ``offshore``, ``outside_uk``, ``scotland``, ``northern_ireland``) and ``workers``
        (persons, int32, > 0), sorted.

    Raises
    ------
    VintageError
        If there is no such census.
    FileFormatError
        If ``source`` is not such a file.
    """
    if source is not None:
        return read_flow_file(source, vintage=vintage).special
    return _read(f"flows_{_require_vintage(vintage)}_special", ("origin", "kind"), store)


def _require_vintage(vintage: int) -> int:
    if vintage not in VINTAGES:
        raise VintageError(f"there are no flows for {vintage}; use 2011 or 2021")
    return vintage


def _read(name: str, texts: tuple[str, ...], store: DataStore | None) -> pd.DataFrame:
    """Read with sorted categories, as stored dictionaries are in order of appearance."""
    frame: pd.DataFrame = (store or default_store()).read(name).to_pandas()
    for column in texts:
        values = frame[column].cat
        frame[column] = values.set_categories(sorted(values.categories))
    return frame
