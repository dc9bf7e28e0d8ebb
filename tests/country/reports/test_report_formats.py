"""The report in its three formats: fit for screen readers, whole in itself, the same every time."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject
from typer.testing import CliRunner

from localarea.cli.app import app, run
from localarea.options.by_name.any_council import council_of_anchor
from localarea.options.council import read_council
from localarea.options.membership import option_zones
from localarea.reports.cabinet.document import build_report
from localarea.reports.cabinet.formats.docx import render_docx
from localarea.reports.cabinet.formats.html import render_html
from localarea.reports.cabinet.formats.pdf import render_pdf
from localarea.reports.cabinet.formats.write import write_report
from localarea.reports.cabinet.model import Heading, Picture, Report, Table

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("pictures_once")]

OPTIONS = ("district", "ttwa-official+ipswich")
DATED = date(2026, 11, 23)


@pytest.fixture(scope="module")
def report(pictures_once: None) -> Report:
    council = read_council("colchester")
    return build_report([option_zones(i, council) for i in OPTIONS], council, dated=DATED)


@pytest.fixture(scope="module")
def pdf(report: Report) -> bytes:
    return render_pdf(report)


@pytest.fixture(scope="module")
def page(report: Report) -> str:
    return render_html(report).decode("utf-8")


@pytest.fixture(scope="module")
def word(report: Report) -> bytes:
    return render_docx(report)


# --- PDF --------------------------------------------------------------------------------


def nodes(element: Any) -> list[DictionaryObject]:
    """List the structure elements beneath one, itself included."""
    element = element.get_object()
    if isinstance(element, ArrayObject):
        return [node for child in element for node in nodes(child)]
    if not isinstance(element, DictionaryObject):
        return []
    own = [element] if "/S" in element else []
    return own + (nodes(element["/K"]) if "/K" in element else [])


@pytest.fixture(scope="module")
def structure(pdf: bytes) -> list[DictionaryObject]:
    return nodes(PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/StructTreeRoot"])


def test_the_pdf_is_tagged_titled_and_in_english(pdf: bytes, report: Report) -> None:
    reader = PdfReader(io.BytesIO(pdf))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 -- a PDF's own truth value
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert reader.metadata is not None
    assert (
        reader.metadata.title
        == report.title
        == "Where is local? Options for Colchester City Council"
    )
    said = root["/Metadata"].get_data().decode("utf-8")
    assert re.search(r"pdfuaid:part[>=\"]+1", said)
    assert re.search(r"pdfaid:part[>=\"]+2", said)


def test_the_pdf_has_headings_headers_and_words_for_pictures(
    structure: list[DictionaryObject], report: Report
) -> None:
    kinds = [str(node["/S"]) for node in structure]
    for level in (1, 2):
        contents = int(level == 2)  # the heading of the list of sections, which Word makes itself
        headings = len(list(report.headings(level=level)))
        assert kinds.count(f"/H{level}") == headings + contents > 2
    sections = len(list(report.headings(level=1)))
    assert (kinds.count("/TOC"), kinds.count("/TOCI")) == (1, sections)
    figures = [node for node in structure if node["/S"] == "/Figure"]
    pictures = [block for block in report.blocks if isinstance(block, Picture)]
    assert [node["/Alt"] for node in figures] == [picture.alt for picture in pictures]
    assert len(pictures) == len(OPTIONS) + 3  # commuting, minutes, what they agree on
    tables = [block for block in report.blocks if isinstance(block, Table)]
    assert kinds.count("/Table") == len(tables) + 1  # and the form
    assert kinds.count("/TH") == sum(len(table.columns) for table in tables) + 4


def test_every_font_of_the_pdf_is_in_it(pdf: bytes) -> None:
    found = 0
    for sheet in PdfReader(io.BytesIO(pdf)).pages:
        for font in sheet["/Resources"]["/Font"].values():
            held = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            assert {"/FontFile2", "/FontFile3"} & set(held), font
            found += 1
    assert found > 5


def test_the_pdf_has_an_outline_and_numbers_on_its_pages(pdf: bytes, report: Report) -> None:
    reader = PdfReader(io.BytesIO(pdf))
    tops = [entry.title for entry in reader.outline if not isinstance(entry, list)]
    assert tops == [heading.text for heading in report.headings()]
    for number, sheet in enumerate(reader.pages, start=1):
        assert f"Page {number} of {len(reader.pages)}" in sheet.extract_text()


def test_the_summary_and_the_place_to_sign_are_on_page_one(pdf: bytes) -> None:
    first, second = (sheet.extract_text() for sheet in PdfReader(io.BytesIO(pdf)).pages[:2])
    for words in ("The criteria and the options", "Option approved", "Signature", "Minute that"):
        assert words in first
    assert "The options on the map" in second


def test_maps_of_options_share_pages(pdf: bytes, report: Report) -> None:
    """A page with a short list and a page for each map were half empty."""
    sheets = [
        sheet.extract_text().replace("\N{NO-BREAK SPACE}", " ")
        for sheet in PdfReader(io.BytesIO(pdf)).pages
    ]
    at = {number: next(i for i, text in enumerate(sheets) if f"Figure {number}:" in text)
          for number in (1, 2, 3)}  # fmt: skip
    assert "Contents" in sheets[at[1]]
    assert at[2] == at[3] == at[1] + 1
    heights = [block.tallest_cm for block in report.blocks if isinstance(block, Picture)]
    assert max(heights[: len(OPTIONS)]) <= 9  # of 26 cm between the margins


def test_nothing_of_the_machine_or_the_clock_is_in_the_pdf(pdf: bytes) -> None:
    reader = PdfReader(io.BytesIO(pdf))
    assert reader.metadata is not None
    assert str(reader.metadata.creation_date).startswith("2026-11-23 00:00:00")
    parts = [pdf]
    for number in range(1, int(reader.trailer["/Size"])):
        held = reader.get_object(number)
        if hasattr(held, "get_data") and "/Width" not in held:
            parts.append(held.get_data())
    for word in (str(Path.home()), str(Path.cwd()), "localarea-report-", "/tmp/"):  # noqa: S108
        if len(word) > 3:
            assert all(word.encode() not in part for part in parts), word


# --- HTML -------------------------------------------------------------------------------


class Outline(HTMLParser):
    """Gathers what a reader with assistive technology goes by."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_page_has_landmarks_captions_scopes_and_words_for_pictures(page: str) -> None:
    reader = Outline()
    reader.feed(page)
    names = [tag for tag, _ in reader.tags]
    assert dict(reader.tags)["html"]["lang"] == "en-GB"
    for landmark in ("header", "nav", "main", "footer", "h1", "title"):
        assert names.count(landmark) == 1, landmark
    assert names.count("table") == names.count("caption") > 5
    assert all(attrs.get("scope") in ("col", "row") for tag, attrs in reader.tags if tag == "th")
    images = [attrs for tag, attrs in reader.tags if tag == "img"]
    assert all(image["alt"] and len(image["alt"]) > 40 for image in images)
    levels = [int(tag[1]) for tag in names if re.fullmatch(r"h[1-6]", tag)]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    targets = {attrs["id"] for _, attrs in reader.tags if "id" in attrs}
    links = [str(attrs["href"])[1:] for tag, attrs in reader.tags if tag == "a"]
    assert len(links) > 5
    assert set(links) <= targets


