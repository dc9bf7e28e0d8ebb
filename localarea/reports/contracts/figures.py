"""How figures stand in the tables of the report on social value."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from localarea.records import true_minus
from localarea.reports.cabinet.model import Column, cells

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localarea.reports.cabinet.model import Cell

NONE: Final = "\u2013"
MEASURE_COLUMNS: Final = (
    Column("Measure", numeric=False, weight=1.0),
    *(Column("Pledged"), Column("Expected", "by now"), Column("Delivered")),
    Column("Standing", numeric=False),
)


def measure_row(line: Mapping[str, Any]) -> tuple[Cell, ...]:
    """Return a measure as a row of a table with ``MEASURE_COLUMNS``."""
    unit = line["unit"]
    first = ", priority" if line.get("priority") else ""
    return cells(
        f"{line['measure']}: {line['title']} ({unit}){first}",
        amount(line["target"], unit),
        amount(line["expected"], unit),
        told(line, unit),
        line["status"] or NONE,
    )


def told(part: Mapping[str, Any], unit: str) -> str:
    """Write what was delivered, or that it is withheld."""
    return "withheld" if part["withheld"] else amount(part["delivered"], unit)


def amount(value: Decimal | str | None, unit: str) -> str:
    """
    Write a figure: shares with one decimal, others with two.

    Examples
    --------
    >>> amount("2000", "GBP"), amount(Decimal("62.5"), "%"), amount(None, "FTE") == NONE
    ('2,000.00', '62.5', True)
    """
    return NONE if value is None else true_minus(f"{Decimal(value):,.{1 if unit == '%' else 2}f}")
