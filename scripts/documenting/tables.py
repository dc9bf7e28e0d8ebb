"""Markdown tables for the pages that are made from the code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def cell(text: object) -> str:
    """Return text as a cell of a table: one line, in which no bar ends the cell."""
    return re.sub(r"\s+", " ", str(text)).strip().replace("|", "\\|")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table with a heading, each row on a line."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell(each) for each in line) + " |" for line in lines) + "\n"


def from_rst(text: str) -> str:
    """Return a docstring's double backticks as Markdown's single ones."""
    return re.sub(r"``(.+?)``", r"`\1`", text)
