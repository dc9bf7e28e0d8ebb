"""Hold every table to the publisher's own totals."""

from __future__ import annotations

from localarea.errors import TotalsError


def require_total(table: str, found: float, expected: float, what: str) -> None:
    """Stop with a sentence that names the table and both figures unless they are equal."""
    if found != expected:
        raise TotalsError(table, expected=float(expected), found=float(found), what=what)
