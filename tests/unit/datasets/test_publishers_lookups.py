"""Lookups between areas, as the ONS publishes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from localarea.datasets.publishers.lookups import (
    read_lookup,
    read_lsoa11_ttwa11,
    read_oa11_lookup,
    read_postcode_best_fit,
)
from localarea.datasets.ttwa import read_ttwa11_lookup
from localarea.errors import SchemaError
from localarea.geo.postcodes import parse_postcode

if TYPE_CHECKING:
    from pathlib import Path

TTWA = (
    "\ufeffLSOA11CD,LSOA11NM,TTWA11CD,TTWA11NM,ObjectId\n"
    "E01021600,Colchester 007A,E30000193,Colchester,3\n"
    ",,,,\n"
    "95DD04W1,Ballee,N12000001,Ballymena,1\n"
    'W01000001,"Anglesey, 1",W22000001,Llangefni,2\n'
)
BEST_FIT = (
    "pcd7,pcd8,pcds,dointr,doterm,usertype,oa11cd,lsoa11cd,msoa11cd,ladcd,lsoa11nm,ladnmw\r\n"
    '"IP1 1AA","IP1  1AA","IP1 1AA","198001","","0","E00153000","E01030000","E02006292",'
    '"E07000202","Ipswich 007A",""\r\n'
    '"CO1 1JB","CO1  1JB","CO1 1JB","198001","201805","1","E00110000","E01021600","E02004503",'
    '"E07000071","Colchester 007A",""\r\n'
)


def written(folder: Path, text: str, name: str = "lookup.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode("utf-8"))
    return path


def test_ttwa_lookup_without_its_mark_and_blank_row(tmp_path: Path) -> None:
    frame = read_lsoa11_ttwa11(written(tmp_path, TTWA))
    assert frame.to_numpy().tolist() == [
        ["95DD04W1", "N12000001", "Ballymena"],
        ["E01021600", "E30000193", "Colchester"],
        ["W01000001", "W22000001", "Llangefni"],
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
@pytest.mark.parametrize("name", ["Ynys M\u00f4n", "\u00c5sta", "Caf\u00e0"])
def test_names_keep_their_accents(tmp_path: Path, encoding: str, name: str) -> None:
    path = tmp_path / "lookup.csv"
    path.write_bytes(TTWA.removeprefix("\ufeff").replace("Colchester\n", "x").replace(
        ",Colchester,3", f",{name},3").encode(encoding))  # fmt: skip
    assert name in read_lsoa11_ttwa11(path)["ttwa11nm"].tolist()


def test_best_fit_of_postcodes(tmp_path: Path) -> None:
    frame = read_postcode_best_fit(written(tmp_path, BEST_FIT), lad_year=2022)
    assert frame["key"].tolist() == [parse_postcode(p).key for p in ("CO1 1JB", "IP1 1AA")]
    assert frame["terminated"].tolist() == [201805, pd.NA]
    assert frame["lad22cd"].tolist() == ["E07000071", "E07000202"]


def test_the_year_of_districts_is_read_from_the_name(tmp_path: Path) -> None:
    path = written(tmp_path, BEST_FIT, "PCD_OA_LSOA_MSOA_LAD_MAY22_UK_LU.csv")
    assert "lad22cd" in read_postcode_best_fit(path).columns


def test_the_year_of_districts_is_read_from_the_header(tmp_path: Path) -> None:
    text = "OA11CD,LSOA11CD,MSOA11CD,LAD11CD\nE00000001,E01000001,E02000001,E09000001\n"
    assert list(read_oa11_lookup(written(tmp_path, text)).columns)[-1] == "lad11cd"
    with pytest.raises(SchemaError, match="lad_year"):
        read_oa11_lookup(written(tmp_path, text.replace("LAD11CD", "LADCD")))


def test_optional_columns_may_lack(tmp_path: Path) -> None:
    path = written(tmp_path, TTWA)
    frame = read_lookup(path, ("lsoa11cd",), optional=("lsoa11nm", "rgn11cd"))
    assert list(frame.columns) == ["lsoa11cd", "lsoa11nm"]


def test_every_fault_is_gathered(tmp_path: Path) -> None:
    text = TTWA + "Nowhere,x,E30000193,y,1\nE01021600,x,TTWA,y,1\n,x,E30000193,y,1\n"
    with pytest.raises(SchemaError) as caught:
        read_lsoa11_ttwa11(written(tmp_path, text))
    for part in ("'Nowhere'", "'TTWA'", "repeats a lsoa11cd", "has a blank in column lsoa11cd"):
        assert part in str(caught.value)


def test_published_ttwa_lookup_equals_our_table(raw_folder: Path) -> None:
    frame = read_lsoa11_ttwa11(raw_folder / "ttwa" / "LSOA11_TTWA11-UK.csv.gz")
    assert frame["ttwa11cd"].nunique() == 228
    pd.testing.assert_frame_equal(frame, read_ttwa11_lookup()[list(frame.columns)])


def test_published_best_fit_of_the_study_area(raw_folder: Path) -> None:
    path = raw_folder / "lookups" / "study_CO_CB_CM_IP_SG_NR_SS.csv.gz"
    assert len(read_postcode_best_fit(path, lad_year=2022)) == 155_649
