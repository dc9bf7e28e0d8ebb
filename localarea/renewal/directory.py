"""Fit a publisher's postcode directory to the table ``postcodes``, and say what changes."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from localarea.errors import InputError, SchemaError
from localarea.geo.datum_shifts import irish_to_national_grid
from localarea.renewal.coded_texts import MISSING, Texts

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from localarea.datasets.store import DataStore

_MONTHS: Final = (
    "JAN",
    "FEB",
    "MAR",
    "APR",
    "MAY",
    "JUN",
    "JUL",
    "AUG",
    "SEP",
    "OCT",
    "NOV",
    "DEC",
)
_EDITION: Final = re.compile(
    rf"(?:ONSPD|NSPL)\w*?[_ -]({'|'.join(_MONTHS)})[A-Z]*[_ -](20\d\d)", re.IGNORECASE
)
_STATED: Final = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
_NEAREST_M: Final = 1000.0  # piers, harbours and foreshore beyond the clipped coastline
_TEXTS: Final = ("lad25cd", "msoa11cd", "msoa21cd", "msoa11_source", "msoa21_source", "status")


@dataclass(frozen=True, slots=True)
class Fitted:
    """
    A directory in the form of the table ``postcodes``.

    Attributes
    ----------
    table : pyarrow.Table
        The columns of :func:`localarea.datasets.postcodes.read_postcodes`, sorted by key.
    notes : tuple of str
        What was worked out because the directory does not say it.
    """

    table: pa.Table
    notes: tuple[str, ...]


def edition_of(path: Path, stated: str | None) -> str:
    """
    Return the month of a directory, from the name of the file or of the table in its archive.

    ``path``: the file as published: ``ONSPD_FEB_2026_UK.csv``, or a zip that holds it. ``stated``:
    month given by the user, ``YYYY-MM``. InputError if the month is not valid, or neither stated
    nor in the name.

    Examples
    --------
    >>> from pathlib import Path
    >>> edition_of(Path("ONSPD_FEB_2026_UK.csv"), None)
    '2026-02'
    """
    if stated is not None:
        if not _STATED.fullmatch(stated):
            raise InputError(
                f"the month {stated!r} is not valid; write it as YYYY-MM, such as 2026-02",
                parameter="edition",
            )
        return stated
    names = [*_members(path), path.name]  # a fetched archive may have another name
    found = next((m for m in map(_EDITION.search, names) if m), None)
    if found is None:
        raise InputError(
            f"the month of the directory is not in the name {path.name!r}; keep the name that the "
            "ONS gave the file, such as ONSPD_FEB_2026.zip, or state the month",
            parameter="edition",
        )
    return f"{found[2]}-{_MONTHS.index(found[1].upper()) + 1:02d}"


def _members(path: Path) -> list[str]:
    if not zipfile.is_zipfile(path):
        return []
    try:
        with zipfile.ZipFile(path) as archive:
            return [name for name in archive.namelist() if name.casefold().endswith(".csv")]
    except (OSError, zipfile.BadZipFile):  # the reader says what is wrong with it
        return []


def fit(raw: pa.Table, edition: str, store: DataStore) -> Fitted:
    """
    Fit a directory as published to the table ``postcodes``.

    Parameters
    ----------
    raw : pyarrow.Table
        From :func:`localarea.datasets.publishers.onspd.read_postcode_directory`.
    edition : str
        Its month, ``YYYY-MM``.
    store : DataStore
        Tables in use, which supply districts and zones that the directory does not have.

    Raises
    ------
    SchemaError
        If a month of termination is later than the edition, or the districts are not those of
        the United Kingdom.
    """
    _require_past(raw, edition)
    notes: list[str] = []
    columns: dict[str, Any] = {"key": raw["key"].combine_chunks()}
    east, north = _national_grid(raw)
    columns["easting"], columns["northing"] = east, north
    older = _Older.of(columns["key"].to_numpy(), store)
    name = _district_column(raw)
    districts = Texts.of(raw[name])
    texts = {"status": Texts.of(raw["status"])}
    for system in ("msoa11", "msoa21"):
        zones, source = _zones(raw, system, districts, columns, older, store, notes)
        texts[f"{system}cd"], texts[f"{system}_source"] = zones, source
    texts["lad25cd"] = _districts_of_2025(districts, name, texts["msoa11cd"], older, store, notes)
    columns |= {name: texts[name].as_arrow() for name in _TEXTS}
    columns |= {n: raw[n].combine_chunks() for n in ("terminated_from", "terminated_to")}
    return Fitted(pa.table(columns), tuple(notes))


def _district_column(raw: pa.Table) -> str:
    found: str = next(n for n in raw.column_names if re.fullmatch(r"lad\d\dcd", n))
    return found


def _require_past(raw: pa.Table, edition: str) -> None:
    import pyarrow.compute as pc

    latest = pc.max(raw["terminated_to"]).as_py()
    this = int(edition.replace("-", ""))
    if latest is not None and latest > this:
        raise SchemaError(
            "postcode directory",
            [
                f"it has postcodes that ended in {latest // 100}-{latest % 100:02d}, after its own "
                f"month {edition}; check the month of the file"
            ],
        )


def _national_grid(raw: pa.Table) -> tuple[pa.Array, pa.Array]:
    """Return the coordinates, those of Northern Ireland converted from the Irish Grid."""
    east, north = (raw[n].combine_chunks() for n in ("easting", "northing"))
    known = east.is_valid().to_numpy(zero_copy_only=False)
    irish = Texts.of(raw[_district_column(raw)]).where(lambda code: code.startswith("N"))
    at = np.flatnonzero(irish & known)
    if not at.size:
        return east, north
    first = east.fill_null(0).to_numpy().copy()
    second = north.fill_null(0).to_numpy().copy()
    points = irish_to_national_grid(first[at].astype(float), second[at].astype(float))
    first[at], second[at] = np.round(points).astype(np.int32).T
    gone = ~known
    return pa.array(first, pa.int32(), mask=gone), pa.array(second, pa.int32(), mask=gone)


@dataclass(frozen=True, slots=True)
class _Older:
    """What the directory in use says of the same postcodes: row of each, or -1."""

    at: NDArray[np.int64]
    table: pa.Table

    @classmethod
    def of(cls, keys: NDArray[np.uint32], store: DataStore) -> _Older:
        from localarea.datasets.postcodes import read_postcodes

        table = read_postcodes(store=store)
        known = table["key"].combine_chunks().to_numpy()
        at = np.minimum(np.searchsorted(known, keys), len(known) - 1)
        return cls(np.where(known[at] == keys, at, -1).astype(np.int64), table)

    def texts(self, name: str, rows: NDArray[np.intp]) -> Texts:
        """Return a text column of some rows of the newer directory; none where unknown."""
        at = self.at[rows]
        found = Texts.of(self.table[name]).take(np.maximum(at, 0))
        found.codes[at < 0] = MISSING
        return found

    def same_place(self, columns: dict[str, Any], rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Check which rows have the grid reference that they had."""
        at = self.at[rows]
        same = at >= 0
        for name in ("easting", "northing"):
            new = columns[name].fill_null(-1).to_numpy()[rows]
            old = self.table[name].combine_chunks().fill_null(-1).to_numpy()[np.maximum(at, 0)]
            same &= new == old
        return same


