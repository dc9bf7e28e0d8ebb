"""Returns as people and programs write them: what is read, what is refused, and in which words."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pandas as pd
import pytest

from localarea.errors import FileFormatError, InputError, SettingError
from localarea.measures.catalogue import MEASURE_OF
from localarea.measures.exports import write_figures, write_template
from localarea.measures.returns import read_return, read_returns, understand
from localarea.measures.rules import read_proxies

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


SPEND = "contract,supplier,supplier_postcode,amount,date\nC1,S1,CO1 1JB,{amount},{date}\n"


@pytest.mark.parametrize(
    ("amount", "scaled"),
    [
        ("12.5", 125_000),
        ("-12.5", -125_000),
        ("(12.5)", -125_000),  # as accounts write what is taken off
        ("\u221212.5", -125_000),
        ("\u00a3 1,234.50", 12_345_000),
        ("GBP 12.5", 125_000),
        ("+.5", 5_000),
        ("7.", 70_000),
        ("1,234,567", 12_345_670_000),
        ("1000000000000", 10**16),
        ("-1000000000000", -(10**16)),
        ("0.0001", 1),
    ],
)
def test_an_amount_is_read_however_it_is_written(tmp_path: Path, amount: str, scaled: int) -> None:
    cell = f'"{amount}"'
    (table,) = read_return(written(tmp_path, SPEND.format(amount=cell, date="2025-05-01")))
    frame, reader = understand(table)
    assert reader.refusals == []
    assert frame["amount"].tolist() == [scaled]


@pytest.mark.parametrize(
    ("amount", "reason"),
    [
        ("", "blank_cell"),
        ("\u20ac12.50", "other_currency"),
        ("12 usd", "other_currency"),
        ("1,23", "not_a_number"),
        ("1,2345", "not_a_number"),
        ("12.5.1", "not_a_number"),
        ("\u0661\u0662", "not_a_number"),  # digits of another script
        ("1e3", "not_a_number"),
        (".", "not_a_number"),
        ("nan", "not_a_number"),
        ("1000000000000.01", "out_of_range"),
        ("9" * 400, "out_of_range"),
        ("0.00001", "too_precise"),
    ],
)
def test_an_amount_that_cannot_be_counted_says_why(
    tmp_path: Path, amount: str, reason: str
) -> None:
    cell = f'"{amount}"'
    (table,) = read_return(written(tmp_path, SPEND.format(amount=cell, date="2025-05-01")))
    (refusal,) = understand(table)[1].refusals
    assert (refusal.column, refusal.reason) == ("amount", reason)


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        ("2025-02-30", "not_a_date"),
        ("1949-12-31", "out_of_range"),
        ("2101-01-01", "out_of_range"),
        ("", "blank_cell"),
    ],
)
def test_a_day_that_cannot_be_counted_says_why(tmp_path: Path, day: str, reason: str) -> None:
    (table,) = read_return(written(tmp_path, SPEND.format(amount="1", date=day)))
    (refusal,) = understand(table)[1].refusals
    assert (refusal.column, refusal.reason) == ("date", reason)


def test_a_fault_of_two_columns_is_told_of_each_and_one_of_a_column_once(tmp_path: Path) -> None:
    staff = f"{HEADER},veteran\n{ROW},perhaps\n".replace(",1,2025-04-01", ",1.5,2026-04-01")
    (table,) = read_return(written(tmp_path, staff))
    found = {(one.column, one.reason) for one in understand(table)[1].refusals}
    # More than one full-time equivalent; a last day before the first; neither yes nor no.
    assert found == {
        ("fte", "out_of_range"), ("end_date", "ends_before_start"), ("veteran", "not_yes_or_no"),
    }  # fmt: skip


def test_a_file_that_is_not_there_or_has_a_header_alone(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="there is no such file"):
        read_return(tmp_path / "none.csv")
    with pytest.raises(FileFormatError, match="there is no row below the header"):
        read_return(written(tmp_path, f"{HEADER}\n"))
    with pytest.raises(FileFormatError, match="not a CSV or TSV file"):
        read_return(written(tmp_path, f'{HEADER}\n"{"x" * (1 << 20)}x"\n'))


def test_a_return_that_is_given_twice_is_counted_once(tmp_path: Path) -> None:
    one, copy, other = (tmp_path / f"{name}.csv" for name in ("may", "copy", "june"))
    for path, amount in ((one, "100"), (copy, "100"), (other, "101")):
        path.write_text(
            "contract,supplier,supplier_postcode,amount,date\n"
            f"ROADS,Acme,CO1 1JB,{amount},2026-05-01\n"
        )
    for twice in ([one, copy], [copy, other, one]):
        with pytest.raises(InputError, match="the same file twice, which would be counted twice"):
            read_returns(twice)
    assert [table.file for table in read_returns([one, other])] == ["may.csv", "june.csv"]


def test_figures_and_templates_are_written_in_the_forms_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match=r"written as .csv or .xlsx"):
        write_figures(pd.DataFrame({"figure": [1]}), tmp_path / "figures.json", internal=False)
    with pytest.raises(FileFormatError, match=r"written as .xlsx .returns. or .toml .proxies."):
        write_template(tmp_path / "template.csv")
    write_template(tmp_path / "proxies.toml")
    with pytest.raises(SettingError, match="'edition' is blank"):  # which is to be filled in
        read_proxies(tmp_path / "proxies.toml")


def test_shares_and_ratios_do_not_add_up_and_each_measure_has_its_theme() -> None:
    assert [ref for ref, one in MEASURE_OF.items() if not one.adds_up] == [
        "NT2", "LOCAL-SPEND", "LM3",
    ]  # fmt: skip
    assert (MEASURE_OF["NT8"].theme, MEASURE_OF["NT18"].theme) == ("Jobs", "Growth")
