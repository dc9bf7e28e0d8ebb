"""The strategic roads with their numbers, one line for each road."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pyarrow as pa
import shapely

from building.road_network import CARRIAGEWAY, SURVEY
from localarea.renewal.making.columns import CRS, dictionary_column

if TYPE_CHECKING:
    from building.sources import Sources

DETAIL_M: Final = 10.0
ONE_WAY: Final = ("NB", "EB", "CW")  # of a road's two carriageways, the one that is drawn
BOTH_WAYS: Final = "Two Way Single Carriageway"
GAP_M: Final = 400.0  # a roundabout or a junction, which no main carriageway crosses
_SNAP_M: Final = 5.0


def read_named_roads(sources: Sources) -> pa.Table:
    """
    Read the lines of the strategic roads, along one carriageway of each.

    A row is a corner of a line: ``road`` (its number), ``motorway``, ``line`` (0, 1, ... in each
    road), ``easting`` and ``northing``, in the order along the line.
    """
    survey = gpd.read_file(sources.file(SURVEY)).to_crs(CRS)
    main = survey[survey["funct_name"] == CARRIAGEWAY]
    drawn = main[main["direc_code"].isin(ONE_WAY) | (main["dual_name"] == BOTH_WAYS)]
    found = [
        (road, bool((part["class_name"] == "M").all()), number, x, y)
        for road, part in sorted(drawn.groupby("roa_number"), key=lambda pair: str(pair[0]))
        for number, line in enumerate(_lines(part.geometry.to_numpy()))
        for x, y in np.round(shapely.get_coordinates(line)).astype(int)
    ]
    roads, motorways, numbers, x, y = zip(*found, strict=True)
    return pa.table(
        {
            "road": dictionary_column(roads),
            "motorway": pa.array(motorways, pa.bool_()),
            "line": pa.array(numbers, pa.int16()),
            "easting": pa.array(x, pa.int32()),
            "northing": pa.array(y, pa.int32()),
        }
    )


def _lines(shapes: np.ndarray) -> list[shapely.LineString]:
    """Join the sections of a road, over roundabouts too, and simplify them."""
    joined = shapely.line_merge(shapely.union_all(shapely.set_precision(shapes, _SNAP_M)))
    lines = _over_gaps(list(shapely.get_parts(joined)))
    light = shapely.simplify(lines, DETAIL_M)
    return sorted(light, key=lambda line: line.coords[0])


def _over_gaps(lines: list[shapely.LineString]) -> list[shapely.LineString]:
    """Join lines whose ends are nearest each other, as long as they are close."""
    while len(lines) > 1:
        ends = np.array([[line.coords[0], line.coords[-1]] for line in lines]).reshape(-1, 2)
        apart = np.hypot(*(ends[:, None] - ends[None]).transpose(2, 0, 1))
        for end in range(len(ends)):
            apart[end, end - end % 2 : end - end % 2 + 2] = np.inf
        one, other = divmod(int(apart.argmin()), len(ends))
        if apart[one, other] > GAP_M:
            break
        first, second = list(lines[one // 2].coords), list(lines[other // 2].coords)
        first = first if one % 2 else first[::-1]
        second = second[::-1] if other % 2 else second
        lines = [line for at, line in enumerate(lines) if at not in {one // 2, other // 2}]
        lines.append(shapely.LineString([*first, *second]))
    return lines
