"""
The process that checks one file, apart from the service: should it die, nothing else does.

It reads its task from one line of JSON on its standard input, and reports what it has done
by lines of JSON on its standard output. When its input ends, whoever wanted the answer is
gone, and so it ends as well. It never reports the content of a cell.
"""

from __future__ import annotations

import ast
import errno
import json
import os
import re
import sys
import threading
from dataclasses import asdict, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from localarea.errors import ColumnNotFoundError, DataError, FileFormatError, LocalareaError
from localarea.service.files.job_store import SPEND
from localarea.service.files.read_process import PASSING, bound_process

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from localarea.checking.receipt import Receipt
    from localarea.checking.workbooks.unresolved_sheet import UnresolvedSheet
    from localarea.classify.classifier import Classifier

MOST_UNKNOWN: Final = 200  # rows that a page lists; the file has them all
SETTINGS: Final = (
    *("data_dir", "cache_dir", "council", "authority", "database_url", "definitions_dir"),
)
NO_ROOM: Final = "there is no room left to write the result; try again later"
MEMORY: Final = 3 << 30  # bytes; the largest workbook that is read takes about half of it
TOO_LARGE: Final = "it needs more memory than there is for one file; save it as a CSV file"
RECEIPT: Final = ".receipt.json"  # endings that what is beside a result adds to its name
UNRESOLVED: Final = ".unresolved.xlsx"
FAULT: Final = "this is a fault of the service, and it has been logged"


def main() -> None:
    """Do the one thing that is asked for."""
    os.nice(5)  # questions of one postcode come first
    asked = json.loads(sys.stdin.readline())
    near = Path(asked["source"]).with_name(f"{asked['result']}{PASSING}")
    bound_process(MEMORY, asked["seconds"], near)
    threading.Thread(target=_end_with_input, daemon=True).start()
    try:
        _tell(ended=_work_of(asked)(asked))
    except LocalareaError as error:
        _tell(failed=said_of(error), **_columns(error))
    except MemoryError:
        _tell(failed=TOO_LARGE)
    except OSError as error:
        _tell(failed=NO_ROOM if error.errno == errno.ENOSPC else FAULT, fault=type(error).__name__)
    except Exception as error:  # its text may hold a cell
        _tell(failed=FAULT, fault=type(error).__name__)


def _end_with_input() -> None:
    sys.stdin.read()
    os._exit(1)


def _tell(**said: Any) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


