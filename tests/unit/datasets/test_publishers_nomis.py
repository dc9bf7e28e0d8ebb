"""Flows in the publishers' own formats: headers, special destinations, and what is refused."""

from __future__ import annotations

import gzip
import io
import zipfile
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from localarea.datasets.flows import read_flows, read_special_flows
from localarea.datasets.publishers.nomis import FlowTables, read_flow_file
from localarea.errors import FileFormatError, SchemaError

if TYPE_CHECKING:
    from pathlib import Path

# An invented sample in the form of ODWP01EW_LTLA.csv: two districts, every kind of row.
INDICATOR = "Place of work indicator (4 categories)"
LTLA = (
    "Lower tier local authorities code,Lower tier local authorities label,"
    "LTLA of workplace code,LTLA of workplace label,"
    f"{INDICATOR} code,{INDICATOR} label,Count\r\n"
    "E07000071,Colchester,-8,Does not apply,-8,Does not apply,700\r\n"
    "E07000071,Colchester,888888888,Workplace is offshore installation,2,"
    '"Other (including offshore installation, working outside the UK)",3\r\n'
    "E07000071,Colchester,999999999,Workplace is outside the UK,2,Other,4\r\n"
    'E07000071,Colchester,E07000071,Colchester,1,"Mainly at home, No fixed place",50\r\n'
    "E07000071,Colchester,E07000071,Colchester,3,Working in the UK,200\r\n"
    "E07000071,Colchester,E07000076,Tendring,3,Working in the UK,20\r\n"
    "E07000071,Colchester,S12000036,City of Edinburgh,3,Working in the UK,2\r\n"
    "E07000071,Colchester,S12000033,Aberdeen City,3,Working in the UK,1\r\n"
    "E07000071,Colchester,N09000003,Belfast,3,Working in the UK,5\r\n"
    "E07000076,Tendring,E07000071,Colchester,3,Working in the UK,60\r\n"
)
WU01EW = (
    '"Area of usual residence","Area of workplace","All categories: Sex","Male","Female"\n'
    "E02004503,E02004503,1506,800,706\n"
    "E02004503,E02004504,12,6,6\n"
    "E02004503,OD0000001,300,150,150\n"
    "E02004503,OD0000002,2,1,1\n"
    "E02004503,OD0000003,40,20,20\n"
    "E02004503,OD0000004,5,3,2\n"
    "E02004503,S92000003,1,1,0\n"
    "W02000001,N92000002,7,3,4\n"
)