def test_the_page_needs_no_network_and_no_script(page: str) -> None:
    assert "<script" not in page
    assert not re.search(r"(?:src|href)=\"(?!data:image/png|#)", page)
    assert "url(" not in page
    assert "default-src 'none'" in page


def test_text_of_others_is_text_in_every_format(report: Report) -> None:
    hostile = "<b>#pagebreak()</b> *x* {{ 1 }} \\ & \N{SNOWMAN}"
    small = Report(hostile, "S", hostile, DATED, (Heading(hostile),))
    assert "&lt;b&gt;#pagebreak()&lt;/b&gt;" in render_html(small).decode()
    document = docx.Document(io.BytesIO(render_docx(small)))
    assert document.paragraphs[0].text == hostile
    text = PdfReader(io.BytesIO(render_pdf(small))).pages[0].extract_text()
    assert "<b>#pagebreak()</b> *x* {{ 1 }}" in text.replace("\n", " ")


# --- Word -------------------------------------------------------------------------------


def test_the_word_file_has_real_headings_and_says_what_it_is(word: bytes, report: Report) -> None:
    document = docx.Document(io.BytesIO(word))
    for level in (1, 2):
        styled = [p.text for p in document.paragraphs if p.style.name == f"Heading {level}"]
        wanted = [heading.text for heading in report.headings(level=level)]
        assert [text for text in styled if text != "Contents"] == wanted
    properties = document.core_properties
    assert (properties.title, properties.author) == (report.title, report.author)
    assert properties.language == "en-GB"
    assert properties.created.date() == DATED
    marks = {mark.get(qn("w:val")) for mark in document.styles.element.iter(qn("w:lang"))}
    assert marks == {"en-GB"}


def test_the_tables_of_the_word_file_repeat_their_header_and_hold_every_cell(
    word: bytes, report: Report
) -> None:
    document = docx.Document(io.BytesIO(word))
    tables = [block for block in report.blocks if isinstance(block, Table)]
    written = document.tables[:1] + document.tables[2:]  # the second is the form
    assert len(written) == len(tables)
    for made, table in zip(written, tables, strict=True):
        assert made.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        texts = [node.text or "" for row in made._tbl.tr_lst[1:] for node in row.iter(qn("w:t"))]
        wanted = [cell.text for row in table.rows for cell in row if cell.text]
        assert "".join(texts) == "".join(wanted)


