"""An option drawn by minutes: what is near its limit is borderline, singly, in bulk and frozen."""

from __future__ import annotations

import csv
import hashlib
import json
import pickle
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest
from definition_cases import APPROVAL, tiny_file
from typer.testing import CliRunner

from localarea.checking.csv_file import check_file
from localarea.classify.boundary import DriveLimit, boundary_of_option, drive_limit
from localarea.classify.classifier import Classifier
from localarea.classify.codes import MEANINGS
from localarea.cli.app import app
from localarea.datasets.postcodes import read_postcodes
from localarea.definitions.geopackage import OpenDefinition
from localarea.definitions.model import canonical_json, definition_of
from localarea.definitions.publish import publish
from localarea.definitions.sealed_directory import classifier_under
from localarea.errors import SchemaError
from localarea.geo.postcodes import postcode_of
from localarea.options.council import read_council
from localarea.options.membership import option_zones
from localarea.options.minutes.anchor_minutes import anchor_minutes

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.datasets.store import DataStore

STATED_ERROR = 4.6  # localarea/roads/error.toml: 4.6 at 25 and at 37.5 minutes, so at 30 too
LIMIT = 30


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    council = read_council()
    boundary = boundary_of_option(option_zones("drive-30", council))
    return Classifier(boundary, minutes=anchor_minutes(council))


@pytest.fixture(scope="module")
def around() -> list[str]:
    """Three hundred postcodes of the districts where the limit runs, and some of elsewhere."""
    table = read_postcodes(["key", "easting", "northing"])
    east, north = (table[n].to_numpy(zero_copy_only=False) for n in ("easting", "northing"))
    near = np.flatnonzero(np.hypot(east - 599_600, north - 225_200) < 40_000)
    picked = np.random.default_rng(30).choice(near, 300, replace=False)
    keys = table["key"].to_numpy()[picked].tolist()
    return [*map(postcode_of, keys), "EH8 8DX", "BX9 1AS", "XX9 9XX", "M1 1AE"]


def test_what_is_near_the_boundary_or_the_limit_is_borderline(
    classifier: Classifier, around: list[str]
) -> None:
    seen = set()
    for text in around:
        verdict = classifier.check(text)
        away, metres = verdict.minutes_to_anchor, verdict.metres_to_boundary
        by_road = away is not None and round(abs(away - LIMIT), 1) <= STATED_ERROR
        by_line = metres is not None and metres <= 500
        assert verdict.borderline == (by_road or by_line), verdict
        assert (
            "minutes door to door by car are within 4.6 of the limit of 30" in verdict.explanation
        ) == (by_road)
        assert ("metres from the boundary" in verdict.explanation) == by_line
        seen.add((by_road, by_line))
    assert {(False, False), (True, False), (True, True)} <= seen


