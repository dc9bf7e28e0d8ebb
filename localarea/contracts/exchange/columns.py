"""The tables of an exchange: their columns, and which are needed to take them in."""

from __future__ import annotations

from typing import Final, NamedTuple


class ExchangeTable(NamedTuple):
    """
    A table.

    Attributes
    ----------
    columns : tuple of str
        All columns, in the order they are written.
    needed : tuple of str
        Those without which it is not this table.
    """

    columns: tuple[str, ...]
    needed: tuple[str, ...]


PUBLISHED: Final = "published"  # read-only: figures as they leave the council
# The first table of which all needed columns are there is the one that was meant.
TABLES: Final = {
    "contracts": ExchangeTable(
        ("reference", "title", "supplier", "department", "value", "first_day", "last_day",
         "definition", "rule", "version", "definition_sha256", "rule_version"),
        ("reference", "title", "supplier", "department", "value", "first_day", "last_day",
         "definition"),
    ),
    "figures": ExchangeTable(
        ("contract", "quarter", "measure", "title", "unit", "delivered", "amount_parts",
         "other_parts", "parts_in_unit", "people", "other_people"),
        ("contract", "quarter", "measure", "amount_parts", "other_parts", "parts_in_unit",
         "people", "other_people"),
    ),
    "returns": ExchangeTable(
        ("contract", "quarter", "receipt"), ("contract", "quarter", "receipt")
    ),
    PUBLISHED: ExchangeTable(
        ("contract", "measure", "title", "unit", "quarter", "target", "delivered", "withheld"),
        ("contract", "measure", "quarter", "delivered", "withheld"),
    ),
    "milestones": ExchangeTable(
        ("contract", "milestone", "due", "measure", "target"), ("contract", "milestone", "due")
    ),
    "pledges": ExchangeTable(
        ("contract", "measure", "title", "unit", "quarter", "target"),
        ("contract", "measure", "target"),
    ),
}  # fmt: skip
NUMBERS: Final = frozenset(
    [
        *("value", "version", "target", "delivered", "amount_parts", "other_parts"),
        *("parts_in_unit", "people", "other_people"),
    ]
)
RECEIPT: Final = (
    *("files", "returns", "refused", "outside_quarter", "other_contract", "definition"),
    *("definition_sha256", "edition_sha256", "directory_date", "rule", "rule_version"),
    "software_version",
)
