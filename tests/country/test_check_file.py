"""Checking files, through the library and through the commands ``check`` and ``check-file``."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from localarea.checking.csv_file import check_file
from localarea.checking.rows import csv_checker as cells
from localarea.checking.rows.csv_checker import ADDED, added_headers
from localarea.cli.app import run
from localarea.cli.quick import answer_quickly
from localarea.errors import ColumnNotFoundError
from localarea.tables.columns import choose_column

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.classify.classifier import Classifier

TABLE = (
    "id,supplier,postcode,spend\n"
    '1,"Example, Ltd",co11jb,10.50\n'
    "2,=cmd,IP1 1DH,-3\n"
    "3,Third,,0\n"
    "4,Fourth,CO7 6AA,1\n"
    "5,Fifth,C01 1JB,1\n"
    "6,Sixth,CO6,1\n"
)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "suppliers.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_rows_and_their_text_are_kept_in_order(source: Path, classifier: Classifier) -> None:
    report = check_file(source, classifier)
    lines = (source.parent / "suppliers.checked.csv").read_text(encoding="utf-8").splitlines()
    for before, after in zip(TABLE.splitlines(), lines, strict=True):
        assert after.startswith(before + ",")
    assert report.rows == 6
    assert report.column == "postcode"
    assert report.by_status == {"local": 3, "not_local": 1, "unknown": 2}
    assert report.borderline == 1


def test_verdict_stands_beside_each_row(source: Path, classifier: Classifier) -> None:
    check_file(source, classifier)
    rows = read(source.parent / "suppliers.checked.csv")
    assert list(rows[0])[-len(ADDED) :] == list(ADDED)
    assert [r["local_postcode"] for r in rows] == [
        *("CO1 1JB", "IP1 1DH", "", "CO7 6AA", "CO1 1JB", "CO6"),
    ]
    reasons = ["in_area", "outside_area", "blank", "in_area", "in_area", "outward_only"]
    assert [r["local_reason"] for r in rows] == reasons
    assert [r["local_borderline"] for r in rows] == ["false"] * 3 + ["true"] + ["false"] * 2
    assert rows[0]["local_explanation"] == (
        "This postcode is in Central Colchester (Colchester 007), Colchester, "
        "which is inside the area."
    )
    assert rows[4]["local_explanation"].startswith("A letter or digit was mistyped. This postcode")
    assert rows[5]["local_explanation"].startswith("CO6 is only the first half of a postcode: ")
    assert (rows[0]["local_zone"], rows[0]["local_district"]) == ("E02004512", "E07000071")
    assert {r["local_definition"] for r in rows} == {"option:ttwa-official"}


def test_file_and_single_check_agree(
    tmp_path: Path, classifier: Classifier, repository: Path
) -> None:
    sample = repository / "localarea" / "reports" / "sample" / "suppliers.csv"
    check_file(sample, classifier, out=tmp_path / "out.csv")
    rows = read(tmp_path / "out.csv")
    assert len(rows) == 200
    for row in rows:
        verdict = classifier.check(row["trading_postcode"])
        assert row["local_status"] == verdict.status
        assert row["local_reason"] == verdict.reason
        assert row["local_borderline"] == str(verdict.borderline).lower()
        assert row["local_zone"] == (verdict.zone or "")
        assert row["local_district"] == (verdict.district or "")
        assert row["local_terminated"] == (verdict.terminated or "")


def test_nothing_that_is_added_begins_as_a_formula(source: Path, classifier: Classifier) -> None:
    check_file(source, classifier)
    for row in read(source.parent / "suppliers.checked.csv"):
        for name in ADDED:
            assert not row[name].startswith(("=", "+", "-", "@", "\t", "\r")), row[name]


def test_same_input_gives_the_same_bytes(source: Path, classifier: Classifier) -> None:
    outs = [source.parent / f"{i}.csv" for i in range(5)]
    for out in outs:
        check_file(source, classifier, out=out)
    assert len({out.read_bytes() for out in outs}) == 1


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    body=st.lists(
        st.sampled_from(
            [
                b"CO1 1JB",
                b"ip11dh",
                b"CO6",
                b"C01 1JB",
                b"x",
                b'"a\nb"',
                b"\xe9",
                b"CO1\xa01JB",
                b"",
            ]
        ),
        min_size=1,
        max_size=30,
    ),
    ends=st.sampled_from([b"\n", b"\r\n", b"\r"]),
    split=st.integers(1, 4),
)
def test_compiled_and_plain_way_write_the_same_bytes(
    body: list[bytes], ends: bytes, split: int, tmp_path: Path, classifier: Classifier
) -> None:
    rows = [b",".join(body[i : i + split]) for i in range(0, len(body), split)]
    path = tmp_path / "in.csv"
    path.write_bytes(ends.join([b"postcode,b", *rows, b"CO1 1JB,x"]))
    written = []
    for compile_from in (1 << 40, 0):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(cells, "_COMPILE_FROM", compile_from)
            check_file(path, classifier, out=tmp_path / "out.csv")
        written.append((tmp_path / "out.csv").read_bytes())
    assert written[0] == written[1]


def test_file_of_many_blocks(
    tmp_path: Path, classifier: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    from localarea.tables.delimited import encoding

    monkeypatch.setattr(encoding, "CHUNK", 37)
    path = tmp_path / "in.csv"
    path.write_bytes(b"n,postcode\r\n" + b'"a\r\nb",CO1 1JB\r\nb,IP1 1DH\r\n' * 200)
    report = check_file(path, classifier)
    assert report.by_status == {"local": 200, "not_local": 200, "unknown": 0}
    assert len(read(tmp_path / "in.checked.csv")) == 400


def test_encodings_are_written_as_they_were_read(tmp_path: Path, classifier: Classifier) -> None:
    text = "name;postcode\r\nCafé;CO1 1JB\r\n"
    for codec, mark in (
        ("cp1252", b""),
        ("utf-8", b"\xef\xbb\xbf"),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
    ):
        path = tmp_path / "in.csv"
        path.write_bytes(mark + text.encode(codec))
        report = check_file(path, classifier)
        out = (tmp_path / "in.checked.csv").read_bytes()
        assert out.startswith(mark + "name;postcode;local_postcode;".encode(codec))
        assert "Café;CO1 1JB;CO1 1JB;local;".encode(codec) in out
        assert report.delimiter == ";"


COLUMNS = [
    (["id", "Postcode"], [["1", "CO1 1JB"]], None, 1),
    (["id", "post code "], [["1", "CO1 1JB"]], None, 1),
    (["id", "Supplier_PostCode"], [["1", "CO1 1JB"]], None, 1),
    (["Registered postcode", "Postcode"], [["IP1 1DH", "CO1 1JB"]], None, 1),
    (["postcode area", "where"], [["x", "CO1 1JB"]], None, 1),
    (["postcode", "other"], [["", "CO1 1JB"]], None, 0),
    (["a", "b"], [["IP1 1DH", "x"], ["CO1 1JB", "y"]], None, 0),
    (["a", "b"], [["IP1 1DH", "x"]], "b", 1),
    (["a", "B Postcode"], [["IP1 1DH", "x"]], "b_postcode", 1),
    (["a", "b"], [["IP1 1DH", "x"]], "2", 1),
    (["same", "same"], [["x", "CO1 1JB"]], "same", 1),
]


@pytest.mark.parametrize(("headers", "sample", "wanted", "index"), COLUMNS)
def test_column_is_found(
    headers: list[str], sample: list[list[str]], wanted: str | None, index: int
) -> None:
    assert choose_column(headers, sample, wanted=wanted).index == index


def test_choice_between_columns_is_said() -> None:
    headers = ["Registered postcode", "Trading postcode"]
    choice = choose_column(headers, [["CO1 1JB", "IP1 1DH"]])
    assert "'Trading postcode' (column 2)' could be used too".replace(")'", ")") in choice.note
    assert "based on its contents" in choose_column(["a"], [["CO1 1JB"]]).note


@pytest.mark.parametrize("wanted", ["nothing", "3", "0", "-1", "", "²"])
def test_column_that_is_not_there_is_named(wanted: str) -> None:
    with pytest.raises(ColumnNotFoundError, match="the columns are 'a', 'b'"):
        choose_column(["a", "b"], [["CO1 1JB", "x"]], wanted=wanted)


def test_headers_that_are_there_already_get_a_number() -> None:
    names = added_headers(["postcode", "Local_Status", "local_status_2", "extra_1"], 5)
    assert names[:3] == ["extra_1_2", "local_postcode", "local_status_3"]


# ---- the commands ----


def test_check_prints_one_json_document(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "co1 1jb", "IP11AA", "XX999XX", "EC1A1BB", "--json"]) == 0
    said = capfd.readouterr()
    verdicts = json.loads(said.out)
    assert [v["status"] for v in verdicts] == ["local", "not_local", "unknown", "not_local"]
    assert list(verdicts[0]) == [
        *("postcode", "status", "borderline", "reason", "explanation", "definition"),
        *("directory_date", "terminated", "zone", "district", "easting", "northing"),
        *("minutes_to_anchor", "metres_to_boundary"),
    ]
    assert said.err == ""


QUICK = [
    ["check", "CO1 1JB", "--json"],
    ["check", "CO1 1JB"],
    ["check", "--option", "district", "IP11AA", "CO1", "x", "--json", "--strict"],
    ["check", "nonsense", "--strict"],
]


@pytest.mark.parametrize("arguments", QUICK)
def test_quick_way_answers_as_typer_does(
    arguments: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    quickly = answer_quickly(arguments), capfd.readouterr()
    assert quickly == (run(arguments), capfd.readouterr())


@pytest.mark.parametrize(
    "arguments",
    [
        *([], ["check"], ["options"], ["check", "CO1 1JB", "--help"], ["check", "--option"]),
        *(["check", "CO1 1JB", "--on"], ["check", "CO1 1JB", "--option=district"]),
        *(["check", "CO1 1JB", "--option", "nothing"], ["check", "--", "-x"]),
    ],
)
def test_quick_way_leaves_the_rest_to_typer(
    arguments: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    assert answer_quickly(arguments) is None
    assert capfd.readouterr() == ("", "")


def test_check_for_people(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "CO1 1JB", "[red]x", "\x1b[31m"]) == 0
    out = capfd.readouterr().out
    assert "local" in out
    assert "[red]x" in out
    assert "\x1b[31m" not in out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["check", "CO1 1JB", "--option", "ttwa-offical"], 2, "nearest: ttwa-official"),
        (["check", "CO1 1JB", "--definition", "x-2026.1"], 2, "none has been published yet"),
        (["check", "CO1 1JB", "--definition", "x", "--option", "y"], 2, "not both"),
        (["check", "CO1 1JB", "--on", "soon"], 2, "must be a date"),
        (["check", "CO1 1JB", "--borderline-m", "-1"], 2, "not in the range"),
        (["check", "CO1 1JB", "--borderline-m", "nan"], 2, "not a number that can be used"),
        (["check", "CO1 1JB", "--council", "nowhere"], 2, "nowhere"),
        (["check"], 2, "Missing argument"),
        (["check-file", "missing.csv"], 2, "no such file"),
    ],
)
def test_bad_input_leaves_with_two_and_a_sentence(
    arguments: list[str], code: int, words: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == code
    said = capfd.readouterr()
    assert words in said.err
    assert said.out == ""
    assert "Traceback" not in said.err


def test_strict_leaves_with_one(source: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "CO1 1JB", "--strict", "--json"]) == 0
    assert run(["check", "CO1 1JB", "nonsense", "--strict", "--json"]) == 1
    assert run(["check-file", str(source), "--strict"]) == 1
    assert "written to" in capfd.readouterr().err


def test_check_under_another_option_which_is_of_no_day(capfd: pytest.CaptureFixture[str]) -> None:
    command = ["check", "IP1 1DH", "--option", "ttwa-official+ipswich"]
    assert run([*command, "--json"]) == 0
    (verdict,) = json.loads(capfd.readouterr().out)
    assert verdict["status"] == "local"
    assert verdict["definition"] == "option:ttwa-official+ipswich"
    assert run([*command, "--on", "2026-04-01"]) == 2
    assert "ttwa-official+ipswich is the same on every day" in capfd.readouterr().err


def test_check_file_command_as_json(source: Path, capfd: pytest.CaptureFixture[str]) -> None:
    out = source.parent / "o.csv"
    assert run(["check-file", str(source), "--out", str(out), "--column", "3", "--json"]) == 0
    report = json.loads(capfd.readouterr().out)
    assert report["rows"] == 6
    assert report["out"] == str(out)
    with out.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    assert len(rows) == 1 + 6
    assert rows[0][:4] == ["id", "supplier", "postcode", "spend"]


def test_check_file_command_for_people(source: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["check-file", str(source)]) == 0
    said = capfd.readouterr()
    assert said.out == ""
    assert "6 rows checked by 'postcode'" in said.err
    assert "checked against 'Colchester labour market (ONS 2011)'. No definition has" in said.err
    assert "outward only: 1" in said.err


def test_commands_in_a_process_of_their_own(source: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    call = [sys.executable, "-c", "from localarea.cli import main; main()"]
    done = subprocess.run(
        [*call, "check", "caf\u00e9", "CO1 1JB", "--json"],
        capture_output=True,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert [v["reason"] for v in json.loads(done.stdout)] == ["malformed", "in_area"]
    done = subprocess.run(
        [*call, "check-file", str(source), "--json"],
        capture_output=True,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["rows"] == 6


def test_progress_is_told_in_rows(classifier: Classifier, tmp_path: Path) -> None:
    source, told = tmp_path / "s.csv", list[int]()
    source.write_text("postcode,n\n" + "CO1 1JB,1\n" * 500_000, encoding="utf-8")
    check_file(source, classifier, out=tmp_path / "out.csv", progress=told.append)
    assert sum(told) == 500_000
    assert len(told) > 1
