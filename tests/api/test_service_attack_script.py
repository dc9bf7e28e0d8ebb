"""
Script and templates in every field, looked for on every page; formulas in every kind of file.

What is written goes in by every way that takes text, under names and posts that are hostile
themselves; then every page is fetched, and no answer may hold it other than as text.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
from service_cases import routes_of
from signin_cases import become, oidc, signing_service

from localarea.checking.check_file import check_any
from localarea.decisions.record.schema import FILE_JOBS
from localarea.definitions.boundary_choice import BoundaryChoice
from localarea.service.files.runner import DETAIL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx
    from starlette.testclient import TestClient

    from localarea.datasets.store import DataStore

pytestmark = pytest.mark.slow

# Out of an attribute, an element, a template, a formula of the library that draws, and a sheet.
HOSTILE: Final = "=1+\"'><img src=x onerror=alert(1)><script>alert(1)</script>{{7*7}}$\\frac{"
SHORT: Final = HOSTILE[:90]
RAW: Final = re.compile(r"\"'>|<img src=x|<script>alert|49\$", re.ASCII)
ID: Final = "hostile-2026.1"
FORM: Final = {
    "id": ID,
    "title": HOSTILE,
    "effective_from": "2026-04-01",
    "reasons": HOSTILE,
    "minute_reference": HOSTILE,
    "backdated_because": HOSTILE,
    "half_left_out": HOSTILE,
}


def be(client: TestClient, *roles: str) -> None:
    """Sign somebody in whose very name and post are hostile."""
    become(client, *roles, name=HOSTILE)
    admission = client.app.state.admission  # type: ignore[attr-defined]
    session = admission.sessions.read(client.cookies[admission.names.session])
    hostile = admission.sessions.write(replace(session, post=HOSTILE))
    client.cookies.set(admission.names.session, hostile)


@pytest.fixture(scope="module")
def client(
    small_tables: DataStore, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("script")
    tables = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    limits = {"requests_per_minute": 0, "checks_per_minute": 0}
    settings = oidc(jobs_dir=folder / "jobs", **limits, **tables)
    with signing_service(folder, **settings) as made:
        be(made, "checker", "analyst", "approver", "admin")
        fill(made)
        yield made


def fill(client: TestClient) -> None:
    """Write the hostile text into everything that is kept."""

    def post(path: str, body: Any, status: int = 201) -> Any:
        answer = client.post(f"/api/v1/{path}", json=body)
        assert answer.status_code == status, (path, answer.text)
        return answer.json()

    put = {
        "option": "district",
        "purpose": "measure",
        "title": HOSTILE,
        "note": HOSTILE,
        "half_left_out": HOSTILE,
    }
    notes = [f"{HOSTILE}{number}" for number in range(4)]  # the same sent twice is one
    first, second, third, fourth = (
        post("proposals", {**put, "note": note})["id"] for note in notes
    )
    post(f"proposals/{first}/comments", {"text": HOSTILE})
    post(f"proposals/{second}/return", {"text": HOSTILE}, 200)
    post(f"proposals/{third}/withdraw", {"text": HOSTILE}, 200)
    post(f"proposals/{first}/approve", FORM)
    post(
        f"proposals/{fourth}/approve",
        {**FORM, "id": "next", "supersedes": ID, "effective_from": "2026-04-02"},
    )
    ended = {"reason": HOSTILE, "on_day": "1", "on_month": "4", "on_year": "2031"}
    answer = client.post("/definitions/next/withdraw", data=ended)
    assert answer.status_code == 303, answer.text
    post("keys", {"name": SHORT, "roles": ["viewer"], "days": 1})
    file_id = client.post(
        "/api/v1/files", files={"file": (HOSTILE, b"postcode\nCO1 1JB\n")}, data={"column": HOSTILE}
    ).json()["id"]
    told = {"columns": [HOSTILE], "sheets": [HOSTILE], "sheet": HOSTILE, "unknown": [[2, HOSTILE]]}
    jobs = client.app.state.jobs  # type: ignore[attr-defined]
    (jobs.folder / file_id / DETAIL).write_text(json.dumps(told))
    client.hostile_file = file_id  # type: ignore[attr-defined]
    with client.app.state.localarea.database.transaction() as connection:  # type: ignore[attr-defined]
        failed = {"status": "failed", "problem": HOSTILE}
        connection.execute(sa.update(FILE_JOBS).where(FILE_JOBS.c.id == file_id).values(**failed))


def harmless(answer: httpx.Response, where: str) -> None:
    """Hold an answer to showing what was written as text, or saying that it is no page."""
    kind = answer.headers.get("content-type", "")
    assert answer.status_code < 500 or "sign-in" in where, (where, answer.text[:300])
    assert "default-src 'none'" in answer.headers["content-security-policy"], where
    assert answer.headers["x-content-type-options"] == "nosniff", where
    if "html" in kind:
        found = RAW.search(answer.text)
        assert found is None, (where, answer.text[found.start() - 80 : found.end() + 80])
    else:
        assert not re.search(r"html|svg|xml(?!formats)|javascript", kind), (where, kind)
    for name, value in answer.headers.items():
        assert not RAW.search(value), (where, name)


def test_every_page_shows_what_was_written_as_text(client: TestClient) -> None:
    shown = 0
    parts = {
        "number": "1",
        "definition_id": ID,
        "file": client.hostile_file,
        "option_id": "district",
    }  # type: ignore[attr-defined]
    parts |= {
        "option": "district",
        "collection": "definitions",
        "feature": ID,
        "name": "boundary.geojson",
    }
    paths = sorted({r.split(" ")[1] for r in routes_of(client.app.routes) if r.startswith("GET ")})  # type: ignore[attr-defined]
    for path in paths:
        if path.startswith("/static") or path.endswith(("/events", "map.png")) or "sign-in" in path:
            continue
        for one in {
            re.sub(r"\{(\w+)\}", lambda m, n=n: {**parts, "number": n}.get(m[1], "1"), path)
            for n in "1234"
        }:
            answer = client.get(one)
            harmless(answer, one)
            shown += "&lt;img src=x" in answer.text
    assert shown >= 12  # pages on which it stands, so that the sweep looks where it should


def test_maps_are_drawn_whatever_an_area_is_called(client: TestClient) -> None:
    for path in (f"/definitions/{ID}/map.png", "/decisions/1/map.png", "/decisions/2/map.png"):
        answer = client.get(path)
        assert (answer.status_code, answer.content[:4]) == (200, b"\x89PNG"), path


@pytest.mark.parametrize("where", ["address", "form", "json", "path"])
def test_every_answer_to_a_hostile_question_is_text(client: TestClient, where: str) -> None:
    for route in sorted(set(routes_of(client.app.routes))):  # type: ignore[attr-defined]
        method, path = route.split(" ")
        if path.startswith("/static") or (path == "/sign-out" and method == "POST"):
            continue
        plain = re.sub(r"\{[^}]+\}", "1", path)
        if where == "path":
            filled = re.sub(r"\{[^}]+\}", lambda _: quoted(HOSTILE), path)
            harmless(
                client.request(method, filled if "{" in path else f"{path}/{quoted(HOSTILE)}"),
                route,
            )
        elif where == "address":
            fields = fields_of(client, path, method)
            for name in [*fields, HOSTILE]:
                harmless(client.request(method, plain, params={name: HOSTILE}), f"{route}?{name}")
        elif method == "POST":
            fields = dict.fromkeys([*fields_of(client, path, method), "x"], HOSTILE)
            body: Any = {"data": fields} if where == "form" else {"json": fields}
            harmless(client.post(plain, **body), route)


def quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe="")


def fields_of(client: TestClient, path: str, method: str) -> list[str]:
    """Give the names that a route takes, as it says itself when it is asked for another."""
    plain = re.sub(r"\{[^}]+\}", "1", path)
    how: dict[str, Any] = {"params" if method == "GET" else "data": {"no-such-name": "1"}}
    said = client.request(method, plain, **how).text
    there = re.search(r"it accepts: ([^.<\"]+)", said)
    return [] if there is None or there[1] == "none" else re.split(r", | and ", there[1])


# Formulas in what is written of a file: nothing that we add is ever worked out.

CELLS: Final = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=cmd|'/C calc'!A0", "CO1 1JB", "IP1 1DH"]
HEADS: Final = ['=HYPERLINK("http://a")', "postcode"]
BEGINS: Final = ("=", "+", "-", "@", "\t", "\r")


def source_in(folder: Path, ending: str) -> Path:
    """Write a file with formulas in every cell, its headers and the name of its sheet."""
    path = folder / f"people.{ending}"
    rows = [[f"={number}+1", cell] for number, cell in enumerate(CELLS)]
    if ending in ("csv", "tsv"):
        with path.open("w", newline="") as file:
            csv.writer(file, delimiter="\t" if ending == "tsv" else ",").writerows([HEADS, *rows])
    elif ending == "parquet":
        columns = [list(column) for column in zip(*rows, strict=True)]
        pq.write_table(pa.table(dict(zip(HEADS, columns, strict=True))), path)
    elif ending == "xlsx":
        book = openpyxl.Workbook()
        book.active.title = "=SUM(A1)"
        for row in [HEADS, *rows]:
            book.active.append(row)
            for cell in book.active[book.active.max_row]:
                cell.data_type = "s"
        book.save(path)
    else:
        write_ods(path, [HEADS, *rows])
    return path


def write_ods(path: Path, rows: list[list[str]]) -> None:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    book = OpenDocumentSpreadsheet()
    sheet = Table(name="=SUM(A1)")
    for row in rows:
        line = TableRow()
        for text in row:
            cell = TableCell(valuetype="string")
            cell.addElement(P(text=text.replace("\t", " ")))
            line.addElement(cell)
        sheet.addElement(line)
    book.spreadsheet.addElement(sheet)
    book.save(str(path))


@pytest.mark.parametrize("ending", ["csv", "tsv", "xlsx", "ods", "parquet"])
def test_nothing_that_we_add_to_a_file_is_a_formula(
    client: TestClient, tmp_path: Path, ending: str
) -> None:
    state = client.app.state.localarea  # type: ignore[attr-defined]
    classifier = state.classifier(BoundaryChoice(definition=ID))
    source = source_in(tmp_path, ending)
    out = tmp_path / f"out.{'csv' if ending == 'tsv' else ending}"
    check_any(source, classifier, out=out, columns=["postcode"])
    added = added_by_us(out, ending)
    assert len(added) > len(CELLS)
    assert [text for text in added if text.startswith(BEGINS)] == []


def added_by_us(out: Path, ending: str) -> list[str]:
    """Give every cell that we have added, as its program would see it."""
    if ending == "parquet":
        table = pq.read_table(out)
        return [str(v) for name in table.column_names[2:] for v in [name, *table[name].to_pylist()]]
    if ending in ("csv", "tsv"):
        text = out.read_text(encoding="utf-8-sig")
        mark = "\t" if ending == "tsv" else ","
        return [cell for row in csv.reader(io.StringIO(text), delimiter=mark) for cell in row[2:]]
    if ending == "ods":  # texts are texts there, and formulas an attribute of their own
        content = zipfile.ZipFile(out).read("content.xml").decode()
        assert "table:formula" not in content
        return ["as text"] * content.count('office:value-type="string"')
    book = openpyxl.load_workbook(out)
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    return [str(c.value) for row in book.worksheets[0].iter_rows(min_col=3) for c in row if c.value]


@pytest.mark.parametrize("name", ["outward-codes.csv", "postcodes.csv"])
def test_no_public_file_holds_a_formula(client: TestClient, name: str) -> None:
    rows = csv.reader(io.StringIO(client.get(f"/definitions/{ID}/files/{name}").text))
    assert not [cell for row in rows for cell in row if cell.startswith(BEGINS)]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_no_comparison_holds_a_formula_whatever_its_options_are_called(
    client: TestClient, tmp_path: Path, ending: str
) -> None:
    from localarea.comparison.comparison import compare_options
    from localarea.reports.comparison.write import write_comparison

    state = client.app.state.localarea  # type: ignore[attr-defined]
    options = [
        replace(state.session.option(name), title=f"{sign}{HOSTILE}", id=f"{sign}{name}")
        for name, sign in (("district", "="), ("districts", "@"))
    ]
    path = tmp_path / f"comparison.{ending}"
    comparison = compare_options(options, state.council, store=state.store)
    write_comparison(comparison, path, store=state.store)
    if ending == "csv":
        told = path.read_text(encoding="utf-8")
        cells = [cell for row in csv.reader(io.StringIO(told)) for cell in row]
        bad = [c for c in cells if c.startswith(BEGINS) and not re.fullmatch(r"-[0-9.]+", c)]
        assert bad == []
        assert "'=district" in cells
    else:
        book = openpyxl.load_workbook(path)
        formulas = [
            cell.coordinate
            for sheet in book.worksheets
            for row in sheet.iter_rows()
            for cell in row
            if cell.data_type == "f"
        ]
        assert formulas == []
