"""Spreadsheets of every usual manner: each row has its answer, and nothing else has changed."""

from __future__ import annotations

import csv
import difflib
import re
import zipfile
from typing import TYPE_CHECKING, Any, Final

import ods_cases as ods
import pytest
from ods_cases import answers_in, cell, content, content_of, raw_parts, read_sheets, row, sheet
from office import CSV_OF_EVERY_SHEET, needs_office

from localarea.checking.results.verifying import verify_result
from localarea.checking.rows.csv_checker import ADDED
from localarea.checking.rows.row_evidence import EVIDENCE, RowEvidence
from localarea.checking.workbooks import result_digests
from localarea.checking.workbooks.workbook import check_workbook
from localarea.errors import FileFormatError, InputError
from localarea.tables.ods import _sheet_writer
from localarea.tables.ods._pieces import pieces

if TYPE_CHECKING:
    from pathlib import Path

    from office import Office

    from localarea.classify.classifier import Classifier

IN, OUT = "CO1 1JB", "IP1 1AA"  # Colchester town centre; Ipswich town centre
L, N, U = "local", "not_local", "unknown"
HEAD = row("firm", "postcode", "paid")
END = '<table:table-cell table:number-columns-repeated="16381"/>'
BLANK_END = (
    '<table:table-row table:number-rows-repeated="1048570">'
    '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
)
TIMES = 'table:number-rows-repeated="{}"'
COVERED = "<table:covered-table-cell/>"


def merged(text: str, rows: int, columns: int = 1) -> str:
    more = f'table:number-columns-spanned="{columns}" table:number-rows-spanned="{rows}"'
    return cell(text, more)


def value(kind: str, stated: str, shown: str = "", more: str = "") -> str:
    name = "value" if kind == "float" else f"{kind}-value"
    inner = f"<text:p>{shown}</text:p>" if shown else ""
    return (
        f'<table:table-cell {more} office:value-type="{kind}" office:{name}="{stated}">{inner}'
        "</table:table-cell>"
    )


COMMENT = "<office:annotation><dc:creator>A</dc:creator><text:p>was {}</text:p></office:annotation>"
SHAPES = (
    "<table:shapes><draw:frame><draw:text-box><text:p>postcode</text:p><text:p>BS1 1AA</text:p>"
    "</draw:text-box></draw:frame></table:shapes>"
)
FORMULA = (
    '<table:table-cell table:formula="of:=IF([.C2]&gt;1;&quot;IP1 1AA&quot;;&quot;x&quot;)"'
    ' office:value-type="string" office:string-value="IP1 1AA"><text:p>IP1 1AA</text:p>'
    "</table:table-cell>"
)
TRACKED = (
    '<table:tracked-changes table:track-changes="true"><table:cell-content-change table:id="ct1">'
    '<table:cell-address table:column="1" table:row="1" table:table="0"/><office:change-info>'
    "<dc:creator>A</dc:creator></office:change-info><table:previous><table:change-track-table-cell"
    ' office:value-type="string"><text:p>BS1 1AA</text:p></table:change-track-table-cell>'
    "</table:previous></table:cell-content-change></table:tracked-changes>"
)
LINKED = (
    "<table:dde-links><table:dde-link><office:dde-source/>"
    + sheet("", row("postcode") + row(OUT))
    + "</table:dde-link></table:dde-links>"
)