def test_the_pictures_of_the_word_file_have_words(word: bytes, report: Report) -> None:
    document = docx.Document(io.BytesIO(word))
    shapes = document.inline_shapes
    pictures = [block for block in report.blocks if isinstance(block, Picture)]
    assert [s._inline.docPr.get("descr") for s in shapes] == [p.alt for p in pictures]
    room = {s._inline.get(f"dist{side}") for s in shapes for side in "TBLR"}
    assert room == {"0"}, "a picture begins where the text does, in LibreOffice too"


def test_the_form_to_sign_is_not_torn_over_two_pages(word: bytes) -> None:
    *rows, last = docx.Document(io.BytesIO(word)).tables[1].rows
    for row in rows:
        assert all(cell.paragraphs[0].paragraph_format.keep_with_next for cell in row.cells)
    assert not last.cells[0].paragraphs[0].paragraph_format.keep_with_next


def test_a_note_begins_where_its_table_does(report: Report) -> None:
    notes = [block.note for block in report.blocks if isinstance(block, Table)]
    assert any(note.startswith("Bold: ") for note in notes)
    assert notes == [note.strip() for note in notes]


def test_the_links_of_the_contents_lead_to_headings(word: bytes) -> None:
    body = docx.Document(io.BytesIO(word)).element.body
    marks = {mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))}
    links = [link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink"))]
    assert len(links) > 5
    assert set(links) <= marks


def test_the_word_file_holds_no_time_of_the_machine(word: bytes, report: Report) -> None:
    with zipfile.ZipFile(io.BytesIO(word)) as held:
        assert {entry.date_time for entry in held.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert word == render_docx(report)


# --- the command ------------------------------------------------------------------------


def test_the_command_gives_the_same_bytes_again(tmp_path: Path, pdf: bytes) -> None:
    out = tmp_path / "report.pdf"
    arguments = ["report", *OPTIONS, "--out", str(out), "--date", "2026-11-23"]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    assert out.read_bytes() == pdf
    assert [p.name for p in tmp_path.iterdir()] == ["report.pdf"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["distrikt", "--out", "r.pdf"], "option 'distrikt' is not known; nearest: district"),
        (["district", "--out", "r.odt"], "r.odt ends in .odt; use .pdf, .docx, .html"),
        (["district", "--out", "none/r.pdf"], "the folder none does not exist"),
        (["district", "--out", "r.pdf", "--replay", "no.csv"], "no.csv cannot be read"),
        (["district", "--out", "r.pdf", "--replay", "names.csv"], "no column holds postcodes"),
        (["district", "--out", "r.pdf", "--date", "23/11/2026"], "must be a date such as"),
        (["district", "district", "--out", "r.pdf"], "named more than once: district"),
        (["district", "--out", "r.pdf", "--anchor", "Colchestre"], "nearest: Colchester"),
    ],
)
def test_bad_input_is_one_sentence_and_leaves_nothing(
    arguments: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "names.csv").write_text("supplier,amount\nA,5\n", encoding="utf-8")
    assert run(["report", *arguments]) == 2
    error = capfd.readouterr().err
    assert said in error
    assert len(error.strip().splitlines()) == 1
    assert [p.name for p in tmp_path.iterdir()] == ["names.csv"]


def test_an_older_report_is_kept_when_the_new_one_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, report: Report
) -> None:
    out = tmp_path / "report.html"
    out.write_text("older", encoding="utf-8")

    def fail(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(ValueError, match="No space left on device; choose another file"):
        write_report(report, out)
    assert out.read_text(encoding="utf-8") == "older"
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]


@pytest.mark.parametrize(("anchor", "options"), [("Swansea", ["ttwa-official"])])
def test_a_council_without_a_disputed_place_has_a_report(anchor: str, options: list[str]) -> None:
    council = council_of_anchor(anchor)
    named = [option_zones(i, council) for i in options]
    made = build_report(named, council, dated=DATED)
    page = render_html(made).decode("utf-8")
    assert "Ipswich" not in page
    assert "Colchester" not in page
    if len(named) == 1:
        assert "there is nothing to compare it with" in page
        assert "Does best" not in page
    printed = " ".join(
        page.extract_text() for page in PdfReader(io.BytesIO(render_pdf(made))).pages
    )
    written = docx.Document(io.BytesIO(render_docx(made)))
    said = " ".join(paragraph.text for paragraph in written.paragraphs)
    for text in (printed, said):
        assert anchor in text
        assert "Ipswich" not in text
    cells = {cell.text for table in written.tables for row in table.rows for cell in row.cells}
    assert any(text.startswith("Criterion") for text in cells)
    for option in named:
        assert any(option.title in text for text in cells)
