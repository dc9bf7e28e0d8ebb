"""The classifier: every reason, the evidence, the borderline, and one answer by every way."""

from __future__ import annotations

import calendar
import json
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
import shapely

from localarea.classify.boundary import Boundary, boundary_of_option
from localarea.classify.classifier import Classifier
from localarea.classify.codes import CODE_OF, MEANINGS, Meaning, decide, decide_outward
from localarea.classify.directory import Directory
from localarea.classify.distance import BoundaryDistance
from localarea.classify.index import DISTRICTS, read_index, read_points
from localarea.classify.sentences import explain_outward, month_name
from localarea.classify.verdict_json import json_answers
from localarea.classify.verdicts import build_verdicts, codes_of_cells
from localarea.datasets.postcodes import read_postcodes
from localarea.datasets.store import default_store
from localarea.datasets.zones import read_zones
from localarea.geo.addresses import read_cell_or_address
from localarea.geo.postcodes import (
    FOURTH_SLOTS,
    outward_number,
    outward_of,
    postcode_key,
    postcode_of,
)
from localarea.options.council import read_council
from localarea.options.membership import option_zones
from localarea.options.minutes.anchor_minutes import anchor_minutes

if TYPE_CHECKING:
    from pathlib import Path

    from twin_country import Twin

    from localarea.classify.index import PostcodeIndex
    from localarea.records import Verdict

SEED = 20190213  # the day of the council's decision


@pytest.fixture(scope="module")
def boundary() -> Boundary:
    council = read_council("colchester")
    return boundary_of_option(option_zones(council.default_option, council), default=True)


@pytest.fixture(scope="module")
def classifier(boundary: Boundary) -> Classifier:
    return Classifier(boundary)


REASONS = {
    "CO1 1JB": ("local", "in_area"),
    "IP1 1DH": ("not_local", "outside_area"),
    "EC1A 1BB": ("not_local", "outside_area"),
    "CF99 1SN": ("not_local", "outside_area"),
    "XX99 9XX": ("unknown", "not_in_directory"),
    "CO1 0AA": ("unknown", "not_in_directory"),
    "XX1": ("unknown", "not_in_directory"),
    "BX9 1AS": ("unknown", "non_geographic"),
    "BX9": ("unknown", "non_geographic"),
    "EH8 8DX": ("not_local", "scotland"),
    "BT9 5AB": ("not_local", "northern_ireland"),
    "IM1 1AD": ("not_local", "isle_of_man"),
    "JE1 1AA": ("not_local", "channel_islands"),
    "CO1": ("local", "outward_only"),
    "B1": ("not_local", "outward_only"),
    "CO6": ("unknown", "outward_only"),
    "": ("unknown", "blank"),
    "CO1 1J": ("unknown", "malformed"),
}


@pytest.mark.parametrize("area", ["BF", "BX", "GX", "CO", "E", "XX"])
def test_every_outward_code_of_an_area_is_answered_alike_in_a_column(
    classifier: Classifier, area: str
) -> None:
    first = outward_number(f"{area}0") // FOURTH_SLOTS * FOURTH_SLOTS
    named = map(outward_of, range(first, first + DISTRICTS))
    outwards = [name for name in named if name[len(area)].isdigit()]  # not as NPT and GIR are
    assert {re.match("[A-Z]+", outward)[0] for outward in outwards} == {area}  # type: ignore[index]
    codes = np.asarray(classifier.check_arrow(pa.array(outwards))).tolist()
    one_by_one = [classifier.check(outward) for outward in outwards]
    found = [(MEANINGS[code].status, MEANINGS[code].reason) for code in codes]
    assert found == [(verdict.status, verdict.reason) for verdict in one_by_one]


@pytest.mark.parametrize(("text", "expected"), REASONS.items())
def test_every_reason_has_its_postcode(
    text: str, expected: tuple[str, str], classifier: Classifier
) -> None:
    verdict = classifier.check(text)
    assert (verdict.status, verdict.reason) == expected
    assert verdict.definition == "option:ttwa-official"
    assert verdict.directory_date == "2025-11"
    assert verdict.explanation.endswith(".")


