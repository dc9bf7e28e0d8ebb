"""Districts of a later year: names, recoded ones, ones that became part of others, and counties."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
import shapely
import twin_country
from table_cases import over, refresh

from localarea.datasets.counties import read_counties
from localarea.datasets.districts import read_district_names, read_districts
from localarea.datasets.enterprises import read_enterprises
from localarea.datasets.storage import renewed
from localarea.datasets.zones import read_zones, zone_districts
from localarea.errors import ConflictError, SchemaError
from localarea.options.stated_districts import district_faults

if TYPE_CHECKING:
    from pathlib import Path

    from twin_country import Twin

LIST = "\ufeffLAD26CD,LAD26NM,LAD26NMW\r\n{rows}"
NOW = {
    "E07000071": "Colchester", "E07000202": "Ipswich", "E06000065": "North Yorkshire",
    "W06000015": "Cardiff", "S12000036": "City of Edinburgh", "N09000003": "Belfast",
}  # fmt: skip


def district_map(path: Path, cuts: dict[str, tuple[str, float, float]], year: int = 28) -> Path:
    """Write boundaries: code to name, first and last zone of the row of eight."""
    west, south, side = twin_country.WEST, twin_country.SOUTH, twin_country.SIDE
    gpd.GeoDataFrame(
        {
            f"LAD{year}CD": list(cuts),
            f"LAD{year}NM": [name for name, _, _ in cuts.values()],
        },
        geometry=[
            shapely.box(west + first * side, south, west + last * side, south + side)
            for _, first, last in cuts.values()
        ],
        crs="EPSG:27700",
    ).to_file(path)
    return path


REST = {"E06000065": ("North Yorkshire", 4, 6), "W06000015": ("Cardiff", 6, 8)}


def test_a_list_brings_in_names(twin: Twin, tmp_path: Path) -> None:
    path = tmp_path / "LAD_APR_2026.csv"
    rows = NOW | {"W06000015": "Caerdydd"}
    text = "".join(f"{code},{name},\r\n" for code, name in rows.items())
    path.write_text(LIST.format(rows=text), encoding="utf-8")
    done = refresh(twin, tmp_path / "tables", "districts", path)
    assert done.changes[0].counts == {"new": 0, "gone": 0, "changed": 1}
    store = over(twin, tmp_path / "tables")
    assert read_districts(store=store)["name"]["W06000015"] == "Caerdydd"
    assert store.info("districts_names").vintage == "2014-2026"
    assert store.info("zones_msoa11") == twin.store.info("zones_msoa11")  # nothing else follows


def test_a_list_with_a_new_district_asks_for_its_outline(twin: Twin, tmp_path: Path) -> None:
    path = tmp_path / "districts.csv"
    rows = {code: name for code, name in NOW.items() if code != "E07000202"}
    text = "".join(f"{c},{n},\n" for c, n in (rows | {"E06000099": "New Suffolk"}).items())
    path.write_text(LIST.format(rows=text), encoding="utf-8")
    with pytest.raises(SchemaError, match=r"E06000099.*E07000202.*use the boundaries of that year"):
        refresh(twin, tmp_path / "tables", "districts", path)


def test_every_table_follows_districts_that_became_part_of_another(
    twin: Twin, tmp_path: Path
) -> None:
    new = {"E06000099": ("North Essex and Ipswich", 0, 4), **REST}
    path = district_map(tmp_path / "LAD_2028.gpkg", new)
    folder = tmp_path / "tables"
    done = refresh(twin, folder, "districts", path, anchors=())
    assert done.changes[0].counts == {"new": 1, "gone": 0, "changed": 2}
    assert "E07000071 to E06000099, E07000202 to E06000099" in done.notes[0]
    store = over(twin, folder)
    names = read_district_names(store=store).set_index("lad_cd")
    assert names.loc["E07000071", ["lad25cd", "end"]].tolist() == ["E06000099", 2027]
    assert names.loc["E06000099", ["name", "start"]].tolist() == ["North Essex and Ipswich", 2028]
    districts = read_districts(store=store)
    assert districts.index.tolist() == ["E06000065", "E06000099", "W06000015"]
    assert districts.geometry["E06000099"].area == 4 * 3_000**2
    assert districts["region"]["E06000099"] == "East of England"
    for system, count in (("msoa11", 4), ("msoa21", 5)):
        codes = zone_districts(system, store=store)["lad25cd"].to_pylist()
        assert codes.count("E06000099") == count
        assert read_zones(system, store=store).geometry.is_valid.all()
    # 795 and 500 in 2017, each one more every year.
    enterprises = read_enterprises(store=store).set_index(["lad25cd", "year"])["enterprises"]
    assert enterprises["E06000099", 2022] == 800 + 505
    counties = read_counties(store=store).set_index("lad25cd")
    assert counties.loc["E06000099"].tolist() == ["E06000099", "North Essex and Ipswich"]
    known, postcodes = twin.store.read("postcodes"), store.read("postcodes")
    before, after = (one["lad25cd"].to_pylist() for one in (known, postcodes))
    assert before.count("E07000071") + before.count("E07000202") == after.count("E06000099")
    assert postcodes["key"].to_pylist() == known["key"].to_pylist()
    stated = [("E07000071", "Colchester"), ("W06000015", "Cardiff")]  # as a council's file may
    assert district_faults(stated, store=store) == [
        "Colchester (E07000071) is now part of North Essex and Ipswich (E06000099); change "
        'E07000071 = "Colchester" to E06000099 = "North Essex and Ipswich"'
    ]
    assert renewed.restore(folder, "districts") is None
    assert over(twin, folder).registry == twin.store.registry


def test_a_district_that_is_divided_or_left_out_is_refused(twin: Twin, tmp_path: Path) -> None:
    split = {"E06000097": ("West", 0, 1), "E06000098": ("East", 1, 4), **REST}
    path = district_map(tmp_path / "split.gpkg", split)
    with pytest.raises(SchemaError, match="E07000071 would be divided among E06000097, E06000098"):
        refresh(twin, tmp_path / "tables", "districts", path)
    path = district_map(tmp_path / "half.gpkg", REST)
    with pytest.raises(SchemaError, match=r"E07000071 lies in no district.*E07000202 lies in no"):
        refresh(twin, tmp_path / "tables", "districts", path)


def test_names_stay_when_zones_of_the_other_census_are_renewed(twin: Twin, tmp_path: Path) -> None:
    folder, names = tmp_path / "tables", tmp_path / "names.csv"
    text = (twin.raw / "lookups/msoa21_names.csv").read_text(encoding="utf-8-sig")
    names.write_text(text.replace("Castle", "Keep"), encoding="utf-8")
    boundaries = twin.raw / "boundaries"
    refresh(twin, folder, "zones", boundaries / "MSOA11_BGC.geojsonl.gz")
    refresh(twin, folder, "names", names)
    done = refresh(twin, folder, "zones", boundaries / "MSOA21_EW.geojsonl.gz")
    assert done.edition == 3
    for system in ("msoa11", "msoa21"):
        assert read_zones(system, store=over(twin, folder))["name"]["E02004511"] == "Keep"
    with pytest.raises(ConflictError, match="restore zones first"):
        renewed.restore(folder, "names")


def test_counties_of_a_lookup(twin: Twin, tmp_path: Path) -> None:
    path = tmp_path / "LAD26_CTY26.csv"
    path.write_text(
        "LAD26CD,LAD26NM,CTY26CD,CTY26NM\n"
        "E07000071,Colchester,E10000012,Greater Essex\n"
        "E07000202,Ipswich,E10000029,Suffolk\n",
        encoding="utf-8",
    )
    done = refresh(twin, tmp_path / "tables", "counties", path)
    assert done.changes[0].counts == {"new": 0, "gone": 0, "changed": 1}
    assert done.changes[0].here["changed"] == 1
    assert done.notes[0].startswith("1 unitary authority or London borough is not in the file")
    store = over(twin, tmp_path / "tables")
    assert store.info("counties_lad25").vintage == "2026"
    assert read_counties(store=store).to_numpy().tolist() == [
        ["E06000065", "E06000065", "North Yorkshire"],
        ["E07000071", "E10000012", "Greater Essex"],
        ["E07000202", "E10000029", "Suffolk"],
    ]


def test_what_others_were_made_from_is_restored_after_them(twin: Twin, tmp_path: Path) -> None:
    folder, names = tmp_path / "tables", tmp_path / "names.csv"
    text = (twin.raw / "lookups/msoa21_names.csv").read_text(encoding="utf-8-sig")
    names.write_text(text.replace("Castle", "Keep"), encoding="utf-8")
    refresh(twin, folder, "names", names)
    path = district_map(tmp_path / "map.gpkg", {"E06000099": ("New", 0, 4), **REST})
    refresh(twin, folder, "districts", path, anchors=())
    assert read_zones("msoa11", store=over(twin, folder))["name"]["E02004511"] == "Keep"
    with pytest.raises(ConflictError, match="restore districts first"):
        renewed.restore(folder, "names")
    renewed.restore(folder, "districts")
    assert read_zones("msoa11", store=over(twin, folder))["name"]["E02004511"] == "Keep"
    renewed.restore(folder, "names")
    assert read_zones("msoa11", store=over(twin, folder))["name"]["E02004511"] == "Castle"
