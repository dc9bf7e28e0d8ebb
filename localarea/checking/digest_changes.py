"""Compare two digests of a sheet, and say in words what changed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final

from localarea.checking.rows.row_digest import HEX_OF_ROW

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from localarea.checking.rows.row_digest import SheetDigest

_MOST_ALIGNED: Final = 4_000  # rows between the first and the last change that are aligned
_MOST_NAMED: Final = 10  # rows or columns named in a sentence


@dataclass(frozen=True, slots=True)
class SheetChanges:
    """
    What differs between two digests of a sheet.

    Attributes
    ----------
    rows : tuple of (int, int)
        First and last number of rows that were changed.
    added : tuple of (int, int)
        Rows that are new, by their numbers now.
    missing : tuple of (int, int)
        Rows that are gone, by their numbers before.
    reordered : bool
        Whether the rows are the same, in another order.
    columns : tuple of str
        Headers, or numbers, of the columns in which something changed.
    """

    rows: tuple[tuple[int, int], ...] = ()
    added: tuple[tuple[int, int], ...] = ()
    missing: tuple[tuple[int, int], ...] = ()
    reordered: bool = False
    columns: tuple[str, ...] = ()

    def sentences(self) -> list[str]:
        """Describe the changes, in clauses that begin with a small letter, without a full stop."""
        if self.reordered:
            return ["the rows are the same, but in another order"]
        found = []
        where = f", in {_columns(self.columns)}" if self.columns else ""
        if self.rows:
            found.append(f"changed: {_rows(self.rows)}{where}")
        if self.added:
            found.append(f"added: {_rows(self.added)}")
        if self.missing:
            found.append(f"missing: {_rows(self.missing)} as numbered before")
        return found or [f"changed{where}"]


def changes_between(kept: SheetDigest, found: SheetDigest) -> SheetChanges:
    """
    Find what differs between two digests of a sheet.

    Rows and columns; without any where the receipt has no hashes of them.
    """
    columns = _changed_columns(kept, found)
    if not kept.row_hashes or kept.every != found.every:
        return SheetChanges(columns=columns)
    old, new = _hashes(kept), _hashes(found)
    if old != new and Counter(old) == Counter(new):
        return SheetChanges(reordered=True)
    rows, added, missing = _aligned(old, new)
    each = kept.every
    return SheetChanges(
        _spans(rows, each), _spans(added, each), _spans(missing, each), columns=columns
    )


def _hashes(digest: SheetDigest) -> list[str]:
    text = digest.row_hashes
    return [text[at : at + HEX_OF_ROW] for at in range(0, len(text), HEX_OF_ROW)]


def _changed_columns(kept: SheetDigest, found: SheetDigest) -> tuple[str, ...]:
    if not kept.columns:
        return ()
    most = max(len(kept.columns), len(found.columns))
    old = [*kept.columns, *[("", "")] * (most - len(kept.columns))]
    new = [*found.columns, *[("", "")] * (most - len(found.columns))]
    return tuple(
        before[0] or after[0] or f"column {at}"
        for at, (before, after) in enumerate(zip(old, new, strict=True), start=1)
        if before != after
    )


def _aligned(old: Sequence[str], new: Sequence[str]) -> tuple[list[int], list[int], list[int]]:
    """Return positions, from 0, of rows changed, added and missing."""
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    before, after = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(before) == len(after):
        pairs = enumerate(zip(before, after, strict=True), start=head)
        return [at for at, (one, other) in pairs if one != other], [], []
    if max(len(before), len(after)) > _MOST_ALIGNED:
        return list(range(head, head + len(after))), [], []
    changed, added, missing = list[int](), list[int](), list[int]()
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        both = min(i2 - i1, j2 - j1)
        changed += range(head + j1, head + j1 + both)
        added += range(head + j1 + both, head + j2)
        missing += range(head + i1 + both, head + i2)
    return changed, added, missing


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """Count the equal hashes at the beginning."""
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def _spans(positions: Iterable[int], every: int) -> tuple[tuple[int, int], ...]:
    """Join neighbours, and convert positions to numbers of rows."""
    spans: list[tuple[int, int]] = []
    for at in positions:
        first, last = at * every + 1, (at + 1) * every
        if spans and spans[-1][1] == first - 1:
            spans[-1] = (spans[-1][0], last)
        else:
            spans.append((first, last))
    return tuple(spans)


def _rows(spans: Sequence[tuple[int, int]]) -> str:
    named = [f"{a:,}" if a == b else f"{a:,} to {b:,}" for a, b in spans[:_MOST_NAMED]]
    more = len(spans) - len(named)
    if more:
        return f"rows {', '.join(named)} and {more:,} more places"
    one = len(spans) == 1 and spans[0][0] == spans[0][1]
    return f"row{'' if one else 's'} {_and(named)}"


def _columns(names: Sequence[str]) -> str:
    named = [repr(name) for name in names[:_MOST_NAMED]]
    if len(names) > _MOST_NAMED:
        return f"columns {', '.join(named)} and {len(names) - _MOST_NAMED:,} more"
    return f"column{'' if len(named) == 1 else 's'} {_and(named)}"


def _and(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