def written(folder: Path, text: str | bytes, name: str = "flows.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def pairs(tables: FlowTables) -> dict[tuple[str, str], int]:
    return {(o, d): w for o, d, w in tables.flows.itertuples(index=False)}


def specials(tables: FlowTables) -> dict[tuple[str, str], int]:
    return {(o, k): w for o, k, w in tables.special.itertuples(index=False)}


def assert_same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    """Compare by codes: pandas' own comparison of categories takes seconds for millions."""
    assert list(found.columns) == list(expected.columns)
    for name in found.columns:
        mine, theirs = found[name], expected[name]
        if isinstance(theirs.dtype, pd.CategoricalDtype):
            assert list(mine.cat.categories) == list(theirs.cat.categories)
            mine, theirs = mine.cat.codes, theirs.cat.codes
        assert np.array_equal(mine.to_numpy(), theirs.to_numpy())


def test_district_file_of_2021(tmp_path: Path) -> None:
    tables = read_flow_file(written(tmp_path, LTLA))
    assert (tables.zone_system, tables.vintage) == ("lad22", 2021)
    assert pairs(tables) == {
        ("E07000071", "E07000071"): 200,
        ("E07000071", "E07000076"): 20,
        ("E07000076", "E07000071"): 60,
    }
    assert specials(tables) == {
        ("E07000071", "home_or_no_fixed_place"): 50,
        ("E07000071", "northern_ireland"): 5,
        ("E07000071", "offshore"): 3,
        ("E07000071", "outside_uk"): 4,
        ("E07000071", "scotland"): 3,  # two council areas
    }
    assert (tables.not_in_work, tables.workers) == (700, 345)


def test_msoa_file_of_2011(tmp_path: Path) -> None:
    tables = read_flow_file(written(tmp_path, WU01EW))
    assert (tables.zone_system, tables.vintage, tables.workers) == ("msoa11", 2011, 1873)
    assert specials(tables) == {
        ("E02004503", "home"): 300,
        ("E02004503", "no_fixed_place"): 40,
        ("E02004503", "offshore"): 2,
        ("E02004503", "outside_uk"): 5,
        ("E02004503", "scotland"): 1,
        ("W02000001", "northern_ireland"): 7,
    }


def test_output_area_file_without_a_header(tmp_path: Path) -> None:
    text = "E00000001,E00000003,5\nE00000001,OD0000001,2\n"
    tables = read_flow_file(written(tmp_path, text, "wf01bew_oa_v1.csv"))
    assert (tables.zone_system, tables.workers) == ("oa11", 7)
    assert pairs(tables) == {("E00000001", "E00000003"): 5}


def test_types_are_those_of_our_own_readers(tmp_path: Path) -> None:
    tables = read_flow_file(written(tmp_path, WU01EW))
    ours, ours_special = read_flows(2011), read_special_flows(2011)
    for mine, theirs in ((tables.flows, ours), (tables.special, ours_special)):
        assert list(mine.columns) == list(theirs.columns)
        assert [d.name for d in mine.dtypes] == [d.name for d in theirs.dtypes]


@pytest.mark.parametrize("vintage", [2011, 2021])
def test_our_own_table_reads_by_the_same_reader(repository: Path, vintage: int) -> None:
    tables = read_flow_file(repository / "data" / f"flows_{vintage}.parquet")
    assert_same(tables.flows, read_flows(vintage))
    special = read_flow_file(repository / "data" / f"flows_{vintage}_special.parquet")
    assert_same(special.special, read_special_flows(vintage))


def zipped(**members: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return buffer.getvalue()


HOUSE = LTLA.replace("\r\n", "\n")
VARIANTS = {
    "bom": b"\xef\xbb\xbf" + LTLA.encode(),
    "gz": gzip.compress(LTLA.encode(), mtime=0),
    "zip": zipped(**{"readme.pdf": "x", "ODWP01EW_LTLA.csv": LTLA}),
    "gz_in_zip": gzip.compress(LTLA.encode(), mtime=0),
    "utf16": LTLA.encode("utf-16"),
    "upper": HOUSE.replace(HOUSE.split("\n")[0], HOUSE.split("\n")[0].upper()).encode(),
    "all_quoted": "\n".join(
        ",".join('"' + c + '"' for c in line.split(",")) if line.count('"') == 0 else line
        for line in HOUSE.strip().split("\n")
    ).encode(),
    "semicolons": pd.read_csv(io.StringIO(LTLA), dtype=str).to_csv(index=False, sep=";").encode(),
    "tabs": pd.read_csv(io.StringIO(LTLA), dtype=str).to_csv(index=False, sep="\t").encode(),
    "further_columns": HOUSE.replace(",Count\n", ",Count,Note\n").replace("0\n", "0,x\n")
    .replace("3\n", "3,\n").replace("4\n", "4,\n").replace("2\n", "2,\n").replace("1\n", "1,\n")
    .replace("5\n", "5,\n").encode(),
    "thousands": HOUSE.replace(",200\n", ',"0,200"\n').encode(),
    "decimals": HOUSE.replace(",200\n", ",200.0\n").encode(),
    "windows_names": HOUSE.replace("Tendring", "Ynys Môn").encode("cp1252"),
    "windows_note": (HOUSE + "Source: \u00a9 Crown copyright\n").encode("cp1252"),
    "blank_rows": HOUSE.replace("\nE07000076,T", "\n,,,,,,\n\nE07000076,T").encode(),
    "preamble_and_notes": (
        '"ODWP01EW - Workplace"\n"ONS Crown Copyright Reserved [from Nomis on 1 May 2024]"\n\n'
        + HOUSE
        + '\n\n"In order to protect against disclosure, records have been swapped."\nSource: ONS,\n'
    ).encode(),
}  # fmt: skip


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_same_table_however_it_is_written(tmp_path: Path, variant: str) -> None:
    plain = read_flow_file(written(tmp_path, LTLA, "plain.csv"))
    other = read_flow_file(written(tmp_path, VARIANTS[variant], "other.csv"))
    assert_same(other.flows, plain.flows)
    assert_same(other.special, plain.special)
    assert other.not_in_work == plain.not_in_work


@pytest.mark.parametrize("mark", ["-", "c", "[c]", "..", "*", ":", "X"])
def test_a_withheld_count_is_no_zero(tmp_path: Path, mark: str) -> None:
    text = WU01EW.replace("E02004503,E02004504,12", f"E02004503,E02004504,{mark}")
    tables = read_flow_file(written(tmp_path, text))
    assert tables.suppressed == 1
    assert ("E02004503", "E02004504") not in pairs(tables)


def test_rows_split_by_a_category_are_summed(tmp_path: Path) -> None:
    text = (
        "Middle layer Super Output Areas code,MSOA of workplace code,Sex (2 categories) code,"
        "Place of work indicator (4 categories) code,Count\n"
        "E02004503,E02004504,1,3,4\nE02004503,E02004504,2,3,5\n"
    )
    assert pairs(read_flow_file(written(tmp_path, text))) == {("E02004503", "E02004504"): 9}


def test_a_zip_of_all_levels_gives_the_level_asked_for(tmp_path: Path) -> None:
    msoa = LTLA.replace("E07000071", "E02004503").replace("E07000076", "E02004504")
    content = zipped(
        **{"ODWP01EW_LTLA.csv": LTLA, "ODWP01EW_MSOA.csv": msoa, "ODWP01EW_OA.csv": ""}
    )
    path = written(tmp_path, content, "odwp01ew.zip")
    assert read_flow_file(path).zone_system == "msoa21"
    assert read_flow_file(path, level="ltla").zone_system == "lad22"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "nothing at all"),
        (b"<!DOCTYPE html><title>404 - Nomis</title>", "a web page ('404 - Nomis')"),
        (gzip.compress(b"<html><body>Error", mtime=0), "a web page"),
        (b'{"error": "no such dataset"}', "a JSON document"),
        (b"%PDF-1.4 ...", "a PDF"),
        (zipped(**{"notes.pdf": "x"}), "no CSV in the zip"),
        (zipped(**{"[Content_Types].xml": "x", "xl/workbook.xml": "x"}), "an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "an Excel workbook"),
        (zipped(**{"a.csv": LTLA, "b.csv": LTLA}), "2 tables"),
        (zipped(**{"a.csv": LTLA})[:-30], "damaged or cut short"),
        (gzip.compress(LTLA.encode() * 50, mtime=0)[:-40], "damaged or cut short"),
        (b"PAR1 not really", "damaged or cut short"),
        (bytes(range(256)) * 4, "binary data"),
    ],
)
def test_the_wrong_file_is_named(tmp_path: Path, content: bytes, says: str) -> None:
    path = written(tmp_path, content, "wrong.csv")
    with pytest.raises(FileFormatError) as caught:
        read_flow_file(path)
    assert says in str(caught.value)
    assert "wrong.csv" in str(caught.value)


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="no such file"):
        read_flow_file(tmp_path / "none.csv")
    with pytest.raises(FileFormatError, match="is a folder"):
        read_flow_file(tmp_path)


