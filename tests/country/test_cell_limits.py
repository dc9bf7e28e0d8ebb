"""Cells are counted by their place, not by their bytes, in every reader of a table."""

from __future__ import annotations

import io
import resource
import zipfile
from contextlib import closing
from typing import TYPE_CHECKING

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from service_cases import service_in

from localarea.checking.check_file import check_any
from localarea.errors import FileFormatError
from localarea.measures.returns import read_return
from localarea.tables import cell_limits, ods_limits
from localarea.tables import parquet_rows as parquet
from localarea.tables.ods.survey import survey
from localarea.tables.parquet_rows import parquet_rows
from localarea.tables.workbooks.sheet_texts import sheet_texts

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.classify.classifier import Classifier
    from localarea.datasets.store import DataStore

ROWS = 20_000  # of 16,384 columns each: 328 million cells
HEADER = "contract,employee,home_postcode,fte,start_date"


def far_workbook(rows: int = ROWS) -> bytes:
    """A workbook of rows that hold one cell each, in the last column that Excel has."""
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    book.active.append(HEADER.split(","))
    book.save(buffer)
    cells = "".join(
        f'<row r="{n}"><c r="XFD{n}" t="n"><v>1</v></c></row>' for n in range(2, rows + 2)
    )
    made = io.BytesIO()
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = content.replace(b"</sheetData>", f"{cells}</sheetData>".encode())
            new.writestr(name, content)
    return made.getvalue()


def ods(rows: str) -> bytes:
    names = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    names += 'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    names += 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    content = (
        f"<office:document-content {names}><office:body><office:spreadsheet>"
        f'<table:table table:name="A">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as new:
        new.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        new.writestr("content.xml", content)
    return made.getvalue()


CELL = '<table:table-cell office:value-type="string"{0}><text:p>CO1 1JB</text:p></table:table-cell>'


@pytest.fixture(scope="module")
def far(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("far") / "far.xlsx"
    path.write_bytes(far_workbook())
    assert path.stat().st_size < 400_000
    return path


def test_a_cell_in_the_last_column_of_many_rows_is_refused_everywhere(
    far: Path, classifier: Classifier, tmp_path: Path
) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for read in (
        lambda path: list(sheet_texts(path, "Sheet", header=0, columns=(2,))),
        read_return,
        lambda path: check_any(path, classifier, out=tmp_path / "out.xlsx"),
    ):
        with pytest.raises(FileFormatError, match="more than the limit of 10,000,000 cells"):
            read(far)
    assert not list(tmp_path.iterdir())
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 500_000, "kilobytes; 3,300,000 before the cells were counted"


def test_a_stray_cell_far_to_the_right_is_no_reason_to_refuse(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["postcode"])
    book.active.append(["CO1 1JB"])
    book.active["XFD2"] = "stray"
    path = tmp_path / "stray.xlsx"
    book.save(path)
    (row,) = sheet_texts(path, "Sheet", header=0, columns=(0,))
    assert (row.texts[0], row.texts[-1], len(row.texts)) == ("CO1 1JB", "stray", 16_384)


@pytest.mark.parametrize(
    ("rows", "refused"),
    [
        (f'<table:table-row table:number-rows-repeated="13000">{CELL}</table:table-row>', True),
        (f'<table:table-row table:number-rows-repeated="12000">{CELL}</table:table-row>', False),
        ("<table:table-row>" + CELL + "</table:table-row>", False),
    ],
)
def test_cells_of_ods_that_repeat_are_counted_as_often(
    rows: str, refused: bool, tmp_path: Path
) -> None:
    """13,000 rows of 16,384 are 213 million cells; 12,000 are 197 million."""
    path = tmp_path / "a.ods"
    path.write_bytes(ods(rows.format(' table:number-columns-repeated="16384"')))
    if refused:
        with pytest.raises(FileFormatError, match="more than the limit of 200,000,000 cells"):
            survey(path, rows=1)
    else:
        survey(path, rows=1).close()


def test_the_blank_end_of_an_ods_sheet_does_not_count(tmp_path: Path) -> None:
    blank = (
        '<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    path = tmp_path / "a.ods"
    row = f"<table:table-row>{CELL.format('')}</table:table-row>"
    path.write_bytes(ods(row + blank))
    with closing(survey(path, rows=1)) as found:
        assert found.sheets[0].cells == 1


def test_parquet_that_states_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({f"c{n}": pa.repeat("x", 30_000) for n in range(400)}), path)
    assert path.stat().st_size < 500_000
    with pytest.raises(FileFormatError, match="more than the limit of 10,000,000 cells"):
        parquet_rows(path)
    pq.write_table(pa.table({"c": ["x" * 1_000] * 100}), path)
    monkeypatch.setattr(parquet, "MOST_PARQUET", 10)
    with pytest.raises(FileFormatError, match="would unpack to"):
        parquet_rows(path)


def test_a_wide_header_over_short_rows_is_not_padded(tmp_path: Path) -> None:
    """A header of 16,000 columns over 50,000 rows of one cell: 800 million cells if padded."""
    path = tmp_path / "wide.csv"
    names = ",".join([HEADER, *(f"c{n}" for n in range(16_000))])
    path.write_text(names + "\n" + "C1\n" * 50_000, encoding="utf-8")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    (table,) = read_return(path)
    assert len(table.cells) == 50_000
    assert table.cells["contract"].iloc[-1] == "C1"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 1_000_000


def test_the_service_refuses_it_by_name_and_goes_on(
    far: Path, tmp_path: Path, small_tables: DataStore
) -> None:
    stated = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    with service_in(tmp_path, **stated) as client:
        client.get("/ready")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for path in ("/api/v1/measures", "/measures"):
            answer = client.post(path, files={"file": ("returns.xlsx", far.read_bytes())})
            assert answer.status_code == 422
            assert "more than the limit of 10,000,000 cells" in answer.text
            assert str(tmp_path) not in answer.text
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000
        assert client.get("/health").status_code == 200


@pytest.mark.parametrize(
    ("limit", "value"),
    [("MEMORY", 40 << 20), ("SECONDS", 0)],
)
def test_what_takes_too_much_to_read_ends_its_own_process(
    limit: str, value: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    from localarea.service.files import reading

    path = tmp_path / "returns.csv"
    path.write_text(HEADER + "\nC1,E1,CO1 1JB,1,2025-04-01\n" * 1, encoding="utf-8")
    code = f"import localarea.service.files.read_process as p; p.{limit} = {value}; p.main()"
    monkeypatch.setattr(reading, "_COMMAND", (sys.executable, "-c", code))
    with pytest.raises(FileFormatError, match="more memory or time"):
        reading.read_apart([path])


def test_limits_are_told_in_the_docs(repository: Path) -> None:
    page = (repository / "docs" / "checking.md").read_text(encoding="utf-8")
    assert f"{cell_limits.MOST_HELD:,}" in page
    assert f"{cell_limits.MOST_STREAMED:,}" in page
    assert ods_limits.MAX_COLUMNS == 16_384
