"""
A small country that does not exist, written in the publishers' own formats.

Eight squares of 3 km in a row, from west to east: two zones each of Colchester, Ipswich, Craven
(part of North Yorkshire since 2023) and Cardiff. Codes are real, so that everything which goes by
their form works; every figure is invented, and small enough to be checked by hand. The second zone
was split in two between the censuses. `write` makes the folder that scripts/build_data.py reads.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import subprocess
import sys
import zipfile
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import build_data
import geopandas as gpd
import pyproj
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from localarea.datasets.store import DataStore

REPOSITORY = Path(__file__).resolve().parents[2]
WEST, SOUTH, SIDE = 598_000, 222_000, 3_000
ZONES: Final = (
    ("E02004511", "Colchester 001", "E07000071"),
    ("E02004512", "Colchester 002", "E07000071"),
    ("E02006291", "Ipswich 001", "E07000202"),
    ("E02006292", "Ipswich 002", "E07000202"),
    ("E02005745", "Craven 001", "E07000163"),
    ("E02005746", "Craven 002", "E07000163"),
    ("W02000367", "Cardiff 001", "W06000015"),
    ("W02000368", "Cardiff 002", "W06000015"),
)
SPLIT, WEST_HALF, EAST_HALF = "E02004512", "E02007001", "E02007002"
NOW = {"E07000163": "E06000065"}  # Craven became part of North Yorkshire on 1 April 2023
REGIONS = {"E07000071": "E12000006", "E07000202": "E12000006", "E06000065": "E12000003"}
LIBRARY_NAMES = {"E02004511": "Castle", WEST_HALF: "Mile End West", EAST_HALF: "Mile End East"}
OUTWARD = ("CO1", "CO2", "IP1", "IP2", "BD23", "BD24", "CF10", "CF11")
LETTERS = "ABDEFGHJLN"  # two of them end each postcode
PER_SIDE = 5  # postcodes along each side of a zone's grid
RESIDENTS_OF_OA = 100  # of the first output area; each one after it has one more
UNLISTED_OA = "E00000010"  # no postcode, so the lookup leaves it out; it lies in the third zone
INDUSTRIES: Final = (
    "Agriculture, forestry & fishing (A)",
    "Mining, quarrying & utilities (B,D and E)",
    "Motor trades (Part G)",
)

# What became of single postcodes: place (None: no grid reference), district, zone in the lookup of
# May 2022 (None: not in it), its month of termination, whether in Code-Point Open 2024 and 2025.
ODD_POSTCODES: Final = {
    "CO1 9ZA": ((598_100, 222_100), "E07000071", "E02004511", "199806", False, False),
    "CO1 9ZB": ((598_100, 222_200), "E07000071", "E02004511", "", True, False),
    "CO1 9ZD": ((598_100, 222_300), "E07000071", "E02004511", "", False, False),
    "CO1 9ZE": ((598_100, 222_400), "E07000071", "E02004511", "200101", True, True),
    "CO2 9ZA": ((603_900, 224_900), "E07000071", None, "", False, True),  # newer: by its place
    "CO2 9ZB": ((602_000, 221_800), "E07000071", None, "", False, True),  # on a pier, 200 m out
    "CO2 9ZD": (None, "E07000071", "E02004512", "200312", False, False),
    "BT1 1AA": ((333_900, 374_000), "N09000003", "N21000001", "", False, False),  # Irish Grid
    "EH1 1AA": ((325_800, 673_500), "S12000036", "S02002288", "", True, True),
}
FLOWS_2011: Final = (
    *((code, code, 1_000 + k) for k, (code, _, _) in enumerate(ZONES)),
    *((a[0], b[0], 100 + k) for k, (a, b) in enumerate(pairwise(ZONES))),
    ("E02004511", "OD0000001", 50),
    ("E02004511", "OD0000003", 40),
    ("E02004511", "OD0000002", 3),
    ("E02006291", "OD0000004", 2),
    ("E02006291", "S92000003", 4),
    ("W02000367", "N92000002", 1),
)
ZONES_2021: Final = (
    *((c, n, d) for c, n, d in ZONES if c != SPLIT),
    (WEST_HALF, "Colchester 003", "E07000071"),
    (EAST_HALF, "Colchester 004", "E07000071"),
)
FLOWS_2021: Final = (
    *((code, code, 900 + k) for k, (code, _, _) in enumerate(ZONES_2021)),
    (WEST_HALF, EAST_HALF, 70),
    (EAST_HALF, "E02004511", 60),
    ("E02004511", "111111111", 500),
    ("E02004511", "888888888", 5),
    ("W02000367", "999999999", 6),
    ("E02006291", "S02002288", 7),
    ("E02006291", "N10000101", 8),
)


@dataclass(frozen=True, slots=True)
class Twin:
    """Where the country was written, and where the tables made of it and its council are."""

    raw: Path
    data: Path
    cache: Path

    @property
    def store(self) -> DataStore:
        """The tables, as the package's own readers take them."""
        from localarea.datasets.store import DataStore

        return DataStore(self.data, self.cache)