def _zones(
    raw: pa.Table,
    system: str,
    districts: Texts,
    columns: dict[str, Any],
    older: _Older,
    store: DataStore,
    notes: list[str],
) -> tuple[Texts, Texts]:
    """Return zone and source: the directory's, else the one in use, else the polygon's."""
    zones, source = Texts.of(raw[f"{system}cd"]), Texts.of(raw[f"{system}_source"])
    _without_unknown(zones, source, system, store, notes)
    wanted = districts.where(lambda code: code[:1] in ("E", "W"))
    wanted &= columns["easting"].is_valid().to_numpy(zero_copy_only=False)
    rest = np.flatnonzero(wanted & zones.blank())
    if not rest.size:
        return zones, source
    stay = rest[older.same_place(columns, rest)]
    zones.put(stay, older.texts(f"{system}cd", stay))
    source.put(stay, older.texts(f"{system}_source", stay))
    rest = rest[zones.blank(rest)]
    if rest.size:
        _place(zones, source, rest, system, columns, store)
        notes.append(
            f"{_postcodes(rest.size)} no {system} zone in the file, so each was given the "
            "zone in which its grid reference lies"
        )
    return zones, source


def _without_unknown(
    zones: Texts, source: Texts, system: str, store: DataStore, notes: list[str]
) -> None:
    """Take away the zones that no table has: every answer about such a postcode would be wrong."""
    from localarea.datasets.zones import known_zones

    known = known_zones(system, store=store)  # type: ignore[arg-type]
    at = np.flatnonzero(zones.where(lambda code: code not in known))
    if not at.size:
        return
    codes = ", ".join(zones.take(at).used()[:5])
    zones.codes[at] = source.codes[at] = MISSING
    notes.append(
        f"{_postcodes(at.size)} an {system} zone that is not known here ({codes}), so each was "
        "given the zone that it had, or in which its grid reference lies"
    )


