"""Columns of the returns: content, whether required, and an example."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class ReturnColumn:
    """A column of a return; ``choices``: allowed values of a ``choice``; blank means the first."""

    name: str
    kind: str
    example: str
    needed: bool = False
    choices: tuple[str, ...] = ()


FLAGS: Final = (
    *("apprentice", "long_term_unemployed", "veteran", "armed_forces"),
    *("neet", "ex_offender", "disabled"),
)
RETURNS: Final[dict[str, tuple[ReturnColumn, ...]]] = {
    "staff": (
        ReturnColumn("contract", "text", "C1", needed=True),
        ReturnColumn("employee", "text", "E001", needed=True),
        ReturnColumn("employer", "choice", "contractor", choices=("contractor", "supply_chain")),
        ReturnColumn("home_postcode", "postcode", "CO1 1JB", needed=True),
        ReturnColumn("fte", "number", "0.6", needed=True),
        ReturnColumn("start_date", "date", "2025-04-01", needed=True),
        ReturnColumn("end_date", "date", "2026-03-31"),
        *(ReturnColumn(flag, "yes_no", "no") for flag in FLAGS),
    ),
    "spend": (
        ReturnColumn("contract", "text", "C1", needed=True),
        ReturnColumn("supplier", "text", "S01", needed=True),
        ReturnColumn("supplier_postcode", "postcode", "CO1 1JB", needed=True),
        ReturnColumn("amount", "amount", "1234.50", needed=True),
        ReturnColumn("currency", "choice", "GBP", choices=("gbp",)),
        ReturnColumn("date", "date", "2025-05-01", needed=True),
        ReturnColumn(
            "size", "choice", "small", choices=("", "micro", "small", "medium", "large", "vcse")
        ),
        ReturnColumn(
            "address_type",
            "choice",
            "trading_site",
            choices=("", "trading_site", "registered_office"),
        ),
        ReturnColumn("sole_trader", "yes_no", "no"),
    ),
    "visits": (
        ReturnColumn("contract", "text", "C1", needed=True),
        ReturnColumn("school_postcode", "postcode", "CO1 1JB", needed=True),
        ReturnColumn("date", "date", "2025-06-10", needed=True),
        ReturnColumn("staff_hours", "number", "6", needed=True),
    ),
    "rounds": (
        ReturnColumn("contract", "text", "C1", needed=True),
        ReturnColumn("round", "number", "2", needed=True),
        ReturnColumn("payee", "text", "S01", needed=True),
        ReturnColumn("payee_postcode", "postcode", "CO1 1JB", needed=True),
        ReturnColumn("amount", "amount", "1000", needed=True),
    ),
    "targets": (
        ReturnColumn("contract", "text", "C1", needed=True),
        ReturnColumn("measure", "text", "NT1", needed=True),
        ReturnColumn("quarter", "text", "2025-26 Q1", needed=True),
        ReturnColumn("target", "amount", "1.5", needed=True),
    ),
}


def kind_of(headers: list[str]) -> str | None:
    """
    Detect the type of a return from its headers.

    ``headers``: headers, normalised by :func:`fold`. Returns key of ``RETURNS``; None if every type
    lacks a required column.

    Examples
    --------
    >>> kind_of(["contract", "measure", "quarter", "target"])
    'targets'
    """
    have = set(headers)
    for kind, columns in RETURNS.items():
        if {c.name for c in columns if c.needed} <= have:
            return kind
    return None


def fold(header: str) -> str:
    """
    Normalise a header to the form of column names: lowercase, with underscores.

    Examples
    --------
    >>> fold(" Home Postcode ")
    'home_postcode'
    """
    return "_".join(header.strip().lower().replace("-", " ").replace("_", " ").split())
