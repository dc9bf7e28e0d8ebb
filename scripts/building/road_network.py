"""The embedded road network: major roads, inferred local roads, and what speeds depend on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pyarrow as pa

from localarea.renewal.making.columns import CRS, dictionary_column
from localarea.roads.land import land_of_zones
from localarea.roads.network_tables import make_network
from localarea.roads.strategic import DUAL, MOTORWAY, SINGLE, SurveyedRoads

if TYPE_CHECKING:
    import pandas as pd

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


def network_tables(
    sources: Sources,
    roads: tuple[pa.Table, pa.Table],
    postcodes: pd.DataFrame,
    codes: np.ndarray,
    zones: np.ndarray,
) -> tuple[pa.Table, pa.Table]:
    """Put the network together: its nodes, and its edges with what speeds depend on."""
    live = postcodes[
        (postcodes["status"] == "live")
        & postcodes["easting"].notna()
        & postcodes["msoa11cd"].notna()
    ]
    nodes, edges = make_network(
        roads[0].to_pandas(),
        roads[1].to_pandas(),
        live[["easting", "northing"]].to_numpy(dtype=float),
        land=land_of_zones(codes, zones),
        survey=read_survey(sources),
    )
    kinds = dictionary_column(edges["kind"])
    edge_table = pa.Table.from_pandas(edges.drop(columns="kind"), preserve_index=False)
    return (
        pa.Table.from_pandas(nodes, preserve_index=False).replace_schema_metadata(),
        edge_table.add_column(3, "kind", kinds).replace_schema_metadata(),
    )
