"""Payments that are counted at once: sums as the library counts them, and nothing kept."""

from __future__ import annotations

import io
import tempfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from spend_cases import APRIL, sent

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.testclient import TestClient


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
    assert [cell.number_format for cell in book["Rows"][2]][3] == "yyyy-mm-dd"
    assert "#,##0.00" in book["Rows"]["I2"].number_format
    assert len(book["By quarter"]._charts) == 1


@pytest.mark.parametrize(("shape", "starts"), [("pdf", b"%PDF"), ("html", b"<!doctype html>")])
def test_documents_are_made(client: TestClient, shape: str, starts: bytes) -> None:
    answer = client.post("/api/v1/spend", files=sent(), data={"output": shape})
    assert answer.status_code == 200
    assert answer.content[:200].lower().lstrip().startswith(starts.lower())


@pytest.mark.parametrize(
    ("files", "data", "words"),
    [
        ([], {}, "choose 1 to 24 files"),
        ([("file", ("x.exe", b"x"))], {}, "payments are read from"),
        ([("file", ("x.csv", b"Supplier,Postcode\nA,CO1 1JB\n"))], {}, "no column of amounts"),
        ([("file", ("a.csv", APRIL.encode()))] * 2, {}, "would be counted twice; give it once"),
        ([("file", ("a.csv", APRIL.encode()))], {"option": ""}, "'option' is blank"),
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
    if words.startswith(("choose", "payments")):
        assert client.post("/spend", files=files or {"file": ("", b"")}).status_code == 422
