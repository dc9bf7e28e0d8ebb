"""Read the districts of all years from TopoJSON, and follow each to the district it is now in."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from localarea.renewal.making.columns import dictionary_column, whole_numbers

if TYPE_CHECKING:
    from pathlib import Path

_WITHIN_A_COUNTY = ("E07", "E08")  # non-metropolitan and metropolitan districts
_MOST_OF_IT = 0.99  # of a district lies in its county: the lines of both are the same
# Recoded in 2019 for a change of boundary that the file of all years leaves out.
RECODED = {"S12000044": ("S12000050", 2019), "S12000046": ("S12000049", 2019)}


def read_districts_of_all_years(path: Path) -> tuple[pd.DataFrame, dict[str, str]]:
    """
    Read every district code from 2014 on, and the names of regions by code.

    Columns ``lad_cd``, ``name``, ``lad25cd``, ``start`` and ``end`` (first and last
    year, Int32; missing where it began before 2014 or still stands).
    """
    topology = _topology(path)
    arcs = _arcs(topology)
    geometries = topology["objects"]["ltla"]["geometries"]
    shapes = np.array([_shape(g, arcs) for g in geometries])
    frame = pd.DataFrame([g["properties"] for g in geometries]).rename(
        columns={"areacd": "lad_cd", "areanm": "name"}
    )
    frame["lad25cd"] = _successors(frame, shapes)
    regions = {
        g["properties"]["areacd"]: g["properties"]["areanm"]
        for g in topology["objects"]["rgn"]["geometries"]
    }
    return _with_recoded(frame), regions


def read_counties(path: Path) -> pd.DataFrame:
    """
    Read the county of each standing district of England, by the hierarchy of the file.

    Columns ``lad25cd``, ``county_cd`` and ``county``, sorted by district. A unitary authority or a
    London borough is its own. ValueError if no county holds a district that must have one.
    """
    topology = _topology(path)
    arcs = _arcs(topology)
    districts = _standing(topology, "ltla", arcs)
    counties = [*_standing(topology, "cty", arcs), *_standing(topology, "mcty", arcs)]
    shapes = np.array([shape for _, _, shape in counties])
    rows = []
    for code, name, shape in districts:
        if code.startswith(_WITHIN_A_COUNTY):
            common = shapely.area(shapely.intersection(shape, shapes)) / shape.area
            best = int(np.argmax(common))
            if common[best] < _MOST_OF_IT:
                raise ValueError(f"no county holds {name} ({code})")
            rows.append((code, *counties[best][:2]))
        elif code.startswith("E"):
            rows.append((code, code, name))
    frame = pd.DataFrame(rows, columns=["lad25cd", "county_cd", "county"])
    return frame.sort_values("lad25cd", ignore_index=True)


def _topology(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    plain = gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
    document: dict[str, Any] = json.loads(plain)
    return document


def _standing(
    topology: dict[str, Any], level: str, arcs: list[np.ndarray]
) -> list[tuple[str, str, shapely.Geometry]]:
    """List code, name and shape of what still stands of one level of the hierarchy."""
    return [
        (g["properties"]["areacd"], g["properties"]["areanm"], _shape(g, arcs))
        for g in topology["objects"][level]["geometries"]
        if "end" not in g["properties"]
    ]


def _arcs(topology: dict[str, Any]) -> list[np.ndarray]:
    scale, shift = (np.array(topology["transform"][k]) for k in ("scale", "translate"))
    return [np.cumsum(np.array(arc), axis=0) * scale + shift for arc in topology["arcs"]]


def _shape(geometry: dict[str, Any], arcs: list[np.ndarray]) -> shapely.Geometry:
    parts = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    polygons = [shapely.Polygon(_ring(p[0], arcs), [_ring(r, arcs) for r in p[1:]]) for p in parts]
    return shapely.make_valid(shapely.MultiPolygon(polygons))


def _ring(indices: list[int], arcs: list[np.ndarray]) -> np.ndarray:
    """Join arcs end to start; ``~i`` means arc ``i`` run backwards."""
    pieces = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in indices]
    return np.concatenate([pieces[0], *(p[1:] for p in pieces[1:])])


def _successors(frame: pd.DataFrame, shapes: np.ndarray) -> list[str]:
    """Return the standing district that covers the most of each one."""
    standing = np.flatnonzero(frame["end"].isna())
    codes = frame["lad_cd"].to_numpy()
    answer = []
    for row, shape in enumerate(shapes):
        if pd.isna(frame["end"].iloc[row]):
            answer.append(codes[row])
            continue
        common = shapely.area(shapely.intersection(shape, shapes[standing]))
        answer.append(codes[standing[int(np.argmax(common))]])
    return answer


def _with_recoded(frame: pd.DataFrame) -> pd.DataFrame:
    frame = frame.astype({"start": "Int32", "end": "Int32"})
    new = []
    for old, (code, year) in RECODED.items():
        row = frame["lad_cd"] == old
        new.append({"lad_cd": code, "name": frame.loc[row, "name"].item(), "start": year})
        frame.loc[row, "end"] = year - 1
        frame.loc[frame["lad25cd"] == old, "lad25cd"] = code
    added = pd.DataFrame(new).assign(lad25cd=lambda f: f["lad_cd"])
    whole = pd.concat([frame, added.astype({"start": "Int32"})], ignore_index=True)
    columns = ["lad_cd", "name", "lad25cd", "start", "end"]
    return whole[columns].sort_values("lad_cd", ignore_index=True)


def names_table(frame: pd.DataFrame) -> pa.Table:
    """Return the table ``districts_names`` of districts of all years."""
    return pa.table(
        {
            "lad_cd": pa.array(frame["lad_cd"].tolist(), pa.string()),
            "name": pa.array(frame["name"].tolist(), pa.string()),
            "lad25cd": dictionary_column(frame["lad25cd"]),
            "start": whole_numbers(frame["start"]),
            "end": whole_numbers(frame["end"]),
        }
    )


def counties_table(frame: pd.DataFrame) -> pa.Table:
    """Return the table ``counties_lad25`` of the county of each district."""
    return pa.table({name: pa.array(frame[name].tolist(), pa.string()) for name in frame.columns})
