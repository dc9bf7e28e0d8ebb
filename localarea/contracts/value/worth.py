"""
Proxy values of a council: what one unit of a measure is taken to be worth, in pounds.

They are kept with the edition and the source that they are from, and never told without. The newest
hold; the earlier ones stay on record.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from localarea.decisions.proposals import utc_stamp
from localarea.decisions.record.receipt_faults import row_facts, subject_of
from localarea.decisions.record.schema import PROXY_VALUES
from localarea.definitions.model import canonical_json
from localarea.errors import SchemaError
from localarea.geo.addresses import find_postcodes
from localarea.measures.catalogue import MEASURES
from localarea.measures.rules import Proxies
from localarea.tables.money import plain_amount

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from localarea.decisions.database import Database
    from localarea.decisions.record.roles import Actor

#: Measures that can have a proxy value: an amount of something, not a share of it.
WORTH: Final = tuple(one for one in MEASURES if one.unit not in ("%", "ratio"))
MOST_WORDS: Final = 300  # characters of an edition or a source
_MOST_POUNDS: Final = Decimal(10) ** 9
_MOST_DECIMALS: Final = 2


@dataclass(frozen=True, slots=True)
class KeptProxies:
    """Proxy values as they are kept: a later number takes the place of an earlier one."""

    number: int
    proxies: Proxies
    by: str
    at: str


def parse_proxies(edition: str, source: str, values: Mapping[str, str]) -> Proxies:
    """
    Read proxy values as a person states them.

    ``values``: pounds by reference of the measure; blank for none. SchemaError with every fault:
    the name of what is wrong, a colon and why.

    Examples
    --------
    >>> parse_proxies("2026", "Example tables", {"NT1": "1,000.50", "NT3a": ""}).amounts
    {'NT1': Decimal('1000.50')}
    """
    faults = [
        f"{name}: {fault}"
        for name, text in (("edition", edition), ("source", source))
        if (fault := _word_fault(name, text))
    ]
    known = {one.ref for one in WORTH}
    amounts: dict[str, Decimal] = {}
    for ref, text in values.items():
        plain = plain_amount(text)
        amount = _pounds(plain) if plain else None
        if ref not in known:
            faults.append("values: there is no such measure, or it is a share")
        elif plain and amount is None:
            faults.append(f"{ref}: enter pounds and pence, such as 1234.56")
        elif amount is not None:
            amounts[ref] = amount
    if not amounts and not faults:
        faults.append("values: enter the value of at least one measure")
    if faults:
        raise SchemaError("proxy values", faults)
    return Proxies(edition.strip(), source.strip(), amounts)


def _word_fault(name: str, text: str) -> str:
    if not text.strip():
        return f"enter the {name}, because values are shown only with it"
    if len(text) > MOST_WORDS or not text.strip().isprintable() or find_postcodes(text):
        return f"the {name} must be one line of at most {MOST_WORDS} characters, without a postcode"
    return ""


def _pounds(text: str) -> Decimal | None:
    if not text.replace(".", "", 1).isdecimal() or not text.isascii():
        return None
    amount = Decimal(text)
    return amount if amount <= _MOST_POUNDS and amount == round(amount, _MOST_DECIMALS) else None


def keep_proxies(
    database: Database, proxies: Proxies | None, *, council: str, actor: Actor, now: datetime
) -> int:
    """
    Keep the proxy values of a council; None takes away those that hold.

    Their number. The same values again keep the number that they have.
    """
    document = canonical_json(_stated(proxies)).decode("utf-8")
    with database.writing(actor, at=utc_stamp(now)) as ledger:
        row = _newest(ledger.connection, council)
        if row is not None and row["document"] == document:
            return int(row["number"])
        facts = {"council": council, "number": row["number"] + 1 if row else 1}
        kept = {**facts, "document": document, "by": ledger.actor.name, "at": ledger.at}
        ledger.connection.execute(sa.insert(PROXY_VALUES).values(kept))
        ledger.record(
            "keep_proxy_values", subject_of(PROXY_VALUES, facts), row_facts(facts, document)
        )
        return int(facts["number"])


def held_proxies(
    connection: Connection, council: str, number: int | None = None
) -> KeptProxies | None:
    """Return the proxy values that hold, or those of a number; None if there are none."""
    row = _newest(connection, council, number)
    if row is None:
        return None
    stated = json.loads(row["document"])
    amounts = {ref: Decimal(text) for ref, text in stated["values"].items()}
    if not amounts:
        return None
    proxies = Proxies(stated["edition"], stated["source"], amounts)
    return KeptProxies(row["number"], proxies, row["by"], row["at"])


def _stated(proxies: Proxies | None) -> dict[str, Any]:
    if proxies is None:
        return {"edition": "", "source": "", "values": {}}
    values = {ref: str(amount) for ref, amount in proxies.amounts.items()}
    return {"edition": proxies.edition, "source": proxies.source, "values": values}


def _newest(connection: Connection, council: str, number: int | None = None) -> Any:
    table = PROXY_VALUES.c
    query = sa.select(PROXY_VALUES).where(table.council == council)
    if number is not None:
        query = query.where(table.number == number)
    return connection.execute(query.order_by(table.number.desc()).limit(1)).mappings().first()
