"""Returns as people and programs write them: what is read, what is refused, and in which words."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pandas as pd
import pytest

from localarea.errors import FileFormatError
from localarea.measures.returns import read_return

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "contract,employee,employer,home_postcode,fte,start_date,end_date"
ROW = "C1,E1,contractor,CO1 1JB,1,2025-04-01,2026-03-31"


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "staff.csv"
    path.write_bytes(text.encode(encoding))
    return path


def workbook(folder: Path) -> Path:
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Staff"
    page.append(HEADER.split(","))
    page.append(ROW.split(","))
    book.save(folder / "staff.xlsx")
    return folder / "staff.xlsx"


def damaged(path: Path, part: str, *, keep: float) -> Path:
    """Copy a workbook with one part cut off."""
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(path.with_name("cut.xlsx"), "w") as cut:
        for info in whole.infolist():
            data = whole.read(info)
            cut.writestr(info, data[: int(len(data) * keep)] if part in info.filename else data)
    return path.with_name("cut.xlsx")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (f"{HEADER}\n{ROW}\n", "utf-8-sig"),
        (f"{HEADER}\r\n{ROW}\r\n", "utf-16"),
        (f"{HEADER}\r{ROW}\r", "utf-8"),
        (f"{HEADER}\n{ROW}\n".replace(",", ";"), "utf-8"),
        (f"{HEADER}\n{ROW}\n".replace("E1", "Zo\u00eb 1"), "cp1252"),
        (f"{HEADER.upper().replace('_', ' ')}\n{ROW}", "utf-8"),
    ],
)
def test_one_row_is_read_however_it_was_saved(tmp_path: Path, text: str, encoding: str) -> None:
    (table,) = read_return(written(tmp_path, text, encoding))
    assert table.kind == "staff"
    assert table.cells["home_postcode"].tolist() == ["CO1 1JB"]
    assert table.cells["employee"].item() in ("E1", "Zo\u00eb 1")


def test_rows_of_blanks_are_blank(tmp_path: Path) -> None:
    (table,) = read_return(written(tmp_path, f"{HEADER}\n  , ,,\t,,,\n{ROW}\n,,,,,,\n"))
    assert (table.blank, table.cells.index.tolist()) == (2, [3])


def test_a_column_that_is_there_twice_is_not_guessed(tmp_path: Path) -> None:
    path = written(tmp_path, f"{HEADER},FTE\n{ROW},0.5\n")
    with pytest.raises(FileFormatError, match=r"more than one column fte; keep the one"):
        read_return(path)


def test_a_workbook_cut_off_is_told_without_its_cells(tmp_path: Path) -> None:
    whole = workbook(tmp_path)
    assert [table.file for table in read_return(whole)] == ["staff.xlsx [Staff]"]
    for part, keep in (("sheet1", 0.5), ("workbook.xml", 0.3), ("sheet1", 0.0)):
        with pytest.raises(FileFormatError) as told:
            read_return(damaged(whole, part, keep=keep))
        assert "save it again" in str(told.value)
        assert "CO1" not in str(told.value)


def test_a_workbook_that_unpacks_to_gigabytes_is_not_opened(tmp_path: Path) -> None:
    whole = workbook(tmp_path)
    with zipfile.ZipFile(whole, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet2.xml", bytes(64 << 20))
    with pytest.raises(FileFormatError, match="would unpack to"):
        read_return(whole)


@pytest.mark.parametrize("content", [b"", b"\xd0\xcf\x11\xe0 an old one", b"PK\x03\x04 no archive"])
def test_what_is_no_workbook_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "staff.xlsx"
    path.write_bytes(content)
    with pytest.raises(FileFormatError, match="workbook"):
        read_return(path)


def test_titles_above_the_header_and_rows_without_a_person_are_passed_over(tmp_path: Path) -> None:
    text = f"Staff, all\n\n{HEADER}\n{ROW}\n{HEADER}\nTotal,,,1\n".replace(",", ";")
    (table,) = read_return(written(tmp_path, text))
    # Row 3 is the header; row 4 a person; row 5 the header again, row 6 the total.
    assert (table.cells.index.tolist(), table.blank) == ([4], 2)


@pytest.mark.parametrize("ending", [".xlsx", ".ods"])
def test_a_return_of_any_kind_of_workbook_is_read(tmp_path: Path, ending: str) -> None:
    names, cells = HEADER.split(","), ROW.split(",")
    path = tmp_path / f"staff{ending}"
    pd.DataFrame([["Staff", *[""] * (len(names) - 1)], names, cells]).to_excel(
        path, index=False, header=False, engine="odf" if ending == ".ods" else "openpyxl"
    )
    (table,) = read_return(path)
    assert table.cells.index.tolist() == [3]
    assert table.cells["home_postcode"].tolist() == ["CO1 1JB"]