def _postcodes(count: int) -> str:
    return "1 postcode has" if count == 1 else f"{count:,} postcodes have"


def _place(
    zones: Texts,
    source: Texts,
    rows: NDArray[np.intp],
    system: str,
    columns: dict[str, Any],
    store: DataStore,
) -> None:
    import shapely

    from localarea.datasets.zones import read_zones

    shapes = read_zones(system, store=store)  # type: ignore[arg-type]
    codes = shapes.index.astype(str).tolist()
    east, north = (columns[n].fill_null(0).to_numpy()[rows] for n in ("easting", "northing"))
    points = shapely.points(east.astype(float), north.astype(float))
    tree = shapely.STRtree(shapes.geometry.to_numpy())
    point, polygon = tree.query(points, predicate="intersects")
    found = np.full(rows.size, len(codes), dtype=np.int32)
    np.minimum.at(found, point, polygon.astype(np.int32))
    outside = np.flatnonzero(found == len(codes))
    near, there = tree.query_nearest(points[outside], max_distance=_NEAREST_M, all_matches=False)
    how = np.where(found < len(codes), 0, MISSING).astype(np.int32)
    found[outside], how[outside[near]] = MISSING, 1
    found[outside[near]] = there
    zones.put(rows, Texts(found, codes))
    source.put(rows, Texts(how, ["polygon", "nearest_polygon"]))


def _districts_of_2025(
    districts: Texts,
    name: str,
    zones: Texts,
    older: _Older,
    store: DataStore,
    notes: list[str],
) -> Texts:
    """Convert district codes of any year to those of 2025, which every table uses."""
    from localarea.datasets.zones import zone_districts

    table = store.read("districts_names", columns=["lad_cd", "lad25cd"])
    followed = dict(zip(*(table[n].to_pylist() for n in table.column_names), strict=True))
    now = set(followed.values())
    made = districts.mapped(lambda d: d if d in now or d[:1] in ("L", "M") else followed.get(d))
    rest = np.flatnonzero(made.blank() & ~districts.blank())
    if rest.size:  # a code of a later year: the district is that of the zone
        pairs = zone_districts("msoa11", store=store)
        of_zone = dict(zip(*(pairs[n].to_pylist() for n in ("code", "lad25cd")), strict=True))
        made.put(rest, zones.take(rest).mapped(of_zone.get))
        still = rest[made.blank(rest)]
        made.put(still, older.texts("lad25cd", still))
        unknown = districts.take(rest).used()
        notes.append(
            f"{_postcodes(rest.size)} a district that is not known here ({name}: "
            f"{', '.join(unknown[:5])}), so each was given the district of 2025 of its zone"
        )
    return made
