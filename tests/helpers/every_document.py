"""Make one of everything that is kept or sent: run as a program, it writes them into a folder.

Nothing here is told the time: what a document says of a day comes from what it is made of.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
from definition_cases import APPROVAL
from ods_cases import cell, content, row, sheet, write_package
from spend_cases import APRIL, MAY, SUPPLIERS

from localarea.checking.check_file import check_any, ending_of
from localarea.checking.results.result_receipt import receipt_beside
from localarea.classify.boundary import boundary_of_option
from localarea.classify.classifier import Classifier
from localarea.comparison.comparison import compare_options
from localarea.datasets.store import DataStore
from localarea.definitions.exports import export_definition
from localarea.definitions.geopackage import OpenDefinition
from localarea.definitions.publish import publish
from localarea.options.council import read_council
from localarea.options.membership import option_zones

if TYPE_CHECKING:
    from localarea.options.council import Council
    from localarea.records import Option

DATED = date(2026, 11, 23)
AT, BY = "2026-03-02T09:30:00+00:00", "Ada Analyst"
ROWS = [["A Ltd", "CO1 1JB", 0.3], ["B Ltd", "IP1 2DE", 7], ["C Ltd", "nonsense", None]]


def make_everything(folder: Path, store: DataStore) -> None:
    council = read_council("colchester", store=store)
    options = [option_zones(i, council, store=store) for i in ("ttwa-official", "district")]
    define(folder, options, council, store)
    draw(folder, options, council, store)
    compare(folder, options, council, store)
    check(folder, options, store)
    count(folder, options, council, store)
    report(folder, options, council, store)


def define(folder: Path, options: list[Option], council: Council, store: DataStore) -> None:
    approval = replace(APPROVAL, half_left_out="")  # the council has no mandate
    data = publish(options[0], council, approval, options=options, store=store)
    for ending in ("gpkg", "parquet", "geojson", "csv"):
        export_definition(OpenDefinition(data), folder / f"definition.{ending}")


def draw(folder: Path, options: list[Option], council: Council, store: DataStore) -> None:
    from localarea.reports.maps.comparison_map import write_comparison_map
    from localarea.reports.maps.explorer import write_explorer
    from localarea.reports.print_maps.pictures import write_comparison_picture, write_option_picture

    write_explorer(folder / "explorer.html", options, council, store=store)
    write_comparison_map(folder / "pair.html", *options, council, store=store)
    for ending in ("png", "svg", "pdf"):
        write_option_picture(options[0], council, folder / f"option.{ending}", store=store)
    write_comparison_picture(*options, council, folder / "pair.svg", store=store)


def compare(folder: Path, options: list[Option], council: Council, store: DataStore) -> None:
    from localarea.reports.comparison.write import write_comparison

    found = compare_options(options, council, store=store)
    for ending in ("csv", "xlsx", "gpkg", "html"):
        write_comparison(found, folder / f"comparison.{ending}", store=store)


def check(folder: Path, options: list[Option], store: DataStore) -> None:
    classifier = Classifier(boundary_of_option(options[0]), store=store)
    for source in sorted((folder.parent / "given").iterdir()):  # the same for every run
        out = folder / f"checked.{source.name}"
        report = check_any(source, classifier, out=out.with_suffix(ending_of(source)))
        receipt = receipt_beside(report, classifier, at=AT, by=BY)
        out.with_suffix(".receipt.json").write_text(json.dumps(receipt.as_dict()))


def give(folder: Path) -> None:
    """Write what is checked: files that people send."""
    folder.mkdir()
    lines = [["Supplier", "Postcode", "Paid"], *ROWS]
    texts = [["" if cell is None else str(cell) for cell in line] for line in lines]
    (folder / "text.csv").write_text("\n".join(map(",".join, texts)), encoding="utf-8")
    cells = "".join(row(*map(cell, line)) for line in texts)
    write_package(folder / "open.ods", content(sheet("Pay", cells)))
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    book.save(folder / "new.xlsx")


def count(folder: Path, options: list[Option], council: Council, store: DataStore) -> None:
    from localarea.contracts.exchange.columns import TABLES
    from localarea.contracts.exchange.files import write_exchange
    from localarea.measures.exports import figures_of, write_figures, write_template
    from localarea.measures.report import measure_returns
    from localarea.measures.returns import read_return
    from localarea.measures.rules import read_rule
    from localarea.reports.print_maps.measures_chart import write_share_chart
    from localarea.reports.spend.write import write_spend
    from localarea.spend.addresses import read_suppliers, with_suppliers
    from localarea.spend.reading import read_payments
    from localarea.spend.report import report_spend

    classifier = Classifier(boundary_of_option(options[0]), store=store)
    given = folder.parent / "returns"
    payments = read_payments([given / "april.csv", given / "may.csv"])
    payments = with_suppliers(payments, read_suppliers(given / "suppliers.csv"))
    report = report_spend(payments, classifier, options, store=store)
    outs = [folder / f"spend.{ending}" for ending in ("xlsx", "html", "pdf", "docx", "json")]
    by = ("quarter", "category", "district", "size", "supplier")
    write_spend(report, *outs, by=by, author=council.title, dated=DATED, store=store)
    write_template(folder / "template.xlsx")
    tables = [*read_return(given / "staff.csv"), *read_return(given / "ledger.csv")]
    found = measure_returns(tables, classifier, read_rule(None, None))
    figures = figures_of(found, internal=True, proxies=None, contract=None)
    for ending in ("csv", "xlsx"):
        write_figures(figures, folder / f"fig.{ending}", internal=True)
    write_share_chart(found.local_share(internal=True), folder / "share.png")
    rows = {kind: [dict.fromkeys(table.columns, "1")] for kind, table in TABLES.items()}
    write_exchange(rows, folder / "register.xlsx")
    write_exchange(rows, folder / "register")


def report(folder: Path, options: list[Option], council: Council, store: DataStore) -> None:
    from localarea.reports.cabinet.document import build_report
    from localarea.reports.cabinet.formats.write import ENDINGS, write_report

    made = build_report(options[:1], council, dated=DATED, store=store)
    for ending in ENDINGS:
        write_report(made, folder / f"report{ending}")


def give_returns(folder: Path) -> None:
    """Write what is counted."""
    folder.mkdir()
    (folder / "april.csv").write_text(APRIL, encoding="utf-8")
    (folder / "may.csv").write_text(MAY, encoding="utf-8")
    (folder / "suppliers.csv").write_text(SUPPLIERS, encoding="utf-8")
    spent = ["contract,supplier,supplier_postcode,amount,date"]
    spent += [f"C1,S{n},{'CO1 1JB' if n % 3 else 'IP1 2DE'},{n}00,2026-05-01" for n in range(1, 20)]
    (folder / "ledger.csv").write_text("\n".join(spent), encoding="utf-8")
    lines = ["contract,employee,home_postcode,fte,start_date,end_date"]
    lines += [
        f"C1,{n},{'CO1 1JB' if n % 3 else 'IP1 2DE'},1,2026-04-01,2027-03-31" for n in range(20)
    ]
    (folder / "staff.csv").write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    out, tables = map(Path, sys.argv[1:3])
    make_everything(out, DataStore(tables, tables / "cache"))
