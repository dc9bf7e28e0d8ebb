"""Payments that were sent as a job: what its process counts, and what of it is kept."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from localarea.definitions.boundary_choice import BoundaryChoice
from localarea.errors import FileFormatError, InputError
from localarea.service.files.spend import MEDIA_TYPES, MOST_LISTED, files_in, spend_pictures
from localarea.service.state import clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from localarea.service.state.state import State
    from localarea.spend.payments import Payments
    from localarea.spend.report import SpendReport

PICTURES: Final = ".pictures.json"  # ending of what is beside the result


def count_payments(asked: dict[str, Any], progress: Callable[..., None]) -> dict[str, Any]:
    """
    Count payments, and write what is kept: the document, the files made of it, and pictures.

    InputError if a file cannot be read; its name is said.
    """
    from localarea.options.membership import compute_options
    from localarea.service.state.state import State
    from localarea.settings import Settings
    from localarea.spend.document import as_document
    from localarea.spend.report import BREAKDOWNS, report_spend

    state = State(Settings(**asked["settings"]))
    under = {name: asked[name] for name in ("option", "definition", "on")}
    classifier = state.classifier(BoundaryChoice(**under))
    folder = Path(asked["source"])
    payments = _read(folder, asked["columns"], progress)
    report = report_spend(
        payments,
        classifier,
        compute_options(state.council, store=state.store),
        methods={spec.id for spec in state.council.options},
        store=state.store,
    )
    out = folder.with_name(f"{asked['result']}.json")
    document = as_document(report, BREAKDOWNS, most_listed=MOST_LISTED)
    out.write_text(json.dumps(document), encoding="utf-8")
    _write_beside(out, report, state, asked)
    told = ("rows", "amount", "local_share", "directory_date")
    facts = {name: document[name] for name in told}
    facts |= {"local": document["by_status"]["local"]["amount"], "file": out.name}
    return {"definition": classifier.boundary.id, "facts": facts, "detail": {}}


def _write_beside(out: Path, report: SpendReport, state: State, asked: dict[str, Any]) -> None:
    """Write the other forms of a result; every payment is in them only if its sender kept them."""
    from localarea.reports.spend.write import write_spend
    from localarea.spend.asked import read_breakdowns

    write_spend(
        report,
        *(out.with_name(f"{out.name}.{shape}") for shape in MEDIA_TYPES),
        by=read_breakdowns(asked["breakdowns"]),
        author=state.authority,
        dated=date.fromisoformat(clock.today()),
        store=state.store,
        rows=asked["keep"],
    )
    pictures = json.dumps(spend_pictures(state, report))
    out.with_name(f"{out.name}{PICTURES}").write_text(pictures, encoding="utf-8")


def _read(folder: Path, columns: list[str], progress: Callable[..., None]) -> Payments:
    """Read payments; what is wrong with a file says its name, and never what is in it."""
    from localarea.spend.addresses import read_suppliers, with_suppliers
    from localarea.spend.asked import read_columns
    from localarea.spend.reading import read_payments

    paths, suppliers = files_in(folder)
    done = 0

    def step(count: int, every: int) -> None:
        nonlocal done
        done += count
        progress(done, every)

    try:
        payments = read_payments(paths, wanted=read_columns(columns), progress=step)
        return with_suppliers(payments, read_suppliers(suppliers)) if suppliers else payments
    except FileFormatError as error:
        hint = f"; {error.hint}" if error.hint else ""
        raise InputError(f"{Path(error.path).name}: {error.why}{hint}") from error
    except InputError as error:
        if error.parameter != "column":
            raise
        said, found, _ = str(error).partition("; the columns are ")
        raise InputError(f"{said}; write it as its header does" if found else said) from error