def test_one_whole_verdict(classifier: Classifier) -> None:
    assert classifier.check("co1 1jb").as_dict() == {
        "postcode": "CO1 1JB",
        "status": "local",
        "borderline": False,
        "reason": "in_area",
        "explanation": (
            "CO1 1JB is in Central Colchester (Colchester 007), Colchester, which is inside the "
            "area 'Colchester labour market (ONS 2011)'. No definition has been "
            "published yet, so this is the answer under the council's default option."
        ),
        "definition": "option:ttwa-official",
        "directory_date": "2025-11",
        "terminated": None,
        "zone": "E02004512",
        "district": "E07000071",
        "easting": 599644,
        "northing": 225077,
        "minutes_to_anchor": None,
        "metres_to_boundary": 8732.0,
    }


def test_slip_is_said(classifier: Classifier) -> None:
    verdict = classifier.check("C01 1JB")
    assert verdict.explanation.startswith("Read as CO1 1JB. CO1 1JB is in ")
    assert verdict.status == "local"


def test_terminated_postcode_is_answered_for_where_it_was(classifier: Classifier) -> None:
    table = read_postcodes(["key", "msoa11cd", "terminated_from", "terminated_to"])
    table = table.filter(pc.is_valid(table["terminated_to"]))
    inside = pa.array(classifier.boundary.zones)
    row = table.filter(pc.is_in(table["msoa11cd"].cast(pa.string()), inside)).slice(0, 1)
    verdict = classifier.check(postcode_of(row["key"][0].as_py()))
    assert (verdict.status, verdict.reason) == ("local", "terminated")
    ended = row["terminated_to"][0].as_py()
    month = f"{ended // 100}-{ended % 100:02d}"
    assert verdict.terminated is not None
    assert verdict.terminated.endswith(month)
    assert "was withdrawn" in verdict.explanation
    assert "the answer is for where it was" in verdict.explanation


def test_outward_code_names_its_share(classifier: Classifier, boundary: Boundary) -> None:
    assert "live postcodes (100%)" in classifier.check("CO1").explanation
    mixed = classifier.check("CO6").explanation
    assert "Give the whole postcode" in mixed
    assert "(over 99%)" in explain_outward("X1", 9999, 1, boundary)
    assert "(under 1%)" in explain_outward("X1", 1, 9999, boundary)
    assert "none of its postcodes is live" in explain_outward("X1", 0, 0, boundary)


def test_northern_ireland_has_no_british_grid_reference(classifier: Classifier) -> None:
    verdict = classifier.check("BT9 5AB")
    assert (verdict.easting, verdict.northing, verdict.metres_to_boundary) == (None, None, None)


@pytest.mark.parametrize(
    ("local", "not_local", "status"),
    [(3, 0, "local"), (0, 3, "not_local"), (1, 2, "unknown"), (0, 0, "unknown")],
)
def test_outward_code_is_sure_only_when_all_agree(local: int, not_local: int, status: str) -> None:
    assert decide_outward(local, not_local).status == status


def test_withdrawn_postcode_with_no_place_is_unknown() -> None:
    assert decide("", None, ended=True, borderline=True) == Meaning("unknown", "terminated")


def test_verdict_codes_never_move() -> None:
    # Stored codes depend on the order: add to the end only.
    assert MEANINGS[0] == Meaning("unknown", "not_in_directory")
    assert CODE_OF[Meaning("local", "in_area")] == 11
    assert CODE_OF[Meaning("unknown", "terminated")] == 19
    assert len(CODE_OF) == len(MEANINGS)


def test_every_month_has_its_name() -> None:
    with calendar.different_locale("C"):
        names = [f"{calendar.month_name[month]} 2026" for month in range(1, 13)]
    assert [month_name(202600 + month) for month in range(1, 13)] == names