# The sheets of a spreadsheet as XML, the name of the one to be checked, and its rows' answers.
Case = tuple[str, str, dict[int, str]]
CASES: Final[dict[str, Case]] = {
    "LibreOffice: columns and rows to the end of the sheet": (
        sheet(
            "S",
            row("firm", "postcode", "paid", end=END)
            + row("a", IN, "5", end=END)
            + row("b", OUT, "6", end=END)
            + BLANK_END,
            columns='<table:table-column table:style-name="co1"'
            ' table:number-columns-repeated="16384" table:default-cell-style-name="Default"/>',
        ),
        "S",
        {2: L, 3: N},
    ),
    "Google: 26 columns and 1,000 rows": (
        sheet(
            "Sheet1",
            row("firm", "postcode", end='<table:table-cell table:number-columns-repeated="24"/>')
            + row("a", OUT, end='<table:table-cell table:number-columns-repeated="24"/>')
            + '<table:table-row table:number-rows-repeated="998">'
            '<table:table-cell table:number-columns-repeated="26"/></table:table-row>',
            columns='<table:table-column table:style-name="co1"'
            ' table:number-columns-repeated="26"/>',
        ),
        "Sheet1",
        {2: N},
    ),
    "no columns are stated": (sheet("S", HEAD + row("a", IN)), "S", {2: L}),
    "rows that repeat": (
        sheet("S", HEAD + row("a", IN, more=TIMES.format(3)) + row("b", OUT)),
        "S",
        {2: L, 3: L, 4: L, 5: N},
    ),
    "cells that repeat": (
        sheet(
            "S",
            row("postcode", "post code again", "x")
            + row(cell(OUT, 'table:number-columns-repeated="3"')),
        ),
        "S",
        {2: N},
    ),
    "a postcode merged over three rows": (
        sheet(
            "S",
            HEAD
            + row("a", merged(IN, 3), "1")
            + row("b", COVERED, "2")
            + row("c", COVERED, "3")
            + row("d", OUT, "4"),
        ),
        "S",
        {2: L, 3: L, 4: L, 5: N},
    ),
    "a postcode merged over rows that repeat": (
        sheet(
            "S",
            HEAD
            + row("a", merged(IN, 3), "1")
            + row("b", COVERED, "2", more=TIMES.format(2))
            + row("c", OUT),
        ),
        "S",
        {2: L, 3: L, 4: L, 5: N},
    ),
    "a row that is merged whole with the one above": (
        sheet(
            "S",
            HEAD
            + row(merged("a", 2), merged(IN, 2), merged("1", 2))
            + row(COVERED, COVERED, COVERED)
            + row("b", OUT),
        ),
        "S",
        {2: L, 4: N},
    ),
    "a title merged over the sheet": (
        sheet(
            "S",
            row(merged("Payments of 2025", 1, 12), COVERED * 11)
            + row("")
            + HEAD
            + row("a", IN, "5"),
        ),
        "S",
        {4: L},
    ),
    "a header of two rows": (
        sheet(
            "S",
            row(merged("firm", 2), merged("postcode", 2), merged("paid", 1, 2), COVERED)
            + row(COVERED, COVERED, "net", "gross")
            + row("a", OUT, "1", "2"),
        ),
        "S",
        {3: N},
    ),
    "header rows, groups and hidden rows": (
        sheet(
            "S",
            f"<table:table-header-rows>{HEAD}</table:table-header-rows><table:table-row-group>"
            + row("a", IN, more='table:visibility="collapse"')
            + row("b", OUT, more='table:visibility="filter"')
            + "</table:table-row-group><table:table-rows>"
            + row("c", IN)
            + "</table:table-rows>",
        ),
        "S",
        {2: L, 3: N, 4: L},
    ),
    "a formula, by the value last calculated": (
        sheet("S", HEAD + row("a", FORMULA, "5")),
        "S",
        {2: N},
    ),
    "comments are not what a cell says": (
        sheet("S", HEAD + row("a", cell(f"{IN}</text:p>{COMMENT.format(OUT)}<text:p>"))),
        "S",
        {2: L},
    ),
    "spaces, spans and links": (
        sheet(
            "S",
            HEAD
            + row("a", cell("CO1<text:s/>1JB"))
            + row("b", cell('<text:span text:style-name="T1">IP1</text:span> 1AA'))
            + row("c", cell(f'<text:a xlink:href="x" xmlns:xlink="x">{IN}</text:a>'))
            + row("d", cell("  \n  CO1   1JB ")),
        ),
        "S",
        {2: L, 3: N, 4: L, 5: L},
    ),
    "values without a text": (
        sheet(
            "S",
            HEAD
            + row("a", value("string", IN))
            + row("b", value("float", "12"))
            + row("c", value("date", "2025-04-01"))
            + row("d", value("boolean", "true")),
        ),
        "S",
        {2: L, 3: U, 4: U, 5: U},
    ),
    "characters that XML writes otherwise": (
        sheet("S &amp; T", row("A &lt; B", "post&#99;ode") + row("R&amp;D", "CO1&#xA0;1JB")),
        "S & T",
        {2: L},
    ),
    "a hidden sheet first": (
        sheet("lists", row("postcode") + row(OUT), 'table:style-name="hidden"')
        + sheet("S", HEAD + row("a", IN)),
        "S",
        {2: L},
    ),
    "a protected sheet": (
        sheet("S", HEAD + row("a", IN), 'table:protected="true" table:protection-key="x"'),
        "S",
        {2: L},
    ),
    "tracked changes": (TRACKED + sheet("S", HEAD + row("a", IN)), "S", {2: L}),
    "shapes with text": (sheet("S", SHAPES + HEAD + row("a", IN)), "S", {2: L}),
    "links to other files": (
        sheet("S", HEAD + row("a", IN))
        + sheet("'file:///home/a/rates.ods'#$Rates", row("postcode") + row(OUT))
        + LINKED,
        "S",
        {2: L},
    ),
    "blank rows between": (
        sheet("S", HEAD + row("a", IN) + row("", more=TIMES.format(3)) + row("b", OUT)),
        "S",
        {2: L, 6: N},
    ),
    "no header": (sheet("S", row("a", IN) + row("b", OUT)), "S", {1: L, 2: N}),
    "short rows and a wide one": (
        sheet("S", HEAD + row("a", IN) + row("b", OUT, "1", "", "note") + row("c")),
        "S",
        {2: L, 3: N, 4: U},
    ),
}  # fmt: skip
STYLES = (
    '<style:style style:name="hidden" style:family="table">'
    '<style:table-properties table:display="false"/></style:style>'
    '<style:style style:name="co1" style:family="table-column">'
    '<style:table-column-properties style:column-width="2.26cm"/></style:style>'
)


