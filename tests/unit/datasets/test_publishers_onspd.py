"""Postcode directories of several editions, as zip and CSV, and what is refused."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from localarea.datasets.publishers.onspd import read_postcode_directory
from localarea.errors import FileFormatError, SchemaError
from localarea.geo.postcodes import parse_postcode, postcode_of

if TYPE_CHECKING:
    from pathlib import Path

OLD = (
    "pcd,pcd2,pcds,dointr,doterm,oscty,oslaua,osward,usertype,oseast1m,osnrth1m,osgrdind,"
    "oa11,lsoa11,msoa11,oa21,lsoa21,msoa21\n"
)
OLD_ROWS = (
    '"IP1 1AA","IP1  1AA","IP1 1AA","198001","","E10000029","E07000202","E05000000","0",'
    '"616000","0244500","1","E00153000","E01030000","E02006292","E00153000","E01030000","E02006292"\n'
    '"CO1 1JB","CO1  1JB","CO1 1JB","198001","","E10000012","E07000071","E05000000","1",'
    '"599500","0225300","1","E00110000","E01021600","E02004503","E00110000","E01021600","E02004503"\n'
    '"CO101AA","CO10 1AA","CO10 1AA","198001","199606","E10000029","E07000200","E05000000","0",'
    '"587000","0241000","1","E00152000","E01029800","E02006230","E00152000","E01029800","E02006230"\n'
    '"EH1 1AA","EH1  1AA","EH1 1AA","198001","","S99999999","S12000036","S13000000","0",'
    '"325800","0673900","1","S00100000","S01008600","S02001600","","",""\n'
    '"JE2 3AB","JE2  3AB","JE2 3AB","198001","","L99999999","L99999999","L99999999","0",'
    '"","","9","","","L99999999","","","L99999999"\n'
)
NEW = (
    "pcd7,pcd8,pcds,dointr,doterm,cty25cd,ced25cd,lad25cd,wd25cd,usrtypind,east1m,north1m,"
    "gridind,oa11cd,lsoa11cd,msoa11cd,oa21cd,lsoa21cd,msoa21cd\n"
    "CO1 1JB,CO1  1JB,CO1 1JB,198001,,,,E07000071,,1,599500,225300,1,,,E02004503,,,E02004503\n"
)


def read(folder: Path, text: str, name: str = "ONSPD_NOV_2025_UK.csv"):  # type: ignore[no-untyped-def]
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_postcode_directory(path)


def test_columns_and_types_are_those_of_our_table(tmp_path: Path, repository: Path) -> None:
    ours = pq.read_schema(repository / "data" / "postcodes.parquet")
    assert read(tmp_path, OLD + OLD_ROWS).schema.equals(ours)


def test_rows_of_an_old_edition(tmp_path: Path) -> None:
    rows = {postcode_of(r["key"]): r for r in read(tmp_path, OLD + OLD_ROWS).to_pylist()}
    assert list(rows) == sorted(rows)
    assert rows["CO1 1JB"]["key"] == parse_postcode("CO1 1JB").key
    live, ended, scottish, jersey = (rows[p] for p in ("CO1 1JB", "CO10 1AA", "EH1 1AA", "JE2 3AB"))
    assert (live["easting"], live["northing"]) == (599500, 225300)
    assert (live["lad25cd"], live["msoa11cd"]) == ("E07000071", "E02004503")
    assert (live["status"], live["terminated_to"]) == ("live", None)
    assert (ended["status"], ended["terminated_from"], ended["terminated_to"]) == (
        "terminated", 199606, 199606,
    )  # fmt: skip
    assert (scottish["msoa11cd"], scottish["msoa11_source"]) == (None, None)
    assert (jersey["lad25cd"], jersey["easting"], jersey["northing"]) == ("L99999999", None, None)


def test_rows_of_a_new_edition(tmp_path: Path) -> None:
    (row,) = read(tmp_path, NEW, "any.csv").to_pylist()
    assert (row["lad25cd"], row["msoa21cd"], row["msoa21_source"]) == (
        "E07000071", "E02004503", "ons_lookup",
    )  # fmt: skip


def test_the_years_of_districts_are_kept_apart(tmp_path: Path) -> None:
    assert "lad26cd" in read(tmp_path, NEW.replace("lad25cd", "LAD26CD")).column_names
    assert "lad18cd" in read(tmp_path, OLD + OLD_ROWS, "NSPL_MAY_2018_UK.csv").column_names
    with pytest.raises(SchemaError, match="lad_year"):
        read(tmp_path, OLD + OLD_ROWS, "postcodes.csv")


def test_the_published_zip_gives_the_whole_directory(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("Data/ONSPD_NOV_2025_UK.csv", OLD + OLD_ROWS)
        archive.writestr("Data/multi_csv/ONSPD_NOV_2025_UK_CO.csv", OLD)
        archive.writestr("Documents/LA_UA names and codes.csv", "LAD24CD,LAD24NM\n")
    path = tmp_path / "ONSPD_NOV_2025.zip"
    path.write_bytes(buffer.getvalue())
    assert read_postcode_directory(path).num_rows == 5


def test_a_zip_of_parts_is_put_together(tmp_path: Path) -> None:
    first, *others = OLD_ROWS.splitlines(keepends=True)
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        archive.writestr("Data/multi_csv/ONSPD_NOV_2025_UK_IP.csv", OLD + first)
        archive.writestr("Data/multi_csv/ONSPD_NOV_2025_UK_XX.csv", OLD + "".join(others))
    assert read_postcode_directory(tmp_path / "d.zip").num_rows == 5


def test_every_fault_is_gathered(tmp_path: Path) -> None:
    bad = (
        OLD_ROWS.replace('"IP1 1AA","198001",""', '"IP1 1A","198001",""')
        .replace('"199606"', '"June 96"')
        .replace('"599500"', '"TL995"')
    )
    with pytest.raises(SchemaError) as caught:
        read(tmp_path, OLD + bad)
    for part in ("'IP1 1A'", "'June 96'", "'TL995'"):
        assert part in str(caught.value)


def test_a_postcode_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="repeats a postcode, such as 'CO1 1JB'"):
        read(tmp_path, NEW + NEW.splitlines()[1] + "\n")


def test_missing_columns_are_named(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match=r"no column for doterm .*no column for easting"):
        read(tmp_path, "pcds,lad25cd\nCO1 1JB,E07000071\n")


def test_a_directory_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="no postcode"):
        read(tmp_path, NEW.splitlines()[0] + "\n")


def test_a_web_page_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="web page"):
        read(tmp_path, "<html><title>Sign in</title>")
