"""What is no table is refused by its real kind, and a table without rows is no success."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import docx
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from localarea.checking.payments import SpendFile
from localarea.cli.app import run
from localarea.errors import FileFormatError, InputError
from localarea.measures.returns import read_return

if TYPE_CHECKING:
    from pathlib import Path


def archive(*names: str, mimetype: str = "") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as new:
        if mimetype:
            new.writestr("mimetype", mimetype)
        for name in names:
            new.writestr(name, "<x/>")
    return made.getvalue()


def word() -> bytes:
    made = io.BytesIO()
    docx.Document().save(made)
    return made.getvalue()


def old_office(*streams: str) -> bytes:
    names = b"".join(name.encode("utf-16-le").ljust(64, b"\0") for name in streams)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + names


KINDS: list[tuple[str, bytes, str]] = [
    ("a.csv", b'{"rows": [{"postcode": "CO1 1JB"}]}', "JSON"),
    ("a.csv", b'[\n  {"postcode": "CO1 1JB"}\n]', "JSON"),
    ("a.csv", b'["CO1 1JB", "IP1 1DH"]', "JSON"),
    ("a.csv", b'{"postcode": "CO1 1JB"}\n{"postcode": "IP1 1DH"}\n', "JSON"),
    ("a.csv", b'{"type": "FeatureCollection", "features": []}', "GeoJSON"),
    ("a.csv", b'\xef\xbb\xbf  {"a": 1}', "JSON"),
    ("a.csv", '\ufeff{"a": 1}'.encode("utf-16-le"), "JSON"),
    ("a.xls", b"<html><body><table><tr><td>CO1 1JB</td></tr></table>", "a web page (HTML)"),
    ("a.xls", b"\r\n<!-- made -->\n<!DOCTYPE HTML>\n<html>", "a web page (HTML)"),
    ("a.xlsx", b"<table><tr><td>x</td></tr></table>", "a web page (HTML)"),
    (
        "a.xls",
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        "an XML spreadsheet of Excel 2003",
    ),
    ("a.csv", b'<?xml version="1.0"?><kml/>', "an XML document"),
    ("a.csv", b"<rows><row/></rows>", "an XML document"),
    ("a.csv", b"%PDF-1.7\n%\xe2\xe3", "a PDF"),
    ("a.csv", b"\x89PNG\r\n\x1a\n", "a picture"),
    ("a.csv", b"RIFF\x00\x00\x00\x00WEBPVP8 ", "a picture"),
    ("a.csv", b"{\\rtf1\\ansi", "a Rich Text document"),
    ("a.csv", b"SQLite format 3\x00", "a database"),
    ("a.csv", b"\x1f\x8b\x08\x00", "compressed with gzip"),
    ("a.csv", b"Rar!\x1a\x07", "a RAR archive"),
    ("a.csv", b"x" * 257 + b"ustar\x0000" + b"\0" * 250, "a tar archive"),
    ("a.csv", b"\x00\x00\x27\x0a" + b"\0" * 96, "a Shapefile"),
    ("a.xls", old_office("Root Entry", "Workbook"), "an old .xls workbook"),
    ("a.xlsx", old_office("Root Entry", "EncryptedPackage"), "protected by a password"),
    ("a.csv", old_office("Root Entry", "WordDocument"), "an old Word document"),
    ("a.csv", old_office("Root Entry", "__properties_version1.0"), "an Outlook message"),
    ("a.csv", word(), "a Word document"),
    ("a.xlsx", archive("ppt/presentation.xml"), "a PowerPoint presentation"),
    ("a.xlsb", archive("xl/workbook.bin"), "a binary workbook (.xlsb)"),
    ("a.numbers", archive("Index/Document.iwa"), "a Numbers or Pages document"),
    ("a.zip", archive("roads.shp", "roads.dbf"), "a zipped Shapefile"),
    ("a.zip", archive("one.csv"), "a zip archive"),
    ("a.zip", archive(), "an empty zip archive"),
    (
        "a.odt",
        archive("content.xml", mimetype="application/vnd.oasis.opendocument.text"),
        "an OpenDocument text",
    ),
    (
        "a.csv",
        b"From: A <a@example.org>\r\nTo: B\r\nSubject: Suppliers\r\n\r\nCO1 1JB",
        "an e-mail",
    ),
    ("a.csv", b"BEGIN:VCARD\r\nVERSION:3.0\r\n", "contacts or a calendar"),
    ("a.csv", b"", "the file is empty"),
    ("a.xlsx", b"", "the file is empty"),
    ("a.csv", b" \r\n\t\r\n", "nothing in it but blanks"),
    ("a.csv", b"\xef\xbb\xbf", "nothing in it but blanks"),
]


@pytest.mark.parametrize(("name", "content", "said"), KINDS)
def test_every_reader_says_what_a_file_really_is(
    name: str, content: bytes, said: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert run(["check-file", str(path)]) == 2
    told = capfd.readouterr().err
    assert said in told
    assert "; " in told, "what to do next"
    for word in ("zip file", "Traceback", "BadZipFile"):
        assert word not in told
    for read in (read_return, SpendFile.open):
        with pytest.raises(FileFormatError) as caught:
            read(path)
        assert said in str(caught.value)
    assert [each.name for each in tmp_path.iterdir()] == [name]


def workbook(*rows: list[Any]) -> bytes:
    book, made = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(made)
    return made.getvalue()


def parquet(**columns: list[str]) -> bytes:
    made = io.BytesIO()
    table = pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
    pq.write_table(table, made)
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b"supplier,postcode\n"),
        ("a.csv", b"supplier,postcode"),
        ("a.csv", b"supplier,postcode\n\n\n\n"),
        ("a.xlsx", workbook(["supplier", "postcode"])),
        ("a.parquet", parquet(postcode=[])),
    ],
)
def test_a_header_without_rows_is_no_success(
    name: str, content: bytes, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    older = tmp_path / "out.csv"
    older.write_text("an older result")
    assert run(["check-file", str(path), *(["--out", str(older)] if name == "a.csv" else [])]) == 2
    assert "there is no row below the header" in capfd.readouterr().err
    assert older.read_text() == "an older result"
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted([name, "out.csv"])


def test_a_return_or_payments_without_rows_are_no_success(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("contract,employee,home_postcode,fte,start_date\n")
    with pytest.raises(FileFormatError, match="no row below the header"):
        read_return(path)
    path.write_text("supplier,postcode,amount\n")
    with pytest.raises(InputError):
        SpendFile.open(path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("wrong.xlsx", b"supplier,postcode\nA,CO1 1JB\nB,IP1 1DH\n"),
        ("wrong.xls", b"supplier\tpostcode\nA\tCO1 1JB\nB\tIP1 1DH\n"),
        ("wrong.csv", workbook(["supplier", "postcode"], ["A", "CO1 1JB"], ["B", "IP1 1DH"])),
        ("wrong.csv", parquet(supplier=["A", "B"], postcode=["CO1 1JB", "IP1 1DH"])),
    ],
)
def test_a_table_under_a_wrong_name_is_read_by_its_content(
    name: str, content: bytes, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    out = [] if name != "wrong.csv" else ["--out", str(tmp_path / "out.xlsx")]
    if content.startswith(b"PAR1"):
        out = ["--out", str(tmp_path / "out.parquet")]
    assert run(["check-file", str(path), "--json", *out]) == 0
    report = json.loads(capfd.readouterr().out)
    assert report["by_status"] == {"local": 1, "not_local": 1, "unknown": 0}


@pytest.mark.parametrize(
    "header",
    ["[Postcode],x", "From,To,Postcode", "{id},postcode", "<5 miles,postcode", "BMW,postcode"],
)
def test_tables_that_only_look_like_something_else_are_read(
    header: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.csv"
    cells = ["CO1 1JB"] * len(header.split(","))
    path.write_text(f"{header}\n{','.join(cells)}\n")
    assert run(["check-file", str(path), "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["rows"] == 1


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_a_result_for_a_folder_that_is_not_there_is_refused_by_its_name(
    ending: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = tmp_path / f"a.{ending}", tmp_path / "not-there" / f"b.{ending}"
    frame = pd.DataFrame({"name": ["Smith Ltd"], "postcode": ["CO1 1JB"]})
    write = {"csv": frame.to_csv, "xlsx": frame.to_excel, "parquet": frame.to_parquet}
    write[ending](source, index=False)  # type: ignore[operator]
    assert run(["check-file", str(source), "--out", str(out)]) == 2
    said = capsys.readouterr().err
    assert said == f"localarea: the folder {out.parent} does not exist; create it first (--out)\n"
    assert list(tmp_path.iterdir()) == [source]
