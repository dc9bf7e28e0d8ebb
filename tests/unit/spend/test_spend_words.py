"""What is said of spend where refunds leave no share, and of how many methods."""

from __future__ import annotations

from types import SimpleNamespace

from localarea.reports.spend.document import _local_of_all
from localarea.spend.report import Line, Mover, SpendReport, Sum
from localarea.spend.standing import STATES


def line(local: int, elsewhere: int) -> Line:
    parts = {state: Sum(0, 0) for state in STATES}
    parts |= {"local": Sum(2, local * 1_000_000), "not_local": Sum(1, elsewhere * 1_000_000)}
    return Line("all", parts)


def test_a_whole_that_refunds_made_smaller_than_its_part_has_no_share() -> None:
    said = _local_of_all(line(1100, -200), "Colchester")
    assert said == (
        "Net of refunds, £1,100.00 went to suppliers in Colchester, and £900.00 in 3 payments to "
        "all: there is no share."
    )
    assert _local_of_all(line(300, 900), "Colchester") == (
        "Of £1,200.00 in 3 payments, £300.00 (25.0%) went to suppliers in Colchester."
    )


def test_variants_are_no_further_methods() -> None:
    states = {"ttwa": "local", "ttwa+ipswich": "local", "drive": "not_local", "drive-x": "local"}
    mover = Mover("Acme", "Colchester", Sum(1, 1), states)
    report = SimpleNamespace(methods=("ttwa", "drive"))
    assert SpendReport.methods_local(report, mover) == "1 of 2"  # type: ignore[arg-type]
