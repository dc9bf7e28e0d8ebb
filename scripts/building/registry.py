"""Write ``registry.toml``: what every table is, where it comes from, and its sha256."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from localarea.atomic import write_whole

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """\
# The tables of this folder, as scripts/build_data.py made them. docs/data.md describes them.
# The sha256 of an input that is several files is that of their sorted sha256sum listing.
"""


def read_entries(path: Path) -> dict[str, dict[str, Any]]:
    """Read the entries of a registry that is there already, by table name."""
    if not path.is_file():
        return {}
    with path.open("rb") as stream:
        return dict(tomllib.load(stream).get("tables", {}))


def write_registry(path: Path, entries: dict[str, dict[str, Any]], directory_date: str) -> None:
    """Write the registry, sorted by table, whole or not at all."""
    parts = [HEAD, f"directory_date = {_text(directory_date)}\n"]
    parts += [_entry(name, entries[name]) for name in sorted(entries)]
    write_whole(path, "\n".join(parts).encode("utf-8"))


def _entry(name: str, entry: dict[str, Any]) -> str:
    lines = [f"[tables.{name}]"]
    lines += [f"{k} = {_value(v)}" for k, v in entry.items() if k != "inputs"]
    lines.append("inputs = [")
    for item in entry["inputs"]:
        lines.append(f"  {{ name = {_text(item['name'])}, sha256 = {_text(item['sha256'])} }},")
    return "\n".join([*lines, "]", ""])


def _value(value: str | int) -> str:
    return str(value) if isinstance(value, int) else _text(value)


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
