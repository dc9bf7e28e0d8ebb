"""
Flows in any common form: a census file, a matrix, or three plain columns.

Census files are read by the publishers' reader, which knows the destinations that are not zones.
Everything else is checked for what would silently give wrong areas: a first row that is not a
header, a matrix read as pairs, columns in another order, or a destination that stands for
"everywhere else".
"""

from __future__ import annotations

import csv
import io
import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from localarea.datasets.flow_formats.flow_grids import read_flow_grid
from localarea.datasets.flow_formats.flow_pairs import COLUMNS, read_flow_pairs
from localarea.datasets.publishers._flow_rows import YEAR_UNCLEAR
from localarea.datasets.publishers.nomis import read_flow_file
from localarea.errors import FileFormatError, SchemaError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


#: Largest share of all workers in a destination that is nobody's origin. For comparison, the
#: largest zone of England and Wales, in the City of London, has 1.3% of the jobs of 2011 (WU01EW).
IMPROBABLE: Final = 0.05
_CENSUS_CODE: Final = re.compile(r"[EW]0[0-2]\d{6}|[EW]0[6-9]\d{6}", re.IGNORECASE)
_HEAD_BYTES: Final = 1 << 20
_SAMPLED_ROWS: Final = 50
_GZIP_WBITS: Final = 31  # zlib's sign for a gzip header and the largest window
# Words in other publishers' headers; columns are found by name because LODES puts workplace first.
_ORIGIN: Final = re.compile(r"origin|resid|home|^from|^h_geocode|_o$", re.IGNORECASE)
_DESTINATION: Final = re.compile(r"dest|work(?!ers)|^to\b|^w_geocode|_d$", re.IGNORECASE)
_COUNT: Final = re.compile(
    r"\bcounts?\b|workers|value|persons|people|flow|trips|^s000$|all categ", re.IGNORECASE
)
_PAIRS_HINT: Final = (
    "use a CSV or Parquet file with the columns origin, destination and count, or a matrix whose "
    "first row and first column hold the zone codes"
)


@dataclass(frozen=True, slots=True)
class AnyFlows:
    """
    Flows read from a file.

    Attributes
    ----------
    flows : pandas.DataFrame, shape (n_pairs, 3)
        ``origin``, ``destination`` (text) and ``workers`` (persons).
    special : pandas.DataFrame or None
        ``origin``, ``kind`` and ``workers`` of workplaces that are not zones; None if the file
        is not a census file.
    zone_system : str
        Zone system with its vintage; ``own`` for codes of no known system.
    vintage : int
        Year of the census; 0 if unknown.
    form : str
        How the file was read: ``census``, ``matrix`` or ``pairs``.
    suppressed : int
        Number of rows whose count the publisher suppressed.
    """

    flows: pd.DataFrame
    special: pd.DataFrame | None
    zone_system: str
    vintage: int
    form: str
    workers: float
    suppressed: int = 0


def read_any_flows(path: Path, *, accepted: Sequence[str] = ()) -> AnyFlows:
    """
    Read flows from a file.

    Parameters
    ----------
    path : pathlib.Path
        CSV (any delimiter), plain or compressed, or Parquet.
    accepted : sequence of str
        Destinations to treat as zones although they are nobody's origin.

    Returns
    -------
    AnyFlows
        All workers of the file, in pairs or at special destinations.

    Raises
    ------
    FileFormatError
        If the file is not such a table, or a destination that is nobody's origin holds more
        than 5% of all workers.
    SchemaError
        If a census file has invalid codes or counts.
    """
    if path.suffix.lower() == ".parquet" or not path.is_file():
        return _from_pairs(path, read_flow_pairs(path), accepted)
    head = _head_of(path)
    if head is None:
        return _read_census(path)
    delimiter = _delimiter(head)
    rows = _split(head, delimiter)[: _SAMPLED_ROWS + 1]
    if _is_census(rows):
        try:
            return _read_census(path)
        except SchemaError as error:
            if not _may_be_pairs(error, rows[0]):
                raise
    if _is_matrix(rows):
        return _with_own_zones(path, read_flow_grid(path, delimiter), "matrix", accepted)
    return _from_pairs(path, _read_pairs(path, rows), accepted)


