"""Payments that are sent: sums as the library counts them, files of them, and nothing kept."""

from __future__ import annotations

import io
import tempfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from definition_cases import APPROVAL
from service_cases import service_in

from localarea.definitions.publish import publish
from localarea.options.council import read_council
from localarea.options.membership import option_zones
from localarea.service.pages import rendering
from localarea.spend.document import as_document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

    from localarea.datasets.store import DataStore

TERMS = replace(APPROVAL, id="m-1", title="Colchester and around", effective_from="2026-04-01")
APRIL = (
    "Supplier Name,Supplier Postcode,Payment Date,Expense Type,Net Amount\n"
    "Acme Ltd,CO1 1JB,01/04/2026,Repairs,1000.10\n"
    "=Beta,IP1 2DE,01/07/2026,Consultancy,(200.00)\n"
    "Acme Ltd,CO1 1JB,01/07/2026,Repairs,ten\n"
)
MAY = "Payee;Date Paid;Gross;VAT\nGamma Ltd;05/05/2026;120.00;20.00\n"
SUPPLIERS = "Name,Trading postcode\nGamma Limited,CO1 1JB\n"


@pytest.fixture(scope="module")
def client(
    small_tables: DataStore, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    """Give a service of its own, with a definition in force."""
    stated = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    with service_in(tmp_path_factory.mktemp("service"), **stated) as made:
        council = read_council(store=small_tables)
        chosen = option_zones("district", council, store=small_tables)
        made.app.state.localarea.definitions.add(  # type: ignore[attr-defined]
            publish(chosen, council, TERMS, store=small_tables)
        )
        yield made


def sent() -> list[tuple[str, tuple[str, bytes]]]:
    return [
        ("file", ("april.csv", APRIL.encode())),
        ("file", ("may.csv", MAY.encode())),
        ("suppliers", ("suppliers.csv", SUPPLIERS.encode())),
    ]


def test_payments_are_counted_as_by_hand_and_nothing_is_left(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    answer = client.post(
        "/api/v1/spend", files=sent(), data={"option": "ttwa-official", "by": "supplier"}
    )
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    statuses = {k: v for k, v in told["by_status"].items() if v["rows"]}
    assert statuses == {
        "local": {"rows": 3, "amount": "1100.10"},  # Acme, its row without an amount, and Gamma
        "not_local": {"rows": 1, "amount": "-200.00"},
    }
    assert [(q["quarter"], q["amount"]) for q in told["by_quarter"]] == [
        ("2026-27 Q1", "1100.10"),
        ("2026-27 Q2", "-200.00"),
    ]
    assert {line["supplier"] for line in told["by_supplier"]} == {"Acme Ltd", "=Beta", "Gamma Ltd"}
    assert "by_size" not in told
    assert told["by_postcode_source"]["suppliers"] == {"rows": 1, "amount": "100.00"}
    assert told["faults"][0]["row"] == 4
    assert len(told["by_option"]) > 1
    assert list(tmp_path.iterdir()) == []


def test_the_workbook_holds_the_rows_behind_each_figure(client: TestClient) -> None:
    answer = client.post("/api/v1/spend", files=sent(), data={"output": "xlsx"})
    assert answer.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    rows = list(book["Rows"].iter_rows(values_only=True))
    at = {name: i for i, name in enumerate(rows[0])}
    assert [(r[at["File"]], r[at["Row"]]) for r in rows[1:]] == [
        *(("april.csv", 2), ("april.csv", 3), ("april.csv", 4), ("may.csv", 2)),
    ]
    by_quarter = list(book["By quarter"].iter_rows(values_only=True))
    for line in by_quarter[1:]:
        behind = [r for r in rows[1:] if r[at["Quarter"]] == line[0]]
        assert line[1] == len(behind)
        assert line[2] == pytest.approx(sum(r[at["Net (£)"]] for r in behind))
        local = [r[at["Net (£)"]] for r in behind if r[at["Status"]] == "Local"]
        assert line[by_quarter[0].index("Local (£)")] == pytest.approx(sum(local))
    beta = next(cell for cell in book["Rows"]["C"] if cell.value == "=Beta")
    assert beta.data_type == "s"  # no formula
    assert len(book["By quarter"]._charts) == 1


@pytest.mark.parametrize(("shape", "starts"), [("pdf", b"%PDF"), ("html", b"<!doctype html>")])
def test_documents_are_made(client: TestClient, shape: str, starts: bytes) -> None:
    answer = client.post("/api/v1/spend", files=sent(), data={"output": shape})
    assert answer.status_code == 200
    assert answer.content[:200].lower().lstrip().startswith(starts.lower())


def test_the_page_shows_figures_pictures_and_faults(client: TestClient) -> None:
    assert "Published payments" in client.get("/spend").text
    page = client.post("/spend", files=sent())
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert "Local means Colchester and around (definition m-1)" in page.text
    assert "Local, net of refunds: £1,100.10. All payments, net: £900.10." in page.text
    for words in ("2026-27 Q1", "april.csv, row 4", "Beta"):
        assert words in page.text
    assert page.text.count("data:image/png") == 3


def test_the_page_names_the_definition_by_its_title(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def under_a_definition(*asked: Any, **stated: Any) -> dict[str, Any]:
        return as_document(*asked, **stated) | {"definition": "made-1"}

    monkeypatch.setattr("localarea.spend.document.as_document", under_a_definition)
    monkeypatch.setattr(rendering, "title_of", lambda _state, reference: f"Title of {reference}")
    page = client.post("/spend", files=sent())
    assert "Local means Title of made-1 (definition made-1), with postcodes of" in page.text


@pytest.mark.parametrize(
    ("files", "data", "words"),
    [
        ([], {}, "choose 1 to 24 files"),
        ([("file", ("x.exe", b"x"))], {}, "payments are read from"),
        ([("file", ("x.csv", b"Supplier,Postcode\nA,CO1 1JB\n"))], {}, "no column of amounts"),
        ([("file", ("a.csv", APRIL.encode()))], {"by": "week"}, "no breakdown"),
        ([("file", ("a.csv", APRIL.encode()))], {"column": "amount=Gross"}, "no column 'Gross'"),
        ([("file", ("a.csv", APRIL.encode()))], {"column": "Gross"}, "write ROLE=HEADER"),
    ],
)
def test_what_cannot_be_used_is_told(
    client: TestClient, files: list[Any], data: dict[str, str], words: str
) -> None:
    answer = client.post("/api/v1/spend", files=files or {"other": b""}, data=data)
    assert answer.status_code == 422, answer.text
    assert words in answer.text or not files
    if not data:
        assert client.post("/spend", files=files or {"file": ("", b"")}).status_code == 422