def test_distance_against_shapely(classifier: Classifier, boundary: Boundary) -> None:
    frame = read_zones("msoa11")
    is_in = frame.index.isin(boundary.zones)
    sides = {local: frame.geometry[is_in != local].to_numpy() for local in (True, False)}
    for text in ("CO1 1JB", "CO7 6AA", "IP1 1AA", "EC1A 1BB", "CO15 1LH"):
        verdict = classifier.check(text)
        other = sides[verdict.zone in boundary.zones]
        metres = shapely.distance(other, shapely.Point(verdict.easting, verdict.northing)).min()
        assert verdict.metres_to_boundary == pytest.approx(metres, abs=0.51), text


def test_borderline_follows_its_distance(boundary: Boundary) -> None:
    for metres, expected in ((361.0, False), (362.0, True), (1000.0, True), (0.0, False)):
        verdict = Classifier(replace(boundary, borderline_m=metres)).check("CO7 6AA")
        assert verdict.metres_to_boundary == 362.0
        assert verdict.borderline is expected
        assert ("counts as borderline" in verdict.explanation) is expected


def test_the_sea_is_no_boundary() -> None:
    # Clacton pier stands in the sea, with nothing of another district within five miles.
    tendring = Boundary(
        "test",
        frozenset(read_zones("msoa11").query("lad25cd == 'E07000076'").index),
        "msoa11",
        "the area",
        "",
    )
    metres = BoundaryDistance(tendring).metres(617800, 214500, inside=True)
    assert metres is not None
    assert metres > 8000


def test_area_of_no_zones_is_far_from_everything() -> None:
    nothing = Boundary("test", frozenset(), "msoa11", "the area", "")
    assert Classifier(nothing).check("CO1 1JB").metres_to_boundary is None
    codes = Classifier(nothing).verdicts.codes
    assert not any(MEANINGS[code].status == "local" for code in np.unique(codes))


def spellings(seed: int, count: int) -> list[str]:
    rng = np.random.default_rng(seed)
    keys = read_postcodes(["key"])["key"].to_numpy()
    texts = [postcode_of(key) for key in rng.choice(keys, count).tolist()]
    ways = (str, str.lower, lambda t: t.replace(" ", ""), lambda t: f" {t[:2]} {t[2:]}.")
    return [ways[i % 4](text) for i, text in enumerate(texts)]


def test_one_and_many_give_the_same_answer(classifier: Classifier) -> None:
    texts = [*spellings(SEED, 150), *REASONS, "C01 1JB", "É", "CO 1", "CO1 1", "CO7 6AA"]
    texts += ["  1AA", " 1AA", "B1  1AA", "@1 1AA", "co1\x001jb", "CO1 1J{", "CO1 1CI", *texts[:9]]
    codes = classifier.check_arrow(pa.array(texts))
    for text, code in zip(texts, codes.tolist(), strict=True):
        verdict = classifier.check(text)
        assert Meaning(verdict.status, verdict.reason, verdict.borderline) == MEANINGS[code], text


def test_some_cells_have_the_verdicts_of_the_whole_directory(boundary: Boundary) -> None:
    texts = [*spellings(SEED, 300), *REASONS, "CO6", "CO7", "CO11", "EH8", "CO1 1JB", "CO6"]
    readings = [read_cell_or_address(text)[:2] for text in texts]
    kinds, numbers = (np.array(part) for part in zip(*readings, strict=True))
    kinds, numbers = kinds.astype(np.uint8), numbers.astype(np.uint32)
    for area in (boundary, replace(boundary, zones=frozenset())):
        whole = build_verdicts(area, borderline=False).look_up(kinds, numbers)[0]
        assert codes_of_cells(area, kinds, numbers).tolist() == whole.tolist()
    # CO6 lies on both sides of the line; nothing is local where there are no zones.
    mixed = codes_of_cells(boundary, kinds[-6:], numbers[-6:])
    assert [MEANINGS[code].status for code in mixed[[0, -2, -1]]] == ["unknown", "local", "unknown"]
    assert codes_of_cells(boundary, kinds[:0], numbers[:0]).tolist() == []