def written(name: str, folder: Path) -> Path:
    return ods.write_package(folder / "in.ods", content(CASES[name][0], STYLES))


@pytest.mark.parametrize("name", CASES)
def test_every_row_has_its_answer_and_nothing_else_has_changed(
    name: str, classifier: Classifier, tmp_path: Path
) -> None:
    _, title, expected = CASES[name]
    path = written(name, tmp_path)
    given = path.read_bytes()
    report = check_workbook(path, classifier)
    out = tmp_path / "in.checked.ods"
    assert path.read_bytes() == given
    assert title in report.encoding
    before, after = read_sheets(path), read_sheets(out)
    assert answers_in(after[title]) == expected
    assert report.rows == len(expected)
    assert {k: report.by_status[k] for k in (L, N, U)} == {
        k: [*expected.values()].count(k) for k in (L, N, U)
    }
    assert [*after] == [*before, "Local summary", "Local receipt"] or "file" in " ".join(before)
    for number, cells in enumerate(before[title]):  # its own cells are where they were
        assert after[title][number][: len(cells)] == cells
    for other in before.keys() - {title}:
        assert after[other] == before[other]
    assert verify_result(out).standing == "untouched"  # its hashes were taken while it was written
    old, new = raw_parts(path), raw_parts(out)
    assert [*new] == [*old]
    assert {k: v for k, v in new.items() if k != "content.xml"} == {
        k: v for k, v in old.items() if k != "content.xml"
    }
    assert removed_tags(content_of(path), content_of(out)) <= {
        "table:table-row", "table:table-column", "table:table-cell",
    }  # fmt: skip


def removed_tags(before: str, after: str) -> set[str]:
    """The names of tags that were changed; others may only have been added."""
    old, new = (re.split(r"(?=<)", text) for text in (before, after))
    found: set[str] = set()
    for kind, start, end, *_ in difflib.SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if kind in ("delete", "replace"):
            found.update(re.findall(r"[\w:-]+", tag)[0] for tag in old[start:end])
    return found