def faults_of(tmp_path: Path, text: str) -> str:
    with pytest.raises(SchemaError) as caught:
        read_flow_file(written(tmp_path, text))
    return str(caught.value)


def test_every_missing_column_is_named_with_what_was_found(tmp_path: Path) -> None:
    said = faults_of(tmp_path, "MSOA name,People\nAdur 001,5\n")
    for part in ("no column for origin", "'area of usual residence'", "no column for destination",
                 "no column for workers", "'MSOA name', 'People'"):  # fmt: skip
        assert part in said


def test_every_fault_of_the_rows_is_gathered(tmp_path: Path) -> None:
    said = faults_of(
        tmp_path,
        "from,to,value\nE02000001,E02000002,5\nE02000001,XX,6\nE02000001,E02000003,many\n"
        "E02000001,E02000003,-4\nE02000001,OD0000001,1\n",
    )
    assert "2 rows have no valid number of workers, such as 'many', '-4'" in said
    assert "1 row has a destination that is neither an MSOA zone" in said
    assert "'XX'" in said


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("Adur 001,E02000001,5\nE02000001,OD0000001,1\n", "no zone code as origin"),
        ("E02000001,OD0000001\nE02000001,OD0000001,1\n", "too few or too many cells"),
        ("E02000001,E02000002,5\n", "census year is unclear"),
        ("E02000001,OD0000001,5\nE00000001,OD0000001,5\n", "must all be OAs"),
        ("S02000001,OD0000001,5\n", "must all be OAs"),
        ("", "no row of figures"),
        ("Source: ONS,,\n", "no row of figures"),
    ],
)
def test_faults_of_rows(tmp_path: Path, rows: str, says: str) -> None:
    assert says in faults_of(tmp_path, "from,to,value\n" + rows)


def test_the_year_may_be_given(tmp_path: Path) -> None:
    path = written(tmp_path, "from,to,value\nE02000001,E02000002,5\n")
    assert read_flow_file(path, vintage=2021).zone_system == "msoa21"
    with pytest.raises(SchemaError, match="no census in 2001"):
        read_flow_file(path, vintage=2001)  # type: ignore[arg-type]


# The publishers' own files, where they are at hand.


def test_published_district_flows_of_2021(raw_folder: Path) -> None:
    tables = read_flow_file(raw_folder / "flows" / "ODWP01EW_LTLA.csv.gz")
    assert tables.zone_system == "lad22"
    assert tables.flows["origin"].nunique() == 331  # districts of England and Wales
    # The sum of the file's column Count, split by its indicator: 48,566,232 residents of 16
    # and over, of whom 20,792,704 "Does not apply" (not in work), summed with pandas.
    assert tables.not_in_work == 20_792_704
    assert tables.workers == 48_566_232 - 20_792_704
    kinds = tables.special.groupby("kind", observed=True)["workers"].sum()
    assert kinds["home_or_no_fixed_place"] == 12_586_796
    assert kinds["offshore"] == 28_398
    # The MSOA table of the same census has 27,773,863; the ONS perturbs each table by itself.
    assert abs(tables.workers - 27_773_863) < 1_000


@pytest.mark.parametrize(
    ("name", "vintage", "workers"),
    [
        ("wu01ew_2011_msoa_flows.csv.gz", 2011, 26_681_568),
        ("odwp01ew_2021_msoa_flows.csv.gz", 2021, 27_773_863),
    ],
)
def test_published_zone_flows_equal_our_tables(
    raw_folder: Path, name: str, vintage: int, workers: int
) -> None:
    tables = read_flow_file(raw_folder / "flows" / name)
    assert tables.workers == workers
    assert_same(tables.flows, read_flows(vintage))
    assert_same(tables.special, read_special_flows(vintage))