COUNCIL = """
title = "Colchester City Council"
anchor = "Colchester"
default_option = "district"
[contested.ipswich]
place = "Ipswich"
[options.district]
title = "Colchester alone"
"""


def build(raw: Path, out: Path) -> None:
    """Build every table as a person does; a build that does its work says nothing."""
    command = [sys.executable, "scripts/build_data.py", str(raw), "--out", str(out)]
    run = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def run_build(raw: Path, out: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Run the data build in this process, which has imported it already."""
    command = [str(raw), "--out", str(out), *more]
    said, error = io.StringIO(), io.StringIO()
    with redirect_stdout(said), redirect_stderr(error):
        code = build_data.main(command)
    return subprocess.CompletedProcess(command, code, said.getvalue(), error.getvalue())


def write(raw: Path) -> None:
    """Write every input of the data build, and the totals that they add up to."""
    for folder in (
        "boundaries", "flows", "lookups", "population", "postcodes", "roads", "ttwa",
    ):  # fmt: skip
        (raw / folder).mkdir(parents=True)
    _write_boundaries(raw / "boundaries")
    _write_districts(raw / "boundaries" / "lad_all_years_topo.json.gz")
    _write_flows(raw / "flows")
    _write_lookups(raw / "lookups")
    _write_population(raw / "population")
    _write_postcodes(raw / "postcodes")
    _write_roads(raw / "roads")
    _write_ttwa(raw / "ttwa" / "LSOA11_TTWA11-UK.csv.gz")
    (raw / "totals.toml").write_text(totals(), encoding="utf-8")


def totals() -> str:
    """State what the files add up to, counted by hand from the constants above."""
    figures = {
        "zones_msoa11": 8,
        "zones_msoa21": 9,
        "districts": 4,
        "lsoa11": 16,
        "small_areas_uk": 17,
        "ttwas": 4,
        "output_areas_2011": 33,
        "residents_2011": sum(range(100, 132)) + 7,
        "residents_2021": 9 * 5_000 + sum(range(9)),
        "workers_2011": sum(row[2] for row in FLOWS_2011),
        "workers_2021": sum(row[2] for row in FLOWS_2021),
        "industries": 3,
        "employees_2024": 9 * (10 + 20 + 30),
        "postcodes": 8 * PER_SIDE**2 + 9,
        "ons_lookup_postcodes": 8 * PER_SIDE**2 + 7,
        "code_point_2024_postcodes": 8 * PER_SIDE**2 + 3,
        "code_point_2025_postcodes": 8 * PER_SIDE**2 + 4,
        "roads_nodes": 9,
        "roads_edges": 17,
    }
    lines = [f"{name} = {figure}" for name, figure in figures.items()]
    return "\n".join([*lines, "enterprises_2022 = { E07000071 = 800, E06000065 = 610 }", ""])


def square(number: int, first: float = 0.0, last: float = 1.0) -> shapely.Polygon:
    """Give a zone's square, or a slice of it from west to east; EPSG:27700."""
    west = WEST + number * SIDE
    return shapely.box(west + first * SIDE, SOUTH, west + last * SIDE, SOUTH + SIDE)


def ordinary_postcodes() -> list[tuple[str, int, tuple[int, int]]]:
    """Give the postcodes that are in every directory: text, number of the zone, place."""
    found = []
    for zone, outward in enumerate(OUTWARD):
        for k in range(PER_SIDE**2):
            inward = f"{k % 10}{LETTERS[k // 10]}{LETTERS[k % 10]}"
            east, north = divmod(k, PER_SIDE)
            place = (WEST + zone * SIDE + 300 + 600 * east, SOUTH + 300 + 600 * north)
            found.append((f"{outward} {inward}", zone, place))
    return found


def _degrees(shape: shapely.Geometry) -> dict[str, Any]:
    """Give GeoJSON in WGS84 of a shape on the National Grid."""
    to_degrees = pyproj.Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)
    moved = shapely.transform(shape, to_degrees.transform, interleaved=False)
    geometry: dict[str, Any] = json.loads(shapely.to_geojson(shapely.set_precision(moved, 1e-7)))
    return geometry