@pytest.mark.parametrize("name", list(CASES)[::4])
def test_the_same_again_is_the_same_and_a_result_is_not_doubled(
    name: str, classifier: Classifier, tmp_path: Path
) -> None:
    path = written(name, tmp_path)
    first, second, third = (tmp_path / f"{n}.ods" for n in (1, 2, 3))
    check_workbook(path, classifier, out=first)
    check_workbook(path, classifier, out=second)
    assert first.read_bytes() == second.read_bytes()
    check_workbook(first, classifier, out=third, sheet=CASES[name][1])
    once, twice = _without_receipt(first), _without_receipt(third)
    linked = {title for title in once if title.startswith("'file:")}  # copies that nobody sees
    assert [title for title in twice if title not in linked] == [
        title for title in once if title not in linked
    ]
    assert twice == once


def test_a_result_is_renewed_with_more_columns_and_with_fewer(
    classifier: Classifier, tmp_path: Path
) -> None:
    path = ods.write_package(tmp_path / "in.ods", content(sheet("S", HEAD + row("a", IN, "5"))))
    plain, firm, again = (tmp_path / f"{n}.ods" for n in ("plain", "firm", "again"))
    check_workbook(path, classifier, out=plain)
    check_workbook(plain, classifier, out=firm, evidence=RowEvidence(classifier, []))
    check_workbook(firm, classifier, out=again)
    assert read_sheets(firm)["S"][0] == ["firm", "postcode", "paid", *ADDED, *EVIDENCE]
    assert _without_receipt(again) == _without_receipt(plain)


def _without_receipt(path: Path) -> dict[str, list[list[str]]]:
    """Give the sheets without the receipt, which names its own input."""
    sheets = read_sheets(path)
    assert sheets.pop("Local receipt")[0] == ["Receipt of a check by localarea"]
    return sheets


def test_columns_that_the_owner_added_beside_a_result_stay(
    classifier: Classifier, tmp_path: Path
) -> None:
    own = ["firm", "postcode", *ADDED, "remark"]
    old = ["a", IN, IN, "not_local", "true", "old", "old", "old", "old", "", "old", "", "keep"]
    path = ods.write_package(tmp_path / "in.ods", content(sheet("S", row(*own) + row(*old))))
    check_workbook(path, classifier, out=tmp_path / "out.ods")
    rows = read_sheets(tmp_path / "out.ods")["S"]
    assert rows[0] == own
    assert rows[1][:4] == ["a", IN, IN, "local"]
    assert rows[1][12] == "keep"
    assert "old" not in rows[1]


def test_the_look_of_the_header_and_of_the_rows_is_continued(
    classifier: Classifier, tmp_path: Path
) -> None:
    styles = (
        '<number:currency-style style:name="N1"><number:number/></number:currency-style>'
        '<style:style style:name="head" style:family="table-cell">'
        '<style:table-cell-properties fo:background-color="#00703c"/>'
        '<style:text-properties fo:color="#ffffff" fo:font-weight="bold"/></style:style>'
        '<style:style style:name="money" style:family="table-cell" style:data-style-name="N1">'
        '<style:table-cell-properties fo:border="1pt solid #000000" fo:wrap-option="wrap"/>'
        '<style:paragraph-properties fo:text-align="end"/>'
        '<style:text-properties style:font-name="Georgia"/></style:style>'
    )
    rows = row("postcode", cell("paid", 'table:style-name="head"')) + row(
        IN, value("float", "5", "5", 'table:style-name="money"')
    )
    path = ods.write_package(tmp_path / "in.ods", content(sheet("S", rows), styles))
    check_workbook(path, classifier)
    xml = content_of(tmp_path / "in.checked.ods")
    assert xml.count('table:style-name="head"') == 1 + len(ADDED)
    body = xml[xml.index("<office:body") :]
    names = set(re.findall(r'table:style-name="(localarea\d+)" office:value-type="string"', body))
    looks = [re.search(rf'<style:style style:name="{n}".*?</style:style>', xml) for n in names]
    kept = [found[0] for found in looks if found and "Georgia" in found[0]]
    assert len(kept) == 1
    assert 'fo:border="1pt solid #000000"' in kept[0]
    for unwanted in ("wrap", "text-align", '"N1"'):
        assert unwanted not in kept[0]
    truth = re.search(r'table:style-name="(localarea\d+)" office:value-type="boolean"', body)
    assert truth is not None
    looks = [re.search(rf'<style:style style:name="{truth[1]}".*?</style:style>', xml)]
    form = re.search(r'style:data-style-name="(localarea\d+)"', looks[0][0] if looks[0] else "")
    assert form is not None  # with a format of numbers it shows as 0 or 1
    assert f'<number:boolean-style style:name="{form[1]}"><number:boolean/>' in xml


