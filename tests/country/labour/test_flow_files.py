"""Flows in the forms that the world writes: every worker accounted for, or a sentence."""

from __future__ import annotations

import csv
import gzip
import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from localarea.cli.app import run
from localarea.cli.areas import ttwa_firmness
from localarea.datasets.flow_formats.flow_files import read_any_flows
from localarea.datasets.zones import zone_districts
from localarea.errors import FileFormatError, SchemaError
from localarea.labour import flow_matrix
from localarea.labour.flow_matrix import TTWA_RULE

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.datasets.store import DataStore
    from localarea.labour.flow_matrix import FlowMatrix, SpecialRule

# Two towns of two zones. 30,000 + 4,000 + 1,000 + 300 + 30,000 + 4,000 + 1,000 = 70,300 workers.
PAIRS = [
    ("E02000001", "E02000001", 30_000),
    ("E02000002", "E02000001", 4_000),
    ("E02000002", "E02000002", 1_000),
    ("E02000002", "E02000003", 300),
    ("E02000003", "E02000003", 30_000),
    ("E02000004", "E02000003", 4_000),
    ("E02000004", "E02000004", 1_000),
]
TOTAL = 70_300
CENSUS = ["Area of usual residence", "Area of workplace", "All categories: Sex"]
# Codes of WU01EW that are no zones: home, no fixed place, offshore, abroad (Nomis, 2011).
SPECIAL = [
    ("E02000001", "OD0000001", 9_000),
    ("E02000003", "OD0000001", 9_500),
    ("E02000001", "OD0000002", 50),
    ("E02000003", "OD0000003", 2_000),
    ("E02000001", "OD0000004", 70),
]


def text(rows: list[Any], *, delimiter: str = ",", quoting: int = csv.QUOTE_MINIMAL) -> str:
    made = io.StringIO()
    csv.writer(made, delimiter=delimiter, quoting=quoting, lineterminator="\n").writerows(rows)
    return made.getvalue()


def own(pairs: list[tuple[str, str, int]]) -> list[tuple[str, str, int]]:
    """The same flows between zones of nobody's system."""
    return [
        (o.replace("E0200000", "zone "), d.replace("E0200000", "zone "), n) for o, d, n in pairs
    ]


def matrix(codes: list[str], pairs: list[tuple[str, str, int]]) -> str:
    counts = {(o, d): n for o, d, n in pairs}
    rows = [["MSOA11CD", *codes]]
    rows += [[o, *(str(counts.get((o, d), 0)) for d in codes)] for o in codes]
    return text(rows)


CODES = sorted({o for o, _, _ in PAIRS})
LODES = [["w_geocode", "h_geocode", "S000", "SA01"], *([d, o, n, 0] for o, d, n in own(PAIRS))]
PHONES = [
    ["MSOA21CD_home", "county_home", "MSOA21CD_work", "county_work", "count"],
    *([o, "GLA", d, "GLA", n] for o, d, n in PAIRS),
]
API = [
    ["DATE", "CURRENTLY_RESIDING_IN_CODE", "PLACE_OF_WORK_CODE", "MEASURES_NAME", "OBS_VALUE"],
    *(["2011", o, d, "Value", n] for o, d, n in PAIRS),
    *(["2011", o, d, "Percent", 50] for o, d, n in PAIRS),
]
PREAMBLE = '"WU01EW - Location of usual residence and place of work by sex (MSOA level)"\n\n'

FORMS = {
    "census": (text([CENSUS, *PAIRS]), "census"),
    "census, semicolons": (text([CENSUS, *PAIRS], delimiter=";"), "census"),
    "census, thousands": (
        text([CENSUS, *((o, d, f"{n:,}") for o, d, n in PAIRS)], quoting=csv.QUOTE_ALL),
        "census",
    ),
    "census, lines above": (PREAMBLE + text([CENSUS, *PAIRS]), "census"),
    "census, percentages beside": (text(API), "census"),
    "matrix": (matrix(CODES, PAIRS), "matrix"),
    "matrix of own zones": (matrix([f"zone {n}" for n in range(1, 5)], own(PAIRS)), "matrix"),
    "pairs": (text([["origin", "destination", "workers"], *own(PAIRS)]), "pairs"),
    "pairs without a header": (text(own(PAIRS)), "pairs"),
    "pairs, tabs": (text([["o", "d", "n"], *own(PAIRS)], delimiter="\t"), "pairs"),
    "workplace first, as LODES": (text(LODES), "pairs"),
    "between other columns": (text(PHONES), "pairs"),
}


