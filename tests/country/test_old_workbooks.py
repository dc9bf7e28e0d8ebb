"""Excel's binary workbooks: their values are checked, and written as .xlsx."""

from __future__ import annotations

import datetime as dt
import enum
import io
import struct
import sys
import types
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from office import needs_office

from localarea.checking.check_file import check_any, ending_of
from localarea.errors import FileFormatError
from localarea.tables.workbooks.old_workbooks import binary_extent

if TYPE_CHECKING:
    from pathlib import Path

    from office import Office

    from localarea.classify.classifier import Classifier

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SHEETS: dict[str, tuple[str, list[list[Any]]]] = {
    "Lists": ("Hidden", [["postcode"], ["BS1 1AA"]]),
    "Payments": (
        "Visible",
        [
            ["firm", "postcode", "paid", "when"],
            ["A", "CO1 1JB", 12.5, dt.date(2025, 4, 1)],
            ["=B", "IP1 1AA", 3, dt.datetime(2025, 4, 2, 9, 30)],  # noqa: DTZ001 -- as in Excel
            ["", "", "", ""],
            ["C", "n/a", True, ""],
        ],
    ),
}


class _LockedError(Exception):
    """What the library raises for a password."""


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """The part of python-calamine that is used, which reads no file but gives SHEETS."""
    made = types.ModuleType("python_calamine")
    kinds = enum.Enum("SheetTypeEnum", ["WorkSheet", "ChartSheet"])
    seen = enum.Enum("SheetVisibleEnum", ["Visible", "Hidden", "VeryHidden"])

    class Book:
        sheets_metadata = tuple(
            types.SimpleNamespace(name=name, typ=kinds["WorkSheet"], visible=seen[state])
            for name, (state, _) in SHEETS.items()
        )

        @classmethod
        def from_path(cls, path: str) -> Book:
            with open(path, "rb") as file:  # noqa: PTH123 -- as the library is called
                if b"locked" in file.read():
                    raise _LockedError
            return cls()

        def get_sheet_by_name(self, name: str) -> Any:
            def to_python(*, skip_empty_area: bool) -> list[list[Any]]:
                assert not skip_empty_area  # else rows above the first value would be lost
                return SHEETS[name][1]

            return types.SimpleNamespace(to_python=to_python)

    for name, value in {
        "CalamineWorkbook": Book,
        "SheetTypeEnum": kinds,
        "SheetVisibleEnum": seen,
        "CalamineError": type("CalamineError", (Exception,), {}),
        "PasswordError": _LockedError,
    }.items():
        setattr(made, name, value)
    monkeypatch.setitem(sys.modules, "python_calamine", made)
    return made


def old_file(path: Path, *streams: str, more: bytes = b"") -> Path:
    names = b"".join(name.encode("utf-16-le") + b"\0\0" for name in streams)
    path.write_bytes(OLE + bytes(600) + names + more)
    return path


def binary_zip(path: Path, *more: str, sheet: bytes = b"") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("xl/workbook.bin", *more):
            archive.writestr(name, b"x")
        archive.writestr("xl/worksheets/sheet1.bin", sheet)
    return path


def make(kind: str, folder: Path) -> Path:
    path = folder / f"in.{kind}"
    return old_file(path, "Workbook") if kind == "xls" else binary_zip(path)


