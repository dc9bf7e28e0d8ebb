"""The commands ``receipt`` and ``mend``, and what ``check-file`` writes beside a result."""

from __future__ import annotations

import getpass
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from localarea.cli.shared.answers import print_json, printable
from localarea.errors import InputError

if TYPE_CHECKING:
    from localarea.checking.csv_file import FileReport
    from localarea.checking.parquet import ParquetReport
    from localarea.checking.receipt import Receipt
    from localarea.checking.results.verifying import Verification
    from localarea.checking.workbooks.unresolved_sheet import UnresolvedSheet
    from localarea.classify.classifier import Classifier

EXIT_CHANGED: Final = 1


def receipt(
    result: Annotated[Path, typer.Argument(metavar="FILE", help="A checked file.")],
    beside: Annotated[
        Path | None,
        typer.Option(
            "--receipt", help="Its receipt; default the sheet in it, or FILE.receipt.json."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Check whether a checked file is untouched, and show what it was checked against."""
    from localarea.checking.results.verifying import verify_result

    found = verify_result(result, beside=beside)
    if as_json:
        print_json(_document(found))
    else:
        _print_lines(_lines(found))
    if found.standing == "changed":
        raise typer.Exit(EXIT_CHANGED)


def _document(found: Verification) -> dict[str, Any]:
    document = found.receipt.as_dict()
    for digest in document["digests"]:  # hundreds of thousands of digits that nobody reads
        del digest["row_hashes"], digest["columns"], digest["every"]
    return {"standing": found.standing, "changes": [*found.changes], "receipt": document}


def _lines(found: Verification) -> list[str]:
    from localarea.checking.results.verifying import SENTENCES
    from localarea.checking.workbooks.receipt_sheet import receipt_lines

    facts = [line for line in receipt_lines(found.receipt)[2:] if len(line) > 1]
    facts += [
        (label, value)
        for label, value in (("Checked at", found.receipt.at), ("Checked by", found.receipt.by))
        if value
    ]
    width = max(len(str(label)) for label, _ in facts)
    return [
        SENTENCES[found.standing],
        *(f"  {change}" for change in found.changes),
        "",
        *(
            f"{label:<{width}}  {value:,}"
            if isinstance(value, int)
            else f"{label:<{width}}  {value}"
            for label, value in facts
        ),
    ]


def _print_lines(lines: list[str]) -> None:
    text = "\n".join(printable(line) for line in lines) + "\n"
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    sys.stdout.flush()


def write_receipt(
    report: FileReport | ParquetReport,
    classifier: Classifier,
    *,
    on: str | None,
    path: Path | None,
) -> Path:
    """Write the receipt of a check as JSON beside the result."""
    from localarea.checking.results.verifying import default_receipt
    from localarea.tables.atomic import replacing, require_folder

    result = Path(report.out)
    target = path or default_receipt(result)
    require_folder(target, parameter="receipt")
    if target.exists() and any(target.samefile(Path(p)) for p in (report.source, report.out)):
        raise InputError(f"{target} would be overwritten; name another file", parameter="receipt")
    made = _receipt(report, classifier, on)
    with replacing(target) as partial:
        partial.write_text(json.dumps(made.as_dict(), indent=1) + "\n", encoding="utf-8")
    return target


def _receipt(
    report: FileReport | ParquetReport,
    classifier: Classifier,
    on: str | None,
    known: dict[str, UnresolvedSheet] | None = None,
) -> Receipt:
    from localarea.checking.results.result_receipt import receipt_beside

    at = datetime.now(UTC).isoformat(timespec="seconds")
    return receipt_beside(report, classifier, on=on, at=at, by=who(), unresolved=known)


def who() -> str:
    """Name the user of this machine, as far as it is known."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container may have no name for its user
        return ""


def write_unresolved(
    report: FileReport | ParquetReport,
    classifier: Classifier,
    known: dict[str, UnresolvedSheet] | None,
    *,
    on: str | None,
    path: Path,
) -> str:
    """Write the rows without an answer to a workbook, and say how many there are."""
    from localarea.checking.results.unresolved import write_unresolved as write
    from localarea.tables.atomic import replacing

    made = _receipt(report, classifier, on, known)
    with replacing(path) as partial:
        count = len(write(Path(report.out), made, partial, known=known))
    unknown = report.by_status["unknown"]
    few = "" if count == unknown else f" of {unknown:,}"
    rows = "row" if count == 1 and not few else "rows"
    return f"{count:,}{few} {rows} without an answer written to {path}"