def _packed(path: Path, text: str) -> None:
    path.write_bytes(gzip.compress(text.encode("utf-8"), mtime=0))


def _rows(header: Sequence[str], rows: Iterable[Sequence[object]], quoting: int = 0) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", quoting=quoting)
    text.write(",".join(f'"{h}"' if "," in h else h for h in header) + "\n")
    writer.writerows(rows)
    return text.getvalue()


def _shapes_2021() -> dict[str, shapely.Polygon]:
    halves = {WEST_HALF: square(1, 0, 0.5), EAST_HALF: square(1, 0.5, 1)}
    return halves | {c: square(k) for k, (c, _, _) in enumerate(ZONES) if c != SPLIT}


def _write_boundaries(folder: Path) -> None:
    older = [
        _feature({"msoa11cd": code, "msoa11nm": name, "msoa11nmw": name}, square(k))
        for k, (code, name, _) in enumerate(ZONES)
    ]
    _packed(folder / "MSOA11_BGC.geojsonl.gz", "\n".join(older) + "\n")
    shapes, newer = _shapes_2021(), []
    for number, (code, name, district) in enumerate(ZONES_2021):
        active = NOW.get(district, district)
        properties = {
            "FID": number + 1,
            "MSOA21CD": code,
            "MSOA21NM": name,
            "GlobalID": f"00000000-0000-4000-8000-{number:012d}",
            "LADCD_ACTIVE": active,
            "UTLACD": active,
            "CAUTHCD": None,
            "RGNCD": REGIONS.get(active),
        }
        newer.append(_feature(properties, shapes[code]))
    _packed(folder / "MSOA21_EW.geojsonl.gz", "\n".join(newer) + "\n")


def _feature(properties: dict[str, Any], shape: shapely.Polygon) -> str:
    return json.dumps({"type": "Feature", "properties": properties, "geometry": _degrees(shape)})


