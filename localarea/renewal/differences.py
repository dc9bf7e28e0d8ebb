"""What another edition of a table changes, row by row, in the country and in a council's area."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pandas as pd

_SHOWN: Final = 12


@dataclass(frozen=True, slots=True)
class Differences:
    """
    Differences between two editions of a table.

    Attributes
    ----------
    before, after : str
        Vintages.
    counts : dict of str to int
        Number of rows that are ``new``, ``gone`` and ``changed``.
    here : dict of str to int
        The same, of the council's area; empty if the rows have no place.
    totals : dict of str to tuple of (int, int)
        What adds up, such as ``workers``: before and after.
    examples : dict of str to tuple of str
        A few rows of each kind.
    """

    table: str
    before: str
    after: str
    rows_before: int
    rows_after: int
    counts: dict[str, int]
    here: dict[str, int] = field(default_factory=dict)
    totals: dict[str, tuple[int, int]] = field(default_factory=dict)
    examples: dict[str, tuple[str, ...]] = field(default_factory=dict)
    what: str = "rows"

    def with_totals(self, totals: dict[str, tuple[int, int]]) -> Differences:
        """Return the same differences with what else adds up."""
        return replace(self, totals={**self.totals, **totals})

    def losses(self) -> Iterator[tuple[int, int, str]]:
        """Return the rows and each total before, how much is lost, and of what."""
        yield self.rows_before, self.counts["gone"], self.what
        for name, (before, after) in self.totals.items():
            yield before, max(before - after, 0), name


def compare_frames(
    older: pd.DataFrame,
    newer: pd.DataFrame,
    *,
    table: str,
    vintages: tuple[str, str],
    keys: Sequence[str],
    totals: Sequence[str] = (),
    is_here: Callable[[pd.DataFrame], pd.Series] | None = None,
    what: str = "rows",
) -> Differences:
    """
    Compare two editions of a table.

    Parameters
    ----------
    older, newer : pandas.DataFrame
        The same columns, with plain values that can be compared.
    vintages : tuple of (str, str)
        Of the older and the newer one.
    is_here : callable, optional
        Tells of rows which lie in the council's area.

    Returns
    -------
    Differences
        Rows of both whose other columns differ are ``changed``.
    """
    import pandas as pd

    names = list(keys)
    older, newer = (frame.astype(dict.fromkeys(names, "str")) for frame in (older, newer))
    both = older.merge(newer, on=names, how="outer", suffixes=("", "|"), indicator="in|")
    differs = pd.Series(False, index=both.index)
    for column in older.columns.difference(names):
        first, second = both[column], both[f"{column}|"]
        differs |= (first != second) & ~(first.isna() & second.isna())
    rows = {
        "new": both["in|"] == "right_only",
        "gone": both["in|"] == "left_only",
        "changed": (both["in|"] == "both") & differs,
    }
    here = is_here(both[names]) if is_here else None
    return Differences(
        table,
        *vintages,
        len(older),
        len(newer),
        {kind: int(found.sum()) for kind, found in rows.items()},
        {} if here is None else {kind: int((found & here).sum()) for kind, found in rows.items()},
        {one: (int(older[one].sum()), int(newer[one].sum())) for one in totals},
        {
            kind: tuple(" ".join(row) for row in both.loc[found, names].head(_SHOWN).to_numpy())
            for kind, found in rows.items()
            if found.any()
        },
        what,
    )
