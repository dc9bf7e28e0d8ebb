"""The command ``spend``, as a person uses it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from command_cases import commanded

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "Supplier,Postcode,Date,Category,Net\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("spend")
    (made / "may.csv").write_text(HEADER + "B,,01/05/2026,IT,5\n")
    (made / "april.csv").write_text(HEADER + "A,CO1 1JB,01/04/2026,IT,10.10\nA,x,?,IT,?\n")
    return made


def test_a_folder_is_counted_told_and_written(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "spend.json"
    done = commanded(
        *("spend", str(folder), "--option", "ttwa-official", "--json", "--out", str(out)),
        *("--by", "supplier"),
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told == json.loads(out.read_text(encoding="utf-8"))
    assert (told["rows"], told["amount"]) == (3, "15.10")
    assert told["by_status"]["local"] == {"rows": 1, "amount": "10.10"}
    assert [line["supplier"] for line in told["by_supplier"]] == ["A", "B"]
    assert "by_district" not in told


def test_a_person_reads_sums_faults_and_options(folder: Path) -> None:
    done = commanded("spend", str(folder), "--option", "ttwa-official", "--by", "quarter")
    assert done.returncode == 0, done.stderr
    assert "april.csv: 2 rows = 2 payments + 0 that are none" in done.stderr
    assert "april.csv row 3 Net: the amount cannot be read" in done.stderr
    assert "so this is the answer under the council's default option." in done.stderr
    assert "2026-27 Q1" in done.stdout
    heads = done.stdout.splitlines()[0]
    assert re.split(r"  +", heads.strip())[-1] == "local share"  # the other "local" is of money
    longest = "Linked to Colchester and within 45 minutes' drive, plus Ipswich"
    assert {"Colchester district", longest} <= {
        re.split(r"  +", line)[0] for line in done.stdout.splitlines()
    }
    strict = commanded("spend", str(folder), "--option", "ttwa-official", "--strict")
    assert strict.returncode == 1


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--by", "week"], "choose from quarter, category, district, size, supplier (--by)"),
        (["--column", "Net"], "write ROLE=HEADER"),
        (["--column", "amount=Gross"], "there is no column 'Gross'"),
        (["--out", "spend.txt"], "use .xlsx, .html, .pdf, .docx, .json (--out)"),
        (["--sheet", "April"], "only a workbook has sheets"),
        (["--suppliers", "nowhere.csv"], "nowhere.csv cannot be read"),
    ],
)
def test_what_cannot_be_done_is_refused(folder: Path, more: list[str], said: str) -> None:
    done = commanded("spend", str(folder), "--option", "ttwa-official", *more)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
