"""
The figures in docs/methods/options.md are those the options have.

This holds the page to the code, not the code to the truth: that is for `tests/oracle` and
`tests/golden`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localarea.comparison.metrics import compute_metrics
from localarea.options.council import read_council
from localarea.options.membership import compute_options
from localarea.options.methods.composite import composite_front

if TYPE_CHECKING:
    from pathlib import Path


def table_of_options() -> list[str]:
    council = read_council("colchester")
    metrics = compute_metrics(compute_options(council), council)
    return [
        f"| `{name}` | {row.zones} | {row.employed_residents:,.0f} | {row.jobs:,.0f} | "
        f"{row.supply_side:.1%} | {row.demand_side:.1%} | {row.minutes_p90:.1f} | "
        f"{row.minutes_worst:.1f} | {row.parts} | {row.holes} |"
        for name, row in zip(metrics.index, metrics.itertuples(), strict=True)
    ]


def table_of_front() -> list[str]:
    council = read_council("colchester")
    front = composite_front(council.spec("composite").parameters, council)
    return [
        f"| {row.minutes_worst:.1f} | {row.zones} | {row.employed_residents:,.0f} | "
        f"{row.supply_side:.1%} | {row.demand_side:.1%} | {row.minutes_p90:.1f} |"
        for row in front[front["on_front"]].itertuples()
    ]


def test_figures_of_the_page_are_those_of_the_options(repository: Path) -> None:
    page = (repository / "docs" / "methods" / "options.md").read_text(encoding="utf-8")
    lines = page.splitlines()
    assert [line for line in table_of_options() if line not in lines] == []
    assert [line for line in table_of_front() if line not in lines] == []


if __name__ == "__main__":  # what to put on the page when a table has changed
    print("\n".join([*table_of_options(), "", *table_of_front()]))