def test_one_and_many_agree_about_the_borderline(classifier: Classifier) -> None:
    verdicts = classifier.verdicts
    flags = np.array([meaning.borderline for meaning in MEANINGS])[verdicts.codes]
    keys = read_postcodes(["key"])["key"].to_numpy()
    rng = np.random.default_rng(SEED)
    inside = np.isin(
        verdicts.index.zones,
        [
            i
            for i, code in enumerate(verdicts.index.zone_codes)
            if code in classifier.boundary.zones
        ],
    )
    for pool in (np.flatnonzero(flags), np.flatnonzero(inside & ~flags)):
        for row in rng.choice(pool, 30).tolist():
            assert classifier.check(postcode_of(keys[row])).borderline == flags[row]


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view()])
def test_every_kind_of_arrow_string(kind: pa.DataType, classifier: Classifier) -> None:
    texts = ["x", "CO1 1JB", None, "ip1 1dh", "", "CO1", "IPI 1DH"]
    whole = pa.array(texts, kind)
    expected = ["in_area", "blank", "outside_area", "blank", "outward_only", "outside_area"]
    for array in (whole[1:], pa.chunked_array([whole[1:3], whole[3:]])):
        assert [MEANINGS[c].reason for c in classifier.check_arrow(array)] == expected
    encoded = pa.array(texts).dictionary_encode()[1:]
    assert [MEANINGS[c].reason for c in classifier.check_arrow(encoded)] == expected
    assert len(classifier.check_arrow(pa.array([], kind))) == 0


def test_ten_thousand_live_postcodes_have_the_district_and_zone_of_the_directory() -> None:
    table = read_postcodes(["key", "lad25cd", "msoa11cd", "status"])
    live = np.flatnonzero(pc.equal(table["status"], "live").to_numpy())
    rows = np.random.default_rng(SEED).choice(live, 10_000, replace=False)
    index = read_index("msoa11")
    keys = table["key"].to_numpy()[rows].astype(np.uint32)
    found = index.rows_of(keys)
    assert (found == rows).all()
    for column, codes, name in (
        (index.districts, index.district_codes, "lad25cd"),
        (index.zones, index.zone_codes, "msoa11cd"),
    ):
        expected = table[name].cast(pa.string()).take(pa.array(rows)).to_pylist()
        assert [codes[i] if i >= 0 else None for i in column[found].tolist()] == expected


def zones_checked(source: Path, index: PostcodeIndex, most: int) -> int:
    """Hold the index against ONS's lookup; give the number of live postcodes that were held."""
    from pyarrow import csv

    kept = csv.ConvertOptions(
        include_columns=["pcds", "msoa11cd", "doterm"], column_types={"doterm": pa.string()}
    )
    read = csv.ReadOptions(encoding="latin-1")
    lookup = csv.read_csv(source, read_options=read, convert_options=kept)
    rng = np.random.default_rng(SEED)
    rows = rng.choice(len(lookup), min(most, len(lookup)), replace=False)
    picked = lookup.take(pa.array(rows)).to_pylist()
    from localarea.geo.postcodes import parse_postcode

    keys = np.array([parse_postcode(row["pcds"]).key for row in picked], np.uint32)
    found = index.rows_of(keys)
    checked = 0
    for row, at in zip(picked, found.tolist(), strict=True):
        in_england_and_wales = row["msoa11cd"][:3] in ("E02", "W02")
        if at >= 0 and in_england_and_wales and not row["doterm"]:
            assert index.zone_codes[index.zones[at]] == row["msoa11cd"], row
            checked += 1
    return checked


def test_msoa11_is_that_of_the_ons_lookup(raw_folder: Path) -> None:
    source = raw_folder / "lookups" / "study_CO_CB_CM_IP_SG_NR_SS.csv.gz"
    assert zones_checked(source, read_index("msoa11"), 10_000) > 5_000