def _write_districts(path: Path) -> None:
    """Write TopoJSON: each district one ring of its own, quantised as the publisher's is."""
    districts: list[tuple[str, str, int, int, dict[str, int]]] = [
        ("E07000071", "Colchester", 0, 20, {}),
        ("E07000202", "Ipswich", 20, 40, {}),
        ("E07000163", "Craven", 40, 60, {"end": 2022}),
        ("E06000065", "North Yorkshire", 40, 90, {"start": 2023}),
        ("W06000015", "Cardiff", 90, 110, {}),
        ("S12000036", "City of Edinburgh", 200, 210, {}),
        ("S12000044", "North Lanarkshire", 210, 220, {}),
        ("S12000046", "Glasgow City", 220, 230, {}),
        ("N09000003", "Belfast", 240, 250, {}),
    ]
    arcs, geometries = [], []
    for code, name, west, east, years in districts:
        wide = east - west
        arcs.append([[west, 0], [0, 50], [wide, 0], [0, -50], [-wide, 0]])
        geometries.append(
            {
                "type": "Polygon",
                "arcs": [[len(arcs) - 1]],
                "properties": {"areacd": code, "areanm": name, **years},
            }
        )
    names = {"E12000003": "Yorkshire and The Humber", "E12000006": "East of England"}
    regions = [
        {"type": "Polygon", "arcs": [[0]], "properties": {"areacd": c, "areanm": n}}
        for c, n in names.items()
    ]
    counties = [
        {"type": "Polygon", "arcs": [[arc]], "properties": {"areacd": c, "areanm": n, **years}}
        for arc, c, n, years in (
            (0, "E10000012", "Essex", {}),
            (1, "E10000029", "Suffolk", {}),
            (3, "E10000023", "North Yorkshire", {"end": 2022}),
        )
    ]
    document = {
        "type": "Topology",
        "arcs": arcs,
        "transform": {"scale": [0.01, 0.01], "translate": [-8.65, 49.86]},
        "objects": {
            "ltla": {"type": "GeometryCollection", "geometries": geometries},
            "cty": {"type": "GeometryCollection", "geometries": counties},
            "mcty": {"type": "GeometryCollection", "geometries": []},
            "rgn": {"type": "GeometryCollection", "geometries": regions},
        },
    }
    _packed(path, json.dumps(document))


def _write_flows(folder: Path) -> None:
    header = ["from", "to", "value"]
    _packed(folder / "wu01ew_2011_msoa_flows.csv.gz", _rows(header, FLOWS_2011))
    _packed(folder / "odwp01ew_2021_msoa_flows.csv.gz", _rows(header, FLOWS_2021))


