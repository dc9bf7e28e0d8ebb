"""
Counts of rows by status and reason, counted together once.

A reason can occur with any status: a withdrawn postcode is checked where it was, and an outward
code where all of its postcodes are. As neither determines the other, every summary of a checked
file is a view of this joint count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from localarea.classify.codes import MEANINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

STATUSES: Final = ("local", "not_local", "unknown")


@dataclass(frozen=True, slots=True)
class Counts:
    """
    Rows by status and reason.

    Attributes
    ----------
    by_status_and_reason : dict of str to dict of str to int
        Rows of each reason within each status, most rows first.
    borderline : int
        Rows within the borderline distance of the boundary, or the borderline minutes of the limit.
    """

    by_status_and_reason: dict[str, dict[str, int]]
    borderline: int

    @classmethod
    def of(cls, rows: Iterable[tuple[str, str, bool, int]]) -> Counts:
        """
        Count groups of rows, each of status, reason, borderline flag and number of rows.

        Examples
        --------
        >>> rows = [("local", "terminated", False, 2), ("unknown", "terminated", False, 1)]
        >>> made = Counts.of(rows)
        >>> made.by_status, made.by_reason
        ({'local': 2, 'not_local': 0, 'unknown': 1}, {'terminated': 3})
        """
        both: dict[str, dict[str, int]] = {status: {} for status in STATUSES}
        near = 0
        for status, reason, borderline, count in rows:
            both[status][reason] = both[status].get(reason, 0) + count
            near += count if borderline else 0
        for status, reasons in both.items():
            both[status] = dict(sorted(reasons.items(), key=lambda item: (-item[1], item[0])))
        return cls(both, near)

    @classmethod
    def of_codes(cls, tally: Mapping[int, int]) -> Counts:
        """Count rows by verdict code; ``tally`` counts them by position in ``MEANINGS``."""
        return cls.of(
            (MEANINGS[code].status, MEANINGS[code].reason, MEANINGS[code].borderline, count)
            for code, count in tally.items()
        )

    @property
    def rows(self) -> int:
        """Count all rows."""
        return sum(self.by_status.values())

    @property
    def by_status(self) -> dict[str, int]:
        """Count the rows of each of the three statuses, in order."""
        return {status: sum(self.by_status_and_reason[status].values()) for status in STATUSES}

    @property
    def by_reason(self) -> dict[str, int]:
        """Count the rows of each reason that occurred, whatever their status; most rows first."""
        found: dict[str, int] = {}
        for reasons in self.by_status_and_reason.values():
            for reason, count in reasons.items():
                found[reason] = found.get(reason, 0) + count
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    def fields(self) -> dict[str, Any]:
        """
        Return the counts as fields of a report.

        ``rows``, ``by_status``, ``by_reason``, ``by_status_and_reason``, ``borderline``.
        """
        return {
            "rows": self.rows,
            "by_status": self.by_status,
            "by_reason": self.by_reason,
            "by_status_and_reason": self.by_status_and_reason,
            "borderline": self.borderline,
        }
