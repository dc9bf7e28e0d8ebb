"""What of some payments becomes local with Ipswich, added up by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from localarea.options.council import read_council
from localarea.options.membership import option_zones
from localarea.spend.moving import Moving, what_moves
from localarea.spend.reading import read_payments
from localarea.spend.report import Sum, report_spend

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.classify.classifier import Classifier

PAIR = ("ttwa-official", "ttwa-official+ipswich")
# CO1 1JB is in Colchester, IP1 2DE in Ipswich, CO15 1AA in Clacton.
ROWS = (
    "Supplier Name,Supplier Postcode,Expense Type,Net Amount\n"
    "Acme Ltd,CO1 1JB,Repairs,100.00\n"
    "Beta & Sons,IP1 2DE,Care,50.50\n"
    "Beta & Sons,IP1 2DE,Repairs,9.50\n"
    "Gamma,IP1 2DE,Care,-20.00\n"
    "Delta,CO15 1AA,Care,30.00\n"
    "Epsilon,,Care,5.00\n"
)


def moving(path: Path, classifier: Classifier, rows: str) -> Moving:
    path.write_text(rows, encoding="utf-8")
    options = [option_zones(name, read_council()) for name in PAIR]
    return what_moves(report_spend(read_payments([path]), classifier, options), *PAIR)


def test_what_becomes_local_is_added_up(tmp_path: Path, classifier: Classifier) -> None:
    found = moving(tmp_path / "a.csv", classifier, ROWS)
    assert found.whole == Sum(6, 175_000_000)  # 100 + 50.50 + 9.50 - 20 + 30 + 5
    assert found.without == Sum(1, 100_000_000)
    assert found.with_place == Sum(4, 140_000_000)
    assert found.becomes == Sum(3, 40_000_000)
    assert found.payees == 2
    assert found.categories == (("Care", Sum(2, 30_500_000)), ("Repairs", Sum(1, 9_500_000)))
    assert found.shares == pytest.approx((100 / 175, 140 / 175))


def test_nothing_of_payees_stands_in_the_document(tmp_path: Path, classifier: Classifier) -> None:
    document = str(moving(tmp_path / "a.csv", classifier, ROWS).as_document())
    assert "'amount': '40.00'" in document
    for name in ("Acme", "Beta", "Gamma", "IP1", "CO1"):
        assert name not in document


def test_refunds_that_leave_no_share_say_so(tmp_path: Path, classifier: Classifier) -> None:
    rows = "Supplier,Postcode,Net\nA,CO1 1JB,10\nB,CO15 1AA,-10\n"
    assert moving(tmp_path / "a.csv", classifier, rows).shares == (None, None)