def test_msoa11_is_that_of_the_ons_lookup_in_the_invented_country(twin: Twin) -> None:
    source = twin.raw / "postcodes" / "PCD_OA_LSOA_MSOA_LAD_MAY22_UK_LU.csv"
    # 200 ordinary ones, and two that had not ended by May 2022.
    assert zones_checked(source, read_index("msoa11", store=twin.store), 10_000) == 202


def test_index_is_small_and_answers_for_what_is_not_there() -> None:
    index = read_index("msoa21")
    arrays = [getattr(index, name) for name in index.__slots__]
    assert sum(a.nbytes for a in arrays if isinstance(a, np.ndarray)) < 60_000_000
    keys = read_postcodes(["key"])["key"].to_numpy().astype(np.uint32)
    assert (index.rows_of(keys) == np.arange(len(keys))).all()
    after = keys[:5000] + 1  # where keys are in order, each is there or the next one is greater
    missing = after[keys[np.searchsorted(keys, after)] != after]
    assert (np.diff(keys.astype(np.int64)) > 0).all()
    assert len(missing) > 1_000
    assert (index.rows_of(missing) == -1).all()
    eastings, northings = read_points()
    assert len(eastings) == len(northings) == len(keys)


def test_single_check_imports_nothing_heavy() -> None:
    code = (
        "import sys; from localarea.cli import main\n"
        "sys.argv = ['localarea', 'check', 'CO1 1JB', 'CO1', 'x', '--json']\n"
        "try: main()\n"
        "except SystemExit as stop: assert not stop.code\n"
        "heavy = {'pandas', 'geopandas', 'numba', 'matplotlib', 'folium', 'openpyxl', 'scipy',"
        " 'osmnx', 'networkx', 'asyncio', 'typer', 'rich', 'pydantic'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


@pytest.mark.slow
def test_what_is_kept_ready_gives_the_same_verdicts(boundary: Boundary) -> None:
    store = default_store()
    minutes = anchor_minutes(read_council("colchester"), store=store)
    cold = Classifier(boundary, store=store, minutes=minutes)
    ready = Classifier(boundary, store=store, minutes=minutes)
    ready.warm_up()
    rng = np.random.default_rng(SEED)
    keys = read_postcodes(columns=["key"])["key"].to_numpy()
    around = keys[(keys >= postcode_key("CM0", "0AA")) & (keys <= postcode_key("CO9", "9ZZ"))]
    chosen = [*rng.choice(keys, 300), *rng.choice(around, 700)]
    texts = [*(postcode_of(int(key)) for key in chosen), *REASONS, "CO1 IJB", "12 High St CO1 1JB"]
    expected = [cold.check(text) for text in texts]
    assert len({verdict.reason for verdict in expected}) > 8  # or the sample shows little
    assert any(verdict.borderline for verdict in expected)
    assert ready.check_many(texts) == expected
    assert_written_as(expected, texts, ready)
    assert_written_as(expected[:50], texts[:50], cold)


def assert_written_as(expected: list[Verdict], texts: list[str], classifier: Classifier) -> None:
    """Hold what is written as JSON to the verdicts, one at a time and together."""
    plain = [json.dumps(v.as_dict(), ensure_ascii=False, separators=(",", ":")) for v in expected]
    one = [json_answers(classifier).one(text) for text in texts]
    assert one == [(v.status, text) for v, text in zip(expected, plain, strict=True)]
    statuses, many = json_answers(classifier).many(texts)
    assert many.decode() == f"[{','.join(plain)}]"
    assert statuses == Counter(v.status for v in expected)


def test_nothing_is_written_as_an_empty_array(boundary: Boundary) -> None:
    assert json_answers(Classifier(boundary)).many([]) == (Counter(), b"[]")


def test_one_name_of_a_zone_is_that_of_all_of_them() -> None:
    names = Directory("msoa11").zone_names
    asked = ["E02004512", "W02000001", "E02000001", *sorted(names)[::700], "E02999999", ""]
    few = Directory("msoa11")  # more than are looked up in parts of the table
    assert [few.zone_name(code) for code in asked] == [names.get(code) for code in asked]
