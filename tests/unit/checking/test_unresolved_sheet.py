"""The rows of a result without an answer: no more of them are held than are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localarea.checking.rows.csv_checker import ADDED
from localarea.checking.rows.result_values import ResultHeader
from localarea.checking.workbooks import unresolved_sheet
from localarea.checking.workbooks.unresolved_sheet import UnresolvedSheet

if TYPE_CHECKING:
    import pytest


def test_all_sheets_together_hold_no_more_than_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unresolved_sheet, "MOST_UNRESOLVED", 5)
    head = ResultHeader(1, ("postcode", *ADDED), 1, len(ADDED), "codes")
    row = ["?", *("unknown" if name == "local_status" else "" for name in ADDED)]
    gathered: dict[str, UnresolvedSheet] = {}
    for name in ("Pay", "Rent", "Fuel"):
        gathered[name] = UnresolvedSheet(name, gathered)
        gathered[name].begin(head)
    for sheet in gathered.values():
        for number in (2, 3, 4):
            sheet.add([(number, row)], [row.copy])
    held = [(each.sheet, each.number) for sheet in gathered.values() for each in sheet.rows()]
    assert held == [("Pay", 2), ("Pay", 3), ("Pay", 4), ("Rent", 2), ("Rent", 3)]
