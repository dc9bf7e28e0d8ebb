"""Interpret the rows of a flow file: between zones, to a special place, or not in work."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from localarea.datasets.publishers._counts import PublishedCounts, counts_of
from localarea.datasets.publishers._delimited import Faults, plain_header

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from localarea.datasets.publishers._delimited import RawTable

Vintage = Literal[2011, 2021]
Level = Literal["oa", "lsoa", "msoa", "ltla"]

CODES_2011: Final = {
    "OD0000001": "home",
    "OD0000002": "offshore",
    "OD0000003": "no_fixed_place",
    "OD0000004": "outside_uk",
}
CODES_2021: Final = {
    "111111111": "home_or_no_fixed_place",
    "888888888": "offshore",
    "999999999": "outside_uk",
}
KINDS: Final = {2011: CODES_2011, 2021: CODES_2021}
KIND_NAMES: Final = (
    "", "home", "home_or_no_fixed_place", "no_fixed_place", "northern_ireland", "offshore",
    "outside_uk", "scotland",
)  # fmt: skip
_CODE: Final = re.compile(r"[EWNS]\d{8}")
_CODE_FIRST: Final = re.compile(r'\s*"?[EWNS]\d{8}\b')
SCOTLAND_AND_NORTHERN_IRELAND: Final = {"S": "scotland", "N": "northern_ireland"}
NOT_IN_WORK: Final = "-8"  # "Does not apply": residents of 16 and over who are not in work
YEAR_UNCLEAR: Final = "the census year is unclear"
AT_HOME: Final = "1"  # the place-of-work indicator for home and for no fixed place

_LEVEL_OF_CODE: Final[dict[str, Level]] = {
    "E00": "oa", "W00": "oa", "E01": "lsoa", "W01": "lsoa", "E02": "msoa", "W02": "msoa",
    "E06": "ltla", "E07": "ltla", "E08": "ltla", "E09": "ltla", "W06": "ltla",
}  # fmt: skip
# Districts of the 2011 file are those of December 2011, of the 2021 file those of May 2022.
ZONE_SYSTEMS: Final[dict[int, dict[Level, str]]] = {
    2011: {"oa": "oa11", "lsoa": "lsoa11", "msoa": "msoa11", "ltla": "lad11"},
    2021: {"oa": "oa21", "lsoa": "lsoa21", "msoa": "msoa21", "ltla": "lad22"},
}


@dataclass(frozen=True, slots=True)
class FlowTables:
    """
    Flows of a file, with the destinations that are not zones in a separate frame.

    Attributes
    ----------
    flows : pandas.DataFrame, shape (n_pairs, 3)
        ``origin`` and ``destination`` (categories of zone codes) and ``workers``
        (persons, int32, > 0), sorted; as :func:`localarea.datasets.flows.read_flows`.
    special : pandas.DataFrame, shape (n, 3)
        ``origin``, ``kind`` (category) and ``workers``, sorted; as
        :func:`localarea.datasets.flows.read_special_flows`.
    zone_system : str
        Zone system with its vintage, such as ``msoa11`` or ``lad22``.
    not_in_work : int
        Residents who are not in work, who are in neither frame.
    suppressed : int
        Number of rows with a suppressed count, which are in neither frame.
    """

    flows: pd.DataFrame
    special: pd.DataFrame
    zone_system: str
    vintage: int
    not_in_work: int = 0
    suppressed: int = 0

    @property
    def workers(self) -> int:
        """Count everyone in work: persons in both frames."""
        return int(self.flows["workers"].sum()) + int(self.special["workers"].sum())


@dataclass(frozen=True, slots=True)
class _Coded:
    """A text column as codes of its distinct texts; null is the empty text."""

    index: NDArray[np.int64]
    names: tuple[str, ...]

    @classmethod
    def of(cls, column: pa.Array) -> _Coded:
        coded = pc.dictionary_encode(column.fill_null(""))
        index = coded.indices.to_numpy(zero_copy_only=False).astype("int64")
        return cls(index, tuple(coded.dictionary.to_pylist()))

    def where(self, test: Callable[[str], bool]) -> NDArray[np.bool_]:
        """Return a mask of the rows whose text passes a test."""
        passed = np.array([test(name) for name in self.names], dtype=bool)
        return passed[self.index] if len(self.names) else np.zeros(0, dtype=bool)

    def some(self, rows: NDArray[np.bool_]) -> list[str]:
        """Return a few examples of the texts in some rows."""
        return [self.names[i] for i in np.unique(self.index[rows])[:3]]

    def rows(self, keep: NDArray[np.bool_]) -> _Coded:
        """Select some rows."""
        return _Coded(self.index[keep], self.names)


@dataclass(frozen=True, slots=True)
class _Rows:
    origin: _Coded
    destination: _Coded
    indicator: _Coded | None
    counts: PublishedCounts
    texts: pa.Array

    @classmethod
    def of(cls, raw: RawTable, faults: Faults) -> _Rows:
        """Select the rows of data, without blank rows and the notes at the foot."""
        origin = _Coded.of(raw.columns["origin"])
        coded = origin.where(_is_code)
        last = int(np.flatnonzero(coded)[-1]) if coded.any() else -1
        blank = origin.where(lambda name: not name) & _Coded.of(raw.columns["workers"]).where(
            lambda name: not name
        )
        foreign = ~coded & ~blank
        foreign[last + 1 :] = False
        faults.rows(int(foreign.sum()), "have no zone code as origin", origin.some(foreign))
        cut = [row for row in raw.odd_rows if _CODE_FIRST.match(row)]
        faults.rows(len(cut), "have too few or too many cells", cut)
        if last < 0:
            faults.add("there is no row of figures")
        columns = {n: c.filter(pa.array(coded)) for n, c in raw.columns.items()}
        indicator = columns.get("indicator")
        return cls(
            origin.rows(coded),
            _Coded.of(columns["destination"]),
            None if indicator is None else _Coded.of(indicator),
            counts_of(columns["workers"]),
            columns["workers"],
        )


def _is_code(text: str) -> bool:
    return _CODE.fullmatch(text) is not None


def tables_of(raw: RawTable, vintage: Vintage | None) -> FlowTables:
    """Split the rows of a file into pairs of zones and special destinations, or raise an error."""
    faults = Faults(f"flows of {raw.source}")
    rows = _Rows.of(raw, faults)
    faults.stop()
    year = vintage or _vintage_of(raw, rows)
    if year is None:
        faults.add(
            f"{YEAR_UNCLEAR}: put 2011 or 2021 into the name of the file, or pass vintage=2011 or "
            "vintage=2021"
        )
    bad = rows.counts.unreadable
    faults.rows(
        int(bad.sum()),
        "have no valid number of workers",
        rows.texts.filter(pa.array(bad)).slice(0, 3).to_pylist(),
    )
    level = _level_of(rows, faults)
    if year is None or level is None:
        faults.stop()
        raise AssertionError  # stop() has raised
    kinds, idle = _kinds(rows, year, level, faults)
    faults.stop()
    return _frames(rows, kinds, idle, ZONE_SYSTEMS[year][level], year)


def _vintage_of(raw: RawTable, rows: _Rows) -> Vintage | None:
    """Infer the census year from the codes of special places, the headers or the file name."""
    codes = set(rows.destination.names)
    headers = " ".join(plain_header(h) for h in raw.headers.values())
    name = raw.source.casefold()
    signs: tuple[tuple[Vintage, bool], ...] = (
        (2011, bool(codes & set(CODES_2011))),
        (2021, bool(codes & set(CODES_2021))),
        (2011, "area of" in headers or "all categories" in headers or "residing in" in headers),
        (2021, "of workplace code" in headers),
        (2011, "2011" in name or "wu0" in name or "wf0" in name),
        (2021, "2021" in name or "odwp" in name),
    )
    return next((year for year, seen in signs if seen), None)


def _level_of(rows: _Rows, faults: Faults) -> Level | None:
    levels = {_LEVEL_OF_CODE.get(name[:3]) for name in rows.origin.names if _is_code(name)}
    if len(levels) == 1 and (level := levels.pop()):
        return level
    few = [name for name in rows.origin.names if _is_code(name)][:3]
    faults.add(
        "the origins must all be OAs, LSOAs, MSOAs or districts of England and Wales, "
        f"but they are of another kind or mixed, such as {', '.join(few)}"
    )
    return None


def _kinds(
    rows: _Rows, year: Vintage, level: Level, faults: Faults
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return each row's kind (index in KIND_NAMES, 0 between zones), and who is not in work."""
    to = rows.destination
    number = {name: i for i, name in enumerate(KIND_NAMES)}
    of_name = np.array([number.get(_kind(n, year, level), -1) for n in to.names], dtype=np.int64)
    kinds = of_name[to.index]
    idle = to.where(lambda name: name == NOT_IN_WORK)
    if rows.indicator is not None:
        kinds[rows.indicator.where(lambda name: name == AT_HOME)] = number["home_or_no_fixed_place"]
        idle |= rows.indicator.where(lambda name: name == NOT_IN_WORK)
    strange = (kinds < 0) & ~idle
    faults.rows(
        int(strange.sum()),
        f"have a destination that is neither an {level.upper()} zone nor a special place of {year}",
        to.some(strange),
    )
    return kinds, idle