def test_the_receipt_is_told_its_rows_and_is_wide_enough(
    classifier: Classifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    digest_of = result_digests.digest_of

    def noted(name: str, *rest: Any, **more: Any) -> Any:
        read.append(name)
        return digest_of(name, *rest, **more)

    monkeypatch.setattr(result_digests, "digest_of", noted)
    sheets = sheet("S", HEAD + row("a", IN, "5")) + sheet("Notes", row("nothing"))
    path = ods.write_package(tmp_path / "in.ods", content(sheets))
    check_workbook(path, classifier)
    assert read == ["Notes", "Local summary"]
    xml = content_of(tmp_path / "in.checked.ods")
    receipt = xml[xml.index("<localarea:table ") :]
    names = re.findall(r'<localarea:table-column localarea:style-name="(.*?)"/>', receipt)
    widths = [
        re.search(rf'style:name="{name}".*?style:column-width="(.*?)cm"', xml) for name in names
    ]
    assert [found[1] for found in widths if found] == ["7.98", "14.70"]  # of 38 and 70 characters


def test_a_filter_reaches_the_new_columns_and_other_ranges_stay(
    classifier: Classifier, tmp_path: Path
) -> None:
    def data(name: str, target: str, buttons: str) -> str:
        return (
            f'<table:database-range table:name="{name}" table:target-range-address="{target}"'
            f' table:display-filter-buttons="{buttons}"/>'
        )

    ranges = [
        data("f", "$'My S'.$A$1:$'My S'.$C$3", "true"),
        data("named", "'My S'.A1:'My S'.C3", "false"),
        data("part", "'My S'.A1:'My S'.B3", "true"),
        data("other", "Other.A1:Other.C3", "true"),
    ]
    body = sheet("My S", HEAD + row("a", IN, "5"), "table:print-ranges=\"'My S'.A1:'My S'.C3\"")
    body += sheet("Other", HEAD)
    body += f"<table:database-ranges>{''.join(ranges)}</table:database-ranges>"
    path = ods.write_package(tmp_path / "in.ods", content(body))
    check_workbook(path, classifier, sheet="My S")
    xml = content_of(tmp_path / "in.checked.ods")
    assert (
        "$&apos;My S&apos;.$A$1:$&apos;My S&apos;.$M$3" in xml or "$'My S'.$A$1:$'My S'.$M$3" in xml
    )
    for same in ranges[1:]:
        assert same in xml
    assert "table:print-ranges=\"'My S'.A1:'My S'.C3\"" in xml
    check_workbook(tmp_path / "in.checked.ods", classifier, sheet="My S", out=tmp_path / "2.ods")
    again = content_of(tmp_path / "2.ods")
    for target in ("$'My S'.$A$1:$'My S'.$M$3", "'My S'.A1:'My S'.C3", "Other.A1:Other.C3"):
        assert again.replace("&apos;", "'").count(f'"{target}"') == xml.replace(
            "&apos;", "'"
        ).count(f'"{target}"')
    assert _without_receipt(tmp_path / "2.ods") == _without_receipt(tmp_path / "in.checked.ods")


def test_new_columns_are_seen_where_the_owner_hid_the_rest_of_the_sheet(
    classifier: Classifier, tmp_path: Path
) -> None:
    columns = (
        '<table:table-column table:number-columns-repeated="3"/>'
        '<table:table-column table:number-columns-repeated="16381" table:visibility="collapse"/>'
    )
    path = ods.write_package(
        tmp_path / "in.ods", content(sheet("S", HEAD + row("a", IN), columns=columns))
    )
    check_workbook(path, classifier)
    xml = content_of(tmp_path / "in.checked.ods")
    found = re.findall(r"<table:table-column ([^>]*)/>", xml[: xml.index("Local summary")])
    widths = [int((re.findall(r'repeated="(\d+)"', c) or ["1"])[0]) for c in found]
    assert sum(widths) == 16_384
    assert ["collapse" in c for c in found] == [False] * (1 + len(ADDED)) + [True]


AWKWARD = {
    "comments and CDATA": lambda xml: xml.replace(
        "<text:p>a</text:p>", "<!-- </table:table-row> --><text:p><![CDATA[a]]></text:p>"
    ).encode(),
    "other prefixes": lambda xml: (
        xml.replace("table:", "t:").replace("xmlns:table=", "xmlns:t=").replace("text:", "x:")
        .replace("xmlns:text=", "xmlns:x=").replace(":t:1.0", ":table:1.0")
        .replace(":x:1.0", ":text:1.0")
    ).encode(),
    "UTF-16": lambda xml: xml.replace('"UTF-8"', '"UTF-16"').encode("utf-16"),
    "single quotation marks": lambda xml: re.sub(
        r'(?<=[a-z])="([^"\']*)"(?=[^?]*>)', r"='\1'", xml
    ).encode(),
    "line breaks in tags": lambda xml: xml.replace(" table:", "\n  table:")
    .replace("</table:table-cell>", "</table:table-cell\n>").encode(),
    "a mark at the start": lambda xml: b"\xef\xbb\xbf" + xml.encode(),
}  # fmt: skip


@pytest.mark.parametrize("form", AWKWARD)
def test_xml_in_another_form_says_the_same(
    form: str, classifier: Classifier, tmp_path: Path
) -> None:
    rows = HEAD + row("a", IN, more=TIMES.format(2)) + row("b", OUT, "R&amp;D")
    xml = content(sheet("S", rows))
    path = ods.write_package(tmp_path / "in.ods", AWKWARD[form](xml))
    assert path.read_bytes()
    check_workbook(path, classifier)
    after = read_sheets(tmp_path / "in.checked.ods")
    assert answers_in(after["S"]) == {2: L, 3: L, 4: N}
    assert [cells[:3] for cells in after["S"]] == [
        ["firm", "postcode", "paid"], ["a", IN, ""], ["a", IN, ""], ["b", OUT, "R&D"],
    ]  # fmt: skip


def test_rows_are_answered_in_batches_as_at_once(
    classifier: Classifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written("header rows, groups and hidden rows", tmp_path)
    check_workbook(path, classifier, out=tmp_path / "once.ods")
    monkeypatch.setattr(_sheet_writer, "_BATCH", 1)
    steps: list[int] = []
    check_workbook(path, classifier, out=tmp_path / "batches.ods", progress=steps.append)
    assert (tmp_path / "once.ods").read_bytes() == (tmp_path / "batches.ods").read_bytes()
    assert sum(steps) == 3


@pytest.mark.parametrize("size", [1, 7, 64, 1 << 20])
def test_pieces_joined_are_the_same_bytes(size: int) -> None:
    for body, _, _ in CASES.values():
        data = content(body, STYLES).encode()
        blocks = (data[at : at + size] for at in range(0, len(data), size))
        found = list(pieces(blocks))
        assert b"".join(p.tag + p.inner + p.end for p in found) == data
        rows = [p for p in found if p.kind == b"table:table-row"]
        assert len(rows) == data.count(b"<table:table-row>") + data.count(b"<table:table-row ")


def test_the_type_comes_first_and_as_it_is(classifier: Classifier, tmp_path: Path) -> None:
    path = tmp_path / "in.ods"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("content.xml", content(sheet("S", HEAD + row("a", IN))))
        package.writestr("mimetype", ods.TYPE)
        package.writestr("META-INF/documentsignatures.xml", b"<x/>")
    report = check_workbook(path, classifier)
    out = tmp_path / "in.checked.ods"
    with zipfile.ZipFile(out) as package:
        assert package.namelist() == ["mimetype", "content.xml", "META-INF/documentsignatures.xml"]
        assert package.infolist()[0].compress_type == zipfile.ZIP_STORED
    assert out.read_bytes()[30:38] == b"mimetype"
    assert out.read_bytes()[38 : 38 + len(ods.TYPE)] == ods.TYPE
    assert "signature" in " ".join(report.notes)


REFUSED = {
    "a password": (
        {"META-INF/manifest.xml": b"<m><manifest:encryption-data/></m>"},
        content(sheet("S", HEAD + row("a", IN))),
        "password",
    ),
    "cut short": ({}, content(sheet("S", HEAD + row("a", IN)))[:-40], "cannot be read"),
    "entities far down": (
        {},
        f"<!-- {'x' * 5000} --><!DOCTYPE a [<!ENTITY b 'c'>]>"
        + content(sheet("S", HEAD)).partition("?>")[2],
        "entities",
    ),
    "a table in a cell": (
        {},
        content(
            sheet(
                "S", HEAD + row("a", f"<table:table-cell>{sheet('T', row(IN))}</table:table-cell>")
            )
        ),
        "a table of its own",
    ),
    "no sheet": ({}, content(""), "no sheet"),
    "more rows than a sheet has": (
        {},
        content(sheet("S", HEAD + row("a", IN, more=TIMES.format(2_000_000)))),
        "more than 1,048,576 rows",
    ),
    "cells by the million": (
        {},
        content(
            sheet(
                "S",
                HEAD
                + row(
                    cell(IN, 'table:number-columns-repeated="16384"'), more=TIMES.format(20_000)
                ),
            )
        ),
        "more than the limit of 200,000,000 cells",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_checked_is_refused_by_name(
    name: str, classifier: Classifier, tmp_path: Path
) -> None:
    more, xml, said = REFUSED[name]
    path = tmp_path / "in.ods"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", ods.TYPE, zipfile.ZIP_STORED)
        for part, data in {"content.xml": xml, **more}.items():
            package.writestr(part, data)
    with pytest.raises(FileFormatError, match=said):
        check_workbook(path, classifier)
    assert [p.name for p in tmp_path.iterdir()] == ["in.ods"]


def test_a_sheet_that_is_full_is_refused(classifier: Classifier, tmp_path: Path) -> None:
    wide = "".join(cell(f"c{n}") for n in range(16_383))
    rows = f"<table:table-row>{cell('postcode')}{wide}</table:table-row>" + row(IN)
    path = ods.write_package(tmp_path / "in.ods", content(sheet("S", rows)))
    with pytest.raises(InputError, match="no room"):
        check_workbook(path, classifier)


def test_deep_xml_is_no_danger(classifier: Classifier, tmp_path: Path) -> None:
    deep = "<text:span>" * 20_000 + IN + "</text:span>" * 20_000
    path = ods.write_package(tmp_path / "in.ods", content(sheet("S", HEAD + row("a", cell(deep)))))
    check_workbook(path, classifier)
    xml = content_of(tmp_path / "in.checked.ods")
    assert deep in xml
    assert "<text:p>local</text:p>" in xml


@needs_office
@pytest.mark.slow
def test_libreoffice_opens_every_result_and_prints_it(
    classifier: Classifier, office: Office, tmp_path: Path
) -> None:
    made = []
    for number, name in enumerate(CASES):
        folder = tmp_path / str(number)
        folder.mkdir()
        out = tmp_path / f"r{number}.ods"
        check_workbook(written(name, folder), classifier, out=out)
        made.append(out)
    for form in ("pdf", CSV_OF_EVERY_SHEET):
        office.convert(made, form, tmp_path)
    assert all(out.with_suffix(".pdf").read_bytes().startswith(b"%PDF") for out in made)
    for number, (name, (_, title, expected)) in enumerate(CASES.items()):
        with (tmp_path / f"r{number}-{title}.csv").open(encoding="utf-8", newline="") as file:
            assert answers_in(list(csv.reader(file))) == expected, name
        assert (tmp_path / f"r{number}-Local summary.csv").stat().st_size
