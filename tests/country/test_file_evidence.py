"""`check-file --evidence`: the same rows in every format, with what single checks say of them."""

from __future__ import annotations

import csv
import pickle
from typing import TYPE_CHECKING, Any

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from definition_cases import APPROVAL, small_store
from typer.testing import CliRunner

from localarea.checking.csv_file import check_file
from localarea.checking.frames import ADDED as ADDED_TO_FRAMES
from localarea.checking.parquet import check_parquet
from localarea.checking.rows.csv_checker import ADDED
from localarea.checking.rows.row_evidence import EVIDENCE, RowEvidence
from localarea.checking.workbooks.workbook import check_workbook
from localarea.classify.boundary import boundary_of_option
from localarea.classify.classifier import Classifier
from localarea.classify.evidence import gatherer
from localarea.cli.app import app
from localarea.datasets.postcodes import read_postcodes
from localarea.definitions.geopackage import OpenDefinition
from localarea.definitions.publish import publish
from localarea.definitions.sealed_directory import classifier_under
from localarea.errors import InputError
from localarea.geo.postcodes import postcode_of
from localarea.options.council import read_council
from localarea.options.membership import compute_options, option_zones
from localarea.options.minutes.anchor_minutes import anchor_minutes

if TYPE_CHECKING:
    from pathlib import Path

# Inside, on both sides of the line, withdrawn, abroad, half, slips, an address, unlisted, nothing.
AWKWARD = [
    *("CO1 1JB", "co7 6aa", "IP11DH", "CO1", "EH8 8DX", "BT1 1AA", "BX9 1AS", "XX9 9XX"),
    *("", "nonsense", "C01 1JB", "33 Sheepen Road, Colchester CO3 3WG", "IP1"),
]


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    council = read_council()
    boundary = boundary_of_option(option_zones("ttwa-official", council))
    return Classifier(boundary, minutes=anchor_minutes(council))


@pytest.fixture(scope="module")
def options() -> list[tuple[str, set[str]]]:
    return [(o.id, set(o.zones)) for o in compute_options(read_council())]


@pytest.fixture(scope="module")
def texts(classifier: Classifier) -> list[str]:
    index = classifier.verdicts.index
    keys = read_postcodes(["key"])["key"].to_numpy()
    near = np.flatnonzero(classifier.verdicts.codes == 12)  # local, in the area, borderline
    gone = np.flatnonzero((index.ended >= 0) & (index.zones >= 0))
    rng = np.random.default_rng(6)
    picked = [*rng.choice(near, 40), *rng.choice(gone, 20), *rng.integers(0, len(keys), 40)]
    return [*AWKWARD, *(postcode_of(int(keys[row])) for row in picked)]


@pytest.fixture(scope="module")
def expected(
    classifier: Classifier, options: list[tuple[str, set[str]]], texts: list[str]
) -> list[tuple[Any, ...]]:
    """Say it by the single checks, which measure every postcode by itself."""
    gather = gatherer(classifier.boundary, options)
    said = []
    for verdict in classifier.check_many(texts):
        found = gather(verdict)
        placed = found.standing is not None
        said.append(
            (
                verdict.metres_to_boundary,
                found.split,
                len(found.local_in) if placed else None,
                found.options if placed else None,
                verdict.minutes_to_anchor,
            )
        )
    assert len({row[1] for row in said}) >= 2
    assert {row[2] for row in said} > {None, 0}
    return said


def value(text: Any) -> Any:
    if text in (None, ""):
        return None
    if text in ("true", "false"):
        return text == "true"
    return text if isinstance(text, bool) else float(text)