def _work_of(asked: dict[str, Any]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    if asked["kind"] == SPEND:
        return _count
    return _preview if asked["preview"] else _check


def _count(asked: dict[str, Any]) -> dict[str, Any]:
    """Count payments; how many files are read stands for the rows until the end."""
    from localarea.service.files.spend_work import count_payments

    return count_payments(asked, lambda done, _all: _tell(rows=done))


def _preview(asked: dict[str, Any]) -> dict[str, Any]:
    """Read how a file would be read; nothing of it is counted or written."""
    from localarea.checking.preview import preview

    source = Path(asked["source"])
    found = preview(source, columns=asked["columns"], sheet=asked["sheet"])
    if asked["columns"] and len(found.sheets) > 1:
        # The columns of one sheet say nothing about the postcodes of the others.
        every = {one.name: one for one in preview(source, sheet=asked["sheet"]).sheets}
        sheets = [
            one if one.chosen else replace(every[one.name], chosen=False) for one in found.sheets
        ]
        found = replace(found, sheets=tuple(sheets))
    return {"definition": None, "facts": {"rows": 0}, "detail": {"preview": asdict(found)}}


def _check(asked: dict[str, Any]) -> dict[str, Any]:
    from localarea.checking.check_file import check_any, ending_of
    from localarea.definitions.boundary_choice import BoundaryChoice
    from localarea.service.state.state import State
    from localarea.settings import Settings

    state = State(Settings(**asked["settings"]))
    under = ("option", "definition", "on", "council", "anchor")
    classifier = state.classifier(BoundaryChoice(**{name: asked[name] for name in under}))
    source = Path(asked["source"])
    out = source.with_name(f"{asked['result']}{ending_of(source)}")
    done = 0

    unresolved: dict[str, UnresolvedSheet] = {}

    def progress(step: int, _total: int | None = None) -> None:
        nonlocal done
        done += step
        _tell(rows=done)

    report = check_any(
        source,
        classifier,
        out=out,
        columns=asked["columns"],
        sheet=asked["sheet"],
        progress=progress,
        on=asked["on"],
        reference=asked["reference"],
        wording=asked["headers"] or "codes",
        unresolved=unresolved,
    )
    receipt, unknown = _receipt(asked, report, classifier, out, unresolved)
    detail, money = _detail(out, report, unknown)
    facts = {
        "rows": report.rows,
        "column": report.column,
        "by_status": report.by_status,
        "by_reason": report.by_reason,
        "by_status_and_reason": report.by_status_and_reason,
        "borderline": report.borderline,
        "notes": [*getattr(report, "notes", ())],
        "file": out.name,
        "sha256": receipt.input_sha256,
        "result_sha256": receipt.result_sha256,
        "reference": receipt.reference,
        "sheet": detail["sheet"],
        "not_payments": getattr(report, "not_payments", 0),
        "money": money,
        "directory_date": classifier.directory.date,
    }
    return {
        "definition": classifier.boundary.id,
        "facts": facts,
        "detail": detail,
        "receipt": receipt.record(),
    }


def _receipt(
    asked: dict[str, Any],
    report: Any,
    classifier: Classifier,
    out: Path,
    unresolved: dict[str, UnresolvedSheet],
) -> tuple[Receipt, list[dict[str, Any]]]:
    """Write the receipt and the rows without an answer beside the result."""
    from localarea.checking.results.result_receipt import receipt_beside

    about = {name: asked[name] for name in ("on", "at", "by", "reference")}
    made = receipt_beside(report, classifier, **about, unresolved=unresolved)
    out.with_name(f"{out.name}{RECEIPT}").write_text(json.dumps(made.as_dict(), indent=1) + "\n")
    return made, listed_unknown(out, made, unresolved) if report.by_status["unknown"] else []


def listed_unknown(
    out: Path, receipt: Receipt, known: dict[str, UnresolvedSheet] | None = None
) -> list[dict[str, Any]]:
    """Write the rows of a result without an answer beside it, and list the first of them."""
    from localarea.checking.results.unresolved import unknown_in_parquet, write_unresolved

    if out.suffix == ".parquet":
        found = islice(unknown_in_parquet(out), MOST_UNKNOWN)
        return [{"row": number, "reason": reason} for number, reason in found]
    beside = out.with_name(f"{out.name}{UNRESOLVED}")
    rows = write_unresolved(out, receipt, beside, known=known)
    several = len({row.sheet for row in rows}) > 1
    return [
        {
            "row": row.number,
            "reason": row.reason,
            "sheet": row.sheet if several else "",
            "supplier": row.supplier,
            "amount": row.amount,
        }
        for row in rows[:MOST_UNKNOWN]
    ]


def _detail(
    out: Path, report: Any, unknown: list[dict[str, Any]]
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Gather what only the owner sees: unknown rows, names of sheets, and sums of money."""
    from localarea.checking.report_spend import money_and_suppliers, spend_of

    checked = _checked_sheets(getattr(report, "encoding", ""))
    detail = {
        "sheet": ", ".join(checked) or None,
        "sheets": _sheets(out) if out.suffix == ".xlsx" else [],
        "unknown": unknown,
    }
    money, suppliers = money_and_suppliers(spend_of(report))
    return {**detail, "suppliers": suppliers}, money


_OUR_SHEETS: Final = ("Local summary", "Local receipt")


def _checked_sheets(encoding: str) -> list[str]:
    """List the sheets that were checked, as the report names them."""
    named = re.fullmatch(r"(?:xlsx|ods), sheets? (.*)", encoding, re.DOTALL)
    return list(ast.literal_eval(f"[{named[1]}]")) if named else []


def _sheets(out: Path) -> list[str]:
    """List the sheets of a result without those that a check adds."""
    from localarea.tables.workbooks.saved_values import sheet_names

    return [name for name in sheet_names(out) if not name.startswith(_OUR_SHEETS)]


def money_of(
    source: Path, out: Path, sheets: Sequence[str | None], how: dict[str, Any]
) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """
    Add up the amounts, and list the biggest suppliers of each answer.

    A file whose amounts cannot be read is checked all the same.
    """
    from localarea.checking.report_spend import money_and_suppliers
    from localarea.checking.rows.spend_by_answer import add_up_spend, together

    try:
        found = together([add_up_spend(source, out, **how, sheet=sheet) for sheet in sheets])
    except (LocalareaError, ValueError, KeyError, OSError):
        return None, {}
    return money_and_suppliers(found)


def _columns(error: LocalareaError) -> dict[str, Any]:
    return {"columns": list(error.columns)[:200]} if isinstance(error, ColumnNotFoundError) else {}


def said_of(error: LocalareaError) -> str:
    """Return what is wrong with a file, without paths of this machine or contents of cells."""
    cause = error.__cause__
    if isinstance(cause, OSError) and cause.errno == errno.ENOSPC:
        return NO_ROOM
    if isinstance(error, ColumnNotFoundError):
        said = "there is no column of the name given" if error.wanted else ""
        return (said or "no column was found that holds postcodes") + "; choose the column"
    if isinstance(error, FileFormatError):
        return error.why + (f"; {error.hint}" if error.hint else "")
    if isinstance(error, DataError):
        kind = type(error).__name__
        return f"the tables of the service cannot be used ({kind}); tell whoever runs it"
    return str(error)


if __name__ == "__main__":
    main()