def output_areas() -> list[tuple[str, str, str, str, int]]:
    """Give the listed output areas: code, LSOA, MSOA, district, residents; four to a zone."""
    numbers = [n for n in range(1, 34) if f"E{n:08d}" != UNLISTED_OA]
    areas = []
    for k, number in enumerate(numbers):
        code, _, district = ZONES[k // 4]
        lsoa = f"{code[0]}01{k // 2 + 1:06d}"
        areas.append((f"{code[0]}{number:08d}", lsoa, code, district, RESIDENTS_OF_OA + k))
    return areas


def _write_lookups(folder: Path) -> None:
    areas = output_areas()
    header = ["oa11cd", "lsoa11cd", "msoa11cd", "ladcd"]
    _packed(
        folder / "oa11_lsoa11_msoa11_lad_EW.csv.gz", _rows(header, [a[:4] for a in areas[::-1]])
    )
    centroids = ["code\tname\tlat\tlng"]
    for k, (code, name, _) in enumerate(ZONES):
        longitude, latitude = _degrees(square(k).centroid)["coordinates"]
        centroids.append(f"{code}\t{name}\t{latitude}\t{longitude}")
    (folder / "msoa11_centroids.tsv").write_text("\n".join(centroids) + "\n", encoding="utf-8")
    names = []
    for code, name, _ in ZONES_2021:
        kind = "New in 2021" if code in (WEST_HALF, EAST_HALF) else "Present in 2011"
        library = LIBRARY_NAMES.get(code, f"{name[:-4]} Ward {name[-1]}")
        names.append((code, name, name, library, "", name[:-4], kind))
    header = [
        "msoa21cd", "msoa21nm", "msoa21nmw", "msoa21hclnm", "msoa21hclnmw",
        "localauthorityname", "type",
    ]  # fmt: skip
    (folder / "msoa21_names.csv").write_text(_rows(header, names), encoding="utf-8-sig")


def _write_population(folder: Path) -> None:
    titles = [
        "",
        '"KS101EW - Usual resident population"',
        '"ONS Crown Copyright Reserved [from Nomis on 13 August 2018]"',
        '"Population :","All usual residents"',
        '"Units      :","Persons"',
        "",
        '"2011 output area","2011"',
        "",
    ]
    notes = ["", '"","In order to protect against disclosure of personal information, records"', ""]
    counts = {a[0]: a[4] for a in output_areas()} | {UNLISTED_OA: 7}
    rows = [f'"{code}",{count}' for code, count in sorted(counts.items())]
    _packed(folder / "oa11_population_2011.csv.gz", "\n".join([*titles, *rows, *notes]))
    people = [(c, n, f"{5_000 + k}.0") for k, (c, n, _) in enumerate(ZONES_2021)]
    text = _rows(["MSOA21CD", "MSOA21NM", "pop"], people)
    (folder / "msoa21_pop_2021_derived.csv").write_text(text, encoding="utf-8")
    jobs = [(c, n, 10, 20, 30, 60) for c, n, _ in ZONES_2021]
    text = _rows(["MSOA21CD", "MSOA21NM", *INDUSTRIES, "total_employees"], jobs)
    (folder / "bres2024_employees_msoa21_tidy.csv").write_text(text, encoding="utf-8")
    enterprises = [
        (code, name, year, start + year - 2017)
        for code, name, start in (
            ("S12000036", "City of Edinburgh", 2_000),
            ("E07000071", "Colchester", 795),
            ("E07000202", "Ipswich", 500),
            ("E07000163", "Craven", 300),
            ("E06000065", "North Yorkshire", 300),  # both are counted under the one of today
            ("W06000015", "Cardiff", 900),
        )
        for year in range(2017, 2023)
    ]
    text = _rows(["code", "region", "year", "count"], enterprises)
    (folder / "active_enterprises_lad_to2022.csv").write_text(text, encoding="utf-8")


def _write_postcodes(folder: Path) -> None:
    directory, lookup = [], []
    live_2024, live_2025 = [], []
    for text, zone, (east, north) in ordinary_postcodes():
        code, _, district = ZONES[zone]
        directory.append((text, east, north, NOW.get(district, district)))
        lookup.append((text, "", code, district))
        live_2024.append(text)
        live_2025.append(text)
    for text, (place, district, listed, ended, in_2024, in_2025) in ODD_POSTCODES.items():
        east, north = place or ("", "")
        directory.append((text, east, north, district))
        if listed is not None:
            lookup.append((text, ended, listed, district))
        live_2024 += [text] * in_2024
        live_2025 += [text] * in_2025
    header = ["pcd7", "east1m", "north1m", "lad25cd", "ctry25cd"]
    rows = [(_seven(t), e, n, d, f"{d[0]}92000001") for t, e, n, d in directory]
    _zip(folder / "ONSPD_NOV_2025.zip", {"Data/ONSPD_NOV_2025_UK.csv": _rows(header, rows)})
    (folder / "PCD_OA_LSOA_MSOA_LAD_MAY22_UK_LU.csv").write_bytes(
        _lookup_text(lookup).encode("latin-1")
    )
    for name, live in (("2024-08", live_2024), ("2025-05", live_2025)):
        areas = {text[:2].lower() for text in live}
        members = {
            f"Data/CSV/{area}.csv": _rows_without_header(t for t in live if t[:2].lower() == area)
            for area in sorted(areas)
        }
        members["Doc/licence.txt"] = "Contains invented data.\n"
        _zip(folder / f"codepo_gb_{name}.zip", members)


def _seven(postcode: str) -> str:
    """Write a postcode in seven characters, as ONS's column pcd7 has it."""
    outward, inward = postcode.split()
    return f"{outward:<4}{inward}"


def _lookup_text(rows: Sequence[tuple[str, str, str, str]]) -> str:
    header = [
        "pcd7", "pcd8", "pcds", "dointr", "doterm", "usertype", "oa11cd", "lsoa11cd", "msoa11cd",
        "ladcd", "lsoa11nm", "msoa11nm", "ladnm", "ladnmw",
    ]  # fmt: skip
    lines = []
    for text, ended, zone, district in rows:
        outward, inward = text.split()
        lines.append(
            (_seven(text), f"{outward:<5}{inward}", text, "198001", ended, "0", "", "", zone,
             district, "", "", "", "Sir Gâr" if district.startswith("W") else "")
        )  # fmt: skip
    return _rows(header, lines, csv.QUOTE_ALL)


def _rows_without_header(postcodes: Iterable[str]) -> str:
    text = io.StringIO()
    rows = [(_seven(p), 10, 599_000, 223_500, "E92000001", "", "", "", "", "") for p in postcodes]
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC).writerows(rows)
    return text.getvalue()