def lines(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def told(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(value(row[name]) for name in (*EVIDENCE, "local_minutes_to_anchor"))


def test_text_files(
    classifier: Classifier,
    options: list[tuple[str, set[str]]],
    texts: list[str],
    expected: list[tuple[Any, ...]],
    tmp_path: Path,
) -> None:
    for times in (1, 800):  # the plain way, and the compiled one with two threads
        source, out = tmp_path / f"{times}.csv", tmp_path / f"{times}.out.csv"
        with source.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(
                [["firm", "postcode"], *([f"F{k}", t] for k, t in enumerate(texts * times))]
            )
        check_file(source, classifier, out=out, evidence=RowEvidence(classifier, options))
        with out.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert [row["firm"] for row in rows] == [f"F{k}" for k in range(len(texts) * times)]
        assert list(rows[0])[2:] == [*ADDED, *EVIDENCE]
        assert [told(row) for row in rows] == expected * times
    assert source.stat().st_size > 1 << 20


@pytest.mark.parametrize("kind", ["xlsx", "ods", "large.xlsx"])
def test_workbooks(
    kind: str,
    classifier: Classifier,
    options: list[tuple[str, set[str]]],
    texts: list[str],
    expected: list[tuple[Any, ...]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source, out = tmp_path / f"in.{kind}", tmp_path / f"out.{kind}"
    _write_sheet(source, [["firm", "postcode"], *([f"F{k}", t] for k, t in enumerate(texts))])
    if kind == "large.xlsx":
        monkeypatch.setattr("localarea.tables.cell_limits.ORDINARY", 0)
    evidence = RowEvidence(classifier, options)
    report = check_workbook(source, classifier, out=out, evidence=evidence)
    header, *rows = _read_sheet(out)
    assert report.rows == len(rows) == len(texts)
    assert header[2:] == [*ADDED, *EVIDENCE]
    said = [dict(zip(header, row, strict=True)) for row in rows]
    assert [row["firm"] for row in said] == [f"F{k}" for k in range(len(texts))]
    assert [told(row) for row in said] == expected


def _write_sheet(path: Path, rows: list[list[str]]) -> None:
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path)
        return
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    document, table = OpenDocumentSpreadsheet(), Table(name="Sheet")
    for row in rows:
        line = TableRow()
        for text in row:
            cell = TableCell(valuetype="string")
            cell.addElement(P(text=text))
            line.addElement(cell)
        table.addElement(line)
    document.spreadsheet.addElement(table)
    document.save(str(path))


def _read_sheet(path: Path) -> list[list[Any]]:
    if path.suffix == ".xlsx":
        page = openpyxl.load_workbook(path).worksheets[0]
        return [list(row) for row in page.iter_rows(values_only=True)]
    from odf import teletype
    from odf.opendocument import load
    from odf.table import TableCell, TableRow

    table = load(str(path)).spreadsheet.childNodes[0]
    return [
        [teletype.extractText(cell) for cell in row.getElementsByType(TableCell)]
        for row in table.getElementsByType(TableRow)
    ]


def test_parquet_alone_and_sent_to_a_worker(
    classifier: Classifier,
    options: list[tuple[str, set[str]]],
    texts: list[str],
    expected: list[tuple[Any, ...]],
    tmp_path: Path,
) -> None:
    source = tmp_path / "in.parquet"
    column = pa.chunked_array([pa.array(texts[:50]), pa.array([*texts[50:], None])])
    pq.write_table(pa.table({"n": range(len(texts) + 1), "postcode": column}), source)
    there = pickle.loads(pickle.dumps(RowEvidence(classifier, options)))  # noqa: S301
    assert pickle.loads(pickle.dumps(there)) is there  # noqa: S301
    names = (*EVIDENCE, "local_minutes_to_anchor")
    for evidence in (RowEvidence(classifier, options), there):
        out = tmp_path / "out.parquet"
        out.unlink(missing_ok=True)
        check_parquet(source, classifier, out=out, evidence=evidence)
        written = pq.read_table(out)
        assert written.column_names == ["n", "postcode", *ADDED_TO_FRAMES, *names]
        assert written["n"].to_pylist() == list(range(len(texts) + 1))
        rows = list(zip(*(written[name].to_pylist() for name in names), strict=True))
        assert rows == [*expected, (None,) * 5]
    with pytest.raises(InputError, match="checked before"):
        check_parquet(out, classifier, evidence=there)


def test_without_the_flag_nothing_changes(
    classifier: Classifier, texts: list[str], tmp_path: Path
) -> None:
    source = tmp_path / "in.csv"
    with source.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["postcode"], *([text] for text in texts)])
    check_file(source, classifier, out=tmp_path / "plain.csv")
    check_file(source, classifier, out=tmp_path / "more.csv", evidence=RowEvidence(classifier, []))
    plain, more = lines(tmp_path / "plain.csv"), lines(tmp_path / "more.csv")
    assert plain[0] == ["postcode", *ADDED]
    assert [row[: len(plain[0])] for row in more] == plain
    assert {tuple(row[-2:]) for row in more[1:]} == {("", "")}  # no option to look at


@pytest.mark.slow
def test_a_definition_answers_with_what_it_froze(tmp_path: Path) -> None:
    store = small_store(tmp_path / "data")
    council = read_council("colchester", store=store)
    some = [option_zones(name, council, store=store) for name in ("ttwa-official", "district")]
    opened = OpenDefinition(publish(some[0], council, APPROVAL, options=some, store=store))
    frozen = classifier_under(opened)
    listed = [(o, set(z)) for o, z in opened.lists["options"]]
    source = tmp_path / "in.parquet"
    texts = ["CO1 1JB", "CO6 1AA", "IP1 1DH", "EH8 8DX", "CO6", None]
    pq.write_table(pa.table({"postcode": texts}), source)
    evidence = RowEvidence(frozen, listed)
    check_parquet(source, frozen, out=tmp_path / "out.parquet", evidence=evidence)
    written = pq.read_table(tmp_path / "out.parquet")
    gather = gatherer(frozen.boundary, listed)
    for at, verdict in enumerate(frozen.check_many([text or "" for text in texts])):
        found = gather(verdict)
        assert written["local_metres_to_boundary"][at].as_py() == verdict.metres_to_boundary
        assert written["local_split"][at].as_py() == found.split
        assert written["local_minutes_to_anchor"][at].as_py() == verdict.minutes_to_anchor
        local = len(found.local_in) if found.standing else None
        assert written["local_options_local"][at].as_py() == local


def test_the_command_adds_the_columns(tmp_path: Path) -> None:
    source = tmp_path / "s.csv"
    source.write_text("postcode,postcode 2\n,CO1 1JB\n", encoding="utf-8")
    asked = ["check-file", str(source), "--evidence", "--option", "district", "--column"]
    done = CliRunner().invoke(app, [*asked, "postcode", "--column", "postcode 2"])
    assert done.exit_code == 0, done.output
    header, row = lines(tmp_path / "s.checked.csv")
    assert header[2:] == [*ADDED, *EVIDENCE, "local_column"]
    said = dict(zip(header, row, strict=True))
    assert said["local_column"] == "postcode 2"
    assert said["local_options_local"] == said["local_options_all"]
    assert int(said["local_options_all"]) > 10
    assert float(said["local_metres_to_boundary"]) > 0