@pytest.mark.parametrize("name", FORMS)
def test_every_form_gives_the_same_workers_and_areas(
    name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    content, form = FORMS[name]
    path, out = tmp_path / "flows.csv", tmp_path / "areas.csv"
    path.write_text(content, encoding="utf-8")
    assert run(["ttwa", "--flows", str(path), "--out", str(out), "--json"]) == 0
    document = json.loads(capfd.readouterr().out)
    assert document["zones"] == 4
    assert document["workers"] == TOTAL
    caution = document["read"].pop("caution", "")
    assert ("should not be used to make decisions" in caution) is (name == "matrix")
    assert document["read"] == {
        "form": form,
        "zone_system": "msoa11" if "E02000001" in content else "own",
        "workers": TOTAL,
        "workers_between_zones": TOTAL,
        "set_aside": {},
        "rows_withheld": 0,
    }
    with out.open(encoding="utf-8") as file:
        areas = {row["zone"][-1]: row["area"] for row in csv.DictReader(file)}
    assert areas["1"] == areas["2"] != areas["3"] == areas["4"]


def test_what_is_compressed_is_read_as_well(tmp_path: Path) -> None:
    path = tmp_path / "flows.csv.gz"
    path.write_bytes(gzip.compress(FORMS["matrix"][0].encode()))
    assert read_any_flows(path).workers == TOTAL


@pytest.mark.parametrize(
    ("home", "within", "aside"),
    [
        # 9,000 + 9,500 at home and 2,000 without a fixed place stay in their zones.
        ("at_home", TOTAL + 18_500 + 2_000, {"offshore": 50, "outside_uk": 70}),
        (
            "exclude",
            TOTAL,
            {"home": 18_500, "no_fixed_place": 2_000, "offshore": 50, "outside_uk": 70},
        ),
    ],
)
def test_special_workplaces_are_no_zones_and_are_accounted_for(
    home: str,
    within: int,
    aside: dict[str, int],
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "flows.csv"
    path.write_text(text([["from", "to", "value"], *PAIRS, *SPECIAL]), encoding="utf-8")
    out = str(tmp_path / "areas.csv")
    assert run(["ttwa", "--flows", str(path), "--out", out, "--json", "--home", home]) == 0
    document = json.loads(capfd.readouterr().out)
    read = document["read"]
    assert document["zones"] == 4
    assert read["workers"] == TOTAL + 20_620
    assert read["workers_between_zones"] == within
    assert read["set_aside"] == aside
    assert read["workers"] == read["workers_between_zones"] + sum(aside.values())


def test_home_rule_needs_rows_of_people_at_home(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "flows.csv"
    path.write_text(FORMS["pairs"][0], encoding="utf-8")
    arguments = ["ttwa", "--flows", str(path), "--out", str(tmp_path / "a.csv")]
    assert run([*arguments, "--home", "exclude"]) == 2
    assert "no rows of people who work at home" in capfd.readouterr().err


@pytest.mark.parametrize("code", ["Total", "999999999", "OD0000001"])
def test_a_destination_that_is_hardly_a_zone_is_questioned(
    code: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "flows.csv"
    rows = [["origin", "destination", "workers"], *own(PAIRS), ("zone 1", code, 20_000)]
    path.write_text(text(rows), encoding="utf-8")
    arguments = ["ttwa", "--flows", str(path), "--out", str(tmp_path / "a.csv")]
    assert run(arguments) == 2
    said = capfd.readouterr().err
    assert f"the destination {code!r} holds 22% of all workers" in said  # 20,000 of 90,300
    assert "(--zone)" in said
    assert run([*arguments, "--zone", code]) == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (text([CENSUS]), "no rows below the header"),
        (text([["a", "b"], ["x", "y"]]), "not origin, destination and count"),
        (text([["o", "d", "n"], ["a", "b", "many"]]), "1 counts are not numbers"),
        (text([["o", "d", "n"], ["a", "", "1"]]), "no origin or no destination"),
        (text([["o", "d", "n"], ["a", "b", "-1"]]), "below zero"),
        (matrix(["a", "b", "c", "d"], []).replace("\nc,0,0", "\nc,0,x"), "no number from 'c'"),
        (matrix(["a", "b", "c", "b"], []), "row 'b' more than once"),
        (
            text([["id", "a", "b", "c", "c"], *([o, 1, 1, 1, 1] for o in "abcd")]),
            "column 'c' more than once",
        ),
        (
            text([["id", "a", "b", "c", "All"], *([o, 1, 2, 4, 7] for o in "abc")]),
            "column 'All' holds the totals of the others",
        ),
        (
            text([["id", "a", "b", "c"], *([o, 1, 2, 4] for o in "abc"), ["All", 3, 6, 12]]),
            "row 'All' holds the totals of the others",
        ),
    ],
)
def test_what_cannot_be_read_is_a_sentence(
    content: str, said: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "flows.csv"
    path.write_text(content, encoding="utf-8")
    assert run(["ttwa", "--flows", str(path), "--out", str(tmp_path / "a.csv")]) == 2
    assert said in capfd.readouterr().err


@pytest.mark.parametrize(
    "header", ["origin,destination,workers\n", "from,to,count\n", "home,work,people\n", ""]
)
def test_pairs_in_codes_of_a_census_need_no_year_in_their_name(header: str, tmp_path: Path) -> None:
    path = tmp_path / "survey.csv"
    rows = [f"{origin},{destination},{workers}" for origin, destination, workers in PAIRS]
    path.write_text(header + "\n".join(rows), encoding="utf-8")
    found = read_any_flows(path)
    assert (found.form, found.workers) == ("pairs", sum(workers for *_, workers in PAIRS))


def test_codes_that_are_none_are_named(tmp_path: Path) -> None:
    path = tmp_path / "flows.csv"
    rows = [CENSUS, PAIRS[0], ("E0200", "E02000001", 5), *PAIRS[1:]]
    path.write_text(text(rows), encoding="utf-8")
    with pytest.raises((SchemaError, FileFormatError), match="E0200"):
        read_any_flows(path)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["wu01ew_2011_msoa_flows.csv.gz", "odwp01ew_2021_msoa_flows.csv.gz"]
)
def test_the_publishers_files_give_what_the_embedded_census_gives(
    name: str,
    raw_folder: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    (path,) = raw_folder.rglob(name)
    out = str(tmp_path / "areas.csv")
    assert run(["ttwa", "--flows", str(path), "--out", out, "--json"]) == 0
    document = json.loads(capfd.readouterr().out)
    vintage = "2011" if "2011" in name else "2021"
    assert run(["ttwa", "--vintage", vintage, "--out", out, "--json"]) == 0
    embedded = json.loads(capfd.readouterr().out)
    assert (embedded["areas"], embedded["workers"]) == (document["areas"], document["workers"])


@pytest.mark.parametrize(
    ("cells", "workers"),
    [
        (["0", "10", "", "2"], 12),  # blank is nobody
        (["0.5", "10.25", "0", "2"], 12.75),  # modelled counts are decimals
        (["0", '"1,010"', "0", "2"], 1_012),
        ([" 0", " 10 ", "0", "2"], 12),
    ],
)
def test_cells_of_a_matrix_as_they_are_written(
    cells: list[str], workers: float, tmp_path: Path
) -> None:
    path = tmp_path / "flows.csv"
    rows = [",".join([o, *cells]) for o in ("a", "b", "c", "d")]
    path.write_text("\n".join(["id,a,b,c,d", *rows]), encoding="utf-8")
    found = read_any_flows(path)
    assert found.form == "matrix"
    assert found.workers == 4 * workers
    assert set(found.flows["destination"].cat.categories) == {"a", "b", "c", "d"}


def in_the_east(flows: FlowMatrix) -> FlowMatrix:
    """Keep the zones of three counties, and those who live and work in them."""
    known = zone_districts(cast("Literal['msoa11', 'msoa21']", flows.zone_system)).to_pydict()
    counties = ("E0700014", "E0700020", "E0700007")
    near = [c for c, d in zip(*known.values(), strict=True) if str(d).startswith(counties)]
    here = np.sort(flows.positions(near))
    counts = flows.matrix[here][:, here]
    live = np.asarray(counts.sum(axis=1), dtype=np.float64).ravel()
    return replace(flows, codes=flows.codes[here], matrix=counts, employed_residents=live)


@pytest.mark.slow
def test_a_modelled_matrix_is_run_beside_the_censuses_and_says_what_it_is(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The counts between zones of 2011, in the layout of ONS's matrices, for three counties."""
    whole = flow_matrix.read_flow_matrix
    read: list[tuple[int, bool]] = []

    def of_the_counties(vintage: int, *, rule: SpecialRule, store: DataStore) -> FlowMatrix:
        """Four runs of the whole country would take most of the time, and say no more."""
        read.append((vintage, rule == TTWA_RULE))
        return in_the_east(whole(vintage, store=store))

    monkeypatch.setattr(flow_matrix, "read_flow_matrix", of_the_counties)
    flows = in_the_east(whole(2011))
    assert flows.n_zones > 300
    codes, counts = flows.codes, flows.matrix
    names = [str(code) for code in codes]
    path, out = tmp_path / "pre-pandemic.csv", tmp_path / "areas.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(["MSOA11CD", *names]) + "\n")
        for name, row in zip(names, counts.toarray(), strict=True):
            file.write(",".join([name, *(f"{n:g}" for n in row)]) + "\n")
    monkeypatch.setattr(ttwa_firmness, "GRID", {"min_sc": [0.667]})
    arguments = ["ttwa", "--flows", str(path), "--out", str(out), "--sensitivity"]
    assert run([*arguments, "--anchor", "Norwich", "--json"]) == 0
    document = json.loads(capfd.readouterr().out)

    # The same counts as pairs, in Parquet, take another way in.
    at = counts.tocoo()
    pairs = {"o": codes[at.row], "d": codes[at.col], "n": at.data}
    pq.write_table(pa.table(pairs), tmp_path / "pairs.parquet")
    other = ["ttwa", "--flows", str(tmp_path / "pairs.parquet"), "--out", str(tmp_path / "b.csv")]
    assert run(other) == 0
    assert out.read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert document["workers"] == at.data.sum()
    assert document["read"]["zone_system"] == "msoa11"
    assert "should not be used to make decisions" in document["read"]["caution"]
    with (tmp_path / "areas-sensitivity.csv").open(encoding="utf-8") as file:
        runs = list(csv.DictReader(file))
    censuses = {
        f"{year}, home workers {words}": (year, words == "at home")
        for year in (2011, 2021)
        for words in ("at home", "left out")
    }
    assert [row["matrix"] for row in runs] == [*censuses, "pre-pandemic.csv (a file)"]
    assert read == [*censuses.values()]
    assert all(float(row["anchor_zones"]) > 10 and not row["failure"] for row in runs)
    # Made of the same counts, the census with all its workers and the file have the same areas.
    assert runs[0]["anchor_zones"] == runs[-1]["anchor_zones"]


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        ([f"zone {n}" for n in range(1, 5)], "neither the MSOAs of 2011 nor those of 2021"),
        (["E02000001", "E02000002", "E02000003", "E02000004"], "lacks zones of Colchester"),
    ],
)
def test_flows_that_cannot_stand_beside_the_censuses_are_refused(
    codes: list[str], said: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "flows.csv"
    pairs = [(o, d, 900 if o == d else 50) for o in codes for d in codes]
    path.write_text(matrix(codes, pairs), encoding="utf-8")
    out = str(tmp_path / "a.csv")
    assert run(["ttwa", "--flows", str(path), "--out", out, "--sensitivity"]) == 2
    assert said in capfd.readouterr().err
