"""The command ``mend``, and the rows to mend that ``check-file`` writes."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path  # noqa: TC003 -- typer reads the annotation when the app is made
from typing import TYPE_CHECKING, Annotated

import typer

from localarea.cli.files.check import Borderline
from localarea.cli.files.receipts import who
from localarea.cli.shared.answers import classifier_for, options_beside, print_json, printable
from localarea.cli.shared.arguments import Anchor, AsJson, BorderlineMin, CouncilName
from localarea.cli.shared.numbers import number_of
from localarea.definitions.boundary_choice import Nearness

if TYPE_CHECKING:
    from localarea.checking.results.merging import MendReport
    from localarea.checking.rows.row_evidence import RowEvidence


def mend(
    result: Annotated[Path, typer.Argument(metavar="RESULT", help="A checked .xlsx or text file.")],
    mended: Annotated[
        Path,
        typer.Argument(
            metavar="U.xlsx", help="Its rows without an answer, with postcodes typed in."
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="File to write.")],
    anchor: Anchor = None,
    council: CouncilName = None,
    borderline_m: Borderline = None,
    borderline_min: BorderlineMin = None,
    as_json: AsJson = False,
) -> None:
    """Merge mended rows into the checked file that they are from."""
    from localarea.checking.results.mending import plan_mending
    from localarea.checking.results.merging import merge_mended

    plan = plan_mending(result, mended)
    basis = plan.receipt.basis
    named = {basis.kind: basis.id}
    near = Nearness(borderline_m, borderline_min)
    classifier = classifier_for(
        named.get("option"), named.get("definition"), None, council, near, anchor
    )

    def evidence() -> RowEvidence:
        from localarea.checking.rows.row_evidence import RowEvidence

        return RowEvidence(classifier, options_beside(classifier, council, anchor))

    at = datetime.now(UTC).isoformat(timespec="seconds")
    report = merge_mended(plan, classifier, out, at=at, by=who(), evidence=evidence)
    if as_json:
        print_json(asdict(report))
    else:
        _summarise(report)


def _summarise(report: MendReport) -> None:
    lines = [
        f"{report.rows_mended:,} of {number_of(report.rows, 'row')} mended",
        *(f"  {status.replace('_', ' ')}: {n:,}" for status, n in report.by_status.items()),
        f"written to {report.out}",
        *([f"receipt written to {report.receipt}"] if report.receipt else []),
    ]
    sys.stderr.write("\n".join(printable(line) for line in lines) + "\n")