def test_bulk_and_files_say_the_same_as_single_checks(
    classifier: Classifier, around: list[str], tmp_path: Path
) -> None:
    singly = [classifier.check(text) for text in around]
    codes = classifier.check_arrow(pa.array(around))
    flags = [MEANINGS[code].borderline for code in codes.tolist()]
    assert flags == [verdict.borderline for verdict in singly]
    source = tmp_path / "s.csv"
    source.write_text("postcode\n" + "".join(f"{text}\n" for text in around), encoding="utf-8")
    check_file(source, classifier, out=tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(around)
    for row, verdict in zip(rows, singly, strict=True):
        assert row["local_borderline"] == str(verdict.borderline).lower()
        said = row["local_explanation"]
        for words in (
            "the limit of 30, which is within their margin of error",
            "from the boundary",
        ):
            assert (words in said) == (words in verdict.explanation), (said, verdict.explanation)


def test_the_error_of_the_minutes_can_be_moved(classifier: Classifier) -> None:
    away = classifier.check("IP1 1DH")
    assert away.borderline
    assert away.minutes_to_anchor is not None
    gap = abs(away.minutes_to_anchor - LIMIT)
    limit = classifier.boundary.drive
    assert limit is not None
    for error, near in ((gap, True), (gap - 0.1, False)):
        boundary = replace(classifier.boundary, drive=replace(limit, error_min=error))
        assert Classifier(boundary).check("IP1 1DH").borderline is near
    nothing = replace(classifier.boundary, drive=None)
    assert not Classifier(nothing).check("IP1 1DH").borderline


def test_both_ends_count_and_the_unreached_do_not() -> None:
    limit = DriveLimit("Colchester", 30.0, 5.3)
    tenths = np.array([246, 247, 300, 353, 354, -1, -2])
    assert limit.near(tenths).tolist() == [False, True, True, True, False, False, False]
    assert [bool(limit.near(int(t))) for t in tenths] == limit.near(tenths).tolist()
    assert not DriveLimit("Colchester", 5.0, 30.0).near(-2)
    assert DriveLimit("Colchester", 0.4, 0.5).near(0)  # nought is a time, as below it is not


def test_only_an_option_by_minutes_alone_has_a_limit() -> None:
    council = read_council()
    for name, limit in (("drive-45", 45.0), ("composite", None), ("ttwa-official", None)):
        drive = boundary_of_option(option_zones(name, council)).drive
        assert (drive.limit_min if drive else None) == limit
    assert drive_limit("drive", {"minutes": True}, "Colchester") is None


def test_a_worker_is_sent_the_limit_and_where_minutes_are_counted_from(
    classifier: Classifier,
) -> None:
    there = pickle.loads(pickle.dumps(classifier))  # noqa: S301
    assert there.boundary.drive == classifier.boundary.drive
    assert there.check("IP1 1DH") == classifier.check("IP1 1DH")


@pytest.fixture(scope="module")
def store(small_tables: DataStore) -> DataStore:
    return small_tables


@pytest.mark.slow
def test_a_definition_freezes_the_minutes(store: DataStore, tmp_path: Path) -> None:
    council = read_council("colchester", store=store)
    option = option_zones("drive-30", council, store=store)
    both_held = replace(APPROVAL, half_left_out="")  # it holds some of either half of the mandate
    opened = OpenDefinition(publish(option, council, both_held, store=store))
    made = opened.definition
    assert made.borderline_min == made.as_document()["borderline_min"] == STATED_ERROR
    frozen = classifier_under(opened)
    minutes = anchor_minutes(council, store=store)
    live = Classifier(boundary_of_option(option), store=store, minutes=minutes)
    keys = store.read("postcodes", ["key"])["key"].to_numpy()
    picked = np.random.default_rng(9).choice(keys, 200, replace=False).tolist()
    texts = [*map(postcode_of, picked), "IP1 1DH", "CO6", "nonsense"]
    for text in texts:
        one, other = frozen.check(text), live.check(text)
        assert (one.status, one.borderline) == (other.status, other.borderline)
        assert (
            one.explanation.split(" This is the answer")[0]
            == (other.explanation.split(" No definition has")[0])
        )
    assert (
        frozen.check_arrow(pa.array(texts)).tolist() == live.check_arrow(pa.array(texts)).tolist()
    )
    assert np.array_equal(frozen.verdicts.near, live.verdicts.near)
    none = replace(both_held, borderline_min=0.0)
    strict = classifier_under(OpenDefinition(publish(option, council, none, store=store)))
    assert not strict.check("IP1 1DH").borderline
    assert strict.opened is not None
    assert strict.opened.definition.terms_sha256 != made.terms_sha256


def test_other_definitions_stay_what_they_are() -> None:
    made = OpenDefinition(tiny_file()).definition
    document = made.as_document()
    assert "borderline_min" not in document
    terms = {
        key: value
        for key, value in document.items()
        if key not in {"directory_date", "inputs", "software", "format"}
    }
    assert hashlib.sha256(canonical_json(terms)).hexdigest() == made.terms_sha256
    # A drive option that was published before there were such minutes has none.
    older = definition_of({**document, "method": "drive", "parameters": {"minutes": 30}})
    assert older.boundary().drive is None
    newer = definition_of({**older.as_document(), "borderline_min": 4.0})
    assert newer.boundary().drive == DriveLimit("Colchester", 30.0, 4.0)
    assert definition_of(json.loads(canonical_json(newer.as_document()))) == newer


@pytest.mark.parametrize("wrong", [-1, 601, True, "5"])
def test_minutes_that_cannot_be_are_refused(wrong: object) -> None:
    made = OpenDefinition(tiny_file()).definition
    drive = {**made.as_document(), "method": "drive", "parameters": {"minutes": 30}}
    with pytest.raises(SchemaError, match="borderline minutes"):
        definition_of({**drive, "borderline_min": wrong})
    with pytest.raises(SchemaError, match="no limit in minutes"):
        definition_of({**made.as_document(), "borderline_min": 5.0})


def test_the_command_takes_the_minutes_of_a_drive_option_alone() -> None:
    def run(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["check", "IP1 1DH", "CO1 1JB", "--json", *arguments])
        return done.exit_code, done.output or str(done.exception)

    code, said = run("--option", "drive-30")
    assert [v["borderline"] for v in json.loads(said)] == [True, False], code
    _, said = run("--option", "drive-30", "--borderline-min", "0.1")
    assert [v["borderline"] for v in json.loads(said)] == [False, False]
    _, said = run("--option", "drive-30", "--borderline-min", "4", "--evidence")
    assert [v["evidence"]["borderline_min"] for v in json.loads(said)] == [4.0, 4.0]
    assert [v["evidence"]["limit_min"] for v in json.loads(said)] == [LIMIT, LIMIT]
    code, said = run("--option", "district", "--borderline-min", "5")
    assert code != 0
    assert "not defined by minutes" in said
    code, said = run("--option", "drive-30", "--borderline-min", "-1")
    assert code != 0
    assert "not in the range 0<=x<=600" in said
    code, said = run("--definition", "some-id", "--borderline-min", "5")
    assert code != 0
    assert "leave it out, or name an option" in said
