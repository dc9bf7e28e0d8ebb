"""The page of every table of data/, from its registry."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from documenting.tables import table

if TYPE_CHECKING:
    from pathlib import Path

_HEAD = """# Data catalogue

Made from `data/registry.toml`, which is also what the tables are verified against when they are
first read. What each column means, and how a table is made: [the data](../data.md). Newer
editions: [refresh the directory](../data-update.md).

The postcode directory is that of **{directory_date}**.
"""


def page(registry: Path) -> str:
    """Return the page of all tables."""
    held = tomllib.loads(registry.read_text(encoding="utf-8"))
    tables: dict[str, dict[str, Any]] = held["tables"]
    rows = [
        (f"[`{name}`](#{name})", each["title"], each["vintage"], f"{each['rows']:,}")
        for name, each in tables.items()
    ]
    parts = [_HEAD.format(**held), table(("table", "what it is", "vintage", "rows"), rows)]
    return "\n".join([*parts, *(_section(name, each) for name, each in tables.items())])


def _section(name: str, each: dict[str, Any]) -> str:
    facts = [
        ("source", each["source"]),
        ("vintage", each["vintage"]),
        ("rows", f"{each['rows']:,}"),
        ("licence", each["licence"]),
        ("attribution", each["attribution"]),
        ("SHA-256", f"`{each['sha256']}`"),
        *((("reference system", each["crs"]),) if "crs" in each else ()),
    ]
    made = [f"- `{given['name']}`, SHA-256 `{given['sha256'][:16]}…`" for given in each["inputs"]]
    parts = [
        f"## {each['title']} {{ #{name} }}",
        "",
        f"Table `{name}`.",
        "",
        table(("", ""), facts),
    ]
    return "\n".join([*parts, *(["Made from:", "", *made, ""] if made else [])])
