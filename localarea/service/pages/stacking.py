"""
Tables that a narrow window shows as one block for each row, with the heading beside each value.

What is wider than a phone would scroll out of sight there. The markup is made here, once for all
pages; ``la-stack`` of localarea.css lays it out. A box of the class ``la-scroll--stack`` asks for
it where there are few columns, one of the class ``la-scroll--wide`` keeps its table as it is.
"""

from __future__ import annotations

import re
from html import escape, unescape
from typing import Final

_MANY: Final = 4  # columns that a phone has no room for
_WANTED, _REFUSED = "la-scroll--stack", "la-scroll--wide"
_BOX: Final = re.compile(
    r'(<div class="la-scroll([^"]*)"[^>]*>\s*)(<table\b.*?</table>)', re.DOTALL
)
_HEAD: Final = re.compile(r"<thead\b.*?</thead>", re.DOTALL)
_ROW: Final = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
_CELL: Final = re.compile(r"<(t[hd])\b([^>]*)>(.*?)</\1>", re.DOTALL)
_SPAN: Final = re.compile(r'\b(col|row)span="(\d+)"')
_TAG: Final = re.compile(r"<[^>]*>")
# A browser may forget what a table is made of once it is laid out otherwise.
_ROLES: Final = {"thead": "rowgroup", "tbody": "rowgroup", "tr": "row"}
_OUTER: Final = re.compile(r"<(thead|tbody|tr)\b")


def stacked(page: str) -> str:
    """
    Mark the tables of a page that a narrow window should not show as tables.

    >>> table = "<table><thead><tr><th>Zone</th><th>Jobs</th></tr></thead>"
    >>> table += "<tbody><tr><th>A</th><td>7</td></tr></tbody></table>"
    >>> made = stacked(f'<div class="la-scroll la-scroll--stack">{table}</div>')
    >>> made[made.index("<td") : made.index("</td")]
    '<td role="cell" data-label="Jobs">7'
    """
    return _BOX.sub(_mark, page) if 'class="la-scroll' in page else page


def _mark(found: re.Match[str]) -> str:
    opening, classes, table = found.groups()
    head = _HEAD.search(table)
    if head is None or _REFUSED in classes:
        return found[0]
    names = column_names(head[0])
    if len(names) < _MANY and _WANTED not in classes:
        return found[0]
    before = _CELL.sub(r'<\1 role="columnheader"\2>\3</\1>', table[: head.end()])
    after = _ROW.sub(lambda row: _label(row[0], names), table[head.end() :])
    marked = _OUTER.sub(lambda tag: f'{tag[0]} role="{_ROLES[tag[1]]}"', before + after)
    return opening + _classed(marked)


def _classed(table: str) -> str:
    tag, rest = table[: table.index(">")], table[table.index(">") :]
    if 'class="' in tag:
        return tag.replace('class="', 'role="table" class="la-stack ', 1) + rest
    return f'{tag} role="table" class="la-stack"{rest}'


def column_names(head: str) -> list[str]:
    """Return what each column is called, those above it first where headings span several."""
    named: dict[int, list[str]] = {}
    taken: set[tuple[int, int]] = set()
    for row, line in enumerate(_ROW.findall(head)):
        at = 0
        for _, how, inner in _CELL.findall(line):
            while (row, at) in taken:
                at += 1
            spans = {kind: int(count) for kind, count in _SPAN.findall(how)}
            for column in range(at, at + spans.get("col", 1)):
                named.setdefault(column, []).append(_words(inner))
                taken |= {(row + down, column) for down in range(spans.get("row", 1))}
            at += spans.get("col", 1)
    return [", ".join(filter(None, named[column])) for column in sorted(named)]


def _label(row: str, names: list[str]) -> str:
    at = 0

    def mark(cell: re.Match[str]) -> str:
        nonlocal at
        kind, how, inner = cell.groups()
        name = names[at] if at < len(names) else ""
        spans = dict(_SPAN.findall(how))
        at += int(spans.get("col", 1))
        if kind == "th":
            return f'<th role="rowheader"{how}>{inner}</th>'
        said = f' data-label="{escape(name)}"' if _words(inner) or "<" in inner else " data-empty"
        return f'<td role="cell"{how}{said}>{inner}</td>'

    return _CELL.sub(mark, row)


def _words(inner: str) -> str:
    return unescape(" ".join(_TAG.sub(" ", inner).split()))
