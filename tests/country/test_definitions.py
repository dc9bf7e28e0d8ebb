"""Publishing, mailing, importing, superseding, refreshing and exporting definitions."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
import shapely
from command_cases import commanded
from definition_cases import APPROVAL, small_store, tiny_file

from localarea.classify.boundary import boundary_of_option
from localarea.classify.classifier import Classifier
from localarea.classify.distance import BoundaryDistance, metres_of_many
from localarea.classify.evidence import gatherer
from localarea.classify.verdict_json import json_answers
from localarea.datasets.store import DataStore
from localarea.definitions.exports import export_definition
from localarea.definitions.geopackage import OpenDefinition, read_definition
from localarea.definitions.postcode_rows import MOST_ROWS, unpack_rows
from localarea.definitions.publish import publish
from localarea.definitions.refresh import refresh
from localarea.definitions.sealed_directory import classifier_under
from localarea.definitions.store import DefinitionStore
from localarea.errors import (
    ConflictError,
    DefinitionDamagedError,
    DefinitionNotFoundError,
    InputError,
    NotFoundError,
    SchemaError,
)
from localarea.geo.postcodes import postcode_of
from localarea.options.council import read_council
from localarea.options.membership import option_zones
from localarea.options.minutes.anchor_minutes import anchor_minutes

if TYPE_CHECKING:
    from pathlib import Path

ID = APPROVAL.id
AWKWARD = [
    "CO1",
    "CO6",
    "B1",
    "XX1",
    "",
    "CO1 1J",
    "BX9 1AS",
    "ZZ9 9ZZ",
    "EH8 8DX",
    "BT9 5AB",
    "co1-1jb",
]


@pytest.fixture(scope="module")
def store(small_tables: DataStore) -> DataStore:
    return small_tables


@pytest.fixture(scope="module")
def data(store: DataStore) -> bytes:
    council = read_council("colchester", store=store)
    option = option_zones("ttwa-official", council, store=store)
    other = option_zones("district", council, store=store)
    return publish(option, council, APPROVAL, options=[option, other], store=store)


@pytest.fixture
def kept(tmp_path: Path, data: bytes) -> DefinitionStore:
    kept = DefinitionStore(tmp_path / "definitions")
    kept.add(data)
    return kept


def postcodes(store: DataStore, count: int) -> list[str]:
    keys = store.read("postcodes", ["key"])["key"].to_numpy()
    return [postcode_of(k) for k in np.random.default_rng(2019).choice(keys, count).tolist()]


def test_definition_answers_as_its_option_does(data: bytes, store: DataStore) -> None:
    council = read_council("colchester", store=store)
    option = option_zones("ttwa-official", council, store=store)
    minutes = anchor_minutes(council, store=store)
    by_option = Classifier(boundary_of_option(option), store=store, minutes=minutes)
    by_definition = classifier_under(OpenDefinition(data))
    texts = [*postcodes(store, 250), *AWKWARD]
    standing = 0
    for text in texts:
        theirs, ours = by_option.check(text).as_dict(), by_definition.check(text).as_dict()
        # Whatever says under which option it answers says under which definition instead.
        under = f"under the definition {ID} (for social value measures)" in ours["explanation"]
        assert under == ("the option 'ttwa-official'" in theirs["explanation"])
        standing += under
        assert ours.pop("definition") == ID
        theirs.pop("definition")
        said, meant = ours.pop("explanation"), theirs.pop("explanation")
        assert said.split(" This is the answer")[0] == meant.split(" No definition has")[0]
        assert ours == theirs
    assert standing >= 250  # all the postcodes of the directory at least
    assert np.array_equal(
        np.maximum(by_definition.all_tenths, -1), np.maximum(by_option.all_tenths, -1)
    )
    codes = by_definition.check_arrow(pa.array(texts))
    assert codes.tolist() == by_option.check_arrow(pa.array(texts)).tolist()


def test_explanation_names_dates_and_who_approved_it(data: bytes) -> None:
    said = classifier_under(OpenDefinition(data)).check("CO1 1JB").explanation
    assert said.endswith(
        f"This is the answer under the definition {ID} (for social value measures), in force from "
        "1 April 2026, approved by Pat Example, Assistant Director."
    )


def test_whoever_approves_without_a_post_is_named_alone(data: bytes) -> None:
    made = OpenDefinition(data).definition
    assert made.approver == "Pat Example, Assistant Director"
    alone = replace(made, role="approver")  # what the record holds where nobody signs in
    assert alone.approver == "Pat Example"
    assert alone.boundary().basis.endswith(", approved by Pat Example.")


def test_same_option_approval_and_tables_give_the_same_bytes(data: bytes, store: DataStore) -> None:
    council = read_council("colchester", store=store)
    option = option_zones("ttwa-official", council, store=store)
    other = option_zones("district", council, store=store)
    assert publish(option, council, APPROVAL, options=[option, other], store=store) == data


def test_mailed_definition_gives_the_same_bytes_and_verdicts_without_any_table(
    kept: DefinitionStore, tmp_path: Path, store: DataStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [*postcodes(store, 60), *AWKWARD]
    here = [v.as_dict() for v in classifier_under(kept.open(ID)).check_many(texts)]
    mailed = export_definition(kept.open(ID), tmp_path / "mailed.gpkg")
    elsewhere = DefinitionStore(tmp_path / "elsewhere")
    path = elsewhere.add(mailed.read_bytes())
    assert path.read_bytes() == kept.open(ID).data

    def refuse(self: DataStore, name: str) -> None:
        raise AssertionError(f"table {name} was read")

    monkeypatch.setattr(DataStore, "path", refuse)
    there = classifier_under(elsewhere.open(ID))
    assert json.dumps([v.as_dict() for v in there.check_many(texts)]) == json.dumps(here)
    assert there.check_arrow(pa.array(["co1 1jb", None]))[1] == 1
    assert elsewhere.add(mailed.read_bytes()) == path  # twice is no harm


def test_file_opens_as_map_layers(kept: DefinitionStore) -> None:
    import geopandas as gpd

    path = kept.open(ID).path
    zones, boundary = gpd.read_file(path, layer="zones"), gpd.read_file(path, layer="boundary")
    assert zones.crs == boundary.crs == "EPSG:27700"
    assert tuple(zones["code"]) == kept.open(ID).definition.zones
    assert boundary.geometry[0].normalize() == zones.union_all().normalize()
    rows = gpd.read_file(path, layer="definition").set_index("key")["value"]
    assert rows["approved_by"] == "Pat Example"
    kept.open(ID).check()  # looking at it has not changed it


def test_exports_hold_what_the_definition_holds(
    kept: DefinitionStore, tmp_path: Path, store: DataStore
) -> None:
    opened = kept.open(ID)
    paths = {
        e: export_definition(opened, tmp_path / f"out{e}") for e in (".parquet", ".geojson", ".csv")
    }
    table = pq.read_table(paths[".parquet"])
    assert table.column_names == ["postcode", "status"]
    assert table.schema.metadata[b"localarea.definition"] == ID.encode()
    keys = store.read("postcodes", ["key"])["key"].to_pylist()
    zones = store.read("postcodes", ["msoa11cd"])["msoa11cd"].cast(pa.string()).to_pylist()
    expected = {
        postcode_of(k).replace(" ", ""): z in opened.definition.zones
        for k, z in zip(keys, zones, strict=True)
    }
    found = dict(zip(*(c.to_pylist() for c in table.columns), strict=True))
    assert {p: s == "local" for p, s in found.items()} == expected
    assert list(found) == sorted(found)
    document = json.loads(paths[".geojson"].read_text(encoding="utf-8"))
    outline = shapely.from_geojson(json.dumps(document["features"][0]["geometry"]))
    parts = shapely.get_parts(outline)  # wound as RFC 7946 has it
    assert all(part.exterior.is_ccw for part in parts)
    assert not any(ring.is_ccw for part in parts for ring in part.interiors)
    assert outline.contains(shapely.Point(0.9012, 51.8892))  # Colchester castle
    assert not outline.contains(shapely.Point(1.1555, 52.0593))  # Ipswich town hall
    with paths[".csv"].open(encoding="utf-8", newline="") as file:
        rows = {row["outward_code"]: row["status"] for row in csv.DictReader(file)}
    assert (rows["CO1"], rows["CO6"], rows["B1"]) == ("local", "unknown", "not_local")
    with pytest.raises(InputError, match="will not be overwritten"):
        export_definition(opened, paths[".csv"])
    with pytest.raises(InputError, match=r"\.gpkg, \.parquet"):
        export_definition(opened, tmp_path / "out.docx")


@pytest.mark.parametrize("name", ["ttwa-official", "district", "districts+ipswich"])
def test_reservation_needs_an_option_for_reserving(store: DataStore, name: str) -> None:
    council = read_council("colchester", store=store)
    approval = replace(APPROVAL, id="r-2026.1", purpose="reservation")
    with pytest.raises(InputError, match=f"option '{re.escape(name)}' is none of these"):
        publish(option_zones(name, council, store=store), council, approval, store=store)


def test_a_definition_for_reserving_says_so(store: DataStore) -> None:
    council = read_council("colchester", store=store)
    approval = replace(APPROVAL, id="r-2026.1", purpose="reservation")
    own = option_zones("reserve-own-with-tendring", council, store=store)
    opened = OpenDefinition(publish(own, council, approval, store=store))
    made = opened.definition
    assert made.districts == ("E07000071", "E07000076")  # Colchester, Tendring
    assert made.whole_districts
    assert made.parameters["instrument"] == "SI 2026/94"
    assert "(for reserving contracts)" in classifier_under(opened).check("CO1 1JB").explanation


def test_faults_of_an_approval_are_said_together() -> None:
    with pytest.raises(SchemaError) as caught:
        tiny_file(id="../x", purpose="both", approved_by=" ", effective_from="2026-02-30", zones=())
    for said in (
        "the id must be",
        "the purpose must be",
        "approved by must",
        "effective from",
        "zones",
    ):
        assert said in str(caught.value)


def test_id_is_used_once_and_days_are_not_shared(kept: DefinitionStore) -> None:
    before = sorted(kept.root.rglob("*"))
    with pytest.raises(ConflictError, match="with other terms"):
        kept.add(tiny_file())
    with pytest.raises(ConflictError, match="may not share a day"):
        kept.add(tiny_file(id="b", effective_from="2027-01-01"))
    with pytest.raises(ConflictError, match="may not share a day"):
        kept.add(tiny_file(id="b", effective_from="2026-01-01"))
    with pytest.raises(ConflictError, match="must begin later"):
        kept.add(tiny_file(id="b", effective_from="2026-04-01", supersedes=ID))
    with pytest.raises(NotFoundError, match=r"measure-2026\.2, which is not here: get that one"):
        kept.add(tiny_file(id="b", supersedes="colchester-measure-2026.2"))
    assert sorted(kept.root.rglob("*")) == before


def test_successor_ends_its_predecessor_and_others_stand_beside_it(kept: DefinitionStore) -> None:
    kept.add(tiny_file(id="b", effective_from="2027-01-01", supersedes=ID))
    kept.add(tiny_file(id="c", effective_from="2026-01-01", effective_to="2026-03-31"))
    kept.add(tiny_file(id="d", purpose="reservation"))
    kept.add(tiny_file(id="e", council="norwich"))
    on = {"2025-12-31": None, "2026-03-31": "c", "2026-04-01": ID, "2026-12-31": ID}
    on |= {"2027-01-01": "b", "2099-01-01": "b"}
    for day, expected in on.items():
        found = kept.in_force(day, council="colchester")
        assert (found and found.definition.id) == expected, day
    ended = next(k for k in kept.kept() if k.definition.id == ID)
    assert (ended.last_day, ended.superseded_by) == ("2026-12-31", "b")
    with pytest.raises(InputError, match="several definitions are in force"):
        kept.in_force("2026-05-01")
    with pytest.raises(ConflictError, match="has already been superseded by b"):
        kept.add(tiny_file(id="f", effective_from="2028-01-01", supersedes=ID))
    with pytest.raises(
        InputError, match="is in force from 1 April 2026 to 31 December 2026, not on 1 January 2027"
    ):
        kept.require_in_force(ID, "2027-01-01")


def test_name_of_no_definition(kept: DefinitionStore, tmp_path: Path) -> None:
    with pytest.raises(DefinitionNotFoundError, match=ID):
        kept.open("colchester-measure-2026.2")
    with pytest.raises(NotFoundError, match="none has been published yet"):
        DefinitionStore(tmp_path / "none").open(ID)


def later(table: pa.Table) -> pa.Table:
    """Withdraw CO1 1JB, list two postcodes no more, move a third to Ipswich, and add a fourth."""
    rows = table.to_pylist()
    at = {postcode_of(row["key"]): i for i, row in enumerate(rows)}
    ended = {"status": "terminated", "terminated_from": 202601, "terminated_to": 202601}
    rows[at["CO1 1JB"]] |= ended
    home = rows[at["IP1 1DH"]]
    places = ("easting", "northing", "lad25cd", "msoa11cd", "msoa21cd")
    live = [i for i, row in enumerate(rows) if row["status"] == "live"]
    inside = [i for i in live if rows[i]["msoa11cd"] == "E02004512" and i != at["CO1 1JB"]]
    rows[inside[0]] |= {name: home[name] for name in places}
    free = next(
        k
        for k in range(home["key"], home["key"] + 99)
        if postcode_of(k) not in at
        and postcode_of(k)[-1] in "ABDEF"
        and postcode_of(k)[-2] in "ABDEF"
    )
    rows.append(dict(home, key=free))
    gone = {inside[1], inside[2]}
    rows = sorted((row for i, row in enumerate(rows) if i not in gone), key=lambda row: row["key"])
    return pa.Table.from_pylist(rows, table.schema)


def test_refresh_keeps_the_boundary_and_reports_what_changed(
    kept: DefinitionStore, tmp_path: Path
) -> None:
    newer = small_store(tmp_path / "newer", month="2026-02", edit=later)
    old = kept.open(ID)
    done = refresh(old, store=newer)
    none = {"local": 0, "not_local": 0, "unknown": 0}
    assert (done.before, done.after, done.moved) == ("2025-11", "2026-02", 1)
    assert done.added == none | {"not_local": 1}
    assert done.removed == none | {"local": 2}
    assert done.terminated == none | {"local": 1}
    assert done.revived == none
    assert [(c.before, c.after) for c in done.changed] == [("local", "not_local")]
    kept.add(done.data)
    new = kept.open(ID)
    assert kept.editions(ID) == ["2025-11", "2026-02"]
    assert new.definition.terms_sha256 == old.definition.terms_sha256
    assert (new.outline(), new.zones()) == (old.outline(), old.zones())
    verdict = classifier_under(new).check("CO1 1JB")
    assert (verdict.reason, verdict.terminated, verdict.directory_date) == (
        "terminated",
        "2026-01",
        "2026-02",
    )
    assert classifier_under(kept.open(ID, "2025-11")).check("CO1 1JB").reason == "in_area"
    moved = done.changed[0].postcode
    assert classifier_under(new).check(moved).status == "not_local"
    with pytest.raises(InputError, match="bring in a newer one: localarea data refresh postcodes"):
        refresh(new, store=newer)


def test_a_definition_made_ready_gives_the_same_verdicts(data: bytes, store: DataStore) -> None:
    texts = [*postcodes(store, 300), *AWKWARD]
    cold, ready = (classifier_under(OpenDefinition(data)) for _ in range(2))
    ready.warm_up()
    expected = cold.check_many(texts)
    assert any(v.borderline for v in expected)  # or a kind of sentence was not looked at
    assert ready.check_many(texts) == expected
    _, many = json_answers(ready).many(texts)
    assert json.loads(many) == [v.as_dict() for v in expected]


def test_a_store_tells_of_each_change_that_another_made(data: bytes, tmp_path: Path) -> None:
    mine, other = DefinitionStore(tmp_path / "d"), DefinitionStore(tmp_path / "d")
    before = mine.mark()
    other.add(data)
    after = mine.mark()
    assert after != before
    assert mine.mark() == after


def test_distances_of_many_are_those_of_one(store: DataStore) -> None:
    council = read_council("colchester")
    boundary = boundary_of_option(option_zones("ttwa-official", council))
    table = store.read("postcodes", ["easting", "northing", "msoa11cd"])
    table = table.filter(pc.and_(pc.is_valid(table["msoa11cd"]), pc.is_valid(table["easting"])))
    picked = np.random.default_rng(7).choice(table.num_rows, 150, replace=False)
    rows = table.take(pa.array(picked)).to_pylist()
    east, north = (np.array([r[n] for r in rows], np.int32) for n in ("easting", "northing"))
    inside = np.array([r["msoa11cd"] in boundary.zones for r in rows])
    many = metres_of_many(boundary, east, north, inside).tolist()
    one = BoundaryDistance(boundary)
    for at, row in enumerate(rows):
        place = row["easting"], row["northing"]
        assert many[at] == one.metres(*place, inside=bool(inside[at])), row
    flipped = metres_of_many(boundary, east, north, ~inside)  # as if every place were misread
    assert not flipped.any()  # each then lies within the other side


def test_evidence_counts_options_and_tells_split_postcodes(data: bytes) -> None:
    opened = OpenDefinition(data)
    classifier = classifier_under(opened)
    gather = gatherer(classifier.boundary, [(o, set(z)) for o, z in opened.lists["options"]])
    core = gather(classifier.check("CO1 1JB"))
    assert (core.options, core.local_in, core.standing) == (
        2,
        ("ttwa-official", "district"),
        "core",
    )
    assert core.split is False
    assert gather(classifier.check("IP1 1DH")).standing == "outside"
    assert gather(classifier.check("EH8 8DX")).standing is None
    halfway = replace(classifier.check("CO1 1JB"), metres_to_boundary=0.0)
    assert gather(halfway).split
    assert "both sides of the boundary" in gather(halfway).sentence()


def test_packed_postcodes_that_are_a_bomb_are_refused() -> None:
    import zlib

    for hostile in (
        zlib.compress(bytes(10_000_000)),
        b"",
        zlib.compress(b""),
        zlib.compress(bytes(22)),
    ):
        with pytest.raises(ValueError, match="incomplete"):
            unpack_rows(hostile)
    assert len(unpack_rows(zlib.compress(bytes(23 * MOST_ROWS))).slots) == MOST_ROWS


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    for content in (b"", b"postcode\nCO1 1JB\n", b"SQLite format 3\x00" + bytes(5000)):
        path = tmp_path / "x.gpkg"
        path.write_bytes(content)
        with pytest.raises(DefinitionDamagedError):
            read_definition(path)
    with pytest.raises(DefinitionDamagedError, match="cannot be read"):
        read_definition(tmp_path / "none.gpkg")


def test_commands_from_publishing_to_checking(store: DataStore, tmp_path: Path) -> None:
    here = {"LOCALAREA_DATA_DIR": str(store.root), "LOCALAREA_DEFINITIONS_DIR": str(tmp_path / "a")}
    there = {"LOCALAREA_DEFINITIONS_DIR": str(tmp_path / "b")}
    approval = [
        "--purpose",
        "measure",
        "--id",
        "x-2026.1",
        "--by",
        "P",
        "--role",
        "R",
        "--reason",
        "W",
    ]
    why = ("--half-left-out", "Few commute across the Stour")
    made = commanded(
        "publish", "district", *approval, *why, "--from", "2026-04-01", "--json", **here
    )
    assert made.returncode == 0, made.stderr
    sha256 = json.loads(made.stdout)["sha256"]
    assert commanded("publish", "districts", *approval, **here).returncode == 2
    mailed = str(tmp_path / "mailed.gpkg")
    assert commanded("definitions", "export", "x-2026.1", "--out", mailed, **here).returncode == 0
    assert commanded("definitions", "import", mailed, **there).returncode == 0
    assert commanded("definitions", "verify", mailed, "--expect", sha256, **there).returncode == 0
    assert commanded("definitions", "verify", mailed, "--expect", "00ff", **there).returncode == 3
    command = ["check", "CO1 1JB", "CO6", "IP1 1DH", "--json"]
    named = commanded(*command, "--definition", "x-2026.1", **here)
    assert named.returncode == 0, named.stderr
    assert named.stdout == commanded(*command, "--definition", "x-2026.1", **there).stdout
    assert named.stdout == commanded(*command, "--on", "2026-04-01", **there).stdout
    assert [v["status"] for v in json.loads(named.stdout)] == ["local", "unknown", "not_local"]
    early = json.loads(commanded(*command, "--on", "2026-03-31", **there).stdout)
    assert early[0]["definition"] == "option:ttwa-official"
    assert "No definition for measures is in force on 31 March 2026" in early[0]["explanation"]
    (tmp_path / "s.csv").write_text("postcode\nCO1 1JB\n", encoding="utf-8")
    checked = commanded("check-file", str(tmp_path / "s.csv"), "--definition", "x-2026.1", **there)
    assert checked.returncode == 0, checked.stderr
    assert "x-2026.1" in (tmp_path / "s.checked.csv").read_text(encoding="utf-8")
    listed = json.loads(commanded("definitions", "--json", **there).stdout)
    assert [row["id"] for row in listed] == ["x-2026.1"]


def test_cut_off_file_in_the_folder_is_refused_and_not_passed_over(
    kept: DefinitionStore,
) -> None:
    path = kept.root / ID / "2025-11.gpkg"
    whole = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(whole[: len(whole) // 2])
    folder = {"LOCALAREA_DEFINITIONS_DIR": str(kept.root)}
    for arguments in (["--definition", ID], ["--on", "2026-05-01"]):
        done = commanded("check", "CO1 1JB", *arguments, **folder)
        assert (done.returncode, done.stdout) == (3, "")
        assert "is not a definition as it was published" in done.stderr


def test_cold_check_of_a_definition_loads_nothing_heavy(kept: DefinitionStore) -> None:
    script = (
        "import sys; from localarea.cli.quick import answer_quickly; "
        f"assert answer_quickly(['check', 'CO1 1JB', '--definition', '{ID}']) == 0; "
        "heavy = {'pandas', 'geopandas', 'numba', 'scipy', 'shapely', 'openpyxl', 'typer'}; "
        "sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )
    environment = {**os.environ, "LOCALAREA_DEFINITIONS_DIR": str(kept.root)}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
