"""The money that ``check-file --json`` adds up, by hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from command_cases import commanded

if TYPE_CHECKING:
    from pathlib import Path

# CO1 1JB and CO4 3SQ are in Colchester, IP1 1AA is in Ipswich, and XX99 9XX does not exist.
ROWS: list[list[Any]] = [
    ["Supplier", "Postcode", "Net Amount"],
    ["Apple Ltd", "CO1 1JB", 100.1],
    ["Birch plc", "IP1 1AA", 20],
    ["APPLE LTD", "CO4 3SQ", 0.2],
    ["Cedar", "XX99 9XX", 7],
    ["Damson", "CO1 1JB", -5.05],
]


def written(folder: Path, kind: str, rows: list[list[Any]]) -> Path:
    path = folder / f"paid.{kind}"
    if kind == "xlsx":
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path)
    else:
        path.write_text("\n".join(",".join(map(str, row)) for row in rows) + "\n", "utf-8")
    return path


def report_of(path: Path) -> dict[str, Any]:
    done = commanded("check-file", str(path), "--option", "ttwa-official", "--json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_money_by_answer_and_the_biggest_suppliers_are_in_the_json(
    kind: str, tmp_path: Path
) -> None:
    found = report_of(written(tmp_path, kind, ROWS))
    assert found["by_status"] == {"local": 3, "not_local": 1, "unknown": 1}
    # 100.10 + 0.20 - 5.05 = 95.25; in all 95.25 + 20 + 7 = 122.25.
    assert found["money"] == {
        "column": "Net Amount",
        "note": "",
        "by_status": {"local": "95.25", "not_local": "20.00", "unknown": "7.00"},
        "payments": {"local": 3, "not_local": 1, "unknown": 1},
        "total": "122.25",
        "without_amount": 0,
        "set_apart": 0,
        "set_apart_total": "0.00",
    }
    assert found["suppliers"] == {
        "local": [
            {"name": "Apple Ltd", "amount": "100.30", "payments": 2},
            {"name": "Damson", "amount": "-5.05", "payments": 1},
        ],
        "not_local": [{"name": "Birch plc", "amount": "20.00", "payments": 1}],
        "unknown": [{"name": "Cedar", "amount": "7.00", "payments": 1}],
    }


def test_without_a_column_of_amounts_there_is_no_money(tmp_path: Path) -> None:
    found = report_of(written(tmp_path, "xlsx", [row[:2] for row in ROWS]))
    assert (found["money"], found["suppliers"]) == (None, {})
    assert "spend" not in found


def test_a_row_that_a_comma_made_too_wide_is_told(tmp_path: Path) -> None:
    path = tmp_path / "paid.csv"
    path.write_text("Supplier,Postcode,Net\nA,CO1 1JB,£1,200.50\n", encoding="utf-8")
    said = commanded("check-file", str(path), "--option", "ttwa-official").stderr
    assert said.startswith("1 row checked by 'Postcode'")
    assert "rows with up to 4 cells, and the header has 3 cells: look for commas" in said


def test_the_screen_adds_up_several_sheets_and_their_money(tmp_path: Path) -> None:
    path = tmp_path / "paid.xlsx"
    book = openpyxl.Workbook()
    book.active.title = "April"
    more = book.create_sheet("May")
    for row in ROWS:
        book.active.append(row)
    for row in (ROWS[0], ["Elm", "IP1 1AA", -3025], ["Fig", "", 1.5], ["Fig", "CO1 1JB", ""]):
        more.append(row)
    book.save(path)
    said = commanded("check-file", str(path), "--sheet", "all", "--option", "ttwa-official").stderr
    told = said.splitlines()
    assert told[0].startswith("8 rows checked")
    assert "sheet 'April': 5 rows = 3 local + 1 not local + 1 unknown" in told
    assert "sheet 'May': 3 rows = 1 local + 1 not local + 1 unknown" in told
    assert "2 sheets together: 8 rows = 4 local + 2 not local + 2 unknown" in told
    # Local 100.10 + 0.20 - 5.05; not local 20 - 3,025; unknown 7 + 1.50.
    line = "amounts (Net Amount): -£2,901.25 = £95.25 local - £3,005.00 not local + £8.50 unknown"
    assert line.replace("-", "\N{MINUS SIGN}") in told
    assert "rows with an answer and no amount: 1" in told
