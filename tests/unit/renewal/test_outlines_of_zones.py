"""Boundaries of zones in the formats and reference systems in which they are published."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
import shapely
import twin_country
from table_cases import over, refresh
from twin_country import ZONES

from localarea.datasets.districts import read_districts
from localarea.datasets.zones import read_zones
from localarea.errors import InputError, SchemaError

if TYPE_CHECKING:
    from pathlib import Path

    from twin_country import Twin


def squares(crs: str = "EPSG:27700") -> gpd.GeoDataFrame:
    """The zones as ONS publishes them on the National Grid, each 10 m higher than in the twin."""
    frame = gpd.GeoDataFrame(
        {
            "OBJECTID": range(len(ZONES)),
            "MSOA11CD": [code for code, _, _ in ZONES],
            "MSOA11NM": [f"{name} as renamed" for _, name, _ in ZONES],
        },
        geometry=[
            shapely.affinity.translate(twin_country.square(k), 0, 10) for k in range(len(ZONES))
        ],
        crs="EPSG:27700",
    )
    return frame.to_crs(crs)


def written(folder: Path, ending: str) -> Path:
    if ending == "shp.zip":
        (folder / "parts").mkdir()
        squares().to_file(folder / "parts" / "MSOA_2011.shp")
        return folder / shutil.make_archive(str(folder / "MSOA_2011"), "zip", folder / "parts")
    path = folder / f"MSOA_2011.{ending}"
    squares().to_file(path)
    return path


@pytest.mark.parametrize("ending", ["gpkg", "shp.zip"])
def test_outlines_on_the_grid_are_taken_to_the_metre(
    twin: Twin, tmp_path: Path, ending: str
) -> None:
    path = written(tmp_path, ending)
    done = refresh(twin, tmp_path / "tables", "zones", path, anchors=())
    assert done.changes[0].counts == {"new": 0, "gone": 0, "changed": 8}
    assert done.changes[0].here["changed"] == 2  # of Colchester
    store = over(twin, tmp_path / "tables")
    zones = read_zones("msoa11", store=store)
    for k, (code, name, _) in enumerate(ZONES):
        expected = shapely.affinity.translate(twin_country.square(k), 0, 10)
        assert zones.geometry[code].equals(expected)
        assert zones["ons_name"][code] == f"{name} as renamed"
    assert zones["name"]["E02004511"] == "Castle"  # the Library's name stays
    south = twin_country.SOUTH + 10
    bounds = read_districts(store=store).geometry["E07000071"].bounds
    assert bounds == (twin_country.WEST, south, twin_country.WEST + 6_000, south + 3_000)


def test_zones_twice_without_a_polygon_or_far_away_are_refused(twin: Twin, tmp_path: Path) -> None:
    frame = squares()
    frame.loc[1, "MSOA11CD"] = frame.loc[0, "MSOA11CD"]
    frame.to_file(tmp_path / "twice.gpkg")
    with pytest.raises(SchemaError, match="1 row repeats a code, such as 'E02004511'"):
        refresh(twin, tmp_path / "tables", "zones", tmp_path / "twice.gpkg")
    away = squares()
    away["geometry"] = away.geometry.translate(2_000_000, 0)
    away.to_file(tmp_path / "away.gpkg")
    with pytest.raises(SchemaError, match="8 rows lie outside Great Britain"):
        refresh(twin, tmp_path / "tables", "zones", tmp_path / "away.gpkg")
    squares().to_file(tmp_path / "fine.gpkg")
    with pytest.raises(InputError, match="zones of the census of 2011, not of 2021"):
        refresh(twin, tmp_path / "tables", "zones", tmp_path / "fine.gpkg", edition="2021")
