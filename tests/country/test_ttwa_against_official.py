"""Flows summed to larger zones, and areas compared with the official ones."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from localarea.cli.app import run
from localarea.datasets.flows import read_flows, read_special_flows
from localarea.datasets.small_areas import read_oa11_lookup
from localarea.errors import InputError, SchemaError
from localarea.labour.agreement import measure_agreement
from localarea.labour.flow_matrix import build_flow_matrix, read_flow_matrix
from localarea.labour.grains import aggregate_flows, flows_at, official_areas

if TYPE_CHECKING:
    from pathlib import Path

SPECIAL = {"home": "OD0000001", "offshore": "OD0000002", "no_fixed_place": "OD0000003"}
SPECIAL |= {"outside_uk": "OD0000004", "scotland": "S92000003", "northern_ireland": "N92000002"}
AROUND = ("Colchester", "Clacton", "Ipswich", "Chelmsford", "Southend", "Sudbury")


@pytest.fixture(scope="module")
def lookup() -> pd.DataFrame:
    return read_oa11_lookup()


def test_every_output_area_of_england_and_wales_has_its_zones(lookup: pd.DataFrame) -> None:
    # Numbers of zones: ONS, Census 2011 geographies.
    assert lookup["oa11cd"].is_unique
    assert lookup[["oa11cd", "lsoa11cd", "msoa11cd"]].notna().all(axis=None)
    assert (lookup["oa11cd"].nunique(), lookup["lsoa11cd"].nunique()) == (181_408, 34_753)
    assert lookup["msoa11cd"].nunique() == 7_201
    assert lookup["placed"].eq("lookup").sum() == 181_375
    # An LSOA lies in one MSOA and has 4 to 6 output areas as a rule, and never more than 13.
    assert lookup.groupby("lsoa11cd")["msoa11cd"].nunique().max() == 1
    assert lookup.groupby("lsoa11cd").size().between(1, 13).all()


def test_the_official_areas_are_the_same_at_each_grain(lookup: pd.DataFrame) -> None:
    by_oa, by_lsoa = official_areas("oa11"), official_areas("lsoa11")
    assert by_oa.nunique() == by_lsoa.nunique() == official_areas("msoa11").nunique() == 173
    assert by_oa.notna().all()
    for row in lookup.iloc[::20_011].itertuples():
        assert by_oa[row.oa11cd] == by_lsoa[row.lsoa11cd]
    with pytest.raises(InputError, match="consist of zones of 2011"):
        official_areas("msoa21")


def test_flows_are_summed_by_hand() -> None:
    pairs = pd.DataFrame(
        [("a", "a", 5), ("a", "b", 4), ("b", "c", 3), ("c", "a", 2), ("c", "c", 1)],
        columns=["origin", "destination", "workers"],
    )
    abroad = pd.DataFrame([("b", "outside_uk", 7)], columns=["origin", "kind", "workers"])
    small = build_flow_matrix(pairs, abroad)
    got = aggregate_flows(small, pd.Series({"a": "X", "b": "X", "c": "Y"}), "msoa11")
    assert got.codes.tolist() == ["X", "Y"]
    assert got.matrix.toarray().tolist() == [[9.0, 3.0], [2.0, 1.0]]
    assert got.employed_residents.tolist() == [19.0, 3.0]  # the seven who work abroad live in X
    assert (got.workers, got.jobs.tolist()) == (small.workers, [11.0, 4.0])
    with pytest.raises(SchemaError, match="1 zones of the flows are not in the lookup"):
        aggregate_flows(small, pd.Series({"a": "X", "b": "X"}), "msoa11")


def test_zones_are_not_divided_and_levels_not_guessed() -> None:
    msoas = read_flow_matrix(2011)
    assert flows_at(msoas, "msoa11") is msoas
    with pytest.raises(InputError, match="cannot be divided"):
        flows_at(msoas, "lsoa11")
    with pytest.raises(InputError, match="the levels are oa11, lsoa11, msoa11"):
        flows_at(msoas, "district")
    with pytest.raises(InputError, match="between zones of the system 'msoa21'"):
        flows_at(read_flow_matrix(2021), "msoa11")


partitions = st.integers(2, 40).flatmap(
    lambda n: st.tuples(*[st.lists(st.integers(0, 5), min_size=n, max_size=n)] * 2)
)


@given(partitions)
def test_the_indices_are_those_of_scikit_learn(pair: tuple[list[int], list[int]]) -> None:
    from sklearn.metrics import adjusted_rand_score, v_measure_score

    ours, theirs = (pd.Series([f"{label}" for label in labels]) for labels in pair)
    got = measure_agreement(ours, theirs, pd.Series(1.0, index=ours.index))
    assert got.adjusted_rand_index == pytest.approx(adjusted_rand_score(theirs, ours), abs=1e-9)
    assert got.v_measure == pytest.approx(v_measure_score(theirs, ours), abs=1e-9)
    assert (got.areas, got.official_areas) == (ours.nunique(), theirs.nunique())


def test_matches_are_worked_out_by_hand() -> None:
    # Ours p = {1, 2, 3}, q = {4, 5}; official x = {1, 2}, y = {3, 4, 5}; one worker a zone but
    # four in zone 5. Jaccard: p-x 2/3, p-y 1/8, q-y 5/6. So p and x, q and y are best matches of
    # each other, and the eight workers less the one of zone 3 are in both: 7/8.
    zones = list("12345")
    ours, theirs = pd.Series(list("pppqq"), zones), pd.Series(list("xxyyy"), zones)
    got = measure_agreement(ours, theirs, pd.Series([1.0, 1, 1, 1, 4], zones))
    assert got.matched_workers_share == pytest.approx(7 / 8)
    assert got.median_jaccard == pytest.approx((2 / 3 + 5 / 6) / 2)
    # Both official areas have their best match in z, which has its own in y alone.
    whole = measure_agreement(pd.Series("z", zones), theirs, pd.Series([1.0, 1, 1, 1, 4], zones))
    assert whole.matched_workers_share == pytest.approx(6 / 8)
    with pytest.raises(SchemaError, match="1 zones have none"):
        measure_agreement(ours, theirs.drop("3"), pd.Series(1.0, zones))


def _wf01bew(folder: Path, lookup: pd.DataFrame) -> tuple[Path, Path]:
    """
    Write the flows around Colchester between output areas, as Nomis does, and between MSOAs.

    Who lives and works in an MSOA is dealt out over its output areas in turn, so the sums are those
    of the census.
    """
    places = lookup.groupby("msoa11cd")["oa11cd"].apply(list)
    flows, special = read_flows(2011), read_special_flows(2011)
    area = official_areas("msoa11")
    near = set(area.index[area.isin(AROUND)])
    flows = flows[flows["origin"].isin(near) & flows["destination"].isin(near)]
    special = special[special["origin"].isin(near)]
    rows, whole = [], []
    for number, (origin, destination, workers) in enumerate(
        flows[["origin", "destination", "workers"]].itertuples(index=False)
    ):
        whole.append((origin, destination, workers))
        homes, works = places[origin], places[destination]
        first = workers // 2
        rows.append((homes[number % len(homes)], works[number % len(works)], workers - first))
        if first:
            rows.append((homes[-1], works[0], first))
    for number, (origin, kind, workers) in enumerate(
        special[["origin", "kind", "workers"]].itertuples(index=False)
    ):
        whole.append((origin, SPECIAL[kind], workers))
        rows.append((places[origin][number % len(places[origin])], SPECIAL[kind], workers))
    fine, coarse = folder / "wf01bew_oa.zip", folder / "wu01ew_msoa.csv"
    with zipfile.ZipFile(fine, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("wf01bew_oa.csv", "".join(f"{a},{b},{n}\n" for a, b, n in rows))
    coarse.write_text(
        "Area of usual residence,Area of workplace,All categories: Sex\n"
        + "".join(f"{a},{b},{n}\n" for a, b, n in whole)
    )
    return fine, coarse


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, lookup: pd.DataFrame) -> tuple[Path, Path]:
    return _wf01bew(tmp_path_factory.mktemp("wf01bew"), lookup)


def test_output_areas_summed_to_msoas_give_the_areas_of_the_msoas(
    files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    documents = []
    for path, more in ((files[0], ["--level", "msoa11"]), (files[1], [])):
        out = tmp_path / f"{path.stem}.csv"
        command = ["ttwa", "--flows", str(path), "--out", str(out), "--json", *more]
        assert run([*command, "--against", "official"]) == 0
        documents.append((json.loads(capsys.readouterr().out), out.read_text()))
    (fine, fine_areas), (coarse, coarse_areas) = documents
    assert fine_areas == coarse_areas
    assert fine["level"] == "msoa11"
    assert fine["read"]["zone_system"] == "oa11"
    assert fine["workers"] == coarse["workers"] > 500_000
    assert fine["against"] == coarse["against"]
    for found in (fine["against"], fine["against"]["started_from_official"]):
        assert found["official_areas"] >= 4
        assert -1 <= found["adjusted_rand_index"] <= 1
        assert 0 < found["matched_workers_share"] <= 1
    from sklearn.metrics import adjusted_rand_score

    ours = pd.read_csv(tmp_path / "wu01ew_msoa.csv", index_col="zone")["area"]
    official = official_areas("msoa11").reindex(ours.index)
    assert fine["against"]["adjusted_rand_index"] == pytest.approx(
        adjusted_rand_score(official, ours)
    )


def test_each_level_is_run_and_compared(
    files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for level in ("oa11", "lsoa11"):
        out = tmp_path / f"{level}.csv"
        command = ["ttwa", "--flows", str(files[0]), "--level", level, "--out", str(out)]
        assert run([*command, "--against", "official"]) == 0
        told = capsys.readouterr().out
        assert f"official areas of 2011, by {level}" in told
        assert "started from official areas" in told
        zones = pd.read_csv(out)["zone"]
        assert zones.str.match(r"E00\d{6}" if level == "oa11" else r"E01\d{6}").all()


def test_what_cannot_be_compared_is_refused_before_the_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "areas.csv"
    for words, told in (
        (["--vintage", "2021", "--against", "official"], "zones of the system 'msoa21'"),
        (["--against", "istat"], "--against 'istat' is not known"),
    ):
        assert run(["ttwa", *words, "--out", str(out)]) == 2
        assert told in capsys.readouterr().err
        assert not out.exists()
