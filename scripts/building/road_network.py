"""The embedded road network: major roads, inferred local roads, and what speeds depend on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np

from building.strategic import DUAL, MOTORWAY, SINGLE, SurveyedRoads, with_survey
from localarea.renewal.making.columns import CRS
from localarea.renewal.making.roads import network_tables
from localarea.roads.ground.land import land_of_zones

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from building.sources import Sources

SURVEY = "roads/national_highways_2020_bbox.gpkg"
CARRIAGEWAY, DUAL_NAME = "Main Carriageway", "Dual Carriageway"


def read_survey(sources: Sources) -> SurveyedRoads:
    """Read the main carriageways of the strategic road network."""
    layer = gpd.read_file(sources.file(SURVEY)).to_crs(CRS)
    west, south, east, north = (float(x) for x in layer.total_bounds)
    main = layer[layer["funct_name"] == CARRIAGEWAY].explode()
    dual = main["dual_name"].str.startswith(DUAL_NAME)
    kinds = np.where(main["class_name"] == "M", MOTORWAY, np.where(dual, DUAL, SINGLE))
    return SurveyedRoads(main.geometry.to_numpy(), kinds, (west, south, east, north))


def make_road_network(
    sources: Sources,
    roads: tuple[pa.Table, pa.Table],
    postcodes: pd.DataFrame,
    codes: np.ndarray,
    zones: np.ndarray,
) -> tuple[pa.Table, pa.Table]:
    """Put the network together, with the kinds of carriageway that the survey tells."""
    nodes, edges = (table.to_pandas() for table in roads)
    known = with_survey(nodes, edges, read_survey(sources))
    return network_tables(nodes, known, postcodes, land_of_zones(codes, zones))
