"""What the tests in a browser take for granted of our style sheets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

BY_WIDTH = re.compile(r"@media[^{]*\bwidth\b[^{]*\{")
COLOURS = re.compile(r"(?<![\w-])(color|background|fill|opacity|filter)[\w-]*\s*:")


def at_some_widths(sheet: str) -> list[str]:
    """Give the rules that hold at some widths of the window only."""
    found = []
    for start in BY_WIDTH.finditer(sheet):
        depth, at = 1, start.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(sheet[at], 0)
            at += 1
        found.append(sheet[start.end() : at - 1])
    return found


def test_colours_are_the_same_at_all_widths(repository: Path) -> None:
    """Pages are looked at in two widths: what has its contrast there has it at every other."""
    static = repository / "localarea" / "service" / "static"
    theirs = {static / "vendor", static / "docs"}  # the second is there after scripts/site
    ours = [each for each in sorted(static.rglob("*.css")) if theirs.isdisjoint(each.parents)]
    rules = {sheet.name: at_some_widths(sheet.read_text(encoding="utf-8")) for sheet in ours}
    assert sum(map(len, rules.values())) > 5
    assert {n: r for n, found in rules.items() for r in found if COLOURS.search(r)} == {}


def test_a_colour_of_one_width_would_be_seen() -> None:
    sheet = (
        "a { color: red } @media (max-width: 40em) { b { top: 0 } c { color: blue } } d { e: f }"
    )
    (rule,) = at_some_widths(sheet)
    assert rule.strip() == "b { top: 0 } c { color: blue }"
    assert COLOURS.search(rule)
