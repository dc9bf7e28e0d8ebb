"""A county of four districts with ragged borders and three options, for tests of drawings."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely import LineString, MultiPolygon, Point, Polygon

BNG = "EPSG:27700"
WEST, SOUTH, SIDE = 590_000.0, 215_000.0, 10_000.0
ANCHOR = ("Eastwold", Point(WEST + 5_000, SOUTH + 5_000))


def _border(start: tuple[float, float], end: tuple[float, float], seed: int) -> LineString:
    rng = np.random.default_rng(seed)
    share = np.linspace(0, 1, 200)
    line = np.outer(1 - share, start) + np.outer(share, end)
    line[1:-1] += rng.normal(0, 25, (198, 2))
    return LineString(line)


def districts() -> gpd.GeoDataFrame:
    x, y, s = WEST, SOUTH, SIDE
    lines = [
        Polygon([(x, y), (x + 2 * s, y), (x + 2 * s, y + 2 * s), (x, y + 2 * s)]).boundary,
        _border((x + s, y), (x + s, y + s), 1),
        _border((x + s, y + s), (x + s, y + 2 * s), 2),
        _border((x, y + s), (x + s, y + s), 3),
        _border((x + s, y + s), (x + 2 * s, y + s), 4),
    ]
    faces = list(shapely.get_parts(shapely.polygonize([shapely.union_all(lines)])))
    faces = [f for f in faces if f.area > 1e7]
    faces.sort(key=lambda f: (round(f.centroid.y, -4), round(f.centroid.x, -4)))
    names = ["Eastwold", "Marshby", "Northam & Hythe", "Ipsworth"]
    codes = ["E07000001", "E07000002", "E07000003", "E07000004"]
    return gpd.GeoDataFrame({"name": names}, geometry=faces, index=codes, crs=BNG)


def options() -> gpd.GeoDataFrame:
    d = districts().geometry
    shapes = [
        d.iloc[0],
        shapely.union_all([d.iloc[0], d.iloc[1]]),
        MultiPolygon([d.iloc[0], d.iloc[3]]),
    ]
    return gpd.GeoDataFrame(
        {
            "id": ["district", "ttwa", "ttwa+ipswich"],
            "title": [
                "Eastwold alone",
                "Travel-to-work area",
                "Travel-to-work area, with Ipsworth",
            ],
        },
        geometry=shapes,
        crs=BNG,
    )


def figures() -> pd.DataFrame:
    return pd.DataFrame(
        {"Zones": ["1", "2", "2"], "Jobs": ["1,000", "2,500", "–"]},  # noqa: RUF001
        index=["district", "ttwa", "ttwa+ipswich"],
    )