def _head_of(path: Path) -> str | None:
    """Return the start of a text file; None for a zip archive, as only publishers use."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if head.startswith(b"PK\x03\x04"):
        return None
    if head.startswith(b"\x1f\x8b"):
        head = zlib.decompressobj(_GZIP_WBITS).decompress(head, _HEAD_BYTES)
    return head.decode("utf-8-sig", "replace")


def _delimiter(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(",;\t|", key=first.count)


def _split(text: str, delimiter: str) -> list[list[str]]:
    lines = text.splitlines(keepends=True)
    whole = lines if len(lines) < 2 or text.endswith("\n") else lines[:-1]
    reader = csv.reader(io.StringIO("".join(whole), newline=""), delimiter=delimiter)
    return [[cell.strip() for cell in row] for row in reader if any(cell.strip() for cell in row)]


def _is_census(rows: list[list[str]]) -> bool:
    """Check whether most rows have a census code, and the table is not a matrix."""
    if _is_matrix(rows):
        return False
    coded = [row for row in rows if any(_CENSUS_CODE.fullmatch(cell) for cell in row)]
    return len(coded) * 2 >= len(rows) - 1 and len(coded) > 0


def _may_be_pairs(error: SchemaError, first: list[str]) -> bool:
    """
    Check whether what is no census file may still be pairs of zones, in the codes of a census.

    Other publishers' pairs have column names of their own, and a survey's no sign of a year:
    which census its zones are of is told by the codes, once all are read.
    """
    if YEAR_UNCLEAR in str(error) and len(first) == len(COLUMNS):
        return _names_pairs(first) or _is_number(first[2])
    return "no column for" in str(error) and _names_pairs(first)


def _names_pairs(header: list[str]) -> bool:
    return all(
        any(word.search(name) for name in header) for word in (_ORIGIN, _DESTINATION, _COUNT)
    )


def _is_matrix(rows: list[list[str]]) -> bool:
    """Check whether each row has a count for every code of the header, and the codes match."""
    if len(rows) < 2 or len(rows[0]) < 4:
        return False
    across, down = set(rows[0][1:]), [row[0] for row in rows[1:]]
    square = all(len(row) == len(rows[0]) for row in rows[1:])
    numbers = all(_is_number(cell) for cell in rows[1][1:])
    return square and numbers and sum(code in across for code in down) * 2 > len(down)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?[\d,]*\.?\d+", text) is not None or text == ""


def _read_census(path: Path) -> AnyFlows:
    found = read_flow_file(path)
    flows = found.flows.astype({"origin": str, "destination": str})
    return AnyFlows(
        flows,
        found.special.astype({"origin": str, "kind": str}),
        found.zone_system,
        found.vintage,
        "census",
        float(found.workers),
        found.suppressed,
    )


def _read_pairs(path: Path, rows: list[list[str]]) -> pd.DataFrame:
    header = rows[0]
    if len(header) < len(COLUMNS):
        found = f"it has {len(header)} columns, not origin, destination and count"
        raise FileFormatError(path, found, hint=_PAIRS_HINT)
    given: dict[str, Any] = {"dtype": str, "keep_default_na": False, "encoding": "utf-8-sig"}
    if _is_number(header[2]):  # there is no header: the first row is data
        table = pd.read_csv(path, header=None, sep=None, engine="python", **given)
        places = [0, 1, 2]
    else:
        table = pd.read_csv(path, sep=None, engine="python", **given)
        places = _column_positions(path, header)
    if not len(table):
        raise FileFormatError(path, "there are no rows below the header", hint=_PAIRS_HINT)
    chosen = table.iloc[:, places].set_axis(list(COLUMNS), axis=1)
    return _with_counts(path, chosen)


def _column_positions(path: Path, header: list[str]) -> list[int]:
    """Return the positions of the three columns by name, or the first three."""
    found = []
    for words in (_ORIGIN, _DESTINATION, _COUNT):
        matches = [at for at, name in enumerate(header) if words.search(name)]
        found.append(matches)
    if all(found):
        origin = found[0][0]
        destination = next((at for at in found[1] if at != origin), None)
        count = next((at for at in found[2] if at not in (origin, destination)), None)
        if destination is not None and count is not None:
            return [origin, destination, count]
    if any(found[0]) and len(header) > 3 and not found[2]:
        raise FileFormatError(
            path, f"none of its columns is a count: {', '.join(header[:8])}", hint=_PAIRS_HINT
        )
    return [0, 1, 2]


def _with_counts(path: Path, table: pd.DataFrame) -> pd.DataFrame:
    texts = table["workers"].str.replace(",", "").str.strip()
    counts = pd.to_numeric(texts, errors="coerce").astype("float64")
    wrong = table.loc[counts.isna(), "workers"]
    if len(wrong):
        first = f"row {int(wrong.index[0]) + 1} has {str(wrong.iloc[0])[:40]!r}"
        raise FileFormatError(
            path, f"{len(wrong):,} counts are not numbers: {first}", hint=_PAIRS_HINT
        )
    codes = {name: table[name].str.strip() for name in COLUMNS[:2]}
    blank = (codes["origin"] == "") | (codes["destination"] == "")
    if blank.any():
        row = int(table.index[blank][0]) + 1
        raise FileFormatError(path, f"row {row} has no origin or no destination", hint=_PAIRS_HINT)
    return pd.DataFrame({**codes, "workers": counts})


def _from_pairs(path: Path, flows: pd.DataFrame, accepted: Sequence[str]) -> AnyFlows:
    return _with_own_zones(path, flows, "pairs", accepted)


def _with_own_zones(
    path: Path, flows: pd.DataFrame, form: str, accepted: Sequence[str]
) -> AnyFlows:
    total = float(flows["workers"].sum())
    by_destination = flows.groupby("destination", observed=True)["workers"].sum()
    only = by_destination[~by_destination.index.isin(set(flows["origin"]) | set(accepted))]
    improbable = only[only > IMPROBABLE * total].sort_values(ascending=False)
    if len(improbable):
        code, workers = str(improbable.index[0]), float(improbable.iloc[0])
        raise FileFormatError(
            path,
            f"the destination {code!r} holds {workers / total:.0%} of all workers, but is nobody's "
            "origin, so it is probably not a zone",
            hint="remove its rows (a total, no fixed place, abroad), or accept it as a zone",
            parameter="zone",
        )
    return AnyFlows(flows, None, "own", 0, form, total)
