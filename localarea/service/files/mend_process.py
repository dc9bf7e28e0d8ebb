"""
The process that merges mended rows into a result, apart from the one that answers everybody.

It is told what to do by a line of JSON on its standard input, and writes on its standard output
what came of it, or why nothing was merged, as JSON.
"""

from __future__ import annotations

import errno
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from localarea.errors import LocalareaError
from localarea.service.files.read_process import PASSING, bound_process
from localarea.service.files.worker import (
    FAULT,
    MEMORY,
    NO_ROOM,
    RECEIPT,
    TOO_LARGE,
    listed_unknown,
    money_of,
    said_of,
)

if TYPE_CHECKING:
    from localarea.checking.receipt import Receipt
    from localarea.checking.results.mending import MendPlan

SECONDS: Final = 240  # of processor time


def main() -> None:
    """Merge the rows that are named, and write what came of it."""
    asked = json.loads(sys.stdin.readline())
    bound_process(MEMORY, SECONDS, Path(asked["mended"]).with_name(PASSING))
    try:
        answer = _merge(asked)
    except LocalareaError as error:
        answer = {"failed": said_of(error)}
    except MemoryError:
        answer = {"failed": TOO_LARGE}
    except OSError as error:
        full = error.errno == errno.ENOSPC
        answer = {"failed": NO_ROOM if full else FAULT, "fault": type(error).__name__}
    except Exception as error:  # its text may hold a cell
        answer = {"failed": FAULT, "fault": type(error).__name__}
    json.dump(answer, sys.stdout)
    sys.stdout.flush()
    os._exit(0)


def _merge(asked: dict[str, Any]) -> dict[str, Any]:
    from localarea.checking.results.mending import plan_mending
    from localarea.checking.results.merging import merge_mended
    from localarea.checking.results.verifying import find_receipt
    from localarea.definitions.boundary_choice import BoundaryChoice
    from localarea.service.state.state import State
    from localarea.settings import Settings

    plan = plan_mending(Path(asked["result"]), Path(asked["mended"]))
    basis = plan.receipt.basis
    state = State(Settings(**asked["settings"]))
    choice = BoundaryChoice(definition=basis.id)
    if basis.kind == "option":
        named = {name: asked[name] for name in ("council", "anchor")}
        choice = BoundaryChoice(option=basis.id, **named)
    classifier = state.classifier(choice)
    out = Path(asked["out"])
    stamp = {name: asked[name] for name in ("at", "by", "reference")}
    report = merge_mended(plan, classifier, out, **stamp)
    found = find_receipt(out)
    if found is None:
        raise RuntimeError("the merged result has no receipt")  # a bug: never hide it
    receipt = _stamped(found[1], out, asked)
    unknown = listed_unknown(out, receipt) if report.by_status["unknown"] else []
    counts = ("rows", "by_status", "by_reason", "by_status_and_reason", "borderline")
    facts = {name: getattr(report, name) for name in counts}
    money, suppliers = _money(plan, Path(asked["source"]), out)
    facts |= {
        "file": out.name,
        "result_sha256": receipt.result_sha256,
        "reference": receipt.reference,
        "money": money,
        "mended": report.rows_mended,
    }
    detail = {"unknown": unknown, "suppliers": suppliers}
    return {"facts": facts, "detail": detail, "receipt": receipt.record()}


def _stamped(receipt: Receipt, out: Path, asked: dict[str, Any]) -> Receipt:
    """Write the receipt beside the merged result, whatever its type."""
    from localarea.checking.receipt import stamped

    made = stamped(receipt, result=out, at=asked["at"], by=asked["by"])
    out.with_name(f"{out.name}{RECEIPT}").write_text(json.dumps(made.as_dict(), indent=1) + "\n")
    return made


def _money(plan: MendPlan, source: Path, out: Path) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    from localarea.tables.delimited.text_form import read_form

    how = {"encoding": "utf-8", "delimiter": ","}
    if out.suffix == ".csv":
        encoding, delimiter = read_form(source)
        how = {"encoding": encoding.codec, "delimiter": delimiter.decode("ascii")}
    return money_of(source, out, [name or None for name in plan.heads], how)


if __name__ == "__main__":
    main()