@pytest.mark.parametrize("kind", ["xls", "xlsb"])
@pytest.mark.usefixtures("library")
def test_the_values_of_every_sheet_are_kept(
    kind: str, classifier: Classifier, tmp_path: Path
) -> None:
    path = make(kind, tmp_path)
    assert ending_of(path) == ".xlsx"
    report = check_any(path, classifier)
    assert report.source == str(path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.checked.xlsx", f"in.{kind}"]
    assert "were left behind" in " ".join(report.notes)
    assert report.by_status == {"local": 1, "not_local": 1, "unknown": 1}
    book = openpyxl.load_workbook(tmp_path / "in.checked.xlsx")
    assert book["Lists"].sheet_state == "hidden"
    page = book["Payments"]
    rows = list(page.iter_rows(values_only=True))
    assert [row[:3] for row in rows] == [
        ("firm", "postcode", "paid"),
        ("A", "CO1 1JB", 12.5),
        ("=B", "IP1 1AA", 3),
        (None, None, None),
        ("C", "n/a", True),
    ]
    assert page["A3"].data_type == "s"
    assert page["D2"].value == dt.datetime(2025, 4, 1)  # noqa: DTZ001 -- as above
    assert page["D3"].value == dt.datetime(2025, 4, 2, 9, 30)  # noqa: DTZ001 -- as above
    assert [row[5] for row in rows] == ["local_status", "local", "not_local", None, "unknown"]


@pytest.mark.parametrize("kind", ["xls", "xlsb"])
@pytest.mark.usefixtures("library")
def test_another_ending_for_the_result_is_refused(
    kind: str, classifier: Classifier, tmp_path: Path
) -> None:
    path = make(kind, tmp_path)
    said = rf"a \.{kind} workbook is written as \.xlsx; name a file that ends in \.xlsx"
    with pytest.raises(FileFormatError, match=said):
        check_any(path, classifier, out=tmp_path / f"out.{kind}")
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.usefixtures("library")
def test_macros_and_passwords_are_refused_by_name(classifier: Classifier, tmp_path: Path) -> None:
    cases = [
        (old_file(tmp_path / "a.xls", "Workbook", "_VBA_PROJECT_CUR"), "it holds macros"),
        (binary_zip(tmp_path / "b.xlsb", "xl/vbaProject.bin"), "it holds macros"),
        (old_file(tmp_path / "c.xls", "Workbook", more=b"locked"), "protected by a password"),
        (old_file(tmp_path / "d.xls", "EncryptedPackage", "Workbook"), "protected by a password"),
    ]
    for path, said in cases:
        with pytest.raises(FileFormatError, match=f"{path.name}.*{said}"):
            check_any(path, classifier)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.xls", "b.xlsb", "c.xls", "d.xls"]


def record(kind: int, data: bytes) -> bytes:
    """A record of BIFF12: kind and size of seven bits a byte, then the data."""
    parts = bytearray()
    for number in (kind, len(data)):
        while number > 127:
            parts.append(number & 127 | 128)
            number >>= 7
        parts.append(number)
    return bytes(parts) + data


def row_of(number: int, *columns: int) -> bytes:
    cells = b"".join(record(5, struct.pack("<IId", column, 0, 1.5)) for column in columns)
    return record(0, struct.pack("<I", number) + bytes(13)) + cells


def test_the_extent_of_a_binary_sheet_is_read_without_its_cells() -> None:
    sheet = record(129, b"") + row_of(0, 0, 2) + row_of(299, 200) + record(130, bytes(300))
    assert binary_extent(io.BytesIO(sheet)) == (300, 201)
    assert binary_extent(io.BytesIO(b"")) == (0, 0)


@pytest.mark.usefixtures("library")
def test_a_cell_far_away_is_refused_before_anything_is_held(
    classifier: Classifier, tmp_path: Path
) -> None:
    path = binary_zip(tmp_path / "far.xlsb", sheet=row_of(0, 0) + row_of(1_048_575, 16_383))
    with pytest.raises(FileFormatError, match="more than the limit of 10,000,000 cells"):
        check_any(path, classifier)


@needs_office
@pytest.mark.slow
def test_a_workbook_that_libreoffice_wrote(
    classifier: Classifier, office: Office, tmp_path: Path
) -> None:
    pytest.importorskip("python_calamine")
    book = openpyxl.Workbook()
    book.active.append(["when", "postcode"])
    book.active.append([dt.date(2025, 4, 1), "CO1 1JB"])
    book.active.append([None, "IP1 1AA"])
    book.save(tmp_path / "in.xlsx")
    office.convert([tmp_path / "in.xlsx"], "xls:MS Excel 97", tmp_path)
    report = check_any(tmp_path / "in.xls", classifier)
    assert (report.by_status["local"], report.by_status["not_local"]) == (1, 1)
    page = openpyxl.load_workbook(tmp_path / "in.checked.xlsx").worksheets[0]
    assert str(page["A2"].value)[:10] == "2025-04-01"