def _kind(destination: str, year: Vintage, level: Level) -> str:
    """Return the kind of a destination: empty for a zone, a question mark if unknown."""
    if _LEVEL_OF_CODE.get(destination[:3]) == level and _is_code(destination):
        return ""
    if destination in KIND_NAMES:  # as in the tables of data/
        return destination or "?"
    special = KINDS[year].get(destination)
    if special is None and _is_code(destination):
        special = SCOTLAND_AND_NORTHERN_IRELAND.get(destination[0])
    return special or "?"


def _frames(
    rows: _Rows, kinds: NDArray[np.int64], idle: NDArray[np.bool_], system: str, year: Vintage
) -> FlowTables:
    counts = rows.counts
    used = ~idle & (counts.persons > 0)
    pairs, special = used & (kinds == 0), used & (kinds > 0)
    return FlowTables(
        flows=_summed(rows.origin, "destination", rows.destination, counts.persons, pairs),
        special=_summed(rows.origin, "kind", _Coded(kinds, KIND_NAMES), counts.persons, special),
        zone_system=system,
        vintage=year,
        not_in_work=int(counts.persons[idle].sum()),
        suppressed=int(counts.suppressed.sum()),
    )


def _summed(
    first: _Coded, name: str, second: _Coded, values: NDArray[np.int64], rows: NDArray[np.bool_]
) -> pd.DataFrame:
    """Sum the counts of each pair: files split by sex or age repeat pairs."""
    a, a_names = _ranked(first.rows(rows))
    b, b_names = _ranked(second.rows(rows))
    width = max(len(b_names), 1)
    pair, place = np.unique(a * width + b, return_inverse=True)
    total = np.bincount(place, weights=values[rows], minlength=len(pair)).astype(np.int64)
    return pd.DataFrame(
        {
            "origin": pd.Categorical.from_codes(pair // width, pd.Index(a_names)),
            name: pd.Categorical.from_codes(pair % width, pd.Index(b_names)),
            "workers": total.astype(np.int32),
        }
    )


def _ranked(column: _Coded) -> tuple[NDArray[np.int64], list[str]]:
    """Return the sorted texts in use, and the rank of each code among them."""
    used = np.unique(column.index)
    names = [column.names[i] for i in used]
    order = np.argsort(np.array(names, dtype=object), kind="stable")
    rank = np.zeros(len(column.names), dtype=np.int64)
    rank[used[order]] = np.arange(len(used))
    return rank[column.index], [names[i] for i in order]
