"""
Every awkward file: the right rows, or an error with a name. Never a traceback, never a lost row.

The catalogue maps a name to how the file is built and what must come of it: a class of
error, or the statuses of its rows in order.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import os
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from localarea.checking.csv_file import check_file
from localarea.checking.rows.csv_checker import ADDED
from localarea.errors import ColumnNotFoundError, FileFormatError, InputError, LocalareaError

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.classify.classifier import Classifier

IN, OUT, NOT = "local", "not_local", "unknown"
HEAD = "name,postcode\n"
TWO = HEAD + "A,CO1 1JB\nB,IP1 1DH\n"


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return buffer.getvalue()


def wide(columns: int) -> str:
    head = ",".join(f"c{i}" for i in range(columns - 1)) + ",postcode\n"
    return head + "x," * (columns - 1) + "CO1 1JB\n"


# Files that give rows: bytes or text, and the status of each row.
ROWS: dict[str, tuple[bytes | str, list[str]]] = {
    "plain": (TWO, [IN, OUT]),
    "no line end at the end": (TWO.rstrip(), [IN, OUT]),
    "CRLF": (TWO.replace("\n", "\r\n"), [IN, OUT]),
    "lone CR": (TWO.replace("\n", "\r"), [IN, OUT]),
    "mixed line ends": (HEAD + "A,CO1 1JB\r\nB,IP1 1DH\rC,CO1 1JB\nD,\n", [IN, OUT, IN, NOT]),
    "semicolon": (TWO.replace(",", ";"), [IN, OUT]),
    "tab": (TWO.replace(",", "\t"), [IN, OUT]),
    "bar": (TWO.replace(",", "|"), [IN, OUT]),
    "semicolon with decimal commas": (
        "name;postcode;spend\nA;CO1 1JB;1,50\nB;IP1 1DH;2,50\n",
        [IN, OUT],
    ),
    "Excel's sep line": ("sep=;\r\nname;postcode\r\nA;CO1 1JB\r\n", [IN]),
    "one column": ("postcode\nCO1 1JB\nIP1 1DH\n", [IN, OUT]),
    "one column with empty lines": ("postcode\nCO1 1JB\n\nIP1 1DH\n\n", [IN, NOT, OUT, NOT]),
    "no header": ("A,CO1 1JB\nB,IP1 1DH\n", [IN, OUT]),
    "no header, one column": ("CO1 1JB\nIP1 1DH\n", [IN, OUT]),
    "UTF-8 mark": (codecs.BOM_UTF8 + TWO.encode(), [IN, OUT]),
    "UTF-16 LE with mark": (codecs.BOM_UTF16_LE + TWO.encode("utf-16-le"), [IN, OUT]),
    "UTF-16 BE with mark": (codecs.BOM_UTF16_BE + TWO.encode("utf-16-be"), [IN, OUT]),
    "UTF-16 LE without mark": (TWO.encode("utf-16-le"), [IN, OUT]),
    "UTF-16 BE without mark": (TWO.encode("utf-16-be"), [IN, OUT]),
    "UTF-32 with mark": (codecs.BOM_UTF32_LE + TWO.encode("utf-32-le"), [IN, OUT]),
    "UTF-16 with half a pair": (
        codecs.BOM_UTF16_LE + TWO.replace("A", "\ud83d").encode("utf-16-le", "surrogatepass"),
        [IN, OUT],
    ),
    "Windows-1252": ((HEAD + "Café £,CO1 1JB\n").encode("cp1252"), [IN]),
    "bytes of no encoding": (HEAD.encode() + b"\x81\x8d\x8f\x90\x9d,CO1 1JB\n", [IN]),
    "UTF-8 cut in the middle": (
        HEAD.encode() + "A,CO1 1JB\nCafé".encode()[:-1] + b",IP1 1DH",
        [IN, OUT],
    ),
    "no-break space in Windows-1252": ((HEAD + "A,CO1\xa01JB\n").encode("cp1252"), [IN]),
    "short rows": (HEAD + "A,CO1 1JB\nB\nC,IP1 1DH\n", [IN, NOT, OUT]),
    "long rows": (HEAD + "A,CO1 1JB,x,y\nB,IP1 1DH\n", [IN, OUT]),
    "long and short rows": (HEAD + "A,CO1 1JB,x,y,z\nB\nC,IP1 1DH,w\n", [IN, NOT, OUT]),
    "empty lines between": (HEAD + "\nA,CO1 1JB\n\n\nB,IP1 1DH\n\n", [IN, OUT]),
    "empty lines before the header": ("\n\n" + TWO, [IN, OUT]),
    "lines of delimiters only": (HEAD + "A,CO1 1JB\n,\n,\n", [IN]),
    "lines of spaces only": (HEAD + "   \nA,CO1 1JB\n", [IN]),
    "NUL in another cell": (HEAD + "A\0B,CO1 1JB\nB,IP1 1DH\n", [IN, OUT]),
    "NUL in the postcode": (HEAD + "A,CO1\0 1JB\n", [IN]),
    "quoted cells": ('"name","postcode"\r\n"A","CO1 1JB"\r\n"B","IP1 1DH"\r\n', [IN, OUT]),
    "line end in quotes": (HEAD + '"A\nLtd",CO1 1JB\nB,IP1 1DH\n', [IN, OUT]),
    "delimiter in quotes": (HEAD + '"A, B, C",CO1 1JB\n', [IN]),
    "doubled quotes": (HEAD + '"The ""Best"" Ltd",CO1 1JB\n', [IN]),
    "quote inside a cell": (HEAD + 'Pipe 5" wide,CO1 1JB\nB,IP1 1DH\n', [IN, OUT]),
    "text after a closing quote": (HEAD + '"A" Ltd,CO1 1JB\n', [IN]),
    "line end in a header": ('name,"post\ncode"\nA,CO1 1JB\n', [IN]),
    "cell of one megabyte": (HEAD + "x" * 1_000_000 + ",CO1 1JB\nB,IP1 1DH\n", [IN, OUT]),
    "postcode of one megabyte": (HEAD + "A," + "9" * 1_000_000 + "\nB,IP1 1DH\n", [NOT, OUT]),
    "quoted cell of one megabyte": (HEAD + '"' + "x\n" * 500_000 + '",CO1 1JB\n', [IN]),
    "duplicate headers": ("postcode,postcode\nx,CO1 1JB\ny,IP1 1DH\n", [IN, OUT]),
    "empty headers": (",,\nA,B,CO1 1JB\nC,D,IP1 1DH\n", [IN, OUT]),
    "our own headers": ("postcode,local_status,LOCAL_POSTCODE\nCO1 1JB,x,y\n", [IN]),
    "formulas": (HEAD + '=1+1,CO1 1JB\n@SUM(A1),"=CO1 1JB"\n-2+3,"+IP1 1DH"\n', [IN, IN, OUT]),
    "formula in the postcode": (HEAD + 'A,"=HYPERLINK(""http://x"",""y"")"\n', [NOT]),
    "no postcode in the named column": (HEAD + "A,n/a\nB,tbc\nC,-\n", [NOT, NOT, NOT]),
    "every postcode blank": (HEAD + "A,\nB, \nC,\u00a0\n", [NOT, NOT, NOT]),
    "every awkward postcode": (
        HEAD
        + "A,CO1\nB,CO1 IJB\nC,EH8 8DX\nD,BT9 5AB\nE,JE1 1AA\nF,BX9 1AS\nG,XX99 9XX\nH,CO1 1J\n",
        [IN, IN, OUT, OUT, OUT, NOT, NOT, NOT],
    ),
    "full-width postcode": (HEAD + "A,ＣＯ１　１ＪＢ\n", [IN]),  # noqa: RUF001
    "header by content": ("who,where\nA,CO1 1JB\nB,IP1 1DH\n", [IN, OUT]),
    "header says zip": ("who,ZIP / Postal Code\nA,CO1 1JB\n", [IN]),
    "ten thousand columns": (wide(10_000), [IN]),
    "script and markup": (
        HEAD + "<script>alert(1)</script>,CO1 1JB\n[red]x[/],IP1 1DH\n",
        [IN, OUT],
    ),
    "right-to-left and emoji": (HEAD + "\u202eABC\U0001f600,CO1 1JB\n", [IN]),
    "control characters": (HEAD + "A\x1b[31m\x07,CO1 1JB\n" + "plain name,IP1 1DH\n", [IN, OUT]),
    "end of file mark": (TWO + "\x1a", [IN, OUT, NOT]),
    "Unicode line separator is no line end": (HEAD + "A\u2028B,CO1 1JB\n", [IN]),
    "vertical tab and form feed are no line ends": (HEAD + "A\x0bB\x0cC,CO1 1JB\n", [IN]),
}

# Files that are refused, by the class of error and a word of its message.
REFUSED: dict[str, tuple[bytes | str, type[LocalareaError], str]] = {
    "empty": (b"", FileFormatError, "empty"),
    "UTF-8 mark only": (codecs.BOM_UTF8, FileFormatError, "nothing in it but blanks"),
    "UTF-16 mark only": (codecs.BOM_UTF16_LE, FileFormatError, "nothing in it but blanks"),
    "empty lines only": ("\n\n\n", FileFormatError, "nothing in it but blanks"),
    "only a header": (HEAD, FileFormatError, "no row below the header"),
    "only a header, no line end": (HEAD.strip(), FileFormatError, "no row below the header"),
    "no postcode column": ("a,b\n1,2\n3,4\n", ColumnNotFoundError, "no column holds postcodes"),
    "prose": ("Dear all,\nplease find\nattached\n", ColumnNotFoundError, "no column"),
    "markup": ("<html><body>Not found</body></html>", FileFormatError, "a web page"),
    "quote left open": (HEAD + 'A,CO1 1JB\n"B,IP1 1DH\nC,x\n', FileFormatError, "row 3"),
    "quote left open in the header": ('"name,postcode\nA,CO1 1JB\n', FileFormatError, "row 1"),
    "quote left open over many rows": (
        HEAD + '"B,IP1 1DH\n' + "C,CO1 1JB\n" * 900_000,
        FileFormatError,
        "quotation mark",
    ),
    "first line of nine megabytes": ("x" * 9_500_000, FileFormatError, "row 1 is longer"),
    "line of nine megabytes": (HEAD + "x" * 9_500_000, FileFormatError, "longer than 8 MiB"),
    "one row much too wide": (HEAD + "A,CO1 1JB\n" + "x," * 5000 + "\n", FileFormatError, "5,001"),
    "too many columns": (wide(20_000) + "x," * 30_000, FileFormatError, "the limit is 16,384"),
    "workbook called csv": (zipped(), FileFormatError, "spreadsheet"),
    "old workbook": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        FileFormatError,
        "old .xls workbook",
    ),
    "gzip": (gzip.compress(TWO.encode()), FileFormatError, "gzip"),
    "Parquet": (b"PAR1" + bytes(100) + b"PAR1", FileFormatError, "Parquet"),
    "PDF": (b"%PDF-1.7\n%\xe2\xe3", FileFormatError, "PDF"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(50), FileFormatError, "picture"),
    "SQLite": (b"SQLite format 3\0" + bytes(50), FileFormatError, "SQLite"),
    "NUL bytes only": (bytes(5000), FileFormatError, "not a text file"),
    "noise": (bytes(range(256)) * 40, FileFormatError, "not a text file"),
    "UTF-16 cut in half": (codecs.BOM_UTF16_LE + b"p\0o\0s", FileFormatError, "not valid"),
    "UTF-32 of no character": (codecs.BOM_UTF32_LE + b"\xff" * 8, FileFormatError, "not valid"),
}


def built(folder: Path, content: bytes | str) -> Path:
    path = folder / "in.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def decoded(path: Path) -> str:
    raw = path.read_bytes()
    for mark, codec in (
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if raw.startswith(mark):
            return raw.decode(codec, "surrogatepass")
    if raw[:200].count(0) > 50:
        return raw.decode("utf-16-le" if raw[1] == 0 else "utf-16-be")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def statuses(path: Path, report: Any) -> list[str]:
    """Read the answer with the csv module, by header where there is one."""
    text = decoded(path)
    text = text.removeprefix("sep=;\r\n")
    csv.field_size_limit(10_000_000)
    read = csv.reader(io.StringIO(text, newline=""), delimiter=report.delimiter)
    rows = [row for row in read if "".join(row).strip()]  # blank ones get no answer
    if "no header" in "".join(report.notes):
        return [row[1 - len(ADDED)] for row in rows]
    header, *body = rows
    own = [name for name in header if name.startswith("local_status")]
    at = header.index(own[-1])
    assert all(len(row) == len(header) for row in body)
    return [row[at] for row in body]


@pytest.mark.parametrize("name", ROWS)
def test_awkward_file_gives_every_row(name: str, classifier: Classifier, tmp_path: Path) -> None:
    content, expected = ROWS[name]
    path = built(tmp_path, content)
    before = path.read_bytes()
    report = check_file(path, classifier)
    out = tmp_path / "in.checked.csv"
    assert statuses(out, report) == expected
    assert report.rows == len(expected) == sum(report.by_status.values())
    assert path.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.checked.csv", "in.csv"]


@pytest.mark.parametrize("name", REFUSED)
def test_hopeless_file_gets_a_named_error(
    name: str, classifier: Classifier, tmp_path: Path
) -> None:
    content, error, words = REFUSED[name]
    path = built(tmp_path, content)
    with pytest.raises(error, match=words) as caught:
        check_file(path, classifier)
    assert len(str(caught.value)) < 3000
    assert [p.name for p in tmp_path.iterdir()] == ["in.csv"]


def test_catalogue_is_as_long_as_promised() -> None:
    assert len(ROWS) + len(REFUSED) >= 60


def test_paths_that_are_no_file(classifier: Classifier, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, words in (
        (tmp_path, "a folder"),
        (tmp_path / "missing.csv", "no such file"),
        (tmp_path / "pipe", "not an ordinary file"),
    ):
        with pytest.raises(FileFormatError, match=words):
            check_file(path, classifier)


def test_unreadable_file(classifier: Classifier, tmp_path: Path) -> None:
    path = built(tmp_path, TWO)
    check_file(path, classifier)  # whatever else has to be read is read now
    path.chmod(0)
    superuser = os.geteuid() == 0
    if superuser:  # who may read everything, and so becomes nobody for a moment
        os.seteuid(65534)
    try:
        with pytest.raises(FileFormatError, match="the system says"):
            check_file(path, classifier)
    finally:
        if superuser:
            os.seteuid(0)


def test_output_that_cannot_be_written(classifier: Classifier, tmp_path: Path) -> None:
    path = built(tmp_path, TWO)
    link = tmp_path / "link.csv"
    link.symlink_to(path)
    for out, error, words in (
        (path, InputError, "overwritten"),
        (link, InputError, "overwritten"),
        (tmp_path, FileFormatError, "a folder"),
        (tmp_path / "no" / "such" / "folder.csv", InputError, "does not exist; create it"),
        (tmp_path / "out.xlsx", FileFormatError, "written as text again"),
    ):
        with pytest.raises(error, match=words):
            check_file(path, classifier, out=out)
    assert path.read_text() == TWO


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("A,CO1 1JB,\nB,IP1 1DH,\n", "3 cells, and the header has 2 cells: what is beyond it is"),
        ("A,CO1 1JB\nB,IP1 1DH,, \n", "4 cells, and the header has 2 cells: what is beyond it is"),
        ("A,CO1 1JB,\nB,IP1 1DH,,x\n", "4 cells, and the header has 2 cells: look for commas"),
        ("A,CO1 1JB,x\n", "3 cells, and the header has 2 cells: look for commas"),
    ],
)
def test_cells_beyond_the_header_are_called_commas_only_if_filled(
    rows: str, said: str, classifier: Classifier, tmp_path: Path
) -> None:
    report = check_file(built(tmp_path, HEAD + rows), classifier)
    assert any(said in note for note in report.notes)


def test_millions_of_blanks(classifier: Classifier, tmp_path: Path) -> None:
    rows = 2_000_000  # more blanks than a block of rows holds, or a sheet
    path = built(tmp_path, b"postcode\n" + b"\n" * rows)
    report = check_file(path, classifier)
    assert report.by_reason == {"blank": rows}
