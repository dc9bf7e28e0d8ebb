"""What somebody asks of a report on spend, from text: breakdowns and columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localarea.errors import InputError
from localarea.spend.columns import ROLES
from localarea.spend.document import USUAL
from localarea.spend.reading import POSTCODE
from localarea.spend.report import BREAKDOWNS

if TYPE_CHECKING:
    from collections.abc import Sequence


def read_breakdowns(by: str | None) -> tuple[str, ...]:
    """
    Read a list of breakdowns; the usual ones where there is none.

    InputError if there is no such breakdown.

    Examples
    --------
    >>> read_breakdowns("Quarter, supplier")
    ('quarter', 'supplier')
    """
    if by is None or not by.strip():
        return USUAL
    names = tuple(dict.fromkeys(name.strip().casefold() for name in by.split(",")))
    unknown = [name for name in names if name not in BREAKDOWNS]
    if unknown:
        raise InputError(
            f"there is no breakdown {unknown[0][:40]!r}; choose from {', '.join(BREAKDOWNS)}",
            parameter="by",
        )
    return names


def read_columns(named: Sequence[str]) -> dict[str, str]:
    """
    Read pairs of a role and a header; InputError if one is no such pair, or a role is named twice.

    Examples
    --------
    >>> read_columns(["amount=Net GBP", "postcode=Site"])
    {'amount': 'Net GBP', 'postcode': 'Site'}
    """
    roles = (POSTCODE, *ROLES)
    found: dict[str, str] = {}
    for pair in named:
        role, sign, header = pair.partition("=")
        role = role.strip().casefold().replace("-", "_")
        if not sign or role not in roles or not header.strip():
            raise InputError(
                f"{pair[:60]!r} does not say which column is what; write ROLE=HEADER, where the "
                f"role is one of {', '.join(roles)}",
                parameter="column",
            )
        if role in found:
            raise InputError(f"{role!r} is named twice; name it once", parameter="column")
        found[role] = header
    return found
