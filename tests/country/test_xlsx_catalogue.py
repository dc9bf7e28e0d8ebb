"""
Ordinary workbooks of many makers: the right verdict in every row, and nothing else changed.

Each case says by hand which row answers what. CO1 1JB, CO4 3SQ and CO3 3WG are in Colchester, so
in its travel to work area; IP1 1AA is Ipswich's town hall, in the area of Ipswich; XX99 9XX is no
postcode that exists, and a blank cell is none.
"""

from __future__ import annotations

import csv
import warnings
import zipfile
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import openpyxl
import pytest
from ods_cases import answers_in
from office import CSV_OF_EVERY_SHEET, XLSX, needs_office
from xlsx_cases import cells_of, changed_parts, raw_entries, schema_faults, zip_of
from xlsx_catalogue import CASES, GROWN, NOT_BY_OPENPYXL, Expected, L, N, U

from localarea.checking.results.verifying import verify_result
from localarea.checking.workbooks.workbook import check_workbook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from office import Office

    from localarea.classify.classifier import Classifier


def answers(path: Path) -> Expected:
    """Read the verdicts: the cells under ``local_status``, or those that say one."""
    cells = cells_of(path, "Data")
    under = {name.rstrip("0123456789") for name, value in cells.items() if value == "local_status"}
    assert len(under) <= 1
    return {
        int(name.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")): value
        for name, value in cells.items()
        if value in (L, N, U) and (not under or name.rstrip("0123456789") in under)
    }


def opened(path: Path) -> Any:
    """Open it by openpyxl, which warns of what it does not know."""
    with warnings.catch_warnings(), path.open("rb") as file:
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(file)


def sheet_names(path: Path) -> list[str]:
    """Have openpyxl name the sheets, without reading their cells."""
    book = openpyxl.load_workbook(path, read_only=True)
    book.close()
    return book.sheetnames  # type: ignore[no-any-return]


OURS = ("Local summary", "Local receipt")  # the sheets that a check adds


class Checked(NamedTuple):
    """A workbook of the catalogue, and what came back of it; no test writes to either."""

    source: Path
    out: Path
    rows: int
    expected: Expected


@pytest.fixture(scope="module")
def checked(
    classifier: Classifier, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Checked]:
    """Make and check a workbook of the catalogue for the first test that asks for it."""
    folder = tmp_path_factory.mktemp("catalogue")

    @cache
    def of(name: str) -> Checked:
        source, out = folder / f"{name}-in.xlsx", folder / f"{name}.xlsx"
        expected = CASES[name](source)
        rows = check_workbook(source, classifier, out=out).rows
        for path in (source, out):
            path.chmod(0o444)
        return Checked(source, out, rows, expected)

    return of


@pytest.mark.parametrize("name", CASES)
def test_every_row_has_its_verdict_and_other_parts_are_untouched(
    name: str, checked: Callable[[str], Checked], classifier: Classifier, tmp_path: Path
) -> None:
    source, out, rows, expected = checked(name)
    assert answers(out) == expected
    assert rows == len(expected)
    assert schema_faults(out) == []
    assert verify_result(out).standing == "untouched"  # its hashes were taken before it was read
    changed = changed_parts(source, out)
    listed = {
        part
        for part in changed
        if part.endswith(("[Content_Types].xml", "workbook.xml", "book.xml", "book.xml.rels"))
        or part.endswith(("workbook.xml.rels", "styles.xml"))
        or "/worksheets/sheet" in part
    }
    assert changed - listed == GROWN.get(name, set())
    assert sum("/worksheets/sheet" in part for part in changed) == 3  # with summary and receipt
    given, cells = cells_of(source, "Data"), cells_of(out, "Data")
    assert {place: cells[place] for place in given} == given
    if name not in NOT_BY_OPENPYXL:
        assert opened(out).sheetnames == [*sheet_names(source), *OURS]
    again = tmp_path / "again.xlsx"
    check_workbook(source, classifier, out=again)
    assert again.read_bytes() == out.read_bytes()


@pytest.mark.parametrize("name", CASES)
def test_a_checked_workbook_sent_again_is_checked_anew(
    name: str, checked: Callable[[str], Checked], classifier: Classifier, tmp_path: Path
) -> None:
    """Its columns and its summary are replaced; without headers nothing says which are ours."""
    if name == "without_a_header":
        pytest.skip("no header says which columns are ours")
    _, once, _, expected = checked(name)
    twice = tmp_path / "twice.xlsx"
    check_workbook(once, classifier, out=twice, sheet="Data")
    assert answers(twice) == expected
    for page in ("Data", "Local summary"):
        assert cells_of(twice, page) == cells_of(once, page)
    assert raw_entries(twice).keys() == raw_entries(once).keys()
    assert schema_faults(twice) == []
    assert verify_result(twice).standing == "untouched"


BROKEN: dict[str, tuple[str, str, str, str]] = {
    "order": ("xl/worksheets/sheet1.xml", "<sheetFormatPr", "<extLst/><sheetFormatPr", "has"),
    "stranger": ("xl/worksheets/sheet1.xml", "<sheetFormatPr", "<fonts/><sheetFormatPr", "hold"),
    "type": ("[Content_Types].xml", "/xl/styles.xml", "/xl/style.xml", "which is no part"),
    "relation": ("xl/_rels/workbook.xml.rels", "styles.xml", "style.xml", "there is no"),
    "name": ("xl/workbook.xml", 'name="Data"', 'name="Local summary"', "twice"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_the_check_of_the_schema_sees_a_fault(
    fault: str, classifier: Classifier, tmp_path: Path
) -> None:
    source, out = tmp_path / "in.xlsx", tmp_path / "out.xlsx"
    CASES["by_openpyxl"](source)
    check_workbook(source, classifier, out=out)
    part, before, after, said = BROKEN[fault]
    with zipfile.ZipFile(out) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert before.encode() in parts[part]
    parts[part] = parts[part].replace(before.encode(), after.encode(), 1)
    broken = tmp_path / "broken.xlsx"
    zip_of(broken, parts)
    assert any(said in each for each in schema_faults(broken))


ON_PAPER = (
    *(b"<conditionalFormatting", b"<extLst", b"<pageSetup", b"<headerFooter", b"<rowBreaks"),
    b"_xlnm.Print",
)


def is_more_than_cells(path: Path) -> bool:
    """Tell whether printing a workbook asks for more than its cells in their fonts."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        if any("/drawings/" in name or "comments" in name for name in names):
            return True
        parts = [archive.read(n) for n in names if "/worksheets/" in n or "workbook.xml" in n]
        return any(word in part for part in parts for word in ON_PAPER)


@pytest.mark.slow
@needs_office
def test_libreoffice_opens_what_comes_back(
    checked: Callable[[str], Checked], classifier: Classifier, office: Office, tmp_path: Path
) -> None:
    """
    Every one has its verdicts there, as a text, or in what it saves and we read again.

    What is more than cells is printed and saved as a workbook, and so is one in eight of the
    others saved: of a workbook it makes a text in half the time.
    """
    made = {name: checked(name).expected for name in CASES}
    drawn = [name for name in CASES if is_more_than_cells(checked(name).source)]
    plain = [name for name in made if name not in drawn]
    assert 5 < len(drawn) < len(plain)
    saved = [*drawn, *plain[::8]]
    texts = [name for name in made if name not in saved]
    for names, form in ((drawn, "pdf"), (saved, XLSX), (texts, CSV_OF_EVERY_SHEET)):
        office.convert([checked(name).out for name in names], form, tmp_path / "out")
    for name in drawn:
        assert (tmp_path / "out" / f"{name}.pdf").read_bytes().startswith(b"%PDF")
    for name in texts:
        with (tmp_path / "out" / f"{name}-Data.csv").open(encoding="utf-8", newline="") as file:
            assert answers_in(list(csv.reader(file))) == made[name], name
    for name in saved:
        written = tmp_path / "out" / f"{name}.xlsx"
        assert answers(written) == made[name], name
        report = check_workbook(written, classifier, out=tmp_path / "again.xlsx")
        assert report.rows == len(made[name]), name
