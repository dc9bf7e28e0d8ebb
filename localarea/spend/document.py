"""The report on spend as a JSON document; money is text, so that no digit is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from localarea.spend.days import NO_DAY
from localarea.spend.faults import faults_of
from localarea.spend.payments import (
    COMPANIES_HOUSE,
    PAYMENTS_FILE,
    SUPPLIER_FILE,
    pounds,
    spoken,
    sums_by,
)
from localarea.spend.report import BREAKDOWNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from localarea.classify.boundary import Boundary
    from localarea.spend.payments import ReadTable
    from localarea.spend.repeats import Repeat
    from localarea.spend.report import Line, Mover, SpendReport, UnderOption

ALWAYS: Final = ("quarter", "category")  # breakdowns that every document has
USUAL: Final = ("quarter", "category", "district", "size")
_MOST_MOVERS: Final = 25  # suppliers listed for each option; sums are of all
_ORIGINS: Final = {
    PAYMENTS_FILE: "payments",
    SUPPLIER_FILE: "suppliers",
    COMPANIES_HOUSE: "registered_office",
}
_DECIMALS: Final = 6  # of a share


def as_document(
    report: SpendReport, by: Iterable[str] = USUAL, *, most_listed: int | None = None
) -> dict[str, Any]:
    """
    Return the report as JSON values.

    ``by``: breakdowns to give, of `BREAKDOWNS`; those by quarter and category are always there.
    ``most_listed``: faults, repeats and suppliers listed at most; the counts beside them are of
    all.
    """
    wanted = {*ALWAYS, *by}
    faults = faults_of(report.payments)
    return {
        "definition": report.boundary.id,
        "area": report.boundary.area,
        "directory_date": report.directory_date,
        "currency": "GBP",
        "rows": report.whole.rows,
        "amount": str(pounds(report.whole.amount)),
        "local_share": _share(report.whole),
        "by_status": _statuses(report.whole),
        **{
            f"by_{name}": [_line(name, line) for line in report.by[name]][
                : _most(name, most_listed)
            ]
            for name in BREAKDOWNS
            if name in wanted
        },
        "by_option": [_option(option) for option in report.options],
        "contested_suppliers": [_mover(each, report) for each in report.contested[:_MOST_MOVERS]],
        "by_postcode_source": origins_of(report),
        "repeats": [_repeat(each) for each in report.repeats[:most_listed]],
        "faults": [fault.as_dict() for fault in faults[:most_listed]],
        "counts": {
            "files": len({table.file for table in report.payments.tables}),
            "contested_suppliers": len(report.contested),
            "repeats": len(report.repeats),
            "faults": len(faults),
            "set_apart": sum(table.set_apart for table in report.payments.tables),
        },
        "tables": [_table(table) for table in report.payments.tables],
        "notes": notes_of(report),
    }


def _most(name: str, most: int | None) -> int | None:
    return most if name == "supplier" else None


def _share(line: Line) -> float | None:
    share = line.local_share
    return None if share is None else round(share, _DECIMALS)


def _statuses(line: Line) -> dict[str, Any]:
    return {status: part.as_document() for status, part in line.by_status.items()}


def _line(name: str, line: Line) -> dict[str, Any]:
    code = {"lad25cd": line.code or None} if name == "district" else {}
    return {
        name: line.name,
        **code,
        "rows": line.rows,
        "amount": str(pounds(line.amount)),
        "local_share": _share(line),
        "by_status": _statuses(line),
    }


def _mover(mover: Mover, report: SpendReport) -> dict[str, Any]:
    return {
        "supplier": mover.supplier,
        "district": mover.district,
        **mover.paid.as_document(),
        "methods_local": report.methods_local(mover),
        "by_option": dict(mover.states),
    }


def _movers(movers: Sequence[Mover]) -> list[dict[str, Any]]:
    return [
        {"supplier": each.supplier, "district": each.district, **each.paid.as_document()}
        for each in movers[:_MOST_MOVERS]
    ]


def _option(option: UnderOption) -> dict[str, Any]:
    return {
        "option": option.id,
        "title": option.title,
        "rows": option.line.rows,
        "amount": str(pounds(option.line.amount)),
        "local_share": _share(option.line),
        "by_status": _statuses(option.line),
        "becomes_local": {
            **option.becomes_local.as_document(),
            "suppliers": _movers(option.joining),
        },
        "stops_local": {**option.stops_local.as_document(), "suppliers": _movers(option.leaving)},
    }


def _repeat(repeat: Repeat) -> dict[str, Any]:
    return {
        "supplier": repeat.supplier,
        "date": repeat.date or None,
        "amount": str(pounds(repeat.amount)),
        "times": len(repeat.rows),
        "extra": str(pounds(repeat.extra)),
        "rows": [{"file": file, "row": row} for file, row in repeat.rows],
    }


def _table(table: ReadTable) -> dict[str, Any]:
    return {
        "file": table.file,
        "sheet": table.sheet or None,
        "rows": table.rows,
        "payments": table.payments,
        "set_apart": table.set_apart,
        "set_apart_rows": list(table.apart_rows),
        "blank": table.blank,
        "columns": dict(table.columns),
        "notes": list(table.notes),
    }


def origins_of(report: SpendReport) -> dict[str, dict[str, Any]]:
    """Add up payments by where their postcodes are from: the file itself unless filled in."""
    columns = report.payments.columns
    rows = np.bincount(columns["origin"], minlength=len(_ORIGINS)).tolist()
    sums = sums_by(columns["origin"], len(_ORIGINS), columns["amount"])
    return {
        name: {"rows": rows[at], "amount": str(pounds(sums[at]))} for at, name in _ORIGINS.items()
    }


def who_decided(boundary: Boundary) -> str:
    """Say under what the payments are counted, and where nobody has approved it."""
    unapproved = " Nobody has approved it." if boundary.id.startswith("option:") else ""
    return f"{boundary.basis}{unapproved}"


def notes_of(report: SpendReport) -> list[str]:
    """Describe how the files were read, and what the figures do not show by themselves."""
    notes = [f"{table.name}: {note}" for table in report.payments.tables for note in table.notes]
    apart = sum(table.set_apart for table in report.payments.tables)
    if apart:
        notes.append(_set_apart(apart))
    origins = origins_of(report)
    if origins["suppliers"]["rows"]:
        count = origins["suppliers"]["rows"]
        notes.append(f"{_rows(count, 'has', 'have')} the postcode of the list of suppliers")
    if origins["registered_office"]["rows"]:
        count = origins["registered_office"]["rows"]
        notes.append(
            f"{_rows(count, 'has', 'have')} the postcode of a registered office, which need not be "
            "where the supplier works"
        )
    dateless = next((li for li in report.by["quarter"] if li.name == NO_DAY), None)
    if dateless is not None:
        notes.append(f"{_rows(dateless.rows, 'has', 'have')} no date, and no quarter")
    if report.repeats:
        extra = spoken(sum(each.extra for each in report.repeats))
        count = sum(len(each.rows) - 1 for each in report.repeats)
        repeats = (
            "1 likely repeat of a payment is" if count == 1 else f"{count:,} likely repeats are"
        )
        notes.append(f"{repeats} counted, {extra} together: nothing is taken out")
    return notes


def _set_apart(rows: int) -> str:
    """
    Say how many rows are no payments.

    Examples
    --------
    >>> _set_apart(1)
    '1 row is a total, a footer or the header again, and no payment'
    """
    if rows == 1:
        return "1 row is a total, a footer or the header again, and no payment"
    return f"{rows:,} rows are totals, footers or the header again, and no payments"


def _rows(count: int, one: str = "is", many: str = "are") -> str:
    return f"1 row {one}" if count == 1 else f"{count:,} rows {many}"