def _zip(path: Path, members: dict[str, str]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in members.items():
            packed.writestr(zipfile.ZipInfo(name, (2025, 1, 1, 0, 0, 0)), text)


def _write_roads(folder: Path) -> None:
    """Write a road along the row, a loop and a stretch of France; and a survey of its west."""
    nodes = []
    for k in range(len(ZONES)):
        longitude, latitude = _degrees(square(k).centroid)["coordinates"]
        nodes.append((10 + k, latitude, longitude))  # numbers need not begin at nought
    nodes.append((99, 49.92, 1.08))  # Dieppe
    pairs = [(10 + k, 11 + k, 3.0) for k in range(len(ZONES) - 1)] + [(17, 99, 250.0)]
    edges = [*pairs, *((v, u, km) for u, v, km in pairs), (12, 12, 0.4)]
    _packed(folder / "gb_highways_nodes.csv.gz", _rows(["node", "lat", "lon"], nodes))
    _packed(folder / "gb_highways_edges.csv.gz", _rows(["u", "v", "km"], edges))
    middle = SOUTH + SIDE / 2
    x = [WEST + SIDE * (k + 0.5) for k in range(len(ZONES))]
    survey = gpd.GeoDataFrame(
        {
            "class_name": ["A", "A", "M"],
            "roa_number": ["A1", "A1", "M2"],
            "direc_code": ["EB", "EB", "EB"],
            "funct_name": ["Main Carriageway", "Slip Road", "Main Carriageway"],
            "dual_name": [
                "Dual Carriageway (Nominated)",
                "One Way Single Carriageway",
                "Dual Carriageway (Not Nominated)",
            ],
        },
        geometry=[
            shapely.MultiLineString([[(x[0], middle), (x[1], middle)]]),
            shapely.MultiLineString([[(x[1], middle - 1_400), (x[2], middle + 1_400)]]),
            shapely.MultiLineString([[(x[2], middle), (x[3], middle)]]),
        ],
        crs="EPSG:27700",
    )
    survey.to_crs("EPSG:4326").to_file(
        folder / "national_highways_2020_bbox.gpkg", layer="hapms_2020_bbox", engine="pyogrio"
    )


def _write_ttwa(path: Path) -> None:
    """Write the lookup as published: a byte order mark, a blank row, and the whole kingdom."""
    names = ("Colchester", "Ipswich", "Skipton", "Cardiff")
    lsoas = sorted({(a[1], a[2]) for a in output_areas()}, key=lambda pair: pair[0][1:])
    rows: list[Sequence[object]] = [
        ("95DD04W1", "Ballee", "E30000029", "Colchester", 1),
        ("", "", "", "", ""),
    ]
    for k, (lsoa, _) in enumerate(lsoas):
        area = 0 if k == 4 else k // 4  # the first LSOA of Ipswich commutes to Colchester
        rows.append((lsoa, f"Place {k}", f"E3000{29 + area:04d}", names[area], k + 2))
    header = ["LSOA11CD", "LSOA11NM", "TTWA11CD", "TTWA11NM", "ObjectId"]
    _packed(path, "\ufeff" + _rows(header, rows))
